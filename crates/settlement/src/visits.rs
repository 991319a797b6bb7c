//! Codes, registrations and fee items: everything before a settlement.

use std::collections::BTreeSet;

use benefit::CaseLine;
use model::{
    CertificateType, Date, FeeItem, Instant, Institution, InsuranceStatus, InsuredPerson, MedicalType,
    Scheme, VisitId,
};

use crate::command::{Action, Actor, Command};
use crate::context::{Context, VisitFile};
use crate::event::Message;
use crate::plan::{Effect, Rules, acting_institution, is_own};
use crate::record::Record;
use crate::refusal::Refusal;
use crate::visit::{ItemState, StoredItem, Visit, VisitState};

pub(crate) fn effect(rules: &Rules, context: &Context, command: &Command) -> Result<Effect, Refusal> {
    match &command.action {
        Action::UseCode { code_use, token_digest, grant } => {
            if context.code_used {
                return Err(Refusal::CodeUsed);
            }
            acting_institution(context)?;
            Ok(Effect {
                records: vec![
                    Record::CodeUse { code_use: code_use.clone() },
                    Record::Token { digest: *token_digest, grant: grant.clone() },
                ],
                messages: vec![Message::CodeUsed { institution: code_use.institution.clone() }],
                ..Effect::default()
            })
        }
        Action::RegisterVisit { .. } => register(rules, context, command),
        Action::CancelVisit { .. } => cancel(context, command),
        Action::RecordVisit { medical_type, diagnoses, .. } => {
            let file = open_visit(context, command)?;
            if medical_type.is_stay() {
                return Err(Refusal::StayNotAdmitted);
            }
            let mut diagnoses = diagnoses.clone();
            diagnoses.sort_by_key(|diagnosis| diagnosis.position);
            let visit = Visit { medical_type: Some(*medical_type), diagnoses, ..file.visit.clone() };
            Ok(written(visit))
        }
        Action::AddItems { items, visit_id } => {
            let file = open_visit(context, command)?;
            let items = stored_items(rules, context, &file.visit, &file.items, items, command.at)?;
            Ok(Effect {
                records: vec![Record::ItemsAdded { visit_id: *visit_id, items }],
                ..Effect::default()
            })
        }
        Action::WithdrawItems { .. } => withdraw_batch(context, command),
        Action::WithdrawItem { visit_id, serial } => {
            let file = open_visit(context, command)?;
            let stored =
                file.items.iter().find(|stored| stored.item.serial == *serial).ok_or(Refusal::NoItems)?;
            match stored.state {
                ItemState::Open => Ok(withdrawn(*visit_id, vec![serial.clone()])),
                ItemState::Settled(_) => Err(Refusal::AlreadySettled),
            }
        }
        _ => Err(Refusal::Inconsistent("not an action of a visit".to_owned())),
    }
}

fn written(visit: Visit) -> Effect {
    Effect { records: vec![Record::Visit { visit }], ..Effect::default() }
}

fn withdrawn(visit_id: VisitId, serials: Vec<String>) -> Effect {
    Effect { records: vec![Record::ItemsWithdrawn { visit_id, serials }], ..Effect::default() }
}

fn withdraw_batch(context: &Context, command: &Command) -> Result<Effect, Refusal> {
    let Action::WithdrawItems { visit_id, batch } = &command.action else {
        return Err(Refusal::Inconsistent("not a withdrawal of fee items".to_owned()));
    };
    let file = open_visit(context, command)?;
    let serials: Vec<String> = file
        .items
        .iter()
        .filter(|stored| stored.state == ItemState::Open)
        .filter(|stored| batch.as_ref().is_none_or(|batch| stored.item.batch == *batch))
        .map(|stored| stored.item.serial.clone())
        .collect();
    let settled = file.items.iter().any(|stored| {
        stored.state != ItemState::Open && batch.as_ref().is_some_and(|batch| stored.item.batch == *batch)
    });
    match (serials.is_empty(), settled) {
        (true, true) => Err(Refusal::AlreadySettled),
        // Systems withdraw everything before they upload again; nothing to withdraw is no error then.
        (true, false) if batch.is_some() => Err(Refusal::NoItems),
        (true, false) => Ok(Effect::default()),
        (false, _) => Ok(withdrawn(*visit_id, serials)),
    }
}

/// Whether a person may draw benefits for a kind of care at an institution on a day (2001). A settlement is refused for
/// the same reasons, and for those that lie in its visit and fee items.
///
/// # Errors
/// Why there are none.
pub fn entitlement(
    rules: &Rules,
    person: &InsuredPerson,
    institution: &Institution,
    scheme: Scheme,
    medical_type: MedicalType,
    on: Date,
) -> Result<(), Refusal> {
    check_fit(person, institution, scheme)?;
    let policy = rules.policies.in_force(person.region, scheme, on)?;
    Ok(policy.covers(person, institution, medical_type, on)?)
}

/// The person's insurance and the institution's agreement are in force and fit each other.
pub(crate) fn check_entitlement(context: &Context, scheme: Scheme) -> Result<(), Refusal> {
    check_fit(&context.person, acting_institution(context)?, scheme)
}

fn check_fit(person: &InsuredPerson, institution: &Institution, scheme: Scheme) -> Result<(), Refusal> {
    if person.status != InsuranceStatus::Active {
        return Err(Refusal::NotInsured(person.status));
    }
    if person.scheme != scheme {
        return Err(Refusal::OtherScheme);
    }
    if person.region != institution.region {
        return Err(Refusal::OtherRegion);
    }
    Ok(())
}

/// A visit begins now or at most `back_date_days` ago; a clock that is a little fast is forgiven.
pub(crate) fn check_began(rules: &Rules, began: Instant, now: Instant) -> Result<(), Refusal> {
    const FAST_CLOCK_SECONDS: i64 = 600;
    const DAY_SECONDS: i64 = 86_400;
    let earliest = now.plus_seconds(rules.back_date_days.saturating_mul(DAY_SECONDS).saturating_neg());
    if began > now.plus_seconds(FAST_CLOCK_SECONDS) || began < earliest {
        return Err(Refusal::TimeOutOfRange { days: rules.back_date_days });
    }
    Ok(())
}

/// The token, where the certificate is one, was issued for this person at this institution and has not expired.
pub(crate) fn check_token(
    context: &Context,
    certificate: CertificateType,
    token_digest: Option<[u8; 32]>,
    now: Instant,
) -> Result<(), Refusal> {
    if certificate != CertificateType::Credential {
        return Ok(());
    }
    let institution = acting_institution(context)?;
    let grant = token_digest.and(context.token.as_ref()).ok_or(Refusal::TokenNotValid)?;
    grant.check(&institution.code, context.person.id, now).map_err(|_| Refusal::TokenNotValid)
}

fn register(rules: &Rules, context: &Context, command: &Command) -> Result<Effect, Refusal> {
    let Action::RegisterVisit {
        visit_id,
        scheme,
        certificate,
        token_digest,
        began,
        outpatient_no,
        department,
        doctor,
    } = &command.action
    else {
        return Err(Refusal::Inconsistent("not a registration".to_owned()));
    };
    check_entitlement(context, *scheme)?;
    check_began(rules, *began, command.at)?;
    check_token(context, *certificate, *token_digest, command.at)?;
    Ok(written(Visit {
        id: *visit_id,
        person_id: command.person_id,
        institution: acting_institution(context)?.code.clone(),
        scheme: *scheme,
        state: VisitState::Open,
        certificate: *certificate,
        token_digest: *token_digest,
        began: *began,
        outpatient_no: outpatient_no.clone(),
        department: department.clone(),
        doctor: doctor.clone(),
        medical_type: None,
        diagnoses: Vec::new(),
    }))
}

fn cancel(context: &Context, command: &Command) -> Result<Effect, Refusal> {
    let file = open_visit(context, command)?;
    if let Action::CancelVisit { outpatient_no: Some(number), .. } = &command.action
        && *number != file.visit.outpatient_no
    {
        return Err(Refusal::OtherVisitNumber);
    }
    if !file.items.is_empty() {
        return Err(Refusal::VisitHasItems);
    }
    Ok(written(Visit { state: VisitState::Cancelled, ..file.visit.clone() }))
}

/// The visit that the command names, if it is open and the actor's own.
pub(crate) fn open_visit<'a>(context: &'a Context, command: &Command) -> Result<&'a VisitFile, Refusal> {
    let file = context
        .visit
        .as_ref()
        .filter(|file| is_own(&command.actor, &file.visit.institution))
        .ok_or(Refusal::NoSuchVisit)?;
    if matches!(command.actor, Actor::Institution { .. }) {
        acting_institution(context)?;
    }
    match file.visit.state {
        VisitState::Open => Ok(file),
        VisitState::Cancelled => Err(Refusal::VisitCancelled),
    }
}

/// Checks new fee items and divides each by the catalogue.
pub(crate) fn stored_items(
    rules: &Rules,
    context: &Context,
    visit: &Visit,
    present: &[StoredItem],
    items: &[FeeItem],
    now: Instant,
) -> Result<Vec<StoredItem>, Refusal> {
    if items.is_empty() {
        return Err(Refusal::NoItems);
    }
    let date = visit.began.date_in_china();
    let policy = rules.policies.in_force(context.person.region, visit.scheme, date)?;
    if visit.medical_type.is_none() {
        return Err(Refusal::VisitNotRecorded);
    }
    let mut serials: BTreeSet<&str> = present.iter().map(|stored| stored.item.serial.as_str()).collect();
    items
        .iter()
        .map(|item| {
            if !serials.insert(&item.serial) {
                return Err(Refusal::DuplicateSerial(item.serial.clone()));
            }
            check_occurred(visit, item, now)?;
            let line = case_line(rules, context, item, date);
            let split = benefit::split_line(policy, &line)?;
            let name = line
                .item
                .as_ref()
                .map_or_else(|| item.institution_item_code.clone(), |known| known.name.clone());
            Ok(StoredItem { item: item.clone(), name, split, state: ItemState::Open })
        })
        .collect()
}

/// Fees occur on the visit's day or later, not in the future.
fn check_occurred(visit: &Visit, item: &FeeItem, now: Instant) -> Result<(), Refusal> {
    let occurred = item.occurred.date_in_china();
    if occurred < visit.began.date_in_china() || occurred > now.date_in_china() {
        return Err(Refusal::ItemOutsideVisit { serial: item.serial.clone() });
    }
    Ok(())
}

/// A fee item as the benefit rules see it.
pub(crate) fn case_line(rules: &Rules, context: &Context, item: &FeeItem, date: Date) -> CaseLine {
    CaseLine {
        serial: item.serial.clone(),
        item: rules.catalogue.item(context.person.region, &item.item_code, date).cloned(),
        price: item.price,
        quantity: item.quantity,
        amount: item.amount,
        approved: item.approved,
        date: None,
        category: None,
    }
}
