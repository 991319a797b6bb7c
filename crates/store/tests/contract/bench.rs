//! A fresh database of either engine for one test.

use std::sync::Arc;

use store::{Database, DatabaseUrl, EngineKind, Keys, StoreError, StoreSettings, Transaction};
use tempfile::TempDir;

/// Stamps each test on both engines. A test that is not listed would be reported as unused.
macro_rules! on_both_engines {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $test() {
                super::$test(&crate::bench::Bench::new(store::EngineKind::Sqlite));
            })+
        }

        mod postgres {
            $(#[test]
            fn $test() {
                super::$test(&crate::bench::Bench::new(store::EngineKind::Postgres));
            })+
        }
    };
}
pub(crate) use on_both_engines;

/// A migrated database that goes away with the test.
pub(crate) struct Bench {
    pub(crate) url: DatabaseUrl,
    place: Place,
    runtime: tokio::runtime::Runtime,
}

enum Place {
    Folder(TempDir),
    Schema { server: String, name: String },
}

pub(crate) fn keys() -> Arc<Keys> {
    Keys::parse(&format!("1:{}", "4e".repeat(32)), &"7a".repeat(32)).expect("keys")
}

/// The address of the server that PostgreSQL tests use.
fn server() -> String {
    std::env::var("TEST_DATABASE_URL").expect(
        "TEST_DATABASE_URL is not set: run the tests with `cargo xtask test`, which starts a private PostgreSQL",
    )
}

fn random_name() -> String {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("random bytes");
    format!("test_{}", hex::encode(bytes))
}

/// The schema `name` on a server, reached under an application name of its own.
fn in_schema(server: &str, name: &str) -> DatabaseUrl {
    let mark = if server.contains('?') { '&' } else { '?' };
    let named = format!("{server}{mark}application_name={name}");
    named.parse::<DatabaseUrl>().expect("an address").in_schema(name)
}

impl Bench {
    pub(crate) fn new(kind: EngineKind) -> Self {
        let bench = Self::empty(kind);
        store::migrate(&bench.url).expect("migrated");
        bench
    }

    /// A database without any table.
    pub(crate) fn empty(kind: EngineKind) -> Self {
        let (url, place) = match kind {
            EngineKind::Sqlite => {
                let folder = TempDir::new().expect("a folder");
                (DatabaseUrl::sqlite(folder.path().join("yibao.db")), Place::Folder(folder))
            }
            EngineKind::Postgres => {
                let (server, name) = (server(), random_name());
                let url = in_schema(&server, &name);
                let place = Place::Schema { server, name };
                place.run(&format!("CREATE SCHEMA {}", place.schema()));
                (url, place)
            }
        };
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_time()
            .build()
            .expect("a runtime");
        Self { url, place, runtime }
    }

    pub(crate) fn open(&self) -> Arc<Database> {
        // Few connections, because many tests run at once.
        let settings = StoreSettings { readers: 1, writers: 2, lanes: 2, ..StoreSettings::default() };
        Database::open(&self.url, &keys(), settings).expect("opened")
    }

    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Runs `body` in a transaction of its own on a database opened for it.
    pub(crate) fn write<T: Send + 'static>(
        &self,
        body: impl FnMut(&mut Transaction<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.block_on(self.open().write(body))
    }

    /// Runs statements behind the store's back, as someone with direct access to the database would.
    pub(crate) fn tamper(&self, sql: &str) {
        self.place.run(sql);
    }

    /// The same where the database may refuse.
    pub(crate) fn try_tamper(&self, sql: &str) -> Result<(), String> {
        self.place.try_run(sql)
    }

    /// Where the database is, in words that another process turns back by [`Bench::reach`].
    pub(crate) fn place(&self) -> String {
        match &self.place {
            Place::Folder(folder) => format!("sqlite:{}", folder.path().join("yibao.db").display()),
            Place::Schema { server, name } => format!("{name} {server}"),
        }
    }

    /// The address of a database that another process prepared.
    pub(crate) fn reach(place: &str) -> DatabaseUrl {
        match place.split_once(' ') {
            Some((name, server)) => in_schema(server, name),
            None => place.parse().expect("an address"),
        }
    }

    /// Cuts every connection that the store has to the server at this moment.
    pub(crate) fn cut_connections(&self) {
        let name = self.place.schema();
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
        self.place.client().execute(cut, &[&name]).expect("cut");
    }

    /// What a program does that knows nothing of compare-and-swap, `threads` times at once: each reads the only account
    /// on a connection of its own, decides when all have read, and writes what it decided. What each decision gave.
    pub(crate) fn naively<T: Send>(
        &self,
        threads: usize,
        decide: impl Fn(NaiveAccount) -> (NaiveAccount, T) + Sync,
    ) -> Vec<T> {
        let all_have_read = std::sync::Barrier::new(threads);
        std::thread::scope(|scope| {
            let run = || {
                let mut client = self.place.naive_client();
                let seen = client.read();
                all_have_read.wait();
                let (decided, gave) = decide(seen);
                client.write(&decided);
                gave
            };
            let running: Vec<_> = (0..threads).map(|_| scope.spawn(run)).collect();
            running.into_iter().map(|thread| thread.join().expect("ran")).collect()
        })
    }

    /// Everything that is stored, as bytes to search in.
    pub(crate) fn dump(&self) -> Vec<u8> {
        match &self.place {
            Place::Folder(folder) => std::fs::read_dir(folder.path())
                .expect("a folder")
                .flat_map(|entry| std::fs::read(entry.expect("an entry").path()).expect("a file"))
                .collect(),
            Place::Schema { name, .. } => {
                let mut client = self.place.client();
                let tables = client
                    .query(
                        "SELECT table_name FROM information_schema.tables WHERE table_schema = $1",
                        &[name],
                    )
                    .expect("tables");
                let mut all = Vec::new();
                for table in tables {
                    let table: String = table.get(0);
                    for row in client.query(&format!("SELECT t::TEXT FROM {table} AS t"), &[]).expect("rows")
                    {
                        let text: String = row.get(0);
                        all.extend(text.bytes());
                        // Bytes are printed in base 16; what they hold is looked for too.
                        for part in text.split("\\x").skip(1) {
                            let digits: String = part.chars().take_while(char::is_ascii_hexdigit).collect();
                            all.extend(hex::decode(digits).unwrap_or_default());
                        }
                    }
                }
                all
            }
        }
    }

    /// Text cells of a query, row by row.
    pub(crate) fn texts(&self, sql: &str) -> Vec<Vec<String>> {
        match &self.place {
            Place::Folder(_) => {
                let connection = self.place.file();
                let mut statement = connection.prepare(sql).expect("a query");
                let width = statement.column_count();
                let rows = statement
                    .query_map([], |row| (0..width).map(|index| row.get::<_, String>(index)).collect())
                    .expect("rows");
                rows.map(|row| row.expect("a row")).collect()
            }
            Place::Schema { .. } => {
                let rows = self.place.client().query(sql, &[]).expect("rows");
                rows.iter().map(|row| (0..row.len()).map(|index| row.get(index)).collect()).collect()
            }
        }
    }
}

/// What a naive program reads and writes of an account.
pub(crate) struct NaiveAccount {
    pub(crate) current_year: i64,
    pub(crate) previous_years: i64,
    pub(crate) accumulators: String,
}

/// The connection of a naive program.
enum NaiveClient {
    Sqlite(rusqlite::Connection),
    Postgres(postgres::Client),
}

impl NaiveClient {
    fn read(&mut self) -> NaiveAccount {
        const SQL: &str = "SELECT current_year, previous_years, accumulators FROM benefit_account";
        match self {
            Self::Sqlite(connection) => connection.query_row(SQL, [], |row| {
                let (current_year, previous_years) = (row.get(0)?, row.get(1)?);
                Ok(NaiveAccount { current_year, previous_years, accumulators: row.get(2)? })
            }),
            Self::Postgres(client) => {
                let row = client.query_one(SQL, &[]).expect("a row");
                let (current_year, previous_years) = (row.get(0), row.get(1));
                Ok(NaiveAccount { current_year, previous_years, accumulators: row.get(2) })
            }
        }
        .expect("a row")
    }

    fn write(&mut self, account: &NaiveAccount) {
        const SQL: &str =
            "UPDATE benefit_account SET current_year = $1, previous_years = $2, accumulators = $3";
        let NaiveAccount { current_year, previous_years, accumulators } = account;
        let rows = match self {
            Self::Sqlite(connection) => connection
                .execute(SQL, rusqlite::params![current_year, previous_years, accumulators])
                .expect("written"),
            Self::Postgres(client) => {
                let rows = client.execute(SQL, &[current_year, previous_years, accumulators]);
                usize::try_from(rows.expect("written")).expect("small")
            }
        };
        assert_eq!(rows, 1);
    }
}

impl Place {
    fn naive_client(&self) -> NaiveClient {
        match self {
            Self::Folder(_) => NaiveClient::Sqlite(self.file()),
            Self::Schema { .. } => NaiveClient::Postgres(self.client()),
        }
    }

    fn schema(&self) -> &str {
        match self {
            Self::Schema { name, .. } => name,
            Self::Folder(_) => "",
        }
    }

    fn client(&self) -> postgres::Client {
        let Self::Schema { server, name } = self else { panic!("not PostgreSQL") };
        let mut config: postgres::Config = server.parse().expect("an address");
        config.options(&format!("-c search_path={name}"));
        config.connect(postgres::NoTls).expect("connected")
    }

    fn file(&self) -> rusqlite::Connection {
        let Self::Folder(folder) = self else { panic!("not SQLite") };
        let connection = rusqlite::Connection::open(folder.path().join("yibao.db")).expect("opened");
        connection.busy_timeout(std::time::Duration::from_secs(60)).expect("set");
        connection
    }

    fn run(&self, sql: &str) {
        self.try_run(sql).expect(sql);
    }

    fn try_run(&self, sql: &str) -> Result<(), String> {
        match self {
            Self::Folder(_) => self.file().execute_batch(sql).map_err(|error| error.to_string()),
            Self::Schema { .. } => self.client().batch_execute(sql).map_err(|error| format!("{error:?}")),
        }
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Place::Schema { name, .. } = &self.place {
            self.place.run(&format!("DROP SCHEMA {name} CASCADE"));
        }
    }
}
