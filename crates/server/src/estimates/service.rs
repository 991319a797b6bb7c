//! Estimates, by the function that settles.

use std::sync::Arc;

use benefit::{Alternative, Case, Declaration, Part, Policy};
use model::Date;

use super::api::EstimateRequest;
use crate::app::App;
use crate::failure::Failure;
use crate::web::Problem;

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
    let refused = |refusal: benefit::Refusal| Failure::from(settlement::Refusal::Benefit(refusal));
    let (region, scheme, on) = request.place()?;
    let policy = rules.policies.in_force(region, scheme, on).map_err(refused)?;
    let catalogue = request.catalogue_region(policy, region)?;
    if let Some((field, _)) = catalogue.filter(|(_, region)| rules.catalogue.in_force(*region, on).is_empty())
    {
        return Err(Failure::in_field(field, Problem::NoCatalogue));
    }
    let find = |code: &str, day: Date| rules.catalogue.item(catalogue?.1, code, day).map(Arc::clone);
    let case: Case = request.case((region, scheme, on), &find, policy.medical_year(on))?;
    check_names(policy, &case, request)?;
    let parts = benefit::settle(&rules.policies, &case).map_err(refused)?;
    let alternatives = benefit::alternatives(&rules.policies, &case).map_err(refused)?;
    Ok(Estimate { parts, alternatives })
}

/// A mistyped name would change the result without a word; national codes that a policy does not tell apart are many.
fn check_names(policy: &Policy, case: &Case, request: &EstimateRequest) -> Result<(), Failure> {
    let particulars = &case.particulars;
    let mut diseases = particulars.disease.iter().chain(&particulars.registered_diseases);
    let refused = |field: &'static str| Err(Failure::in_field(field, Problem::ValueUnknown));
    if particulars.traits.iter().any(|name| !policy.knows_trait(name)) {
        return refused("traits");
    }
    if diseases.any(|name| !policy.knows_disease(name)) {
        return refused("disease");
    }
    if request.sums().any(|name| !policy.knows_sum(name)) {
        return refused("accumulated");
    }
    for (index, line) in case.lines.iter().enumerate() {
        let group = line.item.as_ref().and_then(|item| item.group.as_deref());
        if group.is_some_and(|name| !policy.declared(Declaration::Group).any(|(known, _)| known == name)) {
            let field = format!("lines[{index}].item.group");
            return Err(Failure::in_field(field, Problem::ValueUnknown));
        }
    }
    Ok(())
}
