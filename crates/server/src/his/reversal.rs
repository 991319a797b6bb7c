//! 2601 冲正交易.

use settlement::RequestKey;
use wire::message::Reversal;
use wire::transaction::Transaction;

use super::gateway::Call;
use super::refused::Refused;
use super::reply::Reply;
use super::service;

/// 2601: the answer is empty, whether the message had settled something or had not arrived.
pub(super) async fn reverse(call: &Call<'_>) -> Result<Reply, Refused> {
    let Reversal { person, message, transaction } = call.read()?;
    let original = match Transaction::from_infno(&transaction) {
        Some(original @ (Transaction::Settle | Transaction::PharmacySettle)) => original,
        _ => {
            let reason = format!("交易 {transaction} 不能冲正，可以冲正的是 2207、2102（含 2207A、2102A）");
            return Err(Refused::contradiction("oinfno", "原交易编号", reason));
        }
    };
    let named = |transaction: Transaction| RequestKey {
        institution: call.caller.institution.clone(),
        operation: transaction.infno().to_owned(),
        message_id: message.clone(),
    };
    let other = match original {
        Transaction::Settle => Transaction::PharmacySettle,
        _ => Transaction::Settle,
    };
    let (original, other) = (named(original), named(other));
    // A tombstone for a message that has settled under the other number would say "reversed" of money that stays moved.
    if !service::has_arrived(call.app, &original).await? && service::has_arrived(call.app, &other).await? {
        let reason = format!("该报文是交易 {}，请按其交易编号冲正", other.operation);
        return Err(Refused::contradiction("oinfno", "原交易编号", reason));
    }
    Reply::empty(&service::reverse(call.app, &call.caller, person, &original).await?)
}
