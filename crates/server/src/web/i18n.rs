//! Every text that a person reads, in Chinese and in English, from the Fluent files in `locales/`.
//!
//! A text is named by its key and rendered when it is written: `shell.t("bill-due").with("amount", amount)`. A key
//! that no file defines renders as `⟦key⟧`; tests fail on it, on a key that only one language has, on different
//! variables in the two languages, and on a key that nothing uses.

use std::fmt;
use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The cookie in which the chosen language is kept; its value is [`Language::tag`].
pub const LANGUAGE_COOKIE: &str = "language";

/// A language in which every page exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// Simplified Chinese, the first language.
    #[default]
    Zh,
    /// English.
    En,
}

/// The Fluent files of both languages, by name.
const FILES: [(&str, &str, &str); 6] = [
    ("common", include_str!("../../locales/zh/common.ftl"), include_str!("../../locales/en/common.ftl")),
    ("access", include_str!("../../locales/zh/access.ftl"), include_str!("../../locales/en/access.ftl")),
    ("insured", include_str!("../../locales/zh/insured.ftl"), include_str!("../../locales/en/insured.ftl")),
    (
        "terminal",
        include_str!("../../locales/zh/terminal.ftl"),
        include_str!("../../locales/en/terminal.ftl"),
    ),
    (
        "problems",
        include_str!("../../locales/zh/problems.ftl"),
        include_str!("../../locales/en/problems.ftl"),
    ),
    (
        "documents",
        include_str!("../../locales/zh/documents.ftl"),
        include_str!("../../locales/en/documents.ftl"),
    ),
];

static CHINESE: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::Zh));
static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Language::En));

/// Reads the files of one language. What a file has wrong is left out here and reported by the tests.
fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let locale: LanguageIdentifier = language.tag().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Both languages run left to right, so the invisible isolation marks would only disturb copying and searching.
    bundle.set_use_isolating(false);
    for (_, zh, en) in FILES {
        let source = match language {
            Language::Zh => zh,
            Language::En => en,
        };
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

impl Language {
    /// Both languages, the first one first.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The BCP 47 tag: `zh-CN` or `en`. It is the `lang` attribute and the value of the cookie and the form field.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Zh => "zh-CN",
            Self::En => "en",
        }
    }

    /// The language's own name for itself.
    #[must_use]
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Zh => "中文",
            Self::En => "English",
        }
    }

    /// The language of a BCP 47 tag, whatever its region and script; `None` when it is neither Chinese nor English.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") {
            Some(Self::Zh)
        } else if primary.eq_ignore_ascii_case("en") {
            Some(Self::En)
        } else {
            None
        }
    }

    /// The language to answer in: the cookie if it names one, else the one that `Accept-Language` (RFC 9110, section
    /// 12.5.4) prefers, else Chinese.
    #[must_use]
    pub fn detect(cookie: Option<&str>, accept_language: Option<&str>) -> Self {
        if let Some(chosen) = cookie.and_then(Self::from_tag) {
            return chosen;
        }
        let mut preferred = None;
        for range in accept_language.unwrap_or_default().split(',') {
            let mut parts = range.split(';');
            let language = parts.next().and_then(|tag| Self::from_tag(tag.trim()));
            let weight = parts.find_map(|part| part.trim().strip_prefix("q=")).map_or(1000, thousandths);
            let better = preferred.is_none_or(|(_, best)| weight > best);
            if let Some(language) = language.filter(|_| better && weight > 0) {
                preferred = Some((language, weight));
            }
        }
        preferred.map_or_else(Self::default, |(language, _)| language)
    }

    /// The text with this key.
    #[must_use]
    pub fn text(self, key: &'static str) -> Text {
        Text { language: self, key, arguments: FluentArgs::new() }
    }

    fn bundle(self) -> &'static FluentBundle<FluentResource> {
        match self {
            Self::Zh => &CHINESE,
            Self::En => &ENGLISH,
        }
    }
}

/// Reads a quality value such as `0.8` as 800. What is no quality value counts as nothing.
fn thousandths(quality: &str) -> u32 {
    let (whole, decimals) = quality.trim().split_once('.').unwrap_or((quality.trim(), ""));
    let padded: String = decimals.chars().chain("000".chars()).take(3).collect();
    match (whole.parse::<u32>(), padded.parse::<u32>()) {
        (Ok(0), Ok(fraction)) => fraction,
        (Ok(1), Ok(0)) => 1000,
        _ => 0,
    }
}

/// A text that is rendered when it is written, with the values of its variables.
#[derive(Debug)]
pub struct Text {
    language: Language,
    key: &'static str,
    arguments: FluentArgs<'static>,
}

impl Text {
    /// Gives the variable `name` its value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Argument) -> Self {
        self.arguments.set(name, value.into_value());
        self
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bundle = self.language.bundle();
        let Some(pattern) = bundle.get_message(self.key).and_then(|message| message.value()) else {
            return write!(f, "⟦{}⟧", self.key);
        };
        // A variable without a value shows as `{$name}`, which the tests look for.
        let mut missing = Vec::new();
        f.write_str(&bundle.format_pattern(pattern, Some(&self.arguments), &mut missing))
    }
}

/// A value that a variable of a text can take. Whole numbers choose the plural form; all else is text.
pub trait Argument {
    /// The value as Fluent takes it.
    fn into_value(self) -> FluentValue<'static>;
}

macro_rules! text_arguments {
    ($($type:ty),+) => { $(
        impl Argument for $type {
            fn into_value(self) -> FluentValue<'static> {
                FluentValue::from(self.to_string())
            }
        }
    )+ };
}

macro_rules! number_arguments {
    ($($type:ty),+) => { $(
        impl Argument for $type {
            fn into_value(self) -> FluentValue<'static> {
                FluentValue::from(self)
            }
        }
        impl Argument for &$type {
            fn into_value(self) -> FluentValue<'static> {
                FluentValue::from(*self)
            }
        }
    )+ };
}

impl<'a, 'b: 'a, T: ?Sized> Argument for &'a &'b T
where
    &'b T: Argument,
{
    fn into_value(self) -> FluentValue<'static> {
        (*self).into_value()
    }
}

text_arguments!(&str, &String, String, Text, &Text);
number_arguments!(u8, u16, u32, u64, usize, i64);

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    /// The messages of a file: key to the variables that its text names.
    fn messages(source: &str) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::new();
        let mut current = String::new();
        for line in source.lines() {
            let starts = line.chars().next().is_some_and(|c| c.is_ascii_lowercase());
            if let (true, Some((key, _))) = (starts, line.split_once('=')) {
                current = key.trim().to_owned();
                assert!(
                    found.insert(current.clone(), BTreeSet::new()).is_none(),
                    "{current} is defined twice"
                );
            }
            for variable in line.split('$').skip(1) {
                let name: String =
                    variable.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                found.get_mut(&current).expect("a variable inside a message").insert(name);
            }
        }
        found
    }

    fn all(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let mut found = BTreeMap::new();
        for (file, zh, en) in FILES {
            for (key, variables) in messages(if language == Language::Zh { zh } else { en }) {
                assert!(
                    found.insert(key.clone(), variables).is_none(),
                    "{key} of {file} is also in another file"
                );
            }
        }
        found
    }

    fn files_under(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                files_under(&path, extension, found);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }

    fn sources() -> Vec<(PathBuf, String)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut paths = Vec::new();
        files_under(&root.join("templates"), "html", &mut paths);
        files_under(&root.join("src"), "rs", &mut paths);
        paths.into_iter().map(|path| (path.clone(), fs::read_to_string(&path).expect("readable"))).collect()
    }

    #[test]
    fn every_file_reads_without_errors_and_none_is_forgotten() {
        for (name, zh, en) in FILES {
            for source in [zh, en] {
                let read = FluentResource::try_new(source.to_owned());
                assert!(read.is_ok(), "{name}: {:?}", read.err().map(|(_, errors)| errors));
            }
        }
        for language in ["zh", "en"] {
            let mut paths = Vec::new();
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language);
            files_under(&folder, "ftl", &mut paths);
            assert_eq!(paths.len(), FILES.len(), "{language}: {paths:?}");
        }
    }

    #[test]
    fn both_languages_have_the_same_texts_with_the_same_variables() {
        let (zh, en) = (all(Language::Zh), all(Language::En));
        for key in zh.keys().chain(en.keys()) {
            assert_eq!(zh.get(key), en.get(key), "{key}");
        }
        assert!(zh.len() > 100, "the files were read");
    }

    #[test]
    fn every_text_that_is_asked_for_exists() {
        let known = all(Language::Zh);
        let mut asked = 0;
        for (path, source) in sources() {
            for call in source.split(".t(\"").skip(1).chain(source.split(".text(\"").skip(1)) {
                let key = call.split('"').next().unwrap_or_default();
                if path.ends_with("i18n.rs") {
                    continue;
                }
                assert!(known.contains_key(key), "{} asks for {key}", path.display());
                asked += 1;
            }
        }
        assert!(asked > 100, "calls were found");
    }

    #[test]
    fn every_text_is_used() {
        let sources = sources();
        for key in all(Language::Zh).keys() {
            let quoted = format!("\"{key}\"");
            assert!(sources.iter().any(|(_, source)| source.contains(&quoted)), "{key} is never used");
        }
    }

    #[test]
    fn the_cookie_wins_over_the_browser_and_chinese_is_the_default() {
        assert_eq!(Language::detect(Some("en"), Some("zh-CN")), Language::En);
        assert_eq!(Language::detect(Some("klingon"), Some("en-GB")), Language::En);
        assert_eq!(Language::detect(None, Some("fr, zh-Hant;q=0.7, en-US;q=0.8")), Language::En);
        assert_eq!(Language::detect(None, Some("fr, zh-Hant;q=0.9, en-US;q=0.8")), Language::Zh);
        assert_eq!(Language::detect(None, Some("en;q=0")), Language::Zh);
        assert_eq!(Language::detect(None, Some("en;q=bad, zh;q=0.1")), Language::Zh);
        assert_eq!(Language::detect(None, Some("fr")), Language::Zh);
        assert_eq!(Language::detect(None, None), Language::Zh);
    }

    #[test]
    fn a_missing_text_shows_its_key() {
        assert_eq!(Language::Zh.text("no-such-text").to_string(), "⟦no-such-text⟧");
    }

    #[test]
    fn whole_numbers_choose_the_plural() {
        let text = |tries: u8| Language::En.text("problem-pin-wrong").with("tries", tries).to_string();
        assert!(text(1).contains("1 try left"), "{}", text(1));
        assert!(text(3).contains("3 tries left"), "{}", text(3));
    }
}
