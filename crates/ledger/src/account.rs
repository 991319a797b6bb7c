//! The accounts between which money moves.

use std::fmt;
use std::str::FromStr;

use model::{InstitutionCode, Region, Scheme};
use serde::{Deserialize, Serialize};

/// A fund that pays a part of a bill (基金支付类型, `fund_pay_type`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fund {
    /// 统筹基金.
    Pool,
    /// 居民大病保险.
    Catastrophic,
    /// 职工大额医疗费用补助.
    LargeSum,
    /// 公务员医疗补助.
    CivilServant,
    /// 企业补充医疗保险.
    Enterprise,
    /// 医疗救助.
    MedicalAid,
    /// 其他基金.
    Other,
}

impl Fund {
    const ALL: [Self; 7] = [
        Self::Pool,
        Self::Catastrophic,
        Self::LargeSum,
        Self::CivilServant,
        Self::Enterprise,
        Self::MedicalAid,
        Self::Other,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Pool => "pool",
            Self::Catastrophic => "catastrophic",
            Self::LargeSum => "large_sum",
            Self::CivilServant => "civil_servant",
            Self::Enterprise => "enterprise",
            Self::MedicalAid => "medical_aid",
            Self::Other => "other",
        }
    }
}

/// An account. A posting of a positive amount moves money into it, one of a negative amount out of it.
///
/// Accounts of a person carry no person: every posting belongs to one person's journal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Account {
    /// A fund of a region and scheme.
    Fund(Fund, Region, Scheme),
    /// The person's account, money credited this year (个人账户当年).
    CurrentYear,
    /// The person's account, money of previous years (个人账户历年).
    PreviousYears,
    /// The person's cash share: negative while it is owed.
    CashDue,
    /// What an institution has earned.
    Institution(InstitutionCode),
    /// Money that came in through a payment channel, or went back through it.
    Channel(String),
    /// Money that was taken, or given back, at an institution's window.
    Window(InstitutionCode),
    /// Contributions of a region: where money of personal accounts comes from.
    Contributions(Region),
}

/// A text names no account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' names no account of the ledger")]
pub struct AccountError(pub String);

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fund(fund, region, scheme) => write!(f, "fund:{}:{region}:{}", fund.name(), scheme.code()),
            Self::CurrentYear => f.write_str("account:current_year"),
            Self::PreviousYears => f.write_str("account:previous_years"),
            Self::CashDue => f.write_str("cash_due"),
            Self::Institution(code) => write!(f, "institution:{code}"),
            Self::Channel(name) => write!(f, "channel:{name}"),
            Self::Window(code) => write!(f, "window:{code}"),
            Self::Contributions(region) => write!(f, "contributions:{region}"),
        }
    }
}

impl FromStr for Account {
    type Err = AccountError;

    fn from_str(text: &str) -> Result<Self, AccountError> {
        let parts: Vec<&str> = text.split(':').collect();
        let account = match parts.as_slice() {
            ["fund", fund, region, scheme] => Fund::ALL
                .into_iter()
                .find(|known| known.name() == *fund)
                .zip(region.parse().ok())
                .zip(scheme.parse().ok())
                .map(|((fund, region), scheme)| Self::Fund(fund, region, scheme)),
            ["account", "current_year"] => Some(Self::CurrentYear),
            ["account", "previous_years"] => Some(Self::PreviousYears),
            ["cash_due"] => Some(Self::CashDue),
            ["institution", code] => code.parse().ok().map(Self::Institution),
            ["channel", name] if !name.is_empty() => Some(Self::Channel((*name).to_owned())),
            ["window", code] => code.parse().ok().map(Self::Window),
            ["contributions", region] => region.parse().ok().map(Self::Contributions),
            _ => None,
        };
        account.ok_or_else(|| AccountError(text.chars().take(60).collect()))
    }
}

impl TryFrom<String> for Account {
    type Error = AccountError;

    fn try_from(text: String) -> Result<Self, AccountError> {
        text.parse()
    }
}

impl From<Account> for String {
    fn from(account: Account) -> Self {
        account.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_reads_back_from_its_text() {
        let region: Region = "330200".parse().expect("a region");
        let code: InstitutionCode = "H33020000001".parse().expect("a code");
        let funds = Fund::ALL.map(|fund| Account::Fund(fund, region, Scheme::Employee));
        let others = [
            Account::CurrentYear,
            Account::PreviousYears,
            Account::CashDue,
            Account::Institution(code.clone()),
            Account::Channel("unionpay".to_owned()),
            Account::Window(code),
            Account::Contributions(region),
        ];
        for account in funds.into_iter().chain(others) {
            assert_eq!(account.to_string().parse(), Ok(account));
        }
    }

    #[test]
    fn other_texts_name_no_account() {
        for text in [
            "",
            "fund",
            "fund:pool:330200",
            "fund:pool:330200:999",
            "channel:",
            "institution:X1",
            "cash_due:1",
        ] {
            assert!(text.parse::<Account>().is_err(), "{text}");
        }
    }
}
