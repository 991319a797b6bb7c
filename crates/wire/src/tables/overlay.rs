//! A profile: how a region, or the nation, reads the tables.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Deserialize;

use super::{CodeList, Direction, Field, Kind, Node, TableError, TransactionTable};

/// A profile file. Every entry has a `reason`, which is for its reader alone.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Profile {
    #[serde(default)]
    field: Vec<FieldChange>,
    #[serde(default)]
    node: Vec<NodeChange>,
    #[serde(default)]
    alias: Vec<Alias>,
    #[serde(default)]
    list: Vec<ListAddition>,
    personal: Option<Personal>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldChange {
    #[serde(rename = "reason")]
    _reason: String,
    fields: Vec<String>,
    required: Option<bool>,
    kind: Option<String>,
    empty_is_zero: Option<bool>,
    list: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeChange {
    #[serde(rename = "reason")]
    _reason: String,
    nodes: Vec<String>,
    many: Option<bool>,
    optional: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Alias {
    #[serde(rename = "reason")]
    _reason: String,
    field: String,
    spellings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ListAddition {
    #[serde(rename = "reason")]
    _reason: String,
    name: String,
    /// The Chinese name, for a list that the facts do not have.
    title: Option<String>,
    add: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Personal {
    #[serde(rename = "reason")]
    _reason: String,
    fields: Vec<String>,
}

/// `transaction.direction.node[.field]`, each part a name or `*`.
struct Pattern<'a>(Vec<&'a str>);

impl<'a> Pattern<'a> {
    fn parse(text: &'a str, parts: usize) -> Result<Self, TableError> {
        let pattern: Vec<&str> = text.split('.').collect();
        if pattern.len() == parts {
            Ok(Self(pattern))
        } else {
            Err(TableError::Profile(format!("'{text}' should have {parts} parts")))
        }
    }

    fn matches(&self, names: &[&str]) -> bool {
        self.0.iter().zip(names).all(|(part, name)| *part == "*" || part == name)
    }
}

const fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::In => "in",
        Direction::Out => "out",
        Direction::InFile => "in file",
        Direction::OutFile => "out file",
    }
}

impl Profile {
    pub(super) fn parse(text: &str) -> Result<Self, TableError> {
        toml::from_str(text).map_err(|error| TableError::Profile(error.to_string()))
    }

    /// The lists with the values that this profile adds.
    pub(super) fn extend_lists(
        &self,
        mut lists: HashMap<String, CodeList>,
    ) -> Result<HashMap<String, Arc<CodeList>>, TableError> {
        for addition in &self.list {
            if let Some(title) = &addition.title {
                let list = CodeList { name: title.clone(), values: BTreeMap::new() };
                lists.entry(addition.name.clone()).or_insert(list);
            }
            let list = lists
                .get_mut(&addition.name)
                .ok_or_else(|| TableError::MatchesNothing(addition.name.clone()))?;
            list.values.extend(addition.add.clone());
        }
        Ok(lists.into_iter().map(|(name, list)| (name, Arc::new(list))).collect())
    }

    /// Changes the tables as this profile says.
    pub(super) fn apply(
        &self,
        transactions: &mut HashMap<String, TransactionTable>,
        lists: &HashMap<String, Arc<CodeList>>,
    ) -> Result<(), TableError> {
        for change in &self.field {
            let kind = change.parse_kind()?;
            let list = match &change.list {
                Some(name) => {
                    Some(lists.get(name).ok_or_else(|| TableError::MatchesNothing(name.clone()))?.clone())
                }
                None => None,
            };
            each_field(transactions, &change.fields, |field| {
                field.required = change.required.unwrap_or(field.required);
                field.kind = kind.unwrap_or(field.kind);
                field.empty_is_zero = change.empty_is_zero.unwrap_or(field.empty_is_zero);
                field.list = list.clone().or_else(|| field.list.take());
            })?;
        }
        for alias in &self.alias {
            alias.apply(transactions)?;
        }
        if let Some(personal) = &self.personal {
            let patterns: Vec<String> = personal.fields.iter().map(|name| format!("*.*.*.{name}")).collect();
            each_field(transactions, &patterns, |field| field.personal = true)?;
        }
        // A list that only the profile knows serves the fields that are marked to have one.
        for addition in self.list.iter().filter(|addition| addition.title.is_some()) {
            let list = lists.get(&addition.name).cloned();
            each_field(transactions, &[format!("*.*.*.{}", addition.name)], |field| {
                field.list = field.list.take().or_else(|| list.clone());
            })?;
        }
        for node in transactions.values_mut().flat_map(|transaction| &mut transaction.nodes) {
            node.required = node.fields.iter().any(|field| field.required);
        }
        for change in &self.node {
            each_node(transactions, &change.nodes, |node| {
                node.many = change.many.unwrap_or(node.many);
                node.required &= !change.optional.unwrap_or(false);
            })?;
        }
        Ok(())
    }
}

impl FieldChange {
    fn parse_kind(&self) -> Result<Option<Kind>, TableError> {
        let Some(form) = &self.kind else { return Ok(None) };
        let place = || self.fields.join(" ");
        Kind::parse(form).map(Some).ok_or_else(|| TableError::Form { place: place(), form: form.clone() })
    }
}

impl Alias {
    /// Adds the spellings to every field and node of that name.
    fn apply(&self, transactions: &mut HashMap<String, TransactionTable>) -> Result<(), TableError> {
        let mut matched = false;
        for node in transactions.values_mut().flat_map(|transaction| &mut transaction.nodes) {
            if node.name == self.field {
                node.spellings.extend(self.spellings.iter().cloned());
                matched = true;
            }
            for field in node.fields.iter_mut().filter(|field| field.name == self.field) {
                field.spellings.extend(self.spellings.iter().cloned());
                matched = true;
            }
        }
        if matched { Ok(()) } else { Err(TableError::MatchesNothing(self.field.clone())) }
    }
}

fn each_node(
    transactions: &mut HashMap<String, TransactionTable>,
    patterns: &[String],
    mut change: impl FnMut(&mut Node),
) -> Result<(), TableError> {
    for text in patterns {
        let pattern = Pattern::parse(text, 3)?;
        let mut matched = false;
        for (infno, transaction) in transactions.iter_mut() {
            for node in &mut transaction.nodes {
                if pattern.matches(&[infno, direction_name(node.direction), &node.name]) {
                    change(node);
                    matched = true;
                }
            }
        }
        if !matched {
            return Err(TableError::MatchesNothing(text.clone()));
        }
    }
    Ok(())
}

fn each_field(
    transactions: &mut HashMap<String, TransactionTable>,
    patterns: &[String],
    mut change: impl FnMut(&mut Field),
) -> Result<(), TableError> {
    for text in patterns {
        let pattern = Pattern::parse(text, 4)?;
        let mut matched = false;
        for (infno, transaction) in transactions.iter_mut() {
            for node in &mut transaction.nodes {
                let direction = direction_name(node.direction);
                for field in &mut node.fields {
                    if pattern.matches(&[infno, direction, &node.name, &field.name]) {
                        change(field);
                        matched = true;
                    }
                }
            }
        }
        if !matched {
            return Err(TableError::MatchesNothing(text.clone()));
        }
    }
    Ok(())
}
