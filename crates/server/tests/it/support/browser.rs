//! A browser without scripts: keeps cookies, follows redirects, and sends the forms of the page that it shows.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use tower::ServiceExt;

/// A page as it was received.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// Path and query that it was received from, after all redirects.
    pub(crate) path: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Page {
    /// The form token of the page.
    pub(crate) fn csrf(&self) -> Option<&str> {
        let (_, rest) = self.html.split_once("name=\"csrf\" value=\"")?;
        rest.split_once('"').map(|(token, _)| token)
    }

    /// Whether the page has a form for this address.
    pub(crate) fn has_form(&self, action: &str) -> bool {
        self.html.contains(&format!("action=\"{action}\""))
    }

    #[track_caller]
    pub(crate) fn assert_contains(&self, text: &str) {
        assert!(self.html.contains(text), "{text} is not in {} {}: {}", self.status, self.path, self.html);
    }
}

/// The browser of one person.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Every `Set-Cookie` that was received.
    pub(crate) set_cookies: Vec<String>,
    page: Option<Page>,
}

impl Browser {
    pub(crate) const fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new(), set_cookies: Vec::new(), page: None }
    }

    /// The page that is shown.
    pub(crate) fn page(&self) -> &Page {
        self.page.as_ref().expect("a page is shown")
    }

    /// Opens a page.
    pub(crate) async fn get(&mut self, path: &str) -> Page {
        self.follow(path, None).await
    }

    /// Sends the form of the shown page that goes to `action`.
    pub(crate) async fn submit(&mut self, action: &str, fields: &[(&str, &str)]) -> Page {
        let shown = self.page().clone();
        assert!(
            shown.has_form(action),
            "no form for {action} on {} {}: {}",
            shown.status,
            shown.path,
            shown.html
        );
        let csrf = shown.csrf().expect("a form token").to_owned();
        let mut fields = fields.to_vec();
        fields.push(("csrf", &csrf));
        self.post(action, &fields).await
    }

    /// Sends any form.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.follow(path, Some(body)).await
    }

    /// Sends one request without following redirects; the page stays as it was.
    pub(crate) async fn send(&mut self, path: &str, form: Option<String>) -> Page {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder().uri(path).header(header::ACCEPT_LANGUAGE, "zh-CN");
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        let request = match form {
            Some(form) => request
                .method("POST")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(form)),
            None => request.body(Body::empty()),
        };
        let response = self.router.clone().oneshot(request.expect("a request")).await.expect("an answer");
        let (parts, body) = response.into_parts();
        self.keep_cookies(&parts.headers);
        let bytes = to_bytes(body, usize::MAX).await.expect("a body");
        let html = String::from_utf8_lossy(&bytes).into_owned();
        Page { path: path.to_owned(), status: parts.status, headers: parts.headers, html }
    }

    async fn follow(&mut self, path: &str, form: Option<String>) -> Page {
        let mut page = self.send(path, form).await;
        for _ in 0..5 {
            if !page.status.is_redirection() {
                self.page = Some(page.clone());
                return page;
            }
            let location = page.headers.get(header::LOCATION).expect("a location").to_str().expect("a path");
            page = self.send(location, None).await;
        }
        panic!("redirected for ever: {}", page.path);
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for value in headers.get_all(header::SET_COOKIE) {
            let text = value.to_str().expect("a cookie").to_owned();
            let (pair, attributes) = text.split_once(';').unwrap_or((&text, ""));
            let (name, value) = pair.split_once('=').expect("name and value");
            if attributes.contains("Max-Age=0;") || attributes.ends_with("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
            self.set_cookies.push(text);
        }
    }
}
