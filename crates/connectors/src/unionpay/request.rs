//! The fields of each request, before signing.

use model::{Fen, IdNumber};
use serde::Deserialize;

use super::cipher::Cipher;
use super::fields::Fields;
use super::order::{Order, wire_amount};
use super::{SIGN_METHOD, VERSION};
use crate::Error;
use crate::secret::{CardNumber, PayToken, PersonName, PhoneNumber, SmsCode};

/// The product: payment by token without leaving the merchant's page (无跳转 token 版).
const TOKEN_PRODUCT: &str = "000902";

/// Where the person pays (`channelType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelType {
    /// 07: a page in a browser.
    Web,
    /// 08: a phone.
    Mobile,
}

/// The holder of a bank card, with everything that the bank compares.
#[derive(Debug, Clone)]
pub struct Cardholder {
    /// Number of the card (`accNo`).
    pub card: CardNumber,
    /// Name (`customerNm`).
    pub name: PersonName,
    /// Citizen identity number (`certifTp` 01, `certifId`).
    pub id_number: IdNumber,
    /// Phone number that the bank has (`phoneNo`).
    pub phone: PhoneNumber,
}

/// Builds requests of one merchant.
#[derive(Debug, Clone)]
pub(crate) struct Requests {
    pub(crate) merchant_id: String,
    pub(crate) token_requestor: String,
    pub(crate) back_url: String,
    pub(crate) channel_type: ChannelType,
    pub(crate) cipher: Cipher,
}

impl Requests {
    /// 77/00: the channel sends a code for opening the token to the card's phone.
    pub(crate) fn open_token_sms(&self, order: &Order, holder: &Cardholder) -> Result<Fields, Error> {
        Ok(self
            .transaction("77", "00", order)
            .with("accType", "01")
            .with("accNo", self.cipher.encrypt(holder.card.expose())?)
            .with("customerInfo", self.cipher.customer_info(&[], Some(holder.phone.expose()))?)
            .with("encryptCertId", self.cipher.certificate_id())
            .with("tokenPayData", format!("{{trId={}&tokenType=01}}", self.token_requestor)))
    }

    /// 79/00: the bank compares the holder and the channel gives a token.
    pub(crate) fn open_token(
        &self,
        order: &Order,
        holder: &Cardholder,
        code: &SmsCode,
    ) -> Result<Fields, Error> {
        let open = [
            ("certifTp", "01"),
            ("certifId", holder.id_number.as_str()),
            ("customerNm", holder.name.expose()),
            ("smsCode", code.expose()),
        ];
        Ok(self
            .transaction("79", "00", order)
            .with("accType", "01")
            .with("accNo", self.cipher.encrypt(holder.card.expose())?)
            .with("customerInfo", self.cipher.customer_info(&open, Some(holder.phone.expose()))?)
            .with("encryptCertId", self.cipher.certificate_id())
            .with("tokenPayData", format!("{{trId={}&tokenType=01}}", self.token_requestor)))
    }

    /// 77/02: the channel sends a code for one payment to the card's phone.
    pub(crate) fn consume_sms(&self, order: &Order, token: &PayToken, amount: Fen) -> Result<Fields, Error> {
        Ok(self
            .transaction("77", "02", order)
            .with("accType", "01")
            .with("currencyCode", "156")
            .with("txnAmt", wire_amount(amount)?)
            .with("tokenPayData", self.token_data(token)))
    }

    /// 01/01: payment with the code.
    pub(crate) fn consume(
        &self,
        order: &Order,
        token: &PayToken,
        amount: Fen,
        code: &SmsCode,
    ) -> Result<Fields, Error> {
        Ok(self
            .transaction("01", "01", order)
            .with("accType", "01")
            .with("currencyCode", "156")
            .with("txnAmt", wire_amount(amount)?)
            .with("backUrl", self.back_url.as_str())
            .with("customerInfo", self.cipher.customer_info(&[("smsCode", code.expose())], None)?)
            .with("tokenPayData", self.token_data(token)))
    }

    /// 04/00: money back, whole or in part, for the payment that the channel knows as `query_id`.
    pub(crate) fn refund(&self, order: &Order, query_id: &str, amount: Fen) -> Result<Fields, Error> {
        let id_is_right = (1..=32).contains(&query_id.len()) && query_id.bytes().all(|b| b.is_ascii_digit());
        if !id_is_right {
            return Err(Error::Argument { field: "the query id", rule: "must have 1 to 32 digits" });
        }
        Ok(self
            .transaction("04", "00", order)
            .with("currencyCode", "156")
            .with("txnAmt", wire_amount(amount)?)
            .with("backUrl", self.back_url.as_str())
            .with("origQryId", query_id))
    }

    /// 00/00: what became of an order.
    pub(crate) fn query(&self, order: &Order) -> Fields {
        self.transaction("00", "00", order)
    }

    /// 74/01: the token is given back.
    pub(crate) fn delete_token(&self, order: &Order, token: &PayToken) -> Fields {
        self.transaction("74", "01", order).with("tokenPayData", self.token_data(token))
    }

    fn token_data(&self, token: &PayToken) -> String {
        format!("{{token={}&trId={}}}", token.expose(), self.token_requestor)
    }

    fn transaction(&self, kind: &str, subkind: &str, order: &Order) -> Fields {
        let channel_type = match self.channel_type {
            ChannelType::Web => "07",
            ChannelType::Mobile => "08",
        };
        Fields::new()
            .with("version", VERSION)
            .with("encoding", "UTF-8")
            .with("signMethod", SIGN_METHOD)
            .with("txnType", kind)
            .with("txnSubType", subkind)
            .with("bizType", TOKEN_PRODUCT)
            .with("accessType", "0")
            .with("channelType", channel_type)
            .with("merId", self.merchant_id.as_str())
            .with("orderId", order.number())
            .with("txnTime", order.time())
    }
}
