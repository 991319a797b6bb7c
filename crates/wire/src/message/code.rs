//! Code lists of messages that the model does not need.

use serde_json::Value;

use super::encoded::{Encoded, characters, shown};
use crate::check::Fault;
use crate::value::text;

macro_rules! coded {
    ($(
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $code:literal $label:literal,)+ }
    )+) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_meta])* $variant,)+ }

        impl $name {
            /// All values.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The national code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The name in Chinese.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl Encoded for $name {
            fn decode(value: &Value) -> Result<Self, Fault> {
                let code = characters(value)?;
                match code {
                    $($code => Ok(Self::$variant),)+
                    _ => Err(Fault::NotSupported { shown: shown(code) }),
                }
            }

            fn encode(&self) -> Value {
                text(self.code())
            }
        }
    )+ };
}

coded! {
    /// Whether a personal account pays (个人账户使用标志, `acct_used_flag`).
    pub enum AccountUse {
        /// No account.
        None = "0" "不使用",
        /// The person's own account.
        Own = "1" "使用本人个账",
        /// The account of a family member who shares it.
        MutualAid = "2" "使用共济人个账",
    }

    /// What the hospital's own approval of limited use came to (医院审批标志, `hosp_appr_flag`).
    pub enum Approval {
        /// Not needed.
        NotNeeded = "0" "无须审批",
        /// Passed.
        Passed = "1" "审批通过",
        /// Refused.
        Refused = "2" "审批不通过",
    }

    /// Who pays a part of a settlement (基金支付类型, `fund_pay_type`), the core that provinces share.
    pub enum FundType {
        /// Pool of employees.
        EmployeePool = "310100" "城镇职工基本医疗保险统筹基金",
        /// Personal accounts of employees.
        EmployeeAccount = "310200" "城镇职工基本医疗保险个人账户基金",
        /// Civil servants' allowance.
        CivilServant = "320100" "公务员医疗补助基金",
        /// Large-sum supplement.
        LargeSum = "330100" "大额医疗费用补助基金",
        /// Retired cadres.
        RetiredCadre = "340100" "离休人员医疗保障基金",
        /// Disabled veterans.
        DisabledVeteran = "350100" "一至六级残疾军人医疗补助基金",
        /// Enterprise supplement.
        Enterprise = "370100" "企业补充医疗保险基金",
        /// Pool of residents.
        ResidentPool = "390100" "城乡居民基本医疗保险基金",
        /// Residents' catastrophic insurance.
        Catastrophic = "390200" "城乡居民大病医疗保险基金",
        /// Maternity.
        Maternity = "510100" "生育基金",
        /// Medical aid.
        MedicalAid = "610100" "医疗救助基金",
        /// Advanced by the hospital.
        HospitalAdvance = "999996" "医院垫付基金",
        /// Other funds.
        Other = "999997" "其他基金",
    }

    /// How far a payment order has come (订单状态, `ordStas`).
    pub enum OrderStatus {
        /// Saved, nothing paid.
        Saved = "0" "已保存",
        /// Trial settlement made.
        PreSettled = "1" "预结算完成",
        /// Settlement under way.
        Settling = "2" "结算中",
        /// The person's share is paid.
        CashPaid = "3" "自费完成",
        /// The insurer's share is settled, the person's is open.
        InsurancePaid = "4" "医保支付完成",
        /// The hospital has settled.
        HospitalSettled = "5" "院内结算完成",
        /// Both shares are paid.
        Settled = "6" "结算完成",
        /// Refunded.
        Refunded = "7" "已退款",
        /// The insurer's share is refunded in full.
        InsuranceRefunded = "8" "已医保全部退款",
        /// The person's share is refunded in full.
        CashRefunded = "9" "仅自费全部退款",
        /// The person's share is refunded in part.
        CashPartlyRefunded = "10" "仅自费部分退款",
        /// The insurer's share is refunded in full, the person's in part.
        InsuranceRefundedCashPartly = "11" "医保全部退自费部分退款",
        /// Revoked.
        Revoked = "12" "已撤销",
        /// The insurer's share is revoked.
        InsuranceRevoked = "13" "医保已撤销",
        /// Something is wrong and being looked into.
        Abnormal = "14" "异常",
        /// Settlement failed.
        Failed = "15" "结算失败",
        /// The insurer's settlement failed, and so did giving the person's share back.
        FailedAndNotReversed = "16" "医保结算失败自费冲正失败",
        /// Money is on its way back.
        Refunding = "17" "退款中",
    }
}

impl Approval {
    /// The outcome as fee items keep it: `None` where no approval was needed, else whether it passed.
    #[must_use]
    pub const fn outcome(self) -> Option<bool> {
        match self {
            Self::NotNeeded => None,
            Self::Passed => Some(true),
            Self::Refused => Some(false),
        }
    }

    /// The value for an outcome.
    #[must_use]
    pub const fn from_outcome(outcome: Option<bool>) -> Self {
        match outcome {
            None => Self::NotNeeded,
            Some(true) => Self::Passed,
            Some(false) => Self::Refused,
        }
    }
}
