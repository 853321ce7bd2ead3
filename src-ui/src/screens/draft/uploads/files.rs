//! Brings in what a file input gave, slice by slice, one file after the other.
//!
//! A file that can't be used keeps its place in the list with its own error until that is dismissed;
//! the others go on. One that could not be read or kept just now (no room on the device) is held on to, with
//! whatever of it is there already, until it is tried again or given up: it may be the only one there is.

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::channel::oneshot;
use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    id::AttachmentId,
    ipc::{AttachBegin, AttachChunk, AttachFinish, AttachmentKind, AttachmentView, CHUNK_BYTES, RemoveAttachment},
};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::{
    super::stage::{Before, Stage, Trouble, looks_like_video, refuse_unread},
    Upload, Uploads, lock,
};
use crate::{
    amount::{percent, slices},
    ipc,
};

/// How far the work on a file has come, so that another try goes on there.
#[derive(Default)]
struct Way {
    attachment_id: Option<AttachmentId>,
    handed_over: bool,
}

/// A file's size; a browser counts in floats.
fn size_of(file: &File) -> u64 {
    file.size() as u64
}

impl Uploads {
    /// Takes in files, in their order.
    pub(crate) fn take(&self, files: Vec<File>) {
        for file in files {
            if let Some(key) = self.queue(&file) {
                let uploads = self.clone();
                spawn_local(async move {
                    uploads.bring_in(key, &file).await;
                });
            }
        }
    }

    /// Takes in a file in the place of what is there; that goes once the file is ready.
    pub(crate) fn take_instead(&self, file: File, before: AttachmentId) {
        if let Some(key) = self.queue(&file) {
            let uploads = self.clone();
            spawn_local(async move {
                if let Some(now) = uploads.bring_in(key, &file).await {
                    uploads.put_instead(before, now).await;
                }
            });
        }
    }

    /// Notes a file as coming, or as refused.
    fn queue(&self, file: &File) -> Option<u64> {
        let is_video = looks_like_video(&file.type_(), &file.name());
        let refused = refuse_unread(size_of(file), is_video, self.before());
        let key = self.new_key();
        let is_coming = refused.is_none();
        let stage = refused.map_or(Stage::Queued, |error| Stage::Failed(error.into()));
        self.list.write().push(Upload { key, name: file.name(), is_video, stage, attachment_id: None });
        is_coming.then_some(key)
    }

    /// What is there and on its way.
    fn before(&self) -> Before {
        let (there, list) = (self.attachments.read_untracked(), self.list.read_untracked());
        let coming = || list.iter().filter(|upload| !upload.stage.is_refused());
        let videos = there.iter().filter(|view| view.kind == AttachmentKind::Video).count();
        Before { files: there.len() + coming().count(), videos: videos + coming().filter(|upload| upload.is_video).count() }
    }

    /// Tries a file again that could not be kept.
    pub(crate) fn try_again(&self, key: u64) {
        if let Some(again) = lock(&self.again).remove(&key) {
            self.set(key, |upload| upload.stage = Stage::Queued);
            // Nobody waits only if the file was forgotten meanwhile.
            let _ = again.send(());
        }
    }

    /// Answers what the file became, unless it can't be used or is no longer wanted.
    async fn bring_in(&self, key: u64, file: &File) -> Option<AttachmentId> {
        let mut way = Way::default();
        loop {
            let outcome = {
                let _turn = self.turn.lock().await;
                self.attempt(key, file, &mut way).await
            };
            match outcome {
                Ok(Some(view)) if self.is_wanted(key) => {
                    let attachment_id = view.attachment_id;
                    lock(&self.prepared).insert(attachment_id);
                    self.attachments.update(|list| {
                        list.retain(|known| known.attachment_id != view.attachment_id);
                        list.push(view);
                    });
                    self.forget(key);
                    return Some(attachment_id);
                }
                Ok(_) => {
                    self.give_up(&way).await;
                    return None;
                }
                Err(error) if error.is_passing() && self.is_wanted(key) => {
                    let (again, asked) = oneshot::channel();
                    lock(&self.again).insert(key, again);
                    self.set(key, |upload| upload.stage = Stage::Failed(error));
                    if asked.await.is_err() {
                        self.give_up(&way).await;
                        return None;
                    }
                }
                Err(error) => {
                    self.give_up(&way).await;
                    self.set(key, |upload| upload.stage = Stage::Failed(error));
                    return None;
                }
            }
        }
    }

    /// Takes the file from where it is to the draft; nothing comes back when it is no longer wanted.
    async fn attempt(&self, key: u64, file: &File, way: &mut Way) -> Result<Option<AttachmentView>, Trouble> {
        if !self.is_wanted(key) {
            return Ok(None);
        }
        let total = size_of(file);
        let attachment_id = match way.attachment_id {
            Some(id) => id,
            None => ipc::invoke(AttachBegin { report_id: self.report_id, name: file.name(), bytes: total }).await?,
        };
        way.attachment_id = Some(attachment_id);
        self.set(key, |upload| upload.attachment_id = Some(attachment_id));
        // What is there already is compared and left as it is.
        for range in slices(total, CHUNK_BYTES as u64).filter(|_| !way.handed_over) {
            if !self.is_wanted(key) {
                return Ok(None);
            }
            let read = percent(range.start, total).unwrap_or(0);
            self.set(key, |upload| upload.stage = Stage::Reading(read));
            let offset = range.start;
            let bytes = read_slice(file, range).await.ok_or(Trouble::Unreadable)?;
            ipc::invoke(AttachChunk { attachment_id, offset, base64: STANDARD.encode(bytes) }).await?;
        }
        way.handed_over = true;
        self.set(key, |upload| upload.stage = Stage::Preparing(None));
        Ok(Some(ipc::invoke(AttachFinish { attachment_id }).await?))
    }

    async fn give_up(&self, way: &Way) {
        if let Some(attachment_id) = way.attachment_id {
            // Gone already is what was asked for; anything else shows when the draft is next opened.
            let _ = ipc::invoke(RemoveAttachment { attachment_id }).await;
        }
    }
}

async fn read_slice(file: &File, range: std::ops::Range<u64>) -> Option<Vec<u8>> {
    let slice = file.slice_with_f64_and_f64(range.start as f64, range.end as f64).ok()?;
    let buffer = JsFuture::from(slice.array_buffer()).await.ok()?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    (bytes.len() as u64 == range.end - range.start).then_some(bytes)
}
