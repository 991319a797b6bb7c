//! The only production crate that listens: hospital interface, JSON API, pages, push.
//!
//! Features are folders. Each has `service.rs` (one function per operation, used by all its edges), `api.rs` (JSON for
//! programs) and `pages.rs` (HTML for people); [`routes`] is the table of contents.

pub mod access;
pub mod app;
pub mod bills;
pub mod clock;
pub mod credentials;
pub mod epochs;
pub mod estimates;
pub mod events;
pub mod failure;
pub mod his;
pub mod http;
pub mod jobs;
pub mod mac;
pub mod metrics;
pub mod passwords;
pub mod payments;
pub mod push;
pub mod random;
pub mod routes;
pub mod rules;
pub mod settings;
pub mod terminal;
pub mod web;

pub use app::{App, StartError};
pub use clock::Clock;
pub use routes::{listen, openapi, router, serve};
pub use settings::Settings;
