//! An answer of the shell as a signal.
//!
//! Of answers that overtake each other only the one asked for last is kept, and none that was asked for
//! before the shell told the answer of its own accord.

use leptos::{prelude::*, task::spawn_local};
use pakn_api::ipc::{AppError, Command};

use crate::{ipc, newest::Newest};

/// Something asked for: not there yet, there, or failed. A failure leaves what was there before.
pub(crate) struct Loaded<T: Send + Sync + 'static> {
    /// The last answer.
    pub(crate) value: RwSignal<Option<T>>,
    /// Why the last question failed.
    pub(crate) error: RwSignal<Option<AppError>>,
    newest: StoredValue<Newest>,
}

impl<T: Send + Sync + 'static> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Loaded<T> {}

impl<T: Send + Sync + 'static> Loaded<T> {
    /// Not asked for yet.
    pub(crate) fn new() -> Self {
        Self { value: RwSignal::new(None), error: RwSignal::new(None), newest: StoredValue::new(Newest::default()) }
    }

    /// Asks; the answer shows up in the signals.
    pub(crate) fn load<C: Command<Reply = T> + 'static>(self, command: C) {
        if self.newest.is_disposed() {
            return;
        }
        spawn_local(self.ask(command));
    }

    /// Asks now; the future takes the answer.
    pub(crate) fn ask<C: Command<Reply = T> + 'static>(self, command: C) -> impl Future<Output = ()> {
        self.follow(ipc::invoke(command))
    }

    /// Takes an answer that came unasked; those still on their way are older.
    pub(crate) fn tell(self, value: T) {
        if let Some(newest) = self.newest.try_get_value() {
            newest.ask();
            self.take(Ok(value));
        }
    }

    /// Asks now; the future takes the answer, unless it has been overtaken by then.
    fn follow(self, answer: impl Future<Output = Result<T, AppError>>) -> impl Future<Output = ()> {
        let newest = self.newest.try_get_value().unwrap_or_default();
        let mine = newest.ask();
        async move {
            let answer = answer.await;
            if newest.is(mine) {
                self.take(answer);
            }
        }
    }

    fn take(self, answer: Result<T, AppError>) {
        // The screen may be gone by now; then there is nobody to tell.
        match answer {
            Ok(value) => {
                self.error.try_set(None);
                self.value.try_set(Some(value));
            }
            Err(error) => {
                self.error.try_set(Some(error));
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use futures::{channel::oneshot, executor::LocalPool, task::LocalSpawnExt};

    use super::*;

    type Answer = oneshot::Sender<Result<u32, AppError>>;

    struct Asked {
        owner: Owner,
        loaded: Loaded<u32>,
        pool: LocalPool,
    }

    impl Asked {
        fn new() -> Self {
            let owner = Owner::new();
            let loaded = owner.with(Loaded::new);
            Self { owner, loaded, pool: LocalPool::new() }
        }

        fn ask(&self) -> Answer {
            let (answer, waits) = oneshot::channel();
            let asking = self.loaded.follow(async move { waits.await.unwrap() });
            self.pool.spawner().spawn_local(asking).unwrap();
            answer
        }

        fn answer(&mut self, asked: Answer, answer: Result<u32, AppError>) -> (Option<u32>, Option<AppError>) {
            asked.send(answer).unwrap();
            self.pool.run_until_stalled();
            (self.loaded.value.get_untracked(), self.loaded.error.get_untracked())
        }
    }

    #[test]
    fn of_answers_that_overtake_each_other_the_one_asked_for_last_stays() {
        let mut page = Asked::new();
        let (first, second) = (page.ask(), page.ask());
        assert_eq!(page.answer(second, Ok(2)), (Some(2), None));
        assert_eq!(page.answer(first, Ok(1)), (Some(2), None));
        let third = page.ask();
        assert_eq!(page.answer(third, Err(AppError::Bug)), (Some(2), Some(AppError::Bug)), "what was there stays");
    }

    #[test]
    fn what_is_told_is_newer_than_what_was_asked_before() {
        let mut page = Asked::new();
        let (first, failing) = (page.ask(), page.ask());
        page.loaded.tell(5);
        assert_eq!(page.answer(first, Ok(1)), (Some(5), None));
        assert_eq!(page.answer(failing, Err(AppError::Bug)), (Some(5), None));
        let later = page.ask();
        assert_eq!(page.answer(later, Ok(6)), (Some(6), None), "but not than what is asked afterwards");
    }

    #[test]
    fn an_answer_for_a_screen_that_is_gone_is_left_aside() {
        let mut page = Asked::new();
        let asked = page.ask();
        page.owner.cleanup();
        asked.send(Ok(1)).unwrap();
        page.pool.run_until_stalled();
        assert_eq!(page.loaded.value.try_get_untracked(), None);
    }
}
