//! Estimates, by the function that settles.

use std::sync::Arc;

use benefit::{Alternative, Case, Part};
use model::{Date, Region, Scheme};

use super::api::EstimateRequest;
use crate::app::App;
use crate::failure::Failure;

/// What a bill would cost, and what the same bill would cost otherwise.
pub(super) struct Estimate {
    /// The bill, or the bills that a stay is cut into.
    pub(super) parts: Vec<Part>,
    /// What would change it.
    pub(super) alternatives: Vec<Alternative>,
}

/// Estimates a bill.
///
/// # Errors
/// A field has no value of its list, or the bill is refused as its settlement would be.
pub(super) fn estimate(app: &App, request: &EstimateRequest) -> Result<Estimate, Failure> {
    let rules = app.rules();
    let item = |region: Region, code: &str, on: Date| rules.catalogue.item(region, code, on).map(Arc::clone);
    let medical_year = |region: Region, scheme: Scheme, on: Date| {
        let policy = rules.policies.in_force(region, scheme, on);
        policy.map_or(on.year(), |policy| policy.medical_year(on))
    };
    let case: Case = request.case(item, medical_year)?;
    let refused = |refusal: benefit::Refusal| Failure::from(settlement::Refusal::Benefit(refusal));
    let parts = benefit::settle(&rules.policies, &case).map_err(refused)?;
    let alternatives = benefit::alternatives(&rules.policies, &case).map_err(refused)?;
    Ok(Estimate { parts, alternatives })
}
