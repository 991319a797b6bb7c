//! The closed set of named strategies, for what numbers and tables cannot say.

use std::sync::Arc;

use model::{Fen, InstitutionKind, InstitutionLevel, MedicalType, PersonType, Rate, Scheme};

use super::rule::Confidence;
use crate::form::words_of;

/// When an amount is rounded, half up, to the fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RoundingStage {
    /// Each line's parts, then each segment's.
    PerLine,
    /// The bill's parts and each segment's payment; lines stay exact inside.
    PerSegment,
    /// Only the amounts that leave the settlement.
    AtOutput,
}

/// Who gets or bears what rounding leaves over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OddFen {
    /// The fund's payment is rounded, the person has the rest.
    Person,
    /// The person's share is rounded, the fund has the rest.
    Fund,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rounding {
    pub(crate) stage: RoundingStage,
    pub(crate) odd_fen: OddFen,
}

/// The first day of the medical year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MedicalYear {
    pub(crate) month: i8,
    pub(crate) day: i8,
}

/// The day on which a person's age is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AgeOn {
    Visit,
    MedicalYearStart,
}

/// Where the excess over a price ceiling goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Excess {
    OverLimit,
    FullySelfPaid,
}

/// How a line is taken whose item is not in the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unmatched {
    ClassA,
    ClassC,
    Refuse,
}

/// The steps that a lane may have, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    AccountBand,
    Deductible,
    Share,
    Ceiling,
    Account,
}

/// Over which time something adds up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Span {
    /// Within the bill alone.
    Visit,
    /// Over the medical year, in the accumulator of this name.
    MedicalYear(Arc<str>),
}

/// The word for a [`Span`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    Visit,
    MedicalYear,
}

/// What a lane takes and which steps it has.
#[derive(Debug, Clone)]
pub(crate) struct LaneRule {
    pub(crate) name: String,
    pub(crate) medical_types: Vec<MedicalType>,
    pub(crate) institutions: Vec<InstitutionKind>,
    pub(crate) stages: Vec<Stage>,
}

/// What the person bears before the fund pays anything.
#[derive(Debug, Clone)]
pub(crate) struct Deductible {
    pub(crate) standard: Fen,
    pub(crate) span: Span,
}

/// A stretch of the axis with one ratio; the ratios add up to the whole.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    /// Upper end, of the last segment none.
    pub(crate) up_to: Option<Fen>,
    pub(crate) fund: Rate,
    pub(crate) person: Rate,
}

/// How fund and person share what is left after the deductible.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    pub(crate) axis: Span,
    /// Whether the deductible lies on the axis, before the money that is shared.
    pub(crate) axis_includes_deductible: bool,
    pub(crate) segments: Vec<Segment>,
}

/// What a ceiling limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limited {
    FundPaid,
    EligibleFees,
}

#[derive(Debug, Clone)]
pub(crate) struct Ceiling {
    pub(crate) limits: Limited,
    pub(crate) amount: Fen,
    pub(crate) span: Span,
}

/// The two purses of a personal account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountKind {
    CurrentYear,
    PreviousYears,
}

/// What becomes of the account band when the person declines to use the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Declined {
    /// The band stays where it is, and the person pays it in cash.
    Hold,
    /// There is no band: the next step takes the whole amount.
    Skip,
}

/// The account pays in-scope money before the deductible.
#[derive(Debug, Clone)]
pub(crate) struct AccountBand {
    pub(crate) account: AccountKind,
    pub(crate) when_declined: Declined,
}

/// Parts of the person's share that an account may pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Component {
    FullySelfPaid,
    OverLimit,
    FirstSelfPaid,
    Deductible,
    CoPayment,
    AboveCeiling,
}

impl Component {
    /// Place in an array of all components.
    pub(crate) const fn index(self) -> usize {
        match self {
            Self::FullySelfPaid => 0,
            Self::OverLimit => 1,
            Self::FirstSelfPaid => 2,
            Self::Deductible => 3,
            Self::CoPayment => 4,
            Self::AboveCeiling => 5,
        }
    }
}

/// The account pays parts of the person's share at the end.
#[derive(Debug, Clone)]
pub(crate) struct Account {
    pub(crate) account: AccountKind,
    /// Which account pays first.
    pub(crate) place: u8,
    /// The parts, in the order in which they are paid.
    pub(crate) pays: Vec<Component>,
}

words_of! {
    RoundingStage { "per_line" => Self::PerLine, "per_segment" => Self::PerSegment, "at_output" => Self::AtOutput }
    OddFen { "person" => Self::Person, "fund" => Self::Fund }
    AgeOn { "visit" => Self::Visit, "medical_year_start" => Self::MedicalYearStart }
    Excess { "over_limit" => Self::OverLimit, "fully_self_paid" => Self::FullySelfPaid }
    Unmatched { "class_a" => Self::ClassA, "class_c" => Self::ClassC, "refuse" => Self::Refuse }
    Stage {
        "account_band" => Self::AccountBand,
        "deductible" => Self::Deductible,
        "share" => Self::Share,
        "ceiling" => Self::Ceiling,
        "account" => Self::Account,
    }
    Period { "visit" => Self::Visit, "medical_year" => Self::MedicalYear }
    Limited { "fund_paid" => Self::FundPaid, "eligible_fees" => Self::EligibleFees }
    AccountKind { "current_year" => Self::CurrentYear, "previous_years" => Self::PreviousYears }
    Declined { "hold" => Self::Hold, "skip" => Self::Skip }
    Component {
        "fully_self_paid" => Self::FullySelfPaid,
        "over_limit" => Self::OverLimit,
        "first_self_paid" => Self::FirstSelfPaid,
        "deductible" => Self::Deductible,
        "co_payment" => Self::CoPayment,
        "above_ceiling" => Self::AboveCeiling,
    }
    Confidence {
        "A" => Self::A,
        "B" => Self::B,
        "C" => Self::C,
        "D" => Self::D,
    }
    Scheme { "employee" => Self::Employee, "resident" => Self::Resident }
    PersonType {
        "in_service" => Self::InService,
        "retired" => Self::Retired,
        "minor" => Self::Minor,
        "adult_resident" => Self::AdultResident,
        "elderly_resident" => Self::ElderlyResident,
    }
    InstitutionKind { "hospital" => Self::Hospital, "pharmacy" => Self::Pharmacy }
    InstitutionLevel {
        "tertiary_special" => Self::TertiarySpecial,
        "tertiary" => Self::Tertiary,
        "secondary" => Self::Secondary,
        "primary" => Self::Primary,
        "community" => Self::Community,
        "unrated" => Self::Unrated,
    }
    MedicalType {
        "outpatient" => Self::Outpatient,
        "registration" => Self::Registration,
        "emergency" => Self::Emergency,
        "pharmacy" => Self::Pharmacy,
    }
}
