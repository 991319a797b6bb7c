//! Who works at a terminal.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use model::{Institution, InstitutionKind};
use settlement::{Request, RequestKey};
use sha2::{Digest as _, Sha256};
use store::{Personal, StoreError, institutions, staff};

use crate::app::App;
use crate::failure::Failure;
use crate::his::service::Caller;
use crate::http::Staff;
use crate::web::Problem;
use crate::web::terminal::Workplace;

/// A member of staff at the terminal of their institution.
pub struct Desk {
    /// The session.
    pub staff: Staff,
    /// Where they work. Its agreement may be out of force: then every operation is refused.
    pub institution: Institution,
    /// Their name.
    pub staff_name: Personal,
}

impl Desk {
    /// Whether the terminal stands in a pharmacy.
    #[must_use]
    pub fn is_pharmacy(&self) -> bool {
        self.institution.kind == InstitutionKind::Pharmacy
    }

    /// The institution and this member of staff, for operations.
    #[must_use]
    pub fn caller(&self) -> Caller {
        let institution = self.institution.code.clone();
        Caller { institution, operator: self.staff.staff_no.clone(), request: None }
    }

    /// The same, for something that is done once however often it is asked for under `key` with the same `content`.
    #[must_use]
    pub fn caller_once(&self, operation: &str, key: String, content: &[&str]) -> Caller {
        let mut digest = Sha256::new();
        for part in content {
            digest.update(part.as_bytes());
            digest.update(b"\n");
        }
        let institution = self.institution.code.clone();
        let key = RequestKey { institution, operation: operation.to_owned(), message_id: key };
        Caller { request: Some(Request { key, digest: digest.finalize().into() }), ..self.caller() }
    }

    /// What stands at the head of every page.
    #[must_use]
    pub fn workplace(&self) -> Workplace {
        Workplace {
            institution: self.institution.name.clone(),
            kind: self.institution.kind,
            staff: format!("{} {}", self.staff.staff_no, self.staff_name.expose()),
        }
    }
}

impl FromRequestParts<Arc<App>> for Desk {
    type Rejection = Failure;

    /// The session of a member of staff who may no longer log in has ended.
    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Failure> {
        let signed_in = Staff::from_request_parts(parts, app).await?;
        let (code, staff_no) = (signed_in.institution.clone(), signed_in.staff_no.clone());
        let (institution, member) = app
            .database
            .read(move |connection| {
                let institution = institutions::find(connection, &code)?;
                Ok::<_, StoreError>((institution, staff::find(connection, &code, &staff_no)?))
            })
            .await?;
        let institution = institution.ok_or(Problem::SessionEnded)?;
        let member = member.filter(|member| member.active).ok_or(Problem::SessionEnded)?;
        Ok(Self { staff: signed_in, institution, staff_name: member.name })
    }
}
