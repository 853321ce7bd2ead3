//! The drafts being written, each by at most one [`Autosave`].
//!
//! Whoever reopens a draft whose last words are not kept yet goes on with the very same form. Nothing
//! here keeps a form alive: its screen and its saves do, so what is kept and left is forgotten.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use pakn_api::id::ReportId;

use crate::autosave::{Autosave, WeakAutosave};

/// The drafts being written.
#[derive(Clone, Default)]
pub(crate) struct LiveDrafts(Arc<Mutex<HashMap<ReportId, WeakAutosave>>>);

impl LiveDrafts {
    /// The form of a draft that is being written, or that was left and is not kept yet.
    pub(crate) fn get(&self, report_id: ReportId) -> Option<Autosave> {
        self.all().get(&report_id).and_then(WeakAutosave::upgrade).filter(|autosave| !autosave.is_closed())
    }

    /// As [`LiveDrafts::get`]; where there is none, the given one from now on.
    pub(crate) fn get_or(&self, report_id: ReportId, start: impl FnOnce() -> Autosave) -> Autosave {
        if let Some(live) = self.get(report_id) {
            return live;
        }
        let autosave = start();
        let mut all = self.all();
        all.retain(|_, autosave| autosave.upgrade().is_some());
        all.insert(report_id, autosave.downgrade());
        autosave
    }

    fn all(&self) -> MutexGuard<'_, HashMap<ReportId, WeakAutosave>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use futures::{channel::oneshot, executor::LocalPool, task::LocalSpawnExt};
    use leptos::prelude::GetUntracked;
    use pakn_api::{
        Timestamp,
        ipc::{AppError, DraftSaved},
        model::report::ReportForm,
    };

    use super::*;
    use crate::autosave::SaveState;

    const SAVED: DraftSaved = DraftSaved { updated_at: Timestamp(1) };

    type Calls = Arc<Mutex<Vec<(String, oneshot::Sender<Result<DraftSaved, AppError>>)>>>;

    fn id() -> ReportId {
        ReportId::new(1, [1; 10])
    }

    fn start(calls: &Calls) -> Autosave {
        let calls = Arc::clone(calls);
        Autosave::new(ReportForm::default(), move |form| {
            let (answer, waits) = oneshot::channel();
            calls.lock().unwrap().push((form.title, answer));
            async move { waits.await.unwrap() }
        })
    }

    fn flush(pool: &LocalPool, autosave: &Autosave) {
        let autosave = autosave.clone();
        pool.spawner().spawn_local(async move { drop(autosave.flush().await) }).unwrap();
    }

    #[test]
    fn a_draft_reopened_before_it_is_kept_goes_on_with_the_same_form() {
        let (drafts, calls, mut pool) = (LiveDrafts::default(), Calls::default(), LocalPool::new());
        let first = drafts.get_or(id(), || start(&calls));
        first.edit(|form| form.title = "cũ".to_owned());
        // The screen goes; a failing save and the try after it hold on to the form.
        flush(&pool, &first);
        pool.run_until_stalled();
        calls.lock().unwrap().pop().unwrap().1.send(Err(AppError::StorageFull)).unwrap();
        pool.run_until_stalled();
        flush(&pool, &first);
        drop(first);
        pool.run_until_stalled();

        let again = drafts.get_or(id(), || start(&calls));
        assert_eq!(again.form().get_untracked().title, "cũ", "not what the shell has");
        assert_eq!(again.state().get_untracked(), SaveState::Saving);
        again.edit(|form| form.title = "mới".to_owned());
        let mut kept = Vec::new();
        while let Some((title, answer)) = { calls.lock().unwrap().pop() } {
            kept.push(title);
            answer.send(Ok(SAVED)).unwrap();
            pool.run_until_stalled();
        }
        assert_eq!(kept, ["cũ", "mới"], "nothing older comes after the newest");
        assert_eq!(again.state().get_untracked(), SaveState::Saved);
    }

    #[test]
    fn what_is_kept_and_left_and_what_is_closed_is_forgotten() {
        let (drafts, calls, mut pool) = (LiveDrafts::default(), Calls::default(), LocalPool::new());
        let first = drafts.get_or(id(), || start(&calls));
        first.edit(|form| form.title = "một".to_owned());
        flush(&pool, &first);
        pool.run_until_stalled();
        drop(first);
        assert!(drafts.get(id()).is_some(), "its save is on its way");
        calls.lock().unwrap().pop().unwrap().1.send(Ok(SAVED)).unwrap();
        pool.run_until_stalled();
        assert!(drafts.get(id()).is_none());

        let sent = drafts.get_or(id(), || start(&calls));
        sent.close();
        assert!(drafts.get(id()).is_none());
        assert!(!drafts.get_or(id(), || start(&calls)).is_closed());
    }
}
