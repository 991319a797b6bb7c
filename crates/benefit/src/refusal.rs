//! Why a bill is not split.

use crate::form::Word;
use crate::policy::Title;
use model::{Date, Fen, InstitutionKind, InsuranceStatus, MedicalType, Overflow, PersonType, Region, Scheme};

fn ending(last: &Option<Date>) -> String {
    last.map(|day| format!(" (its last day is {day})")).unwrap_or_default()
}

fn up_to(last: &Option<Date>) -> String {
    last.map(|day| format!(" until {day}")).unwrap_or_default()
}

/// What policies call a kind of care.
fn word_of(kind: &MedicalType) -> &'static str {
    let words = MedicalType::WORDS.iter();
    words.copied().find(|(_, value)| value == kind).map_or("unknown", |(word, _)| word)
}

const fn kind_in_english(kind: &InstitutionKind) -> &'static str {
    match kind {
        InstitutionKind::Hospital => "a hospital",
        InstitutionKind::Pharmacy => "a pharmacy",
    }
}

/// A bill or a line was refused, and nothing was computed. [`Refusal::code`] is for machines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No policy of this region and scheme is loaded.
    #[error("there is no policy for region {region}, scheme {}", .scheme.code())]
    NoPolicy {
        /// Region that was asked for.
        region: Region,
        /// Scheme that was asked for.
        scheme: Scheme,
    },
    /// The region's policy does not reach to this date.
    #[error("the policy for region {region}, scheme {} begins on {first} and does not cover {on}{}", .scheme.code(),
        ending(.last))]
    NoPolicyOn {
        /// Region that was asked for.
        region: Region,
        /// Scheme that was asked for.
        scheme: Scheme,
        /// Date that was asked for.
        on: Date,
        /// First day of the policy.
        first: Date,
        /// Last day of the policy, where it has one.
        last: Option<Date>,
    },
    /// The bill's date is outside the version of the policy that was given.
    #[error("the bill is of {on}, outside the version of the policy that begins on {from}")]
    DateOutsideVersion {
        /// The bill's policy date.
        on: Date,
        /// First day of the version.
        from: Date,
    },
    /// The person is insured elsewhere or in another scheme.
    #[error("the policy is of region {}, scheme {}; the person is of region {region}, scheme {}",
        .policy_region, .policy_scheme.code(), .scheme.code())]
    OtherPolicy {
        /// The person's region.
        region: Region,
        /// The person's scheme.
        scheme: Scheme,
        /// The policy's region.
        policy_region: Region,
        /// The policy's scheme.
        policy_scheme: Scheme,
    },
    /// The insurance had not begun.
    #[error("the person is insured from {insured_from}, the bill is of {on}")]
    NotYetInsured {
        /// The bill's policy date.
        on: Date,
        /// First day of insurance.
        insured_from: Date,
    },
    /// The person is born after the day of the bill.
    #[error("the person is born on {birth}, after the day of the bill, {on}")]
    NotYetBorn {
        /// The bill's policy date.
        on: Date,
        /// Day of birth.
        birth: Date,
    },
    /// The insurance is suspended or has ended.
    #[error("the insurance is not in force (psn_insu_stas {})", .status.code())]
    NotInForce {
        /// What the register says.
        status: InsuranceStatus,
    },
    /// The scheme has no persons of this class.
    #[error("the policy has no rules for persons of class {}", .person_type.code())]
    PersonTypeNotCovered {
        /// The person's class.
        person_type: PersonType,
    },
    /// No lane of the policy takes this kind of care at this kind of institution.
    #[error("the policy has no lane for care of the kind {} (med_type {}) of this person, disease and level at {}",
        word_of(.medical_type), .medical_type.code(), kind_in_english(.institution))]
    LaneNotCovered {
        /// Kind of care.
        medical_type: MedicalType,
        /// Kind of institution.
        institution: InstitutionKind,
    },
    /// The policy says that a value is not known.
    #[error("rule {rule} has no known value: {}", reason.en)]
    UnknownParameter {
        /// The rule.
        rule: String,
        /// Why the value is not known.
        reason: Box<Title>,
    },
    /// Which rule applies depends on something that is not known of the person.
    #[error("whether rule {rule} applies depends on {fact}, which is not known")]
    UnknownFact {
        /// The rule.
        rule: String,
        /// What is not known.
        fact: &'static str,
    },
    /// The policy's stage has no rule for this visit.
    #[error("the policy has no [[{table}]] rule for this visit")]
    NoRule {
        /// The table of rules.
        table: &'static str,
    },
    /// A stay is settled before its end, which the policy does not allow.
    #[error("the policy does not settle a stay before it ends")]
    NoInterimSettlement,
    /// The dates of a stay are not in order.
    #[error("the stay ends on {discharged}, before it begins on {admitted}")]
    StayOutOfOrder {
        /// Day of admission.
        admitted: Date,
        /// Day of discharge.
        discharged: Date,
    },
    /// A stay is settled before it ends, and not as an interim settlement.
    #[error("the stay ends on {discharged}, after the day of the settlement, {on}")]
    SettledBeforeDischarge {
        /// Day of the settlement.
        on: Date,
        /// Day of discharge.
        discharged: Date,
    },
    /// The last bill of a stay has no day of discharge.
    #[error("the day of discharge is needed, or the bill is an interim one")]
    DischargeMissing,
    /// The kind of care is a stay, and there are no days of one.
    #[error("this kind of care is a stay: the days of admission and discharge are needed")]
    StayMissing,
    /// A fee lies outside the stay.
    #[error("line {serial}: the fee of {on} is outside the stay from {admitted} to {until}")]
    FeeOutsideStay {
        /// Serial number of the line.
        serial: String,
        /// Day of the fee.
        on: Date,
        /// Day of admission.
        admitted: Date,
        /// Last day of the stay so far.
        until: Date,
    },
    /// The policy cuts stays by the days of their fees, and a fee has none.
    #[error("line {serial}: the day of the fee is needed, for the stay is cut by it")]
    FeeDayMissing {
        /// Serial number of the line.
        serial: String,
    },
    /// A fee is of a day before the insurance.
    #[error("line {serial}: the fee of {on} is before the insurance, which begins on {insured_from}")]
    FeeBeforeInsurance {
        /// Serial number of the line.
        serial: String,
        /// Day of the fee.
        on: Date,
        /// First day of insurance.
        insured_from: Date,
    },
    /// A rule counts by the day or the month, and the fees are of several, or of another than the bill.
    #[error("rule {rule} counts by the {}: fees of {from} to {until} cannot be settled with the bill of {on}", if *.by_month { "month" } else { "day" })]
    FeesOfOtherTime {
        /// The rule.
        rule: String,
        /// Whether it counts by the month, and not by the day.
        by_month: bool,
        /// Day of the first fee.
        from: Date,
        /// Day of the last fee.
        until: Date,
        /// Day of the bill.
        on: Date,
    },
    /// The person is in no scheme on the day.
    #[error("{}the person is in no scheme on {on}", of_line(.serial))]
    NoScheme {
        /// The day.
        on: Date,
        /// Serial number of the line whose fee it is of, where it is of one.
        serial: Option<String>,
    },
    /// The person is in another scheme than that of the bill on the day.
    #[error("{}the person is in the scheme {} on {on}", of_line(.serial), .scheme.code())]
    OtherScheme {
        /// The day.
        on: Date,
        /// The person's scheme.
        scheme: Scheme,
        /// Serial number of the line whose fee it is of, where it is of one.
        serial: Option<String>,
    },
    /// The person is in two schemes on the day.
    #[error("{}the person is in two schemes on {on}: {} and {}", of_line(.serial), .first.code(), .second.code())]
    TwoSchemes {
        /// The day.
        on: Date,
        /// One scheme.
        first: Scheme,
        /// The other.
        second: Scheme,
        /// Serial number of the line whose fee it is of, where it is of one.
        serial: Option<String>,
    },
    /// The bill has no lines.
    #[error("the bill has no lines")]
    NoLines,
    /// The item is not in the catalogue, and the policy does not settle such lines.
    #[error("line {serial}: the item is not in the catalogue")]
    UnmatchedItem {
        /// Serial number of the line.
        serial: String,
    },
    /// The quantity is zero, negative, or beyond [`crate::LARGEST_QUANTITY`].
    #[error("line {serial}: the quantity {quantity} must be above 0 and at most {}", crate::LARGEST_QUANTITY)]
    BadQuantity {
        /// Serial number of the line.
        serial: String,
        /// The quantity as given.
        quantity: model::Quantity,
    },
    /// The unit price is zero, negative, or beyond [`crate::LARGEST_PRICE`].
    #[error("line {serial}: the unit price {price} must be above 0 and at most {}", crate::LARGEST_PRICE)]
    BadPrice {
        /// Serial number of the line.
        serial: String,
        /// The price as given.
        price: model::Price,
    },
    /// The amount is not price times quantity.
    #[error("line {serial}: the amount {amount} is not price times quantity, {expected}")]
    AmountMismatch {
        /// Serial number of the line.
        serial: String,
        /// The amount as given.
        amount: Fen,
        /// Price times quantity, rounded half up.
        expected: Fen,
    },
    /// The line rounds to nothing.
    #[error("line {serial}: the amount is zero")]
    ZeroAmount {
        /// Serial number of the line.
        serial: String,
    },
    /// The account may not help this relative.
    #[error("the account may not be shared: {why}")]
    NotShared {
        /// Why not.
        why: crate::NotShared,
    },
    /// The person is insured in no month of the medical year.
    #[error("the person is insured from {from}{}, and so in no month of the medical year", up_to(.until))]
    NotInsuredInYear {
        /// First day of insurance.
        from: Date,
        /// Last day of insurance, where it has ended.
        until: Option<Date>,
    },
    /// The payment needs the PIN.
    #[error("the payment needs the PIN: without it at most {most} yuan may be paid now")]
    PinNeeded {
        /// What may be paid without.
        most: Fen,
    },
    /// An amount left the range of money.
    #[error(transparent)]
    Overflow(#[from] Overflow),
}

impl Refusal {
    /// A stable name of the kind of refusal, for programs and for translations.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoPolicy { .. } => "no_policy",
            Self::NoPolicyOn { .. } => "no_policy_on_date",
            Self::DateOutsideVersion { .. } => "date_outside_version",
            Self::OtherPolicy { .. } => "other_policy",
            Self::NotYetInsured { .. } => "not_yet_insured",
            Self::NotYetBorn { .. } => "not_yet_born",
            Self::NotInForce { .. } => "insurance_not_in_force",
            Self::PersonTypeNotCovered { .. } => "person_type_not_covered",
            Self::LaneNotCovered { .. } => "lane_not_covered",
            Self::UnknownParameter { .. } => "unknown_parameter",
            Self::UnknownFact { .. } => "unknown_fact",
            Self::NoRule { .. } => "no_rule",
            Self::NoInterimSettlement => "no_interim_settlement",
            Self::StayOutOfOrder { .. } => "stay_out_of_order",
            Self::SettledBeforeDischarge { .. } => "settled_before_discharge",
            Self::DischargeMissing => "discharge_missing",
            Self::StayMissing => "stay_missing",
            Self::FeeOutsideStay { .. } => "fee_outside_stay",
            Self::FeeDayMissing { .. } => "fee_day_missing",
            Self::FeeBeforeInsurance { .. } => "fee_before_insurance",
            Self::FeesOfOtherTime { .. } => "fees_of_other_time",
            Self::NoScheme { .. } => "no_scheme",
            Self::OtherScheme { .. } => "other_scheme",
            Self::TwoSchemes { .. } => "two_schemes",
            Self::NoLines => "no_lines",
            Self::UnmatchedItem { .. } => "unmatched_item",
            Self::BadQuantity { .. } => "bad_quantity",
            Self::BadPrice { .. } => "bad_price",
            Self::AmountMismatch { .. } => "amount_mismatch",
            Self::ZeroAmount { .. } => "zero_amount",
            Self::NotShared { .. } => "not_shared",
            Self::NotInsuredInYear { .. } => "not_insured_in_year",
            Self::PinNeeded { .. } => "pin_needed",
            Self::Overflow(_) => "overflow",
        }
    }

    /// The serial number of the line that was refused, where it was one line.
    #[must_use]
    pub fn serial(&self) -> Option<&str> {
        match self {
            Self::UnmatchedItem { serial }
            | Self::BadQuantity { serial, .. }
            | Self::BadPrice { serial, .. }
            | Self::AmountMismatch { serial, .. }
            | Self::FeeOutsideStay { serial, .. }
            | Self::FeeDayMissing { serial }
            | Self::FeeBeforeInsurance { serial, .. }
            | Self::ZeroAmount { serial } => Some(serial),
            Self::NoScheme { serial, .. }
            | Self::OtherScheme { serial, .. }
            | Self::TwoSchemes { serial, .. } => serial.as_deref(),
            _ => None,
        }
    }

    /// The refusal in Chinese, as hospital systems show it.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::NoPolicy { region, scheme } => {
                format!("统筹区{region}险种{}没有待遇政策", scheme.code())
            }
            Self::NoPolicyOn { region, scheme, on, first, .. } => {
                format!("统筹区{region}险种{}的待遇政策自{first}起，不适用于{on}", scheme.code())
            }
            Self::DateOutsideVersion { on, from } => {
                format!("费用日期{on}不在所用政策版本（自{from}起）的有效期内")
            }
            Self::OtherPolicy { region, scheme, policy_region, policy_scheme } => format!(
                "参保人属统筹区{region}险种{}，与政策的统筹区{policy_region}险种{}不符",
                scheme.code(),
                policy_scheme.code()
            ),
            Self::NotYetInsured { on, insured_from } => {
                format!("参保人自{insured_from}起参保，费用日期{on}不在参保期内")
            }
            Self::NotYetBorn { on, birth } => format!("出生日期{birth}晚于费用日期{on}"),
            Self::NotInForce { status } => {
                format!("参保状态（psn_insu_stas={}）不正常，不能享受待遇", status.code())
            }
            Self::PersonTypeNotCovered { person_type } => {
                format!("政策未规定人员类别（psn_type={}）的待遇", person_type.code())
            }
            Self::LaneNotCovered { medical_type, institution } => format!(
                "政策未规定医疗类别（med_type={}）在{}的待遇",
                medical_type.code(),
                match institution {
                    InstitutionKind::Hospital => "定点医疗机构",
                    InstitutionKind::Pharmacy => "定点零售药店",
                }
            ),
            Self::UnknownParameter { rule, reason } => {
                format!("所需的标准未知，不能计算（规则{rule}）：{}", reason.zh)
            }
            Self::UnknownFact { rule, fact } => {
                format!("政策规则{rule}是否适用取决于{}，该信息未知", fact_in_chinese(fact))
            }
            Self::NoRule { table } => format!("政策没有适用于本次就诊的规则（{table}）"),
            Self::NoLines => "没有费用明细".to_owned(),
            Self::UnmatchedItem { serial } => format!("费用明细{serial}：项目不在医保目录内"),
            Self::BadQuantity { serial, quantity } => {
                format!("费用明细{serial}：数量（cnt）{quantity}应大于0且不超过{}", crate::LARGEST_QUANTITY)
            }
            Self::BadPrice { serial, price } => {
                format!("费用明细{serial}：单价（pric）{price}应大于0且不超过{}", crate::LARGEST_PRICE)
            }
            Self::AmountMismatch { serial, amount, expected } => {
                format!("费用明细{serial}：金额（det_item_fee_sumamt）{amount}不等于单价乘数量{expected}")
            }
            Self::ZeroAmount { serial } => format!("费用明细{serial}：金额（det_item_fee_sumamt）为零"),
            Self::NotShared { why } => format!("账户不能共济：{}", why.zh()),
            Self::NotInsuredInYear { from, until } => {
                let until = until.map_or_else(String::new, |last| format!("至{last}"));
                format!("参保期自{from}起{until}，医保年度内没有参保月份")
            }
            Self::PinNeeded { most } => format!("该笔支付须输入密码：免密支付目前最多 {most} 元"),
            Self::Overflow(_) => "金额超出范围".to_owned(),
            of_stay => of_stay.of_stay_in_chinese(),
        }
    }

    /// What is refused of a stay.
    fn of_stay_in_chinese(&self) -> String {
        match self {
            Self::NoInterimSettlement => "政策不允许中途结算".to_owned(),
            Self::StayOutOfOrder { admitted, discharged } => {
                format!("出院日期{discharged}早于入院日期{admitted}")
            }
            Self::SettledBeforeDischarge { on, discharged } => {
                format!("出院日期{discharged}晚于结算日期{on}")
            }
            Self::StayMissing => "该医疗类别为住院，须提供入院日期和出院日期".to_owned(),
            Self::DischargeMissing => "缺少出院日期；未出院的应作中途结算".to_owned(),
            Self::FeeOutsideStay { serial, on, admitted, until } => {
                format!("费用明细{serial}：费用日期{on}不在住院期间{admitted}至{until}内")
            }
            Self::FeeDayMissing { serial } => {
                format!("费用明细{serial}：缺少费用发生日期，住院须按日期分段")
            }
            other => other.zh_of_days(),
        }
    }

    /// The refusals that are of the days of fees and of insurance.
    fn zh_of_days(&self) -> String {
        match self {
            Self::FeeBeforeInsurance { serial, on, insured_from } => {
                format!("费用明细{serial}：费用日期{on}早于参保日期{insured_from}")
            }
            Self::FeesOfOtherTime { rule, by_month, from, until, on } => format!(
                "规则{rule}按{}计算，{from}至{until}的费用不能并入{on}的账单结算",
                if *by_month { "月" } else { "日" }
            ),
            Self::NoScheme { on, serial } => format!("{}参保人{on}没有参保险种", of_line_zh(serial)),
            Self::OtherScheme { on, scheme, serial } => {
                format!("{}参保人{on}参保的险种为{}", of_line_zh(serial), scheme.code())
            }
            Self::TwoSchemes { on, first, second, serial } => format!(
                "{}参保人{on}同时参加两个险种：{}和{}",
                of_line_zh(serial),
                first.code(),
                second.code()
            ),
            other => other.to_string(),
        }
    }
}

fn of_line(serial: &Option<String>) -> String {
    serial.as_ref().map(|serial| format!("line {serial}: ")).unwrap_or_default()
}

fn of_line_zh(serial: &Option<String>) -> String {
    serial.as_ref().map(|serial| format!("费用明细{serial}：")).unwrap_or_default()
}

fn fact_in_chinese(fact: &str) -> &str {
    match fact {
        "retired_on" => "退休日期",
        "began_work_on" => "参加工作日期",
        "birth" => "出生日期",
        "admission" => "住院次数",
        "admission_at_level" => "同级医院住院次数",
        "hospital" => "就诊医院",
        "earlier_shared" => "前次住院已按比例分担的费用",
        "disease" => "病种",
        "contribution_base" => "缴费基数",
        "pension" => "养老金",
        other => other,
    }
}
