//! The client: one method an operation, each of them build, sign, send once, verify, read.

use std::time::Duration;

use model::{Fen, Instant};
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;

use super::answer::{self, OrderState, Submission, TokenGrant};
use super::certificate::{Certificate, Trust};
use super::cipher::Cipher;
use super::fields::Fields;
use super::notification::{self, NotificationError, Settled};
use super::order::Order;
use super::request::{Cardholder, Requests};
use super::settings::Settings;
use super::signature::MerchantKey;
use crate::secret::{PayToken, SmsCode};
use crate::{Doubt, Error, Outcome, http};

/// A merchant's access to the channel. Has no state: every answer is returned to the caller and forgotten.
///
/// `now` is the time at which the channel's certificates must be valid. Every method returns [`Error`] only when
/// nothing was sent.
#[derive(Debug)]
pub struct UnionPay {
    requests: Requests,
    key: MerchantKey,
    trust: Trust,
    back_address: Url,
    query_address: Url,
    client: reqwest::Client,
}

impl UnionPay {
    /// A client with these settings.
    ///
    /// # Errors
    /// [`Error::Setting`] names the setting that cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, Error> {
        let alphanumeric = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric());
        if settings.merchant_id.len() != 15 || !alphanumeric(&settings.merchant_id) {
            return Err(Error::setting("unionpay.merchant_id", "must have 15 letters or digits"));
        }
        if !(1..=11).contains(&settings.token_requestor.len()) || !alphanumeric(&settings.token_requestor) {
            return Err(Error::setting("unionpay.token_requestor", "must have 1 to 11 letters or digits"));
        }
        http::endpoint("unionpay.back_url", &settings.back_url)?;
        let gateway = http::endpoint("unionpay.gateway_url", &settings.gateway_url)?;
        if !gateway.path().ends_with('/') {
            return Err(Error::setting("unionpay.gateway_url", "must end in /"));
        }
        let address =
            |name| gateway.join(name).map_err(|_| Error::setting("unionpay.gateway_url", "is not a folder"));
        let encryption = Certificate::from_pem(&settings.encryption_certificate_pem)
            .map_err(|reason| Error::setting("unionpay.encryption_certificate_pem", reason))?;
        Ok(Self {
            requests: Requests {
                merchant_id: settings.merchant_id.clone(),
                token_requestor: settings.token_requestor.clone(),
                back_url: settings.back_url.clone(),
                channel_type: settings.channel_type,
                cipher: Cipher::new(encryption),
            },
            key: MerchantKey::new(&settings.signing_key_pem, &settings.signing_certificate_pem)?,
            trust: Trust::new(
                &settings.root_certificates_pem,
                &settings.middle_certificates_pem,
                &settings.signer_holder,
                settings.allow_sha1_certificates,
            )?,
            back_address: address("backTransReq.do")?,
            query_address: address("queryTrans.do")?,
            client: http::client(
                Duration::from_millis(settings.connect_timeout_milliseconds),
                Duration::from_millis(settings.total_timeout_milliseconds),
            )?,
        })
    }

    /// Has the channel send a code for opening a token to the phone that the bank has for the card (77/00).
    ///
    /// # Errors
    /// [`Error`] when nothing was sent.
    pub async fn open_token_sms(
        &self,
        order: &Order,
        holder: &Cardholder,
        now: Instant,
    ) -> Result<Outcome<()>, Error> {
        self.ask(self.requests.open_token_sms(order, holder)?, now, |_| Ok(())).await
    }

    /// Opens a token for the card (79/00): the bank compares card, name, identity number and phone number. `order` is
    /// that of [`Self::open_token_sms`]. The answer is final; after an unknown one, opening again with a new order is
    /// harmless, because the channel gives one token a card and requestor.
    ///
    /// # Errors
    /// [`Error`] when nothing was sent.
    pub async fn open_token(
        &self,
        order: &Order,
        holder: &Cardholder,
        code: &SmsCode,
        now: Instant,
    ) -> Result<Outcome<TokenGrant>, Error> {
        self.ask(self.requests.open_token(order, holder, code)?, now, answer::token_grant).await
    }

    /// Has the channel send a code for one payment of `amount` to the card's phone (77/02).
    ///
    /// # Errors
    /// [`Error`] when nothing was sent.
    pub async fn consume_sms(
        &self,
        order: &Order,
        token: &PayToken,
        amount: Fen,
        now: Instant,
    ) -> Result<Outcome<()>, Error> {
        self.ask(self.requests.consume_sms(order, token, amount)?, now, |_| Ok(())).await
    }

    /// Pays `amount` (01/01). `order` is that of [`Self::consume_sms`] and must be stored before this is called, so
    /// that it can be queried whatever happens.
    ///
    /// # Errors
    /// [`Error`] when nothing was sent.
    pub async fn consume(
        &self,
        order: &Order,
        token: &PayToken,
        amount: Fen,
        code: &SmsCode,
        now: Instant,
    ) -> Result<Submission, Error> {
        self.submit(self.requests.consume(order, token, amount, code)?, now).await
    }

    /// Gives back `amount` of the payment that the channel knows as `query_id` (04/00), under an order of its own.
    ///
    /// # Errors
    /// [`Error`] when nothing was sent.
    pub async fn refund(
        &self,
        order: &Order,
        query_id: &str,
        amount: Fen,
        now: Instant,
    ) -> Result<Submission, Error> {
        self.submit(self.requests.refund(order, query_id, amount)?, now).await
    }

    /// Asks what became of a consume or refund (00/00). Changes nothing and may be repeated, though the channel
    /// limits how often.
    ///
    /// # Errors
    /// [`Error`] when nothing was sent.
    pub async fn query(&self, order: &Order, now: Instant) -> Result<OrderState, Error> {
        let request = self.key.sign(self.requests.query(order))?;
        Ok(match self.send(&self.query_address, &request, now).await {
            Ok(answer) => answer::order_state(order, &answer),
            Err(doubt) => OrderState::Unknown(doubt),
        })
    }

    /// Gives a token back (74/01); it cannot pay any more.
    ///
    /// # Errors
    /// [`Error`] when nothing was sent.
    pub async fn delete_token(
        &self,
        order: &Order,
        token: &PayToken,
        now: Instant,
    ) -> Result<Outcome<()>, Error> {
        self.ask(self.requests.delete_token(order, token), now, |_| Ok(())).await
    }

    /// Reads the body of a notification that was posted to our address. The caller finds the order, compares with
    /// [`Settled::check`], books once however often it comes, and answers 200 only after the booking is durable:
    /// then the channel stops repeating.
    ///
    /// # Errors
    /// [`NotificationError`] when it is not a true statement of the channel to this merchant.
    pub fn notification(&self, body: &[u8], now: Instant) -> Result<Settled, NotificationError> {
        notification::read(body, &self.requests.merchant_id, &self.trust, now)
    }

    async fn ask<T>(
        &self,
        request: Fields,
        now: Instant,
        success: impl FnOnce(&Fields) -> Result<T, crate::BadAnswer>,
    ) -> Result<Outcome<T>, Error> {
        let request = self.key.sign(request)?;
        Ok(match self.send(&self.back_address, &request, now).await {
            Ok(answer) => answer::outcome(&answer, success),
            Err(doubt) => Outcome::Unknown(doubt),
        })
    }

    async fn submit(&self, request: Fields, now: Instant) -> Result<Submission, Error> {
        let request = self.key.sign(request)?;
        Ok(match self.send(&self.back_address, &request, now).await {
            Ok(answer) => answer::submission(&request, &answer),
            Err(doubt) => Submission::Unknown(doubt),
        })
    }

    async fn send(&self, address: &Url, request: &Fields, now: Instant) -> Result<Fields, Doubt> {
        let post = self
            .client
            .post(address.clone())
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded;charset=UTF-8")
            .body(request.to_form());
        let body = http::send(post).await?;
        Ok(answer::read(request, &body, &self.trust, now)?)
    }
}
