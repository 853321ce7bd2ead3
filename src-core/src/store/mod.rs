//! All SQL of the device: one file per table, migrations beside them.
//!
//! One connection behind a lock, used from blocking threads. WAL with `synchronous=FULL`: a commit
//! that returned survives a dead battery. No write transaction is ever open across an await.
//! An in-memory database is the fake for tests; there is no trait.

pub(crate) mod attachment;
pub(crate) mod draft;
mod migrate;
pub(crate) mod outbox;
pub(crate) mod report;
pub(crate) mod setting;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

/// The local database failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It was written by a newer version of the app.
    #[error("the database has schema version {found}, this app knows up to {known}")]
    Newer {
        /// The database's schema version.
        found: u32,
        /// The newest this app knows.
        known: u32,
    },
    /// No room left on the device.
    #[error("no room left on the device")]
    Full,
    /// A stored value can't be read back.
    #[error("a stored {what} can't be read")]
    Unreadable {
        /// Which kind of value.
        what: &'static str,
    },
    /// Anything else from SQLite.
    #[error("sqlite: {0}")]
    Sqlite(rusqlite::Error),
    /// The blocking task was torn down.
    #[error("the store is shutting down")]
    Stopped,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ => Self::Sqlite(error),
        }
    }
}

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// The open database.
#[derive(Clone)]
pub(crate) struct Store {
    connection: Arc<Mutex<Connection>>,
}

impl Store {
    /// Opens or creates the database and brings it to the newest schema.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        Self::prepare(Connection::open_with_flags(path, flags)?)
    }

    /// A database that lives as long as the value.
    #[cfg(test)]
    pub(crate) fn in_memory() -> Result<Self> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(mut connection: Connection) -> Result<Self> {
        // FULL, not NORMAL: in WAL mode NORMAL may lose the last commits when power fails, and the
        // last commit may be the only copy of what somebody typed. On Apple's systems only `fullfsync` makes
        // the drive write it; elsewhere it changes nothing.
        connection.execute_batch(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA fullfsync = ON;
             PRAGMA checkpoint_fullfsync = ON;
             PRAGMA foreign_keys = ON;
             PRAGMA busy_timeout = 5000;
             PRAGMA trusted_schema = OFF;
             PRAGMA journal_size_limit = 4194304;",
        )?;
        connection.set_prepared_statement_cache_capacity(64);
        migrate::to_newest(&mut connection)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    /// The schema version this app writes.
    pub(crate) const fn schema_version() -> u32 {
        migrate::NEWEST
    }

    /// Runs one transaction here and now: all of `work`, or nothing of it.
    pub(crate) fn write_blocking<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        // A panic while the lock was held rolled its transaction back: the connection is sound.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&tx)?;
        tx.commit()?;
        Ok(value)
    }

    /// Runs one transaction on a blocking thread.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.write_blocking(work)).await.map_err(|_| StoreError::Stopped)?
    }

    /// Reads on a blocking thread.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = self.clone();
        let read = move || work(&store.connection.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(read).await.map_err(|_| StoreError::Stopped)?
    }
}

/// Leaves out what can't be read, so that one broken row hides no other.
fn legible<T>(row: Result<T>) -> Option<Result<T>> {
    match row {
        Err(StoreError::Unreadable { what }) => {
            tracing::error!(what, "a stored row can't be read and is left out");
            None
        }
        readable => Some(readable),
    }
}

fn to_json<T: serde::Serialize>(what: &'static str, value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| StoreError::Unreadable { what })
}

fn from_json<T: serde::de::DeserializeOwned>(what: &'static str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| StoreError::Unreadable { what })
}

fn parse<T: std::str::FromStr>(what: &'static str, text: &str) -> Result<T> {
    text.parse().map_err(|_| StoreError::Unreadable { what })
}
