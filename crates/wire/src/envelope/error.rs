//! Why a body is no envelope.

use crate::check::Problems;
use crate::{Language, Personal};

/// A body that cannot be read as an envelope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// More bytes than a body may have.
    #[error("the body has {size} bytes, at most {limit} are allowed")]
    TooLarge {
        /// Bytes it has.
        size: usize,
        /// Bytes it may have.
        limit: usize,
    },
    /// There is nothing in the body.
    #[error("the body is empty")]
    Empty,
    /// The bytes are not UTF-8.
    #[error("the body is not UTF-8 at byte {position}; it must not be sent in GBK or another encoding")]
    NotUtf8 {
        /// Position of the first wrong byte, from 1.
        position: usize,
    },
    /// A text holds the character U+0000, which databases cannot store and no name or code has.
    #[error("{part} holds the character U+0000, which is not allowed in any text")]
    Nul {
        /// The body, or the member whose text should be JSON.
        part: &'static str,
    },
    /// The text is not JSON.
    #[error("{part} is not JSON: line {line}, column {column}")]
    NotJson {
        /// The body, or the member whose text should be JSON.
        part: &'static str,
        /// Line of the first wrong character, from 1.
        line: usize,
        /// Column of it, in bytes.
        column: usize,
    },
    /// Objects and lists are nested too deeply.
    #[error("objects and lists are nested more than {limit} deep")]
    TooDeep {
        /// Levels that are allowed.
        limit: usize,
    },
    /// One object names the same member twice, and it would be open which of them counts.
    #[error("the member '{name}' occurs twice in one object")]
    Duplicate {
        /// The member.
        name: String,
    },
    /// The JSON is something other than an object.
    #[error("{part} is not a JSON object")]
    NotObject {
        /// The body, or the member that should be an object.
        part: &'static str,
    },
    /// Members of the envelope are missing or wrong.
    #[error("{0}")]
    Members(Problems),
    /// The answer came from a gateway before the platform, in the gateway's own form.
    #[error("a gateway answered with code {code}")]
    Gateway {
        /// The gateway's code, as text.
        code: String,
        /// The gateway's words; they may repeat what was sent.
        message: Personal,
    },
}

impl EnvelopeError {
    /// The error in one sentence, as `err_msg` carries it.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        if language == Language::English {
            return self.to_string();
        }
        match self {
            Self::TooLarge { size, limit } => format!("报文共{size}字节，最多允许{limit}字节"),
            Self::Empty => "报文为空".to_owned(),
            Self::NotUtf8 { position } => {
                format!("报文不是 UTF-8 编码（第{position}字节），请勿使用 GBK 等其他编码")
            }
            Self::Nul { part } => format!("{}中含有不允许的字符 U+0000", part_in_chinese(part)),
            Self::NotJson { part, line, column } => {
                format!("{}不是合法的 JSON：第{line}行第{column}列", part_in_chinese(part))
            }
            Self::TooDeep { limit } => format!("报文嵌套过深，最多允许{limit}层"),
            Self::Duplicate { name } => format!("同一对象中重复出现成员 {name}"),
            Self::NotObject { part } => format!("{}应为 JSON 对象", part_in_chinese(part)),
            Self::Members(problems) => problems.text(language),
            Self::Gateway { code, .. } => format!("网关返回代码 {code}"),
        }
    }
}

fn part_in_chinese(part: &str) -> String {
    if part == super::structure::BODY { "报文".to_owned() } else { format!("{part} ") }
}
