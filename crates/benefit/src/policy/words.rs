//! The words that policy files have for the values of closed lists.

use model::{CarePlace, Filing, InstitutionKind, InstitutionLevel, MedicalType, PersonType, Scheme};

use super::persons::{CreditBase, Reach, Relation, Validity};
use super::rule::Confidence;
use super::span::Period;
use super::strategy::{
    AccountKind, AgeOn, Base, CatalogueOf, Component, Continuation, Crossing, Declined, Excess,
    LaterSettlements, LayerFund, Limited, OddFen, RoundingStage, RulesOf, SegmentsFrom, Several, Stage,
    TakenFrom, Unmatched,
};
use crate::form::words_of;

words_of! {
    RoundingStage { "per_line" => Self::PerLine, "per_segment" => Self::PerSegment, "at_output" => Self::AtOutput }
    OddFen { "person" => Self::Person, "fund" => Self::Fund }
    AgeOn { "visit" => Self::Visit, "medical_year_start" => Self::MedicalYearStart }
    CatalogueOf { "insurance" => Self::Insurance, "place_of_care" => Self::PlaceOfCare }
    Excess { "over_limit" => Self::OverLimit, "fully_self_paid" => Self::FullySelfPaid }
    Unmatched { "class_a" => Self::ClassA, "class_c" => Self::ClassC, "refuse" => Self::Refuse }
    Stage {
        "account_band" => Self::AccountBand,
        "fixed_price" => Self::FixedPrice,
        "deductible" => Self::Deductible,
        "share" => Self::Share,
        "ceiling" => Self::Ceiling,
        "guarantee" => Self::Guarantee,
        "layer" => Self::Layer,
        "account" => Self::Account,
    }
    Period {
        "visit" => Self::Visit,
        "stay" => Self::Stay,
        "day" => Self::Day,
        "month" => Self::Month,
        "medical_year" => Self::MedicalYear,
    }
    TakenFrom { "fees" => Self::Fees, "fund" => Self::Fund }
    SegmentsFrom { "zero" => Self::Zero, "start" => Self::Start }
    Continuation { "anew" => Self::Anew, "difference" => Self::Difference, "nothing" => Self::Nothing }
    Several {
        "apart" => Self::Apart,
        "highest" => Self::Highest,
        "highest_and_half_of_next" => Self::HighestAndHalfOfNext,
        "highest_and_half_of_others" => Self::HighestAndHalfOfOthers,
        "sum" => Self::Sum,
    }
    Base { "in_scope" => Self::InScope, "total" => Self::Total }
    LayerFund {
        "catastrophic" => Self::Catastrophic,
        "large_sum" => Self::LargeSum,
        "civil_servant" => Self::CivilServant,
        "enterprise" => Self::Enterprise,
        "medical_aid" => Self::MedicalAid,
        "other_fund" => Self::Other,
    }
    Crossing {
        "settlement_day" => Self::Settlement,
        "discharge_day" => Self::Discharge,
        "fee_day" => Self::Fee,
    }
    RulesOf {
        "admission_day" => Self::Admission,
        "discharge_day" => Self::Discharge,
        "settlement_day" => Self::Settlement,
        "fee_day" => Self::Fee,
    }
    LaterSettlements { "stand" => Self::Stand, "refuse" => Self::Refuse, "unwind" => Self::Unwind }
    Limited { "fund_paid" => Self::FundPaid, "eligible_fees" => Self::EligibleFees }
    AccountKind {
        "current_year" => Self::CurrentYear,
        "previous_years" => Self::PreviousYears,
        "mutual_aid" => Self::MutualAid,
    }
    CreditBase { "contribution_base" => Self::ContributionBase, "pension" => Self::Pension }
    Relation {
        "spouse" => Self::Spouse,
        "parent" => Self::Parent,
        "child" => Self::Child,
        "sibling" => Self::Sibling,
        "grandparent" => Self::Grandparent,
        "grandchild" => Self::Grandchild,
    }
    Reach { "region" => Self::Region, "province" => Self::Province, "country" => Self::Country }
    Validity { "until_unbound" => Self::UntilUnbound, "medical_year" => Self::MedicalYear }
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
    CarePlace { "local" => Self::Local, "province" => Self::Province, "other_province" => Self::OtherProvince }
    Filing {
        "none" => Self::None,
        "long_term" => Self::LongTerm,
        "referral" => Self::Referral,
        "emergency" => Self::Emergency,
        "own_choice" => Self::OwnChoice,
    }
    MedicalType {
        "outpatient" => Self::Outpatient,
        "registration" => Self::Registration,
        "emergency" => Self::Emergency,
        "emergency_rescue" => Self::EmergencyRescue,
        "chronic_disease" => Self::ChronicDisease,
        "special_drug" => Self::SpecialDrug,
        "inpatient" => Self::Inpatient,
        "single_disease" => Self::SingleDisease,
        "day_surgery" => Self::DaySurgery,
        "pharmacy" => Self::Pharmacy,
        "maternity_outpatient" => Self::MaternityOutpatient,
        "delivery" => Self::Delivery,
        "home_bed" => Self::HomeBed,
        "two_diseases" => Self::TwoDiseases,
    }
}
