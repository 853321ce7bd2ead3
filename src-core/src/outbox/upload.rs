//! Brings one file over: carries out its [`Course`], and keeps where it is for the next start.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use bytes::Bytes;
use pakn_api::{
    ErrorCode,
    id::{AttachmentId, MediaHash, UploadId},
    ipc::{Change, ParkedReason},
    model::{photo::MAX_UPLOAD_BYTES, report::MediaRef},
};
use sha2::{Digest, Sha256};

use super::{
    course::{Course, Step},
    worker::{Delivery, Stop},
};
use crate::{
    media::VaultError,
    remote::{NewUpload, OnSent, RemoteError, Upload},
    store::{attachment::Attachment, upload},
};

/// The most of a file that is held in memory and sent in one request, in bytes: a picture whole, a video in parts.
const PART_BYTES: u64 = MAX_UPLOAD_BYTES;

/// One file on its way.
pub(super) struct Transfer<'a> {
    delivery: &'a Delivery<'a>,
    medium: MediaRef,
    id: AttachmentId,
}

impl<'a> Transfer<'a> {
    /// Finds the file on the device.
    pub(super) async fn of(delivery: &'a Delivery<'a>, medium: MediaRef, here: &[Attachment]) -> Result<Self, Stop> {
        let found = here.iter().find(|a| a.medium().is_some_and(|m| m.sha256 == medium.sha256)).map(|a| a.id);
        let id = found.ok_or(Stop::Park(ParkedReason::MediaLost))?;
        let transfer = Self { delivery, medium, id };
        let length = transfer.on_disk(|file| file.metadata().map(|found| found.len())).await?;
        if length != medium.bytes {
            tracing::error!("a file of a waiting report is no longer as long as it was");
            return Err(Stop::Park(ParkedReason::MediaLost));
        }
        Ok(transfer)
    }

    /// Reads of the file. One that can't be read is lost.
    async fn on_disk<T: Send + 'static>(&self, read: impl FnOnce(File) -> io::Result<T> + Send + 'static) -> Result<T, Stop> {
        let (vault, id) = (self.delivery.inner.vault.clone(), self.id);
        let reading = tokio::task::spawn_blocking(move || Ok(read(vault.open_file(id)?)?));
        let read = reading.await.map_err(|_| VaultError::Io(io::Error::other("reading was cut short"))).and_then(|read| read);
        read.map_err(|error| {
            tracing::error!(%error, "a file of a waiting report can't be read");
            Stop::Park(ParkedReason::MediaLost)
        })
    }

    /// What is sent in one request from a byte on.
    async fn part(&self, from: u64) -> Result<Bytes, Stop> {
        let length = self.medium.bytes.saturating_sub(from).min(PART_BYTES);
        self.on_disk(move |mut file| {
            file.seek(SeekFrom::Start(from))?;
            let mut bytes = Vec::new();
            file.take(length).read_to_end(&mut bytes)?;
            Ok(bytes.into())
        })
        .await
    }

    /// Sends what the server doesn't have. `begun` when an earlier try may have sent some.
    pub(super) async fn run(&self, begun: bool) -> Result<(), Stop> {
        let user = self.delivery.session.user_id;
        let (inner, id) = (self.delivery.inner, self.id);
        let kept = if begun { inner.store.read(move |db| upload::get(db, user, id)).await? } else { None };
        if let Some(kept) = &kept {
            self.at(kept.offset);
        }
        let mut course = Course::new(self.medium.bytes, begun, kept.map(|kept| kept.url));
        loop {
            let step = course.next();
            if step == Step::Done {
                return Ok(());
            }
            let bytes = match &step {
                Step::Send => self.part(0).await?,
                Step::Append(_, offset) => self.part(*offset).await?,
                Step::Find | Step::Ask(_) | Step::Done => Bytes::new(),
            };
            let before = course.furthest();
            match self.take(step, bytes, &mut course).await {
                Ok(true) if course.furthest() > before => self.delivery.got_on(),
                Ok(true) => {}
                Ok(false) => self.anew(&mut course).await?,
                Err(error) => self.after(error, &mut course).await?,
            }
        }
    }

    /// Takes one step with the bytes it sends. `false` when the server no longer knows the upload.
    async fn take(&self, step: Step, bytes: Bytes, course: &mut Course) -> Result<bool, RemoteError> {
        let (remote, token) = (&self.delivery.session.remote, &self.delivery.session.token);
        let MediaRef { sha256, bytes: total, .. } = self.medium;
        match step {
            Step::Send | Step::Find => {
                let new = NewUpload { upload_id: UploadId::from_uuid(self.id.uuid()), sha256, bytes: total };
                let Upload { url, offset } = remote.create_upload(token, new, bytes, self.on_sent()).await?;
                self.at(offset);
                if offset < total {
                    self.keep(url.clone(), offset).await;
                }
                course.created(url, offset);
            }
            Step::Ask(url) => match remote.upload_offset(token, &url).await? {
                Some(offset) => {
                    self.at(offset);
                    self.keep(url, offset).await;
                    course.reached(offset);
                }
                None => return Ok(false),
            },
            Step::Append(url, offset) => {
                let now = remote.append_upload(token, &url, offset, bytes, self.on_sent()).await?;
                if now <= offset {
                    // Taken without a byte: asked once more, but not for ever.
                    return Err(RemoteError::Lost);
                }
                self.at(now);
                if now < total {
                    self.keep(url, now).await;
                }
                course.reached(now);
            }
            Step::Done => {}
        }
        Ok(true)
    }

    /// The server has nothing of it: it is made anew, now or at the next try.
    async fn anew(&self, course: &mut Course) -> Result<(), Stop> {
        self.forget().await;
        if course.gone() { Ok(()) } else { Err(Stop::Remote(RemoteError::Lost)) }
    }

    /// What a failed request means for this try: it goes on, or it ends with an error.
    async fn after(&self, error: RemoteError, course: &mut Course) -> Result<(), Stop> {
        let go_on = match (&error, error.code()) {
            (RemoteError::Lost, _) | (_, Some(ErrorCode::UploadConflict)) => course.broke(),
            (_, Some(ErrorCode::HashMismatch)) if self.on_disk(digest).await? != self.medium.sha256 => {
                return Err(Stop::Park(ParkedReason::MediaLost));
            }
            // Where the device's copy is sound, it was damaged on the way, and the server has thrown its own away.
            (_, Some(ErrorCode::NotFound | ErrorCode::HashMismatch)) => return self.anew(course).await,
            _ => false,
        };
        if go_on { Ok(()) } else { Err(error.into()) }
    }

    /// Notes for the next start where this goes on.
    async fn keep(&self, url: String, offset: u64) {
        let (user, id) = (self.delivery.session.user_id, self.id);
        let keeping = self.delivery.inner.store.write(move |tx| upload::put(tx, user, id, &upload::Kept { url, offset }));
        if let Err(error) = keeping.await {
            tracing::warn!(%error, "how far an upload is can't be kept; it will be asked for");
        }
    }

    async fn forget(&self) {
        self.at(0);
        let id = self.id;
        if let Err(error) = self.delivery.inner.store.write(move |tx| upload::forget(tx, id)).await {
            tracing::warn!(%error, "a lost upload can't be forgotten; it will be asked for");
        }
    }

    /// The server has so many bytes.
    fn at(&self, offset: u64) {
        let flight = &self.delivery.inner.flight;
        let report_id = self.delivery.row.report_id;
        if let Some((sent_bytes, total_bytes)) = flight.reached(self.delivery.row.seq, self.medium.sha256, offset) {
            self.delivery.inner.tell(Change::Progress { report_id, sent_bytes, total_bytes });
        }
    }

    fn on_sent(&self) -> OnSent {
        let (inner, seq, report_id, hash): (_, _, _, MediaHash) =
            (Arc::clone(self.delivery.inner), self.delivery.row.seq, self.delivery.row.report_id, self.medium.sha256);
        Arc::new(move |bytes| {
            if let Some((sent_bytes, total_bytes)) = inner.flight.moved(seq, hash, bytes) {
                inner.tell(Change::Progress { report_id, sent_bytes, total_bytes });
            }
        })
    }
}

fn digest(mut file: File) -> io::Result<MediaHash> {
    let mut hasher = Sha256::new();
    io::copy(&mut file, &mut hasher)?;
    Ok(MediaHash::from_digest(hasher.finalize().into()))
}
