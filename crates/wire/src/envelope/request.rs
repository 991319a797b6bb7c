//! The request envelope.

use std::fmt;
use std::sync::Arc;

use model::{Instant, InstitutionCode, Region};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::structure::{read_body, read_object};
use super::{EnvelopeError, Limits};
use crate::Object;
use crate::check::{Characters, Fault, Form, Problem, Problems};
use crate::tables::CodeList;
use crate::value::{Scalar, shortened, text};

/// Who works at the caller's side (经办人类别, `opter_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorKind {
    /// 经办人, 1: a clerk.
    Clerk,
    /// 自助终端, 2: a self-service terminal.
    SelfService,
    /// 移动终端, 3: a mobile terminal.
    Mobile,
}

impl OperatorKind {
    /// The national code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Clerk => "1",
            Self::SelfService => "2",
            Self::Mobile => "3",
        }
    }

    /// The name in Chinese.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Clerk => "经办人",
            Self::SelfService => "自助终端",
            Self::Mobile => "移动终端",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Clerk, Self::SelfService, Self::Mobile].into_iter().find(|kind| kind.code() == code)
    }
}

/// The clerk or terminal at the caller's side. Callers that leave a part out are served all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Clerk or terminal (`opter_type`).
    pub kind: Option<OperatorKind>,
    /// Number of the clerk or terminal (`opter`).
    pub code: String,
    /// Name (`opter_name`).
    pub name: String,
}

/// One call of a hospital system: the envelope, and in it the nodes of the transaction, not yet checked.
///
/// `Debug` leaves the nodes out, because they hold personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// Transaction number (交易编号, `infno`), with its suffix letter if it has one.
    pub infno: String,
    /// The caller's number of this message (`msgid`): opaque, unique per institution, the key of idempotency and of 2601.
    pub msgid: String,
    /// Pooling region of the care (就医地医保区划, `mdtrtarea_admvs`), where the caller names it.
    pub treatment_region: Option<Region>,
    /// Pooling region of the insurance (参保地医保区划, `insuplc_admdvs`), where the caller names it.
    pub insured_region: Option<Region>,
    /// Who works there.
    pub operator: Operator,
    /// When the caller says that it sent the message (交易时间, `inf_time`).
    pub sent: Instant,
    /// The institution (定点医药机构编号, `fixmedins_code`).
    pub institution: InstitutionCode,
    /// Its name as the caller writes it (`fixmedins_name`).
    pub institution_name: String,
    /// The number from signing in (交易签到流水号, `sign_no`); callers may leave it empty.
    pub sign_no: String,
    /// The nodes of the transaction (`input`).
    pub input: Object,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("infno", &self.infno)
            .field("msgid", &self.msgid)
            .field("institution", &self.institution)
            .field("sent", &self.sent)
            .finish_non_exhaustive()
    }
}

impl Request {
    /// Reads a request body.
    ///
    /// Accepted although the tables say otherwise: members that the tables do not know, numbers as text and text as
    /// numbers, `"null"` for nothing, a missing operator or region, `Input` with a capital, `input` as JSON text.
    ///
    /// # Errors
    /// The body is too large, not UTF-8, not one JSON object, too deep, names a member twice, or a member that routing
    /// or idempotency rests on is missing or malformed. All such members are told at once.
    pub fn parse(body: &[u8], limits: Limits) -> Result<Self, EnvelopeError> {
        let mut envelope = read_body(body, limits)?;
        let input = take_input(&mut envelope, limits)?;
        let mut members = Members { envelope: &envelope, problems: Problems::default() };
        let request = Self {
            infno: members.infno(),
            msgid: members.msgid(),
            treatment_region: members.region("mdtrtarea_admvs", "就医地医保区划"),
            insured_region: members.region("insuplc_admdvs", "参保地医保区划"),
            operator: Operator {
                kind: members.operator_kind(),
                code: members.optional("opter", "经办人", 60),
                name: members.optional("opter_name", "经办人姓名", 100),
            },
            sent: members.sent(),
            institution_name: members.optional("fixmedins_name", "定点医药机构名称", 200),
            sign_no: members.optional("sign_no", "交易签到流水号", 64),
            input: input.unwrap_or_else(|| {
                members.problems.push(Problem::new("input", "交易输入", Fault::Missing));
                Object::new()
            }),
            institution: members.institution()?,
        };
        members.problems.or(request).map_err(EnvelopeError::Members)
    }

    /// SHA-256 of what makes this the same request when it is sent again.
    ///
    /// It covers transaction number, institution and the nodes (names sorted, no blanks between, values as sent, members
    /// that the tables do not know included). It leaves out the message id, which it is compared under, and what an
    /// honest repetition may change: sending time, operator and sign-in number. Whether `input` came as object or as
    /// JSON text makes no difference, nor does the suffix of the number: 2207 and 2207A are one transaction.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let nodes = Value::Object(self.input.clone()).to_string();
        let transaction = self.infno.trim_end_matches(|letter: char| letter.is_ascii_uppercase());
        let mut hash = Sha256::new();
        for part in ["yibao request 1", transaction, self.institution.as_str(), &nodes] {
            hash.update(part.as_bytes());
            hash.update(b"\n");
        }
        hash.finalize().into()
    }

    /// The request as the body of a call, every member of the envelope table in it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let region = |region: Option<Region>| text(region.map(|r| r.to_string()).unwrap_or_default());
        let members = [
            ("infno", text(&*self.infno)),
            ("msgid", text(&*self.msgid)),
            ("mdtrtarea_admvs", region(self.treatment_region)),
            ("insuplc_admdvs", region(self.insured_region)),
            ("recer_sys_code", text("99")),
            ("dev_no", text("")),
            ("dev_safe_info", text("")),
            ("cainfo", text("")),
            ("signtype", text("")),
            ("infver", text("1.0.0")),
            ("opter_type", text(self.operator.kind.map(OperatorKind::code).unwrap_or_default())),
            ("opter", text(&*self.operator.code)),
            ("opter_name", text(&*self.operator.name)),
            ("inf_time", text(self.sent.to_china_text())),
            ("fixmedins_code", text(self.institution.as_str())),
            ("fixmedins_name", text(&*self.institution_name)),
            ("sign_no", text(&*self.sign_no)),
            ("input", Value::Object(self.input.clone())),
        ];
        let envelope: Object = members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Value::Object(envelope).to_string()
    }
}

/// The nodes: an object, or JSON text that holds one. `None` when there are none.
fn take_input(envelope: &mut Object, limits: Limits) -> Result<Option<Object>, EnvelopeError> {
    match envelope.remove("input").or_else(|| envelope.remove("Input")) {
        Some(Value::Object(nodes)) => Ok(Some(nodes)),
        Some(value) => match Scalar::of(&value) {
            Scalar::Empty => Ok(None),
            Scalar::Text(nodes) => read_object(nodes, "input", limits.depth).map(Some),
            _ => Err(EnvelopeError::NotObject { part: "input" }),
        },
        None => Ok(None),
    }
}

/// Reads the members of an envelope and collects what is wrong with them.
struct Members<'a> {
    envelope: &'a Object,
    problems: Problems,
}

impl Members<'_> {
    fn refuse(&mut self, name: &str, label: &str, fault: Fault) {
        self.problems.push(Problem::new(name, label, fault));
    }

    /// A text or number within `limit` characters; empty where it is absent or wrong.
    fn optional(&mut self, name: &str, label: &str, limit: usize) -> String {
        let scalar = self.envelope.get(name).map_or(Scalar::Empty, Scalar::of);
        match (scalar, scalar.characters()) {
            (Scalar::Empty, _) => String::new(),
            (_, Some(characters)) => {
                let length = characters.chars().count();
                if length > limit {
                    self.refuse(name, label, Fault::TooLong { length, limit });
                }
                characters.to_owned()
            }
            (_, None) => {
                self.refuse(name, label, Fault::WrongForm { shown: None, expected: Form::Text });
                String::new()
            }
        }
    }

    /// The same, where it must not be absent.
    fn required(&mut self, name: &str, label: &str, limit: usize) -> Option<String> {
        let wrong_before = self.problems.list().len();
        let characters = self.optional(name, label, limit);
        if characters.is_empty() && self.problems.list().len() == wrong_before {
            self.refuse(name, label, Fault::Missing);
        }
        Some(characters).filter(|c| !c.is_empty())
    }

    fn infno(&mut self) -> String {
        let (name, label) = ("infno", "交易编号");
        let Some(infno) = self.required(name, label, 10) else { return String::new() };
        let length = infno.chars().count();
        if length < 4 {
            self.refuse(name, label, Fault::TooShort { length, limit: 4 });
        } else if !infno.bytes().all(|b| b.is_ascii_alphanumeric()) {
            let expected = Characters::LettersAndDigits;
            let shown = Some(shortened(&infno, 10));
            self.refuse(name, label, Fault::WrongCharacters { shown, expected });
        }
        infno
    }

    fn msgid(&mut self) -> String {
        let (name, label) = ("msgid", "发送方报文ID");
        let Some(msgid) = self.required(name, label, 64) else { return String::new() };
        if msgid.chars().any(char::is_control) {
            let expected = Characters::Printable;
            self.refuse(name, label, Fault::WrongCharacters { shown: None, expected });
        }
        msgid
    }

    fn region(&mut self, name: &str, label: &str) -> Option<Region> {
        let code = self.optional(name, label, 40);
        if code.is_empty() {
            return None;
        }
        let region = code.parse().ok();
        if region.is_none() {
            let expected = Characters::Region;
            self.refuse(name, label, Fault::WrongCharacters { shown: Some(code), expected });
        }
        region
    }

    fn operator_kind(&mut self) -> Option<OperatorKind> {
        let (name, label) = ("opter_type", "经办人类别");
        let code = self.optional(name, label, 40);
        if code.is_empty() {
            return None;
        }
        let kind = OperatorKind::from_code(&code);
        if kind.is_none() {
            let kinds = [OperatorKind::Clerk, OperatorKind::SelfService, OperatorKind::Mobile];
            let values =
                kinds.into_iter().map(|kind| (kind.code().to_owned(), kind.label().to_owned())).collect();
            let list = Arc::new(CodeList { name: label.to_owned(), values });
            self.refuse(name, label, Fault::UnknownCode { shown: Some(code), list });
        }
        kind
    }

    fn sent(&mut self) -> Instant {
        let (name, label) = ("inf_time", "交易时间");
        let nothing = Instant::from_milliseconds(0);
        let Some(written) = self.required(name, label, 40) else { return nothing };
        // A date without a time says too little here, so the shorter form that other fields accept is refused.
        match Instant::parse_china(&written) {
            Ok(sent) if written.len() == 19 => sent,
            _ => {
                self.refuse(name, label, Fault::WrongForm { shown: Some(written), expected: Form::Time });
                nothing
            }
        }
    }

    /// The institution, without which no request can be made: what was found wrong so far is the answer then.
    fn institution(&mut self) -> Result<InstitutionCode, EnvelopeError> {
        let (name, label) = ("fixmedins_code", "定点医药机构编号");
        let code = self.required(name, label, 40);
        if let Some(code) = code {
            if let Ok(code) = code.parse() {
                return Ok(code);
            }
            let expected = Characters::Institution;
            self.refuse(name, label, Fault::WrongCharacters { shown: Some(code), expected });
        }
        Err(EnvelopeError::Members(std::mem::take(&mut self.problems)))
    }
}
