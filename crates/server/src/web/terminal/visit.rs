//! `/t/s/{visit}`: one visit on one page, in four stages: 识别, 登记, 预结算, 结算.

use askama::Template;
use model::{
    CatalogueClass, CertificateType, Fen, Instant, InstitutionKind, InsuranceStatus, LineSplit, MedicalType,
    PersonType, Price, Quantity, Scheme,
};

use super::Workplace;
use crate::web::amounts::Amounts;
use crate::web::field::Field;
use crate::web::i18n::Text;
use crate::web::problem::Problem;
use crate::web::shell::Shell;
use crate::web::words::{self, Status, Tone};

/// Where a visit stands at the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum VisitStage {
    /// 识别: the person is known; the visit is to be registered.
    Identified,
    /// 登记: fee items are being entered.
    Registered,
    /// 预结算: amounts are shown; nothing is decided.
    PreSettled,
    /// 结算: settled; the cash share may still be open.
    Settled,
    /// Revoked; everything went back.
    Revoked,
}

impl VisitStage {
    /// Icon, word and colour family.
    #[must_use]
    pub fn status(&self, shell: &Shell) -> Status {
        let (tone, icon, word) = match self {
            Self::Identified => (Tone::Info, "person", shell.t("stage-identified")),
            Self::Registered => (Tone::Info, "clock", shell.t("stage-registered")),
            Self::PreSettled => (Tone::Warning, "clock", shell.t("stage-pre-settled")),
            Self::Settled => (Tone::Success, "check", shell.t("stage-settled")),
            Self::Revoked => (Tone::Info, "undo", shell.t("stage-revoked")),
        };
        Status { tone, icon, word }
    }

    /// The four steps of the stepper: name, and whether it is done or current.
    #[must_use]
    pub fn steps(&self, shell: &Shell) -> [(String, StepMark); 4] {
        let current = match self {
            Self::Identified => 1,
            Self::Registered => 2,
            Self::PreSettled => 3,
            Self::Settled | Self::Revoked => 4,
        };
        let names = [
            shell.t("step-identify"),
            shell.t("step-register"),
            shell.t("step-pre-settle"),
            shell.t("step-settle"),
        ];
        let mut place = 0;
        names.map(|name| {
            let mark = if place < current {
                StepMark::Done
            } else if place == current {
                StepMark::Current
            } else {
                StepMark::Ahead
            };
            place += 1;
            (name.to_string(), mark)
        })
    }

    /// Whether fee items can still be changed.
    #[must_use]
    pub const fn is_editable(&self) -> bool {
        matches!(self, Self::Registered | Self::PreSettled)
    }

    /// Whether the visit is settled and not revoked.
    #[must_use]
    pub const fn is_settled(&self) -> bool {
        matches!(self, Self::Settled)
    }
}

/// How a step of a stepper is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepMark {
    /// Behind.
    Done,
    /// Here.
    Current,
    /// Ahead.
    Ahead,
}

impl StepMark {
    /// The CSS class.
    #[must_use]
    pub const fn class(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Current => "current",
            Self::Ahead => "ahead",
        }
    }

    /// Whether the step is the current one.
    #[must_use]
    pub const fn is_current(&self) -> bool {
        matches!(self, Self::Current)
    }
}

/// The patient as the terminal may see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatientView {
    /// Masked name.
    pub name_masked: String,
    /// ID number with its first and last character.
    pub id_number_masked: String,
    /// Age in years.
    pub age: u16,
    /// Class.
    pub person_type: PersonType,
    /// Scheme.
    pub scheme: Scheme,
    /// Name of the pooling region.
    pub region_name: String,
    /// Whether the insurance is in force.
    pub status: InsuranceStatus,
    /// How the person showed who they are.
    pub certificate: CertificateType,
    /// Balance of the personal account, both parts together.
    pub account_balance: Fen,
}

/// The form of the registration, filled with what this workplace entered last.
#[derive(Debug, Clone, Default)]
pub struct RegistrationForm {
    /// Lanes of care to choose from, the usual one first.
    pub medical_types: Vec<MedicalType>,
    /// Department.
    pub department: Field,
    /// Doctor.
    pub doctor: Field,
    /// Diagnosis, as code (ICD-10, national version) and name: `J06.900 急性上呼吸道感染`.
    pub diagnosis: Field,
    /// Departments to propose.
    pub departments: Vec<String>,
    /// Doctors to propose.
    pub doctors: Vec<String>,
    /// Diagnoses to propose.
    pub diagnoses: Vec<String>,
}

/// What was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Lane of care.
    pub medical_type: MedicalType,
    /// Department; a pharmacy has none.
    pub department: Option<String>,
    /// Doctor; a pharmacy has none.
    pub doctor: Option<String>,
    /// Diagnosis; a pharmacy has none.
    pub diagnosis: Option<String>,
    /// When the visit began.
    pub at: Instant,
}

/// One fee item in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    /// Serial number in the visit; comes back as `serial` to remove the line.
    pub serial: String,
    /// Catalogue code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Specification and unit.
    pub specification: String,
    /// Class.
    pub class: CatalogueClass,
    /// Unit price.
    pub price: Price,
    /// Quantity.
    pub quantity: Quantity,
    /// Amount.
    pub amount: Fen,
    /// How it divides; `None` before pre-settlement.
    pub split: Option<LineSplit>,
    /// What is wrong with this line.
    pub problem: Option<Problem>,
}

impl ItemRow {
    /// The catalogue class in words.
    #[must_use]
    pub fn class_word(&self, shell: &Shell) -> Text {
        words::catalogue_class(shell, &self.class)
    }

    /// What of this line the person bears before any deductible or ratio; nothing before pre-settlement.
    #[must_use]
    pub fn self_paid(&self) -> Fen {
        self.split.map_or(Fen::ZERO, |split| {
            Fen::sum([split.fully_self_paid, split.over_limit, split.first_self_paid]).unwrap_or(self.amount)
        })
    }
}

/// A catalogue item to propose while a code or name is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueOption {
    /// Catalogue code.
    pub code: String,
    /// Name, specification, class, as the list shows them.
    pub label: String,
    /// What this workplace charged last, where it has.
    pub price: Option<Price>,
}

/// The row in which the next item is entered.
#[derive(Debug, Clone, Default)]
pub struct ItemForm {
    /// Catalogue code.
    pub item_code: Field,
    /// Unit price in yuan.
    pub price: Field,
    /// Quantity.
    pub quantity: Field,
    /// Items to propose.
    pub catalogue: Vec<CatalogueOption>,
}

/// Where the cash share of a settled visit stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentStatus {
    /// Sent to the phone; the person has not paid yet.
    Waiting {
        /// When it was sent.
        since: Instant,
    },
    /// The person confirmed; the bank has not answered yet.
    Confirming,
    /// Paid on the phone.
    PaidByPhone {
        /// When.
        at: Instant,
    },
    /// Paid at this window.
    PaidAtCounter {
        /// When.
        at: Instant,
    },
    /// Nothing was left to pay.
    NothingDue,
    /// Revoked, the money is going back.
    Refunding,
    /// Revoked, the money went back.
    Refunded {
        /// When.
        at: Instant,
    },
}

impl PaymentStatus {
    /// Icon, words and colour family.
    #[must_use]
    pub fn status(&self, shell: &Shell) -> Status {
        let (tone, icon, word) = match self {
            Self::Waiting { since } => {
                (Tone::Warning, "clock", shell.t("payment-waiting").with("time", shell.time(since)))
            }
            Self::Confirming => (Tone::Info, "clock", shell.t("payment-confirming")),
            Self::PaidByPhone { at } => {
                (Tone::Success, "check", shell.t("payment-by-phone").with("time", shell.time(at)))
            }
            Self::PaidAtCounter { at } => {
                (Tone::Success, "check", shell.t("payment-at-counter").with("time", shell.time(at)))
            }
            Self::NothingDue => (Tone::Success, "check", shell.t("payment-nothing-due")),
            Self::Refunding => (Tone::Info, "undo", shell.t("payment-refunding")),
            Self::Refunded { at } => {
                (Tone::Info, "undo", shell.t("payment-refunded").with("time", shell.time(at)))
            }
        };
        Status { tone, icon, word }
    }

    /// Whether the person can still pay, so that cash can be taken instead.
    #[must_use]
    pub const fn is_waiting(&self) -> bool {
        matches!(self, Self::Waiting { .. })
    }

    /// Whether nothing is owed any more.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        !matches!(self, Self::Waiting { .. } | Self::Confirming | Self::Refunding)
    }
}

/// `/t/s/{visit}`.
#[derive(Template)]
#[template(path = "terminal/visit.html")]
pub struct VisitPage {
    /// Frame.
    pub shell: Shell,
    /// Who works where.
    pub workplace: Workplace,
    /// Identifier in URLs.
    pub id: String,
    /// The patient.
    pub patient: PatientView,
    /// Where the visit stands.
    pub stage: VisitStage,
    /// The registration form, while the stage is [`VisitStage::Identified`].
    pub registration_form: RegistrationForm,
    /// What was registered.
    pub registration: Option<Registration>,
    /// Fee items.
    pub items: Vec<ItemRow>,
    /// Sum of the fee items.
    pub total: Fen,
    /// The row for the next item.
    pub item_form: ItemForm,
    /// The amounts, from pre-settlement on.
    pub amounts: Option<Amounts>,
    /// Names the pre-settlement that is shown; comes back as `key`, so that it is settled once however often it is sent.
    pub settlement_key: String,
    /// Whether the person can pay on the phone (level 2).
    pub phone_payment: bool,
    /// Where the cash share stands, from settlement on.
    pub payment: Option<PaymentStatus>,
    /// Reason for revoking.
    pub reason: Field,
    /// What is wrong with the last action.
    pub problem: Option<Problem>,
}

impl VisitPage {
    /// Whether it is not known yet what became of a settlement, so that the page should look again by itself.
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        self.problem == Some(Problem::SettlementUnknown)
    }
}

/// Pushed to the terminal when the cash share of a visit moves: replaces the payment status on its page.
#[derive(Template)]
#[template(path = "push/terminal_payment.html")]
pub struct TerminalPaymentPush {
    /// Frame.
    pub shell: Shell,
    /// Identifier of the visit in URLs.
    pub id: String,
    /// Where the cash share stands.
    pub payment: PaymentStatus,
}
