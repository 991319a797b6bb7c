//! The pieces of pages that are pushed, made by the templates of the pages themselves.

use askama::Template;
use model::{Instant, InstitutionCode, OrderId, PersonId};
use store::{orders, settlements};

use crate::app::App;
use crate::bills::{service as bills, view};
use crate::credentials::service as credentials;
use crate::failure::Failure;
use crate::web::Shell;
use crate::web::format::mask_name;
use crate::web::insured::{BillPush, CodeCard, CodeState, CodeUsedPush};
use crate::web::terminal::TerminalPaymentPush;

fn rendered(template: &impl Template) -> Result<String, Failure> {
    template.render().map_err(|error| Failure::internal(&error))
}

/// A bill's card.
pub(super) async fn bill(
    app: &App,
    shell: &Shell,
    person_id: PersonId,
    order_id: OrderId,
) -> Result<String, Failure> {
    let bill = bills::card(app, person_id, order_id).await?;
    rendered(&BillPush { shell: shell.clone(), bill })
}

/// The code card after the code was used.
pub(super) async fn code_used(
    app: &App,
    shell: &Shell,
    person_id: PersonId,
    institution: &InstitutionCode,
    at: Instant,
) -> Result<String, Failure> {
    let person = credentials::person(app, person_id).await?;
    let institution = bills::institution_name(app, institution).await?;
    let card = CodeCard {
        name_masked: mask_name(person.name.expose()),
        region_name: app.region_name(person.insured.region, shell.language),
        scheme: person.insured.scheme,
        state: CodeState::Used { institution, at },
    };
    rendered(&CodeUsedPush { shell: shell.clone(), card })
}

/// Where the cash share of a visit stands, for the institution's terminal; `None` when the order is another
/// institution's or nothing is shown of it.
pub(super) async fn terminal_payment(
    app: &App,
    shell: &Shell,
    institution: &InstitutionCode,
    order_id: OrderId,
) -> Result<Option<String>, Failure> {
    let found = app
        .database
        .read(move |connection| {
            let Some(order) = orders::find(connection, order_id)? else { return Ok(None) };
            settlements::find(connection, order.person_id, order.settlement_id)
        })
        .await?;
    let Some(file) = found.filter(|file| file.order.institution == *institution) else { return Ok(None) };
    let Some(payment) = view::payment_status(&file.order) else { return Ok(None) };
    let id = file.settlement.visit_id.to_string();
    rendered(&TerminalPaymentPush { shell: shell.clone(), id, payment }).map(Some)
}
