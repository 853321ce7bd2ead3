//! Keeps what is typed, while it is typed.
//!
//! Invariants: at most one save is on its way; each save carries the newest form; the state says
//! `Saved` only when the last change is durable. The form outlives its screen until it is kept, so
//! leaving in the middle of a word loses nothing; `live` finds it again when the draft is reopened. What a
//! save is, and of what, is its maker's: a report's draft, the profile.

use std::{
    pin::Pin,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
};

use futures::lock::Mutex;
use gloo_timers::future::TimeoutFuture;
use leptos::{ev, prelude::*, task::spawn_local};
use pakn_api::{ipc::AppError, model::report::ReportForm};

/// How long typing may go on before it is kept, in milliseconds.
const PAUSE_MS: u32 = 400;
/// How long after a failed save it is tried again, in milliseconds.
const RETRY_MS: u32 = 4_000;

/// Whether what is on the screen is durable.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SaveState {
    /// It is.
    Saved,
    /// Not yet.
    Saving,
    /// It is not, and the last try failed.
    Failed(AppError),
}

type Save<T> = dyn Fn(T) -> Pin<Box<dyn Future<Output = Result<(), AppError>>>> + Send + Sync;

struct Desk<T: Send + Sync + 'static> {
    form: ArcRwSignal<T>,
    state: ArcRwSignal<SaveState>,
    /// Counts changes.
    changed: AtomicU64,
    /// The count of changes that is durable.
    kept: AtomicU64,
    timer_runs: AtomicBool,
    closed: AtomicBool,
    /// Its screen was left to be come back to.
    awaited: AtomicBool,
    turn: Mutex<()>,
    save: Box<Save<T>>,
}

/// A form and the promise to keep it.
pub(crate) struct Autosave<T: Send + Sync + 'static = ReportForm>(Arc<Desk<T>>);

impl<T: Send + Sync + 'static> Clone for Autosave<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// An [`Autosave`] that lasts only as long as a screen shows it or a save of it is to come.
pub(crate) struct WeakAutosave<T: Send + Sync + 'static = ReportForm>(Weak<Desk<T>>);

impl<T: Send + Sync + 'static> WeakAutosave<T> {
    /// The form, if anybody still needs it.
    pub(crate) fn upgrade(&self) -> Option<Autosave<T>> {
        self.0.upgrade().map(Autosave)
    }
}

impl<T: Clone + PartialEq + Send + Sync + 'static> Autosave<T> {
    /// A form as it was last kept, and how to keep it.
    pub(crate) fn new<F, S>(form: T, save: impl Fn(T) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<S, AppError>> + 'static,
    {
        Self(Arc::new(Desk {
            form: ArcRwSignal::new(form),
            state: ArcRwSignal::new(SaveState::Saved),
            changed: AtomicU64::new(0),
            kept: AtomicU64::new(0),
            timer_runs: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            awaited: AtomicBool::new(false),
            turn: Mutex::new(()),
            save: Box::new(move |form| {
                let saving = save(form);
                Box::pin(async move { saving.await.map(drop) })
            }),
        }))
    }

    /// The form as it stands.
    pub(crate) fn form(&self) -> ArcRwSignal<T> {
        self.0.form.clone()
    }

    /// Whether it is durable.
    pub(crate) fn state(&self) -> ArcRwSignal<SaveState> {
        self.0.state.clone()
    }

    /// A way to find it again without keeping it.
    pub(crate) fn downgrade(&self) -> WeakAutosave<T> {
        WeakAutosave(Arc::downgrade(&self.0))
    }

    /// Whether the form was changed since it was opened, even if the change was taken back.
    pub(crate) fn was_changed(&self) -> bool {
        self.0.changed.load(Relaxed) > 0
    }

    /// Whether its screen was left to be come back to, and has not been since.
    pub(crate) fn is_awaited(&self) -> bool {
        self.0.awaited.load(Relaxed)
    }

    /// It was come back to.
    pub(crate) fn came_back(&self) {
        self.0.awaited.store(false, Relaxed);
    }

    /// Changes the form and keeps it within [`PAUSE_MS`]; says whether there was anything to change.
    pub(crate) fn change(&self, edit: impl FnOnce(&mut T)) -> bool {
        let changed = self.edit(edit);
        if changed {
            self.flush_after(PAUSE_MS);
        }
        changed
    }

    /// Takes a form that was kept by others, unless something here is not kept yet; says whether it is another one.
    pub(crate) fn adopt(&self, form: T) -> bool {
        let all_kept = self.0.changed.load(Relaxed) == self.0.kept.load(Relaxed);
        let takes = all_kept && !self.is_closed() && self.0.form.with_untracked(|mine| *mine != form);
        if takes {
            self.0.form.set(form);
        }
        takes
    }

    /// Has the form kept although nothing may have been put into it: its screen is left to be come back to.
    pub(crate) fn keep(&self) {
        self.mark_awaited();
        self.0.changed.fetch_add(1, Relaxed);
        self.flush_now();
    }

    pub(crate) fn mark_awaited(&self) {
        self.0.awaited.store(true, Relaxed);
    }

    /// Keeps what is not kept yet, without waiting for the outcome.
    pub(crate) fn flush_now(&self) {
        let desk = self.clone();
        spawn_local(async move { desk.flush_or_retry().await });
    }

    /// Keeps what is not kept yet.
    ///
    /// # Errors
    /// Why it could not be; the form stays as it is and counts as not kept.
    pub(crate) async fn flush(&self) -> Result<(), AppError> {
        let desk = &self.0;
        let _turn = desk.turn.lock().await;
        while !self.is_closed() && desk.changed.load(Relaxed) != desk.kept.load(Relaxed) {
            let seen = desk.changed.load(Relaxed);
            desk.state.set(SaveState::Saving);
            let form = desk.form.get_untracked();
            if let Err(error) = (desk.save)(form).await {
                desk.state.set(SaveState::Failed(error.clone()));
                return Err(error);
            }
            desk.kept.store(seen, Relaxed);
        }
        desk.state.set(SaveState::Saved);
        Ok(())
    }

    /// Ends the promise: the draft is in other hands, or thrown away.
    pub(crate) fn close(&self) {
        self.0.closed.store(true, Relaxed);
    }

    /// Whether [`Autosave::close`] was called.
    pub(crate) fn is_closed(&self) -> bool {
        self.0.closed.load(Relaxed)
    }

    /// Changes the form without keeping it; says whether there was anything to change.
    pub(crate) fn edit(&self, edit: impl FnOnce(&mut T)) -> bool {
        let before = self.0.form.get_untracked();
        let mut after = before.clone();
        edit(&mut after);
        if before == after || self.is_closed() {
            return false;
        }
        self.0.changed.fetch_add(1, Relaxed);
        self.0.form.set(after);
        // A failure stays on the screen until a save has succeeded.
        if self.0.state.with_untracked(|state| *state == SaveState::Saved) {
            self.0.state.set(SaveState::Saving);
        }
        true
    }

    fn flush_after(&self, ms: u32) {
        if self.0.timer_runs.swap(true, Relaxed) {
            return;
        }
        let desk = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(ms).await;
            desk.0.timer_runs.store(false, Relaxed);
            desk.flush_or_retry().await;
        });
    }

    async fn flush_or_retry(&self) {
        match self.flush().await {
            // Trying again would not bring back a draft that is gone or has left.
            Ok(()) | Err(AppError::NotFound | AppError::NotEditable) => {}
            Err(_) => self.flush_after(RETRY_MS),
        }
    }
}

/// Keeps what is typed when the page is hidden, for as long as the screen that calls this is shown.
pub(crate) fn flush_when_hidden<T: Clone + PartialEq + Send + Sync + 'static>(autosave: &Autosave<T>) {
    // A listener that was removed goes when the page collects its garbage, and must not keep the form till then.
    let flush = |autosave: WeakAutosave<T>| move || autosave.upgrade().iter().for_each(Autosave::flush_now);
    let (flush_hidden, flush_left) = (flush(autosave.downgrade()), flush(autosave.downgrade()));
    let hidden = window_event_listener_untyped("visibilitychange", move |_| flush_hidden());
    let page_hidden = window_event_listener(ev::pagehide, move |_| flush_left());
    on_cleanup(move || {
        hidden.remove();
        page_hidden.remove();
    });
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use std::sync::Mutex as StdMutex;

    use futures::{
        channel::oneshot,
        executor::{LocalPool, block_on},
        task::LocalSpawnExt,
    };
    use pakn_api::{Timestamp, ipc::DraftSaved};

    use super::*;

    const SAVED: DraftSaved = DraftSaved { updated_at: Timestamp(1) };

    type Calls = Arc<StdMutex<Vec<(String, oneshot::Sender<Result<DraftSaved, AppError>>)>>>;

    /// A shell that answers when the test says so.
    fn slow_shell() -> (Autosave, Calls) {
        let calls = Calls::default();
        let seen = Arc::clone(&calls);
        let autosave = Autosave::new(ReportForm::default(), move |form| {
            let (answer, waits) = oneshot::channel();
            seen.lock().unwrap().push((form.title, answer));
            async move { waits.await.unwrap() }
        });
        (autosave, calls)
    }

    fn state(autosave: &Autosave) -> SaveState {
        autosave.state().get_untracked()
    }

    #[test]
    fn what_is_typed_while_a_save_runs_is_kept_by_the_next_one() {
        let (autosave, calls) = slow_shell();
        let mut pool = LocalPool::new();
        autosave.edit(|form| form.title = "Ổ".to_owned());
        assert_eq!(state(&autosave), SaveState::Saving);
        for _ in 0..2 {
            let autosave = autosave.clone();
            pool.spawner().spawn_local(async move { autosave.flush().await.unwrap() }).unwrap();
        }
        pool.run_until_stalled();
        autosave.edit(|form| form.title = "Ổ gà".to_owned());
        assert_eq!(calls.lock().unwrap().len(), 1, "one save at a time");

        calls.lock().unwrap().pop().unwrap().1.send(Ok(SAVED)).unwrap();
        pool.run_until_stalled();
        assert_eq!(state(&autosave), SaveState::Saving, "the newest words are not durable yet");
        let (title, answer) = calls.lock().unwrap().pop().unwrap();
        assert_eq!(title, "Ổ gà");
        answer.send(Ok(SAVED)).unwrap();
        pool.run_until_stalled();
        assert_eq!(state(&autosave), SaveState::Saved);
        assert!(calls.lock().unwrap().is_empty(), "nothing is saved twice");
    }

    #[test]
    fn a_failure_is_told_until_a_save_succeeds() {
        let outcomes = StdMutex::new(vec![Ok(SAVED), Err(AppError::StorageFull)]);
        let autosave = Autosave::new(ReportForm::default(), move |_| {
            let outcome = outcomes.lock().unwrap().pop().unwrap();
            async move { outcome }
        });
        autosave.edit(|form| form.title = "a".to_owned());
        assert_eq!(block_on(autosave.flush()), Err(AppError::StorageFull));
        autosave.edit(|form| form.title = "ab".to_owned());
        assert_eq!(state(&autosave), SaveState::Failed(AppError::StorageFull));
        assert_eq!(block_on(autosave.flush()), Ok(()));
        assert_eq!(state(&autosave), SaveState::Saved);
    }

    #[test]
    fn what_others_kept_is_taken_over_only_where_nothing_is_lost() {
        let (autosave, calls) = slow_shell();
        let titled = |title: &str| ReportForm { title: title.to_owned(), ..ReportForm::default() };
        assert!(autosave.adopt(titled("từ máy chủ")));
        assert!(!autosave.adopt(titled("từ máy chủ")), "it is the same");
        assert_eq!(state(&autosave), SaveState::Saved);
        autosave.edit(|form| form.title.push_str(", sửa"));
        assert!(!autosave.adopt(titled("từ nơi khác")), "what was typed is not kept yet");
        assert_eq!(autosave.form().get_untracked(), titled("từ máy chủ, sửa"));
        assert!(calls.lock().unwrap().is_empty());
    }

    #[test]
    fn an_edit_that_changes_nothing_saves_nothing_and_a_closed_desk_takes_nothing() {
        let (autosave, calls) = slow_shell();
        assert!(!autosave.edit(|form| form.title.clear()));
        autosave.close();
        assert!(!autosave.edit(|form| form.title = "muộn".to_owned()));
        assert_eq!(block_on(autosave.flush()), Ok(()));
        assert!(calls.lock().unwrap().is_empty());
    }
}
