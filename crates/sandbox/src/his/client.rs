//! Making, signing and sending calls.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use model::{Instant, InstitutionCode, Region};
use wire::envelope::{Limits, Operator, OperatorKind, Outcome, Request, Response};
use wire::message::{self, Message};
use wire::signature::{Credentials, SecretKey};
use wire::tables::{Direction, Tables};
use wire::{Error, Object, ec};

use super::HisError;
use crate::http::lock;
use crate::{Clock, random};

/// The header that says what the body is.
const CONTENT_TYPE: &str = "content-type";
/// Version of the interface, in the headers.
const VERSION: &str = "1.0.0";
/// The path of all transactions.
pub(super) const PATH: &str = "/fsi/api/rsfComIfsService/callService";
/// Message ids of one second differ in their last four characters: letters and digits.
const SERIALS: u32 = 36 * 36 * 36 * 36;

/// The next serial number, shared by all clients of the process so that two of one institution never make the same
/// message id; it starts anywhere, so that two processes hardly do.
static SERIAL: LazyLock<AtomicU32> = LazyLock::new(|| AtomicU32::new(u32::from_be_bytes(random::bytes())));

/// Who calls, and whom.
#[derive(Clone)]
pub struct HisSettings {
    /// Address of the platform, such as `http://127.0.0.1:8080`.
    pub base_url: String,
    /// The institution.
    pub institution: InstitutionCode,
    /// Its name.
    pub institution_name: String,
    /// Pooling region in which it lies.
    pub region: Region,
    /// Access key of its system.
    pub access_key: String,
    /// Secret key of its system.
    pub secret_key: SecretKey,
    /// Number of the clerk.
    pub operator: String,
    /// Name of the clerk.
    pub operator_name: String,
    /// The time.
    pub clock: Clock,
    /// The longest that a call may take.
    pub patience: Duration,
}

/// A system of one institution. Connections are kept; the client may be shared by many tasks.
pub struct HisClient {
    settings: HisSettings,
    http: reqwest::Client,
    tables: &'static Tables,
    sign_no: Mutex<String>,
}

/// One call, ready to be sent, and to be sent again: a repetition is the same bytes under the same headers.
#[derive(Clone, PartialEq, Eq)]
pub struct Call {
    /// Transaction number.
    pub infno: String,
    /// Its message id.
    pub message_id: String,
    /// Path below the platform's address.
    pub path: String,
    /// The body.
    pub body: String,
    /// The headers: what the body is, and the five that sign it.
    pub headers: Vec<(&'static str, String)>,
}

impl std::fmt::Debug for HisClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HisClient").field("institution", &self.settings.institution).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Call {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("infno", &self.infno)
            .field("message_id", &self.message_id)
            .finish_non_exhaustive()
    }
}

impl HisClient {
    /// A system that has not signed in yet.
    ///
    /// # Errors
    /// [`HisError::Client`] when there is no TLS trust store, [`HisError::Answer`] when the field tables are damaged.
    pub fn new(settings: HisSettings) -> Result<Self, HisError> {
        // The first TLS provider of the process stays; that one is there already is as good.
        let _already_there = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .timeout(settings.patience)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .tcp_nodelay(true)
            .build()
            .map_err(|error| HisError::Client(error.to_string()))?;
        let tables = Tables::national().map_err(Error::from)?;
        Ok(Self { settings, http, tables, sign_no: Mutex::default() })
    }

    /// Who calls, and whom.
    #[must_use]
    pub const fn settings(&self) -> &HisSettings {
        &self.settings
    }

    /// The time.
    #[must_use]
    pub fn now(&self) -> Instant {
        (self.settings.clock)()
    }

    /// Remembers the number that later calls carry.
    pub(super) fn keep_sign_no(&self, sign_no: &str) {
        sign_no.clone_into(&mut lock(&self.sign_no));
    }

    /// The number from signing in; empty before.
    #[must_use]
    pub fn sign_no(&self) -> String {
        lock(&self.sign_no).clone()
    }

    /// A new message id: institution, time, serial number.
    #[must_use]
    pub fn message_id(&self) -> String {
        let mut serial = SERIAL.fetch_add(1, Ordering::Relaxed) % SERIALS;
        let mut letters = ['0'; 4];
        for letter in letters.iter_mut().rev() {
            *letter = char::from_digit(serial % 36, 36).unwrap_or('0').to_ascii_uppercase();
            serial /= 36;
        }
        let serial: String = letters.iter().collect();
        format!("{}{}{serial}", self.settings.institution, self.now().to_china_digits())
    }

    /// The envelope around nodes, under a new message id.
    #[must_use]
    pub fn envelope(&self, infno: &str, input: Object) -> Request {
        Request {
            infno: infno.to_owned(),
            msgid: self.message_id(),
            treatment_region: Some(self.settings.region),
            insured_region: Some(self.settings.region),
            operator: Operator {
                kind: Some(OperatorKind::Clerk),
                code: self.settings.operator.clone(),
                name: self.settings.operator_name.clone(),
            },
            sent: self.now(),
            institution: self.settings.institution.clone(),
            institution_name: self.settings.institution_name.clone(),
            sign_no: self.sign_no(),
            input,
        }
    }

    /// Signs an envelope.
    #[must_use]
    pub fn sign(&self, request: &Request) -> Call {
        self.signed(&request.infno, &request.msgid, PATH, request.to_json())
    }

    /// Signs any body for the transaction `infno`.
    #[must_use]
    pub fn signed(&self, infno: &str, message_id: &str, path: &str, body: String) -> Call {
        let HisSettings { access_key, secret_key, .. } = &self.settings;
        let credentials = Credentials::sign(infno, VERSION, access_key, secret_key, self.now());
        Call {
            infno: infno.to_owned(),
            message_id: message_id.to_owned(),
            path: path.to_owned(),
            body,
            headers: std::iter::once((CONTENT_TYPE, "application/json; charset=utf-8"))
                .chain(credentials.headers())
                .map(|(name, value)| (name, value.to_owned()))
                .collect(),
        }
    }

    /// Puts a message into a signed envelope under a new message id.
    ///
    /// # Errors
    /// [`HisError::Arithmetic`] when its amounts do not add up.
    pub fn prepare(&self, infno: &str, message: &impl Message) -> Result<Call, HisError> {
        Ok(self.sign(&self.envelope(infno, message.to_nodes()?)))
    }

    /// Posts a call and returns the body of the answer as it came.
    ///
    /// # Errors
    /// [`HisError::Unknown`] when no answer came, or one with a status of 500 or more.
    pub async fn post(&self, call: &Call) -> Result<Vec<u8>, HisError> {
        let unknown = |error: reqwest::Error| HisError::Unknown(error.without_url().to_string());
        let mut request = self.http.post(format!("{}{}", self.settings.base_url, call.path));
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let answer = request.body(call.body.clone()).send().await.map_err(unknown)?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(unknown)?;
        if status.is_server_error() {
            return Err(HisError::Unknown(format!("status {}", status.as_u16())));
        }
        Ok(body.to_vec())
    }

    /// Sends a call and reads the envelope of the answer.
    ///
    /// # Errors
    /// [`HisError::Unknown`], [`HisError::Gateway`], [`HisError::Answer`].
    pub async fn send(&self, call: &Call) -> Result<Response, HisError> {
        Ok(Response::parse(&self.post(call).await?, Limits::default())?)
    }

    /// Sends a call and reads its answer.
    ///
    /// # Errors
    /// Every [`HisError`] but those of sending a code.
    pub async fn send_for<R: Message>(&self, call: &Call) -> Result<R, HisError> {
        match self.send(call).await?.outcome {
            Outcome::Failure(err_msg) => Err(HisError::Refused { err_msg }),
            Outcome::Success(output) => {
                let nodes = output.as_object().cloned().unwrap_or_default();
                Ok(message::read(self.tables, &call.infno, Direction::Out, &nodes)?)
            }
        }
    }

    /// Sends a message under a new message id and reads the answer.
    ///
    /// # Errors
    /// Every [`HisError`] but those of sending a code.
    pub async fn ask<R: Message>(&self, infno: &str, message: &impl Message) -> Result<R, HisError> {
        self.send_for(&self.prepare(infno, message)?).await
    }

    /// Sends a call that decodes a credential code.
    pub(super) async fn decode(&self, query: &ec::DecodeQuery) -> Result<ec::DecodedPerson, HisError> {
        let call = self.signed(ec::DECODE, "", ec::PATH, query.to_json());
        let body = self.post(&call).await?;
        // Only a gateway's refusal is 401; the platform's own answers of this call have another code.
        let answer = ec::DecodeAnswer::parse(self.tables, &body, Limits::default())?;
        answer.result.map_err(|failure| match failure.code {
            401 => HisError::Gateway { code: "401".to_owned(), message: failure.message },
            code => HisError::NotDecoded { code, message: failure.message },
        })
    }
}
