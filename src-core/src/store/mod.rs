//! All SQL of the device: one file per table, migrations beside them.
//!
//! One connection behind a lock, used from blocking threads. WAL with `synchronous=FULL`: a commit
//! that returned survives a dead battery, and a torn page costs none of them (ADR 9). No write transaction
//! is ever open across an await. An in-memory database is the fake for tests; there is no trait.
//!
//! `open` looks at every start whether all can be read; `salvage` makes a new database of what is left.

pub(crate) mod account_outbox;
pub(crate) mod attachment;
pub(crate) mod consent;
pub(crate) mod draft;
pub(crate) mod follow;
mod migrate;
mod open;
pub(crate) mod outbox;
pub(crate) mod profile;
pub(crate) mod public_report;
pub(crate) mod receipt;
pub(crate) mod report;
mod salvage;
pub(crate) mod setting;
pub(crate) mod upload;

use std::{
    fs::File,
    io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{Connection, Transaction, TransactionBehavior, config::DbConfig};

pub(crate) use salvage::Place;

use crate::{disk::Disk, error::Error};

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
        /// Titles of the drafts in it, as far as they can be read.
        drafts: Vec<String>,
        /// Titles of the reports in it that wait to be sent.
        unsent: Vec<String>,
    },
    /// It is damaged: the next start saves from it what can be read.
    #[error("the database is damaged: {0}")]
    Corrupt(#[source] rusqlite::Error),
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
    /// The device's storage fails in another way.
    #[error("storage fails: {0}")]
    Io(#[source] io::Error),
    /// The blocking task was torn down.
    #[error("the store is shutting down")]
    Stopped,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        // Without room for the journal's index, SQLite speaks of input and output alone.
        let index = error.sqlite_error().is_some_and(|e| e.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE);
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ if open::says_corrupt(&error) => Self::Corrupt(error),
            _ if index => Self::Full,
            _ => Self::Sqlite(error),
        }
    }
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io(error),
        }
    }
}

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// The open database.
#[derive(Clone)]
pub(crate) struct Store {
    connection: Arc<Mutex<Connection>>,
    disk: Disk,
    /// Made when damage is met, for the next start. Only a database in memory has none.
    suspect: Option<Arc<PathBuf>>,
    _lock: Option<Arc<File>>,
}

impl Store {
    /// Opens or creates the database and brings it to the newest schema.
    ///
    /// A damaged one is set aside, and what can be read of it is in the one that is opened.
    pub(crate) fn open(place: &Place<'_>) -> std::result::Result<Self, Error> {
        let suspect = place.data_dir.join(format!("{}{}", place.database, open::SUSPECT));
        let connection = Arc::new(Mutex::new(open::open(place)?));
        Ok(Self { connection, disk: place.disk.clone(), suspect: Some(Arc::new(suspect)), _lock: None })
    }

    /// Keeps the lock on the folder for as long as anything here may still write.
    pub(crate) fn holding(self, lock: File) -> Self {
        Self { _lock: Some(Arc::new(lock)), ..self }
    }

    /// A database that lives as long as the value.
    #[cfg(test)]
    pub(crate) fn in_memory() -> Result<Self> {
        let (mut connection, disk) = (configured(Connection::open_in_memory()?)?, Disk::default());
        migrate::to_newest(&mut connection, &disk)?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)), disk, suspect: None, _lock: None })
    }

    /// Sees to it that damage is not forgotten: the next start may not meet it where it looks.
    fn noted<T>(&self, outcome: Result<T>) -> Result<T> {
        if let (Err(StoreError::Corrupt(error)), Some(suspect)) = (&outcome, &self.suspect) {
            tracing::error!(%error, "the database is damaged");
            if let Err(error) = self.disk.step(|| File::create(suspect.as_path())) {
                tracing::error!(%error, "the damage can't be noted for the next start");
            }
        }
        outcome
    }

    /// The schema version this app writes.
    pub(crate) const fn schema_version() -> u32 {
        migrate::NEWEST
    }

    /// Runs one transaction here and now: all of `work`, or nothing of it. An error may come after the commit.
    pub(crate) fn write_blocking<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        // A panic while the lock was held rolled its transaction back: the connection is sound.
        let mut connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let outcome = self.disk.step(|| {
            let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&tx)?;
            tx.commit()?;
            Ok(value)
        });
        drop(connection);
        self.noted(outcome)
    }

    /// Runs one transaction on a blocking thread.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = self.clone();
        tokio::task::spawn_blocking(move || store.write_blocking(work)).await.map_err(|_| StoreError::Stopped)?
    }

    /// Empties the log, so that what was deleted is in no file any more.
    pub(crate) async fn empty_log(&self) -> Result<()> {
        let store = self.clone();
        let emptying = move || {
            let connection = store.connection.lock().unwrap_or_else(PoisonError::into_inner);
            let outcome = store.disk.step(|| empty_log(&connection));
            drop(connection);
            store.noted(outcome)
        };
        tokio::task::spawn_blocking(emptying).await.map_err(|_| StoreError::Stopped)?
    }

    /// Reads on a blocking thread.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let store = self.clone();
        let read = move || {
            let outcome = work(&store.connection.lock().unwrap_or_else(PoisonError::into_inner));
            store.noted(outcome)
        };
        tokio::task::spawn_blocking(read).await.map_err(|_| StoreError::Stopped)?
    }
}

fn configured(connection: Connection) -> Result<Connection> {
    // FULL, not NORMAL: in WAL mode NORMAL may lose the last commits when power fails, and the
    // last commit may be the only copy of what somebody typed. On Apple's systems only `fullfsync` makes
    // the drive write it; elsewhere it changes nothing.
    //
    // What is deleted is overwritten: a phone that is passed on may not keep in a free page who its owner was.
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA fullfsync = ON;
         PRAGMA checkpoint_fullfsync = ON;
         PRAGMA foreign_keys = ON;
         PRAGMA busy_timeout = 5000;
         PRAGMA trusted_schema = OFF;
         PRAGMA secure_delete = ON;
         PRAGMA journal_size_limit = 4194304;",
    )?;
    // A killed app never closes: one that does leaves the same files.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Brings all that is in the log into the database's own file, and cuts the log to nothing.
fn empty_log(connection: &Connection) -> Result<()> {
    Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
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
