//! One-time codes by SMS, and the sessions that begin with them.
//!
//! **Invariant:** nothing here answers differently for a phone number that is known and one that is not.

use connectors::Outcome;
use connectors::secret::PhoneNumber;
use connectors::sms::{Message, Parameters};
use credential::{SendLimits, SendRefusal, SmsCode, SmsRefusal};
use model::Instant;
use store::accounts::{self, InsuredAccount};
use store::sessions::{self, Session, SessionKind};
use store::{Personal, StoreError, sms};

use crate::app::App;
use crate::failure::Failure;
use crate::http::session;
use crate::random;
use crate::web::Problem;

/// What a code is for; an answer counts only for the same.
const PURPOSE: &str = "login";
/// Name of the template of the message at the gateway; its parameters are `code` and `minutes`.
pub const TEMPLATE: &str = "login-code";
/// For how many minutes a code serves, as the message says; `SmsSettings` decides.
const VALID_MINUTES: &str = "5";
/// Seconds in an hour: the longer limit of sending counts them.
const HOUR: u32 = 3600;

/// A session that just began.
pub struct NewSession {
    /// Its token, known to the caller alone from now on.
    pub token: String,
    /// The login.
    pub account: InsuredAccount,
}

/// Reads a mobile number of mainland China: spaces, hyphens and the country's prefix are passed over.
///
/// # Errors
/// [`Problem::PhoneFormat`] in `phone`.
pub fn read_phone(text: &str) -> Result<Personal, Failure> {
    let typed = text.trim();
    let national = typed.strip_prefix("+86").or_else(|| typed.strip_prefix("0086")).unwrap_or(typed);
    let digits: String = national.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let right = digits.len() == 11
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && digits.starts_with('1')
        && digits.as_bytes().get(1).is_some_and(|second| (b'3'..=b'9').contains(second));
    match (typed.is_empty(), right) {
        (true, _) => Err(Failure::in_field("phone", Problem::Required)),
        (false, false) => Err(Failure::in_field("phone", Problem::PhoneFormat)),
        (false, true) => Ok(Personal::new(digits)),
    }
}

/// Sends a one-time code to a phone number; returns after how many seconds another one can be asked for.
///
/// # Errors
/// [`Problem::SmsCodeTooSoon`], [`Problem::SmsCodeTooMany`] of this number; [`Problem::TooManyRequests`] when too many
/// messages leave to all numbers together; [`Problem::Unavailable`] when the gateway refuses the message.
pub async fn send_code(app: &App, phone: &Personal) -> Result<u32, Failure> {
    let now = app.clock.now();
    let limits = SendLimits::default();
    let code = SmsCode::from_random(random::bytes()?);
    let challenge = app.sms_codes.challenge(PURPOSE, &code, now);
    let number = phone.clone();
    app.sms_budget.take(now).map_err(|seconds| Problem::TooManyRequests { seconds })?;
    // The code counts as sent before it leaves, so that no failure of the gateway opens a way around the limits.
    app.database
        .write(move |transaction| sms::send(transaction, &number, PURPOSE, challenge, limits))
        .await?
        .map_err(|SendRefusal { retry_at }: SendRefusal| {
            app.sms_budget.give_back();
            sent_too_often(retry_at, now)
        })?;
    deliver(app, phone, &code, now).await?;
    Ok(limits.gap_seconds)
}

fn sent_too_often(retry_at: Instant, now: Instant) -> Failure {
    let seconds = u32::try_from(retry_at.since(now).saturating_add(999) / 1000).unwrap_or(u32::MAX);
    Failure::in_field(
        "phone",
        if seconds <= HOUR { Problem::SmsCodeTooSoon { seconds } } else { Problem::SmsCodeTooMany },
    )
}

async fn deliver(app: &App, phone: &Personal, code: &SmsCode, now: Instant) -> Result<(), Failure> {
    let id = hex::encode(random::bytes::<16>()?);
    let number: PhoneNumber = phone.expose().parse().map_err(|error| Failure::internal(&error))?;
    let parameters = Parameters::new().with("code", code.as_str()).with("minutes", VALID_MINUTES);
    let message = Message { id: &id, phone: &number, template: TEMPLATE, parameters };
    match app.sms.send(&message, now).await.map_err(|error| Failure::internal(&error))? {
        Outcome::Success(()) => Ok(()),
        Outcome::Refused(refusal) => {
            // Not the gateway's own words: they may repeat the phone number.
            tracing::warn!(code = refusal.code, "the SMS gateway refused a message");
            Err(Problem::Unavailable.into())
        }
        // It may well have been delivered. If not, the person asks for another one.
        Outcome::Unknown(doubt) => {
            tracing::warn!(?doubt, "it is not known whether an SMS was delivered");
            Ok(())
        }
    }
}

/// Signs in with the code that was sent to the phone number. The login is made when there was none. The session of
/// the token `replaced`, which the browser had until now, ends.
///
/// # Errors
/// [`Problem::SmsCodeFormat`], [`Problem::SmsCodeWrong`], [`Problem::SmsCodeExpired`] in `sms_code`.
pub async fn sign_in(
    app: &App,
    phone: &Personal,
    code: &str,
    replaced: Option<&str>,
) -> Result<NewSession, Failure> {
    let now = app.clock.now();
    let (codes, number, answer) = (app.sms_codes.clone(), phone.clone(), code.trim().to_owned());
    let replaced = replaced.map(session::token_digest);
    // The try is committed whatever it was; the login only comes with a right one.
    let account = app
        .database
        .write(move |transaction| {
            let verdict = sms::answer(transaction, &codes, &number, PURPOSE, &answer, now)?;
            match verdict.unwrap_or(Err(SmsRefusal::Expired)) {
                Ok(()) => {
                    if let Some(token) = replaced {
                        sessions::end(transaction, token)?;
                    }
                    Ok::<_, StoreError>(Ok(accounts::open(transaction, &number, now)?))
                }
                Err(refusal) => Ok(Err(refusal)),
            }
        })
        .await?
        .map_err(refused_code)?;
    let token = session::begin(app, SessionKind::Insured, session::insured_subject(&account)).await?;
    Ok(NewSession { token, account })
}

fn refused_code(refusal: SmsRefusal) -> Failure {
    let problem = match refusal {
        SmsRefusal::Form => Problem::SmsCodeFormat,
        SmsRefusal::Wrong { remaining } => {
            Problem::SmsCodeWrong { tries: u8::try_from(remaining).unwrap_or(u8::MAX) }
        }
        // All three are answered in the same way: another code is needed.
        SmsRefusal::Used | SmsRefusal::Expired | SmsRefusal::NoTriesLeft => Problem::SmsCodeExpired,
    };
    Failure::in_field("sms_code", problem)
}

/// Signs out: the session ends at once, wherever its token still lies.
///
/// # Errors
/// The store fails.
pub async fn sign_out(app: &App, session: &Session) -> Result<(), Failure> {
    session::end(app, session).await
}

/// Encrypts a phone number for the cookie of the browser that waits for its code.
///
/// # Errors
/// The store fails.
pub async fn seal_waiting_phone(app: &App, browser: &str, phone: &Personal) -> Result<String, Failure> {
    let (browser, phone) = (browser.to_owned(), phone.clone());
    let sealed = app
        .database
        .read(move |connection| accounts::seal_waiting_phone(connection, &browser, &phone))
        .await?;
    Ok(hex::encode(sealed))
}

/// The phone number in such a cookie; `None` when there is none, or it is another browser's.
///
/// # Errors
/// The store fails.
pub async fn waiting_phone(
    app: &App,
    browser: &str,
    cookie: Option<&str>,
) -> Result<Option<Personal>, Failure> {
    let Some(sealed) = cookie.and_then(|text| hex::decode(text).ok()) else { return Ok(None) };
    let browser = browser.to_owned();
    let opened = app
        .database
        .read(move |connection| accounts::open_waiting_phone(connection, &browser, &sealed))
        .await;
    match opened {
        Ok(phone) => Ok(Some(phone)),
        Err(StoreError::Cipher(_)) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phone_numbers_are_read_as_people_write_them() {
        for text in [
            "13800005678",
            "138 0000 5678",
            "138-0000-5678",
            "+8613800005678",
            "+86 138 0000 5678",
            " 13800005678 ",
        ] {
            assert_eq!(
                read_phone(text).map(|phone| phone.expose().to_owned()),
                Ok("13800005678".to_owned()),
                "{text}"
            );
        }
        for text in [
            "1380000567",
            "138000056789",
            "23800005678",
            "12800005678",
            "1380000567x",
            "１３８００００５６７８",
            "+1 3800005678",
        ] {
            assert_eq!(read_phone(text), Err(Failure::in_field("phone", Problem::PhoneFormat)), "{text}");
        }
        assert_eq!(read_phone("  "), Err(Failure::in_field("phone", Problem::Required)));
    }

    #[test]
    fn a_short_wait_is_told_in_seconds_and_a_long_one_as_a_day() {
        let now = Instant::from_milliseconds(1_700_000_000_000);
        let after = |milliseconds| Instant::from_milliseconds(now.milliseconds() + milliseconds);
        assert_eq!(sent_too_often(after(59_001), now).problem, Problem::SmsCodeTooSoon { seconds: 60 });
        assert_eq!(sent_too_often(after(3_600_000), now).problem, Problem::SmsCodeTooSoon { seconds: 3600 });
        assert_eq!(sent_too_often(after(3_600_001), now).problem, Problem::SmsCodeTooMany);
    }
}
