//! Brings chosen picture files into a draft, slice by slice, one file after the other.
//!
//! A file that can't be used keeps its place in the list with its own error until that is dismissed;
//! the others go on. The work belongs to the app, not to the screen: leaving the draft doesn't stop it.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::lock::Mutex;
use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    id::{AttachmentId, ReportId},
    ipc::{AppError, AttachBegin, AttachChunk, AttachFinish, AttachmentView, CHUNK_BYTES, RemoveAttachment},
    model::photo::{MAX_PER_REPORT, MAX_SOURCE_BYTES, PhotoError},
};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use crate::{
    amount::{percent, slices},
    ipc,
};

/// How far a file has come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    /// Others are before it.
    Queued,
    /// So much of it, in percent, has been read.
    Reading(u8),
    /// All of it is there; the shell is at work.
    Preparing,
    /// It can't be used.
    Failed(AppError),
}

/// A file on its way into the draft.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Upload {
    pub(crate) key: u64,
    pub(crate) name: String,
    pub(crate) stage: Stage,
    /// What the shell calls it, once it does.
    pub(crate) attachment_id: Option<AttachmentId>,
}

/// The files on their way into one draft, and the pictures already there.
#[derive(Clone)]
pub(crate) struct Uploads {
    report_id: ReportId,
    pub(crate) list: ArcRwSignal<Vec<Upload>>,
    pub(crate) attachments: ArcRwSignal<Vec<AttachmentView>>,
    next_key: Arc<AtomicU64>,
    turn: Arc<Mutex<()>>,
}

/// Why a file need not even be read.
fn refuse_unread(bytes: u64, pictures_before: usize) -> Option<PhotoError> {
    if pictures_before >= MAX_PER_REPORT {
        Some(PhotoError::TooManyPictures)
    } else if bytes == 0 {
        Some(PhotoError::Empty)
    } else if bytes > MAX_SOURCE_BYTES {
        Some(PhotoError::TooManyBytes)
    } else {
        None
    }
}

/// A file's size; a browser counts in floats.
fn size_of(file: &File) -> u64 {
    file.size() as u64
}

impl Uploads {
    /// A draft's uploads, none yet.
    pub(crate) fn new(report_id: ReportId) -> Self {
        Self {
            report_id,
            list: ArcRwSignal::new(Vec::new()),
            attachments: ArcRwSignal::new(Vec::new()),
            next_key: Arc::new(AtomicU64::new(0)),
            turn: Arc::new(Mutex::new(())),
        }
    }

    /// Whether a file is still on its way.
    pub(crate) fn busy(&self) -> bool {
        self.list.read().iter().any(|upload| !matches!(upload.stage, Stage::Failed(_)))
    }

    /// What the shell says is on the draft; files on their way are shown as uploads, not twice.
    pub(crate) fn know(&self, attachments: Vec<AttachmentView>) {
        let list = self.list.read_untracked();
        let is_on_its_way = |view: &AttachmentView| list.iter().any(|upload| upload.attachment_id == Some(view.attachment_id));
        self.attachments.set(attachments.into_iter().filter(|view| !is_on_its_way(view)).collect());
    }

    /// Takes a picture out of the draft.
    ///
    /// # Errors
    /// Why it could not be; it stays.
    pub(crate) async fn remove(&self, attachment_id: AttachmentId) -> Result<(), AppError> {
        match ipc::invoke(RemoveAttachment { attachment_id }).await {
            Ok(()) | Err(AppError::NotFound) => {
                self.attachments.write().retain(|view| view.attachment_id != attachment_id);
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Takes in files, in their order.
    pub(crate) fn take(&self, files: Vec<File>) {
        for file in files {
            let on_their_way = self.list.read_untracked().iter().filter(|u| !matches!(u.stage, Stage::Failed(_))).count();
            let refused = refuse_unread(size_of(&file), self.attachments.read_untracked().len() + on_their_way);
            let key = self.next_key.fetch_add(1, Ordering::Relaxed);
            let stage = refused.map_or(Stage::Queued, |reason| Stage::Failed(AppError::Photo { reason }));
            self.list.write().push(Upload { key, name: file.name(), stage, attachment_id: None });
            if refused.is_none() {
                let uploads = self.clone();
                spawn_local(async move { uploads.bring_in(key, &file).await });
            }
        }
    }

    /// Forgets a file: dismisses its error, or gives up on it.
    pub(crate) fn forget(&self, key: u64) {
        self.list.write().retain(|upload| upload.key != key);
    }

    async fn bring_in(&self, key: u64, file: &File) {
        let _turn = self.turn.lock().await;
        if !self.is_wanted(key) {
            return;
        }
        let begin = AttachBegin { report_id: self.report_id, name: file.name(), bytes: size_of(file) };
        let attachment_id = match ipc::invoke(begin).await {
            Ok(id) => id,
            Err(error) => return self.set(key, |upload| upload.stage = Stage::Failed(error)),
        };
        self.set(key, |upload| upload.attachment_id = Some(attachment_id));
        match self.send(key, attachment_id, file).await {
            Ok(Some(view)) if self.is_wanted(key) => {
                self.attachments.update(|list| {
                    list.retain(|known| known.attachment_id != attachment_id);
                    list.push(view);
                });
                self.forget(key);
            }
            Ok(Some(_) | None) => self.give_up(attachment_id).await,
            Err(error) => {
                self.give_up(attachment_id).await;
                self.set(key, |upload| upload.stage = Stage::Failed(error));
            }
        }
    }

    /// Hands the file over; nothing comes back when it is no longer wanted.
    async fn send(&self, key: u64, attachment_id: AttachmentId, file: &File) -> Result<Option<AttachmentView>, AppError> {
        let total = size_of(file);
        for range in slices(total, CHUNK_BYTES as u64) {
            if !self.is_wanted(key) {
                return Ok(None);
            }
            let read = percent(range.start, total).unwrap_or(0);
            self.set(key, |upload| upload.stage = Stage::Reading(read));
            let offset = range.start;
            let bytes = read_slice(file, range).await.ok_or(AppError::Photo { reason: PhotoError::Damaged })?;
            ipc::invoke(AttachChunk { attachment_id, offset, base64: STANDARD.encode(bytes) }).await?;
        }
        self.set(key, |upload| upload.stage = Stage::Preparing);
        ipc::invoke(AttachFinish { attachment_id }).await.map(Some)
    }

    async fn give_up(&self, attachment_id: AttachmentId) {
        // Gone already is what was asked for; anything else shows when the draft is next opened.
        let _ = ipc::invoke(RemoveAttachment { attachment_id }).await;
    }

    fn is_wanted(&self, key: u64) -> bool {
        self.list.read_untracked().iter().any(|upload| upload.key == key)
    }

    fn set(&self, key: u64, edit: impl FnOnce(&mut Upload)) {
        self.list.update(|list| {
            if let Some(upload) = list.iter_mut().find(|upload| upload.key == key) {
                edit(upload);
            }
        });
    }
}

async fn read_slice(file: &File, range: std::ops::Range<u64>) -> Option<Vec<u8>> {
    let slice = file.slice_with_f64_and_f64(range.start as f64, range.end as f64).ok()?;
    let buffer = JsFuture::from(slice.array_buffer()).await.ok()?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    (bytes.len() as u64 == range.end - range.start).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hopeless_files_are_refused_before_they_are_read() {
        let table = [
            ((0, 0), Some(PhotoError::Empty)),
            ((1, 0), None),
            ((MAX_SOURCE_BYTES, MAX_PER_REPORT - 1), None),
            ((MAX_SOURCE_BYTES + 1, 0), Some(PhotoError::TooManyBytes)),
            ((200 * 1024 * 1024, 0), Some(PhotoError::TooManyBytes)),
            ((1, MAX_PER_REPORT), Some(PhotoError::TooManyPictures)),
        ];
        for ((bytes, before), expected) in table {
            assert_eq!(refuse_unread(bytes, before), expected, "{bytes} bytes, {before} before");
        }
    }
}
