//! Opening the database: SQLite with an exclusive lock, PostgreSQL by its address; then the migrations.

use std::fs::{File, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, Transaction};

use super::later::SqliteTx;
use super::sql::{Pool, Tx};
use super::trouble;

/// Pages are read by so many connections at once: more would only queue at two to eight cores.
const READERS: u32 = 4;
/// Mode of a database of our own making.
const OWNER_ONLY: u32 = 0o600;
/// How long SQLite waits for its own lock, where another connection of this process holds it.
const BUSY: Duration = Duration::from_secs(10);
/// How long opening may take before it is said that the database does not answer.
const ACQUIRE: Duration = Duration::from_secs(10);

/// The open database.
#[derive(Debug)]
pub struct Store {
    /// For pages and lists: never writes.
    pub readers: Pool,
    writer: Pool,
    /// Whether this process is the only one that writes: then what it holds in memory is current.
    pub exclusive: bool,
    /// Held as long as the process lives, so that a second one is refused.
    _lock: Option<File>,
}

/// Why the database could not be opened, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "another tocsin process has {0} open; stop it first, or give this one a data folder of its own. \
         Several nodes share a database only with PostgreSQL (--database postgres://…)"
    )]
    InUse(PathBuf),
    #[error("cannot use the data folder {path}: {source}; create it, or make it writable for this user")]
    Folder { path: PathBuf, source: std::io::Error },
    #[error("cannot open the database {address}: {}", trouble::said(.source))]
    Connect { address: String, source: sqlx::Error },
    #[error("cannot bring the database to this version, and left it as it is: {}", trouble::said_of_migration(.0))]
    Migrate(#[from] sqlx::migrate::MigrateError),
}

impl Store {
    /// Opens the SQLite database in this file, made if it is missing, and takes the lock beside it.
    pub async fn sqlite(file: &Path) -> Result<Store, OpenError> {
        let lock = lock(file)?;
        // Hashes and sealed secrets are in it, wherever it lies; SQLite gives its journal the mode of the file. Where it
        // cannot be made, opening says why.
        let _made_or_there = File::options().create_new(true).write(true).mode(OWNER_ONLY).open(file);
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // Every acknowledgement given to an agent is on the disk.
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .statement_cache_capacity(300);
        Store::sqlite_with(options, READERS, Some(lock)).await
    }

    /// A database that lives in this process only: for rehearsals and tests.
    pub async fn memory() -> Result<Store, OpenError> {
        static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let address = format!("sqlite:file:tocsin-{}-{number}?mode=memory&cache=shared", std::process::id());
        let options = SqliteConnectOptions::from_str(&address)
            .map_err(|source| OpenError::Connect { address, source })?
            .foreign_keys(true)
            .shared_cache(true)
            .busy_timeout(BUSY);
        Store::sqlite_with(options, 1, None).await
    }

    async fn sqlite_with(options: SqliteConnectOptions, readers: u32, lock: Option<File>) -> Result<Store, OpenError> {
        let address = options.get_filename().display().to_string();
        let connect = |source| OpenError::Connect { address: address.clone(), source };
        // A connection to a file does not break; asking it before each use would double the way to a short answer.
        let pool = |n: u32| {
            let options = SqlitePoolOptions::new().min_connections(1).max_connections(n);
            options.acquire_timeout(ACQUIRE).test_before_acquire(false)
        };
        let writer = pool(1).idle_timeout(None).max_lifetime(None).connect_with(options.clone()).await;
        let writer = writer.map_err(connect)?;
        sqlx::migrate!("../../migrations/sqlite").run(&writer).await?;
        let readers =
            pool(readers).idle_timeout(None).max_lifetime(None).connect_with(options).await.map_err(connect)?;
        Ok(Store { readers: Pool::Sqlite(readers), writer: Pool::Sqlite(writer), exclusive: true, _lock: lock })
    }

    /// Connects to PostgreSQL, `postgres://user:password@host/database`.
    pub async fn postgres(url: &str) -> Result<Store, OpenError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|source| OpenError::Connect { address: "(the given address)".to_owned(), source })?;
        let address = format!("{}:{}/{}", options.get_host(), options.get_port(), options.get_database().unwrap_or(""));
        let connect = |source| OpenError::Connect { address: address.clone(), source };
        // A pool that cannot connect says only that time ran out; one connection says why.
        PgConnection::connect_with(&options).await.map_err(connect)?.close().await.map_err(connect)?;
        let pool = |n: u32| PgPoolOptions::new().max_connections(n).acquire_timeout(ACQUIRE);
        let writer = pool(2).connect_with(options.clone()).await.map_err(connect)?;
        sqlx::migrate!("../../migrations/postgres").run(&writer).await?;
        let readers = pool(READERS * 2).connect_with(options).await.map_err(connect)?;
        Ok(Store { readers: Pool::Postgres(readers), writer: Pool::Postgres(writer), exclusive: false, _lock: None })
    }

    /// Begins the transaction of the writer.
    pub async fn begin(&self) -> sqlx::Result<Tx> {
        Ok(match &self.writer {
            Pool::Sqlite(pool) => Tx::Sqlite(SqliteTx::new(begin_immediate(pool).await?)),
            Pool::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> sqlx::Result<()> {
        match &self.readers {
            Pool::Sqlite(pool) => sqlx::query("select 1").execute(pool).await.map(drop),
            Pool::Postgres(pool) => sqlx::query("select 1").execute(pool).await.map(drop),
        }
    }

    /// Closes all connections; SQLite folds its journal into the file.
    pub async fn close(&self) {
        for pool in [&self.readers, &self.writer] {
            match pool {
                Pool::Sqlite(pool) => pool.close().await,
                Pool::Postgres(pool) => pool.close().await,
            }
        }
    }
}

/// Begins at once with the right to write: a writer that has read must not find out at its first write that it is too
/// late.
async fn begin_immediate(pool: &SqlitePool) -> sqlx::Result<Transaction<'static, Sqlite>> {
    let begin = "begin immediate";
    match pool.begin_with(begin).await {
        // When the disk is full, SQLite itself ends the transaction under way; the connection goes on believing in it
        // and would begin none any more. Another one takes its place.
        Err(sqlx::Error::InvalidSavePointStatement) => {
            pool.acquire().await?.close().await?;
            pool.begin_with(begin).await
        }
        begun => begun,
    }
}

/// Takes the lock beside the database file; the system frees it when the process ends, however it ends.
fn lock(file: &Path) -> Result<File, OpenError> {
    let path = file.with_extension("lock");
    let folder = |source| OpenError::Folder { path: path.clone(), source };
    let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(folder)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(file.to_owned())),
        Err(TryLockError::Error(source)) => Err(folder(source)),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::Store;

    #[tokio::test]
    async fn a_new_database_and_its_journal_are_its_owners_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::sqlite(&folder.path().join("tocsin.db")).await.expect("made");
        for name in ["tocsin.db", "tocsin.db-wal", "tocsin.db-shm"] {
            let file = std::fs::metadata(folder.path().join(name)).expect("it is there");
            assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
        }
        store.close().await;
    }
}
