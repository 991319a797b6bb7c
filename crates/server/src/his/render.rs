//! Settlements in the words of the national interface.

use benefit::Split;
use model::{CertificateType, Fen, MedicalType, Overflow, SettlementId};
use settlement::{Order, OrderState, Settlement};
use store::people::Person;
use wire::Personal;
use wire::message::{
    CashStatus, Extension, FundShare, FundType, OrderStatus, SettlementAmounts, SettlementInfo, Years,
};

use super::people::{ID_CARD, pool_of};
use crate::failure::Failure;

/// Clearing by item (`clr_way`).
const BY_ITEM: &str = "1";

/// Kind of clearing (`clr_type`): 41 pharmacy, 21 stays, 11 outpatient.
const fn clearing_type(medical_type: MedicalType) -> &'static str {
    match medical_type {
        MedicalType::Pharmacy => "41",
        stay if stay.is_stay() => "21",
        _ => "11",
    }
}

/// Whose settlement it is. A trial has neither id nor time.
pub(super) fn info(
    person: &Person,
    settlement: &Settlement,
    id: Option<SettlementId>,
    message_id: &str,
    certificate_type: Option<CertificateType>,
    extension: Option<Extension>,
) -> SettlementInfo {
    let (case, insured) = (&settlement.case, &settlement.case.person);
    SettlementInfo {
        visit: settlement.visit_id,
        settlement: id,
        person: settlement.person_id,
        name: Personal::new(person.name.expose()),
        document_type: ID_CARD.to_owned(),
        document_number: Personal::new(person.id_number.as_str()),
        gender: Some(person.gender.code().to_owned()),
        ethnic_group: Some(person.ethnicity.clone()),
        birth: Some(insured.birth),
        age: Some(Years(model::date::age_on(insured.birth, case.date))),
        scheme: insured.scheme,
        person_type: insured.person_type,
        civil_servant: insured.civil_servant,
        settled: id.map(|_| settlement.settled),
        certificate_type,
        medical_type: case.medical_type,
        institution_settlement: message_id.to_owned(),
        clearing_office: Some(insured.region),
        clearing_way: Some(BY_ITEM.to_owned()),
        clearing_type: clearing_type(case.medical_type).to_owned(),
        extension,
    }
}

/// The amounts. `acct_pay` has the family's part in it (interface facts, R5).
pub(super) fn amounts(settlement: &Settlement) -> Result<SettlementAmounts, Failure> {
    let internal = |error: Overflow| Failure::internal(&error);
    let split = &settlement.split;
    Ok(SettlementAmounts {
        total: split.total,
        fully_self_paid: split.fully_self_paid,
        over_limit: split.over_limit,
        first_self_paid: split.first_self_paid,
        in_scope: split.in_scope,
        deductible: split.deductible,
        pool_fund: split.pool_fund,
        pool_rate: split.pool_ratio,
        civil_servant: split.civil_servant,
        enterprise: split.enterprise,
        catastrophic: split.catastrophic,
        large_sum: split.large_sum,
        disabled_veterans: Fen::ZERO,
        medical_aid: split.medical_aid,
        other_funds: split.other_fund,
        fund_total: split.fund_total().map_err(internal)?,
        person_total: split.person_total().map_err(internal)?,
        account_paid: account_paid(split).map_err(internal)?,
        mutual_aid_paid: split.mutual_aid_paid,
        cash: split.cash,
        hospital: split.hospital,
        balance: settlement.balance_after,
    })
}

fn account_paid(split: &Split) -> Result<Fen, Overflow> {
    split.account_paid()?.plus(split.mutual_aid_paid)
}

/// Every payer of something but the person's cash (interface facts, R15). The limits of the funds are not told: zero.
pub(super) fn funds(settlement: &Settlement) -> Result<Vec<FundShare>, Failure> {
    let split = &settlement.split;
    let account = account_paid(split).map_err(|error| Failure::internal(&error))?;
    let scheme = settlement.case.person.scheme;
    let shares = [
        (pool_of(scheme), split.in_scope, split.pool_fund),
        (FundType::Catastrophic, split.in_scope, split.catastrophic),
        (FundType::LargeSum, split.in_scope, split.large_sum),
        (FundType::CivilServant, split.in_scope, split.civil_servant),
        (FundType::Enterprise, split.in_scope, split.enterprise),
        (FundType::MedicalAid, split.in_scope, split.medical_aid),
        (FundType::Other, split.in_scope, split.other_fund),
        (FundType::EmployeeAccount, Fen::ZERO, account),
        (FundType::HospitalAdvance, Fen::ZERO, split.hospital),
    ];
    let paying = shares.into_iter().filter(|(_, _, amount)| !amount.is_zero());
    Ok(paying.map(|(fund, scope, amount)| FundShare::new(fund, scope, Fen::ZERO, amount)).collect())
}

/// How far the order for the cash share has come.
pub(super) const fn order_status(state: &OrderState) -> OrderStatus {
    match state {
        OrderState::Due | OrderState::Authorising { .. } | OrderState::Paying { .. } => OrderStatus::Settling,
        OrderState::NothingDue | OrderState::Paid { .. } | OrderState::PaidAtWindow { .. } => {
            OrderStatus::Settled
        }
        OrderState::Refunding { .. } => OrderStatus::Refunding,
        OrderState::Refunded { .. } => OrderStatus::Refunded,
        OrderState::Closed => OrderStatus::Revoked,
    }
}

/// The order for the cash share, as `exp_content` carries it.
pub(super) fn cash_status(order: &Order) -> Extension {
    CashStatus { order: order.id, status: order_status(&order.state) }.to_extension()
}

/// The id of a settlement's message, as `medins_setl_id` gives it back.
pub(super) fn message_id(settlement: &Settlement) -> &str {
    settlement.request.as_ref().map_or("", |request| &request.message_id)
}

#[cfg(test)]
mod tests {
    use model::Instant;
    use settlement::Attempt;

    use super::*;

    #[test]
    fn order_states_have_their_national_codes() {
        let at = Instant::from_milliseconds(0);
        let text = String::new;
        let attempt = || Attempt { channel: text(), channel_order: text(), at };
        let states = [
            OrderState::NothingDue,
            OrderState::Due,
            OrderState::Authorising { attempt: attempt() },
            OrderState::Paying { attempt: attempt() },
            OrderState::Paid { attempt: attempt(), channel_reference: text(), at },
            OrderState::PaidAtWindow { at },
            OrderState::Refunding {
                attempt: attempt(),
                channel_reference: text(),
                refund_order: text(),
                since: at,
            },
            OrderState::Refunded { at },
            OrderState::Closed,
        ];
        for state in &states {
            assert_eq!(order_status(state).code(), state.national_code(), "{state:?}");
        }
    }
}
