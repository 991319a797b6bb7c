//! Records: structs whose members are members of a JSON object.

use serde_json::Value;

use super::encoded::Encoded;
use crate::Object;
use crate::check::{Fault, Form, Problem};
use crate::value::Scalar;

/// A struct that is one JSON object. Made by the macro `record!`.
pub(crate) trait Record: Sized {
    fn read(object: &Object) -> Result<Self, Problem>;
    fn write(&self, object: &mut Object);

    fn to_object(&self) -> Object {
        let mut object = Object::new();
        self.write(&mut object);
        object
    }
}

/// A member of a record, under the first of its names that is there.
pub(crate) trait Member: Sized {
    fn read(object: &Object, names: &[&str]) -> Result<Self, Problem>;
    fn write(&self, name: &str, object: &mut Object);
}

fn first_present<'a, 'n>(object: &'a Object, names: &[&'n str]) -> (&'n str, Option<&'a Value>) {
    let present = names.iter().find_map(|name| {
        let value = object.get(*name)?;
        (Scalar::of(value) != Scalar::Empty).then_some((*name, Some(value)))
    });
    present.unwrap_or((names.first().copied().unwrap_or_default(), None))
}

impl<T: Encoded> Member for T {
    fn read(object: &Object, names: &[&str]) -> Result<Self, Problem> {
        let (name, value) = first_present(object, names);
        let value = value.ok_or_else(|| Problem::new(name, "", Fault::Missing))?;
        T::decode(value).map_err(|fault| Problem::new(name, "", fault))
    }

    fn write(&self, name: &str, object: &mut Object) {
        object.insert(name.to_owned(), self.encode());
    }
}

impl<T: Encoded> Member for Option<T> {
    fn read(object: &Object, names: &[&str]) -> Result<Self, Problem> {
        let (name, value) = first_present(object, names);
        value.map(T::decode).transpose().map_err(|fault| Problem::new(name, "", fault))
    }

    fn write(&self, name: &str, object: &mut Object) {
        object.insert(name.to_owned(), self.as_ref().map_or_else(T::nothing, T::encode));
    }
}

/// A node that is a list. One that is absent is empty.
impl<T: Record> Member for Vec<T> {
    fn read(object: &Object, names: &[&str]) -> Result<Self, Problem> {
        let (name, value) = first_present(object, names);
        let entries = match value {
            None => &[],
            Some(Value::Array(entries)) => entries.as_slice(),
            Some(one) => std::slice::from_ref(one),
        };
        let positions = 1_usize..;
        positions.zip(entries).map(|(position, entry)| read_entry(name, Some(position), entry)).collect()
    }

    fn write(&self, name: &str, object: &mut Object) {
        let entries = self.iter().map(|entry| Value::Object(entry.to_object())).collect();
        object.insert(name.to_owned(), Value::Array(entries));
    }
}

/// Reads a node that is one object.
pub(crate) fn read_node<T: Record>(object: &Object, name: &str) -> Result<T, Problem> {
    let value = object.get(name).ok_or_else(|| Problem::new(name, "", Fault::Missing))?;
    read_entry(name, None, value)
}

/// Writes a node that is one object.
pub(crate) fn write_node<T: Record>(record: &T, name: &str, object: &mut Object) {
    object.insert(name.to_owned(), Value::Object(record.to_object()));
}

fn read_entry<T: Record>(node: &str, position: Option<usize>, value: &Value) -> Result<T, Problem> {
    let object = value.as_object().ok_or_else(|| {
        Problem::new("", "", Fault::WrongForm { shown: None, expected: Form::Object }).inside(node, position)
    })?;
    T::read(object).map_err(|problem| problem.inside(node, position))
}

/// Reads a member that counts as `default` where it is absent.
pub(crate) fn read_or<T: Member>(object: &Object, names: &[&str], default: T) -> Result<T, Problem> {
    match T::read(object, names) {
        Err(Problem { fault: Fault::Missing, .. }) => Ok(default),
        other => other,
    }
}

/// Declares records. A line is `name: Type = "name on the wire"`; further names after `|` are accepted when reading;
/// `else value` stands for an absent member.
macro_rules! record {
    ($(
        $(#[$meta:meta])*
        pub struct $name:ident {
            $($(#[$field_meta:meta])* $field:ident : $type:ty = $key:literal $(| $other:literal)* $(else $default:expr)?,)+
        }
    )+) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)+
        }

        impl $crate::message::record::Record for $name {
            fn read(object: &$crate::Object) -> Result<Self, $crate::check::Problem> {
                Ok(Self {
                    $($field: record!(@read object, $type, [$key $(, $other)*] $(, $default)?),)+
                })
            }

            fn write(&self, object: &mut $crate::Object) {
                $($crate::message::record::Member::write(&self.$field, $key, object);)+
            }
        }
    )+ };
    (@read $object:ident, $type:ty, $names:expr) => {
        <$type as $crate::message::record::Member>::read($object, &$names)?
    };
    (@read $object:ident, $type:ty, $names:expr, $default:expr) => {
        $crate::message::record::read_or::<$type>($object, &$names, $default)?
    };
}

/// Makes records messages: each is the one node of its message.
macro_rules! single_node {
    ($($name:ident = $node:literal),+ $(,)?) => { $(
        impl $crate::message::Message for $name {
            fn from_nodes(nodes: &$crate::Object) -> Result<Self, $crate::check::Problem> {
                $crate::message::record::read_node(nodes, $node)
            }

            fn to_nodes(&self) -> Result<$crate::Object, $crate::arithmetic::ArithmeticError> {
                let mut nodes = $crate::Object::new();
                $crate::message::record::write_node(self, $node, &mut nodes);
                Ok(nodes)
            }
        }
    )+ };
}

pub(crate) use {record, single_node};
