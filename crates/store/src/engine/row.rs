//! A row of a result, read cell by cell in the order of the statement's columns.

use std::vec::IntoIter;

use super::column::FromCell;
use super::value::Cell;
use crate::StoreError;

/// A row whose cells are taken in order, so that a struct's fields and a statement's columns stand in the same order.
pub struct Row {
    statement: &'static str,
    taken: usize,
    cells: IntoIter<Cell>,
}

impl Row {
    pub(crate) fn new(statement: &'static str, cells: Vec<Cell>) -> Self {
        Self { statement, taken: 0, cells: cells.into_iter() }
    }

    /// The next cell as a `T`; `Option<T>` accepts NULL.
    ///
    /// # Errors
    /// NULL where `T` has none, another type, a content that `T` refuses, or no cell left.
    pub fn get<T: FromCell>(&mut self) -> Result<T, StoreError> {
        self.taken = self.taken.saturating_add(1);
        let found = match self.cells.next() {
            Some(cell) => T::from_cell(cell),
            None => Err("missing".to_owned()),
        };
        found.map_err(|problem| StoreError::Cell { statement: self.statement, column: self.taken, problem })
    }

    /// The cells not yet taken.
    pub(crate) fn into_cells(self) -> Vec<Cell> {
        self.cells.collect()
    }
}
