//! Rules that are for persons and not for bills: what an account is credited, whom it may help, what may be paid without
//! a PIN.

use std::sync::Arc;

use model::{Fen, Rate};

use super::rule::{Row, Rule};
use super::strategy::{AccountKind, ShareOf};

/// The rules of one version that are for persons.
#[derive(Debug)]
pub(crate) struct PersonRules {
    /// Rows of different places add up.
    pub(crate) account_credit: Vec<Row<AccountCredit>>,
    pub(crate) mutual_aid: Vec<Row<MutualAid>>,
    pub(crate) payment_without_pin: Vec<Row<PaymentWithoutPin>>,
}

/// What a person's account is credited (个人账户划入).
#[derive(Debug, Clone)]
pub(crate) struct AccountCredit {
    pub(crate) amount: CreditAmount,
    pub(crate) timing: Timing,
    /// Which of the credits that add up it is.
    pub(crate) place: u8,
}

/// How much is credited.
#[derive(Debug, Clone)]
pub(crate) enum CreditAmount {
    /// The same for everybody; where it is written as a share, the amount on the version's first day.
    Fixed(Fen, Option<ShareOf>),
    /// A share of what the person pays contributions on, or of the pension, a month.
    Of(CreditBase, Rate),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CreditBase {
    ContributionBase,
    Pension,
}

/// When an account is credited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Timing {
    /// Every month for itself.
    Monthly,
    /// The months of the medical year together when it begins, or when the insurance does (预划). What was credited for
    /// months after the end of the insurance may be taken back.
    Ahead { taken_back: bool },
    /// Once a medical year, when it begins or when the insurance does.
    Yearly,
}

/// Whom a person's account may help, and with which money (家庭共济).
#[derive(Debug, Clone)]
pub(crate) struct MutualAid {
    pub(crate) relatives: Vec<Relation>,
    /// Where the relative must be insured, seen from the owner of the account.
    pub(crate) insured_in: Reach,
    pub(crate) money: Vec<AccountKind>,
    /// What must stay of the money.
    pub(crate) keeps: Fen,
    /// How many relatives one account may help.
    pub(crate) relatives_at_most: Option<u16>,
    /// How many accounts may help one relative.
    pub(crate) owners_at_most: Option<u16>,
    /// Whether an owner may be helped by another account at the same time.
    pub(crate) both_ways: bool,
    /// Whether the owner says how much may be used.
    pub(crate) owner_sets_limit: bool,
    pub(crate) valid: Validity,
}

/// Who somebody is to the owner of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// 配偶.
    Spouse,
    /// 父母.
    Parent,
    /// 子女.
    Child,
    /// 兄弟姐妹.
    Sibling,
    /// 祖父母, 外祖父母.
    Grandparent,
    /// 孙子女, 外孙子女.
    Grandchild,
}

/// How far a rule reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Region,
    Province,
    Country,
}

/// How long a relative may be helped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Validity {
    UntilUnbound,
    MedicalYear,
}

/// What may be paid without a PIN, of the cash of bills (免密支付).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PaymentWithoutPin {
    pub(crate) per_payment: Fen,
    pub(crate) per_day: Option<Fen>,
}

impl PersonRules {
    /// Every rule.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &Arc<Rule>> {
        fn of<T>(rows: &[Row<T>]) -> impl Iterator<Item = &Arc<Rule>> {
            rows.iter().map(|row| &row.rule)
        }
        of(&self.account_credit).chain(of(&self.mutual_aid)).chain(of(&self.payment_without_pin))
    }
}
