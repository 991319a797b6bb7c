//! The field tables and code lists of the national interface, as data.
//!
//! The facts are in the `data` folder of this crate, with their source in its README; `national.toml` beside them says
//! what differs from the one edition they were taken from. They are read once, at the first use.

mod facts;
mod form;
mod overlay;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

pub use form::Kind;

const TRANSACTIONS: &str = include_str!("../../data/transactions.json");
const CREDENTIAL_CODE: &str = include_str!("../../data/credential-code.json");
const CODE_LISTS: &str = include_str!("../../data/code-lists.json");
const NATIONAL: &str = include_str!("../../data/national.toml");

/// The facts cannot be read. With the bundled files this does not happen; a test reads them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// A file of facts is not what its README says.
    #[error("{file}: {reason}")]
    Facts {
        /// The file.
        file: &'static str,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// The form of a field is not understood.
    #[error("{place}: '{form}' is not a form of a field")]
    Form {
        /// Transaction, direction, node and field, or the entry of the profile.
        place: String,
        /// The form as written.
        form: String,
    },
    /// The profile is not readable.
    #[error("profile: {0}")]
    Profile(String),
    /// An entry of the profile matches nothing: it is misspelt, or outlived what it was made for.
    #[error("profile: '{0}' matches nothing")]
    MatchesNothing(String),
}

/// Whether a node belongs to the request or to the reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The request.
    In,
    /// The reply.
    Out,
    /// A file sent along with the request, one row a line.
    InFile,
    /// A file fetched after the reply.
    OutFile,
}

/// A code list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeList {
    /// The Chinese name.
    pub name: String,
    /// The values and their names.
    pub values: BTreeMap<String, String>,
}

/// One field of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The name on the wire.
    pub name: String,
    /// The Chinese name.
    pub label: String,
    /// The form of its value.
    pub kind: Kind,
    /// Whether it must be there and not empty.
    pub required: bool,
    /// Whether an empty text stands for the number zero.
    pub empty_is_zero: bool,
    /// Whether its values are personal data and must not be shown.
    pub personal: bool,
    /// The list its values come from, where one is known.
    pub list: Option<Arc<CodeList>>,
    /// Other spellings under which it is accepted.
    pub spellings: Vec<String>,
    /// Letters of the sources that have the field.
    pub sources: String,
}

/// One node of a message: a JSON object, or a list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Request or reply.
    pub direction: Direction,
    /// The name on the wire; empty where the fields stand without a node around them.
    pub name: String,
    /// Whether it is a list.
    pub many: bool,
    /// Whether it is inside another node.
    pub nested: bool,
    /// Whether it must be there.
    pub required: bool,
    /// Other spellings under which it is accepted.
    pub spellings: Vec<String>,
    /// Its fields in the order of the table.
    pub fields: Vec<Field>,
}

/// One transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionTable {
    /// The Chinese name.
    pub name: String,
    /// Whether it changes something, so that repeating it matters.
    pub writes: bool,
    /// Its nodes.
    pub nodes: Vec<Node>,
}

impl TransactionTable {
    /// The nodes of one direction that are not inside another.
    pub fn outer(&self, direction: Direction) -> impl Iterator<Item = &Node> {
        self.nodes.iter().filter(move |node| node.direction == direction && !node.nested)
    }

    /// The node with this name.
    #[must_use]
    pub fn node(&self, direction: Direction, name: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.direction == direction && node.name == name)
    }
}

impl Node {
    /// The field with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// All tables and lists, read with one profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tables {
    transactions: HashMap<String, TransactionTable>,
    lists: HashMap<String, Arc<CodeList>>,
}

impl Tables {
    /// The bundled tables with the national profile.
    ///
    /// # Errors
    /// The bundled files are damaged.
    pub fn national() -> Result<&'static Self, TableError> {
        static TABLES: LazyLock<Result<Tables, TableError>> = LazyLock::new(|| Tables::load(NATIONAL));
        TABLES.as_ref().map_err(Clone::clone)
    }

    /// The bundled facts with another profile, the text of a file like `national.toml`.
    ///
    /// # Errors
    /// The profile cannot be read, or has an entry that matches nothing.
    pub fn load(profile: &str) -> Result<Self, TableError> {
        let profile = overlay::Profile::parse(profile)?;
        let lists = facts::code_lists("code-lists.json", CODE_LISTS)?;
        let mut tables = Self { transactions: HashMap::new(), lists: profile.extend_lists(lists)? };
        for (file, text) in [("transactions.json", TRANSACTIONS), ("credential-code.json", CREDENTIAL_CODE)] {
            tables.transactions.extend(facts::transactions(file, text, &tables.lists)?);
        }
        profile.apply(&mut tables.transactions, &tables.lists)?;
        Ok(tables)
    }

    /// The tables of a transaction. Where the facts have none for a number with a suffix letter, such as 2207A, those of
    /// the number without it apply (interface facts, section 2.2).
    #[must_use]
    pub fn transaction(&self, infno: &str) -> Option<&TransactionTable> {
        let plain = || infno.strip_suffix('A').filter(|plain| plain.len() == 4);
        self.transactions.get(infno).or_else(|| self.transactions.get(plain()?))
    }

    /// All transactions with tables of their own, in no order.
    pub fn transactions(&self) -> impl Iterator<Item = (&str, &TransactionTable)> {
        self.transactions.iter().map(|(infno, table)| (infno.as_str(), table))
    }

    /// A code list by its national name.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<&CodeList> {
        self.lists.get(name).map(Arc::as_ref)
    }

    /// All code lists, in no order.
    pub fn lists(&self) -> impl Iterator<Item = (&str, &CodeList)> {
        self.lists.iter().map(|(name, list)| (name.as_str(), list.as_ref()))
    }
}
