//! The jobs as a whole: their rounds, and what they do besides payments.

use axum::http::StatusCode;
use model::Instant;
use sandbox::unionpay::{Fault, Operation};
use serde_json::json;

use super::{Payer, impatient};
use crate::support::care::ONE_DRUG;
use crate::support::{PIN, WANG};

#[tokio::test]
async fn the_jobs_run_by_themselves_and_stop_when_told() {
    let payer = Payer::with(|settings| {
        impatient(settings);
        settings.jobs.pause_milliseconds = 20;
    })
    .await;
    payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
    payer.pay().await.expect(StatusCode::ACCEPTED);
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let running = server::jobs::start(payer.app.app.clone(), async move {
        let _ = stopped.await;
    });
    payer.until("the outcome", async |payer| payer.state().await == "paid").await;
    payer.app.revoke(&WANG, &payer.settled).await.expect("revoked");
    payer.until("the refund", async |payer| payer.state().await == "refunded").await;
    payer.assert_refunded_once(&WANG).await;
    let seen = payer.metric("jobs_finished");
    assert_eq!(i64::try_from(seen).expect("seconds"), payer.app.app.clock.now().milliseconds() / 1000);
    stop.send(()).expect("running");
    tokio::time::timeout(std::time::Duration::from_secs(5), running).await.expect("stops").expect("in peace");
}

#[tokio::test]
async fn the_jobs_forget_sessions_that_have_ended() {
    let payer = Payer::new().await;
    let forget = |now: Instant| {
        payer.app.app.database.write(move |transaction| store::sessions::forget_expired(transaction, now))
    };
    payer.jobs().run().await;
    payer.api.get("bills").await.expect(StatusCode::OK);
    payer.app.advance(13 * 3600);
    payer.jobs().run().await;
    assert_eq!(
        forget(payer.app.app.clock.now()).await,
        Ok::<_, store::StoreError>(0),
        "nothing is left to forget"
    );
    payer.api.get("bills").await.expect_problem(StatusCode::UNAUTHORIZED, "session_ended");
}

#[tokio::test]
async fn the_jobs_empty_the_outbox() {
    let payer = Payer::new().await;
    let waiting = || payer.app.app.database.read(|connection| store::outbox::pending(connection, 10));
    assert!(!waiting().await.expect("readable").is_empty());
    payer.jobs().run().await;
    assert_eq!(waiting().await, Ok::<_, store::StoreError>(Vec::new()));
}

#[tokio::test]
async fn a_round_ends_in_time_and_the_next_goes_on_where_it_ended() {
    let payer = Payer::with(|settings| {
        impatient(settings);
        settings.jobs.asking_milliseconds = 0;
    })
    .await;
    // Two payments whose answers were lost; a round has time for one question.
    for _ in 0..2 {
        let settled = payer.app.settle(&WANG, &ONE_DRUG).await;
        let path = format!("bills/{}/payment", settled.order_id);
        payer.api.post(&path, json!({ "cash": settled.cash.get(), "pin": PIN })).await.expect(StatusCode::OK);
        payer.fails(Operation::Consume, Fault::NoAnswerAfterEffect);
        let code = json!({ "sms_code": payer.app.bank_code(WANG.phone) });
        payer.api.post(&format!("{path}/confirmation"), code).await.expect(StatusCode::ACCEPTED);
    }
    payer.fails(Operation::Query, Fault::BadGateway);
    let waiting = || payer.app.app.database.read(|connection| store::outbox::pending(connection, 10));
    let mut jobs = payer.jobs();
    // The first order is asked about in vain; the second is the next round's first.
    jobs.run().await;
    assert_eq!(payer.metric("payments_total"), 0);
    assert_eq!(waiting().await, Ok::<_, store::StoreError>(Vec::new()), "all else is done");
    jobs.run().await;
    assert_eq!(payer.metric("payments_total"), 1);
    jobs.run().await;
    assert_eq!(payer.metric("payments_total"), 1, "asked again only after a pause");
    payer.app.advance(5);
    jobs.run().await;
    assert_eq!(payer.metric("payments_total"), 2);
}
