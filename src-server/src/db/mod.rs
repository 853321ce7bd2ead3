//! The database: all SQL lives below here, a file per table.
//!
//! One connection writes (see `writer`), a few read; every read sees whole commits only. SQLite runs in
//! WAL mode with `synchronous=FULL`: what was answered survives a power cut. Another process (the staff
//! command) may write at the same time, so write transactions take their lock when they begin.

use std::{path::Path, str::FromStr, sync::Arc, time::Duration};

use sqlx::{
    AnyConnection, AnyPool, Connection as _, Executor as _, Row as _,
    any::{AnyConnectOptions, AnyPoolOptions, AnyRow},
};

pub(crate) mod account;
pub(crate) mod agency;
pub(crate) mod change;
pub(crate) mod consent;
pub(crate) mod deletion;
pub(crate) mod document;
mod fill_in;
pub(crate) mod follow;
pub(crate) mod medium;
mod migrations;
pub(crate) mod one_time_code;
pub(crate) mod operation;
pub(crate) mod profile;
pub(crate) mod public_report;
pub(crate) mod receipt_key;
pub(crate) mod report;
pub(crate) mod session;
pub(crate) mod similar;
pub(crate) mod still;
pub(crate) mod timeline;
pub(crate) mod unwanted_file;
pub(crate) mod upload;
mod writer;

use crate::folder::DATABASE as FILE;
use writer::Writer;

const READERS: u32 = 4;

/// Why the database did not do what it was asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DbError {
    /// It could not be reached, read or written.
    #[error("database: {0}")]
    Sql(#[from] Arc<sqlx::Error>),
    /// It belongs to a newer version of the server.
    #[error("the database was made by a newer pakn-server")]
    Newer,
    /// It could not be brought up to date.
    #[error("migration: {0}")]
    Migration(Arc<sqlx::migrate::MigrateError>),
    /// A stored value is not what was stored.
    #[error("{table}.{column} holds what it can't")]
    Corrupt {
        /// Which table.
        table: &'static str,
        /// Which column.
        column: &'static str,
    },
    /// The writer has stopped: the server is ending.
    #[error("the writer has stopped")]
    WriterGone,
    /// What was to be written panicked; nothing of it is kept.
    #[error("a write panicked")]
    Panicked,
    /// Its folder can't be used.
    #[error("data folder: {0}")]
    Folder(Arc<std::io::Error>),
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(Arc::new(error))
    }
}

impl From<std::io::Error> for DbError {
    fn from(error: std::io::Error) -> Self {
        Self::Folder(Arc::new(error))
    }
}

/// An open database.
#[derive(Clone, Debug)]
pub(crate) struct Db {
    read: AnyPool,
    writer: Writer,
    url: Arc<str>,
}

impl Db {
    /// Whether there is a database in `folder`.
    pub(crate) fn is_in(folder: &Path) -> bool {
        folder.join(FILE).is_file()
    }

    /// Opens the database in `folder`, which exists; makes or migrates it.
    pub(crate) async fn open(folder: &Path) -> Result<Self, DbError> {
        sqlx::any::install_default_drivers();
        let url = sqlite_url(&folder.join(FILE), "rwc");
        let pool = |size, pragmas: &'static str| {
            AnyPoolOptions::new()
                .max_connections(size)
                .max_lifetime(None)
                .idle_timeout(None)
                .acquire_timeout(Duration::from_secs(30))
                .test_before_acquire(false)
                .after_connect(move |conn, _| {
                    Box::pin(async move {
                        conn.execute(pragmas).await?;
                        Ok(())
                    })
                })
        };
        let options = AnyConnectOptions::from_str(&url)?;
        let write = pool(
            1,
            "PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;",
        )
        .connect_with(options.clone())
        .await?;
        migrate(folder, &write).await?;
        let mut filling = write.begin().await?;
        fill_in::reports(&mut filling).await?;
        filling.commit().await?;
        let read = pool(READERS, "PRAGMA busy_timeout = 10000; PRAGMA query_only = ON;").connect_with(options).await?;
        Ok(Self { read, writer: Writer::start(write), url: url.into() })
    }

    /// One snapshot to read from.
    pub(crate) async fn snapshot(&self) -> Result<sqlx::Transaction<'static, sqlx::Any>, DbError> {
        Ok(self.read.begin().await?)
    }

    /// A connection for a single query.
    pub(crate) async fn reader(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Any>, DbError> {
        Ok(self.read.acquire().await?)
    }

    /// Runs `work` alone, as one transaction; when this answers `Ok` it is on disk.
    ///
    /// # Errors
    /// What `work` says (nothing of it is kept), or why it could not be committed.
    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'c> FnOnce(&'c mut AnyConnection) -> futures::future::BoxFuture<'c, Result<T, E>> + Send + 'static,
    {
        self.writer.run(work).await
    }

    /// Empties the write-ahead log into the database: what was overwritten there is then nowhere. `false` when a reader
    /// or writer stood in the way for as long as one is waited for.
    pub(crate) async fn empty_log(&self) -> Result<bool, DbError> {
        let row = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *self.reader().await?).await?;
        Ok(row.try_get::<i64, _>(0)? == 0)
    }

    /// Writes the database anew. `secure_delete` overwrites a row where it is; copies that were left behind when rows
    /// moved from page to page are gone only after this. Others can read meanwhile, and wait to write, for at most the writer's `busy_timeout`.
    pub(crate) async fn rebuild(&self) -> Result<(), DbError> {
        let mut conn = AnyConnection::connect(&self.url).await?;
        conn.execute("PRAGMA busy_timeout = 10000; PRAGMA synchronous = FULL; VACUUM").await?;
        Ok(conn.close().await?)
    }

    /// Whether it answers and, when the last write could not be committed, whether one can now.
    pub(crate) async fn check(&self) -> Result<(), DbError> {
        change::last(&mut *self.reader().await?).await?;
        if self.writer.last_failed() { self.write(|conn| Box::pin(change::touch(conn))).await } else { Ok(()) }
    }
}

async fn migrate(folder: &Path, pool: &AnyPool) -> Result<(), DbError> {
    // Two processes may open a new folder at once, and SQLite's migrator takes no lock of its own.
    let lock = folder.join("migration.lock");
    let lock = tokio::task::spawn_blocking(move || {
        let file = std::fs::File::create(lock)?;
        file.lock()?;
        Ok::<_, std::io::Error>(file)
    })
    .await
    .map_err(std::io::Error::other)??;
    let done = migrations::sqlite().run(pool).await;
    drop(lock);
    done.map_err(|error| if migrations::is_newer(&error) { DbError::Newer } else { DbError::Migration(Arc::new(error)) })
}

/// The path as a URL: every byte that means something in one is escaped.
fn sqlite_url(path: &Path, mode: &str) -> String {
    let mut url = "sqlite://".to_owned();
    for byte in path.to_string_lossy().bytes() {
        if byte.is_ascii_alphanumeric() || b"/._-".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url + "?mode=" + mode
}

/// A stored text as the value it was.
fn parsed<T: FromStr>(row: &AnyRow, table: &'static str, column: &'static str) -> Result<T, DbError> {
    row.try_get::<&str, _>(column)?.parse().map_err(|_| DbError::Corrupt { table, column })
}

/// A stored JSON text as the value it was.
fn from_json<T: serde::de::DeserializeOwned>(text: &str, table: &'static str, column: &'static str) -> Result<T, DbError> {
    serde_json::from_str(text).map_err(|_| DbError::Corrupt { table, column })
}

/// A value as JSON text.
fn to_json<T: serde::Serialize>(value: &T) -> Result<String, DbError> {
    serde_json::to_string(value).map_err(|e| sqlx::Error::Encode(Box::new(e)).into())
}

/// A count or length as the database's integer.
fn int(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The database's integer as a count or length.
fn uint(row: &AnyRow, table: &'static str, column: &'static str) -> Result<u64, DbError> {
    u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| DbError::Corrupt { table, column })
}
