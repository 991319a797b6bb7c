//! Rust source taken apart into code and string literals, as far as the checks need it.

/// A string literal.
#[derive(Debug, PartialEq, Eq)]
pub struct Literal {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// What stands between its quotes.
    pub text: String,
}

/// Source text without comments, and its string literals apart from it.
#[derive(Debug, PartialEq, Eq)]
pub struct RustSource {
    /// The code line by line; comments and the insides of literals are left out.
    pub lines: Vec<String>,
    /// The string literals in their order.
    pub literals: Vec<Literal>,
}

impl RustSource {
    /// Takes `text` apart. Text that is not Rust gives some answer too.
    pub fn read(text: &str) -> Self {
        let mut reader = Reader { rest: text, code: String::new(), line: 1, literals: Vec::new() };
        while reader.step() {}
        Self { lines: reader.code.lines().map(str::to_owned).collect(), literals: reader.literals }
    }

    /// The lines with their numbers from 1, without those of items marked `#[cfg(test)]`.
    pub fn product_lines(&self) -> Vec<(usize, &str)> {
        let mut lines = Vec::new();
        let mut test = TestItem::None;
        for (number, line) in (1..).zip(&self.lines) {
            if test == TestItem::None {
                if !line.contains("#[cfg(test)]") && !line.contains("#[cfg(all(test") {
                    lines.push((number, line.as_str()));
                    continue;
                }
                test = TestItem::Announced;
            }
            test = test.after(line);
        }
        lines
    }
}

/// How far an item marked `#[cfg(test)]` has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TestItem {
    None,
    Announced,
    Inside { braces: usize },
}

impl TestItem {
    fn after(self, line: &str) -> Self {
        line.chars().fold(self, |state, c| match (state, c) {
            (Self::Announced, '{') => Self::Inside { braces: 1 },
            (Self::Announced, ';') => Self::None,
            (Self::Inside { braces }, '{') => Self::Inside { braces: braces.saturating_add(1) },
            (Self::Inside { braces: 1 }, '}') => Self::None,
            (Self::Inside { braces }, '}') => Self::Inside { braces: braces.saturating_sub(1) },
            (state, _) => state,
        })
    }
}

struct Reader<'a> {
    rest: &'a str,
    code: String,
    line: usize,
    literals: Vec<Literal>,
}

impl Reader<'_> {
    /// Reads one token; false at the end.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        if self.rest.starts_with("//") {
            let length = self.rest.find('\n').unwrap_or(self.rest.len());
            self.leave_out(length);
        } else if self.rest.starts_with("/*") {
            self.leave_out(block_comment(self.rest));
        } else if first == '"' {
            self.literal(1, "\"", true);
        } else if first == '\'' {
            self.quote();
        } else if first.is_alphabetic() || first == '_' {
            self.word();
        } else {
            self.keep(first.len_utf8());
        }
        true
    }

    fn take(&mut self, length: usize) -> &str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.line = self.line.saturating_add(taken.matches('\n').count());
        self.rest = rest;
        taken
    }

    fn keep(&mut self, length: usize) {
        let taken = self.take(length).to_owned();
        self.code.push_str(&taken);
    }

    /// Leaves text out of the code but keeps its line ends, and a space so that words do not grow together.
    fn leave_out(&mut self, length: usize) {
        let ends = self.take(length).matches('\n').count();
        self.code.push(' ');
        self.code.push_str(&"\n".repeat(ends));
    }

    /// Reads an identifier, keyword or number, or the literal whose prefix it is.
    fn word(&mut self) {
        let length = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
        let (word, after) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        let hashes = after.len().saturating_sub(after.trim_start_matches('#').len());
        let opens = after.trim_start_matches('#').starts_with('"');
        if opens && matches!(word, "r" | "br" | "cr") {
            let closing = format!("\"{}", "#".repeat(hashes));
            self.literal(length.saturating_add(hashes).saturating_add(1), &closing, false);
        } else if opens && hashes == 0 && matches!(word, "b" | "c") {
            self.literal(length.saturating_add(1), "\"", true);
        } else {
            self.keep(length);
        }
    }

    /// Reads a string literal whose text begins after `opening` bytes and ends before `closing`.
    fn literal(&mut self, opening: usize, closing: &str, has_escapes: bool) {
        let line = self.line;
        self.take(opening);
        let length = if has_escapes { end_of_escaped(self.rest, '"') } else { self.rest.find(closing) };
        let text = self.take(length.unwrap_or(usize::MAX)).to_owned();
        self.take(closing.len());
        self.code.push_str("\"\"");
        self.code.push_str(&"\n".repeat(text.matches('\n').count()));
        self.literals.push(Literal { line, text });
    }

    /// Reads a character literal, or the quote of a lifetime.
    fn quote(&mut self) {
        let after = self.rest.get(1..).unwrap_or_default();
        let mut chars = after.chars();
        let (first, second) = (chars.next(), chars.next());
        if first == Some('\\') || (first.is_some() && second == Some('\'')) {
            let inside = end_of_escaped(after, '\'').unwrap_or(after.len());
            self.leave_out(inside.saturating_add(2));
        } else {
            self.keep(1);
        }
    }
}

/// Where the unescaped `closing` stands.
fn end_of_escaped(text: &str, closing: char) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(index, c)| {
        if !escaped && c == closing {
            return Some(index);
        }
        escaped = !escaped && c == '\\';
        None
    })
}

/// The length of the block comment at the start of `text`; block comments nest.
fn block_comment(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0_usize;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let step = if rest.starts_with("/*") {
            depth = depth.saturating_add(1);
            2
        } else if rest.starts_with("*/") {
            depth = depth.saturating_sub(1);
            2
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
        at = at.saturating_add(step);
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        RustSource::read(text).lines.join("\n")
    }

    fn literals(text: &str) -> Vec<(usize, String)> {
        RustSource::read(text).literals.into_iter().map(|literal| (literal.line, literal.text)).collect()
    }

    #[test]
    fn comments_are_no_code() {
        assert_eq!(code("a // b\nc"), "a  \nc");
        assert_eq!(code("a /* b /* c */\n d */ e"), "a  \n e");
    }

    #[test]
    fn literals_stand_apart() {
        assert_eq!(code(r#"f("a\"b", 'c', '"', '\'')"#), r#"f("",  ,  ,  )"#);
        assert_eq!(literals(r#"f("a\"b", 'c', '"', "d")"#), [(1, r#"a\"b"#.to_owned()), (1, "d".to_owned())]);
        assert_eq!(
            literals("\nr#\"a\"b\"# br\"c\\\" b\"d\""),
            [(2, "a\"b".to_owned()), (2, "c\\".to_owned()), (2, "d".to_owned())]
        );
    }

    #[test]
    fn lifetimes_and_raw_names_are_code() {
        assert_eq!(code("fn f<'a>(x: &'a str) { r#type }"), "fn f<'a>(x: &'a str) { r#type }");
        assert_eq!(literals("'a, \"b\""), [(1, "b".to_owned())]);
    }

    #[test]
    fn lines_keep_their_numbers() {
        let source = RustSource::read("let a = \"one\ntwo\";\n/* x\n */ let b = 1;");
        assert_eq!(source.lines.len(), 4);
        assert_eq!(source.lines[3], " let b = 1;");
    }

    #[test]
    fn items_for_tests_are_no_product() {
        let text = "a\n#[cfg(test)]\nmod tests {\n fn t() { \"}\" }\n}\nb\n#[cfg(test)]\nmod more;\nc";
        let source = RustSource::read(text);
        let product: Vec<&str> = source.product_lines().into_iter().map(|(_, line)| line).collect();
        assert_eq!(product, ["a", "b", "c"]);
    }

    #[test]
    fn broken_text_is_read_to_its_end() {
        for text in ["\"open", "r#\"open", "/* open", "'", "'\\", "b\"\\", "医保 \"医"] {
            RustSource::read(text);
        }
    }
}
