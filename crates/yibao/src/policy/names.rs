//! What the names are called that a policy declares: traits, diseases, groups, lanes, references, and the sums that add up.

use std::collections::BTreeMap;

use benefit::{Declaration, Policy, Rule, Title, Written};

use super::language::Language;
use super::{keys, words};

/// The names of one policy, in one language.
#[derive(Debug, Default)]
pub(super) struct Names {
    declared: BTreeMap<(Declaration, String), String>,
    /// In the order of the policy.
    lanes: Vec<(String, String)>,
    references: BTreeMap<String, String>,
    sums: BTreeMap<String, String>,
}

impl Names {
    /// The names of versions of a policy; what two versions call differently is called as the later one does.
    pub(super) fn of(versions: &[&Policy], language: Language) -> Self {
        let mut names = Self::default();
        for policy in versions {
            for kind in [Declaration::Trait, Declaration::Disease, Declaration::Group] {
                let titles = policy.declared(kind).map(|(name, title)| (name, language.title(title)));
                names
                    .declared
                    .extend(titles.map(|(name, title)| ((kind, name.to_owned()), title.to_owned())));
            }
            for lane in policy.outline() {
                names.add_lane(lane.name, &lane.lane.title, language);
            }
            for rule in policy.shared_rules().iter().filter(|rule| rule.table == "reference") {
                if let Some(name) = rule.value("name").and_then(Written::text) {
                    names.references.insert(name.to_owned(), language.title(&rule.title).to_owned());
                }
            }
        }
        names.sums = sums(versions, &names, language);
        names
    }

    fn add_lane(&mut self, name: &str, title: &Title, language: Language) {
        let title = without_remark(language.title(title)).to_owned();
        match self.lanes.iter_mut().find(|(other, _)| other == name) {
            Some(lane) => lane.1 = title,
            None => self.lanes.push((name.to_owned(), title)),
        }
    }

    /// The title of a declared name.
    pub(super) fn declared<'n>(&'n self, kind: Declaration, name: &'n str) -> &'n str {
        self.declared.get(&(kind, name.to_owned())).map_or(name, String::as_str)
    }

    /// The titles of lanes, in the order of the policy. A lane that is not in force has none.
    pub(super) fn lanes(&self, names: &[&str]) -> Vec<&str> {
        let named = self.lanes.iter().filter(|(name, _)| names.contains(&name.as_str()));
        named.map(|(_, title)| title.as_str()).collect()
    }

    /// The title of a reference amount.
    pub(super) fn reference<'n>(&'n self, name: &'n str) -> &'n str {
        self.references.get(name).map_or(name, String::as_str)
    }

    /// A sum, by what adds to it.
    pub(super) fn sum<'n>(&'n self, name: &'n str) -> &'n str {
        self.sums.get(name).map_or(name, String::as_str)
    }
}

/// A title without what is said in parentheses at its end.
fn without_remark(title: &str) -> &str {
    title.split_once(" (").map_or(title, |(title, _)| title)
}

/// The lanes and the uses of one sum.
#[derive(Default)]
struct Uses {
    lanes: Vec<String>,
    uses: Vec<String>,
}

/// Every sum of a policy in words: the lanes and the rules that add to it. Sums that would be called alike are numbered.
fn sums(versions: &[&Policy], names: &Names, language: Language) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, Uses> = BTreeMap::new();
    for rule in versions.iter().flat_map(|policy| policy.rules()) {
        let lanes = rule.value("lanes").map(Written::texts).unwrap_or_default();
        for (sum, r#use) in uses(rule, language) {
            let uses = found.entry(sum.to_owned()).or_default();
            for lane in &lanes {
                push_new(&mut uses.lanes, (*lane).to_owned());
            }
            push_new(&mut uses.uses, r#use);
        }
    }
    let mut called: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (sum, Uses { lanes, uses }) in found {
        let lanes: Vec<&str> = lanes.iter().map(String::as_str).collect();
        let name = format!("{}: {}", language.list(&names.lanes(&lanes)), language.list(&uses));
        called.entry(name).or_default().push(sum);
    }
    let numbered = |(name, sums): (String, Vec<String>)| {
        let alone = sums.len() == 1;
        let number = move |(sum, number): (String, usize)| {
            (sum, if alone { name.clone() } else { format!("{name} ({number})") })
        };
        sums.into_iter().zip(1..).map(number)
    };
    called.into_iter().flat_map(numbered).collect()
}

fn push_new(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// The sums that a rule adds to, with what it adds.
fn uses(rule: &Rule, language: Language) -> Vec<(&str, String)> {
    let fund = rule.value("pays").and_then(Written::text).filter(|_| rule.table == "layer");
    let fund = fund.map_or("", |fund| words::word("LayerFund", fund, language));
    let of_rule = match rule.table {
        "layer" => language.either("{}计入的负担", "the burden that counts for {}").replace("{}", fund),
        "share" => language.either("分段位置", "position on the segments").to_owned(),
        "ceiling" => {
            let limits = rule.value("limits").and_then(Written::text).unwrap_or_default();
            words::word("Summed", limits, language).to_owned()
        }
        table => keys::heading(table, language).to_owned(),
    };
    let of_most = match rule.table {
        "deductible" => language.either("各次起付标准合计", "all deductibles together").to_owned(),
        _ => language.either("{}的支付额", "payments of {}").replace("{}", fund),
    };
    let most = match rule.value("most") {
        Some(Written::Table(fields)) => fields.iter().find(|(key, _)| key == "accumulator"),
        _ => None,
    };
    let own = rule.value("accumulator").and_then(Written::text).map(|sum| (sum, of_rule));
    own.into_iter().chain(most.and_then(|(_, sum)| Some((sum.text()?, of_most)))).collect()
}
