//! The database as the rest of the program sees it: asynchronous at the door, threads with connections inside.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use settlement::{Command, Rules};
use tokio::sync::{Notify, oneshot};

use crate::StoreError;
use crate::cipher::Keys;
use crate::engine::connection::{Connection, EngineKind, Target, Transaction};
use crate::engine::sqlite::Access;
use crate::engine::url::DatabaseUrl;
use crate::lanes::{self, Outcome, Submission, SubmitError};
use crate::migrate;
use crate::queue::Queue;
use crate::worker::Worker;

/// How many threads and how much waiting the store allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreSettings {
    /// Threads that read, each with a connection of its own.
    pub readers: usize,
    /// Threads that write outside the commit lanes; SQLite has one writer whatever is set.
    pub writers: usize,
    /// Commit lanes, each with a connection of its own; on SQLite the one writer is the one lane.
    pub lanes: usize,
    /// Requests that may wait in each queue before further ones are refused as busy.
    pub queue: usize,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self { readers: 4, writers: 2, lanes: 4, queue: 1024 }
    }
}

/// Work for a thread.
enum Work {
    /// A read, or a transaction of its own.
    Job(Box<dyn FnOnce(&mut Worker) + Send>),
    /// A command, which shares a transaction with others.
    Command(Box<Submission>),
}

/// An open database. Every operation is a function of this crate, run by [`Database::read`] or [`Database::write`];
/// whatever changes the records of a person's visits and money is a command for [`Database::submit`].
pub struct Database {
    kind: EngineKind,
    reads: Arc<Queue<Work>>,
    writes: Arc<Queue<Work>>,
    lanes: Vec<Arc<Queue<Work>>>,
    news: Arc<Notify>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    closed: AtomicBool,
}

impl Database {
    /// Opens the database and starts the threads. The schema must be up to date: see [`migrate`](crate::migrate::migrate).
    ///
    /// # Errors
    /// The database cannot be reached, is too old, or has another schema than this program.
    pub fn open(
        url: &DatabaseUrl,
        keys: &Arc<Keys>,
        settings: StoreSettings,
    ) -> Result<Arc<Self>, StoreError> {
        // Opening for writing would make the file, and leave an empty one where a path is mistyped.
        if let Target::Sqlite(path) = url.target()
            && !path.exists()
        {
            let missing = format!("{} does not exist: run `yibao migrate` to make it", path.display());
            return Err(StoreError::Migration(missing));
        }
        let queue = || Arc::new(Queue::new(settings.queue));
        let writes = queue();
        let lanes = match url.kind() {
            EngineKind::Sqlite => vec![Arc::clone(&writes)],
            EngineKind::Postgres => (0..settings.lanes.max(1)).map(|_| queue()).collect(),
        };
        let database = Self {
            kind: url.kind(),
            reads: queue(),
            writes,
            lanes,
            news: Arc::new(Notify::new()),
            threads: Mutex::new(Vec::new()),
            closed: AtomicBool::new(false),
        };
        let writers = if database.kind == EngineKind::Sqlite { 1 } else { settings.writers.max(1) };
        // The first writer checks the schema and, on SQLite, leaves the file in the state that readers need.
        for _ in 0..writers {
            database.start(url, Access::Write, keys, &database.writes)?;
        }
        if database.kind == EngineKind::Postgres {
            for lane in &database.lanes {
                database.start(url, Access::Write, keys, lane)?;
            }
        }
        for _ in 0..settings.readers.max(1) {
            database.start(url, Access::Read, keys, &database.reads)?;
        }
        Ok(Arc::new(database))
    }

    /// Starts a thread and waits until its connection stands.
    fn start(
        &self,
        url: &DatabaseUrl,
        access: Access,
        keys: &Arc<Keys>,
        queue: &Arc<Queue<Work>>,
    ) -> Result<(), StoreError> {
        let (target, keys, queue) = (url.target().clone(), Arc::clone(keys), Arc::clone(queue));
        let news = Arc::clone(&self.news);
        let (ready, readiness) = mpsc::channel();
        let run = move || {
            let opened = Worker::open(&target, access, &keys).and_then(|mut worker| {
                migrate::check(worker.connection()?)?;
                Ok(worker)
            });
            match opened {
                Ok(worker) => {
                    let _ = ready.send(Ok(()));
                    serve(worker, &queue, &news);
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            }
        };
        let thread = std::thread::Builder::new()
            .name(format!("store-{access:?}").to_lowercase())
            .spawn(run)
            .map_err(|error| StoreError::Unavailable(format!("no thread for the store: {error}")))?;
        self.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        readiness
            .recv()
            .unwrap_or_else(|_| Err(StoreError::Unavailable("a thread of the store stopped".to_owned())))
    }

    /// The engine.
    #[must_use]
    pub const fn kind(&self) -> EngineKind {
        self.kind
    }

    /// Runs `body` on a connection that can only read; once more on a new one when the connection was lost meanwhile.
    ///
    /// # Errors
    /// What `body` returns; `Busy` when too many requests wait; `Unavailable`.
    pub async fn read<T, E, F>(&self, mut body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Connection) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        self.reads.push(Work::Job(Box::new(move |worker| {
            if sender.is_closed() {
                return;
            }
            let _ = sender.send(worker.read(&mut body));
        })))?;
        let stopped = |_| Err(StoreError::Unavailable("the request was dropped".to_owned()).into());
        receiver.await.unwrap_or_else(stopped)
    }

    /// Runs `body` in a transaction of its own and commits it, unless it returns an error. After a collision with
    /// another transaction it is run again from the start, so it must not act on anything outside the transaction.
    ///
    /// # Errors
    /// What `body` returns, nothing being written then; `Busy`; `Unavailable`; `OutcomeUnknown`.
    pub async fn write<T, E, F>(&self, mut body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnMut(&mut Transaction<'_>) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        self.writes.push(Work::Job(Box::new(move |worker| {
            // Nobody waits for the answer any more: the work is dropped before it costs anything.
            if sender.is_closed() {
                return;
            }
            let _ = sender.send(worker.write(&mut body));
        })))?;
        let stopped =
            |_| Err(StoreError::OutcomeUnknown("the transaction stopped in the middle".to_owned()).into());
        receiver.await.unwrap_or_else(stopped)
    }

    /// Carries out a command by these rules, together with others that wait.
    ///
    /// The same request is carried out once, however often it is sent and whatever was lost on the way.
    ///
    /// # Errors
    /// See [`SubmitError`].
    pub async fn submit(&self, rules: &Arc<Rules>, command: Command) -> Result<Outcome, SubmitError> {
        let (reply, receiver) = oneshot::channel();
        let lane = lanes::lane_of(command.person_id, self.lanes.len());
        let queue = self.lanes.get(lane).unwrap_or(&self.writes);
        queue.push(Work::Command(Box::new(Submission { rules: Arc::clone(rules), command, reply })))?;
        let stopped =
            |_| Err(StoreError::OutcomeUnknown("the command stopped in the middle".to_owned()).into());
        receiver.await.unwrap_or_else(stopped)
    }

    /// Is notified when a command of this process left news in the [`outbox`](crate::outbox).
    #[must_use]
    pub fn news(&self) -> &Notify {
        &self.news
    }

    /// How many requests wait: for readers, for writers, for the commit lanes.
    #[must_use]
    pub fn waiting(&self) -> (usize, usize, usize) {
        let lanes = self.lanes.iter().map(|lane| lane.len()).sum();
        (self.reads.len(), self.writes.len(), lanes)
    }

    /// Refuses new requests, finishes those that wait, and ends the threads. Waits for them, so call it where waiting
    /// is allowed.
    pub fn close(&self) {
        if self.closed.swap(true, Ordering::SeqCst) {
            return;
        }
        self.reads.close();
        self.writes.close();
        self.lanes.iter().for_each(|lane| lane.close());
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        let this_thread = std::thread::current().id();
        for thread in threads.into_iter().filter(|thread| thread.thread().id() != this_thread) {
            // A thread that panicked has ended all the same.
            let _ = thread.join();
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        self.close();
    }
}

/// Takes work until the queue is closed and empty.
fn serve(mut worker: Worker, queue: &Queue<Work>, news: &Notify) {
    while let Some(taken) = queue.take(lanes::GROUP, |work| matches!(work, Work::Command(_))) {
        let mut commands = Vec::new();
        for work in taken {
            match work {
                Work::Command(submission) => commands.push(*submission),
                // A panic in a job rolls its transaction back while it unwinds; its caller learns by the dropped channel.
                Work::Job(job) => drop(catch_unwind(AssertUnwindSafe(|| job(&mut worker)))),
            }
        }
        if !commands.is_empty() {
            let _ = catch_unwind(AssertUnwindSafe(|| lanes::commit_all(&mut worker, commands, news)));
        }
    }
}
