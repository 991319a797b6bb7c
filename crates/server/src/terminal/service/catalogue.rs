//! Looking items up in the catalogue in force.

use std::sync::Arc;

use model::{CatalogueItem, Date, Region};

use crate::app::App;
use crate::failure::Failure;
use crate::web::Problem;

/// How many items are proposed.
const MOST: usize = 300;

/// Whether a code begins with the text, or name or specification contain it.
fn fits(item: &CatalogueItem, text: &str) -> bool {
    let code = item.code.get(..text.len());
    code.is_some_and(|start| start.eq_ignore_ascii_case(text))
        || item.name.contains(text)
        || item.specification.contains(text)
}

/// Items in force that fit a text, by code, at most 300; all with an empty text.
#[must_use]
pub fn search(app: &App, region: Region, on: Date, text: &str) -> Vec<Arc<CatalogueItem>> {
    let rules = app.rules();
    let items = rules.catalogue.in_force(region, on);
    items.into_iter().filter(|item| fits(item, text.trim())).take(MOST).cloned().collect()
}

/// The item that was meant: by its code, by its whole name, or as the only one that fits.
///
/// # Errors
/// In `item_code`: nothing was typed; no item fits, or several do.
pub fn find(app: &App, region: Region, on: Date, text: &str) -> Result<Arc<CatalogueItem>, Failure> {
    let refused = |problem| Failure::in_field("item_code", problem);
    let text = text.trim();
    if text.is_empty() {
        return Err(refused(Problem::Required));
    }
    if let Some(item) = app.rules().catalogue.item(region, text, on) {
        return Ok(Arc::clone(item));
    }
    let fitting = search(app, region, on, text);
    let named: Vec<_> = fitting.iter().filter(|item| item.name == text).collect();
    match (named.as_slice(), fitting.as_slice()) {
        ([one], _) => Ok(Arc::clone(one)),
        ([], [one]) => Ok(Arc::clone(one)),
        (_, []) => Err(refused(Problem::ItemUnknown)),
        _ => Err(refused(Problem::ItemAmbiguous)),
    }
}
