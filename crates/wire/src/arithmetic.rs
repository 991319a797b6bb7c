//! What must add up, on bills that come in and on settlements that go out.
//!
//! The identities are those of the interface facts, section 5, named there R1 to R19; those that hold without exception
//! are checked here. A settlement that breaks one is never sent.

use model::{Exact, Fen, Overflow, Price, Quantity};

use crate::Language;
use crate::message::{LineResult, SettlementAmounts};

/// Two sides that should be equal and are not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArithmeticError {
    /// R9: a line amount is more than one fen away from quantity times price.
    #[error("fee item {serial}: the amount {amount} is not {quantity} × {price}")]
    Line {
        /// Serial number of the line (`feedetl_sn`).
        serial: String,
        /// Amount of the line.
        amount: Fen,
        /// Quantity.
        quantity: Quantity,
        /// Unit price.
        price: Price,
    },
    /// R13: the lines do not add up to the total that was sent with them.
    #[error("the fee items add up to {lines}, but medfee_sumamt is {total}")]
    Total {
        /// Sum of the lines.
        lines: Fen,
        /// The total.
        total: Fen,
    },
    /// R14: a sum that the caller repeats from the trial settlement is not the computed one.
    #[error("{field} is {sent}, but the trial settlement gives {computed}")]
    Repeated {
        /// The field.
        field: &'static str,
        /// As sent.
        sent: Fen,
        /// As computed.
        computed: Fen,
    },
    /// R1 to R5, R8: an amount is not the sum of its parts.
    #[error("{whole} is {amount}, but {parts} is {sum}")]
    Parts {
        /// The field that should be the sum.
        whole: &'static str,
        /// Its amount.
        amount: Fen,
        /// The formula of its parts.
        parts: &'static str,
        /// What they add up to.
        sum: Fen,
    },
    /// A sum is outside the range of money.
    #[error("an amount is outside the range of money")]
    Overflow,
}

impl From<Overflow> for ArithmeticError {
    fn from(_: Overflow) -> Self {
        Self::Overflow
    }
}

impl ArithmeticError {
    /// The error in one sentence, as `err_msg` carries it.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        if language == Language::English {
            return self.to_string();
        }
        match self {
            Self::Line { serial, amount, quantity, price } => format!(
                "费用明细 {serial}：明细项目费用总额 det_item_fee_sumamt={amount}，与数量×单价（{quantity}×{price}）不符"
            ),
            Self::Total { lines, total } => {
                format!("医疗费总额 medfee_sumamt={total}，与费用明细合计 {lines} 不符")
            }
            Self::Repeated { field, sent, computed } => {
                format!("{field}={sent}，与预结算结果 {computed} 不一致，请重新预结算")
            }
            Self::Parts { whole, amount, parts, sum } => format!("{whole}={amount}，与 {parts}={sum} 不符"),
            Self::Overflow => "金额超出可处理的数值范围".to_owned(),
        }
    }
}

/// R9: the amount of a line is quantity times price, up to one fen for the caller's rounding.
///
/// # Errors
/// [`ArithmeticError::Line`], or an overflow.
pub fn line_amount(
    serial: &str,
    amount: Fen,
    quantity: Quantity,
    price: Price,
) -> Result<(), ArithmeticError> {
    let difference = Exact::from(amount).minus(price.times(quantity)?)?;
    let one_fen = Exact::from(Fen::new(1));
    if difference <= one_fen && difference >= Exact::from(Fen::new(-1)) {
        return Ok(());
    }
    Err(ArithmeticError::Line { serial: serial.to_owned(), amount, quantity, price })
}

/// R13: the lines of a batch add up to the total that came with them, to the fen.
///
/// # Errors
/// [`ArithmeticError::Total`], or an overflow.
pub fn lines_total(lines: impl IntoIterator<Item = Fen>, total: Fen) -> Result<(), ArithmeticError> {
    let lines = Fen::sum(lines)?;
    if lines == total { Ok(()) } else { Err(ArithmeticError::Total { lines, total }) }
}

/// The four sums by which a bill divides before any benefit, as 2207 repeats them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// 全自费.
    pub fully_self_paid: Fen,
    /// 超限价自费.
    pub over_limit: Fen,
    /// 先行自付.
    pub first_self_paid: Fen,
    /// 符合政策范围.
    pub in_scope: Fen,
}

/// R14: the four sums that a settlement repeats are those of its trial, to the fen.
///
/// # Errors
/// [`ArithmeticError::Repeated`] for the first that differs.
pub fn repeated_split(sent: &Split, computed: &Split) -> Result<(), ArithmeticError> {
    let pairs = [
        ("fulamt_ownpay_amt", sent.fully_self_paid, computed.fully_self_paid),
        ("overlmt_selfpay", sent.over_limit, computed.over_limit),
        ("preselfpay_amt", sent.first_self_paid, computed.first_self_paid),
        ("inscp_scp_amt", sent.in_scope, computed.in_scope),
    ];
    match pairs.into_iter().find(|(_, sent, computed)| sent != computed) {
        Some((field, sent, computed)) => Err(ArithmeticError::Repeated { field, sent, computed }),
        None => Ok(()),
    }
}

fn parts(
    whole: &'static str,
    amount: Fen,
    formula: &'static str,
    parts: impl IntoIterator<Item = Fen>,
) -> Result<(), ArithmeticError> {
    let sum = Fen::sum(parts)?;
    if sum == amount { Ok(()) } else { Err(ArithmeticError::Parts { whole, amount, parts: formula, sum }) }
}

/// R1 to R5 on the amounts of a settlement, its trial or its revocation.
///
/// Of R3, `hifdm_pay` is taken as a fund of its own beside `oth_pay`. R5 says that `acct_pay` includes
/// `acct_mulaid_pay`, so the latter lies between zero and it.
///
/// # Errors
/// [`ArithmeticError::Parts`] for the first identity that does not hold, or an overflow.
pub fn settlement(a: &SettlementAmounts) -> Result<(), ArithmeticError> {
    parts(
        "medfee_sumamt",
        a.total,
        "fund_pay_sumamt+psn_part_amt+hosp_part_amt",
        [a.fund_total, a.person_total, a.hospital],
    )?;
    parts("psn_part_amt", a.person_total, "acct_pay+psn_cash_pay", [a.account_paid, a.cash])?;
    parts(
        "fund_pay_sumamt",
        a.fund_total,
        "hifp_pay+cvlserv_pay+hifes_pay+hifmi_pay+hifob_pay+hifdm_pay+maf_pay+oth_pay",
        [
            a.pool_fund,
            a.civil_servant,
            a.enterprise,
            a.catastrophic,
            a.large_sum,
            a.disabled_veterans,
            a.medical_aid,
            a.other_funds,
        ],
    )?;
    parts(
        "medfee_sumamt",
        a.total,
        "fulamt_ownpay_amt+overlmt_selfpay+preselfpay_amt+inscp_scp_amt",
        [a.fully_self_paid, a.over_limit, a.first_self_paid, a.in_scope],
    )?;
    let (account, shared) = (a.account_paid, a.mutual_aid_paid);
    let within = if account.is_negative() {
        account <= shared && shared <= Fen::ZERO
    } else {
        Fen::ZERO <= shared && shared <= account
    };
    if !within {
        return Err(ArithmeticError::Parts {
            whole: "acct_pay",
            amount: a.account_paid,
            parts: "acct_mulaid_pay",
            sum: a.mutual_aid_paid,
        });
    }
    Ok(())
}

/// R8: the amount of a line is the sum of its four parts.
///
/// # Errors
/// [`ArithmeticError::Parts`], or an overflow.
pub fn line_split(line: &LineResult) -> Result<(), ArithmeticError> {
    parts(
        "det_item_fee_sumamt",
        line.amount,
        "fulamt_ownpay_amt+overlmt_amt+preselfpay_amt+inscp_scp_amt",
        [line.fully_self_paid, line.over_limit, line.first_self_paid, line.in_scope],
    )
}
