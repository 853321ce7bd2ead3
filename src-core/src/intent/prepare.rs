//! From a durable original to a durable picture or video, one at a time. Also finishes what an earlier end
//! interrupted.

use std::{
    io::{Read, Seek},
    sync::Arc,
};

use pakn_api::{
    Timestamp,
    id::AttachmentId,
    ipc::{AttachmentView, Change, MediaHint},
    model::{
        photo::{PhotoError, PhotoNotice},
        report::MediaRef,
        video::VideoError,
    },
};
use rusqlite::Transaction;

use super::{
    draft::{medium, remove_files},
    take_in,
};
use crate::{
    client::{Inner, Refusal},
    error::Error,
    media::{self, Job, SourceKind, Unprepared, VaultError, hint::hint},
    store::{
        self,
        attachment::{self, Stage},
    },
};

/// The answer for an original that is left to the citizen.
pub(super) const GIVEN_UP: Error = Error::Bug("what was not survived is tried when the citizen asks for it");

/// What became of an original.
struct Made {
    medium: MediaRef,
    notice: Option<PhotoNotice>,
    hint: Option<MediaHint>,
}

/// Turns a durable original into what is sent.
pub(super) async fn prepare(inner: &Arc<Inner>, id: AttachmentId) -> Result<AttachmentView, Error> {
    // Held to the end: whoever waits for it finds the file either ready or gone.
    let _gate = inner.one_photo.acquire().await.map_err(|_| Error::Bug("the photo gate is closed"))?;
    let found = inner.store.read(move |db| attachment::get(db, id)).await?.ok_or(Error::NotFound)?;
    if found.stage != Stage::Original {
        return Ok(found.view());
    }
    // Whoever waited for their turn meanwhile must not do it again.
    if inner.is_given_up(id) && inner.spool.deaths(id) > 0 {
        return Err(GIVEN_UP);
    }
    // Only now: one that waits its turn is not worked on, and must not stand for the one that is.
    let changes = inner.changes();
    // Nobody listening is fine: whoever comes later asks for everything.
    let running = inner.jobs.begin(id, Job::telling(move |_| drop(changes.send(Change::Drafts))));
    let (working, job, name, now) = (Arc::clone(inner), running.job(), found.name.clone(), inner.ambient.now());
    let preparing = tokio::task::spawn_blocking(move || make(&working, id, &name, now, &job));
    let made = preparing.await.map_err(|_| Error::Bug("preparing a file was cut short")).and_then(|result| result);
    let outcome = match made {
        Ok(made) => inner.store.write(move |tx| note(tx, &found, &made)).await?,
        Err(error) => Err(error),
    };
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
        Err(error @ (Error::Photo(_) | Error::Video(_) | Error::NotFound)) => {
            // Said before the row goes: whoever finds none asks for this next.
            if let Some(refusal) = Refusal::of(&error) {
                inner.refuse(id, refusal);
            }
            // What is of use and can't be prepared may be handed over again; the rest is known for what it is.
            let is_unmade = !matches!(error, Error::Photo(PhotoError::AlreadyAttached) | Error::NotFound);
            let forget = move |tx: &Transaction<'_>| {
                if is_unmade {
                    take_in::forget(tx, id)?;
                }
                attachment::delete(tx, id)
            };
            inner.store.write(forget).await?;
            remove_files(inner, vec![id]).await;
            inner.tell(Change::Drafts);
            Err(error)
        }
        // Storage trouble, or a fault of ours: the original stays, and the next start, or the citizen, tries again.
        Err(error) => {
            inner.give_up([id]);
            inner.tell(Change::Drafts);
            Err(error)
        }
    }
}

/// The result is durable: its row says so.
fn note(tx: &Transaction<'_>, found: &attachment::Attachment, made: &Made) -> store::Result<Result<(), Error>> {
    let (id, medium) = (found.id, &made.medium);
    let others = attachment::of_report(tx, found.report_id)?;
    if others.iter().any(|a| a.id != id && a.medium().is_some_and(|m| m.sha256 == medium.sha256)) {
        return Ok(Err(PhotoError::AlreadyAttached.into()));
    }
    if !attachment::mark_ready(tx, id, medium, made.notice)? {
        return Ok(Err(Error::NotFound));
    }
    // Its report is a draft: what isn't ready can't be sent.
    if let Some(hint) = &made.hint {
        attachment::keep_hint(tx, id, hint)?;
    }
    Ok(Ok(()))
}

fn make(inner: &Inner, id: AttachmentId, name: &str, now: Timestamp, job: &Job) -> Result<Made, Error> {
    let mut source = inner.spool.source(id)?;
    let kind = media::sniff(&mut source);
    match kind {
        SourceKind::Photo => {
            let mut bytes = Vec::new();
            source.rewind().and_then(|()| source.read_to_end(&mut bytes)).map_err(VaultError::from)?;
            drop(source);
            inner.spool.begin_work(id)?;
            let hint = hint(&mut std::io::Cursor::new(&bytes), kind, now);
            let photo = media::prepare_watched(&bytes, name, job);
            inner.spool.end_work(id)?;
            let photo = photo?;
            drop(bytes);
            inner.vault.put_all(&[(id, &photo.jpeg)])?;
            Ok(Made { medium: medium(&photo), notice: photo.notice, hint })
        }
        SourceKind::OtherVideo => Err(VideoError::UnsupportedFormat.into()),
        SourceKind::Video(_) => {
            inner.spool.begin_work(id)?;
            let hint = hint(&mut source, kind, now);
            let video = inner.vault.put_with(id, |out| media::video::prepare(&mut source, out, job).map_err(Error::from));
            inner.spool.end_work(id)?;
            Ok(Made { medium: video?.medium(), notice: None, hint })
        }
    }
}

impl From<Unprepared> for Error {
    fn from(error: Unprepared) -> Self {
        match error {
            Unprepared::Photo(error) => error.into(),
            Unprepared::Video(error) => error.into(),
            Unprepared::Io(error) => Self::Vault(error.into()),
            // Only what was removed is cancelled.
            Unprepared::Cancelled => Self::NotFound,
        }
    }
}
