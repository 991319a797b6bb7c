//! The envelope around every national message: one JSON object with the transaction number, the caller and the nodes.
//!
//! Facts: 定点医药机构接口规范, Hunan edition V1.1.27 (2024-10), envelope tables; what real callers do differently was
//! seen in public clients of other provinces. Reading is tolerant where nothing depends on it and strict where routing,
//! idempotency or money do.

mod error;
mod request;
mod response;
pub(crate) mod structure;

pub use error::EnvelopeError;
pub use request::{Operator, OperatorKind, Request};
pub use response::{Outcome, Response, reference_number};

/// What a request body may measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a body.
    pub bytes: usize,
    /// Deepest nesting of objects and lists, the envelope itself counted.
    pub depth: usize,
}

impl Default for Limits {
    /// One mebibyte, room for some two thousand fee items, and sixteen levels where the tables need five.
    fn default() -> Self {
        Self { bytes: 1 << 20, depth: 16 }
    }
}
