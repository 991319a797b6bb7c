//! The explanation of a bill: the calculation that settled it, run again on what was stored.

use benefit::{PolicyBook, Split, Trace, explain};
use settlement::Settlement;

use super::books::with_policies;
use crate::app::App;
use crate::failure::Failure;
use crate::web::explanation::Explanation;

/// Explains a settlement; `items` are the names of its lines, in their order. `None` when the calculation cannot be run
/// again or gives another split: amounts that nobody can explain are shown without a word, and the log says why.
///
/// # Errors
/// The store fails.
pub async fn of(
    app: &App,
    settlement: &Settlement,
    items: Vec<String>,
) -> Result<Option<Explanation>, Failure> {
    let again =
        with_policies(app, &settlement.policy_version, |book| calculate_again(book, settlement)).await?;
    let Some(again) = again else { return Ok(None) };
    match again {
        Ok((split, trace)) if split == settlement.split => Ok(Some(Explanation::new(trace, items))),
        Ok(_) => {
            tracing::error!(settlement = %settlement.id, "the stored case gives another split than the stored one");
            Ok(None)
        }
        Err(refusal) => {
            let error: &dyn std::error::Error = &refusal;
            tracing::error!(settlement = %settlement.id, error, "the stored case cannot be calculated again");
            Ok(None)
        }
    }
}

fn calculate_again(book: &PolicyBook, settlement: &Settlement) -> Result<(Split, Trace), benefit::Refusal> {
    let case = &settlement.case;
    let policy = book.settling(case)?;
    explain(policy, case)
}
