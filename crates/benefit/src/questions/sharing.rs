//! What of a person's account a relative may use.

use std::fmt;

use model::{Date, Fen, Region};

use super::{Answer, PersonCase};
use crate::Refusal;
use crate::policy::persons::{MutualAid, Reach, Validity};
use crate::policy::{AccountKind, Policy, Relation, known};
use crate::trace::{Step, StepKind};

/// Who is to be helped, and what is agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharingFacts {
    /// Who the relative is to the owner of the account.
    pub relation: Relation,
    /// Where the relative is insured.
    pub relative_region: Region,
    /// How many other relatives the account helps.
    pub other_relatives: u16,
    /// How many other accounts help the relative.
    pub other_owners: u16,
    /// Whether another account helps the owner.
    pub owner_is_helped: bool,
    /// What the owner says may be used; where nothing is said, all of it, if the policy asks for no limit.
    pub limit: Option<Fen>,
    /// The day on which they were bound; none where it is that of the question.
    pub bound_on: Option<Date>,
}

/// Why an account may not help a relative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotShared {
    /// The policy has no mutual aid for this person.
    NoRule,
    /// Such a relative is not one of those that the policy names.
    Relation,
    /// The relative is insured too far away.
    Elsewhere,
    /// The account helps as many relatives as it may.
    TooManyRelatives(u16),
    /// As many accounts as may help the relative.
    TooManyOwners(u16),
    /// The owner is helped by another account.
    OwnerIsHelped,
    /// The owner has not said how much may be used.
    NoLimit,
    /// The agreement was for an earlier medical year.
    Lapsed,
    /// The agreement is later than the day.
    NotYetBound,
}

impl NotShared {
    /// Why, in Chinese.
    #[must_use]
    pub fn zh(self) -> String {
        match self {
            Self::NoRule => "政策没有规定该参保人的家庭共济".to_owned(),
            Self::Relation => "该亲属关系不在共济范围内".to_owned(),
            Self::Elsewhere => "亲属的参保地不在共济范围内".to_owned(),
            Self::TooManyRelatives(most) => format!("账户最多为 {most} 名亲属共济"),
            Self::TooManyOwners(most) => format!("亲属最多接受 {most} 个账户共济"),
            Self::OwnerIsHelped => "账户所有人正在接受他人共济".to_owned(),
            Self::NoLimit => "账户所有人须先设定共济额度".to_owned(),
            Self::NotYetBound => "共济绑定日期晚于所问日期".to_owned(),
            Self::Lapsed => "共济绑定已随医保年度终止，须重新绑定".to_owned(),
        }
    }
}

impl fmt::Display for NotShared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRule => f.write_str("the policy has no mutual aid for this person"),
            Self::Relation => f.write_str("such a relative is not one of those that the policy names"),
            Self::Elsewhere => f.write_str("the relative is insured outside the area of mutual aid"),
            Self::TooManyRelatives(most) => write!(f, "an account helps {most} relatives at most"),
            Self::TooManyOwners(most) => write!(f, "{most} accounts at most help one relative"),
            Self::OwnerIsHelped => f.write_str("the owner of the account is helped by another account"),
            Self::NoLimit => f.write_str("the owner has to say how much may be used"),
            Self::NotYetBound => f.write_str("the agreement is later than the day that is asked for"),
            Self::Lapsed => f.write_str("the agreement ended with its medical year and has to be made again"),
        }
    }
}

pub(super) fn answer(case: &PersonCase, policy: &Policy, facts: &SharingFacts) -> Result<Answer, Refusal> {
    let person = policy.person_facts(&case.person, &case.particulars, case.date);
    let Some((rule, aid)) = known(&policy.persons.mutual_aid, &person)? else {
        return Err(Refusal::NotShared { why: NotShared::NoRule });
    };
    if let Some(why) = obstacle(case, policy, aid, facts) {
        return Err(Refusal::NotShared { why });
    }
    let mut money = Fen::ZERO;
    for purse in &aid.money {
        money = money.plus(match purse {
            AccountKind::CurrentYear => case.account.current_year.or_zero(),
            AccountKind::PreviousYears => case.account.previous_years.or_zero(),
            AccountKind::MutualAid => Fen::ZERO,
        })?;
    }
    let money = money.minus(aid.keeps)?.or_zero();
    let limit = facts.limit;
    let shared = limit.map_or(money, |limit| money.min(limit));
    let mut trace = case.trace(policy, case.date);
    let step = Step::new(StepKind::Shared, rule, money, shared);
    trace.steps.push(match limit {
        Some(limit) => step.limit(limit),
        None => step,
    });
    Ok(Answer { amounts: vec![("shared", shared)], accumulated: Vec::new(), trace })
}

/// What stands against it, by the rule.
fn obstacle(case: &PersonCase, policy: &Policy, aid: &MutualAid, facts: &SharingFacts) -> Option<NotShared> {
    let (own, other) = (case.person.region, facts.relative_region);
    let near = match aid.insured_in {
        Reach::Region => own == other,
        Reach::Province => own.province() == other.province(),
        Reach::Country => true,
    };
    let bound_on = facts.bound_on.unwrap_or(case.date);
    let same_year = policy.medical_year(bound_on) == policy.medical_year(case.date);
    let full = |others: u16, most: Option<u16>| most.filter(|most| others >= *most);
    if !aid.relatives.contains(&facts.relation) {
        Some(NotShared::Relation)
    } else if !near {
        Some(NotShared::Elsewhere)
    } else if let Some(most) = full(facts.other_relatives, aid.relatives_at_most) {
        Some(NotShared::TooManyRelatives(most))
    } else if let Some(most) = full(facts.other_owners, aid.owners_at_most) {
        Some(NotShared::TooManyOwners(most))
    } else if facts.owner_is_helped && !aid.both_ways {
        Some(NotShared::OwnerIsHelped)
    } else if aid.owner_sets_limit && facts.limit.is_none() {
        Some(NotShared::NoLimit)
    } else if bound_on > case.date {
        Some(NotShared::NotYetBound)
    } else if aid.valid == Validity::MedicalYear && !same_year {
        Some(NotShared::Lapsed)
    } else {
        None
    }
}
