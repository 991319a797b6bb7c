//! Why a command is refused. A refusal changes nothing.

use ledger::JournalError;
use model::{Fen, InsuranceStatus, Overflow};

/// Why a command is refused. [`Refusal::code`] names it for programs; [`Refusal::zh`] and the display text
/// are its Chinese and English texts. Neither carries personal data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The same message number came before with another content.
    #[error("message number {0} was used before with another content")]
    MessageReused(String),
    /// The message was reversed before it arrived.
    #[error("message number {0} was reversed before it arrived")]
    ReversedBeforeArrival(String),
    /// The request that is to be forbidden has been answered already: undo it instead.
    #[error("the message to be reversed has been carried out")]
    OriginalHasArrived,
    /// The insurance is not in force.
    #[error("the person's insurance is not in force")]
    NotInsured(InsuranceStatus),
    /// The person is insured by another scheme than the caller names.
    #[error("the person is not insured by that scheme")]
    OtherScheme,
    /// The institution lies outside the person's pooling region.
    #[error("the institution lies outside the person's pooling region")]
    OtherRegion,
    /// The institution's agreement is not in force, or it is unknown.
    #[error("the institution's agreement is not in force")]
    InstitutionInactive,
    /// The code has been used.
    #[error("the credential code has been used")]
    CodeUsed,
    /// The token is unknown, of another person or institution, or has expired.
    #[error("the credential token is not valid here")]
    TokenNotValid,
    /// There is no such visit of this person at this institution.
    #[error("there is no such visit of this person at this institution")]
    NoSuchVisit,
    /// The institution's number of the visit is another one.
    #[error("the number ipt_otp_no is not that of the visit")]
    OtherVisitNumber,
    /// The visit was cancelled.
    #[error("the visit was cancelled")]
    VisitCancelled,
    /// The visit has fee items, so that it cannot be cancelled.
    #[error("the visit still has fee items")]
    VisitHasItems,
    /// Lane and diagnoses have not been recorded (2203).
    #[error("lane of care and diagnoses have not been recorded")]
    VisitNotRecorded,
    /// The caller names another lane of care than the visit has.
    #[error("the lane of care is not the visit's")]
    OtherMedicalType,
    /// The visit lies in the future or too far in the past.
    #[error("the visit's time is out of range: at most {days} days back and not in the future")]
    TimeOutOfRange {
        /// How many days back are allowed.
        days: i64,
    },
    /// A serial number of a fee item is in use in this visit.
    #[error("serial number {0} is already in use in this visit")]
    DuplicateSerial(String),
    /// A fee item does not belong in the time of the visit.
    #[error("fee item {serial} lies outside the visit")]
    ItemOutsideVisit {
        /// Its serial number.
        serial: String,
    },
    /// There are no open fee items to settle or withdraw.
    #[error("there are no open fee items")]
    NoItems,
    /// The batch has been settled.
    #[error("the batch has been settled")]
    AlreadySettled,
    /// An amount that the caller declares is not ours.
    #[error("{field} was declared as {declared} but is {ours}")]
    AmountDiffers {
        /// National name of the field.
        field: &'static str,
        /// What the caller says.
        declared: Fen,
        /// What it is.
        ours: Fen,
    },
    /// The kind of care is a stay, and no admission was registered.
    #[error("this kind of care is a stay and needs an admission")]
    StayNotAdmitted,
    /// Later settlements rest on this one, and the region's policy has them undone first.
    #[error("{0} later settlements of the medical year rest on this one and must be reversed first")]
    LaterSettlements(usize),
    /// A line that is to be kept is not of the settlement.
    #[error("line {0} is not of this settlement")]
    NoSuchLine(String),
    /// A line that is to be kept is named twice.
    #[error("fee item {0} is to be kept twice")]
    LineKeptTwice(String),
    /// More of a line is to be kept than was settled, or nothing of it.
    #[error("line {serial}: between 0 and {settled} can be kept, not {kept}")]
    KeptQuantity {
        /// Its serial number.
        serial: String,
        /// What was settled.
        settled: model::Quantity,
        /// What is to be kept.
        kept: model::Quantity,
    },
    /// A correction that keeps every line as it was changes nothing.
    #[error("every line would be kept as it was: nothing is corrected")]
    NothingCorrected,
    /// There is no such settlement of this person at this institution.
    #[error("there is no such settlement of this person at this institution")]
    NoSuchSettlement,
    /// The settlement has been reversed, or is itself a reversal.
    #[error("the settlement has been reversed")]
    AlreadyReversed,
    /// A payment of the cash share is under way; its outcome must be known first.
    #[error("a payment of the cash share is under way")]
    PaymentUnderWay,
    /// There is no such order of this person.
    #[error("there is no such order of this person")]
    NoSuchOrder,
    /// The order is not waiting for payment.
    #[error("the order is not waiting for payment: it is {0}")]
    NotPayable(&'static str),
    /// The order has been paid.
    #[error("the order has been paid")]
    AlreadyPaid,
    /// The channel moved money by a try that was given up, and the order owes none any more: it was paid otherwise, or
    /// its settlement was reversed. The money is not booked; it has to be reconciled with the channel and given back.
    #[error(
        "the channel took money by a payment that was given up, but the order is {0}: it has to be given back"
    )]
    Overpaid(&'static str),
    /// The news is of another try than the one under way.
    #[error("the news is of another payment than the one under way")]
    OtherAttempt,
    /// The channel says another amount than the order's.
    #[error("the channel says {channel}, the order {order}")]
    ChannelAmountDiffers {
        /// What the channel says.
        channel: Fen,
        /// What the order says.
        order: Fen,
    },
    /// The account exists already.
    #[error("the benefit account exists already")]
    AccountExists,
    /// A balance or an accumulator would become negative.
    #[error("a balance would become negative")]
    AccountOverdrawn,
    /// The benefit rules refuse.
    #[error(transparent)]
    Benefit(#[from] benefit::Refusal),
    /// An amount is outside the range of money.
    #[error(transparent)]
    Overflow(#[from] Overflow),
    /// Our own arithmetic does not add up: nothing may be booked.
    #[error("internal: {0}")]
    Inconsistent(String),
}

impl Refusal {
    /// The name of the refusal, for programs and for texts: lower case with underscores, never changed.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MessageReused(_) => "message_reused",
            Self::ReversedBeforeArrival(_) => "reversed_before_arrival",
            Self::OriginalHasArrived => "original_has_arrived",
            Self::NotInsured(InsuranceStatus::Suspended) => "insurance_suspended",
            Self::NotInsured(_) => "not_insured",
            Self::OtherScheme => "other_scheme",
            Self::OtherRegion => "other_region",
            Self::InstitutionInactive => "institution_inactive",
            Self::CodeUsed => "code_used",
            Self::TokenNotValid => "token_not_valid",
            Self::NoSuchVisit => "no_such_visit",
            Self::OtherVisitNumber => "other_visit_number",
            Self::VisitCancelled => "visit_cancelled",
            Self::VisitHasItems => "visit_has_items",
            Self::VisitNotRecorded => "visit_not_recorded",
            Self::OtherMedicalType => "other_medical_type",
            Self::LaterSettlements(_) => "later_settlements",
            Self::NoSuchLine(_) => "no_such_line",
            Self::LineKeptTwice(_) => "line_kept_twice",
            Self::KeptQuantity { .. } => "kept_quantity",
            Self::NothingCorrected => "nothing_corrected",
            Self::StayNotAdmitted => "stay_not_admitted",
            Self::TimeOutOfRange { .. } => "time_out_of_range",
            Self::DuplicateSerial(_) => "duplicate_serial",
            Self::ItemOutsideVisit { .. } => "item_outside_visit",
            Self::NoItems => "no_items",
            Self::AlreadySettled => "already_settled",
            Self::AmountDiffers { .. } => "amount_differs",
            Self::NoSuchSettlement => "no_such_settlement",
            Self::AlreadyReversed => "already_reversed",
            Self::PaymentUnderWay => "payment_under_way",
            Self::NoSuchOrder => "no_such_order",
            Self::NotPayable(_) => "not_payable",
            Self::AlreadyPaid => "already_paid",
            Self::Overpaid(_) => "overpaid",
            Self::OtherAttempt => "other_attempt",
            Self::ChannelAmountDiffers { .. } => "channel_amount_differs",
            Self::AccountExists => "account_exists",
            Self::AccountOverdrawn => "account_overdrawn",
            Self::Benefit(refusal) => refusal.code(),
            Self::Overflow(_) => "amount_out_of_range",
            Self::Inconsistent(_) => "inconsistent",
        }
    }

    /// The refusal in Chinese, as hospital systems and pages show it. [`std::fmt::Display`] is the English text.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::MessageReused(message) => {
                format!("报文ID（msgid）{message}已用于内容不同的交易，请使用新的报文ID")
            }
            Self::ReversedBeforeArrival(message) => format!("报文ID（msgid）{message}已被冲正，不再受理"),
            Self::NotInsured(status) => {
                format!("参保状态（psn_insu_stas={}）不正常，不能享受待遇", status.code())
            }
            Self::TimeOutOfRange { days } => {
                format!("就诊时间（begntime）应在过去{days}天以内，且不晚于现在")
            }
            Self::DuplicateSerial(serial) => {
                format!("费用明细流水号（feedetl_sn）{serial}在本次就诊中已使用")
            }
            Self::ItemOutsideVisit { serial } => {
                format!("费用明细{serial}：费用发生时间（fee_ocur_time）应在就诊日至今天之间")
            }
            Self::AmountDiffers { field, declared, ours } => {
                format!("金额（{field}）申报为{declared}元，中心为{ours}元，请重新预结算")
            }
            Self::ChannelAmountDiffers { channel, order } => {
                format!("渠道支付金额{channel}元与订单金额{order}元不符")
            }
            Self::NotPayable(state) => format!("订单不在待支付状态（{state}）"),
            Self::Overpaid(state) => {
                format!("订单不再待支付（{state}），渠道对已放弃的一笔支付扣了款，须对账并退回")
            }
            Self::LaterSettlements(count) => {
                format!("本医保年度内有{count}笔在后的结算以本结算为基础，请先撤销在后的结算")
            }
            Self::NoSuchLine(serial) => format!("费用明细{serial}不属于该结算"),
            Self::LineKeptTwice(serial) => format!("保留的费用明细{serial}重复"),
            Self::KeptQuantity { serial, settled, kept } => {
                format!("费用明细{serial}：保留数量{kept}应大于0且不超过已结算数量{settled}")
            }
            Self::Benefit(refusal) => refusal.zh(),
            other => other.fixed_zh().to_owned(),
        }
    }

    /// The Chinese text of the refusals that speak of no value.
    const fn fixed_zh(&self) -> &'static str {
        match self {
            Self::OriginalHasArrived => "被冲正的交易已办理，请按结算撤销处理",
            Self::OtherScheme => "参保人的险种（insutype）与申报的险种不符",
            Self::OtherRegion => "定点医药机构不在参保人的统筹区内",
            Self::InstitutionInactive => "定点医药机构不存在或协议未生效",
            Self::CodeUsed => "医保码已被使用，请参保人刷新后重新出示",
            Self::TokenNotValid => "电子凭证令牌（ecToken）无效或已过期，请重新扫码",
            Self::NoSuchVisit => "没有找到该参保人在本机构的就诊记录（mdtrt_id）",
            Self::OtherVisitNumber => "住院/门诊号（ipt_otp_no）与该就诊记录不一致",
            Self::VisitCancelled => "该就诊登记已撤销",
            Self::VisitHasItems => "就诊已有费用明细，请先撤销费用明细（2205）",
            Self::VisitNotRecorded => "尚未上传就诊信息和诊断（2203）",
            Self::OtherMedicalType => "医疗类别（med_type）与就诊信息不符",
            Self::StayNotAdmitted => "医疗类别（med_type）为住院类，须办理入院登记，不能按门诊结算",
            Self::NothingCorrected => "所有明细均原样保留，无可退费用",
            Self::NoItems => "没有未结算的费用明细",
            Self::AlreadySettled => "该批次费用已结算",
            Self::NoSuchSettlement => "没有找到该参保人在本机构的结算记录（setl_id）",
            Self::AlreadyReversed => "该结算已撤销",
            Self::PaymentUnderWay => "个人自付部分正在支付，请稍后查询结果再办理",
            Self::NoSuchOrder => "没有找到该支付订单",
            Self::AlreadyPaid => "订单已支付",
            Self::OtherAttempt => "支付结果与当前支付不是同一笔",
            Self::AccountExists => "医保账户已存在",
            Self::AccountOverdrawn => "账户余额或累计将为负数，不予办理",
            Self::Overflow(_) => "金额超出范围",
            _ => "系统内部数据不一致，未办理任何业务，请联系经办机构",
        }
    }
}

impl From<JournalError> for Refusal {
    fn from(error: JournalError) -> Self {
        Self::Inconsistent(error.to_string())
    }
}
