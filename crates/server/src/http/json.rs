//! JSON bodies of programs, refused with our own error body.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::app::App;
use crate::failure::Failure;
use crate::web::{JsonFault, Problem};

/// A JSON body. What cannot be read is refused as [`Problem::JsonUnreadable`], which says where and why.
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Failure> {
        let value = from_body(request, app).await;
        // Not the member: a name that someone sent as one is no matter for a log.
        value
            .inspect_err(|failure| tracing::debug!(problem = ?failure.problem, "a JSON body was refused"))
            .map(Self)
    }
}

async fn from_body<T: DeserializeOwned>(request: Request, app: &Arc<App>) -> Result<T, Failure> {
    if !is_json(request.headers()) {
        return Err(Problem::JsonUnreadable(JsonFault::ContentType).into());
    }
    let body = Bytes::from_request(request, app).await;
    read(&body.map_err(|_| Failure::of(Problem::JsonUnreadable(JsonFault::TooLarge)))?)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// Reads a body. The refusal names the member and the kind of fault and never quotes what was sent, which may be a PIN
/// given as a number; so the parser's own words are looked at and not passed on.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Failure> {
    let mut parser = serde_json::Deserializer::from_slice(body);
    let syntax = |error: &serde_json::Error| {
        let (line, column) = (error.line(), error.column());
        Failure::of(Problem::JsonUnreadable(JsonFault::Syntax { line, column }))
    };
    let value = serde_path_to_error::deserialize(&mut parser).map_err(|error| {
        let (path, error) = (error.path().to_string(), error.into_inner());
        if error.classify() != Category::Data {
            return syntax(&error);
        }
        // The path of the whole body is a lone dot.
        let path = path.trim_matches('.');
        let words = error.to_string();
        let missing = words.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        let (member, fault) = match missing {
            Some(name) if path.is_empty() => (name.to_owned(), JsonFault::Missing),
            Some(name) => (format!("{path}.{name}"), JsonFault::Missing),
            None if words.starts_with("unknown field") => (path.to_owned(), JsonFault::Unknown),
            None => (path.to_owned(), JsonFault::Form),
        };
        let problem = Problem::JsonUnreadable(fault);
        if member.is_empty() { problem.into() } else { Failure::in_field(member, problem) }
    })?;
    parser.end().map_err(|error| syntax(&error))?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        #[serde(rename = "lines")]
        _lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        #[serde(rename = "price")]
        _price: String,
    }

    #[test]
    fn a_refusal_names_the_member_and_never_quotes_it() {
        for (body, field, fault) in [
            ("{", None, JsonFault::Syntax { line: 1, column: 1 }),
            ("{\"lines\": []}\n x", None, JsonFault::Syntax { line: 2, column: 2 }),
            ("{}", Some("lines"), JsonFault::Missing),
            ("{\"lines\": [{\"price\": \"1\"}, {}]}", Some("lines[1].price"), JsonFault::Missing),
            ("{\"lines\": [{\"price\": 246813}]}", Some("lines[0].price"), JsonFault::Form),
            ("{\"lines\": [], \"pin\": \"246813\"}", Some("pin"), JsonFault::Unknown),
            ("\"246813\"", None, JsonFault::Form),
        ] {
            let failure = read::<Body>(body.as_bytes()).expect_err(body);
            assert_eq!(failure.field.as_deref(), field, "{body}");
            assert_eq!(failure.problem, Problem::JsonUnreadable(fault), "{body}");
            assert!(!format!("{failure:?}").contains("246813"));
        }
        assert!(read::<Body>(b"{\"lines\": [{\"price\": \"1\"}]} \n").is_ok());
    }

    #[test]
    fn json_is_told_by_its_content_type() {
        let of = |kind: &'static str| {
            is_json(&HeaderMap::from_iter([(header::CONTENT_TYPE, kind.parse().unwrap())]))
        };
        assert!(
            of("application/json")
                && of("Application/JSON; charset=utf-8")
                && of("application/merge-patch+json")
        );
        assert!(!of("text/plain") && !of("text/json") && !is_json(&HeaderMap::new()));
    }
}
