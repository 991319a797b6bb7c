//! The bank account of the social-security card, which opens payment (credential level 2).

use askama::Template;

use crate::web::field::Field;
use crate::web::problem::Problem;
use crate::web::shell::Shell;

/// `/card`: bind the bank account, or see the one that is bound.
#[derive(Template)]
#[template(path = "insured/card.html")]
pub struct CardPage {
    /// Frame.
    pub shell: Shell,
    /// Masked name of the card's owner, who must be the insured person.
    pub name_masked: String,
    /// Masked phone number, which must be the one that the bank knows.
    pub phone_masked: String,
    /// Last digits of the card that is bound; `None` shows the form.
    pub bound: Option<String>,
    /// Card number; comes back only with its problem, never with its value.
    pub card_number: Field,
    /// What is wrong with the whole form.
    pub problem: Option<Problem>,
}

/// `/card/done`: payment is open.
#[derive(Template)]
#[template(path = "insured/card_done.html")]
pub struct CardDonePage {
    /// Frame.
    pub shell: Shell,
    /// Last digits of the card.
    pub card_tail: String,
}
