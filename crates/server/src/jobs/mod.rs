//! Jobs that run beside the requests: ask the channel about open payments, have money given back, deliver news that
//! waits, forget what is no longer needed.
//!
//! **Invariant:** every job can be repeated, by this process or by several at once. What a job does rests on the order's
//! own state and on order numbers at the channel that never change, so that a second time does nothing.

mod cleaning;
mod news;
mod payments;
mod refunds;
mod rounds;
mod schedule;
mod settings;

use std::sync::Arc;

use tokio::task::JoinHandle;

pub use rounds::Rounds;
pub use settings::JobSettings;

use crate::app::App;

/// Starts the jobs. They end when `stop` resolves; what they were doing then is done again by the next start.
pub fn start(app: Arc<App>, stop: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(async move {
        let pause = app.settings.jobs.pause();
        let mut rounds = Rounds::new(&app);
        let running = async {
            loop {
                rounds.run().await;
                tokio::time::sleep(pause).await;
            }
        };
        tokio::select! {
            () = stop => {}
            () = running => {}
        }
    })
}
