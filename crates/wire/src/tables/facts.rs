//! Reads the files of facts.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde::Deserialize;

use super::{CodeList, Direction, Field, Kind, Node, TableError, TransactionTable};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TransactionFacts {
    name: String,
    writes: bool,
    nodes: Vec<NodeFacts>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NodeFacts {
    direction: DirectionFacts,
    node: String,
    fields: Vec<FieldFacts>,
}

#[derive(Deserialize)]
enum DirectionFacts {
    #[serde(rename = "in")]
    In,
    #[serde(rename = "out")]
    Out,
    #[serde(rename = "in file")]
    InFile,
    #[serde(rename = "out file")]
    OutFile,
}

/// Name, Chinese name, form, marks, sources.
#[derive(Deserialize)]
struct FieldFacts(String, String, String, String, String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeListFacts {
    name: String,
    values: BTreeMap<String, String>,
}

fn parse<T: for<'de> Deserialize<'de>>(
    file: &'static str,
    text: &str,
) -> Result<BTreeMap<String, T>, TableError> {
    serde_json::from_str(text).map_err(|error| TableError::Facts { file, reason: error.to_string() })
}

/// The code lists of a file, by their national names.
pub(super) fn code_lists(file: &'static str, text: &str) -> Result<HashMap<String, CodeList>, TableError> {
    let lists: BTreeMap<String, CodeListFacts> = parse(file, text)?;
    Ok(lists
        .into_iter()
        .map(|(key, list)| (key, CodeList { name: list.name, values: list.values }))
        .collect())
}

/// The transactions of a file, by their numbers.
pub(super) fn transactions(
    file: &'static str,
    text: &str,
    lists: &HashMap<String, Arc<CodeList>>,
) -> Result<HashMap<String, TransactionTable>, TableError> {
    let facts: BTreeMap<String, TransactionFacts> = parse(file, text)?;
    facts
        .into_iter()
        .map(|(infno, facts)| {
            let nodes = facts.nodes.into_iter().map(|node| read_node(&infno, node, lists));
            let mut nodes = nodes.collect::<Result<Vec<_>, _>>()?;
            mark_nested(&mut nodes);
            Ok((infno, TransactionTable { name: facts.name, writes: facts.writes, nodes }))
        })
        .collect()
}

fn read_node(
    infno: &str,
    facts: NodeFacts,
    lists: &HashMap<String, Arc<CodeList>>,
) -> Result<Node, TableError> {
    let fields = facts.fields.into_iter().map(|field| read_field(infno, &facts.node, field, lists));
    let fields = fields.collect::<Result<Vec<_>, _>>()?;
    Ok(Node {
        direction: match facts.direction {
            DirectionFacts::In => Direction::In,
            DirectionFacts::Out => Direction::Out,
            DirectionFacts::InFile => Direction::InFile,
            DirectionFacts::OutFile => Direction::OutFile,
        },
        required: fields.iter().any(|field| field.required),
        name: facts.node,
        many: false,
        nested: false,
        spellings: Vec::new(),
        fields,
    })
}

fn read_field(
    infno: &str,
    node: &str,
    facts: FieldFacts,
    lists: &HashMap<String, Arc<CodeList>>,
) -> Result<Field, TableError> {
    let FieldFacts(name, label, form, marks, sources) = facts;
    let kind = Kind::parse(&form)
        .ok_or_else(|| TableError::Form { place: format!("{infno}.{node}.{name}"), form: form.clone() })?;
    let listed = marks.contains('L');
    let list = listed.then(|| lists.get(&name).or_else(|| lists.get(&snake_case(&name)))).flatten().cloned();
    Ok(Field {
        name,
        label,
        kind,
        required: marks.contains('Y'),
        empty_is_zero: false,
        personal: false,
        list,
        spellings: Vec::new(),
        sources,
    })
}

/// A node is nested where another node of its direction has a field of its name that holds JSON.
fn mark_nested(nodes: &mut [Node]) {
    let holders: Vec<(Direction, String)> = nodes
        .iter()
        .flat_map(|node| {
            let fields =
                node.fields.iter().filter(|field| field.kind == Kind::Json && field.name != node.name);
            fields.map(|field| (node.direction, field.name.clone()))
        })
        .collect();
    for node in nodes {
        node.nested = holders.contains(&(node.direction, node.name.clone()));
    }
}

/// `psnCertType` becomes `psn_cert_type`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len().saturating_add(4));
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
