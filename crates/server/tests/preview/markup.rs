//! Just enough of an HTML reader to check what the templates write: it is strict where a browser would forgive.

/// Elements without content.
const VOID: [&str; 6] = ["br", "img", "input", "link", "meta", "hr"];
/// Elements that browsers close by themselves; the templates close them all the same.
const SELF_CLOSED: [&str; 2] = ["path", "rect"];

/// A start tag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Element name.
    pub name: String,
    /// Attributes in their order; one without a value has an empty one.
    pub attributes: Vec<(String, String)>,
    /// Names of the elements around it, the outermost first.
    pub within: Vec<String>,
    /// The number of the form around it, counted from one; zero outside of forms.
    pub form: usize,
}

impl Tag {
    /// The value of an attribute.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the attribute is there.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }
}

/// Every start tag of `html`, with where it stands.
///
/// # Panics
/// On a tag that is not closed in order, an attribute without quotation marks, or one that comes twice.
pub fn tags(html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut forms = 0;
    let mut rest = html.trim_start().trim_start_matches("<!doctype html>");
    while let Some(start) = rest.find('<') {
        assert!(!rest[..start].contains('>'), "a stray '>' in {:?}", &rest[..start]);
        rest = &rest[start + 1..];
        if let Some(after) = rest.strip_prefix('/') {
            let end = after.find('>').expect("an end of the end tag");
            let name = &after[..end];
            assert_eq!(open.pop().as_deref(), Some(name), "closed out of order, inside {open:?}");
            rest = &after[end + 1..];
            continue;
        }
        let end = rest.find('>').expect("an end of the start tag");
        let closed = rest[..end].ends_with('/');
        let inner = rest[..end].trim_end_matches('/');
        let (name, attributes) = inner.split_once(char::is_whitespace).unwrap_or((inner, ""));
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "element name {name:?}");
        if name == "form" {
            assert!(!open.iter().any(|around| around == "form"), "a form inside a form");
            forms += 1;
        }
        let form = if name == "form" || open.iter().any(|around| around == "form") { forms } else { 0 };
        let attributes = read_attributes(attributes);
        found.push(Tag { name: name.to_owned(), attributes, within: open.clone(), form });
        assert_eq!(closed, SELF_CLOSED.contains(&name), "{name} closes itself or not");
        if !closed && !VOID.contains(&name) {
            open.push(name.to_owned());
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "left open: {open:?}");
    found
}

fn read_attributes(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let quoted = after.strip_prefix('"').unwrap_or_else(|| panic!("{name} has no quotation marks"));
            let close = quoted.find('"').expect("a closing quotation mark");
            value = quoted[..close].to_owned();
            rest = &quoted[close + 1..];
        }
        assert!(found.iter().all(|(known, _)| *known != name), "{name} comes twice");
        found.push((name, value));
        rest = rest.trim_start();
    }
    found
}

#[test]
fn the_reader_sees_nesting_forms_and_attributes() {
    let found = tags(r#"<!doctype html><form id="a"><p>x<input name="b" required></p></form><p>y</p>"#);
    let seen: Vec<_> = found.iter().map(|tag| (tag.name.as_str(), tag.form, tag.within.len())).collect();
    assert_eq!(seen, [("form", 1, 0), ("p", 1, 1), ("input", 1, 2), ("p", 0, 0)]);
    assert_eq!(found[2].get("name"), Some("b"));
    assert!(found[2].has("required") && !found[2].has("value"));
}

#[test]
#[should_panic(expected = "closed out of order")]
fn the_reader_refuses_crossed_elements() {
    let _ = tags("<p><b>x</p></b>");
}
