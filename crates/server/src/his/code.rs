//! `ec.query`: decodes a scanned credential code.

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use credential::BusinessType;
use model::InstitutionCode;
use store::people::Gender;
use wire::check::{Characters, Fault};
use wire::ec::{self, Birthday, DecodeAnswer, DecodeFailure, DecodeQuery, DecodedPerson};
use wire::envelope::Limits;
use wire::tables::Tables;
use wire::{Language, Personal};

use super::edge::Answer;
use super::gateway::{Turned, signer, turned_away};
use super::memory::Memory;
use super::people::ID_CARD;
use super::refused::Refused;
use super::service::{self, Caller, DecodedCode};
use crate::app::App;
use crate::web::Problem;

/// Answers one call.
pub(super) async fn answer(
    app: &App,
    memory: &Memory,
    headers: &HeaderMap,
    body: Result<Bytes, Refused>,
) -> Answer {
    let mut institution = String::new();
    let (status, result) = match decode(app, memory, headers, body, &mut institution).await {
        Ok(person) => (StatusCode::OK, Ok(person)),
        Err(Turned::Away(error)) => return turned_away(&error),
        Err(Turned::Down(refused)) => (refused.status(), Err(failure(&refused))),
    };
    let accepted = result.is_ok();
    let body = DecodeAnswer { institution, result }.to_json();
    Answer { status, body, transaction: ec::DECODE, accepted }
}

fn failure(refused: &Refused) -> DecodeFailure {
    match refused {
        Refused::Operation(failure) if failure.problem == Problem::CodeFormat => {
            DecodeFailure::not_a_credential_code(Language::Chinese)
        }
        other => DecodeFailure::refused(other.text()),
    }
}

/// Decodes; `institution` is filled as soon as it is known, for the answer repeats it.
async fn decode(
    app: &App,
    memory: &Memory,
    headers: &HeaderMap,
    body: Result<Bytes, Refused>,
    institution: &mut String,
) -> Result<DecodedPerson, Turned> {
    let signer = signer(app, memory, headers).await?;
    let tables = Tables::national().map_err(wire::Error::from)?;
    let query = DecodeQuery::parse(tables, &body?, Limits::default())?;
    institution.clone_from(&query.institution);
    let refuse = |field, label, fault| Refused::field("data", field, label, fault);
    let code: InstitutionCode = query.institution.parse().map_err(|_| {
        let shown = Some(query.institution.clone());
        refuse(
            "orgId",
            "定点医药机构编号",
            Fault::WrongCharacters { shown, expected: Characters::Institution },
        )
    })?;
    signer.must_be(ec::DECODE, &code, "orgId", "定点医药机构编号")?;
    let business: BusinessType = query.business.parse().map_err(|_| {
        let shown = Some(query.business.clone());
        refuse("businessType", "用码业务类型", Fault::NotSupported { shown })
    })?;
    let caller = Caller { institution: code, operator: query.operator, request: None };
    let decoded = service::decode_code(app, &caller, query.code.as_str(), business).await?;
    Ok(person_of(&decoded, query.code))
}

fn person_of(decoded: &DecodedCode, code: Personal) -> DecodedPerson {
    let person = &decoded.person;
    let gender = match person.gender {
        Gender::Male => Some("男"),
        Gender::Female => Some("女"),
        Gender::Unstated => None,
    };
    DecodedPerson {
        name: Personal::new(person.name.expose()),
        document_number: Personal::new(person.id_number.as_str()),
        document_type: ID_CARD.to_owned(),
        token: Personal::new(decoded.token.as_str()),
        region: person.insured.region,
        credential_index: Some(Personal::new(decoded.index_no.to_string())),
        gender: gender.map(str::to_owned),
        birthday: Some(Birthday(person.insured.birth)),
        nationality: None,
        email: None,
        channel: Some(decoded.channel.clone()),
        code: Some(code),
        authorisation: None,
        extension: None,
    }
}
