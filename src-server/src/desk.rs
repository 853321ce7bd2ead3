//! What is done beside the HTTP contract: accounts for a pilot, staff's handling of reports, publishing data.
//!
//! It needs the database alone, so the command line can do it while a server runs on the same folder.

use std::{path::Path, time::Duration};

use pakn_api::{
    Timestamp,
    id::{MediaHash, ReportId},
    model::{
        catalogue::FieldCode,
        person::NameError,
        status::{RefusalReason, ReportStatus},
        words::{AgencyName, Note, Title},
    },
    wire::{Actor, TimelineEntry},
};
use serde::{Deserialize, Serialize};

mod accounts;

pub use crate::db::document::Document;
use crate::{
    auth::password::PasswordError,
    clock,
    config::ConfigError,
    db::{Db, DbError, document, medium, public_report, report, similar},
    folder,
    signing::{self, JwsError, KeyError},
    verify::{self, Verified},
    visibility::Publish,
};

/// Why something was not done at the desk.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The settings don't go together.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database would not.
    #[error(transparent)]
    Db(#[from] DbError),
    /// There is nothing to be opened.
    #[error("there is no PAKN database in this folder")]
    NoDatabase,
    /// A server that is running has the data folder.
    #[error("another server is running on this data folder")]
    FolderInUse,
    /// A backup was only half put back.
    #[error("a backup was only half put back here: empty the folder and restore it again")]
    HalfRestored,
    /// There is no key to sign receipts with.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The password can't be used.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The made-up profile breaks a rule.
    #[error("made-up profile: {0}")]
    MadeUp(#[from] accounts::MadeUpError),
    /// The name is none.
    #[error("name: {0}")]
    Name(#[from] NameError),
    /// A citizen's account is wanted and the number's is an agency's, or the other way round.
    #[error("the number has an account of another kind")]
    OtherKind,
    /// An agency was to handle a field that there isn't.
    #[error("there is no field {0}")]
    UnknownField(FieldCode),
    /// No such report.
    #[error("no such report")]
    NoSuchReport,
    /// A file is still missing: the report doesn't count yet.
    #[error("the report is not received yet: a file is missing")]
    NotReceived,
    /// The one status can't follow the other.
    #[error("a report that is {from:?} can't become {to:?}")]
    NotAllowed {
        /// Where it stands.
        from: ReportStatus,
        /// Where it should go.
        to: ReportStatus,
    },
    /// Refusing needs a reason.
    #[error("a refusal needs its reason")]
    ReasonMissing,
    /// Only refusing has a reason.
    #[error("only a refusal has a reason")]
    ReasonUnexpected,
    /// There is a version as high or higher.
    #[error("a published version must be higher than the one before")]
    VersionNotHigher,
}

/// A change of a report's status, or a note under the same one.
#[derive(Clone, Debug)]
pub struct StatusChange {
    /// Where it stands from now on.
    pub status: ReportStatus,
    /// Why, exactly when it is refused.
    pub refusal: Option<RefusalReason>,
    /// The agency that acts, by its name; the server itself when absent.
    pub agency: Option<AgencyName>,
    /// What the citizen is told.
    pub note: Option<Note>,
}

/// A report as staff lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedReport {
    /// The report.
    pub report_id: ReportId,
    /// Where it stands; absent while a file is missing.
    pub status: Option<ReportStatus>,
    /// Since when it counts.
    pub received_at: Option<Timestamp>,
    /// Its title.
    pub title: Title,
    /// Its files, in order.
    pub media: Vec<ListedMedium>,
    /// Open reports of the same field that were near when it came in, nearest first.
    pub similar: Vec<ReportId>,
}

/// A file of a listed report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedMedium {
    /// SHA-256 of its bytes.
    pub sha256: MediaHash,
    /// Its length.
    pub bytes: u64,
    /// Whether it is here.
    pub stored: bool,
}

/// The database, for staff and set-up.
#[derive(Clone, Debug)]
pub struct Desk {
    db: Db,
}

impl Desk {
    /// Opens the database in a data folder, which is made when missing.
    ///
    /// # Errors
    /// [`DeskError::HalfRestored`] when a restore broke off here, [`DeskError::Db`] when it can't be used.
    pub async fn open(data_dir: &Path) -> Result<Self, DeskError> {
        folder::make(data_dir).map_err(DbError::from)?;
        if data_dir.join(folder::UNFINISHED).exists() {
            return Err(DeskError::HalfRestored);
        }
        Ok(Self { db: Db::open(data_dir).await? })
    }

    /// Opens the database in a data folder that has one.
    ///
    /// # Errors
    /// [`DeskError::NoDatabase`] when it hasn't, [`DeskError::Db`] when it can't be used.
    pub async fn open_existing(data_dir: &Path) -> Result<Self, DeskError> {
        if Db::is_in(data_dir) { Self::open(data_dir).await } else { Err(DeskError::NoDatabase) }
    }

    /// Puts a new key in the place of the one that receipts are signed with; the public half of the old one stays
    /// published. Answers with the new one's name.
    ///
    /// # Errors
    /// [`DeskError::FolderInUse`] while a server runs on the folder, [`DeskError::Key`] when the key can't be made or written.
    pub async fn rotate_key(&self, data_dir: &Path) -> Result<String, DeskError> {
        let lock = folder::lock(data_dir, Duration::ZERO).await.map_err(DbError::from)?.ok_or(DeskError::FolderInUse)?;
        let key = signing::rotate(data_dir, &self.db).await?;
        drop(lock);
        Ok(key.kid)
    }

    /// Holds a signed receipt against what is here: `Err` inside when it is none of this server's.
    ///
    /// # Errors
    /// [`DeskError::Db`].
    pub async fn verify_receipt(&self, data_dir: &Path, jws: &str) -> Result<Result<Verified, JwsError>, DeskError> {
        Ok(verify::receipt(&self.db, data_dir, jws).await?)
    }

    /// From now on this is when reports become public, those that are here included.
    pub(crate) async fn set_publish(&self, publish: Publish) -> Result<(), DeskError> {
        let work =
            self.db.write::<_, DbError, _>(move |conn| Box::pin(async move { public_report::set_publish(conn, publish).await }));
        Ok(work.await?)
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// Every report, in the order they came, the ones that wait for files included.
    ///
    /// # Errors
    /// [`DeskError::Db`].
    pub async fn list_reports(&self) -> Result<Vec<ListedReport>, DeskError> {
        let mut snapshot = self.db.snapshot().await?;
        let mut listed = Vec::new();
        for one in report::all(&mut snapshot).await? {
            let media = medium::of_report(&mut snapshot, one.report).await?;
            let similar = similar::of_report(&mut snapshot, one.report).await?;
            listed.push(ListedReport {
                report_id: one.report,
                status: one.status,
                received_at: one.received_at,
                title: one.submission.title,
                media: media.iter().map(|m| ListedMedium { sha256: m.sha256, bytes: m.bytes, stored: m.stored }).collect(),
                similar,
            });
        }
        Ok(listed)
    }

    /// Moves a report on, as far as [`ReportStatus::may_become`] lets it; the citizen sees it in the timeline.
    ///
    /// # Errors
    /// [`DeskError`] says which rule stands against it.
    pub async fn set_status(&self, report_id: ReportId, change: StatusChange) -> Result<(), DeskError> {
        match (change.status == ReportStatus::Refused, change.refusal) {
            (true, None) => return Err(DeskError::ReasonMissing),
            (false, Some(_)) => return Err(DeskError::ReasonUnexpected),
            (true, Some(_)) | (false, None) => {}
        }
        let work = self.db.write(move |conn| {
            Box::pin(async move {
                let standing = report::standing(&mut *conn, report_id).await?.ok_or(DeskError::NoSuchReport)?;
                let (from, revision) = standing.ok_or(DeskError::NotReceived)?;
                let StatusChange { status, refusal, agency, note } = change;
                if !from.may_become(status) {
                    return Err(DeskError::NotAllowed { from, to: status });
                }
                let by = agency.map_or(Actor::System, |name| Actor::Agency { name: name.into() });
                let entry = TimelineEntry { at: clock::now(), status, refusal, by, note };
                report::advance(conn, report_id, revision + 1, &entry).await?;
                Ok(())
            })
        });
        work.await
    }

    /// The version of the fields or the jurisdiction profile that is in force, or one that was published.
    ///
    /// # Errors
    /// [`DeskError::Db`].
    pub async fn document<D: Document>(&self, version: Option<u32>) -> Result<Option<D>, DeskError> {
        let mut conn = self.db.reader().await?;
        match version {
            Some(version) => Ok(document::version(&mut conn, version).await?),
            None => Ok(Some(document::current(&mut conn).await?)),
        }
    }

    /// Every version that was published, and when, the first one first.
    ///
    /// # Errors
    /// [`DeskError::Db`].
    pub async fn versions<D: Document>(&self) -> Result<Vec<(u32, Timestamp)>, DeskError> {
        Ok(document::versions::<D>(&mut *self.db.reader().await?).await?)
    }

    /// Publishes a new version of the fields or the jurisdiction profile.
    ///
    /// # Errors
    /// [`DeskError::VersionNotHigher`] when it isn't one.
    pub async fn publish<D: Document>(&self, document: D) -> Result<(), DeskError> {
        let work = self.db.write::<_, DbError, _>(move |conn| {
            Box::pin(async move {
                let before = public_report::rule(&mut *conn).await?;
                let done = document::publish(&mut *conn, &document, clock::now()).await?;
                let differing = public_report::rule(&mut *conn).await?.differing(&before);
                public_report::settle_fields(conn, &differing).await?;
                Ok(done)
            })
        });
        if work.await? { Ok(()) } else { Err(DeskError::VersionNotHigher) }
    }
}
