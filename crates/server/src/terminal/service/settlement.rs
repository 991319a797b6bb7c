//! 预结算, 结算, taking cash, and undoing it all.

use ::settlement::{Action, Declared, KeptLine, Order, Refusal, Settlement, SettlementFile};
use model::{EventId, Fen, VisitId};

use super::super::attempt::Attempt;
use super::super::desk::Desk;
use super::super::entry;
use super::told;
use super::visit::{OpenVisit, Stage, load};
use crate::app::App;
use crate::failure::Failure;
use crate::his::service::{self as institutions, SettlementForm, preview_settlement};
use crate::random;
use crate::web::Problem;

/// The longest reason for undoing a settlement, in characters.
const LONGEST_REASON: usize = 200;

fn form(visit: &OpenVisit, total: Fen) -> Result<SettlementForm, Failure> {
    Ok(SettlementForm {
        person_id: visit.person_id(),
        visit_id: visit.id,
        batch: visit.batch().to_owned(),
        scheme: visit.person.insured.scheme,
        medical_type: visit.medical_type()?,
        evidence: None,
        use_account: true,
        declared: Declared { total, parts: None },
    })
}

async fn preview_of(app: &App, desk: &Desk, visit: &OpenVisit) -> Result<Settlement, Failure> {
    let previewed =
        preview_settlement(app, &desk.caller(), form(visit, visit.total()?)?).await.map_err(told)?;
    Ok(previewed.settlement)
}

/// What settling an opened visit would come to (2206), and the key under which that is settled. Nothing is written.
///
/// # Errors
/// Everything that would refuse the settlement.
pub async fn preview(app: &App, desk: &Desk, visit: &OpenVisit) -> Result<(Attempt, Settlement), Failure> {
    if visit.stage() == Stage::Settled {
        return Err(Problem::AlreadySettled.into());
    }
    let settlement = preview_of(app, desk, visit).await?;
    let id = random::new_id(app.clock.now(), EventId::new)?;
    Ok((Attempt::new(id, visit.items()), settlement))
}

/// How the cash share is collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collect {
    /// The bill goes to the phone; so it does in any case.
    ByPhone,
    /// Staff take the cash with the settlement.
    AtCounter,
}

/// What staff had before them when they settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// The pre-settlement.
    pub attempt: Attempt,
    /// 医疗费总额.
    pub total: Fen,
    /// 个人现金支付.
    pub cash: Fen,
    /// How the cash share is collected.
    pub collect: Collect,
}

/// Settles a visit (2207) as it was shown. The same again, also after the connection was lost, gets the first answer.
///
/// # Errors
/// [`Problem::PreSettleAgain`] when fee items or amounts are others by now; [`Problem::SettlementUnknown`] when it is not
/// known whether it was done: the same again tells; there is no such visit here; a [`Refusal`].
pub async fn settle(app: &App, desk: &Desk, visit_id: VisitId, settled: &Settled) -> Result<(), Failure> {
    let visit = load(app, desk, visit_id).await?;
    if !settled.attempt.is_of(visit.items()) {
        return Err(Problem::PreSettleAgain.into());
    }
    let shown = (settled.total, settled.cash);
    match preview_of(app, desk, &visit).await {
        Ok(now) if (now.split.total, now.split.cash) != shown => return Err(Problem::PreSettleAgain.into()),
        // What refuses the preview refuses the settlement too, unless this is a repetition, which gets its answer.
        Ok(_) | Err(_) => {}
    }
    let collect = match settled.collect {
        Collect::ByPhone => "phone",
        Collect::AtCounter => "counter",
    };
    let (total, cash) = (settled.total.get().to_string(), settled.cash.get().to_string());
    let content = [visit_id.to_string(), total, cash, collect.to_owned()];
    let content = content.each_ref().map(String::as_str);
    let once = desk.caller_once("terminal.settle", settled.attempt.to_string(), &content);
    let done = institutions::settle(app, &once, form(&visit, settled.total)?).await.map_err(told)?;
    let order = done.committed.body.order();
    // Another settlement of the person in the very moment may have moved the amount: then staff see it first.
    let as_shown = order.filter(|order| !order.cash.is_zero() && order.cash == settled.cash);
    match (settled.collect, as_shown) {
        (Collect::AtCounter, Some(order)) => take_with_settlement(app, desk, order).await,
        _ => Ok(()),
    }
}

/// Takes the cash for a settlement that was just made, or was made before by the same request.
async fn take_with_settlement(app: &App, desk: &Desk, order: &Order) -> Result<(), Failure> {
    match take(app, desk, order).await {
        // The settlement stands; its page shows where the cash share is and offers to take it.
        Err(Failure { problem: Problem::BillAlreadyPaid | Problem::Refusal(_), .. }) | Ok(()) => Ok(()),
        Err(failure) => Err(failure),
    }
}

async fn take(app: &App, desk: &Desk, order: &Order) -> Result<(), Failure> {
    let action = Action::TakeCash { order_id: order.id };
    let taken = desk.caller().submit(app, order.person_id, app.clock.now(), action).await;
    taken.map(|_| ()).map_err(told)
}

/// The settlement of a visit that stands.
async fn standing(app: &App, desk: &Desk, visit_id: VisitId) -> Result<SettlementFile, Failure> {
    let visit = load(app, desk, visit_id).await?;
    let file = visit.settlement.ok_or(Refusal::NoSuchSettlement).map_err(|refusal| told(refusal.into()))?;
    if file.live { Ok(file) } else { Err(Problem::AlreadyRevoked.into()) }
}

/// Takes the cash share at the window, instead of on the phone.
///
/// # Errors
/// There is no such visit here; it is paid, or being paid; a [`Refusal`].
pub async fn collect(app: &App, desk: &Desk, visit_id: VisitId) -> Result<(), Failure> {
    let file = standing(app, desk, visit_id).await?;
    take(app, desk, &file.order).await
}

/// Undoes the settlement of a visit (2208). The reason is logged.
///
/// # Errors
/// In `reason`: it is empty or too long. There is no such visit here; the settlement was undone before; the cash share
/// is just being paid; a [`Refusal`].
pub async fn revoke(app: &App, desk: &Desk, visit_id: VisitId, reason: &str) -> Result<(), Failure> {
    let reason = read_reason(reason)?;
    let SettlementFile { settlement, .. } = standing(app, desk, visit_id).await?;
    let caller = desk.caller();
    caller.log_read(app, settlement.person_id, "revocation", reason).await?;
    let undone =
        institutions::revoke(app, &caller, settlement.person_id, settlement.id, Some(visit_id)).await;
    undone.map(|_| ()).map_err(told)
}

/// A line that stays when others go back, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its serial number.
    pub serial: String,
    /// How much of it stays.
    pub quantity: String,
}

/// Gives a part of a settlement back: undoes it and settles the lines that are kept again, by the rules of its day, in one
/// go. The reason is logged.
///
/// # Errors
/// In `reason`, or in `quantity`; there is no such visit here; nothing of it stands; the cash share is just being paid; a
/// [`Refusal`].
pub async fn correct(
    app: &App,
    desk: &Desk,
    visit_id: VisitId,
    reason: &str,
    kept: &[Kept],
) -> Result<(), Failure> {
    let reason = read_reason(reason)?;
    let kept = kept
        .iter()
        .map(|line| Ok(KeptLine { serial: line.serial.clone(), quantity: entry::quantity(&line.quantity)? }));
    let kept = kept.collect::<Result<Vec<_>, Failure>>()?;
    let SettlementFile { settlement, .. } = standing(app, desk, visit_id).await?;
    let caller = desk.caller();
    caller.log_read(app, settlement.person_id, "revocation", reason).await?;
    let which = (settlement.id, visit_id);
    let done = institutions::correct(app, &caller, settlement.person_id, which, kept).await;
    done.map(|_| ()).map_err(told)
}

fn read_reason(reason: &str) -> Result<&str, Failure> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Failure::in_field("reason", Problem::Required));
    }
    if reason.chars().count() > LONGEST_REASON {
        return Err(Failure::in_field("reason", Problem::TooLong { limit: 200 }));
    }
    Ok(reason)
}
