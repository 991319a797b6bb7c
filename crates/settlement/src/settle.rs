//! Settlements: 2207, 2102, and their previews 2206, 2101.

use benefit::{Case, CaseLine, Particulars, Split};
use ledger::{Account, Fund, Journal};
use model::{
    CarePlace, CertificateType, Fen, Institution, InstitutionCode, InstitutionKind, InstitutionLevel,
    MedicalType, OrderId, Region, Scheme, SettlementId, VisitId,
};

use crate::account::{AccountChange, BenefitAccount};
use crate::command::{Action, Command, Declared};
use crate::context::{Context, VisitFile};
use crate::event::Message;
use crate::order::{Order, OrderState};
use crate::plan::{Effect, Rules, acting_institution};
use crate::record::{Record, Settlement, SettlementKind};
use crate::refusal::Refusal;
use crate::visit::{ItemState, StoredItem, Visit, VisitState};
use crate::visits::{case_line, check_began, check_entitlement, check_token, open_visit, stored_items};

/// What a settlement would be, by the same rules and the same records, without anything being written (2206, 2101).
///
/// # Errors
/// Everything that would refuse the settlement itself.
pub fn preview(
    rules: &Rules,
    context: &Context,
    command: &Command,
) -> Result<(Settlement, Vec<StoredItem>), Refusal> {
    let effect = effect(rules, context, command)?;
    let mut settled = None;
    let mut items = Vec::new();
    for record in effect.records {
        match record {
            Record::Settlement { settlement } => settled = Some(*settlement),
            Record::ItemsAdded { items: added, .. } => items = added,
            _ => {}
        }
    }
    settled
        .map(|settlement| (settlement, items))
        .ok_or_else(|| Refusal::Inconsistent("no settlement".to_owned()))
}

pub(crate) fn effect(rules: &Rules, context: &Context, command: &Command) -> Result<Effect, Refusal> {
    match &command.action {
        Action::Settle { .. } => settle_batch(rules, context, command),
        Action::Purchase { .. } => purchase(rules, context, command),
        _ => Err(Refusal::Inconsistent("not a settlement".to_owned())),
    }
}

/// The ids and choices that a settlement is made with.
struct Terms<'a> {
    settlement_id: SettlementId,
    order_id: OrderId,
    batch: &'a str,
    medical_type: MedicalType,
    use_account: bool,
    declared: Declared,
}

fn settle_batch(rules: &Rules, context: &Context, command: &Command) -> Result<Effect, Refusal> {
    let Action::Settle {
        batch,
        settlement_id,
        order_id,
        scheme,
        medical_type,
        token_digest,
        use_account,
        declared,
        ..
    } = &command.action
    else {
        return Err(Refusal::Inconsistent("not a settlement".to_owned()));
    };
    let file = open_visit(context, command)?;
    check_entitlement(context, *scheme)?;
    check_settlement_token(context, file, *token_digest, command)?;
    match file.visit.medical_type {
        None => return Err(Refusal::VisitNotRecorded),
        Some(recorded) if recorded != *medical_type => return Err(Refusal::OtherMedicalType),
        Some(_) => {}
    }
    let items = open_items(file, batch)?;
    let terms = Terms {
        settlement_id: *settlement_id,
        order_id: *order_id,
        batch,
        medical_type: *medical_type,
        use_account: *use_account,
        declared: *declared,
    };
    settled(rules, context, command, &file.visit, &items, &terms)
}

/// At settlement the token may be the one with which the visit was registered, even when it has expired since: the
/// visit itself shows that the person was there.
fn check_settlement_token(
    context: &Context,
    file: &VisitFile,
    token_digest: Option<[u8; 32]>,
    command: &Command,
) -> Result<(), Refusal> {
    match token_digest {
        None => Ok(()),
        Some(_) if token_digest == file.visit.token_digest => Ok(()),
        Some(_) => check_token(context, CertificateType::Credential, token_digest, command.at),
    }
}

fn open_items(file: &VisitFile, batch: &str) -> Result<Vec<StoredItem>, Refusal> {
    let of_batch = || file.items.iter().filter(|stored| stored.item.batch == batch);
    if of_batch().any(|stored| stored.state != ItemState::Open) {
        return Err(Refusal::AlreadySettled);
    }
    let items: Vec<StoredItem> = of_batch().cloned().collect();
    if items.is_empty() { Err(Refusal::NoItems) } else { Ok(items) }
}

fn purchase(rules: &Rules, context: &Context, command: &Command) -> Result<Effect, Refusal> {
    let Action::Purchase {
        visit_id,
        settlement_id,
        order_id,
        scheme,
        certificate,
        token_digest,
        began,
        items,
        use_account,
        declared,
    } = &command.action
    else {
        return Err(Refusal::Inconsistent("not a purchase".to_owned()));
    };
    check_entitlement(context, *scheme)?;
    check_began(rules, *began, command.at)?;
    check_token(context, *certificate, *token_digest, command.at)?;
    let visit = Visit {
        id: *visit_id,
        person_id: command.person_id,
        institution: acting_institution(context)?.code.clone(),
        scheme: *scheme,
        state: VisitState::Open,
        certificate: *certificate,
        token_digest: *token_digest,
        began: *began,
        outpatient_no: visit_id.to_string(),
        department: None,
        doctor: None,
        medical_type: Some(MedicalType::Pharmacy),
        diagnoses: Vec::new(),
    };
    let stored = stored_items(rules, context, &visit, &[], items, command.at)?;
    let batch = items.first().map(|item| item.batch.clone()).ok_or(Refusal::NoItems)?;
    let terms = Terms {
        settlement_id: *settlement_id,
        order_id: *order_id,
        batch: &batch,
        medical_type: MedicalType::Pharmacy,
        use_account: *use_account,
        declared: *declared,
    };
    let mut effect = settled(rules, context, command, &visit, &stored, &terms)?;
    let opening = [Record::Visit { visit }, Record::ItemsAdded { visit_id: *visit_id, items: stored }];
    effect.records.splice(0..0, opening);
    Ok(effect)
}

fn settled(
    rules: &Rules,
    context: &Context,
    command: &Command,
    visit: &Visit,
    items: &[StoredItem],
    terms: &Terms<'_>,
) -> Result<Effect, Refusal> {
    let institution = acting_institution(context)?;
    let case = case_of(rules, context, institution, visit, items, terms);
    let total = Fen::sum(items.iter().map(|stored| stored.item.amount))?;
    check_equal("medfee_sumamt", terms.declared.total, total)?;
    let place = Place {
        visit_id: visit.id,
        institution: &institution.code,
        institution_kind: institution.kind,
        institution_level: institution.level,
        batch: terms.batch,
        settlement_id: terms.settlement_id,
        order_id: terms.order_id,
    };
    let Decided { mut effect, movements, split } = decided(rules, command, &context.account, &place, case)?;
    check_declared(&split, terms.declared)?;
    effect.journal = Journal::of(movements)?;
    Ok(effect)
}

/// What is settled where, and under which new ids.
struct Place<'a> {
    visit_id: VisitId,
    institution: &'a InstitutionCode,
    institution_kind: InstitutionKind,
    institution_level: InstitutionLevel,
    batch: &'a str,
    settlement_id: SettlementId,
    order_id: OrderId,
}

/// A settlement that was decided; its movements are not in the journal yet.
pub(crate) struct Decided {
    pub(crate) effect: Effect,
    pub(crate) movements: Vec<(Account, Fen)>,
    split: Split,
}

/// Settles a case where an earlier settlement was, against an account as it is without that one.
pub(crate) fn settle_again(
    rules: &Rules,
    command: &Command,
    original: &Settlement,
    case: Case,
    (account, settlement_id, order_id): (&BenefitAccount, SettlementId, OrderId),
) -> Result<Decided, Refusal> {
    let place = Place {
        visit_id: original.visit_id,
        institution: &original.institution,
        institution_kind: original.institution_kind,
        institution_level: original.institution_level,
        batch: &original.batch,
        settlement_id,
        order_id,
    };
    decided(rules, command, account, &place, case)
}

fn decided(
    rules: &Rules,
    command: &Command,
    account: &BenefitAccount,
    place: &Place<'_>,
    case: Case,
) -> Result<Decided, Refusal> {
    let (region, scheme) = (case.person.region, case.person.scheme);
    let policy = rules.policies.settling(&case)?;
    let split = benefit::split(policy, &case)?;
    split.check().map_err(|error| Refusal::Inconsistent(error.to_string()))?;
    let change = change_of(&split)?;
    let after = account.changed_by(&change)?;
    let order = order_of(command, place, &split)?;
    let movements = movements_of(&split, place.institution, region, scheme)?;
    let settlement = Settlement {
        id: place.settlement_id,
        visit_id: place.visit_id,
        person_id: command.person_id,
        institution: place.institution.clone(),
        institution_kind: place.institution_kind,
        institution_level: place.institution_level,
        batch: place.batch.to_owned(),
        kind: SettlementKind::Original,
        settled: command.at,
        request: command.request.as_ref().map(|request| request.key.clone()),
        order_id: order.id,
        policy_version: rules.policies.version().to_owned(),
        case,
        split: split.clone(),
        change: change.clone(),
        balance_after: Fen::sum([after.balances.current_year, after.balances.previous_years])?,
    };
    let messages = vec![Message::BillReady { order_id: order.id }];
    let records = vec![Record::Settlement { settlement: Box::new(settlement) }, Record::Order { order }];
    let effect = Effect { change, journal: Journal::default(), records, messages };
    Ok(Decided { effect, movements, split })
}

fn case_of(
    rules: &Rules,
    context: &Context,
    institution: &Institution,
    visit: &Visit,
    items: &[StoredItem],
    terms: &Terms<'_>,
) -> Case {
    let date = visit.began.date_in_china();
    let lines: Vec<CaseLine> =
        items.iter().map(|stored| case_line(rules, context, &stored.item, date)).collect();
    Case {
        person: context.person,
        institution_kind: institution.kind,
        institution_level: institution.level,
        medical_type: terms.medical_type,
        date,
        lines,
        accumulators: context.account.accumulators.clone(),
        account: context.account.balances,
        use_account: terms.use_account,
        particulars: Particulars {
            hospital: Some(institution.code.to_string()),
            place: CarePlace::between(context.person.region, institution.region),
            ..Particulars::default()
        },
    }
}

fn check_equal(field: &'static str, declared: Fen, ours: Fen) -> Result<(), Refusal> {
    if declared == ours { Ok(()) } else { Err(Refusal::AmountDiffers { field, declared, ours }) }
}

fn check_declared(split: &Split, declared: Declared) -> Result<(), Refusal> {
    let Some([fully_self_paid, over_limit, first_self_paid, in_scope]) = declared.parts else {
        return Ok(());
    };
    check_equal("fulamt_ownpay_amt", fully_self_paid, split.fully_self_paid)?;
    check_equal("overlmt_selfpay", over_limit, split.over_limit)?;
    check_equal("preselfpay_amt", first_self_paid, split.first_self_paid)?;
    check_equal("inscp_scp_amt", in_scope, split.in_scope)
}

fn change_of(split: &Split) -> Result<AccountChange, Refusal> {
    Ok(AccountChange {
        current_year: split.account_current_year.negated()?,
        previous_years: split.account_previous_years.negated()?,
        accumulated: split.accumulated.clone(),
    })
}

fn order_of(command: &Command, place: &Place<'_>, split: &Split) -> Result<Order, Refusal> {
    Ok(Order {
        id: place.order_id,
        person_id: command.person_id,
        settlement_id: place.settlement_id,
        institution: place.institution.clone(),
        fund: split.fund_total()?,
        account: Fen::sum([split.account_current_year, split.account_previous_years, split.mutual_aid_paid])?,
        cash: split.cash,
        state: if split.cash.is_zero() { OrderState::NothingDue } else { OrderState::Due },
        given_up: Vec::new(),
        created: command.at,
    })
}

/// Who gives and who gets by `split`: the institution earns what funds, account and person pay; a part that the hospital
/// bears is not earned. The split of a reversal is negative and gives the mirrored movements.
pub(crate) fn movements_of(
    split: &Split,
    institution: &InstitutionCode,
    region: Region,
    scheme: Scheme,
) -> Result<Vec<(Account, Fen)>, Refusal> {
    let funds = [
        (Fund::Pool, split.pool_fund),
        (Fund::Catastrophic, split.catastrophic),
        (Fund::LargeSum, split.large_sum),
        (Fund::CivilServant, split.civil_servant),
        (Fund::Enterprise, split.enterprise),
        (Fund::MedicalAid, split.medical_aid),
        (Fund::Other, split.other_fund),
    ];
    let mut movements = Vec::with_capacity(11);
    for (fund, amount) in funds {
        movements.push((Account::Fund(fund, region, scheme), amount.negated()?));
    }
    movements.push((Account::CurrentYear, split.account_current_year.negated()?));
    movements.push((Account::PreviousYears, split.account_previous_years.negated()?));
    movements.push((Account::CashDue, split.cash.negated()?));
    movements.push((Account::Institution(institution.clone()), split.total.minus(split.hospital)?));
    Ok(movements)
}
