//! Files that the camera or the gallery has put somewhere: copied into the spool, durably, before they may go from where
//! they lie, and prepared in the background.
//!
//! Whoever hands one over may die at any moment and hand it over again: by its source it is known, and becomes one
//! attachment however often it comes.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use pakn_api::{
    Timestamp,
    id::{AttachmentId, ReportId},
    ipc::{AttachFinish, CHUNK_BYTES, Change, CheckRoom, SetPoster, Shot},
    model::{
        photo::{MAX_PER_REPORT, PhotoError},
        report::ReportForm,
        video::{MAX_VIDEOS_PER_REPORT, VideoError},
    },
};
use rusqlite::Transaction;

use super::draft::remove_files;
use crate::{
    Client,
    ambient::new_id,
    client::jurisdiction,
    error::Error,
    media::{self, SourceKind, VaultError},
    store::{
        self, attachment, draft,
        setting::{self, TakenInKey},
    },
};

/// A file of the camera's or the gallery's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachFile {
    /// The draft.
    pub report_id: ReportId,
    /// What the file is known by; the same each time it is handed over, and no other's ever.
    pub source: String,
    /// Where it lies.
    pub path: PathBuf,
    /// Its name, as the citizen knows it.
    pub name: String,
    /// Where a still of it lies, of a video.
    pub poster: Option<PathBuf>,
}

impl Client {
    /// How many more files a draft may have, at least one: of one kind, or of both where none is said. Asked before the
    /// camera opens, because what was taken and can't be kept is worse than what is not taken.
    ///
    /// # Errors
    /// [`Error::Photo`], [`Error::Video`] when there is no place left, [`Error::NotFound`] without the draft,
    /// [`crate::StoreError::Full`] when the largest file would not fit.
    pub async fn places_left(&self, report_id: ReportId, shot: Option<Shot>) -> Result<usize, Error> {
        let there = self.inner.store.read(move |db| {
            let is_draft = draft::get(db, report_id)?.is_some();
            Ok(if is_draft { Some(attachment::of_report(db, report_id)?) } else { None })
        });
        let there = there.await?.ok_or(Error::NotFound)?;
        let left = MAX_PER_REPORT.saturating_sub(there.len());
        if left == 0 {
            return Err(PhotoError::TooManyPictures.into());
        }
        match shot {
            None | Some(Shot::Photo) => self.check_room(CheckRoom {}).await?,
            Some(Shot::Video) => {
                if there.iter().filter(|a| a.kind.is_video()).count() >= MAX_VIDEOS_PER_REPORT {
                    return Err(VideoError::TooManyVideos.into());
                }
                super::room::room_for_film(&self.inner).await?;
            }
        }
        Ok(left)
    }

    /// Attaches a file to a draft: one that was put aside meanwhile is taken back for it, and where the draft has gone or
    /// was sent, the file begins one of its own. When it answers, what there is of it is the core's and survives a
    /// power cut. It is prepared in the background; [`Client::attach_finish`] waits for that.
    ///
    /// # Errors
    /// [`Error::Photo`], [`Error::Video`] for what its first bytes, its length or the number of others already rule out,
    /// [`crate::StoreError::Full`] without room. Only in the last case, and where
    /// the device's storage fails, is it of any use to hand it over again. What is wrong with it otherwise is seen only
    /// when it is prepared: what may be the only copy goes no sooner.
    pub async fn attach_file(&self, file: AttachFile) -> Result<AttachmentId, Error> {
        let known = file.source.clone();
        if let Some(id) = self.inner.store.read(move |db| taken_in(db, &known)).await? {
            return Ok(id);
        }
        let (path, poster_path) = (file.path.clone(), file.poster.clone());
        let looking = tokio::task::spawn_blocking(move || {
            let poster = poster_path.and_then(|path| still(&path));
            look(&path).map(|seen| (seen, poster))
        });
        let ((bytes, kind), poster) = looking.await.map_err(|_| Error::Bug("looking at a file was cut short"))??;
        super::room::room_for(&self.inner, &file.name, bytes).await?;
        let id = new_id!(self.inner.ambient, AttachmentId);
        let inner = Arc::clone(&self.inner);
        let path = file.path.clone();
        let copying = tokio::task::spawn_blocking(move || inner.spool.take_in(id, &path));
        let copied = copying.await.map_err(|_| Error::Bug("copying was cut short"))?;
        if let Err(error) = copied {
            remove_files(&self.inner, vec![id]).await;
            return Err(error.into());
        }
        // An error of the store's may hide a row that names the copy: then the next start decides.
        let (own, now) = (new_id!(self.inner.ambient, ReportId), self.inner.ambient.now());
        let noted = self.inner.store.write(move |tx| note(tx, id, &file, (bytes, kind), (own, now))).await?;
        match noted {
            Ok(Noted::New) => {}
            Ok(Noted::Known(known)) => {
                remove_files(&self.inner, vec![id]).await;
                return Ok(known);
            }
            Err(error) => {
                remove_files(&self.inner, vec![id]).await;
                return Err(error);
            }
        }
        self.inner.tell(Change::Drafts);
        let client = self.clone();
        tokio::spawn(async move { client.finish_in_background(id, poster).await });
        Ok(id)
    }

    /// The sources that are known: of the files that were handed over and may come again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn known_sources(&self) -> Result<Vec<String>, Error> {
        let known = self.inner.store.read(setting::get::<TakenInKey>).await?.unwrap_or_default();
        Ok(known.into_iter().map(|(source, _)| source).collect())
    }

    /// These no longer lie where they came from and won't come again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn gone(&self, sources: Vec<String>) -> Result<(), Error> {
        Ok(self.inner.store.write(move |tx| keep_known(tx, |source, _| !sources.contains(source))).await?)
    }

    /// Waits until a file that was attached is prepared. One that was given up is left to the citizen.
    ///
    /// # Errors
    /// As [`Client::attach_finish`]. Where it is what the file is that is wrong, its source is no longer known: handed
    /// over again, it is tried again.
    pub async fn prepared(&self, id: AttachmentId) -> Result<(), Error> {
        if self.inner.is_given_up(id) {
            return Err(super::prepare::GIVEN_UP);
        }
        self.attach_finish(AttachFinish { attachment_id: id }).await.map(drop)
    }

    async fn finish_in_background(&self, id: AttachmentId, poster: Option<String>) {
        match super::prepare::prepare(&self.inner, id).await {
            Ok(_) => {}
            // The citizen took it out again.
            Err(Error::NotFound) => return,
            Err(error) => {
                tracing::warn!(%error, "a file that was taken in could not be prepared");
                return;
            }
        }
        if let Some(base64) = poster
            && let Err(error) = self.set_poster(SetPoster { attachment_id: id, base64 }).await
        {
            tracing::warn!(%error, "a video is without its still");
        }
    }
}

enum Noted {
    /// It is attached now.
    New,
    /// It was attached before.
    Known(AttachmentId),
}

/// The row and what the source is known by, in one go.
fn note(
    tx: &Transaction<'_>,
    id: AttachmentId,
    file: &AttachFile,
    (bytes, kind): (u64, SourceKind),
    (own, now): (ReportId, Timestamp),
) -> store::Result<Result<Noted, Error>> {
    if let Some(known) = taken_in(tx, &file.source)? {
        return Ok(Ok(Noted::Known(known)));
    }
    let report_id = draft_for(tx, file.report_id, own, now)?;
    if attachment::of_report(tx, report_id)?.len() >= MAX_PER_REPORT {
        return Ok(Err(PhotoError::TooManyPictures.into()));
    }
    attachment::insert(tx, id, report_id, &file.name, bytes)?;
    if let Err(error) = super::attach::mark_whole(tx, id, report_id, kind)? {
        attachment::delete(tx, id)?;
        return Ok(Err(error));
    }
    let mut known = setting::get::<TakenInKey>(tx)?.unwrap_or_default();
    known.push((file.source.clone(), id));
    setting::set::<TakenInKey>(tx, &known)?;
    Ok(Ok(Noted::New))
}

/// The draft that a file belongs to. It may be the only copy there is: so one that was put aside is taken back, and
/// where it has gone or was sent there is another, `own`.
fn draft_for(tx: &Transaction<'_>, report_id: ReportId, own: ReportId, now: Timestamp) -> store::Result<ReportId> {
    if draft::restore(tx, report_id)? || draft::get(tx, report_id)?.is_some() {
        return Ok(report_id);
    }
    let anonymous = jurisdiction(tx)?.anonymous_by_default;
    draft::put(tx, own, &ReportForm { happened_at: Some(now), anonymous, ..ReportForm::default() }, now)?;
    Ok(own)
}

/// What this was made of may come again, and is then new.
pub(super) fn forget(tx: &Transaction<'_>, id: AttachmentId) -> store::Result<()> {
    keep_known(tx, |_, known| known != id)
}

fn keep_known(tx: &Transaction<'_>, is_kept: impl Fn(&String, AttachmentId) -> bool) -> store::Result<()> {
    let Some(mut known) = setting::get::<TakenInKey>(tx)? else { return Ok(()) };
    known.retain(|(source, id)| is_kept(source, *id));
    if known.is_empty() { setting::clear::<TakenInKey>(tx) } else { setting::set::<TakenInKey>(tx, &known) }
}

fn taken_in(db: &rusqlite::Connection, source: &str) -> store::Result<Option<AttachmentId>> {
    let known = setting::get::<TakenInKey>(db)?.unwrap_or_default();
    Ok(known.into_iter().find(|(name, _)| name == source).map(|(_, id)| id))
}

/// A file's length and what it is, unless it is seen without decoding it that it can't be used.
fn look(path: &Path) -> Result<(u64, SourceKind), Error> {
    let mut file = File::open(path).map_err(VaultError::from)?;
    let bytes = file.metadata().map_err(VaultError::from)?.len();
    let kind = media::sniff(&mut file);
    media::check(&mut file, kind)?;
    Ok((bytes, kind))
}

/// A still's bytes, to be handed over; one that is too large is made anew by the page.
fn still(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    let mut file = File::open(path).ok()?.take(CHUNK_BYTES as u64 + 1);
    file.read_to_end(&mut bytes).ok()?;
    (bytes.len() <= CHUNK_BYTES).then(|| STANDARD.encode(bytes))
}
