//! Brings one file over: carries out its [`Course`], and keeps where it is for the next start.

use std::sync::Arc;

use bytes::Bytes;
use pakn_api::{
    ErrorCode,
    id::{AttachmentId, MediaHash, UploadId},
    ipc::{Change, ParkedReason},
    model::report::MediaRef,
};
use sha2::{Digest, Sha256};

use super::{
    course::{Course, Step},
    worker::{Delivery, Stop},
};
use crate::{
    remote::{NewUpload, OnSent, RemoteError, Upload},
    store::{attachment::Attachment, upload},
};

/// One file on its way.
pub(super) struct Transfer<'a> {
    delivery: &'a Delivery<'a>,
    medium: MediaRef,
    id: AttachmentId,
    bytes: Bytes,
}

impl<'a> Transfer<'a> {
    /// Finds the file on the device.
    pub(super) async fn of(delivery: &'a Delivery<'a>, medium: MediaRef, here: &[Attachment]) -> Result<Self, Stop> {
        let found = here.iter().find(|a| a.medium().is_some_and(|m| m.sha256 == medium.sha256)).map(|a| a.id);
        let id = found.ok_or(Stop::Park(ParkedReason::MediaLost))?;
        let bytes = delivery.inner.vault_read(id).await.map_err(|error| {
            tracing::error!(%error, "a picture of a waiting report can't be read");
            Stop::Park(ParkedReason::MediaLost)
        })?;
        if bytes.len() as u64 != medium.bytes {
            tracing::error!("a picture of a waiting report is no longer as long as it was");
            return Err(Stop::Park(ParkedReason::MediaLost));
        }
        Ok(Self { delivery, medium, id, bytes })
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
            match self.take(step, &mut course).await {
                Ok(true) => {}
                Ok(false) => self.anew(&mut course).await?,
                Err(error) => self.after(error, &mut course).await?,
            }
        }
    }

    /// Takes one step. `false` when the server no longer knows the upload.
    async fn take(&self, step: Step, course: &mut Course) -> Result<bool, RemoteError> {
        let (remote, token) = (&self.delivery.session.remote, &self.delivery.session.token);
        let MediaRef { sha256, bytes: total, .. } = self.medium;
        match step {
            Step::Send | Step::Find => {
                let first = if step == Step::Send { self.bytes.clone() } else { Bytes::new() };
                let new = NewUpload { upload_id: UploadId::from_uuid(self.id.uuid()), sha256, bytes: total };
                let Upload { url, offset } = remote.create_upload(token, new, first, self.on_sent()).await?;
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
                let rest = usize::try_from(offset).ok().filter(|from| *from <= self.bytes.len());
                let rest = rest.map_or_else(Bytes::new, |from| self.bytes.slice(from..));
                let now = remote.append_upload(token, &url, offset, rest, self.on_sent()).await?;
                if now <= offset {
                    // Taken without a byte: asked once more, but not for ever.
                    return Err(RemoteError::Lost);
                }
                self.at(now);
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
            (_, Some(ErrorCode::HashMismatch)) if digest(&self.bytes) != self.medium.sha256 => {
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

fn digest(bytes: &[u8]) -> MediaHash {
    MediaHash::from_digest(Sha256::digest(bytes).into())
}
