//! The database as the rest of the program sees it: asynchronous at the door, threads with connections inside.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::StoreError;
use crate::cipher::Keys;
use crate::engine::connection::{Connection, EngineKind, Transaction};
use crate::engine::sqlite::Access;
use crate::engine::url::DatabaseUrl;
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
    /// Requests that may wait in each queue before further ones are refused as busy.
    pub queue: usize,
}

impl Default for StoreSettings {
    fn default() -> Self {
        Self { readers: 4, writers: 2, queue: 1024 }
    }
}

/// Work for a thread.
pub(crate) type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// An open database. Every operation is a function of this crate, run by [`Database::read`] or [`Database::write`].
pub struct Database {
    kind: EngineKind,
    reads: Arc<Queue<Job>>,
    writes: Arc<Queue<Job>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    closed: AtomicBool,
}

impl Database {
    /// Opens the database and starts the threads. The schema must be up to date: see [`migrate`](crate::migrate::migrate).
    ///
    /// # Errors
    /// The database cannot be reached, is too old, or has another schema than this program.
    pub fn open(url: &DatabaseUrl, keys: &Arc<Keys>, settings: StoreSettings) -> Result<Arc<Self>, StoreError> {
        let database = Self {
            kind: url.kind(),
            reads: Arc::new(Queue::new(settings.queue)),
            writes: Arc::new(Queue::new(settings.queue)),
            threads: Mutex::new(Vec::new()),
            closed: AtomicBool::new(false),
        };
        let writers = if database.kind == EngineKind::Sqlite { 1 } else { settings.writers.max(1) };
        // The first writer checks the schema and, on SQLite, leaves the file in the state that readers need.
        for _ in 0..writers {
            database.start(url, Access::Write, keys, &database.writes)?;
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
        queue: &Arc<Queue<Job>>,
    ) -> Result<(), StoreError> {
        let (target, keys, queue) = (url.target().clone(), Arc::clone(keys), Arc::clone(queue));
        let (ready, readiness) = mpsc::channel();
        let run = move || {
            let opened = Worker::open(&target, access, &keys).and_then(|mut worker| {
                migrate::check(worker.connection()?)?;
                Ok(worker)
            });
            match opened {
                Ok(worker) => {
                    let _ = ready.send(Ok(()));
                    serve(worker, &queue);
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

    /// Runs `body` on a connection that can only read.
    ///
    /// # Errors
    /// What `body` returns; `Busy` when too many requests wait; `Unavailable`.
    pub async fn read<T, E, F>(&self, body: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        self.reads.push(Box::new(move |worker| {
            if sender.is_closed() {
                return;
            }
            let outcome = match worker.connection() {
                Ok(connection) => body(connection),
                Err(error) => Err(error.into()),
            };
            let _ = sender.send(outcome);
        }))?;
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
        self.writes.push(Box::new(move |worker| {
            // Nobody waits for the answer any more: the work is dropped before it costs anything.
            if sender.is_closed() {
                return;
            }
            let _ = sender.send(worker.write(&mut body));
        }))?;
        let stopped = |_| Err(StoreError::OutcomeUnknown("the transaction stopped in the middle".to_owned()).into());
        receiver.await.unwrap_or_else(stopped)
    }

    /// How many requests wait: readers, writers.
    #[must_use]
    pub fn waiting(&self) -> (usize, usize) {
        (self.reads.len(), self.writes.len())
    }

    /// Refuses new requests, finishes those that wait, and ends the threads. Waits for them, so call it where waiting
    /// is allowed.
    pub fn close(&self) {
        if self.closed.swap(true, Ordering::SeqCst) {
            return;
        }
        self.reads.close();
        self.writes.close();
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

/// Takes jobs until the queue is closed and empty.
fn serve(mut worker: Worker, queue: &Queue<Job>) {
    while let Some(jobs) = queue.take(1, |_| false) {
        for job in jobs {
            // A panic in a job rolls its transaction back while it unwinds; its caller learns by the dropped channel.
            let _ = catch_unwind(AssertUnwindSafe(|| job(&mut worker)));
        }
    }
}
