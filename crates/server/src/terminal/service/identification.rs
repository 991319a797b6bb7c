//! 识别: who the patient is, by the code on their phone or by a card.

use credential::BusinessType;
use model::{CertificateType, IdNumber, PersonId, VisitId};
use store::Personal;

use super::super::desk::Desk;
use super::super::notes::{self, Identified};
use super::told;
use super::visit::{self, OpenVisit};
use crate::app::App;
use crate::failure::Failure;
use crate::his::service::{Claim, Evidence, decode_code, read_person};
use crate::random;
use crate::web::Problem;

/// What the patient shows.
#[derive(Debug, Clone)]
pub enum Shown {
    /// The credential code, as the scanner typed it.
    Code(Personal),
    /// A card.
    Card {
        /// Which kind.
        certificate: CertificateType,
        /// The ID number on it.
        id_number: Personal,
        /// The name on it.
        name: Personal,
    },
}

/// Identifies a patient, logs the reading, and gives the visit that is to be registered.
///
/// # Errors
/// In `code`: it is none, made up, too old, used, or withdrawn. In `id_number`: it is none, or no insured person has
/// this number and name. The institution's agreement is not in force.
pub async fn identify(app: &App, desk: &Desk, shown: Shown) -> Result<OpenVisit, Failure> {
    let (certificate, person_id, token_digest) = match shown {
        Shown::Code(code) => {
            let (person_id, token_digest) = by_code(app, desk, code.expose()).await?;
            (CertificateType::Credential, person_id, Some(token_digest))
        }
        Shown::Card { certificate, id_number, name } => {
            (certificate, by_card(app, desk, id_number.expose(), &name).await?, None)
        }
    };
    let at = app.clock.now();
    let visit_id = random::new_id(at, VisitId::new)?;
    let identified = Identified { visit_id, person_id, certificate, token_digest, at };
    let noted = identified.clone();
    notes::change(app, desk, move |notes| notes.identify(noted.clone())).await?;
    app.database
        .read(move |connection| visit::read(connection, visit_id, person_id, None, Some(&identified)))
        .await
}

async fn by_code(app: &App, desk: &Desk, code: &str) -> Result<(PersonId, [u8; 32]), Failure> {
    let business =
        if desk.is_pharmacy() { BusinessType::PharmacyPurchase } else { BusinessType::Registration };
    let caller = desk.caller();
    let decoded = decode_code(app, &caller, code.trim(), business).await.map_err(|failure| {
        let failure = told(failure);
        let of_the_code = matches!(
            failure.problem,
            Problem::CodeFormat
                | Problem::CodeForged
                | Problem::CodeExpired
                | Problem::CodeUsed
                | Problem::CodeWithdrawn
        );
        if of_the_code { Failure::in_field("code", failure.problem) } else { failure }
    })?;
    let person_id = decoded.person.insured.id;
    caller.log_read(app, person_id, "person", "terminal").await?;
    Ok((person_id, decoded.token.digest().to_bytes()))
}

async fn by_card(app: &App, desk: &Desk, id_number: &str, name: &Personal) -> Result<PersonId, Failure> {
    let required = |field| Failure::in_field(field, Problem::Required);
    if id_number.trim().is_empty() {
        return Err(required("id_number"));
    }
    let name = name.expose().trim();
    if name.is_empty() {
        return Err(required("name"));
    }
    let number: IdNumber =
        id_number.parse().map_err(|_| Failure::in_field("id_number", Problem::IdNumberFormat))?;
    let claim =
        Claim { evidence: Evidence::IdNumber(number), name: Some(Personal::new(name)), id_number: None };
    let file = read_person(app, &desk.caller(), claim, "terminal").await.map_err(|failure| {
        // One answer for both: the terminal is no place to find out who is insured.
        match failure.problem {
            Problem::NotInsured | Problem::RealNameMismatch => {
                Failure::in_field("id_number", Problem::PatientNotFound)
            }
            _ => told(failure),
        }
    })?;
    Ok(file.person.insured.id)
}
