//! Renders every page in both languages with invented data, and checks what every page promises.
//!
//! With `PREVIEW_DIR` set, the pages and their assets are written there, to be looked at through any file server.

#![expect(clippy::expect_used, clippy::panic, reason = "what fails here fails the test")]

mod markup;
mod samples;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use markup::{Tag, tags};
use samples::Sample;
use server::web::{Appearance, Language, Shell, TextSize, Theme, assets};

fn shell(language: Language, text_size: TextSize) -> Shell {
    Shell {
        language,
        appearance: Appearance { text_size, theme: Theme::Device },
        csrf: "form-token".to_owned(),
        path: "/bills?tab=paid&page=2".to_owned(),
        now: samples::now(),
        demo: None,
    }
}

fn pages(shell: &Shell) -> Vec<Sample> {
    let mut all = samples::access(shell);
    all.extend(samples::insured(shell));
    all.extend(samples::terminal(shell));
    all
}

/// Every page in both languages, in the standard and in the elder version.
fn every_page() -> Vec<(Language, Sample)> {
    let mut all = Vec::new();
    for language in Language::ALL {
        for size in [TextSize::Standard, TextSize::Elder] {
            all.extend(pages(&shell(language, size)).into_iter().map(|page| (language, page)));
        }
    }
    all
}

fn every_piece() -> Vec<(Language, Sample)> {
    let mut all = every_page();
    for language in Language::ALL {
        let fragments = samples::fragments(&shell(language, TextSize::Standard));
        all.extend(fragments.into_iter().map(|piece| (language, piece)));
    }
    all
}

fn count(tags: &[Tag], name: &str) -> usize {
    tags.iter().filter(|tag| tag.name == name).count()
}

#[test]
fn every_page_is_a_whole_document_with_one_heading_and_its_language() {
    for (language, page) in every_page() {
        let name = page.name;
        let found = tags(&page.html);
        assert!(page.html.starts_with("<!doctype html>"), "{name}");
        let html = found.first().expect("an element");
        assert_eq!((html.name.as_str(), html.get("lang")), ("html", Some(language.tag())), "{name}");
        for single in ["h1", "main", "title", "header"] {
            assert_eq!(count(&found, single), 1, "{single} on {name}");
        }
        assert!(found.iter().filter(|tag| tag.has("autofocus")).count() <= 1, "one autofocus on {name}");
    }
}

#[test]
fn every_text_is_there_with_its_values() {
    for (language, piece) in every_piece() {
        for trace in ["⟦", "{$", "{ $", "d=\"\"", "href=\"\"", "src=\"\"", "Some(", "None"] {
            assert!(!piece.html.contains(trace), "{trace} in {} ({language:?})", piece.name);
        }
    }
}

/// The text that people read, without tags.
fn words(html: &str) -> String {
    html.split('<')
        .filter_map(|piece| piece.split_once('>'))
        .map(|(_, text)| text)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn english_pages_without_names_have_no_chinese_but_the_way_to_it() {
    let without_names = [
        "login",
        "login-code",
        "activate",
        "activate-identity",
        "activate-agreement",
        "help",
        "privacy",
        "agreement",
        "error",
        "t-login",
    ];
    let found: Vec<Sample> = pages(&shell(Language::En, TextSize::Standard))
        .into_iter()
        .filter(|page| without_names.contains(&page.name))
        .collect();
    assert_eq!(found.len(), without_names.len());
    for page in found {
        let words = words(&page.html).replace("中文", "");
        let chinese: String = words.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).collect();
        assert!(chinese.is_empty(), "{chinese} on {}", page.name);
    }
}

#[test]
fn nothing_is_inline_so_that_the_content_security_policy_holds() {
    for (_, piece) in every_piece() {
        for tag in tags(&piece.html) {
            assert!(!tag.has("style") && tag.name != "style", "a style in {}", piece.name);
            assert!(tag.name != "script" || tag.has("src"), "an inline script in {}", piece.name);
            assert!(
                !tag.attributes.iter().any(|(key, _)| key.starts_with("on")),
                "a handler in {}",
                piece.name
            );
            for address in [tag.get("src"), tag.get("href"), tag.get("action")].into_iter().flatten() {
                let local = address.starts_with('/') && !address.starts_with("//");
                assert!(
                    local || address.starts_with('#') || address == "tel:12393",
                    "{address} in {}",
                    piece.name
                );
            }
        }
    }
}

#[test]
fn every_asset_that_a_page_names_can_be_served() {
    for (_, page) in every_page() {
        for tag in tags(&page.html) {
            for address in [tag.get("src"), tag.get("href")].into_iter().flatten() {
                if address.starts_with("/assets/") {
                    assert!(assets::find(address).is_some(), "{address} on {}", page.name);
                }
            }
        }
    }
}

#[test]
fn every_control_has_a_label_and_every_reference_a_target() {
    for (_, piece) in every_piece() {
        let name = piece.name;
        let found = tags(&piece.html);
        let mut ids = BTreeSet::new();
        for id in found.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id.to_owned()), "#{id} twice on {name}");
        }
        let labelled: BTreeSet<&str> =
            found.iter().filter(|tag| tag.name == "label").filter_map(|tag| tag.get("for")).collect();
        for tag in &found {
            let is_control =
                tag.name == "select" || (tag.name == "input" && tag.get("type") != Some("hidden"));
            if is_control {
                assert!(labelled.contains(tag.get("id").expect("an id")), "no label: {tag:?} on {name}");
            }
            for key in ["for", "aria-describedby", "aria-labelledby", "list"] {
                for target in tag.get(key).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(target), "{key}={target} leads nowhere on {name}");
                }
            }
            if tag.name == "img" {
                assert!(tag.has("alt"), "an image without alt on {name}");
            }
            let invalid = tag.has("aria-invalid");
            assert!(!invalid || tag.has("aria-describedby"), "an error that is not told on {name}: {tag:?}");
        }
    }
}

#[test]
fn every_form_posts_with_its_token_and_secrets_never_come_back() {
    for (_, piece) in every_piece() {
        let found = tags(&piece.html);
        for form in found.iter().filter(|tag| tag.name == "form") {
            assert_eq!(form.get("method"), Some("post"), "{form:?}");
            let has_token = found.iter().any(|tag| {
                tag.form == form.form
                    && tag.get("name") == Some("csrf")
                    && tag.get("value") == Some("form-token")
            });
            assert!(has_token, "no form token: {form:?} on {}", piece.name);
        }
        for secret in found.iter().filter(|tag| tag.get("type") == Some("password")) {
            assert_eq!(secret.get("value"), Some(""), "{}", piece.name);
        }
    }
}

/// `/bills/01J…/pay` becomes `/bills/{id}/pay`, and `/t/s/01J…/settle` `/t/s/{visit}/settle`, as the table writes them.
fn pattern(action: &str) -> String {
    let mut parts: Vec<String> = action.split('/').map(str::to_owned).collect();
    for place in 1..parts.len() {
        if parts[place].starts_with("01J") {
            parts[place] = if parts[place - 1] == "s" { "{visit}".to_owned() } else { "{id}".to_owned() };
        }
    }
    parts.join("/")
}

#[test]
fn every_form_and_field_is_in_the_table_that_handlers_follow() {
    let table = include_str!("../../src/web/mod.rs");
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (_, piece) in every_piece() {
        let found = tags(&piece.html);
        for form in found.iter().filter(|tag| tag.name == "form") {
            let fields = seen.entry(pattern(form.get("action").expect("an action"))).or_default();
            for tag in found.iter().filter(|tag| tag.form == form.form && tag.name != "form") {
                fields.extend(tag.get("name").map(str::to_owned));
            }
        }
    }
    assert!(seen.len() >= 25, "forms were found: {:?}", seen.keys());
    for (action, fields) in seen {
        assert!(table.contains(&format!("`{action}`")), "{action} is not in the table");
        for field in fields {
            assert!(table.contains(&format!("`{field}`")), "{field} of {action} is not in the table");
        }
    }
}

#[test]
fn what_people_typed_cannot_become_markup() {
    use askama::Template;
    use server::web::insured::ActivateIdentityPage;
    use server::web::{Field, Problem};
    let attack = r#""><script src="//evil.example"></script>"#;
    let page = ActivateIdentityPage {
        shell: shell(Language::Zh, TextSize::Standard),
        name: Field::refused(attack, Problem::BankRefused { reason: attack.to_owned() }),
        id_number: Field::filled(attack),
        problem: Some(Problem::BankRefused { reason: attack.to_owned() }),
    };
    let html = page.render().expect("renders");
    assert_eq!(count(&tags(&html), "script"), 1, "only the page's own");
    assert!(!html.contains(attack));
}

#[test]
fn write_the_preview_where_it_is_asked_for() {
    let Some(folder) = std::env::var_os("PREVIEW_DIR") else { return };
    let folder = Path::new(&folder);
    fs::create_dir_all(folder.join("assets")).expect("a folder");
    for asset in assets::all() {
        fs::write(folder.join(asset.url.trim_start_matches('/')), asset.bytes).expect("written");
    }
    for language in Language::ALL {
        for size in TextSize::ALL {
            for theme in [Theme::Light, Theme::Dark] {
                let appearance = Appearance { text_size: size, theme };
                let shell = Shell { appearance, ..shell(language, size) };
                let place = folder.join(format!("{}-{}-{}", language.tag(), size.code(), theme.code()));
                fs::create_dir_all(&place).expect("a folder");
                let fragments = samples::fragments(&shell);
                for page in pages(&shell).into_iter().chain(fragments) {
                    fs::write(place.join(page.name).with_extension("html"), page.html).expect("written");
                }
            }
        }
    }
}
