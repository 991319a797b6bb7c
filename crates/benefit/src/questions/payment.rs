//! Whether the cash of a bill may be paid without a PIN.

use model::{Fen, InstitutionKind, MedicalType};

use super::{Answer, PersonCase};
use crate::Refusal;
use crate::policy::{Bit, Policy, known};
use crate::trace::{Step, StepKind};

/// A payment that a channel is to take without asking for the PIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFacts {
    /// The cash of the bill.
    pub cash: Fen,
    /// What was paid so on the same day before.
    pub paid_today: Fen,
    /// Kind of care.
    pub medical_type: MedicalType,
    /// Kind of institution.
    pub institution: InstitutionKind,
}

pub(super) fn answer(case: &PersonCase, policy: &Policy, facts: &PaymentFacts) -> Result<Answer, Refusal> {
    let mut person = policy.person_facts(&case.person, &case.particulars, case.date);
    for (choice, bit) in
        [(MedicalType::CHOICE, facts.medical_type.bit()), (InstitutionKind::CHOICE, facts.institution.bit())]
    {
        if let Some(place) = person.choices.get_mut(choice as usize) {
            *place = bit;
        }
    }
    let Some((rule, most)) = known(&policy.persons.payment_without_pin, &person)? else {
        return Err(Refusal::PinNeeded { most: Fen::ZERO });
    };
    let left_today = match most.per_day {
        Some(per_day) => per_day.minus(facts.paid_today)?.or_zero(),
        None => most.per_payment,
    };
    let limit = most.per_payment.min(left_today);
    if facts.cash > limit {
        return Err(Refusal::PinNeeded { most: limit });
    }
    let mut trace = case.trace(policy, case.date);
    let step = Step::new(StepKind::WithoutPin, rule, facts.cash, facts.cash).limit(limit);
    trace.steps.push(step.before(facts.paid_today));
    Ok(Answer { amounts: vec![("without_pin", facts.cash)], accumulated: Vec::new(), trace })
}
