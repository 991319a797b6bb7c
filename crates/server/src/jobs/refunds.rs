//! Money that goes back after a settlement was reversed.
//!
//! A refund has a number at the channel that was fixed with the reversal. Asking for it again under that number is
//! harmless, because the channel takes a number once. Only when the channel says that a refund was refused, which is
//! final, the next try has the next number.

use connectors::unionpay::{Order as ChannelOrder, OrderState as ChannelState, Submission, TransactionKind};
use model::Instant;
use settlement::Order;

use super::rounds::Progress;
use crate::app::App;
use crate::failure::Failure;
use crate::payments::channel::{self, Booking, REFUND_TRY};

/// How many refunds of one order the channel may refuse before a person has to look.
const MOST_TRIES: u32 = 5;

/// A refund that is wanted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'o> {
    /// The order whose cash share goes back.
    pub(super) order: &'o Order,
    /// The channel's number of the payment.
    pub(super) payment: &'o str,
    /// The number of the refund at the channel.
    pub(super) number: &'o str,
    /// Since when it is wanted; the time of the transaction at the channel.
    pub(super) since: Instant,
}

/// What is known of one try.
enum Known {
    Done,
    Refused,
    NotFound,
    Open,
}

impl Wanted<'_> {
    /// The try as the channel identifies it: the first has the number itself.
    fn channel_order(&self, tries: u32) -> Result<ChannelOrder, Failure> {
        let number =
            if tries == 0 { self.number.to_owned() } else { format!("{}{REFUND_TRY}{tries}", self.number) };
        ChannelOrder::new(&number, self.since).map_err(|error| Failure::internal(&error))
    }
}

/// Has a refund made, or asks what became of it, and books the answer.
pub(super) async fn resolve(app: &App, wanted: Wanted<'_>) -> Result<Progress, Failure> {
    for tries in 0..MOST_TRIES {
        let channel_order = wanted.channel_order(tries)?;
        match ask(app, wanted, &channel_order).await? {
            Known::Done => return Ok(Progress::Closed),
            Known::Open => return Ok(Progress::Open),
            Known::NotFound => return send(app, wanted, &channel_order).await,
            Known::Refused => {}
        }
    }
    app.metrics.payments_doubtful.inc();
    tracing::error!(order = %wanted.order.id, "the channel refuses to give the money back; someone must look");
    Ok(Progress::Open)
}

async fn ask(app: &App, wanted: Wanted<'_>, channel_order: &ChannelOrder) -> Result<Known, Failure> {
    let order = wanted.order;
    let said = app
        .unionpay
        .query(channel_order, app.clock.now())
        .await
        .map_err(|error| Failure::internal(&error))?;
    match said {
        ChannelState::Settled(settled) => {
            if let Err(mismatch) = settled.check(channel_order, TransactionKind::Refund, order.cash) {
                app.metrics.payments_doubtful.inc();
                let error: &(dyn std::error::Error + 'static) = &mismatch;
                tracing::error!(order = %order.id, error, "the channel states another refund than was asked for");
                return Ok(Known::Open);
            }
            Ok(match channel::book_refund(app, order, settled.amount).await? {
                Booking::Booked => Known::Done,
                Booking::DoesNotFit => Known::Open,
            })
        }
        ChannelState::Refused(refusal) => {
            tracing::warn!(order = %order.id, code = refusal.code, "the channel refused a refund");
            Ok(Known::Refused)
        }
        ChannelState::NotFound => Ok(Known::NotFound),
        ChannelState::Unknown(doubt) => {
            channel::in_doubt(app, order, &doubt);
            Ok(Known::Open)
        }
    }
}

async fn send(app: &App, wanted: Wanted<'_>, channel_order: &ChannelOrder) -> Result<Progress, Failure> {
    let order = wanted.order;
    let sent = app.unionpay.refund(channel_order, wanted.payment, order.cash, app.clock.now()).await;
    match sent.map_err(|error| Failure::internal(&error))? {
        // Most refunds are decided when they are taken.
        Submission::Accepted(_) => match ask(app, wanted, channel_order).await? {
            Known::Done => Ok(Progress::Closed),
            _ => Ok(Progress::Open),
        },
        Submission::Refused(refusal) => {
            tracing::warn!(order = %order.id, code = refusal.code, "the channel refused a refund");
            Ok(Progress::Open)
        }
        Submission::Unknown(doubt) => {
            channel::in_doubt(app, order, &doubt);
            Ok(Progress::Open)
        }
    }
}
