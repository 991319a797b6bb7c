//! The names that a policy's rules may use in conditions: traits, diseases and groups of items.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::rule::Title;
use crate::form;
use crate::reader::{Reader, Wrong};

/// A name with what it is called and the national codes that stand for it.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) name: Arc<str>,
    pub(crate) title: Title,
    /// Codes of the national lists, by which registers are read; a code also stands for all that begin with it.
    pub(crate) codes: Vec<String>,
    /// Whether the person can come by it by an act of their own, such as a contract with a family doctor.
    pub(crate) attainable: bool,
    file: String,
    line: usize,
}

/// The names of one kind, in alphabetical order; the place in it is the bit of the name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names(Vec<Name>);

/// Every name of one policy.
#[derive(Debug, Clone, Default)]
pub(crate) struct Declared {
    pub(crate) traits: Names,
    pub(crate) diseases: Names,
    pub(crate) groups: Names,
}

/// How many names of a kind a policy may have; the lowest bit stands for none of them.
pub(crate) const MOST_TRAITS: usize = 63;
pub(crate) const MOST_DISEASES: usize = 127;
pub(crate) const MOST_GROUPS: usize = 63;

impl Names {
    /// Adds the tables `[kind.name]` of a file.
    fn read(&mut self, root: &mut Reader<'_>, kind: &'static str, most: usize) {
        for (name, mut reader) in root.named_tables(kind) {
            let title = super::read::title(&mut reader);
            let codes = reader.maybe("codes", form::codes).unwrap_or_default();
            let attainable = reader.maybe("attainable", form::truth).unwrap_or(false);
            let (place, line) = (reader.place, reader.line);
            reader.finish();
            if let Err(Wrong { message, hint }) = form::plain_name(&name) {
                place.report(line, message, hint);
            }
            let Some(title) = title else { continue };
            let taken = |code: &&String| self.0.iter().any(|other| other.codes.contains(*code));
            if let Some(code) = codes.iter().find(taken) {
                place.report(line, format!("code '{code}' stands for another {kind} already"), None);
            }
            let named = Name {
                name: name.as_str().into(),
                title,
                codes,
                attainable,
                file: place.file.to_owned(),
                line,
            };
            match self.0.binary_search_by(|other| other.name.as_ref().cmp(&name)) {
                Ok(index) => {
                    let other = self.0.get(index).map(|other| format!("{}:{}", other.file, other.line));
                    let message =
                        format!("{kind} '{name}' is there twice; see {}", other.unwrap_or_default());
                    place.report(line, message, None);
                }
                Err(_) if self.0.len() >= most => {
                    place.report(line, format!("a policy has at most {most} names of this kind"), None);
                }
                Err(index) => self.0.insert(index, named),
            }
        }
    }

    /// The place of a name.
    pub(crate) fn place_of(&self, name: &str) -> Option<usize> {
        self.0.binary_search_by(|other| other.name.as_ref().cmp(name)).ok()
    }

    /// All names.
    pub(crate) fn names(&self) -> BTreeSet<&str> {
        self.0.iter().map(|name| name.name.as_ref()).collect()
    }

    /// The name at a place.
    pub(crate) fn at(&self, place: usize) -> Option<&Name> {
        self.0.get(place)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Name> {
        self.0.iter()
    }

    /// The place of the name that a national code stands for.
    pub(crate) fn place_of_code(&self, code: &str) -> Option<usize> {
        let longest = |name: &Name| {
            let fitting = name.codes.iter().filter(|prefix| code.starts_with(prefix.as_str()));
            fitting.map(String::len).max()
        };
        let fitting = self.0.iter().enumerate().filter_map(|(place, name)| Some((longest(name)?, place)));
        fitting.max_by_key(|(length, _)| *length).map(|(_, place)| place)
    }
}

impl Declared {
    /// Adds the names of a file.
    pub(crate) fn read(&mut self, root: &mut Reader<'_>) {
        self.traits.read(root, "trait", MOST_TRAITS);
        self.diseases.read(root, "disease", MOST_DISEASES);
        self.groups.read(root, "group", MOST_GROUPS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_code_that_fits_decides() {
        let name = |name: &str, code: &str| Name {
            name: name.into(),
            title: Title { zh: String::new(), en: String::new() },
            codes: vec![code.to_owned()],
            attainable: false,
            file: String::new(),
            line: 1,
        };
        let names = Names(vec![name("any", "N18"), name("fifth", "N18.9")]);
        assert_eq!(names.place_of_code("N18.900"), Some(1));
        assert_eq!(names.place_of_code("N18.100"), Some(0));
        assert_eq!(names.place_of_code("N17"), None);
    }
}
