//! Brings chosen picture files into a draft, slice by slice, one file after the other.
//!
//! A file that can't be used keeps its place in the list with its own error until that is dismissed;
//! the others go on. One that could not be read or kept just now (no room on the device) is held on to, with
//! whatever of it is there already, until it is tried again or given up: it may be the only one there is.
//! The work belongs to the app, not to the screen: leaving the draft doesn't stop it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex as StdMutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{channel::oneshot, lock::Mutex};
use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    id::{AttachmentId, ReportId},
    ipc::{AppError, AttachBegin, AttachChunk, AttachFinish, AttachmentView, CHUNK_BYTES, RemoveAttachment},
};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

use super::stage::{Stage, Trouble, refuse_unread};
use crate::{
    amount::{percent, slices},
    ipc,
    newest::Newest,
};

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
    newest: Newest,
    next_key: Arc<AtomicU64>,
    turn: Arc<Mutex<()>>,
    /// Wakes the work on a file that failed; dropped, it ends it.
    again: Arc<StdMutex<BTreeMap<u64, oneshot::Sender<()>>>>,
}

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
    /// A draft's uploads, none yet.
    pub(crate) fn new(report_id: ReportId) -> Self {
        Self {
            report_id,
            list: ArcRwSignal::new(Vec::new()),
            attachments: ArcRwSignal::new(Vec::new()),
            newest: Newest::default(),
            next_key: Arc::new(AtomicU64::new(0)),
            turn: Arc::new(Mutex::new(())),
            again: Arc::default(),
        }
    }

    /// Whether a file may still come in.
    pub(crate) fn busy(&self) -> bool {
        self.list.read().iter().any(|upload| !upload.stage.is_refused())
    }

    /// To be called when the shell is asked what is on the draft, for [`Uploads::know`].
    pub(crate) fn ask(&self) -> u64 {
        self.newest.ask()
    }

    /// What the shell answered to that question, unless it was asked again since; files on their way are
    /// shown as uploads, not twice.
    pub(crate) fn know(&self, asked: u64, attachments: Vec<AttachmentView>) {
        if !self.newest.is(asked) {
            return;
        }
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
            let on_their_way = self.list.read_untracked().iter().filter(|u| !u.stage.is_refused()).count();
            let refused = refuse_unread(size_of(&file), self.attachments.read_untracked().len() + on_their_way);
            let key = self.next_key.fetch_add(1, Ordering::Relaxed);
            let stage = refused.map_or(Stage::Queued, |reason| Stage::Failed(AppError::Photo { reason }.into()));
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
        self.waiting().remove(&key);
    }

    /// Tries a file again that could not be kept.
    pub(crate) fn try_again(&self, key: u64) {
        if let Some(again) = self.waiting().remove(&key) {
            self.set(key, |upload| upload.stage = Stage::Queued);
            // Nobody waits only if the file was forgotten meanwhile.
            let _ = again.send(());
        }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, oneshot::Sender<()>>> {
        self.again.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn bring_in(&self, key: u64, file: &File) {
        let mut way = Way::default();
        loop {
            let outcome = {
                let _turn = self.turn.lock().await;
                self.attempt(key, file, &mut way).await
            };
            match outcome {
                Ok(Some(view)) if self.is_wanted(key) => {
                    self.attachments.update(|list| {
                        list.retain(|known| known.attachment_id != view.attachment_id);
                        list.push(view);
                    });
                    return self.forget(key);
                }
                Ok(_) => return self.give_up(&way).await,
                Err(error) if error.is_passing() && self.is_wanted(key) => {
                    let (again, asked) = oneshot::channel();
                    self.waiting().insert(key, again);
                    self.set(key, |upload| upload.stage = Stage::Failed(error));
                    if asked.await.is_err() {
                        return self.give_up(&way).await;
                    }
                }
                Err(error) => {
                    self.give_up(&way).await;
                    return self.set(key, |upload| upload.stage = Stage::Failed(error));
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
        self.set(key, |upload| upload.stage = Stage::Preparing);
        Ok(Some(ipc::invoke(AttachFinish { attachment_id }).await?))
    }

    async fn give_up(&self, way: &Way) {
        if let Some(attachment_id) = way.attachment_id {
            // Gone already is what was asked for; anything else shows when the draft is next opened.
            let _ = ipc::invoke(RemoveAttachment { attachment_id }).await;
        }
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
    use pakn_api::ipc::AttachmentState;

    use super::*;

    fn picture(n: u8) -> AttachmentView {
        AttachmentView {
            attachment_id: AttachmentId::new(1, [n; 10]),
            name: String::new(),
            state: AttachmentState::Processing,
            notice: None,
        }
    }

    #[test]
    fn an_answer_about_pictures_that_was_overtaken_is_left_aside() {
        let uploads = Uploads::new(ReportId::new(1, [1; 10]));
        let (first, second) = (uploads.ask(), uploads.clone().ask());
        uploads.know(second, vec![picture(1), picture(2)]);
        uploads.know(first, vec![picture(1)]);
        assert_eq!(*uploads.attachments.read_untracked(), [picture(1), picture(2)]);
    }

    #[test]
    fn a_picture_on_its_way_is_shown_once() {
        let uploads = Uploads::new(ReportId::new(1, [1; 10]));
        let attachment_id = Some(picture(2).attachment_id);
        uploads.list.set(vec![Upload { key: 0, name: String::new(), stage: Stage::Preparing, attachment_id }]);
        uploads.know(uploads.ask(), vec![picture(1), picture(2)]);
        assert_eq!(*uploads.attachments.read_untracked(), [picture(1)]);
    }
}
