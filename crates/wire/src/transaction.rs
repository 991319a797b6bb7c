//! The transactions that are offered, and what is known of the others.

use crate::Language;
use crate::tables::Tables;
use crate::value::shortened;

macro_rules! transactions {
    ($($(#[$doc:meta])* $name:ident = $infno:literal $(| $variant:literal)* , $writes:literal;)+) => {
        /// A transaction that this platform offers. Numbers with a suffix letter are variants of one transaction; the
        /// region's policy, not the suffix, decides whether the person's secret is asked for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Transaction { $($(#[$doc])* $name),+ }

        impl Transaction {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The number (交易编号, `infno`), without suffix.
            #[must_use]
            pub const fn infno(self) -> &'static str {
                match self { $(Self::$name => $infno),+ }
            }

            /// Every number under which it is offered.
            #[must_use]
            pub const fn numbers(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$infno $(, $variant)*]),+ }
            }

            /// Whether it changes something, so that its answer is kept and given again when the call is repeated.
            #[must_use]
            pub const fn writes(self) -> bool {
                match self { $(Self::$name => $writes),+ }
            }

            /// The offered transaction with this number.
            #[must_use]
            pub fn from_infno(infno: &str) -> Option<Self> {
                match infno { $($infno $(| $variant)* => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

transactions! {
    /// 签到, sign in.
    SignIn = "9001", true;
    /// 签退, sign out.
    SignOut = "9002", true;
    /// 人员信息获取, who the person is and how insured.
    Person = "1101", false;
    /// 人员待遇享受检查, whether benefits are in force.
    Benefit = "2001", false;
    /// 药店预结算, trial settlement at a pharmacy.
    PharmacyPreSettle = "2101" | "2101A", false;
    /// 药店结算, settlement at a pharmacy with its lines.
    PharmacySettle = "2102" | "2102A", true;
    /// 药店结算撤销, revocation of it.
    PharmacyRevoke = "2103" | "2103A", true;
    /// 门诊挂号, opens a visit.
    Register = "2201", true;
    /// 门诊挂号撤销, cancels a visit.
    CancelRegistration = "2202", true;
    /// 门诊就诊信息上传, visit and diagnoses.
    Visit = "2203" | "2203A", true;
    /// 门诊费用明细信息上传, fee items.
    Fees = "2204", true;
    /// 门诊费用明细信息撤销, withdraws unsettled fee items.
    CancelFees = "2205", true;
    /// 门诊预结算, trial settlement.
    PreSettle = "2206" | "2206A", false;
    /// 门诊结算, settlement.
    Settle = "2207" | "2207A", true;
    /// 门诊结算撤销, revocation of it.
    Revoke = "2208", true;
    /// 冲正交易, reversal of a call whose outcome the caller does not know.
    Reverse = "2601", true;
    /// 结算信息查询, a settlement as it stands.
    SettlementQuery = "5203", false;
    /// 医保订单结算结果查询, the order for the cash share.
    OrderQuery = "6301", false;
}

/// A number for which nothing can be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransactionError {
    /// No transaction of the national interface has this number.
    #[error("no transaction has the number {infno}")]
    Unknown {
        /// The number, shortened.
        infno: String,
    },
    /// The national interface has it, this platform does not offer it.
    #[error("transaction {infno} ({name}) is part of the national interface, but not offered here")]
    NotOffered {
        /// The number.
        infno: String,
        /// Its Chinese name.
        name: String,
    },
}

impl TransactionError {
    /// The error in one sentence, as `err_msg` carries it.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        match (language, self) {
            (Language::English, _) => self.to_string(),
            (Language::Chinese, Self::Unknown { infno }) => format!("交易编号 {infno} 不存在，请核对 infno"),
            (Language::Chinese, Self::NotOffered { infno, name }) => {
                format!("交易 {infno}（{name}）属于国家接口规范，本平台暂未提供")
            }
        }
    }
}

/// The offered transaction with this number.
///
/// # Errors
/// The number is unknown, or known and not offered.
pub fn find(tables: &Tables, infno: &str) -> Result<Transaction, TransactionError> {
    Transaction::from_infno(infno).ok_or_else(|| match tables.transaction(infno) {
        Some(table) => TransactionError::NotOffered { infno: infno.to_owned(), name: table.name.clone() },
        None => TransactionError::Unknown { infno: shortened(infno, 10) },
    })
}
