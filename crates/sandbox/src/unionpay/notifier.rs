//! Posting notifications until they are taken: at once, then after one, two, four and eight steps.

use std::sync::Mutex;
use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use tokio::task::JoinSet;

use crate::http::lock;

/// How often a notification is posted at most.
const TRIES: u32 = 5;

pub(crate) struct Notifier {
    client: reqwest::Client,
    step: Duration,
    under_way: Mutex<JoinSet<()>>,
}

impl Notifier {
    pub(crate) fn new(client: reqwest::Client, step: Duration) -> Self {
        Self { client, step, under_way: Mutex::default() }
    }

    /// Posts in the background until taken.
    pub(crate) fn post(&self, url: String, body: String) {
        let (client, step) = (self.client.clone(), self.step);
        let mut under_way = lock(&self.under_way);
        while under_way.try_join_next().is_some() {}
        under_way.spawn(async move {
            for attempt in 0..TRIES {
                if attempt > 0 {
                    tokio::time::sleep(step.saturating_mul(1 << (attempt - 1))).await;
                }
                if deliver(&client, &url, &body).await {
                    return;
                }
            }
        });
    }

    /// Posts once and waits for it.
    pub(crate) async fn post_now(&self, url: &str, body: &str) -> bool {
        deliver(&self.client, url, body).await
    }

    pub(crate) fn stop(&self) {
        lock(&self.under_way).abort_all();
    }
}

/// Whether the merchant took it: HTTP status 200 or 302.
async fn deliver(client: &reqwest::Client, url: &str, body: &str) -> bool {
    let request = client
        .post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded;charset=UTF-8")
        .body(body.to_owned());
    request.send().await.is_ok_and(|answer| matches!(answer.status().as_u16(), 200 | 302))
}
