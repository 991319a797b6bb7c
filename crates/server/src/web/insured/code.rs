//! The credential code on the screen.

use askama::Template;
use model::{Instant, Scheme};

use super::Tab;
use super::bills::BillCard;
use crate::web::code_image::{CodeImage, CodeImageError, code128, qr};
use crate::web::format;
use crate::web::shell::Shell;
use crate::web::words;

/// A code that can be scanned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadyCode {
    digits: String,
    qr: CodeImage,
    barcode: CodeImage,
    seconds_left: i64,
}

impl ReadyCode {
    /// Draws `digits`, which stay valid until `expires`.
    ///
    /// # Errors
    /// `digits` is not an even number of digits, or too long to be drawn.
    pub fn new(digits: &str, now: Instant, expires: Instant) -> Result<Self, CodeImageError> {
        Ok(Self {
            digits: format::group_digits(digits),
            qr: qr(digits)?,
            barcode: code128(digits)?,
            seconds_left: expires.since(now).max(0) / 1000,
        })
    }
}

/// What the code card shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeState {
    /// A fresh code.
    Ready(ReadyCode),
    /// The code of a moment ago was used.
    Used {
        /// Who used it, with the window if the institution told it.
        institution: String,
        /// When.
        at: Instant,
    },
}

/// The white card with the code. It says whose code it is by the masked name and the insured place alone: what is
/// printed here must not help with a second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeCard {
    /// Masked name.
    pub name_masked: String,
    /// Name of the pooling region.
    pub region_name: String,
    /// Scheme.
    pub scheme: Scheme,
    /// The code, or what became of it.
    pub state: CodeState,
}

/// `/code`: the code, and the bills that wait. Pushed cards arrive here.
#[derive(Template)]
#[template(path = "insured/code.html")]
pub struct CodePage {
    /// Frame.
    pub shell: Shell,
    /// The code card.
    pub card: CodeCard,
    /// Bills to pay.
    pub pending: Vec<BillCard>,
}

/// Pushed when the code is used: replaces the code card.
#[derive(Template)]
#[template(path = "push/code_used.html")]
pub struct CodeUsedPush {
    /// Frame.
    pub shell: Shell,
    /// The card with its state [`CodeState::Used`].
    pub card: CodeCard,
}
