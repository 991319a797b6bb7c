//! What the running platform consists of.

use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use connectors::sms::SmsGateway;
use connectors::unionpay::UnionPay;
use credential::{CodeBook, SmsCodes, SmsKey, SmsSettings};
use model::{Instant, Region};
use settlement::{Actor, Command, Committed, Message, Rules};
use store::{Database, Outcome, SubmitError};

use crate::access::budget::SmsBudget;
use crate::bills::books::OldBooks;
use crate::clock::Clock;
use crate::epochs;
use crate::failure::Failure;
use crate::metrics::Metrics;
use crate::push::{News, Push, Topic};
use crate::rules;
use crate::settings::Settings;
use crate::web::Language;

/// The running platform. Every operation gets it.
pub struct App {
    /// What the operator decided.
    pub settings: Settings,
    /// Tells the time.
    pub clock: Clock,
    /// The database.
    pub database: Arc<Database>,
    /// The bank card channel.
    pub unionpay: UnionPay,
    /// The gateway for text messages.
    pub sms: SmsGateway,
    /// How many text messages may still leave.
    pub sms_budget: SmsBudget,
    /// One-time SMS codes.
    pub sms_codes: SmsCodes,
    /// News for open pages.
    pub push: Push,
    /// Counters for operators.
    pub metrics: Metrics,
    /// Policies that are no longer in force, as far as bills were explained by them.
    pub old_books: OldBooks,
    rules: RwLock<Arc<Rules>>,
    codes: RwLock<(Instant, Arc<CodeBook>)>,
    code_master: [u8; 32],
    form_key: [u8; 32],
    demo: bool,
    demo_inbox: OnceLock<DemoInbox>,
}

/// Who sends a one-time code to a phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeSender {
    /// The platform, through its gateway for text messages.
    Platform,
    /// The bank of the card.
    Bank,
}

/// Reads the newest one-time code that was sent to a phone number out of the stand-ins of a demonstration, whose
/// visitors have no such phone.
pub type DemoInbox = Box<dyn Fn(CodeSender, &str) -> Option<String> + Send + Sync>;

/// The platform cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting.
    #[error(transparent)]
    Settings(#[from] crate::settings::SettingsError),
    /// The database.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// A channel.
    #[error(transparent)]
    Connector(#[from] connectors::Error),
    /// The keys of the credential code.
    #[error("the keys of the credential code: {0}")]
    Codes(#[from] credential::CodeBookError),
    /// A folder of policies or catalogues cannot be read.
    #[error("{path}: {error}")]
    Folder {
        /// The folder or file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// Policies or catalogues are wrong.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Policies(Vec<benefit::PolicyError>),
    /// The address cannot be listened on.
    #[error("{address}: {error}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// Why.
        error: std::io::Error,
    },
}

impl App {
    /// Puts the platform together. The database must be migrated.
    ///
    /// # Errors
    /// See [`StartError`].
    pub fn start(
        settings: Settings,
        database: Arc<Database>,
        rules: Arc<Rules>,
        clock: Clock,
        demo: bool,
    ) -> Result<Arc<Self>, StartError> {
        settings.check()?;
        if !demo {
            settings.check_for_service()?;
        }
        let now = clock.now();
        let code_master = settings.keys.codes.bytes("codes")?;
        Ok(Arc::new(Self {
            clock,
            database,
            unionpay: UnionPay::new(&settings.unionpay)?,
            sms: SmsGateway::new(&settings.sms)?,
            sms_budget: SmsBudget::new(settings.sms_per_minute),
            sms_codes: SmsCodes::new(
                SmsKey::new(settings.keys.sms_codes.bytes("sms_codes")?),
                SmsSettings::default(),
            ),
            push: Push::default(),
            metrics: Metrics::new(),
            old_books: OldBooks::default(),
            rules: RwLock::new(rules),
            codes: RwLock::new((now, Arc::new(epochs::code_book(&code_master, now)?))),
            code_master,
            form_key: settings.keys.forms.bytes("forms")?,
            demo,
            demo_inbox: OnceLock::new(),
            settings,
        }))
    }

    /// Policies and catalogues in force.
    #[must_use]
    pub fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Reads policies and catalogues again and takes them into force, if all of them are right; says whether the policies
    /// are other ones than before. What has begun goes on by the rules that it began with.
    ///
    /// # Errors
    /// A file is wrong or cannot be read, or the store fails. The rules stay what they were.
    pub async fn reload_rules(&self) -> Result<bool, StartError> {
        let loaded = rules::load(&self.settings)?;
        rules::keep(&self.database, &loaded, &self.clock).await?;
        let loaded = Arc::new(loaded.rules);
        let mut in_force = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        let changed = in_force.policies.version() != loaded.policies.version();
        *in_force = loaded;
        Ok(changed)
    }

    /// Whether this is a demonstration with synthetic people.
    #[must_use]
    pub const fn is_demo(&self) -> bool {
        self.demo
    }

    /// Lets the pages of a demonstration show the codes that its stand-ins sent. Without effect on any other platform.
    pub fn show_demo_codes(&self, inbox: DemoInbox) {
        if self.demo {
            // The first inbox stays.
            let _ = self.demo_inbox.set(inbox);
        }
    }

    /// The newest code that the stand-ins of a demonstration sent to `phone`; never one of a real platform.
    #[must_use]
    pub fn demo_code(&self, sender: CodeSender, phone: &str) -> Option<String> {
        self.demo_inbox.get().and_then(|inbox| inbox(sender, phone))
    }

    /// What people call a pooling region: the name from the settings for the region that this platform serves, the
    /// division code of any other.
    #[must_use]
    pub fn region_name(&self, region: Region, language: Language) -> String {
        let own = self.settings.region_name.as_ref().filter(|_| region == self.settings.region);
        match (own, language) {
            (Some(name), Language::Zh) => name.zh.clone(),
            (Some(name), Language::En) => name.en.clone(),
            (None, _) => region.to_string(),
        }
    }

    /// The key of form tokens.
    #[must_use]
    pub const fn form_key(&self) -> &[u8; 32] {
        &self.form_key
    }

    /// The code book for now; made anew when a key epoch ends.
    ///
    /// # Errors
    /// The clock stands before the first epoch.
    pub fn codes(&self) -> Result<Arc<CodeBook>, Failure> {
        let now = self.clock.now();
        {
            let held = self.codes.read().unwrap_or_else(PoisonError::into_inner);
            if !epochs::has_moved_on(held.0, now) {
                return Ok(Arc::clone(&held.1));
            }
        }
        let book =
            Arc::new(epochs::code_book(&self.code_master, now).map_err(|error| Failure::internal(&error))?);
        *self.codes.write().unwrap_or_else(PoisonError::into_inner) = (now, Arc::clone(&book));
        Ok(book)
    }

    /// Hands a command to the person's commit lane and spreads the news of it.
    ///
    /// # Errors
    /// The command was refused, or the store failed.
    pub async fn submit(&self, command: Command) -> Result<Committed, SubmitError> {
        let acting = match &command.actor {
            Actor::Institution { code, .. } => Some(code.clone()),
            Actor::Person | Actor::Platform => None,
        };
        let Outcome { committed, replayed } = self.database.submit(&self.rules(), command).await?;
        if replayed {
            return Ok(committed);
        }
        for message in &committed.body.messages {
            let news = News {
                event_id: committed.event_id,
                person_id: committed.person_id,
                message: message.clone(),
            };
            self.push.tell(&Topic::Person(committed.person_id), news.clone());
            let institution = match message {
                Message::CodeUsed { institution } => Some(institution.clone()),
                _ => committed.body.order().map(|order| order.institution.clone()).or_else(|| acting.clone()),
            };
            if let Some(institution) = institution {
                self.push.tell(&Topic::Institution(institution), news);
            }
        }
        Ok(committed)
    }
}
