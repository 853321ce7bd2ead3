//! Starting and keeping a draft; putting one aside is `discard`'s.

use std::sync::Arc;

use pakn_api::{
    id::{AttachmentId, ReportId},
    ipc::{Change, CreateDraft, DraftSaved, DraftView, SaveDraft},
    model::report::{MediaKind, MediaRef, ReportForm},
};

use crate::{
    Client, PreparedPhoto,
    ambient::new_id,
    client::{Inner, jurisdiction},
    error::Error,
    store::{attachment, draft, outbox},
};

impl Client {
    /// Starts a draft, its time set to now, its sender shown or not as the jurisdiction would have it.
    ///
    /// # Errors
    /// When it can't be stored.
    pub async fn create_draft(&self, args: CreateDraft) -> Result<DraftView, Error> {
        let now = self.inner.ambient.now();
        let report_id = new_id!(self.inner.ambient, ReportId);
        let start = move |tx: &rusqlite::Transaction<'_>| {
            let anonymous = jurisdiction(tx)?.anonymous_by_default;
            let form = ReportForm { field: args.field, happened_at: Some(now), anonymous, ..ReportForm::default() };
            draft::put(tx, report_id, &form, now)?;
            Ok(form)
        };
        let form = self.inner.store.write(start).await?;
        self.inner.tell(Change::Drafts);
        Ok(DraftView { report_id, form, attachments: Vec::new(), updated_at: now })
    }

    /// Keeps a draft's form. Durable when it answers.
    ///
    /// # Errors
    /// [`Error::NotEditable`] once it is in the outbox, [`Error::NotFound`] when it is gone.
    pub async fn save_draft(&self, args: SaveDraft) -> Result<DraftSaved, Error> {
        let now = self.inner.ambient.now();
        let save = move |tx: &rusqlite::Transaction<'_>| {
            if draft::update(tx, args.report_id, &args.form, now)? {
                return Ok(Ok(DraftSaved { updated_at: now }));
            }
            Ok(Err(if outbox::of_report(tx, args.report_id)?.is_some() { Error::NotEditable } else { Error::NotFound }))
        };
        self.inner.store.write(save).await?
    }

    /// Keeps a form and pictures that are ready, in one go: files first, then one transaction.
    ///
    /// # Errors
    /// When they can't be stored; then nothing of it is there.
    pub async fn keep_draft(
        &self,
        report_id: ReportId,
        form: ReportForm,
        photos: Vec<PreparedPhoto>,
    ) -> Result<DraftSaved, Error> {
        let now = self.inner.ambient.now();
        let inner = Arc::clone(&self.inner);
        let keeping = tokio::task::spawn_blocking(move || {
            let files: Vec<_> = photos.iter().map(|p| (p.id, p.photo.jpeg.as_slice())).collect();
            inner.vault.put_all(&files)?;
            inner.store.write_blocking(|tx| {
                draft::put(tx, report_id, &form, now)?;
                for p in &photos {
                    attachment::insert(tx, p.id, report_id, &p.name, p.photo.jpeg.len() as u64)?;
                    attachment::mark_ready(tx, p.id, &medium(&p.photo), p.photo.notice)?;
                }
                Ok(())
            })?;
            Ok::<_, Error>(DraftSaved { updated_at: now })
        });
        keeping.await.map_err(|_| Error::Bug("keeping a draft was cut short"))?
    }
}

/// The medium that a prepared picture is.
pub(super) fn medium(photo: &crate::media::Prepared) -> MediaRef {
    MediaRef {
        sha256: photo.sha256,
        bytes: photo.jpeg.len() as u64,
        kind: MediaKind::Jpeg,
        width: photo.width,
        height: photo.height,
        duration_ms: None,
    }
}

/// Removes files that no row names any more. What can't be removed now is an orphan for the next start.
pub(crate) async fn remove_files(inner: &Arc<Inner>, ids: Vec<AttachmentId>) {
    let inner = Arc::clone(inner);
    let removing = tokio::task::spawn_blocking(move || {
        let spooled = ids.iter().try_for_each(|id| inner.spool.remove(*id));
        spooled.and(inner.vault.remove(&ids)).and(inner.previews.remove(&ids))
    });
    match removing.await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "files without a row stay until the next start"),
        Err(_) => tracing::warn!("removing files was cut short"),
    }
}
