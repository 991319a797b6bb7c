//! 2101 药店预结算 and 2102 药店结算.

use model::MedicalType;
use settlement::{Declared, StoredItem};
use wire::check::Fault;
use wire::message::{DrugLine, LineResult, Purchase, SettlementReply};

use super::gateway::Call;
use super::people::evidence;
use super::refused::Refused;
use super::render;
use super::reply::Reply;
use super::service::{self, PurchaseForm};
use super::settlements::{may_use_account, settled, stands};

fn form(purchase: &Purchase) -> Result<PurchaseForm, Refused> {
    purchase.check_amounts()?;
    let head = &purchase.head;
    if head.medical_type != MedicalType::Pharmacy {
        let shown = Some(head.medical_type.code().to_owned());
        return Err(Refused::field("druginfo", "med_type", "医疗类别", Fault::NotSupported { shown }));
    }
    Ok(PurchaseForm {
        person_id: head.person,
        scheme: head.scheme,
        evidence: evidence(head.certificate_type, &head.certificate_number)?,
        began: head.bought,
        items: purchase.lines.iter().map(DrugLine::to_fee_item).collect(),
        use_account: may_use_account("druginfo", head.account_use)?,
        declared: Declared { total: head.total, parts: None },
    })
}

fn lines(items: &[StoredItem]) -> Vec<LineResult> {
    items.iter().map(|stored| LineResult::new(&stored.item, &stored.split)).collect()
}

/// 2101
pub(super) async fn preview(call: &Call<'_>) -> Result<Reply, Refused> {
    let purchase: Purchase = call.read()?;
    let certificate = Some(purchase.head.certificate_type);
    let previewed = service::preview_purchase(call.app, &call.caller, form(&purchase)?).await?;
    let settlement = &previewed.settlement;
    Reply::of(&SettlementReply {
        info: render::info(&previewed.person, settlement, None, &call.message_id, certificate, None),
        amounts: render::amounts(settlement)?,
        funds: render::funds(settlement)?,
        lines: lines(&previewed.items),
    })
}

/// 2102
pub(super) async fn buy(call: &Call<'_>) -> Result<Reply, Refused> {
    let purchase: Purchase = call.read()?;
    let done = service::buy(call.app, &call.caller, form(&purchase)?).await?;
    stands(call, &done).await?;
    let reply = settled(&done, purchase.head.certificate_type)?;
    let lines = lines(done.committed.body.items_added());
    Reply::committed(&SettlementReply { lines, ..reply }, &done.committed)
}
