//! Attaching a picture or video: its bytes come in pieces or as a file, the original is made durable, and what is
//! sent is prepared from it. Only when that is durable does the original go.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use pakn_api::{
    id::{AttachmentId, ReportId},
    ipc::{AttachBegin, AttachChunk, AttachFinish, AttachmentView, Change, RemoveAttachment},
    model::{
        photo::{MAX_PER_REPORT, MAX_SOURCE_BYTES, PhotoError},
        video::{MAX_VIDEO_BYTES, MAX_VIDEOS_PER_REPORT, VideoError, is_named_as_video},
    },
};
use rusqlite::Transaction;

use super::{draft::remove_files, prepare};
use crate::{
    Client,
    ambient::new_id,
    error::Error,
    media::{self, SourceKind},
    store::{
        self,
        attachment::{self, Stage},
        draft,
    },
};

impl Client {
    /// Announces a picture or video for a draft.
    ///
    /// # Errors
    /// [`Error::Photo`] or [`Error::Video`] for what its length or number already rules out, [`Error::NotFound`] without
    /// the draft, [`crate::StoreError::Full`] without room for it.
    pub async fn attach_begin(&self, args: AttachBegin) -> Result<AttachmentId, Error> {
        check_length(&args.name, args.bytes)?;
        super::room::room_for(&self.inner, &args.name, args.bytes).await?;
        let id = new_id!(self.inner.ambient, AttachmentId);
        let inner = Arc::clone(&self.inner);
        let bytes = args.bytes;
        let spooling = tokio::task::spawn_blocking(move || inner.spool.create(id, bytes));
        spooling.await.map_err(|_| Error::Bug("spooling was cut short"))??;
        let noted = self.inner.store.write(move |tx| note(tx, id, args.report_id, &args.name, args.bytes));
        // An error of the store's may hide a row that names the file: then the next start decides.
        let noted = noted.await?;
        if noted.is_err() {
            remove_files(&self.inner, vec![id]).await;
        }
        noted.map(|()| id)
    }

    /// Takes in the next bytes of a picture or video.
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

    /// All bytes are there: makes the original durable, prepares what is sent, makes that durable.
    ///
    /// # Errors
    /// [`Error::Photo`] or [`Error::Video`] when it can't be used, [`Error::NotFound`] when it was removed meanwhile; it
    /// is then out of the draft again. Asked of one that was prepared in the background, it waits for it, or says why it
    /// is gone. One that was given up is tried once more.
    pub async fn attach_finish(&self, args: AttachFinish) -> Result<AttachmentView, Error> {
        let id = args.attachment_id;
        self.inner.take_up(id);
        let why_gone = || self.inner.refusal(id).map_or(Error::NotFound, Error::from);
        let found = self.inner.store.read(move |db| attachment::get(db, id)).await?.ok_or_else(why_gone)?;
        // Asked again after a full disk, it goes on where it stopped.
        if found.stage == Stage::Incoming {
            let inner = Arc::clone(&self.inner);
            let syncing = tokio::task::spawn_blocking(move || {
                inner.spool.finish(id)?;
                Ok::<_, Error>(media::sniff(&mut inner.spool.source(id)?))
            });
            let kind = syncing.await.map_err(|_| Error::Bug("spooling was cut short"))??;
            self.is_whole(id, kind).await?;
        }
        let prepared = prepare::prepare(&self.inner, id).await;
        prepared.map_err(|error| if matches!(error, Error::NotFound) { why_gone() } else { error })
    }

    /// All bytes of a file are durable: from here on it is prepared after every start.
    async fn is_whole(&self, id: AttachmentId, kind: SourceKind) -> Result<(), Error> {
        let whole = move |tx: &Transaction<'_>| {
            let Some(found) = attachment::get(tx, id)? else { return Ok(Err(Error::NotFound)) };
            let outcome = mark_whole(tx, id, found.report_id, kind)?;
            if outcome.is_err() {
                attachment::delete(tx, id)?;
            }
            Ok(outcome)
        };
        let outcome = self.inner.store.write(whole).await?;
        if outcome.is_err() {
            remove_files(&self.inner, vec![id]).await;
            self.inner.tell(Change::Drafts);
        }
        outcome
    }

    /// Takes a picture or video out of its draft, and stops what is being done to it.
    ///
    /// # Errors
    /// [`Error::NotEditable`] once its report is in the outbox.
    pub async fn remove_attachment(&self, args: RemoveAttachment) -> Result<(), Error> {
        let id = args.attachment_id;
        let removed = self.inner.store.write(move |tx| {
            let Some(found) = attachment::get(tx, id)? else { return Ok(Ok(Vec::new())) };
            if draft::get(tx, found.report_id)?.is_none() {
                return Ok(Err(Error::NotEditable));
            }
            attachment::delete(tx, id).map(Ok)
        });
        let files = removed.await??;
        // Its row is gone: whatever is still written of it is taken away by who writes it.
        self.inner.jobs.cancel(id);
        self.inner.tell(Change::Drafts);
        remove_files(&self.inner, files).await;
        Ok(())
    }
}

/// All bytes of a file are durable: from here on it is prepared after every start.
pub(super) fn mark_whole(
    tx: &Transaction<'_>,
    id: AttachmentId,
    report_id: ReportId,
    kind: SourceKind,
) -> store::Result<Result<(), Error>> {
    if let SourceKind::Video(kind) = kind {
        let others = attachment::of_report(tx, report_id)?;
        if others.iter().filter(|a| a.id != id && a.kind.is_video()).count() >= MAX_VIDEOS_PER_REPORT {
            return Ok(Err(VideoError::TooManyVideos.into()));
        }
        attachment::note_kind(tx, id, kind)?;
    }
    attachment::mark_original(tx, id).map(|_| Ok(()))
}

/// What a file's length already rules out.
pub(super) fn check_length(name: &str, bytes: u64) -> Result<(), Error> {
    let is_video = is_named_as_video(name);
    match bytes {
        0 if is_video => Err(VideoError::Truncated.into()),
        0 => Err(PhotoError::Empty.into()),
        _ if bytes > MAX_VIDEO_BYTES && is_video => Err(VideoError::TooManyBytes.into()),
        // A name may lie, and only the content says what it is: more is refused once that is known.
        _ if bytes > MAX_VIDEO_BYTES.max(MAX_SOURCE_BYTES) => Err(PhotoError::TooManyBytes.into()),
        _ => Ok(()),
    }
}

/// Adds the row of a file that is coming in.
fn note(tx: &Transaction<'_>, id: AttachmentId, report_id: ReportId, name: &str, bytes: u64) -> store::Result<Result<(), Error>> {
    if draft::get(tx, report_id)?.is_none() {
        return Ok(Err(Error::NotFound));
    }
    if attachment::of_report(tx, report_id)?.len() >= MAX_PER_REPORT {
        return Ok(Err(PhotoError::TooManyPictures.into()));
    }
    attachment::insert(tx, id, report_id, name, bytes)?;
    Ok(Ok(()))
}
