//! What is on a draft and what is on its way there, as the screen shows it. The work belongs to the app, not to the
//! screen: leaving the draft doesn't stop it.
//!
//! `files` brings in what a file input gave, `order` puts all of it into the citizen's order, `instead` puts one in
//! another's place.

mod files;
mod instead;
mod order;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex as StdMutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use futures::{channel::oneshot, lock::Mutex};
use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    id::{AttachmentId, ReportId},
    ipc::{AppError, AttachFinish, AttachmentState, AttachmentView, GetDraft, RemoveAttachment, Taken, TakenOutcome},
};

pub(super) use self::order::moved;
use super::stage::{Stage, Trouble};
use crate::{ipc, newest::Newest};

/// A file on its way into the draft.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Upload {
    pub(crate) key: u64,
    pub(crate) name: String,
    /// Whether it is a video, by what the browser takes it for.
    pub(crate) is_video: bool,
    pub(crate) stage: Stage,
    /// What the shell calls it, once it does.
    pub(crate) attachment_id: Option<AttachmentId>,
}

/// The files on their way into one draft, and the pictures and videos already there.
#[derive(Clone)]
pub(crate) struct Uploads {
    report_id: ReportId,
    pub(crate) list: ArcRwSignal<Vec<Upload>>,
    pub(crate) attachments: ArcRwSignal<Vec<AttachmentView>>,
    /// Those that go as soon as what comes in their place is there.
    pub(crate) replaced: ArcRwSignal<BTreeSet<AttachmentId>>,
    newest: Newest,
    next_key: Arc<AtomicU64>,
    turn: Arc<Mutex<()>>,
    order_turn: Arc<Mutex<()>>,
    /// The order that the shell is still being told of.
    wanted: Arc<StdMutex<Option<Vec<AttachmentId>>>>,
    /// Wakes the work on a file that failed; dropped, it ends it.
    again: Arc<StdMutex<BTreeMap<u64, oneshot::Sender<()>>>>,
    /// Those being prepared, of which nobody else hears how it ends.
    awaited: Arc<StdMutex<BTreeMap<AttachmentId, Awaited>>>,
    /// Those that are known to be ready, perhaps before the list of them says so.
    prepared: Arc<StdMutex<BTreeSet<AttachmentId>>>,
    /// Videos for which a still was looked for.
    stills_tried: Arc<StdMutex<BTreeSet<AttachmentId>>>,
    /// Whether the camera or the gallery is asked, which may give something yet.
    is_asking: Arc<AtomicBool>,
}

/// A file that is being prepared.
struct Awaited {
    name: String,
    /// Who waits for it; told whether it is ready.
    tell: Vec<oneshot::Sender<bool>>,
}

fn lock<T>(mutex: &StdMutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Uploads {
    /// A draft's uploads, none yet.
    pub(crate) fn new(report_id: ReportId) -> Self {
        Self {
            report_id,
            list: ArcRwSignal::new(Vec::new()),
            attachments: ArcRwSignal::new(Vec::new()),
            replaced: ArcRwSignal::default(),
            newest: Newest::default(),
            next_key: Arc::new(AtomicU64::new(0)),
            turn: Arc::new(Mutex::new(())),
            order_turn: Arc::default(),
            wanted: Arc::default(),
            again: Arc::default(),
            awaited: Arc::default(),
            prepared: Arc::default(),
            stills_tried: Arc::default(),
            is_asking: Arc::default(),
        }
    }

    /// Whether a file may still come in, or go for another.
    pub(crate) fn busy(&self) -> bool {
        !self.replaced.read().is_empty() || self.list.read().iter().any(|upload| !upload.stage.is_refused())
    }

    /// Says whether the camera or the gallery is asked.
    pub(crate) fn set_asking(&self, is_asking: bool) {
        self.is_asking.store(is_asking, Ordering::Relaxed);
    }

    /// Whether there is nothing, and nothing may come.
    pub(crate) fn is_nothing(&self) -> bool {
        !self.is_asking.load(Ordering::Relaxed)
            && self.attachments.read_untracked().is_empty()
            && self.list.read_untracked().is_empty()
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
        let attachments = match &*lock(&self.wanted) {
            Some(order) => order::arranged(attachments, |view| view.attachment_id, order),
            None => attachments,
        };
        self.show_progress(&attachments);
        let shown = {
            let list = self.list.read_untracked();
            let is_on_its_way =
                |view: &AttachmentView| list.iter().any(|upload| upload.attachment_id == Some(view.attachment_id));
            attachments.into_iter().filter(|view| !is_on_its_way(view)).collect::<Vec<_>>()
        };
        if self.attachments.with_untracked(|known| *known != shown) {
            self.attachments.set(shown);
        }
    }

    /// Tells how far those are prepared that are shown as uploads.
    fn show_progress(&self, attachments: &[AttachmentView]) {
        let stage_of = |upload: &Upload| {
            let view = attachments.iter().find(|view| Some(view.attachment_id) == upload.attachment_id)?;
            match (view.state, &upload.stage) {
                (AttachmentState::Processing { percent }, Stage::Preparing(known)) if percent != *known => {
                    Some((upload.key, Stage::Preparing(percent)))
                }
                _ => None,
            }
        };
        let news: Vec<_> = self.list.read_untracked().iter().filter_map(stage_of).collect();
        for (key, stage) in news {
            self.set(key, |upload| upload.stage = stage);
        }
    }

    /// Asks the shell what is on the draft. What is shown stays as it is until the shell can say.
    pub(crate) async fn refresh(&self) {
        let asked = self.ask();
        if let Ok(draft) = ipc::invoke(GetDraft { report_id: self.report_id }).await {
            self.know(asked, draft.attachments);
        }
    }

    /// What the camera or the gallery gave: what comes shows with the draft, what can't be used by its name.
    pub(crate) fn given(&self, taken: Vec<Taken>) -> Vec<AttachmentId> {
        let coming = self.note_given(taken);
        for attachment_id in coming.iter().copied() {
            let uploads = self.clone();
            spawn_local(async move {
                let outcome = ipc::invoke(AttachFinish { attachment_id }).await;
                uploads.settle(attachment_id, outcome.map(drop));
            });
        }
        coming
    }

    fn note_given(&self, taken: Vec<Taken>) -> Vec<AttachmentId> {
        let mut coming = Vec::new();
        for Taken { name, outcome } in taken {
            match outcome {
                TakenOutcome::Coming { attachment_id } => {
                    lock(&self.awaited).insert(attachment_id, Awaited { name, tell: Vec::new() });
                    coming.push(attachment_id);
                }
                TakenOutcome::Refused { error } => self.refuse(name, Trouble::Given(error)),
            }
        }
        coming
    }

    fn refuse(&self, name: String, trouble: Trouble) {
        let key = self.new_key();
        let stage = Stage::Failed(trouble);
        self.list.write().push(Upload { key, name, is_video: false, stage, attachment_id: None });
    }

    fn new_key(&self) -> u64 {
        self.next_key.fetch_add(1, Ordering::Relaxed)
    }

    /// How the preparing of a file ended: those who wait for it are told, and the citizen where it can't be used.
    fn settle(&self, attachment_id: AttachmentId, outcome: Result<(), AppError>) {
        // Taken out again meanwhile: then nobody needs to know.
        let Some(Awaited { name, tell }) = lock(&self.awaited).remove(&attachment_id) else { return };
        let is_ready = outcome.is_ok();
        match outcome {
            Ok(()) => {
                lock(&self.prepared).insert(attachment_id);
            }
            Err(AppError::NotFound) => self.refuse(name, Trouble::Lost),
            Err(error) => self.refuse(name, Trouble::Given(error)),
        }
        for waiting in tell {
            // Whoever no longer waits need not know.
            let _ = waiting.send(is_ready);
        }
    }

    /// Whether a file becomes ready; waits until that is known.
    async fn becomes_ready(&self, attachment_id: AttachmentId) -> bool {
        let told = {
            let mut awaited = lock(&self.awaited);
            awaited.get_mut(&attachment_id).map(|awaited| {
                let (tell, told) = oneshot::channel();
                awaited.tell.push(tell);
                told
            })
        };
        match told {
            Some(told) => told.await.unwrap_or(false),
            None => lock(&self.prepared).contains(&attachment_id),
        }
    }

    /// Has a picture or video prepared that was given up.
    ///
    /// # Errors
    /// Why it could not be.
    pub(crate) async fn prepare_again(&self, attachment_id: AttachmentId) -> Result<(), AppError> {
        let outcome = ipc::invoke(AttachFinish { attachment_id }).await;
        self.refresh().await;
        outcome.map(drop)
    }

    /// Takes a picture or video out of the draft.
    ///
    /// # Errors
    /// Why it could not be; it stays.
    pub(crate) async fn remove(&self, attachment_id: AttachmentId) -> Result<(), AppError> {
        match ipc::invoke(RemoveAttachment { attachment_id }).await {
            Ok(()) | Err(AppError::NotFound) => {
                lock(&self.awaited).remove(&attachment_id);
                self.attachments.write().retain(|view| view.attachment_id != attachment_id);
                self.refresh().await;
                Ok(())
            }
            Err(error) => Err(error),
        }
    }

    /// Shows what the shell made of a picture or video, in its place. To be followed by [`Uploads::refresh`]: an answer
    /// on its way, which may know of other news, is left aside.
    pub(crate) fn swap(&self, before: AttachmentId, now: AttachmentView) {
        self.newest.ask();
        self.attachments.update(|list| {
            list.retain(|view| view.attachment_id == before || view.attachment_id != now.attachment_id);
            if let Some(view) = list.iter_mut().find(|view| view.attachment_id == before) {
                *view = now;
            }
        });
    }

    /// Whether a still for a video may be looked for: once.
    pub(crate) fn may_look_for_still(&self, attachment_id: AttachmentId) -> bool {
        lock(&self.stills_tried).insert(attachment_id)
    }

    /// Forgets a file: dismisses its error, or gives up on it.
    pub(crate) fn forget(&self, key: u64) {
        self.list.write().retain(|upload| upload.key != key);
        lock(&self.again).remove(&key);
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

#[cfg(test)]
mod tests;
