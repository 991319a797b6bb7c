//! The amounts of a settlement, and the names under which the tables hide them.

use model::{Fen, Rate};

use super::code::FundType;
use super::record::record;
use crate::Object;

record! {
    /// The amounts of a settlement, of its trial, or of its revocation (then negative).
    ///
    /// The tables give the person's total and the cash share several names. All are read, whichever table a sender
    /// went by; written are those of the transaction.
    pub struct SettlementAmounts {
        /// 医疗费总额.
        total: Fen = "medfee_sumamt",
        /// 全自费.
        fully_self_paid: Fen = "fulamt_ownpay_amt",
        /// 超限价自费.
        over_limit: Fen = "overlmt_selfpay",
        /// 先行自付.
        first_self_paid: Fen = "preselfpay_amt",
        /// 符合政策范围.
        in_scope: Fen = "inscp_scp_amt",
        /// 实际支付起付线: a part of what is in scope, no addend of its own.
        deductible: Fen = "act_pay_dedc" else Fen::ZERO,
        /// 统筹基金支付.
        pool_fund: Fen = "hifp_pay",
        /// Payment ratio of the pool. In spite of its name it is not the person's share.
        pool_rate: Rate = "pool_prop_selfpay" else Rate::ZERO,
        /// 公务员医疗补助.
        civil_servant: Fen = "cvlserv_pay",
        /// 企业补充医疗保险.
        enterprise: Fen = "hifes_pay",
        /// 居民大病保险.
        catastrophic: Fen = "hifmi_pay",
        /// 职工大额医疗费用补助.
        large_sum: Fen = "hifob_pay",
        /// 伤残人员医疗保障基金; younger tables only.
        disabled_veterans: Fen = "hifdm_pay" else Fen::ZERO,
        /// 医疗救助.
        medical_aid: Fen = "maf_pay",
        /// 其他支出: other funds.
        other_funds: Fen = "oth_pay",
        /// 基金支付总额.
        fund_total: Fen = "fund_pay_sumamt",
        /// 个人负担总金额.
        person_total: Fen = "psn_part_amt" | "psn_pay",
        /// 个人账户支出, with the part that a family member's account pays.
        account_paid: Fen = "acct_pay",
        /// 家庭共济支付: that part alone.
        mutual_aid_paid: Fen = "acct_mulaid_pay" else Fen::ZERO,
        /// 个人现金支出.
        cash: Fen = "psn_cash_pay" | "pdn_cash_pay" | "cash_payamt",
        /// 医院负担.
        hospital: Fen = "hosp_part_amt" | "ownpay_hosp_part" else Fen::ZERO,
        /// Balance of the personal account afterwards.
        balance: Fen = "balc",
    }

    /// What one fund pays: node `setldetail`. It lists every payer, the personal account and the hospital too.
    pub struct FundShare {
        /// The fund (`fund_pay_type`).
        fund: FundType = "fund_pay_type",
        /// The amount in scope (`inscp_scp_amt`).
        in_scope: Fen = "inscp_scp_amt",
        /// How much it could pay this time (`crt_payb_lmt_amt`).
        limit: Fen = "crt_payb_lmt_amt",
        /// How much it pays (`fund_payamt`).
        amount: Fen = "fund_payamt",
        /// Its Chinese name (`fund_pay_type_name`).
        fund_name: Option<String> = "fund_pay_type_name",
        /// How the amount came about (`setl_proc_info`).
        explanation: Option<String> = "setl_proc_info",
    }
}

/// The tables of one edition name two amounts differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AmountNames {
    /// 2101, 2102, 2206, 2207: `psn_part_amt`, `psn_cash_pay`.
    Settlement,
    /// 2103, 2208: the table of 2208 has the misprint `pdn_cash_pay`, which became the interface; both are sent.
    Revocation,
    /// 5203: `psn_pay`, `cash_payamt`.
    Query,
}

impl AmountNames {
    /// Renames what was written under the names of a settlement.
    pub(crate) fn rename(self, node: &mut Object) {
        match self {
            Self::Settlement => {}
            Self::Revocation => {
                if let Some(cash) = node.get("psn_cash_pay").cloned() {
                    node.insert("pdn_cash_pay".to_owned(), cash);
                }
            }
            Self::Query => {
                for (from, to) in [("psn_part_amt", "psn_pay"), ("psn_cash_pay", "cash_payamt")] {
                    if let Some(amount) = node.remove(from) {
                        node.insert(to.to_owned(), amount);
                    }
                }
            }
        }
    }
}

impl FundShare {
    /// A share with the fund's own name.
    #[must_use]
    pub fn new(fund: FundType, in_scope: Fen, limit: Fen, amount: Fen) -> Self {
        Self { fund, in_scope, limit, amount, fund_name: Some(fund.label().to_owned()), explanation: None }
    }
}
