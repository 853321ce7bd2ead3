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
    client::Inner,
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
                Ok(()) => {}
                Err(error) => self.after(error, &mut course).await?,
            }
        }
    }

    async fn take(&self, step: Step, course: &mut Course) -> Result<(), RemoteError> {
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
                None => return Err(RemoteError::Problem { problem: gone(), retry_after_ms: None }),
            },
            Step::Append(url, offset) => {
                let rest = usize::try_from(offset).ok().filter(|from| *from <= self.bytes.len());
                let rest = rest.map_or_else(Bytes::new, |from| self.bytes.slice(from..));
                let now = remote.append_upload(token, &url, offset, rest, self.on_sent()).await?;
                self.at(now);
                course.reached(now);
            }
            Step::Done => {}
        }
        Ok(())
    }

    /// What a failed request means for this try: it goes on, or it ends with an error.
    async fn after(&self, error: RemoteError, course: &mut Course) -> Result<(), Stop> {
        let go_on = match (&error, error.code()) {
            (RemoteError::Lost, _) | (_, Some(ErrorCode::UploadConflict)) => course.broke(),
            (_, Some(ErrorCode::NotFound)) => {
                self.forget().await;
                course.gone()
            }
            (_, Some(ErrorCode::HashMismatch)) if digest(&self.bytes) != self.medium.sha256 => {
                return Err(Stop::Park(ParkedReason::MediaLost));
            }
            // The device's copy is sound, so it was damaged on the way; the server has thrown its own away.
            (_, Some(ErrorCode::HashMismatch)) => {
                self.forget().await;
                if course.gone() { true } else { return Err(Stop::Remote(RemoteError::Lost)) }
            }
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
        let moved = flight.reached(self.delivery.row.seq, self.medium.sha256, offset);
        tell(self.delivery.inner, self.delivery, moved);
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

fn tell(inner: &Inner, delivery: &Delivery<'_>, moved: Option<(u64, u64)>) {
    if let Some((sent_bytes, total_bytes)) = moved {
        inner.tell(Change::Progress { report_id: delivery.row.report_id, sent_bytes, total_bytes });
    }
}

fn gone() -> pakn_api::wire::Problem {
    pakn_api::wire::Problem::new(ErrorCode::NotFound, "the upload is gone")
}

fn digest(bytes: &[u8]) -> MediaHash {
    MediaHash::from_digest(Sha256::digest(bytes).into())
}
