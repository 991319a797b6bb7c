//! 2206 门诊预结算, 2207 门诊结算, and 2208 门诊结算撤销 with 2103 药店结算撤销.

use model::CertificateType;
use settlement::{Declared, Refusal};
use wire::Personal;
use wire::check::Fault;
use wire::message::{AccountUse, PreSettlement, Revocation, RevocationReply, Settlement, SettlementReply};

use super::gateway::Call;
use super::people::evidence;
use super::refused::Refused;
use super::render;
use super::reply::Reply;
use super::service::{self, Done, Evidence, SettlementForm};
use crate::failure::Failure;

/// Settlement by item (`psn_setlway`), the only way that is offered.
const BY_ITEM: &str = "01";

/// Whether the person's own account may pay. The accounts of family members are not offered yet.
pub(super) fn may_use_account(node: &str, account_use: AccountUse) -> Result<bool, Refused> {
    match account_use {
        AccountUse::None => Ok(false),
        AccountUse::Own => Ok(true),
        AccountUse::MutualAid => {
            let shown = Some(account_use.code().to_owned());
            Err(Refused::field(node, "acct_used_flag", "个人账户使用标志", Fault::NotSupported { shown }))
        }
    }
}

fn check_way(way: &str) -> Result<(), Refused> {
    if way == BY_ITEM {
        return Ok(());
    }
    let shown = Some(way.to_owned());
    Err(Refused::field("data", "psn_setlway", "个人结算方式", Fault::NotSupported { shown }))
}

/// What the person showed at the settlement, if they were asked again.
fn shown(kind: CertificateType, number: Option<&Personal>) -> Result<Option<Evidence>, Refused> {
    number.map(|number| evidence(kind, number)).transpose()
}

/// 2206
pub(super) async fn preview(call: &Call<'_>) -> Result<Reply, Refused> {
    let message: PreSettlement = call.read()?;
    check_way(&message.way)?;
    let certificate = message.certificate_type;
    let form = SettlementForm {
        person_id: message.person,
        visit_id: message.visit,
        evidence: shown(certificate, message.certificate_number.as_ref())?,
        batch: message.batch,
        scheme: message.scheme,
        medical_type: message.medical_type,
        use_account: may_use_account("data", message.account_use)?,
        declared: Declared { total: message.total, parts: None },
    };
    let previewed = service::preview_settlement(call.app, &call.caller, form).await?;
    let settlement = &previewed.settlement;
    Reply::of(&SettlementReply {
        info: render::info(&previewed.person, settlement, None, &call.message_id, Some(certificate), None),
        amounts: render::amounts(settlement)?,
        funds: render::funds(settlement)?,
        lines: Vec::new(),
    })
}

/// 2207
pub(super) async fn settle(call: &Call<'_>) -> Result<Reply, Refused> {
    let message: Settlement = call.read()?;
    check_way(&message.way)?;
    let (certificate, parts) = (message.certificate_type, message.split());
    let form = SettlementForm {
        person_id: message.person,
        visit_id: message.visit,
        evidence: shown(certificate, message.certificate_number.as_ref())?,
        batch: message.batch,
        scheme: message.scheme,
        medical_type: message.medical_type,
        use_account: may_use_account("data", message.account_use)?,
        declared: Declared {
            total: message.total,
            parts: Some([parts.fully_self_paid, parts.over_limit, parts.first_self_paid, parts.in_scope]),
        },
    };
    let done = service::settle(call.app, &call.caller, form).await?;
    stands(call, &done).await?;
    Reply::committed(&settled(&done, certificate)?, &done.committed)
}

/// An answer is given again only while it is true: a system that repeats a message after its reversal must not believe
/// that it has settled.
pub(super) async fn stands(call: &Call<'_>, done: &Done) -> Result<(), Refused> {
    if done.repeated {
        service::must_stand(call.app, &done.committed).await?;
    }
    Ok(())
}

/// The answer to a settlement, rendered from its event; lines are the pharmacy's to add.
pub(super) fn settled(done: &Done, certificate: CertificateType) -> Result<SettlementReply, Refused> {
    let body = &done.committed.body;
    let missing = || Failure::from(Refusal::Inconsistent("an event without settlement and order".to_owned()));
    let (settlement, order) = body.settlement().zip(body.order()).ok_or_else(missing)?;
    let extension = render::cash_status(order);
    let message_id = render::message_id(settlement);
    let id = Some(settlement.id);
    Ok(SettlementReply {
        info: render::info(&done.person, settlement, id, message_id, Some(certificate), Some(extension)),
        amounts: render::amounts(settlement)?,
        funds: render::funds(settlement)?,
        lines: Vec::new(),
    })
}

/// 2208 and 2103
pub(super) async fn revoke(call: &Call<'_>) -> Result<Reply, Refused> {
    let Revocation { settlement, visit, person, .. } = call.read()?;
    let done = service::revoke(call.app, &call.caller, person, settlement, Some(visit)).await?;
    let missing = || Failure::from(Refusal::Inconsistent("a reversal without settlement".to_owned()));
    let (reversal, order) =
        done.committed.body.settlement().zip(done.committed.body.order()).ok_or_else(missing)?;
    let message_id = render::message_id(reversal);
    let extension = Some(render::cash_status(order));
    let reply = RevocationReply {
        info: render::info(&done.person, reversal, Some(reversal.id), message_id, None, extension),
        amounts: render::amounts(reversal)?,
        funds: render::funds(reversal)?,
    };
    Reply::committed(&reply, &done.committed)
}
