//! Drafts put aside: taken back within a day, gone for good after it, with their pictures.
//!
//! What is put aside is no draft to anything else: it can't be read, changed or sent until it is taken back. It goes at
//! the first start, or the first time something is put aside, after its day; and at once when somebody signs out or
//! deletes their account, for who comes next shall not find what was thrown away, nor what was
//! taken for it and lies outside yet. A draft with nothing in it goes at once.

use std::sync::Arc;

use pakn_api::{
    Timestamp,
    id::{AttachmentId, ReportId},
    ipc::{Change, DiscardDraft, DraftSummary, ListDiscarded, RestoreDraft},
};
use rusqlite::{Connection, Transaction};

use super::draft::remove_files;
use crate::{
    Client,
    client::{Inner, draft_summary},
    error::Error,
    store::{
        self, account_outbox, attachment, draft,
        setting::{self, SomebodyLeftKey},
    },
};

/// How long what was put aside can be taken back, in milliseconds.
const KEPT_MS: i64 = 24 * 60 * 60 * 1_000;

impl Client {
    /// Puts a draft and its pictures aside.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is no draft (any more).
    pub async fn discard_draft(&self, args: DiscardDraft) -> Result<(), Error> {
        let (report_id, now) = (args.report_id, self.inner.ambient.now());
        let discard = move |tx: &Transaction<'_>| {
            // What can't be read is not nothing.
            let is_blank = matches!(draft::get(tx, report_id), Ok(Some(found)) if found.form.is_blank())
                && matches!(attachment::of_report(tx, report_id), Ok(pictures) if pictures.is_empty());
            if !draft::discard(tx, report_id, now)? {
                return Ok(None);
            }
            if is_blank {
                draft::delete(tx, report_id)?;
            }
            let awaited = account_outbox::awaited_drafts(tx)?;
            sweep(tx, now.plus_ms(-KEPT_MS), now, &awaited).map(Some)
        };
        let files = self.inner.store.write(discard).await?.ok_or(Error::NotFound)?;
        self.inner.tell(Change::Drafts);
        remove_files(&self.inner, files).await;
        Ok(())
    }

    /// Takes back a draft that was put aside.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it has gone for good.
    pub async fn restore_draft(&self, args: RestoreDraft) -> Result<(), Error> {
        let report_id = args.report_id;
        let restore = move |tx: &Transaction<'_>| {
            // A second tap: it is a draft already.
            Ok(draft::restore(tx, report_id)? || draft::get(tx, report_id)?.is_some())
        };
        if !self.inner.store.write(restore).await? {
            return Err(Error::NotFound);
        }
        self.inner.tell(Change::Drafts);
        Ok(())
    }

    /// The drafts that were put aside and can be taken back, the last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_discarded(&self, args: ListDiscarded) -> Result<Vec<DraftSummary>, Error> {
        let ListDiscarded {} = args;
        let list = |db: &Connection| draft::discarded(db)?.into_iter().map(|draft| draft_summary(db, draft)).collect();
        Ok(self.inner.store.read(list).await?)
    }

    /// Where somebody has left, the drafts there still are: what lies outside for any other must go, for it would come
    /// back as a draft of whoever comes next. To be asked until [`Client::others_are_gone`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn left_drafts(&self) -> Result<Option<Vec<ReportId>>, Error> {
        let left = |db: &Connection| {
            let somebody_left = setting::get::<SomebodyLeftKey>(db)?.unwrap_or(false);
            somebody_left.then(|| draft::ids(db)).transpose()
        };
        Ok(self.inner.store.read(left).await?)
    }

    /// What lay outside for drafts that went with whoever left has gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn others_are_gone(&self) -> Result<(), Error> {
        Ok(self.inner.store.write(|tx| setting::clear::<SomebodyLeftKey>(tx)).await?)
    }
}

/// Deletes for good what has had its day, but for drafts whose report is followed in their place and that is not known
/// to have arrived.
pub(crate) async fn sweep_old(inner: &Arc<Inner>) -> Result<(), Error> {
    sweep_until(inner, KEPT_MS, account_outbox::awaited_drafts).await
}

/// Deletes for good all that was put aside.
pub(crate) async fn sweep_all(inner: &Arc<Inner>) -> Result<(), Error> {
    sweep_until(inner, 0, |_| Ok(Vec::new())).await
}

async fn sweep_until(
    inner: &Arc<Inner>,
    age_ms: i64,
    kept: fn(&Connection) -> store::Result<Vec<ReportId>>,
) -> Result<(), Error> {
    // Nothing is written where there is nothing to delete: a full disk must not keep the app from opening.
    if !inner.store.read(draft::any_discarded).await? {
        return Ok(());
    }
    let now = inner.ambient.now();
    let files = inner.store.write(move |tx| sweep(tx, now.plus_ms(-age_ms), now, &kept(tx)?)).await?;
    remove_files(inner, files).await;
    inner.tell(Change::Drafts);
    Ok(())
}

fn sweep(tx: &Transaction<'_>, until: Timestamp, now: Timestamp, kept: &[ReportId]) -> store::Result<Vec<AttachmentId>> {
    let mut files = Vec::new();
    for report_id in draft::sweep(tx, until, now, kept)? {
        files.extend(attachment::delete_of_report(tx, report_id)?);
    }
    Ok(files)
}
