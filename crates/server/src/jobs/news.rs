//! News that waits in the outbox: open pages are told, then it is forgotten.
//!
//! Pages of this process were told when the command was committed; what is told twice they read once. What they show
//! comes from the events themselves, so nothing is lost with the news.

use store::StoreError;
use store::outbox;

use crate::app::App;
use crate::failure::Failure;
use crate::push::{News, Topic};

/// How much news is delivered in one transaction.
const AT_ONCE: u32 = 500;

/// Delivers what waits.
pub(super) async fn deliver(app: &App) -> Result<(), Failure> {
    loop {
        let waiting = app.database.read(|connection| outbox::pending(connection, AT_ONCE)).await?;
        let is_last = u32::try_from(waiting.len()).unwrap_or(u32::MAX) < AT_ONCE;
        for piece in &waiting {
            let news =
                News { event_id: piece.event_id, person_id: piece.person_id, message: piece.message.clone() };
            app.push.tell(&Topic::Person(piece.person_id), news);
        }
        if !waiting.is_empty() {
            app.database
                .write(move |transaction| {
                    for piece in &waiting {
                        outbox::delivered(transaction, piece)?;
                    }
                    Ok::<_, StoreError>(())
                })
                .await?;
        }
        if is_last {
            return Ok(());
        }
    }
}
