//! What all features share at the HTTP edge.

pub mod assets;
pub mod failures;
pub mod form;
pub mod headers;
pub mod json;
pub mod page;
pub mod session;
pub mod visitor;

pub use form::CheckedForm;
pub use json::Json;
pub use session::{Insured, SignedIn, Staff};
pub use visitor::Visitor;
