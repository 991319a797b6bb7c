//! What is wrong with a message, in words that its sender can act on.

use std::fmt;
use std::sync::Arc;

use crate::Language;
use crate::tables::CodeList;

/// How many problems of one message are told; the rest is only counted.
pub const MAX_PROBLEMS: usize = 20;

/// The form that a value should have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// Text.
    Text,
    /// A number with at most this many decimals, if they are limited.
    Number {
        /// Decimals, `None` where the table does not limit them.
        places: Option<u32>,
    },
    /// `yyyy-MM-dd`.
    Date,
    /// `yyyy-MM-dd HH:mm:ss`.
    Time,
    /// `true` or `false`.
    Flag,
    /// A JSON object.
    Object,
    /// A JSON object, or a list of JSON objects.
    Objects,
}

/// The characters that a text may be made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Characters {
    /// Digits.
    Digits,
    /// Letters and digits.
    LettersAndDigits,
    /// Anything that is printed.
    Printable,
    /// The six digits of a pooling region.
    Region,
    /// `H` or `P` and eleven digits.
    Institution,
}

impl Characters {
    const fn in_chinese(self) -> &'static str {
        match self {
            Self::Digits => "数字",
            Self::LettersAndDigits => "字母或数字",
            Self::Printable => "可打印字符",
            Self::Region => "6位数字的医保区划",
            Self::Institution => "以 H 或 P 开头加11位数字",
        }
    }

    const fn in_english(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::LettersAndDigits => "letters and digits",
            Self::Printable => "printable characters",
            Self::Region => "a division code of six digits",
            Self::Institution => "H or P followed by 11 digits",
        }
    }
}

/// How many values of a code list are shown.
const CHOICES: usize = 8;

/// The first values of a list as `code=name`, and what is said of the rest.
fn choices(list: &CodeList, separator: &str, rest: impl Fn(usize) -> String) -> String {
    let mut values: Vec<_> = list.values.iter().collect();
    // Short codes are the national ones; provinces append digits.
    values.sort_by_key(|(code, _)| (code.len(), *code));
    let shown = values.into_iter().take(CHOICES).map(|(code, name)| format!("{code}={name}"));
    let shown = shown.collect::<Vec<_>>().join(separator);
    if list.values.len() > CHOICES { shown + &rest(list.values.len()) } else { shown }
}

/// What is wrong with one value. `shown` is the value as sent, shortened; `None` where it is personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A required field, node or member is absent or empty.
    Missing,
    /// None of these fields is given, and one is needed.
    NoneOf(&'static [&'static str]),
    /// The value has another form than the table says.
    WrongForm {
        /// The value.
        shown: Option<String>,
        /// The form that is expected.
        expected: Form,
    },
    /// A text has too many characters.
    TooLong {
        /// Characters it has.
        length: usize,
        /// Characters it may have.
        limit: usize,
    },
    /// A text has too few characters.
    TooShort {
        /// Characters it has.
        length: usize,
        /// Characters it must have.
        limit: usize,
    },
    /// A text is made of other characters than it should be.
    WrongCharacters {
        /// The value.
        shown: Option<String>,
        /// What is allowed.
        expected: Characters,
    },
    /// A number has more decimals than the table allows.
    TooManyPlaces {
        /// The value.
        shown: Option<String>,
        /// Decimals it may have.
        places: u32,
    },
    /// A number has more digits before the point than the table allows.
    TooLarge {
        /// The value.
        shown: Option<String>,
        /// Digits that are allowed before the point; `None` where it is the range of money that is exceeded.
        digits: Option<u32>,
    },
    /// The value is not in its code list.
    UnknownCode {
        /// The value.
        shown: Option<String>,
        /// The list.
        list: Arc<CodeList>,
    },
    /// The value is known nationally, but this platform does not offer it.
    NotSupported {
        /// The value.
        shown: Option<String>,
    },
    /// The value cannot be an identifier that this platform issued.
    NotIssued {
        /// The value.
        shown: Option<String>,
    },
    /// A node that holds one object came as a list with another number of entries.
    NotOne {
        /// Entries it has.
        entries: usize,
    },
}

/// Where a node is inside a message: its name, and its position where it is one of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The name of the node.
    pub node: String,
    /// The position in the list, from 1; `None` for a node that is one object.
    pub position: Option<usize>,
}

/// One thing that is wrong with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The nodes around the field, from the outside in. Empty for a member of the envelope.
    pub path: Vec<Step>,
    /// The field; empty where the node itself is the problem.
    pub field: String,
    /// The Chinese name of the field, empty where it has none.
    pub label: String,
    /// What is wrong.
    pub fault: Fault,
}

impl Problem {
    /// A problem of `field`, which [`Self::inside`] then places in its node.
    #[must_use]
    pub fn new(field: &str, label: &str, fault: Fault) -> Self {
        Self { path: Vec::new(), field: field.to_owned(), label: label.to_owned(), fault }
    }

    /// The same problem, one node further out.
    #[must_use]
    pub fn inside(mut self, node: &str, position: Option<usize>) -> Self {
        self.path.insert(0, Step { node: node.to_owned(), position });
        self
    }

    /// The problem in one sentence: where, what, and what is expected.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match language {
            Language::Chinese => format!("{}：{}", self.place_in_chinese(), self.fault.in_chinese()),
            Language::English => format!("{}: {}", self.place_in_english(), self.fault.in_english()),
        }
    }

    fn place_in_chinese(&self) -> String {
        let mut place = String::new();
        for step in &self.path {
            place.push_str(&step.node);
            place.push(' ');
            if let Some(position) = step.position {
                place.push_str(&format!("第{position}条 "));
            }
        }
        place.push_str(&self.field);
        let place = place.trim_end();
        if self.label.is_empty() { place.to_owned() } else { format!("{place}（{}）", self.label) }
    }

    fn place_in_english(&self) -> String {
        let mut place = String::new();
        for step in &self.path {
            place.push_str(&step.node);
            place.push(' ');
            if let Some(position) = step.position {
                place.push_str(&format!("no. {position} "));
            }
        }
        place.push_str(&self.field);
        let place = place.trim_end();
        if self.label.is_empty() { place.to_owned() } else { format!("{place} ({})", self.label) }
    }
}

fn quoted(shown: Option<&String>, otherwise: &str) -> String {
    shown.map_or_else(|| otherwise.to_owned(), |value| format!("\"{value}\" "))
}

impl Form {
    fn in_chinese(&self) -> String {
        match self {
            Self::Text => "文本".to_owned(),
            Self::Number { places: Some(0) } => "整数".to_owned(),
            Self::Number { places: Some(places) } => format!("最多{places}位小数的数字"),
            Self::Number { places: None } => "数字".to_owned(),
            Self::Date => "形如 yyyy-MM-dd 且真实存在的日期".to_owned(),
            Self::Time => "形如 yyyy-MM-dd HH:mm:ss 且真实存在的时间".to_owned(),
            Self::Flag => "true 或 false".to_owned(),
            Self::Object => " JSON 对象".to_owned(),
            Self::Objects => " JSON 对象或对象列表".to_owned(),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Number { places: Some(0) } => "a whole number".to_owned(),
            Self::Number { places: Some(places) } => format!("a number with at most {places} decimals"),
            Self::Number { places: None } => "a number".to_owned(),
            Self::Date => "a real date of the form yyyy-MM-dd".to_owned(),
            Self::Time => "a real time of the form yyyy-MM-dd HH:mm:ss".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Object => "a JSON object".to_owned(),
            Self::Objects => "a JSON object or a list of them".to_owned(),
        }
    }

    fn kind_in_chinese(&self) -> &'static str {
        match self {
            Self::Text => "文本",
            Self::Number { .. } => "数字",
            Self::Date => "日期",
            Self::Time => "时间",
            Self::Flag => "布尔值",
            Self::Object | Self::Objects => "对象",
        }
    }
}

impl Fault {
    fn in_chinese(&self) -> String {
        match self {
            Self::Missing => "必填，未提供或为空".to_owned(),
            Self::NoneOf(fields) => format!("至少须提供其中一项：{}", fields.join("、")),
            Self::WrongForm { expected: Form::Text, .. } => "应为文本，不能是对象、列表或布尔值".to_owned(),
            Self::WrongForm { expected: expected @ (Form::Object | Form::Objects), .. } => {
                format!("应为{}", expected.in_chinese())
            }
            Self::WrongForm { shown, expected } => format!(
                "{}不是{}，应为{}",
                quoted(shown.as_ref(), "值"),
                expected.kind_in_chinese(),
                expected.in_chinese()
            ),
            Self::TooLong { length, limit } => format!("共{length}个字符，最多允许{limit}个"),
            Self::TooShort { length, limit } => format!("共{length}个字符，至少需要{limit}个"),
            Self::WrongCharacters { shown, expected } => {
                format!("{}格式不符，应为{}", quoted(shown.as_ref(), "值"), expected.in_chinese())
            }
            Self::TooManyPlaces { shown, places } => {
                format!("{}小数位过多，最多允许{places}位小数", quoted(shown.as_ref(), "值"))
            }
            Self::TooLarge { shown, digits: Some(digits) } => {
                format!("{}过大，整数部分最多允许{digits}位", quoted(shown.as_ref(), "值"))
            }
            Self::TooLarge { shown, digits: None } => {
                format!("{}超出可处理的数值范围", quoted(shown.as_ref(), "值"))
            }
            Self::UnknownCode { shown, list } => format!(
                "{}不在代码表“{}”中，可用值：{}",
                quoted(shown.as_ref(), "值"),
                list.name,
                choices(list, "、", |size| format!(" 等{size}个"))
            ),
            Self::NotSupported { shown } => {
                format!("本平台暂不支持取值 {}", quoted(shown.as_ref(), "").trim_end())
            }
            Self::NotIssued { shown } => {
                format!("{}不是本平台签发的编号，应原样回传此前返回的编号", quoted(shown.as_ref(), "值"))
            }
            Self::NotOne { entries } => format!("应为单个对象，收到的列表有{entries}条"),
        }
    }

    fn in_english(&self) -> String {
        match self {
            Self::Missing => "required, but absent or empty".to_owned(),
            Self::NoneOf(fields) => format!("at least one of these is needed: {}", fields.join(", ")),
            Self::WrongForm { expected: Form::Text, .. } => {
                "must be text, not an object, a list or a truth value".to_owned()
            }
            Self::WrongForm { shown, expected } => {
                format!("{}is not {}", quoted(shown.as_ref(), "the value "), expected.in_english())
            }
            Self::TooLong { length, limit } => {
                format!("has {length} characters, at most {limit} are allowed")
            }
            Self::TooShort { length, limit } => {
                format!("has {length} characters, at least {limit} are needed")
            }
            Self::WrongCharacters { shown, expected } => format!(
                "{}has another form; expected: {}",
                quoted(shown.as_ref(), "the value "),
                expected.in_english()
            ),
            Self::TooManyPlaces { shown, places } => {
                format!(
                    "{}has too many decimals, at most {places} are allowed",
                    quoted(shown.as_ref(), "the value ")
                )
            }
            Self::TooLarge { shown, digits: Some(digits) } => {
                format!(
                    "{}is too large, at most {digits} digits before the point are allowed",
                    quoted(shown.as_ref(), "the value ")
                )
            }
            Self::TooLarge { shown, digits: None } => {
                format!("{}is outside the range of numbers", quoted(shown.as_ref(), "the value "))
            }
            Self::UnknownCode { shown, list } => format!(
                "{}is not in the code list {}; values: {}",
                quoted(shown.as_ref(), "the value "),
                list.name,
                choices(list, ", ", |size| format!(" … {size} in all"))
            ),
            Self::NotSupported { shown } => {
                format!("{}is not offered by this platform", quoted(shown.as_ref(), "the value "))
            }
            Self::NotIssued { shown } => format!(
                "{}is not an identifier of this platform; send back the one that it returned",
                quoted(shown.as_ref(), "the value ")
            ),
            Self::NotOne { entries } => format!("must be one object, but is a list of {entries}"),
        }
    }
}

/// Everything that is wrong with one message, at most [`MAX_PROBLEMS`] of it in detail.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problems {
    list: Vec<Problem>,
    more: usize,
}

impl Problems {
    /// Adds a problem, or only counts it when enough are known.
    pub fn push(&mut self, problem: Problem) {
        if self.list.len() < MAX_PROBLEMS {
            self.list.push(problem);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// Nothing is wrong.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The problems that are known in detail.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// `value` if nothing is wrong.
    ///
    /// # Errors
    /// These problems, if there are any.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }

    /// All problems in one text, as `err_msg` carries it.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let sentences: Vec<String> = self.list.iter().map(|problem| problem.text(language)).collect();
        let (separator, rest) = match language {
            Language::Chinese => ("；", format!("；另有{}处问题", self.more)),
            Language::English => ("; ", format!("; and {} more", self.more)),
        };
        let text = sentences.join(separator);
        if self.more == 0 { text } else { text + &rest }
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self { list: vec![problem], more: 0 }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Language::English))
    }
}

impl std::error::Error for Problems {}
