//! Starting and stopping the stand-ins: one listener on loopback for all of them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use model::Instant;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::sms::SmsHandle;
use crate::unionpay::{MerchantMaterial, SmsCodes, UnionPayHandle};
use crate::{sms, unionpay};

/// Where the stand-ins take the time from.
pub type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

/// Why the stand-ins did not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address would be reachable from other machines.
    #[error("{0} is not a loopback address; the stand-ins have no protection and must not be reachable")]
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    #[error("the stand-ins cannot listen: {0}")]
    Listen(#[from] std::io::Error),
    /// No HTTP client for notifications.
    #[error("no HTTP client could be made: {0}")]
    Client(#[from] reqwest::Error),
    /// Keys or certificates could not be made.
    #[error("keys and certificates could not be made: {0}")]
    Certificates(String),
}

/// How the stand-ins behave.
#[derive(Clone)]
pub struct Settings {
    /// The time.
    pub clock: Clock,
    /// How the codes in the channel's text messages are chosen.
    pub sms_codes: SmsCodes,
    /// The wait before the second notification; the third waits twice as long, and so on. The real channel's is a
    /// minute.
    pub notification_step: Duration,
    /// How long a call that is not to be answered is held open.
    pub silence: Duration,
}

impl Settings {
    /// The real channel's pace and its test code 111111, with the time from `clock`.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            sms_codes: SmsCodes::Fixed("111111".to_owned()),
            notification_step: Duration::from_secs(60),
            silence: Duration::from_secs(120),
        }
    }
}

/// Running stand-ins. When this is dropped they close their listener and idle connections and post nothing more.
pub struct Sandbox {
    /// Where they listen.
    pub address: SocketAddr,
    /// Folder of the UnionPay gateway, ending in `/`.
    pub unionpay_url: String,
    /// Address of the gateway for text messages.
    pub sms_url: String,
    /// What the UnionPay merchant needs.
    pub merchant: MerchantMaterial,
    /// Name of the key shared with the gateway for text messages.
    pub sms_key_name: String,
    /// That key, as hex.
    pub sms_key: String,
    /// Control of the UnionPay stand-in.
    pub unionpay: UnionPayHandle,
    /// Control of the stand-in for text messages.
    pub sms: SmsHandle,
    /// The server stops when this is dropped.
    _running: oneshot::Sender<()>,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Starts all stand-ins at `listen`, which must be a loopback address; port 0 takes a free one. Keys are made
    /// once a process, certificates at each start.
    ///
    /// # Errors
    /// [`Error`] says what failed; nothing is left running then.
    pub async fn start(listen: SocketAddr, settings: Settings) -> Result<Self, Error> {
        if !listen.ip().is_loopback() {
            return Err(Error::NotLoopback(listen));
        }
        let listener = TcpListener::bind(listen).await?;
        let address = listener.local_addr()?;
        let now = (settings.clock)();
        let pki = tokio::task::spawn_blocking(move || unionpay::pki(now))
            .await
            .map_err(|reason| Error::Certificates(reason.to_string()))??;
        let merchant = pki.merchant_material();
        let unionpay = UnionPayHandle::new(settings.clone(), pki)?;
        let sms = SmsHandle::new(settings.clock.clone());
        let router = Router::new().merge(unionpay::router(unionpay.clone())).merge(sms::router(sms.clone()));
        let (running, stopped) = oneshot::channel::<()>();
        tokio::spawn(async move {
            let stop = async move {
                // An error is the usual end: the other half was dropped.
                let _dropped = stopped.await;
            };
            let _ended = axum::serve(listener, router).with_graceful_shutdown(stop).await;
        });
        Ok(Self {
            address,
            unionpay_url: format!("http://{address}/gateway/api/"),
            sms_url: format!("http://{address}/sms/messages"),
            merchant,
            sms_key_name: sms::KEY_NAME.to_owned(),
            sms_key: sms.key_hex(),
            unionpay,
            sms,
            _running: running,
        })
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.unionpay.stop();
    }
}
