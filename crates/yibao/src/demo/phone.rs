//! An insured person's phone: the JSON API, spoken as any program would.

use std::time::Duration;

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use crate::failure::Failure;

/// A phone on which one person is signed in.
pub(crate) struct Phone {
    client: Client,
    url: String,
    token: Option<String>,
}

impl Phone {
    /// A phone that reaches the platform at `url`.
    pub(crate) fn new(url: &str) -> Result<Self, Failure> {
        let client = connectors::http::client(Duration::from_secs(5), Duration::from_secs(30))
            .map_err(|error| Failure::about("phone", error))?;
        Ok(Self { client, url: url.to_owned(), token: None })
    }

    /// Signs in with the code that was sent to the number.
    pub(crate) async fn sign_in(
        &mut self,
        phone: &str,
        code: impl FnOnce() -> Option<String>,
    ) -> Result<(), Failure> {
        self.post("sms-codes", json!({ "phone": phone })).await?;
        let code = code().ok_or_else(|| Failure::Other("no SMS arrived".to_owned()))?;
        let session = self.post("sessions", json!({ "phone": phone, "sms_code": code })).await?;
        self.token = session.get("token").and_then(Value::as_str).map(str::to_owned);
        Ok(())
    }

    /// Sends a request and reads the answer.
    pub(crate) async fn post(&self, path: &str, body: Value) -> Result<Value, Failure> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Reads something.
    pub(crate) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.call(Method::GET, path, None).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value, Failure> {
        let failed = |error: reqwest::Error| Failure::about(path, error.without_url());
        let mut request = self.client.request(method, format!("{}/api/v1/{path}", self.url));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.map_err(failed)?;
        let status = response.status();
        let text = response.text().await.map_err(failed)?;
        if status == StatusCode::NO_CONTENT {
            return Ok(Value::Null);
        }
        let answer: Value = serde_json::from_str(&text).map_err(|error| Failure::about(path, error))?;
        if status.is_success() {
            Ok(answer)
        } else {
            let message = answer.get("message").and_then(Value::as_str).unwrap_or(&text).to_owned();
            Err(Failure::Other(format!("{path} ({status}): {message}")))
        }
    }
}
