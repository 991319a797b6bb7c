//! The policies of all regions, read together.

use std::collections::BTreeMap;

use model::{Date, Region, Scheme};
use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::DeTable;

use super::check::Check;
use super::read::{Families, Head, Known, documents, head};
use super::{Policy, Rule};
use crate::reader::{Place, PolicyError, Problems, Reader};
use crate::{Case, Refusal, form};

/// The benefit policies of all regions, checked as a whole. It is either entirely right or not there.
#[derive(Debug)]
pub struct PolicyBook {
    version: String,
    policies: BTreeMap<(Region, Scheme), Vec<Policy>>,
}

/// A file that was parsed as TOML.
struct Parsed<'a> {
    place: Place<'a>,
    table: Spanned<DeTable<'a>>,
}

/// The readers of one policy's files.
#[derive(Default)]
struct Group<'a> {
    roots: Vec<Reader<'a>>,
}

/// Whether a file under `policies/` holds rules. Worked cases, in a folder named `cases`, and anything that is not TOML
/// are passed over.
#[must_use]
pub fn is_policy_file(name: &str) -> bool {
    let mut parts = name.rsplit(['/', '\\']);
    let is_toml = parts.next().is_some_and(|file| file.ends_with(".toml"));
    is_toml && !parts.any(|folder| folder == "cases")
}

impl PolicyBook {
    /// Reads and checks policy files, given as (name, text). Which region and scheme a file belongs to stands in the
    /// file; names serve messages alone. Files for which [`is_policy_file`] is false are passed over.
    ///
    /// # Errors
    /// Everything that is wrong, by file and line.
    pub fn parse(files: &[(String, String)]) -> Result<Self, Vec<PolicyError>> {
        let problems = Problems::default();
        let policies = {
            let parsed: Vec<Parsed<'_>> = files
                .iter()
                .filter(|(name, _)| is_policy_file(name))
                .filter_map(|(name, text)| {
                    let place = Place { file: name, text, problems: &problems };
                    place.parse().map(|table| Parsed { place, table })
                })
                .collect();
            // Without a file that is no TOML, much that others refer to would seem to be missing.
            let readable = if problems.count() == 0 { parsed.as_slice() } else { &[] };
            let mut groups: BTreeMap<(Region, Scheme), Group<'_>> = BTreeMap::new();
            for file in readable {
                let mut root = Reader::new(file.place, "the file", 1, file.table.get_ref());
                let region = root.need("region", form::region);
                let scheme = root.need("scheme", form::word::<Scheme>);
                if let (Some(region), Some(scheme)) = (region, scheme) {
                    groups.entry((region, scheme)).or_default().roots.push(root);
                }
            }
            groups.into_iter().map(|(key, group)| (key, group.compile(key, &problems))).collect()
        };
        let errors = problems.into_sorted();
        if errors.is_empty() { Ok(Self { version: policy_version(files), policies }) } else { Err(errors) }
    }

    /// SHA-256, in hexadecimal, of the texts of the files. It does not depend on where the files lie or in which order
    /// they were given, and names the book in every settlement.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The version of a region's policy that is in force on a date.
    ///
    /// # Errors
    /// There is no policy of that region and scheme, or it does not cover the date.
    pub fn in_force(&self, region: Region, scheme: Scheme, on: Date) -> Result<&Policy, Refusal> {
        let versions = self.policies.get(&(region, scheme));
        let (Some(versions), Some(first), Some(last)) =
            (versions, versions.and_then(|all| all.first()), versions.and_then(|all| all.last()))
        else {
            return Err(Refusal::NoPolicy { region, scheme });
        };
        let begun = versions.partition_point(|version| version.from <= on);
        let found = begun.checked_sub(1).and_then(|index| versions.get(index));
        found.filter(|version| version.until.is_none_or(|until| on < until)).ok_or(Refusal::NoPolicyOn {
            region,
            scheme,
            on,
            first: first.from,
            last: last.until.and_then(|until| until.yesterday().ok()),
        })
    }

    /// The version of the policy by which a bill is settled.
    ///
    /// # Errors
    /// As [`PolicyBook::in_force`].
    pub fn settling(&self, case: &Case) -> Result<&Policy, Refusal> {
        self.in_force(case.person.region, case.person.scheme, case.circumstances().rules_on())
    }

    /// Every version of every policy.
    pub fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.policies.values().flatten()
    }

    /// Every rule of every policy, in all its versions; a rule that several versions of a policy share comes each time.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.policies().flat_map(|policy| policy.rules().map(AsRef::as_ref))
    }
}

impl Group<'_> {
    /// Reads what all files of a policy say and compiles its versions.
    fn compile(mut self, key: (Region, Scheme), problems: &Problems) -> Vec<Policy> {
        let mut names = Known::default();
        for root in &mut self.roots {
            documents(root, &mut names.documents);
            names.declared.read(root);
        }
        let mut families = Families::default();
        let mut heads: Vec<Head> = Vec::new();
        let first_file = self.roots.first().map(|root| root.place.file.to_owned()).unwrap_or_default();
        for mut root in self.roots {
            heads.extend(head(&mut root));
            families.read(&mut root, &names);
            root.finish();
        }
        if let [_, second, ..] = heads.as_slice() {
            let message = "the policy has two [policy] tables".to_owned();
            problems.report(&second.file, second.line, message, None);
        }
        match heads.first() {
            Some(head) => Check::new(key, head, &families, names.declared, problems).versions(),
            None => {
                let message = format!(
                    "no file of region {}, scheme {} has a sound [policy] table",
                    key.0,
                    key.1.code()
                );
                problems.report(&first_file, 1, message, Some("it says title and first day".to_owned()));
                Vec::new()
            }
        }
    }
}

/// The version that a book of these files has, right or wrong: the digest of the policy files' texts, each preceded by its
/// length, in the order of the texts.
#[must_use]
pub fn policy_version(files: &[(String, String)]) -> String {
    let mut texts: Vec<&str> =
        files.iter().filter(|(name, _)| is_policy_file(name)).map(|(_, text)| text.as_str()).collect();
    texts.sort_unstable();
    let mut digest = Sha256::new();
    for text in texts {
        digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
        digest.update(text.as_bytes());
    }
    hex::encode(digest.finalize())
}
