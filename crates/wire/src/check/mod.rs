//! Holds the nodes of a message against the field tables.
//!
//! What comes out is the same message in one form: nodes that are lists are lists, nodes that are not are objects,
//! names have their standard spelling, blanks around values and empty members are gone. Of a request, members that the
//! tables do not know are left out; of a reply they are kept, because platforms tell more than the tables say. All problems are collected, so that a developer of a HIS corrects a message in one round.

mod problem;
mod value;

use serde_json::Value;

pub use problem::{Characters, Fault, Form, MAX_PROBLEMS, Problem, Problems, Step};

use crate::Object;
use crate::tables::{Direction, Field, Kind, Node, TransactionTable};
use crate::value::Scalar;
use value::{Checked, check_value};

/// Checks the nodes of one direction of a transaction.
///
/// # Errors
/// Everything that is wrong, up to [`MAX_PROBLEMS`] in detail.
pub fn check(table: &TransactionTable, direction: Direction, message: &Object) -> Result<Object, Problems> {
    let mut checker = Checker { table, direction, problems: Problems::default(), path: Vec::new() };
    let lifted = lift(table, direction, message);
    let message = lifted.as_ref().unwrap_or(message);
    let mut checked = Object::new();
    for node in table.outer(direction) {
        if node.name.is_empty() {
            checked.extend(checker.fields(node, message));
        } else if let Some(value) = checker.node(node, node.required, find_node(message, node)) {
            checked.insert(node.name.clone(), value);
        }
    }
    checker.problems.or(checked)
}

/// The value of a node under its name, a known spelling, or its name in other capitals.
fn find_node<'a>(message: &'a Object, node: &Node) -> Option<&'a Value> {
    let spelled = || node.spellings.iter().find_map(|spelling| message.get(spelling));
    let in_other_capitals =
        || message.iter().find(|(name, _)| name.eq_ignore_ascii_case(&node.name)).map(|(_, value)| value);
    message.get(&node.name).or_else(spelled).or_else(in_other_capitals)
}

/// Some clients leave the level of the only node out and send its members directly (interface facts 6.8, no. 4).
fn lift(table: &TransactionTable, direction: Direction, message: &Object) -> Option<Object> {
    let mut outer = table.outer(direction);
    let (Some(only), None) = (outer.next(), outer.next()) else { return None };
    if only.name.is_empty() || only.many {
        return None;
    }
    let wrapped = find_node(message, only).is_some_and(|value| value.is_object() || value.is_array());
    let direct = only.fields.iter().any(|field| find_field(message, field).is_some());
    if wrapped || !direct {
        return None;
    }
    Some(Object::from_iter([(only.name.clone(), Value::Object(message.clone()))]))
}

/// The value of a field under its name, or else under a known spelling.
fn find_field<'a>(object: &'a Object, field: &Field) -> Option<&'a Value> {
    let named = object.get(&field.name);
    if field.spellings.is_empty() || named.is_some_and(|value| Scalar::of(value) != Scalar::Empty) {
        return named;
    }
    field.spellings.iter().find_map(|spelling| object.get(spelling)).or(named)
}

struct Checker<'a> {
    table: &'a TransactionTable,
    direction: Direction,
    problems: Problems,
    /// The nodes around the one that is looked at.
    path: Vec<Step>,
}

impl<'a> Checker<'a> {
    fn refuse(&mut self, field: &str, label: &str, fault: Fault) {
        let mut problem = Problem::new(field, label, fault);
        problem.path.clone_from(&self.path);
        self.problems.push(problem);
    }

    fn node(&mut self, node: &Node, required: bool, value: Option<&Value>) -> Option<Value> {
        let entries: Vec<&Value> = match value {
            Some(Value::Array(entries)) => entries.iter().collect(),
            Some(Value::Null) | None => Vec::new(),
            Some(Value::String(text)) if text.trim().is_empty() => Vec::new(),
            Some(other) => vec![other],
        };
        if entries.is_empty() {
            if required {
                self.refuse(&node.name, "", Fault::Missing);
            }
            return None;
        }
        if node.many {
            let positions = 1_usize..;
            let checked = positions.zip(entries).filter_map(|(at, entry)| self.entry(node, Some(at), entry));
            return Some(Value::Array(checked.map(Value::Object).collect()));
        }
        match entries.as_slice() {
            [only] => self.entry(node, None, only).map(Value::Object),
            several => {
                self.refuse(&node.name, "", Fault::NotOne { entries: several.len() });
                None
            }
        }
    }

    fn entry(&mut self, node: &Node, position: Option<usize>, value: &Value) -> Option<Object> {
        self.path.push(Step { node: node.name.clone(), position });
        let checked = match value {
            Value::Object(object) => Some(self.fields(node, object)),
            _ => {
                self.refuse("", "", Fault::WrongForm { shown: None, expected: Form::Object });
                None
            }
        };
        self.path.pop();
        checked
    }

    fn fields(&mut self, node: &Node, object: &Object) -> Object {
        let mut checked = self.beyond_the_table(node, object);
        for field in &node.fields {
            let found = find_field(object, field);
            if let Some(inner) = self.inner(field) {
                if let Some(value) = self.node(inner, field.required, found) {
                    checked.insert(field.name.clone(), value);
                }
                continue;
            }
            match check_value(field, found.unwrap_or(&Value::Null)) {
                Ok(Checked::Value(value)) => {
                    checked.insert(field.name.clone(), value);
                }
                Ok(Checked::Empty) => {}
                Err(fault) => self.refuse(&field.name, &field.label, fault),
            }
        }
        checked
    }

    /// The members of a reply that its table does not know.
    fn beyond_the_table(&self, node: &Node, object: &Object) -> Object {
        let known = |name: &str| {
            let names_it = |field: &Field| field.name == name || field.spellings.iter().any(|s| s == name);
            node.fields.iter().any(names_it)
        };
        let members = object.iter().filter(|(name, _)| self.direction == Direction::Out && !known(name));
        members.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// The table of the node that this field holds, if it holds one.
    fn inner(&self, field: &Field) -> Option<&'a Node> {
        if field.kind != Kind::Json {
            return None;
        }
        self.table.node(self.direction, &field.name).filter(|node| node.nested)
    }
}
