//! The call that decodes a scanned credential code: `POST /localcfc/api/hsecfc/localQrCodeQuery`.
//!
//! It is made in the form of the national credential middle office: `{orgId, transType, data, extra}` and back
//! `{code, message, data, orgId, extra}`, where `data` is an object or JSON text. Facts: public clients of Inner Mongolia
//! and a library document of Jiangsu.
//!
//! There the call goes through a library that reads the scanner itself and adds the code unseen, so no public table names
//! its member. Here it is `ecQrCode`, the name that the answer gives it; `qrCode`, `ecCode` and other spellings in use
//! are accepted too (`national.toml`, the aliases).

use model::{Date, Region};
use serde_json::Value;

use crate::check::{Fault, Form, Problem, Problems};
use crate::envelope::structure::{read_body, read_object};
use crate::envelope::{EnvelopeError, Limits};
use crate::message::encoded::{Encoded, characters, shown};
use crate::message::extension::Extension;
use crate::message::read;
use crate::message::record::{Record, record, single_node};
use crate::tables::{Direction, Tables};
use crate::value::{Scalar, shortened, text};
use crate::{Error, Language, Object, Personal};

/// The path of the call.
pub const PATH: &str = "/localcfc/api/hsecfc/localQrCodeQuery";
/// The kind of call that decodes a code (`transType`).
pub const DECODE: &str = "ec.query";
/// Answer code for a text that is no credential code: a payment code, a ticket, anything else that was scanned.
pub const NOT_A_CREDENTIAL_CODE: i64 = 500_159;
/// Answer code for every other refusal; the message says which.
pub const REFUSED: i64 = -1;

/// The name of the tables of this call.
const TABLE: &str = "ec_query";

/// Date of birth as the answer writes it, `yyyy.mm.dd`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Birthday(pub Date);

impl Encoded for Birthday {
    fn decode(value: &Value) -> Result<Self, Fault> {
        let date = characters(value)?;
        model::date::parse_date(&date.replace('.', "-"))
            .map(Self)
            .map_err(|_| Fault::WrongForm { shown: shown(date), expected: Form::Date })
    }

    fn encode(&self) -> Value {
        text(self.0.to_string().replace('-', "."))
    }
}

record! {
    /// What is asked: member `data` of the call.
    pub struct DecodeQuery {
        /// The institution, by the number under which it joined (`orgId`).
        institution: String = "orgId",
        /// What the code is used for (`businessType`), such as 01101 registration or 01301 settlement.
        business: String = "businessType",
        /// Number of the clerk (`operatorId`).
        operator: String = "operatorId",
        /// Name of the clerk (`operatorName`).
        operator_name: String = "operatorName",
        /// Department (`officeId`).
        department: Option<String> = "officeId",
        /// Name of it (`officeName`).
        department_name: Option<String> = "officeName",
        /// `SelfService` for a kiosk (`deviceType`).
        device: Option<String> = "deviceType",
        /// The scanned code (`ecQrCode`).
        code: Personal = "ecQrCode",
    }

    /// Who showed the code: member `data` of the answer.
    pub struct DecodedPerson {
        /// Name (`userName`).
        name: Personal = "userName",
        /// Number of the identity document (`idNo`).
        document_number: Personal = "idNo",
        /// Kind of it (`idType`), 01 for the ID card.
        document_type: String = "idType",
        /// Token for one business at this institution (`ecToken`).
        token: Personal = "ecToken",
        /// Pooling region of the insurance (`insuOrg`).
        region: Region = "insuOrg",
        /// Index of the credential (`ecIndexNo`).
        credential_index: Option<Personal> = "ecIndexNo",
        /// Gender in words (`gender`).
        gender: Option<String> = "gender",
        /// Date of birth (`birthday`).
        birthday: Option<Birthday> = "birthday",
        /// Nationality (`nationality`).
        nationality: Option<String> = "nationality",
        /// Electronic mail address (`email`).
        email: Option<Personal> = "email",
        /// Channel that showed the code (`chnlId`).
        channel: Option<String> = "chnlId",
        /// The code itself (`ecQrCode`).
        code: Option<Personal> = "ecQrCode",
        /// Number of a face authorisation (`authNo`).
        authorisation: Option<Personal> = "authNo",
        /// Further members (`extra`).
        extension: Option<Extension> = "extra",
    }
}

single_node!(DecodeQuery = "data", DecodedPerson = "data");

impl DecodeQuery {
    /// Reads the body of a call.
    ///
    /// # Errors
    /// The body is no JSON object within the limits, asks for something other than [`DECODE`], or everything that is wrong
    /// with its `data`.
    pub fn parse(tables: &Tables, body: &[u8], limits: Limits) -> Result<Self, Error> {
        let mut call = read_body(body, limits)?;
        let asked = call.get("transType").map_or(Scalar::Empty, Scalar::of).characters().unwrap_or_default();
        if asked != DECODE {
            let fault = match asked {
                "" => Fault::Missing,
                other => Fault::NotSupported { shown: Some(shortened(other, 40)) },
            };
            return Err(Problems::from(Problem::new("transType", "交易类型", fault)).into());
        }
        let mut data = take_data(&mut call, limits)?.unwrap_or_default();
        // The institution stands in the wrapper too; some callers leave the inner one out.
        if let Some(institution) = call.remove("orgId") {
            data.entry("orgId").or_insert(institution);
        }
        let nodes = Object::from_iter([("data".to_owned(), Value::Object(data))]);
        read(tables, TABLE, Direction::In, &nodes)
    }

    /// The body of a call, as a client sends it.
    #[must_use]
    pub fn to_json(&self) -> String {
        let members = [
            ("orgId", text(self.institution.as_str())),
            ("transType", text(DECODE)),
            ("data", Value::Object(self.to_object())),
            ("extra", text("")),
        ];
        object(members).to_string()
    }
}

fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn take_data(call: &mut Object, limits: Limits) -> Result<Option<Object>, EnvelopeError> {
    match call.remove("data") {
        Some(Value::Object(data)) => Ok(Some(data)),
        Some(Value::String(data)) if !data.trim().is_empty() => {
            read_object(&data, "data", limits.depth).map(Some)
        }
        Some(Value::Null | Value::String(_)) | None => Ok(None),
        Some(_) => Err(EnvelopeError::NotObject { part: "data" }),
    }
}

/// Why a code was not decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the code was not decoded ({code}): {message}")]
pub struct DecodeFailure {
    /// [`NOT_A_CREDENTIAL_CODE`], [`REFUSED`], or another platform's code.
    pub code: i64,
    /// The reason in words.
    pub message: String,
}

impl DecodeFailure {
    /// The scanned text is no credential code.
    #[must_use]
    pub fn not_a_credential_code(language: Language) -> Self {
        let message = match language {
            Language::Chinese => "扫描的不是医保电子凭证码，请参保人打开医保码后重新扫描",
            Language::English => {
                "what was scanned is no medical-insurance code; ask the person to open it and scan again"
            }
        };
        Self { code: NOT_A_CREDENTIAL_CODE, message: message.to_owned() }
    }

    /// Any other refusal.
    #[must_use]
    pub fn refused(message: String) -> Self {
        Self { code: REFUSED, message }
    }
}

/// The answer to a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeAnswer {
    /// The institution, as it was in the call (`orgId`).
    pub institution: String,
    /// Who showed the code, or why it was not decoded.
    pub result: Result<DecodedPerson, DecodeFailure>,
}

impl DecodeAnswer {
    /// The body of the answer. `code` is a number, 0 for success.
    #[must_use]
    pub fn to_json(&self) -> String {
        let institution = || text(self.institution.as_str());
        match &self.result {
            Ok(person) => object([
                ("code", Value::from(0)),
                ("message", text("成功")),
                ("success", Value::Bool(true)),
                ("data", Value::Object(person.to_object())),
                ("orgId", institution()),
                ("extra", text("")),
            ]),
            Err(failure) => object([
                ("code", Value::from(failure.code)),
                ("message", text(failure.message.as_str())),
                ("success", Value::Bool(false)),
                ("data", Value::Null),
                ("orgId", institution()),
                ("extra", text("")),
            ]),
        }
        .to_string()
    }

    /// Reads an answer, as a client does. `code` may be number or text, `data` JSON text.
    ///
    /// # Errors
    /// The body is no JSON object within the limits, has no `code`, or is wrong inside `data`.
    pub fn parse(tables: &Tables, body: &[u8], limits: Limits) -> Result<Self, Error> {
        let mut answer = read_body(body, limits)?;
        let data = take_data(&mut answer, limits)?;
        let member = |name: &str| {
            answer.get(name).and_then(|value| Scalar::of(value).characters()).unwrap_or_default().to_owned()
        };
        let code: i64 = member("code")
            .parse()
            .map_err(|_| Problems::from(Problem::new("code", "返回代码", Fault::Missing)))?;
        let result = if code == 0 {
            let nodes = Object::from_iter([("data".to_owned(), Value::Object(data.unwrap_or_default()))]);
            Ok(read(tables, TABLE, Direction::Out, &nodes)?)
        } else {
            Err(DecodeFailure { code, message: member("message") })
        };
        Ok(Self { institution: member("orgId"), result })
    }
}
