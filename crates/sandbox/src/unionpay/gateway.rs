//! The two addresses of the protocol: check the request, do it, answer, notify.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use model::Fen;

use super::bank::{
    Account, Ask, Decline, End, INCOMPLETE, INSUFFICIENT, Kind, MALFORMED, NOT_FOUND, OrderKey, Transaction,
};
use super::fault::{self, Fault, Operation};
use super::handle::{Gateway, UnionPayHandle};
use super::message::{Message, customer_info, decrypt};
use crate::http::{is_loopback, lock};

const SIGNATURE_WRONG: Decline = Decline("11", "验证签名失败");
const MERCHANT_UNKNOWN: Decline = Decline("31", "商户状态不正确");
const NOT_ALLOWED: Decline = Decline("32", "无此交易权限");
const UNLISTED: Decline = Decline("Z9", "sandbox: a code of no list");

/// What a request brought about: the answer before signing, and the transaction to notify of.
struct Done {
    answer: Message,
    settled: Option<Transaction>,
}

pub(crate) async fn transact(State(handle): State<UnionPayHandle>, body: Bytes) -> Response {
    serve(&handle.0, &body, |operation| operation != Operation::Query).await
}

pub(crate) async fn query(State(handle): State<UnionPayHandle>, body: Bytes) -> Response {
    serve(&handle.0, &body, |operation| operation == Operation::Query).await
}

async fn serve(gateway: &Gateway, body: &[u8], belongs_here: fn(Operation) -> bool) -> Response {
    let request = Message::from_form(body);
    let operation = match gateway.admit(&request) {
        Ok(operation) if belongs_here(operation) => operation,
        Ok(_) => return gateway.answer(refused(&request, NOT_ALLOWED), None),
        Err(decline) => return gateway.answer(refused(&request, decline), None),
    };
    let fault = fault::take(&mut lock(&gateway.planned), operation, request.get("orderId"));
    match fault {
        Some(Fault::NoAnswerBeforeEffect) => return gateway.stay_silent().await,
        Some(Fault::BadGateway) => return StatusCode::BAD_GATEWAY.into_response(),
        Some(Fault::UnlistedCode) => return gateway.answer(refused(&request, UNLISTED), None),
        _ => {}
    }
    let done = gateway
        .perform(operation, &request, fault)
        .unwrap_or_else(|decline| Done { answer: refused(&request, decline), settled: None });
    if let Some(transaction) = &done.settled {
        gateway.notify(transaction, fault).await;
    }
    match fault {
        Some(Fault::NoAnswerAfterEffect) => gateway.stay_silent().await,
        Some(Fault::BrokenAnswer) => Html("<html><body>502</body></html>").into_response(),
        _ => gateway.answer(done.answer, fault),
    }
}

impl Gateway {
    /// Checks what holds for every request.
    fn admit(&self, request: &Message) -> Result<Operation, Decline> {
        let required =
            ["version", "encoding", "signMethod", "merId", "orderId", "txnTime", "certId", "signature"];
        if required.iter().any(|name| request.get(name).is_empty()) {
            return Err(INCOMPLETE);
        }
        if (request.get("version"), request.get("signMethod")) != ("5.1.0", "01") {
            return Err(MALFORMED);
        }
        let known_certificate = request.get("certId") == self.pki.merchant_serial.to_string();
        if !known_certificate || !request.is_signed_by(&self.pki.keys.merchant.to_public_key()) {
            return Err(SIGNATURE_WRONG);
        }
        if request.get("merId") != self.pki.merchant_id {
            return Err(MERCHANT_UNKNOWN);
        }
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let order = request.get("orderId");
        let order_is_right =
            (8..=40).contains(&order.len()) && order.bytes().all(|b| b.is_ascii_alphanumeric());
        if !order_is_right || request.get("txnTime").len() != 14 || !digits(request.get("txnTime")) {
            return Err(MALFORMED);
        }
        if request.get("bizType") != "000902" {
            return Err(NOT_ALLOWED);
        }
        Operation::of(request).ok_or(NOT_ALLOWED)
    }

    fn perform(
        &self,
        operation: Operation,
        request: &Message,
        fault: Option<Fault>,
    ) -> Result<Done, Decline> {
        let now = (self.settings.clock)();
        let key = order_key(request);
        let mut bank = lock(&self.bank);
        let refused_at_once = fault == Some(Fault::Refusal);
        if refused_at_once && !matches!(operation, Operation::Consume | Operation::Refund) {
            return Err(INSUFFICIENT);
        }
        let answer = echo(request, "00", "成功[0000000]");
        let plain = |answer| Ok(Done { answer, settled: None });
        match operation {
            Operation::OpenTokenSms => {
                let holder = self.holder(request)?;
                bank.send_opening_code(&key, &holder.0.card, &holder.0.phone, &self.settings.sms_codes)?;
                plain(answer)
            }
            Operation::OpenToken => {
                self.requestor(request)?;
                let (holder, code) = self.holder(request)?;
                let data = bank.open_token(&key, &holder, &code, now)?;
                let text = format!(
                    "{{token={}&trId={}&tokenLevel=40&tokenBegin={}&tokenEnd={}&tokenType=01}}",
                    data.token,
                    self.pki.token_requestor,
                    data.first.to_china_digits(),
                    data.last.to_china_digits()
                );
                plain(answer.with("activateStatus", "1").with("tokenPayData", text))
            }
            Operation::ConsumeSms => {
                let token = self.requestor(request)?;
                bank.send_payment_code(&key, &token, amount(request)?, &self.settings.sms_codes, now)?;
                plain(answer.with("txnAmt", request.get("txnAmt")))
            }
            Operation::DeleteToken => {
                bank.delete_token(&self.requestor(request)?)?;
                plain(answer)
            }
            Operation::Consume => {
                let (token, code) = (self.requestor(request)?, self.code(request)?);
                let done = bank.consume(ask(request)?, &token, &code, end(fault), now)?;
                Ok(handed_in(request, done))
            }
            Operation::Refund => {
                let done = bank.refund(ask(request)?, request.get("origQryId"), end(fault), now)?;
                Ok(handed_in(request, done))
            }
            Operation::Query => {
                let (found, settles) = bank.query(&key).ok_or(NOT_FOUND)?;
                Ok(Done { answer: queried(request, &found), settled: settles.then_some(found) })
            }
        }
    }

    /// The holder and the code in a request for a token.
    fn holder(&self, request: &Message) -> Result<(Account, String), Decline> {
        let key = &self.pki.keys.channel;
        if request.get("encryptCertId") != self.pki.encryption_serial.to_string() {
            return Err(MALFORMED);
        }
        let card = decrypt(key, request.get("accNo")).ok_or(MALFORMED)?;
        let info = customer_info(key, request.get("customerInfo")).ok_or(MALFORMED)?;
        let text = |name| info.get(name).to_owned();
        let holder = Account {
            card,
            name: text("customerNm"),
            id_number: text("certifId"),
            phone: text("phoneNo"),
            balance: Fen::ZERO,
        };
        Ok((holder, text("smsCode")))
    }

    fn code(&self, request: &Message) -> Result<String, Decline> {
        let info = customer_info(&self.pki.keys.channel, request.get("customerInfo")).ok_or(MALFORMED)?;
        Ok(info.get("smsCode").to_owned())
    }

    /// The token in tokenPayData, after checking that the requestor is ours.
    fn requestor(&self, request: &Message) -> Result<String, Decline> {
        let data = Message::from_pairs(request.get("tokenPayData"));
        if data.get("trId") != self.pki.token_requestor {
            return Err(NOT_ALLOWED);
        }
        Ok(data.get("token").to_owned())
    }

    fn answer(&self, mut answer: Message, fault: Option<Fault>) -> Response {
        let keys = self.pki.keys;
        if fault == Some(Fault::AnswerToAnotherOrder) {
            answer.set("orderId", "ANOTHERORDER0001");
        }
        let mut signed = match fault {
            Some(Fault::ForeignCertificate) => answer.signed(&keys.stranger, &self.pki.foreign_pem),
            Some(Fault::ExpiredCertificate) => answer.signed(&keys.channel, &self.pki.expired_pem),
            _ => answer.signed(&keys.channel, &self.pki.signer_pem),
        };
        if fault == Some(Fault::TamperedAnswer) {
            signed.set("respMsg", "成功");
        }
        ([(header::CONTENT_TYPE, "text/html;charset=UTF-8")], signed.to_answer()).into_response()
    }

    async fn stay_silent(&self) -> Response {
        tokio::time::sleep(self.settings.silence).await;
        StatusCode::GATEWAY_TIMEOUT.into_response()
    }

    async fn notify(&self, transaction: &Transaction, fault: Option<Fault>) {
        if fault == Some(Fault::NoNotification) {
            return;
        }
        let url = transaction.back_url.clone();
        let body = self.notification(transaction, fault);
        if fault == Some(Fault::NotificationBeforeAnswer) && self.notifier.post_now(&url, &body).await {
            return;
        }
        if fault == Some(Fault::DuplicateNotification) {
            self.notifier.post(url.clone(), body.clone());
        }
        self.notifier.post(url, body);
    }

    /// The body of a notification.
    pub(crate) fn notification(&self, transaction: &Transaction, fault: Option<Fault>) -> String {
        let view = &transaction.view;
        let extra = i64::from(fault == Some(Fault::WrongAmountInNotification));
        let amount = view.amount.get().saturating_add(extra).to_string();
        let message = identity(&self.pki.merchant_id, transaction)
            .with("respCode", "00")
            .with("respMsg", "成功[0000000]")
            .with("settleAmt", amount.as_str())
            .with("txnAmt", amount);
        let keys = self.pki.keys;
        match fault {
            Some(Fault::ForgedNotification) => {
                message.signed(&keys.stranger, &self.pki.foreign_pem).to_form()
            }
            _ => message.signed(&keys.channel, &self.pki.signer_pem).to_form(),
        }
    }
}

fn order_key(request: &Message) -> OrderKey {
    (request.get("orderId").to_owned(), request.get("txnTime").to_owned())
}

fn amount(request: &Message) -> Result<Fen, Decline> {
    let text = request.get("txnAmt");
    let right = request.get("currencyCode") == "156"
        && (1..=12).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_digit());
    let amount = text.parse().ok().filter(|amount| right && *amount > 0).ok_or(MALFORMED)?;
    Ok(Fen::new(amount))
}

fn ask(request: &Message) -> Result<Ask, Decline> {
    let back_url = request.get("backUrl").to_owned();
    if !is_loopback(&back_url) {
        // The real channel posts anywhere; a stand-in stays on its machine.
        return Err(MALFORMED);
    }
    Ok(Ask { key: order_key(request), amount: amount(request)?, back_url })
}

const fn end(fault: Option<Fault>) -> End {
    match fault {
        Some(Fault::PendingThenSuccess) => End::SettledLater,
        Some(Fault::PendingThenRefusal) => End::RefusedLater,
        Some(Fault::Refusal) => End::Refused,
        _ => End::Settled,
    }
}

/// The fields of a request that its answer repeats.
fn echo(request: &Message, code: &str, message: &str) -> Message {
    let repeated = [
        "accessType",
        "bizType",
        "encoding",
        "merId",
        "orderId",
        "txnTime",
        "txnType",
        "txnSubType",
        "version",
        "signMethod",
    ];
    repeated
        .iter()
        .filter(|name| !request.get(name).is_empty())
        .fold(Message::default(), |answer, name| answer.with(name, request.get(name)))
        .with("respCode", code)
        .with("respMsg", message)
}

fn refused(request: &Message, Decline(code, message): Decline) -> Message {
    // A request may be refused for lacking these two; the answer has them always.
    echo(request, code, message).with("version", "5.1.0").with("signMethod", "01")
}

/// The answer to a consume or refund that was taken.
fn handed_in(request: &Message, transaction: Transaction) -> Done {
    let view = &transaction.view;
    let (code, message) = if view.code == "00" {
        ("00", "成功[0000000]")
    } else {
        ("05", "交易已受理，请稍后查询交易结果")
    };
    let answer = echo(request, code, message)
        .with("queryId", view.query_id.as_str())
        .with("txnAmt", view.amount.get().to_string());
    let settled = (view.code == "00").then_some(transaction);
    Done { answer, settled }
}

/// What identifies a transaction in the answer to a query and in a notification.
fn identity(merchant: &str, transaction: &Transaction) -> Message {
    let view = &transaction.view;
    let (kind, subkind) = match view.kind {
        Kind::Consume => ("01", "01"),
        Kind::Refund => ("04", "00"),
    };
    let month_to_second = view.query_id.get(4..14).unwrap_or_default();
    Message::default()
        .with("accessType", "0")
        .with("bizType", "000902")
        .with("currencyCode", "156")
        .with("encoding", "UTF-8")
        .with("merId", merchant)
        .with("orderId", view.order.as_str())
        .with("queryId", view.query_id.as_str())
        .with("settleCurrencyCode", "156")
        .with("settleDate", month_to_second.get(..4).unwrap_or_default())
        .with("signMethod", "01")
        .with("traceNo", view.query_id.get(15..).unwrap_or_default())
        .with("traceTime", month_to_second)
        .with("txnSubType", subkind)
        .with("txnTime", view.time.as_str())
        .with("txnType", kind)
        .with("version", "5.1.0")
}

fn queried(request: &Message, transaction: &Transaction) -> Message {
    let view = &transaction.view;
    let amount = view.amount.get().to_string();
    let (code, message) = match view.code {
        "00" => ("00", "成功[0000000]"),
        "05" => ("05", "交易已受理，请稍后查询交易结果"),
        _ => (INSUFFICIENT.0, INSUFFICIENT.1),
    };
    identity(request.get("merId"), transaction)
        .with("origRespCode", code)
        .with("origRespMsg", message)
        .with("respCode", "00")
        .with("respMsg", "成功[0000000]")
        .with("settleAmt", amount.as_str())
        .with("txnAmt", amount)
}
