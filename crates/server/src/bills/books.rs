//! Policy books that decided settlements and are no longer in force: read from the store once, then held.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use benefit::PolicyBook;

use crate::app::App;
use crate::failure::Failure;
use crate::rules;

/// How many old books are held. A region changes its policy a few times a year.
const MOST_BOOKS: usize = 16;

/// The books that were asked for, by version; `None` for a version whose text is missing or cannot be read.
#[derive(Debug, Default)]
pub struct OldBooks {
    held: Mutex<HashMap<String, Option<Arc<PolicyBook>>>>,
}

impl OldBooks {
    fn get(&self, version: &str) -> Option<Option<Arc<PolicyBook>>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).get(version).cloned()
    }

    fn hold(&self, version: &str, book: Option<Arc<PolicyBook>>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= MOST_BOOKS {
            held.clear();
        }
        held.insert(version.to_owned(), book);
    }
}

/// Runs `read` on the policies of a version: those in force, or the text that was kept when they were. `None` when
/// that text is missing or cannot be read, which is logged.
///
/// # Errors
/// The store fails.
pub(super) async fn with_policies<T>(
    app: &App,
    version: &str,
    read: impl FnOnce(&PolicyBook) -> T,
) -> Result<Option<T>, Failure> {
    let in_force = app.rules();
    let current = &in_force.policies;
    if current.version() == version {
        return Ok(Some(read(current)));
    }
    if let Some(held) = app.old_books.get(version) {
        return Ok(held.as_deref().map(read));
    }
    let wanted = version.to_owned();
    let text = app.database.read(move |connection| store::policies::find(connection, &wanted)).await?;
    let book =
        text.as_deref().and_then(rules::book_of).filter(|book| book.version() == version).map(Arc::new);
    if book.is_none() {
        tracing::error!(version, "the policies of a settlement are not kept, or cannot be read");
    }
    app.old_books.hold(version, book.clone());
    Ok(book.as_deref().map(read))
}
