//! 5203 结算信息查询 and 6301 医保订单结算结果查询.

use model::{Instant, InstitutionCode};
use settlement::{Order, OrderState, Settlement, SettlementFile};
use store::institutions;
use wire::Personal;
use wire::message::{OrderQuery, OrderReply, SettlementQuery, SettlementQueryReply, SettlementStanding};

use super::gateway::Call;
use super::refused::Refused;
use super::render;
use super::reply::Reply;
use super::service;
use crate::failure::Failure;

/// Paid at the institution (`pay_loc`).
const AT_THE_INSTITUTION: &str = "2";
/// What an order covers (`setlType`): the shares of insurance and person.
const EVERYTHING: &str = "ALL";
/// What 6301 tells (`callType`): that a payment succeeded, or that money was given back.
const PAYMENT: &str = "2";
const REFUND: &str = "3";

async fn name_of(call: &Call<'_>, code: &InstitutionCode) -> Result<String, Failure> {
    let wanted = code.clone();
    let found = call.app.database.read(move |connection| institutions::find(connection, &wanted)).await?;
    Ok(found.map(|institution| institution.name).unwrap_or_default())
}

/// The medical year that the settlement counts in.
fn year_of(call: &Call<'_>, settlement: &Settlement) -> i16 {
    let case = &settlement.case;
    let rules = call.app.rules();
    let policy = rules.policies.settling(case);
    policy.map_or_else(|_| case.date.year(), |policy| policy.medical_year(case.date))
}

/// 5203
pub(super) async fn settlement(call: &Call<'_>) -> Result<Reply, Refused> {
    let SettlementQuery { person, settlement, visit } = call.read()?;
    let SettlementFile { settlement, order, live } =
        service::read_settlement(call.app, &call.caller, person, settlement, Some(visit)).await?;
    let person = service::find_person(call.app, person).await?;
    let day = settlement.case.date;
    let message_id = render::message_id(&settlement);
    let extension = Some(render::cash_status(&order));
    Reply::of(&SettlementQueryReply {
        info: render::info(&person, &settlement, Some(settlement.id), message_id, None, extension),
        standing: SettlementStanding {
            institution: settlement.institution.clone(),
            institution_name: name_of(call, &settlement.institution).await?,
            place: AT_THE_INSTITUTION.to_owned(),
            from: day,
            until: day,
            revoked: !live,
            year: year_of(call, &settlement).to_string(),
            invoice: None,
        },
        amounts: render::amounts(&settlement)?,
        funds: render::funds(&settlement)?,
    })
}

/// When an order came to where it stands.
const fn since(order: &Order) -> Instant {
    match &order.state {
        OrderState::Authorising { attempt } | OrderState::Paying { attempt } => attempt.at,
        OrderState::Paid { at, .. } | OrderState::PaidAtWindow { at } | OrderState::Refunded { at } => *at,
        OrderState::Refunding { since, .. } => *since,
        OrderState::NothingDue | OrderState::Due | OrderState::Closed => order.created,
    }
}

/// 6301
pub(super) async fn order(call: &Call<'_>) -> Result<Reply, Refused> {
    let query: OrderQuery = call.read()?;
    if query.institution != call.caller.institution {
        let reason = "与报文的定点医药机构编号不一致";
        return Err(Refused::contradiction("orgCodg", "定点机构编码", reason));
    }
    let (order, file) = service::read_order(call.app, &call.caller, query.order).await?;
    let amounts = render::amounts(&file.settlement)?;
    let gone_back = matches!(
        order.state,
        OrderState::Refunding { .. } | OrderState::Refunded { .. } | OrderState::Closed
    );
    Reply::of(&OrderReply {
        status: render::order_status(&order.state),
        order: order.id,
        call_type: if gone_back { REFUND } else { PAYMENT }.to_owned(),
        institution_order: render::message_id(&file.settlement).to_owned(),
        at: since(&order),
        institution_name: name_of(call, &order.institution).await?,
        institution: order.institution,
        covers: EVERYTHING.to_owned(),
        total: amounts.total,
        cash: amounts.cash,
        account_paid: amounts.account_paid,
        fund_total: amounts.fund_total,
        // Undoing needs no authorisation beyond the settlement's own number (2208, 2601).
        reversal_token: Personal::new(order.settlement_id.to_string()),
    })
}
