//! Whether everything in a data folder or a backup is there and fits together.
//!
//! It changes nothing and may look at a folder that a server is using: the rows are those of one moment,
//! and files stay while they are looked at. What is there beyond need is counted, and no fault.

use std::{io, path::Path};

use pakn_api::id::{MediaHash, ReportId};
use sqlx::AnyConnection;

use crate::{
    backup::{Manifest, ManifestError},
    db::{
        Db, DbError, receipt_key,
        still::{self, Counts, Still},
    },
    folder, signing,
};

pub(crate) mod file;

/// Rows looked at together.
const PAGE: i64 = 500;
/// The version of the schema from which on keys are noted.
const SCHEMA_WITH_KEYS: i64 = 3;
const SCHEMA_WITH_PROFILES: i64 = 5;
const SCHEMA_WITH_PUBLIC_REPORTS: i64 = 6;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The database's file itself, or rows that can't be read.
    #[error("database: {0}")]
    Database(String),
    /// A row names what is not there.
    #[error("database: a row of {table} names a row of {parent} that is not there")]
    Dangling {
        /// The row's table.
        table: String,
        /// The table of what it names.
        parent: String,
    },
    /// A file is not there.
    #[error("file {0}: missing")]
    FileMissing(MediaHash),
    /// A file can't be read.
    #[error("file {file}: {error}")]
    FileUnreadable {
        /// Which.
        file: MediaHash,
        /// Why.
        error: io::ErrorKind,
    },
    /// A file is longer or shorter than noted.
    #[error("file {file}: {found} bytes instead of {noted}")]
    FileLength {
        /// Which.
        file: MediaHash,
        /// As it is.
        found: u64,
        /// As the database says.
        noted: u64,
    },
    /// A file's bytes have changed.
    #[error("file {0}: its bytes have another hash")]
    FileChanged(MediaHash),
    /// A report counts without one of its files.
    #[error("report {report}: received, but file {file} is not noted as stored")]
    ReceivedWithout {
        /// Which.
        report: ReportId,
        /// The file.
        file: MediaHash,
    },
    /// A timeline has a gap.
    #[error("report {0}: its timeline has a gap or does not end where the report stands")]
    Timeline(ReportId),
    /// A report's place in the change feed can't be.
    #[error("report {0}: its change number is another's too or was never given")]
    Change(ReportId),
    /// A report is noted as public and is not there, or its place in the public feed can't be.
    #[error("report {0}: public and not received, or its change number was never given")]
    Public(ReportId),
    /// What was sent can't be read, or names other files than noted.
    #[error("report {0}: what was sent can't be read or names other files than are noted")]
    Submission(String),
    /// An operation has created nothing.
    #[error("operation {0}: its report is not there")]
    Operation(String),
    /// A profile can't be read.
    #[error("account {0}: its profile can't be read")]
    Profile(String),
    /// What was said about consents can't be read.
    #[error("account {0}: what it agreed to can't be read or has a gap")]
    Consent(String),
    /// A report that a receipt speaks of is not there.
    #[error("report {0}: not here")]
    ReportMissing(ReportId),
    /// A report is not what a receipt says.
    #[error("report {0}: not as the receipt says")]
    ReportDiffers(ReportId),
    /// The key that receipts are signed with.
    #[error("key: {0}")]
    Key(String),
    /// A backup's manifest, or what it says of the other files.
    #[error("manifest: {0}")]
    Manifest(ManifestError),
}

/// What a check has found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Everything that is wrong.
    pub faults: Vec<Fault>,
    /// How much there is by the rows.
    pub counts: Counts,
    /// Files that no row speaks of: harmless.
    pub strays: u64,
}

/// What is checked.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// A server's data folder.
    Data(&'a Path),
    /// A backup, with its manifest.
    Backup(&'a Path),
}

/// Looks at everything; `quick` leaves the files' bytes unread.
///
/// # Errors
/// [`DbError`] when there is nothing that could be looked at.
pub async fn check(place: Place<'_>, quick: bool) -> Result<Checked, DbError> {
    let mut checked = Checked::default();
    let (root, keeping) = match place {
        Place::Data(root) => {
            let data = root.to_owned();
            // Only where there is something to keep: a mistyped folder is not to be made.
            let keeping = Db::is_in(root).then(|| tokio::task::spawn_blocking(move || folder::keep(&data)));
            (root, keeping)
        }
        Place::Backup(root) => (root, None),
    };
    let _keeping = match keeping {
        Some(keeping) => Some(keeping.await.map_err(io::Error::other)??),
        None => None,
    };
    if !Db::is_in(root) {
        return Err(io::Error::new(io::ErrorKind::NotFound, "there is no PAKN database in this folder").into());
    }
    let mut database = match Still::open(root).await {
        Ok(database) => database,
        Err(newer @ DbError::Newer) => return Err(newer),
        Err(error) => {
            checked.faults.push(Fault::Database(error.to_string()));
            return Ok(checked);
        }
    };
    let schema = database.schema().await?;
    let conn = database.hold().await?;
    rows(conn, &mut checked).await;
    if schema >= SCHEMA_WITH_PROFILES {
        note(&mut checked.faults, still::bad_profiles(&mut *conn).await, Fault::Profile);
        note(&mut checked.faults, still::bad_consents(&mut *conn).await, Fault::Consent);
    }
    if schema >= SCHEMA_WITH_PUBLIC_REPORTS {
        note(&mut checked.faults, still::bad_public(&mut *conn).await, Fault::Public);
    }
    key(root, (schema >= SCHEMA_WITH_KEYS).then_some(&mut *conn), &mut checked).await;
    files(root, conn, quick, &mut checked).await?;
    if let Place::Backup(root) = place
        && let Err(error) = Manifest::verify(root, &checked.counts).await
    {
        checked.faults.push(Fault::Manifest(error));
    }
    Ok(checked)
}

async fn rows(conn: &mut AnyConnection, checked: &mut Checked) {
    let Checked { faults, counts, .. } = checked;
    note(faults, still::integrity(&mut *conn).await, Fault::Database);
    note(faults, still::dangling(&mut *conn).await, |(table, parent)| Fault::Dangling { table, parent });
    note(faults, still::received_without(&mut *conn).await, |(report, file)| Fault::ReceivedWithout { report, file });
    note(faults, still::broken_timelines(&mut *conn).await, Fault::Timeline);
    note(faults, still::misplaced(&mut *conn).await, Fault::Change);
    note(faults, still::idle_operations(&mut *conn).await, Fault::Operation);
    let mut after = String::new();
    loop {
        let page = still::submissions(&mut *conn, &after, PAGE).await;
        let last = page.as_ref().ok().and_then(|page| page.last()).map(|(id, _)| id.clone());
        let unfit = page.map(|page| page.into_iter().filter(|(_, fits)| !fits).map(|(id, _)| id).collect());
        note(faults, unfit, Fault::Submission);
        let Some(last) = last else { break };
        after = last;
    }
    match still::counts(conn).await {
        Ok(counted) => *counts = counted,
        Err(error) => faults.push(Fault::Database(error.to_string())),
    }
}

fn note<T>(faults: &mut Vec<Fault>, found: Result<Vec<T>, DbError>, fault: impl Fn(T) -> Fault) {
    match found {
        Ok(found) => faults.extend(found.into_iter().map(fault)),
        Err(error) => faults.push(Fault::Database(error.to_string())),
    }
}

async fn key(root: &Path, conn: Option<&mut AnyConnection>, checked: &mut Checked) {
    let noted = match conn {
        Some(conn) => receipt_key::all(conn).await,
        None => Ok(Vec::new()),
    };
    let noted = match noted {
        Ok(noted) => noted,
        Err(error) => return checked.faults.push(Fault::Database(error.to_string())),
    };
    match signing::read(root).await {
        Ok(None) if noted.is_empty() => {}
        Ok(None) => checked.faults.push(Fault::Key(signing::KeyError::Gone.to_string())),
        // One that is not noted yet was made or put in its place after the last start: the next one notes it.
        Ok(Some(_)) => {}
        Err(error) => checked.faults.push(Fault::Key(error.to_string())),
    }
}

async fn files(root: &Path, conn: &mut AnyConnection, quick: bool, checked: &mut Checked) -> Result<(), DbError> {
    let noted = match still::files(conn).await {
        Ok(noted) => noted,
        Err(error) => {
            checked.faults.push(Fault::Database(error.to_string()));
            return Ok(());
        }
    };
    let media = root.join(folder::MEDIA);
    let looking = tokio::task::spawn_blocking(move || {
        let faults: Vec<_> = noted.iter().filter_map(|(hash, bytes)| file::fault(&media, *hash, *bytes, quick)).collect();
        (faults, file::strays(&media, &noted))
    });
    let (faults, strays) = looking.await.map_err(io::Error::other)?;
    checked.faults.extend(faults);
    checked.strays = strays?;
    Ok(())
}
