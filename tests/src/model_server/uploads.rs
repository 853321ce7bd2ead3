//! Resumable uploads: one per name the device gives, finished when its last byte is in and the hash is right.

use std::collections::btree_map::Entry;

use bytes::Bytes;
use pakn_api::{
    ErrorCode, Timestamp,
    id::{MediaHash, ReportId, UploadId, UserId},
    model::photo::{MAX_UPLOAD_BYTES, PhotoFormat},
    wire::path,
};
use pakn_core::remote::{NewUpload, Upload};
use sha2::{Digest as _, Sha256};

use super::{Answer, Medium, State};

/// So many bytes tell a file's format for certain.
const HEAD: u64 = 16;

pub(super) struct Unfinished {
    sha256: MediaHash,
    length: u64,
    bytes: Vec<u8>,
    touched: Timestamp,
}

impl Unfinished {
    pub(super) fn is_kept(&self, now: Timestamp, keeps_ms: i64) -> bool {
        now.since(self.touched) < keeps_ms
    }

    fn offset(&self) -> u64 {
        self.bytes.len() as u64
    }
}

fn id_of(url: &str) -> Answer<UploadId> {
    let id = url.strip_prefix(path::UPLOADS).and_then(|rest| rest.strip_prefix('/'));
    id.and_then(|id| id.parse().ok()).ok_or_else(|| ErrorCode::NotFound.into())
}

impl State {
    /// `POST /v1/uploads`.
    ///
    /// # Errors
    /// As the contract has it.
    pub fn create_upload(&mut self, token: &str, new: NewUpload, first: &[u8], now: Timestamp) -> Answer<Upload> {
        let user = self.who(token)?;
        let NewUpload { upload_id, sha256, bytes } = new;
        let answered = |offset| Ok(Upload { url: path::upload(upload_id), offset });
        if bytes > MAX_UPLOAD_BYTES {
            return Err(ErrorCode::TooLarge.into());
        }
        if bytes == 0 {
            return Err(ErrorCode::BadRequest.into());
        }
        let there = self.uploads.get(&(user, upload_id));
        let other = there.is_some_and(|there| there.sha256 != sha256 || there.length != bytes);
        let stored = self.media.get(&(user, sha256)).map(|stored| stored.bytes.len() as u64);
        let was_other = self.finished(user, upload_id).is_some() && self.done.get(&(user, upload_id)) != Some(&sha256);
        if other || was_other || stored.is_some_and(|length| length != bytes) {
            return Err(ErrorCode::UploadConflict.into());
        }
        if let Some(stored) = self.media.get_mut(&(user, sha256)) {
            // Sent again counts as sent just now: it isn't collected before a report can name it.
            stored.at = now;
            self.uploads.remove(&(user, upload_id));
            self.done.insert((user, upload_id), sha256);
            return answered(bytes);
        }
        if let Some(there) = there {
            return answered(there.offset());
        }
        self.uploads.insert((user, upload_id), Unfinished { sha256, length: bytes, bytes: Vec::new(), touched: now });
        self.push(user, upload_id, first, now).and_then(answered)
    }

    /// `HEAD` of an upload: `None` when it is not known.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub fn upload_offset(&self, token: &str, url: &str) -> Answer<Option<u64>> {
        let user = self.who(token)?;
        let Ok(id) = id_of(url) else { return Ok(None) };
        Ok(self.uploads.get(&(user, id)).map(Unfinished::offset).or_else(|| self.finished(user, id)))
    }

    /// `PATCH` of an upload.
    ///
    /// # Errors
    /// As the contract has it.
    pub fn append_upload(&mut self, token: &str, url: &str, offset: u64, bytes: &[u8], now: Timestamp) -> Answer<u64> {
        let user = self.who(token)?;
        let id = id_of(url)?;
        let there = self.uploads.get(&(user, id)).map(Unfinished::offset).or_else(|| self.finished(user, id));
        if there.ok_or(ErrorCode::NotFound)? != offset {
            return Err(ErrorCode::UploadConflict.into());
        }
        if !self.uploads.contains_key(&(user, id)) {
            return if bytes.is_empty() { Ok(offset) } else { Err(ErrorCode::TooLarge.into()) };
        }
        self.push(user, id, bytes, now)
    }

    /// The length of a finished upload's file, as long as that is here.
    fn finished(&self, user: UserId, id: UploadId) -> Option<u64> {
        let hash = self.done.get(&(user, id))?;
        self.media.get(&(user, *hash)).map(|stored| stored.bytes.len() as u64)
    }

    fn push(&mut self, user: UserId, id: UploadId, bytes: &[u8], now: Timestamp) -> Answer<u64> {
        let there = self.uploads.get_mut(&(user, id)).ok_or(ErrorCode::NotFound)?;
        if there.offset() + bytes.len() as u64 > there.length {
            return Err(ErrorCode::TooLarge.into());
        }
        there.bytes.extend_from_slice(bytes);
        there.touched = now;
        let head = HEAD.min(there.length);
        if there.offset() >= head && !matches!(PhotoFormat::sniff(&there.bytes), Ok(PhotoFormat::Jpeg)) {
            self.uploads.remove(&(user, id));
            return Err(ErrorCode::MediaUnsupported.into());
        }
        if there.offset() < there.length {
            return Ok(there.offset());
        }
        let Some(whole) = self.uploads.remove(&(user, id)) else { return Err(ErrorCode::NotFound.into()) };
        if MediaHash::from_digest(Sha256::digest(&whole.bytes).into()) != whole.sha256 {
            return Err(ErrorCode::HashMismatch.into());
        }
        self.done.insert((user, id), whole.sha256);
        self.own(user, whole.sha256, whole.bytes.into(), now);
        Ok(whole.length)
    }

    /// Notes whose the file is, and lets the reports count that waited for nothing else.
    fn own(&mut self, user: UserId, hash: MediaHash, bytes: Bytes, now: Timestamp) {
        if let Entry::Vacant(place) = self.media.entry((user, hash)) {
            place.insert(Medium { bytes, at: now });
            *self.created.files.entry((user, hash)).or_default() += 1;
        }
        let waits = |held: &super::Held| held.user == user && held.view.is_none();
        let waiting: Vec<ReportId> = self.reports.iter().filter(|(_, held)| waits(held)).map(|(id, _)| *id).collect();
        for report_id in waiting {
            self.receive_if_whole(report_id, now);
        }
    }

    /// `GET /v1/media/{sha256}`.
    ///
    /// # Errors
    /// `unauthenticated`, `not_found`.
    pub fn medium(&self, token: &str, hash: MediaHash) -> Answer<Bytes> {
        let user = self.who(token)?;
        self.media.get(&(user, hash)).map(|stored| stored.bytes.clone()).ok_or_else(|| ErrorCode::NotFound.into())
    }

    /// The server's process ends and starts again: of what was on its way, `keeps` of 256 parts are on its disk.
    pub fn crash(&mut self, keeps: u8) {
        for upload in self.uploads.values_mut() {
            let kept = upload.bytes.len() * usize::from(keeps) / 256;
            upload.bytes.truncate(kept);
        }
    }
}
