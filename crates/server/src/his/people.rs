//! 1101 人员信息获取 and 2001 人员待遇享受检查.

use credential::EcToken;
use model::id_number::IdNumberError;
use model::{CertificateType, IdNumber, Scheme};
use settlement::Refusal;
use wire::Personal;
use wire::check::Fault;
use wire::message::{
    BenefitQuery, BenefitReply, Entitlement, FundType, Insurance, PersonBase, PersonQuery, PersonReply, Years,
};

use super::gateway::Call;
use super::refused::Refused;
use super::reply::Reply;
use super::service::{self, Claim, Evidence, PersonFile};
use crate::failure::Failure;

/// 居民身份证 (`psn_cert_type`): the only identity document of persons who are insured here.
pub(super) const ID_CARD: &str = "01";
/// What 2001 checks: a fund (`trt_chk_type`).
const FUND_CHECK: &str = "01";

/// The fund that pays first for a scheme.
pub(super) const fn pool_of(scheme: Scheme) -> FundType {
    match scheme {
        Scheme::Employee => FundType::EmployeePool,
        Scheme::Resident => FundType::ResidentPool,
    }
}

fn id_number(field: &'static str, label: &'static str, number: &Personal) -> Result<IdNumber, Refused> {
    number.as_str().parse().map_err(|error| {
        let reason = match error {
            IdNumberError::Form => "不是居民身份证号码，应为18位（或旧号15位）",
            IdNumberError::BirthDate => "居民身份证号码中的出生日期不存在",
            IdNumberError::CheckCharacter => "居民身份证号码的校验码不正确",
        };
        Refused::contradiction(field, label, reason)
    })
}

/// What a certificate of a message shows. A social-security card may come as number and cipher, parted by a bar.
pub(super) fn evidence(kind: CertificateType, number: &Personal) -> Result<Evidence, Refused> {
    match kind {
        CertificateType::Credential => {
            let token: EcToken =
                number.as_str().parse().map_err(|_| Failure::from(Refusal::TokenNotValid))?;
            Ok(Evidence::Token(token))
        }
        CertificateType::IdCard => id_number("mdtrt_cert_no", "就诊凭证编号", number).map(Evidence::IdNumber),
        CertificateType::SocialSecurityCard => {
            let card = number.as_str().split('|').next().unwrap_or_default().trim();
            Ok(Evidence::CardNumber(store::Personal::new(card)))
        }
    }
}

/// What a query of 1101 claims: by certificate, or by ID number and name alone. What is said beyond must be right too.
fn claim(query: &PersonQuery) -> Result<Claim, Refused> {
    let refuse = |field, label, fault| Err(Refused::field("data", field, label, fault));
    if query.document_number.is_some()
        && let Some(other) = query.document_type.as_deref().filter(|kind| *kind != ID_CARD)
    {
        let shown = Some(other.to_owned());
        return refuse("psn_cert_type", "人员证件类型", Fault::NotSupported { shown });
    }
    let document =
        query.document_number.as_ref().map(|number| id_number("certno", "证件号码", number)).transpose()?;
    let name = query.name.as_ref().map(|name| store::Personal::new(name.as_str()));
    match (query.certificate_type, &query.certificate_number, document) {
        (Some(kind), Some(number), document) => {
            Ok(Claim { evidence: evidence(kind, number)?, name, id_number: document })
        }
        (_, _, Some(document)) if name.is_some() => {
            Ok(Claim { evidence: Evidence::IdNumber(document), name, id_number: None })
        }
        _ => refuse("psn_name", "人员姓名", Fault::Missing),
    }
}

/// 1101
pub(super) async fn read(call: &Call<'_>) -> Result<Reply, Refused> {
    let claim = claim(&call.read()?)?;
    let file = service::read_person(call.app, &call.caller, claim, "1101").await?;
    Reply::of(&reply(&file, call.now.date_in_china())?)
}

fn reply(file: &PersonFile, today: model::Date) -> Result<PersonReply, Refused> {
    let PersonFile { person, .. } = file;
    let insured = &person.insured;
    Ok(PersonReply {
        base: PersonBase {
            person: insured.id,
            document_type: ID_CARD.to_owned(),
            document_number: Personal::new(person.id_number.as_str()),
            name: Personal::new(person.name.expose()),
            gender: person.gender.code().to_owned(),
            ethnic_group: Some(person.ethnicity.clone()),
            birth: Some(insured.birth),
            age: Years(model::date::age_on(insured.birth, today)),
            extension: None,
        },
        insurances: vec![Insurance {
            balance: file.balance()?,
            scheme: insured.scheme,
            person_type: insured.person_type,
            status: Some(insured.status),
            insured_from: Some(insured.insured_from),
            suspended_on: None,
            civil_servant: insured.civil_servant,
            region: insured.region,
            employer: person.employer.clone(),
        }],
        identities: Vec::new(),
    })
}

/// 2001
pub(super) async fn entitlement(call: &Call<'_>) -> Result<Reply, Refused> {
    let query: BenefitQuery = call.read()?;
    if query.institution != call.caller.institution {
        let reason = "与报文的定点医药机构编号不一致";
        return Err(Refused::contradiction("fixmedins_code", "定点医药机构编号", reason));
    }
    let BenefitQuery { person, scheme, medical_type, from, .. } = query;
    let on = from.date_in_china();
    let found = service::check_entitlement(call.app, &call.caller, person, scheme, medical_type, on).await?;
    Reply::of(&BenefitReply {
        entitlements: vec![Entitlement {
            person,
            check: FUND_CHECK.to_owned(),
            fund: pool_of(scheme),
            in_force: found.refusal.is_none(),
            from: found.from,
            until: None,
            reason: found.refusal.map(|refusal| refusal.zh()),
            extension: None,
        }],
    })
}
