//! A program that speaks the JSON API.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{PIN, TestApp, TestPerson};

/// A program, signed in or not.
#[derive(Clone)]
pub(crate) struct Api {
    router: Router,
    pub(crate) token: Option<String>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    /// The name of the problem.
    pub(crate) fn code(&self) -> &str {
        self.body.get("code").and_then(Value::as_str).unwrap_or_default()
    }

    /// The member that the problem belongs to.
    pub(crate) fn field(&self) -> &str {
        self.body.get("field").and_then(Value::as_str).unwrap_or_default()
    }

    /// A member that is a text.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.body.get(name).and_then(Value::as_str).unwrap_or_else(|| panic!("{name} in {}", self.body))
    }

    /// Asserts the status and hands the answer on.
    #[track_caller]
    pub(crate) fn expect(self, status: StatusCode) -> Self {
        assert_eq!(self.status, status, "{}", self.body);
        self
    }

    /// Asserts a refusal by status and name.
    #[track_caller]
    pub(crate) fn expect_problem(self, status: StatusCode, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.body);
        self
    }
}

impl Api {
    pub(crate) const fn new(router: Router) -> Self {
        Self { router, token: None }
    }

    /// Sends any request.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()))
        };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(format!("/api/v1/{path}"));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match body {
            Some(value) => {
                request = request.header("content-type", "application/json");
                Body::from(value.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).expect("a request")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path, None).await
    }

    /// Signs in with a code sent to `phone`.
    pub(crate) async fn sign_in(&mut self, app: &TestApp, phone: &str) {
        self.post("sms-codes", json!({ "phone": phone })).await.expect(StatusCode::ACCEPTED);
        let code = app.sms_code(phone);
        let answer = self.post("sessions", json!({ "phone": phone, "sms_code": code })).await;
        self.token = Some(answer.expect(StatusCode::CREATED).text("token").to_owned());
    }

    /// Passes the real-name check as `person`.
    pub(crate) async fn check_identity(&self, person: &TestPerson) -> Answer {
        let id_number = person.id_number();
        self.post("credential/identity", json!({ "name": person.name, "id_number": id_number.as_str() }))
            .await
    }

    /// Accepts the agreement in force.
    pub(crate) async fn accept_agreement(&self) -> Answer {
        let agreement = self.get("credential/agreement").await.expect(StatusCode::OK);
        self.post("credential/agreement", json!({ "version": agreement.text("version") })).await
    }

    /// All steps of activation after signing in.
    pub(crate) async fn activate(&self, person: &TestPerson) {
        self.check_identity(person).await.expect(StatusCode::OK);
        self.accept_agreement().await.expect(StatusCode::OK);
        self.post("credential", json!({ "pin": PIN })).await.expect(StatusCode::CREATED);
    }

    /// Binds the bank account of `person`.
    pub(crate) async fn bind_card(&self, app: &TestApp, person: &TestPerson) {
        let card = json!({ "card_number": person.card });
        self.post("bank-card", card).await.expect(StatusCode::ACCEPTED);
        let code = app.bank_code(person.phone);
        let confirmation = json!({ "sms_code": code });
        self.post("bank-card/confirmation", confirmation).await.expect(StatusCode::CREATED);
    }
}
