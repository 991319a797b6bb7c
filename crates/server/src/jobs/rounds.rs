//! One round after the other: what is open is looked at, and what is due is done.

use std::collections::HashSet;
use std::sync::Arc;

use model::Instant;
use settlement::{Order, OrderState};
use store::orders;
use tokio::task::JoinSet;

use super::refunds::Wanted;
use super::schedule::Schedule;
use super::{cleaning, news, payments, refunds};
use crate::app::App;
use crate::failure::Failure;

/// How many questions are put to the channel at the same time.
const AT_ONCE: usize = 8;
/// How many open orders are read at a time.
const PAGE: u32 = 200;

/// What came of looking at one order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// Its outcome is known and booked.
    Closed,
    /// It stays open.
    Open,
}

/// The jobs of one process.
pub struct Rounds {
    app: Arc<App>,
    schedule: Schedule,
    is_first: bool,
    next_cleaning: Instant,
}

impl Rounds {
    /// The jobs of a process that has just started.
    #[must_use]
    pub fn new(app: &Arc<App>) -> Self {
        Self {
            app: Arc::clone(app),
            schedule: Schedule::default(),
            is_first: true,
            next_cleaning: app.clock.now(),
        }
    }

    /// One round. What fails is logged and tried again in a later round.
    pub async fn run(&mut self) {
        let outcomes = [
            ("open orders", self.resolve_orders().await),
            ("news", news::deliver(&self.app).await),
            ("cleaning", self.clean().await),
        ];
        let mut finished = true;
        for (job, outcome) in outcomes {
            if let Err(failure) = outcome {
                finished = false;
                tracing::warn!(job, problem = failure.problem.code(), "a job could not be finished");
            }
        }
        if finished {
            self.is_first = false;
            self.app.metrics.jobs_finished.set(self.app.clock.now().milliseconds().div_euclid(1000));
        }
    }

    async fn clean(&mut self) -> Result<(), Failure> {
        let now = self.app.clock.now();
        if now >= self.next_cleaning {
            cleaning::forget(&self.app, now).await?;
            self.next_cleaning = now.plus_seconds(self.app.settings.jobs.cleaning_seconds);
        }
        Ok(())
    }

    /// Asks the channel about the orders whose outcome only it knows, as far as they are due and the round has time.
    async fn resolve_orders(&mut self) -> Result<(), Failure> {
        let (now, settings) = (self.app.clock.now(), self.app.settings.jobs);
        let mut due = self.due_orders(now).await?.into_iter();
        let mut still_open = Vec::new();
        let mut asking = JoinSet::new();
        let (began, mut is_first) = (tokio::time::Instant::now(), true);
        loop {
            while asking.len() < AT_ONCE
                && (is_first || began.elapsed() < settings.asking())
                && let Some(order) = due.next()
            {
                is_first = false;
                let app = Arc::clone(&self.app);
                asking.spawn(async move { resolve(&app, order).await });
            }
            match asking.join_next().await {
                Some(Ok((order, Progress::Open))) => still_open.push(order),
                Some(Ok((_, Progress::Closed)) | Err(_)) => {}
                None => break,
            }
        }
        for order in &still_open {
            if let Some((number, _)) = question(order)
                && self.schedule.postpone(number, now, &settings)
            {
                tracing::error!(order = %order.id, state = order.state.name(), "still open; someone must look");
            }
        }
        Ok(())
    }

    /// The open orders that the channel is to be asked about now. What has waited longest comes first, so that what one
    /// round does not come to is the first of the next.
    async fn due_orders(&mut self, now: Instant) -> Result<Vec<Order>, Failure> {
        let open = unresolved(&self.app).await?;
        self.app.metrics.orders_unresolved.set(i64::try_from(open.len()).unwrap_or(i64::MAX));
        let numbers: HashSet<String> =
            open.iter().filter_map(question).map(|(number, _)| number.to_owned()).collect();
        self.schedule.keep_only(&numbers);
        let settings = self.app.settings.jobs;
        let since = |order: Order| {
            let (number, at_once) = question(&order)?;
            let since = self.schedule.due_since(number, at_once || self.is_first, now, &settings)?;
            Some((since, order))
        };
        let mut due: Vec<_> = open.into_iter().filter_map(since).collect();
        due.sort_by_key(|(since, _)| *since);
        Ok(due.into_iter().map(|(_, order)| order).collect())
    }
}

async fn unresolved(app: &App) -> Result<Vec<Order>, Failure> {
    let mut all: Vec<Order> = Vec::new();
    loop {
        let after = all.last().map(|order| order.id);
        let page = app.database.read(move |connection| orders::unresolved(connection, after, PAGE)).await?;
        let is_last = u32::try_from(page.len()).unwrap_or(u32::MAX) < PAGE;
        all.extend(page);
        if is_last {
            return Ok(all);
        }
    }
}

/// The number at the channel that an open order is asked about, and whether to ask at once: the answer to a payment is
/// still awaited by whoever sent it, a refund is sent by nobody else.
fn question(order: &Order) -> Option<(&str, bool)> {
    match &order.state {
        OrderState::Paying { attempt } => Some((&attempt.channel_order, false)),
        OrderState::Refunding { refund_order, .. } => Some((refund_order, true)),
        _ => None,
    }
}

/// Looks at one order; what fails leaves it open.
async fn resolve(app: &App, order: Order) -> (Order, Progress) {
    let progress = match &order.state {
        OrderState::Paying { attempt } => payments::resolve(app, &order, attempt).await,
        OrderState::Refunding { channel_reference, refund_order, since, .. } => {
            let wanted =
                Wanted { order: &order, payment: channel_reference, number: refund_order, since: *since };
            refunds::resolve(app, wanted).await
        }
        _ => Ok(Progress::Closed),
    };
    let progress = progress.unwrap_or_else(|failure| {
        tracing::warn!(order = %order.id, problem = failure.problem.code(), "an open order could not be looked at");
        Progress::Open
    });
    (order, progress)
}
