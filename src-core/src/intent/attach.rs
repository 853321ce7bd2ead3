//! Attaching a picture: its bytes come in pieces, the original is made durable, the picture is prepared,
//! and only when that is durable does the original go.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use pakn_api::{
    id::AttachmentId,
    ipc::{AttachBegin, AttachChunk, AttachFinish, AttachmentView, Change, RemoveAttachment},
    model::photo::{MAX_PER_REPORT, MAX_SOURCE_BYTES, PhotoError},
};

use super::draft::{medium, remove_files};
use crate::{
    Client,
    ambient::new_id,
    client::Inner,
    error::Error,
    media,
    store::{
        attachment::{self, Stage},
        draft,
    },
};

impl Client {
    /// Announces a picture for a draft.
    ///
    /// # Errors
    /// [`Error::Photo`] for what its length or number already rules out, [`Error::NotFound`] without the draft,
    /// [`crate::StoreError::Full`] without room for it.
    pub async fn attach_begin(&self, args: AttachBegin) -> Result<AttachmentId, Error> {
        if args.bytes == 0 {
            return Err(PhotoError::Empty.into());
        }
        if args.bytes > MAX_SOURCE_BYTES {
            return Err(PhotoError::TooManyBytes.into());
        }
        super::room::room_for(&self.inner, args.bytes).await?;
        let id = new_id!(self.inner.ambient, AttachmentId);
        let inner = Arc::clone(&self.inner);
        let bytes = args.bytes;
        let spooling = tokio::task::spawn_blocking(move || inner.spool.create(id, bytes));
        spooling.await.map_err(|_| Error::Bug("spooling was cut short"))??;
        let noted = self.inner.store.write(move |tx| {
            if draft::get(tx, args.report_id)?.is_none() {
                return Ok(Err(Error::NotFound));
            }
            if attachment::of_report(tx, args.report_id)?.len() >= MAX_PER_REPORT {
                return Ok(Err(PhotoError::TooManyPictures.into()));
            }
            attachment::insert(tx, id, args.report_id, &args.name, args.bytes)?;
            Ok(Ok(id))
        });
        // An error of the store's may hide a row that names the file: then the next start decides.
        let noted = noted.await?;
        if noted.is_err() {
            remove_files(&self.inner, vec![id]).await;
        }
        noted
    }

    /// Takes in the next bytes of a picture.
    ///
    /// # Errors
    /// When they don't belong at `offset` or can't be written.
    pub async fn attach_chunk(&self, args: AttachChunk) -> Result<(), Error> {
        let inner = Arc::clone(&self.inner);
        let appending = tokio::task::spawn_blocking(move || {
            let bytes = STANDARD.decode(args.base64).map_err(|_| Error::Bug("a chunk is not base64"))?;
            Ok(inner.spool.append(args.attachment_id, args.offset, &bytes)?)
        });
        appending.await.map_err(|_| Error::Bug("spooling was cut short"))?
    }

    /// All bytes are there: makes the original durable, prepares the picture, makes that durable.
    ///
    /// # Errors
    /// [`Error::Photo`] when the picture can't be used; it is then taken out of the draft again.
    pub async fn attach_finish(&self, args: AttachFinish) -> Result<AttachmentView, Error> {
        let id = args.attachment_id;
        let found = self.inner.store.read(move |db| attachment::get(db, id)).await?.ok_or(Error::NotFound)?;
        // Asked again after a full disk, it goes on where it stopped.
        if found.stage == Stage::Incoming {
            let inner = Arc::clone(&self.inner);
            let syncing = tokio::task::spawn_blocking(move || inner.spool.finish(id));
            syncing.await.map_err(|_| Error::Bug("spooling was cut short"))??;
            self.inner.store.write(move |tx| attachment::mark_original(tx, id)).await?;
        }
        prepare(&self.inner, id).await
    }

    /// Takes a picture out of its draft.
    ///
    /// # Errors
    /// [`Error::NotEditable`] once its report is in the outbox.
    pub async fn remove_attachment(&self, args: RemoveAttachment) -> Result<(), Error> {
        let id = args.attachment_id;
        let removed = self.inner.store.write(move |tx| {
            let Some(found) = attachment::get(tx, id)? else { return Ok(Ok(())) };
            if draft::get(tx, found.report_id)?.is_none() {
                return Ok(Err(Error::NotEditable));
            }
            attachment::delete(tx, id)?;
            Ok(Ok(()))
        });
        removed.await??;
        self.inner.tell(Change::Drafts);
        remove_files(&self.inner, vec![id]).await;
        Ok(())
    }
}

/// Turns a durable original into a durable picture. Also finishes what an earlier end interrupted.
pub(super) async fn prepare(inner: &Arc<Inner>, id: AttachmentId) -> Result<AttachmentView, Error> {
    let gate = inner.one_photo.acquire().await.map_err(|_| Error::Bug("the photo gate is closed"))?;
    let found = inner.store.read(move |db| attachment::get(db, id)).await?.ok_or(Error::NotFound)?;
    if found.stage != Stage::Original {
        return Ok(found.view());
    }
    let (working, name) = (Arc::clone(inner), found.name.clone());
    let preparing = tokio::task::spawn_blocking(move || {
        let source = working.spool.read(id)?;
        working.spool.begin_work(id)?;
        let photo = media::prepare(&source, &name);
        working.spool.end_work(id)?;
        let photo = photo?;
        drop(source);
        working.vault.put_all(&[(id, &photo.jpeg)])?;
        Ok::<_, Error>((medium(&photo), photo.notice))
    });
    let prepared = preparing.await.map_err(|_| Error::Photo(PhotoError::Damaged)).and_then(|result| result);
    let outcome = match prepared {
        Ok((medium, notice)) => {
            let report_id = found.report_id;
            let noted = inner.store.write(move |tx| {
                let others = attachment::of_report(tx, report_id)?;
                if others.iter().any(|a| a.id != id && a.medium().is_some_and(|m| m.sha256 == medium.sha256)) {
                    return Ok(Err(PhotoError::AlreadyAttached.into()));
                }
                Ok(if attachment::mark_ready(tx, id, &medium, notice)? { Ok(()) } else { Err(Error::NotFound) })
            });
            noted.await?
        }
        Err(error) => Err(error),
    };
    drop(gate);
    match outcome {
        Ok(()) => {
            let inner_for_removal = Arc::clone(inner);
            let removing = tokio::task::spawn_blocking(move || inner_for_removal.spool.remove(id));
            if !matches!(removing.await, Ok(Ok(()))) {
                tracing::warn!("an original that is no longer needed stays until the next start");
            }
            inner.tell(Change::Drafts);
            let ready = inner.store.read(move |db| attachment::get(db, id)).await?.ok_or(Error::NotFound)?;
            Ok(ready.view())
        }
        Err(error @ (Error::Photo(_) | Error::NotFound)) => {
            inner.store.write(move |tx| attachment::delete(tx, id)).await?;
            remove_files(inner, vec![id]).await;
            inner.tell(Change::Drafts);
            Err(error)
        }
        // Storage trouble: the original stays, and the next start tries again.
        Err(error) => Err(error),
    }
}
