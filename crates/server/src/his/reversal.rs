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
    let institution = call.caller.institution.clone();
    let original = RequestKey { institution, operation: original.infno().to_owned(), message_id: message };
    Reply::empty(&service::reverse(call.app, &call.caller, person, &original).await?)
}
