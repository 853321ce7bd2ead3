//! What the screen reader says next, when it is free.
//!
//! A live region is heard when its text changes. So it is emptied before a sentence comes into it, that
//! the same one may be heard again, and some seconds afterwards, that nobody comes upon old news there.

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};

use crate::newest::Newest;

/// How long the region stays empty before a sentence, in milliseconds.
const EMPTY_MS: u32 = 100;
/// How long a sentence stays, in milliseconds.
const STAYS_MS: u32 = 7_000;

/// The text of the live region.
#[derive(Clone, Copy)]
pub(crate) struct Announcer {
    /// What is in the region now.
    pub(crate) text: RwSignal<String>,
    newest: StoredValue<Newest>,
}

impl Announcer {
    /// Silent.
    pub(crate) fn new() -> Self {
        Self { text: RwSignal::new(String::new()), newest: StoredValue::new(Newest::default()) }
    }

    /// Has a sentence said; what was to be said before it gives way.
    pub(crate) fn say(self, sentence: String) {
        spawn_local(self.saying(sentence, TimeoutFuture::new));
    }

    fn saying<W: Future>(self, sentence: String, wait: impl Fn(u32) -> W) -> impl Future<Output = ()> {
        let newest = self.newest.get_value();
        let mine = newest.ask();
        self.text.set(String::new());
        async move {
            wait(EMPTY_MS).await;
            if newest.is(mine) {
                self.text.set(sentence);
                wait(STAYS_MS).await;
            }
            if newest.is(mine) {
                self.text.set(String::new());
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures::{channel::oneshot, executor::LocalPool, task::LocalSpawnExt};

    use super::*;

    #[derive(Clone, Default)]
    struct Waits(Arc<Mutex<Vec<oneshot::Sender<()>>>>);

    impl Waits {
        fn wait(&self) -> impl Future + use<> {
            let (end, waits) = oneshot::channel();
            self.0.lock().unwrap().push(end);
            waits
        }

        /// Ends the wait that began first.
        fn end_first(&self) {
            self.0.lock().unwrap().remove(0).send(()).unwrap();
        }
    }

    #[test]
    fn a_sentence_said_twice_is_heard_twice_and_goes_again() {
        let owner = Owner::new();
        let (announcer, waits, mut pool) = (owner.with(Announcer::new), Waits::default(), LocalPool::new());
        let mut heard = vec![announcer.text.get_untracked()];
        for _ in 0..2 {
            let begun = waits.clone();
            let saying = announcer.saying("Đã có vị trí".to_owned(), move |_| begun.wait());
            heard.push(announcer.text.get_untracked());
            pool.spawner().spawn_local(saying).unwrap();
            pool.run_until_stalled();
            // The second sentence comes while the first still stands.
            let empty = waits.0.lock().unwrap().pop().unwrap();
            empty.send(()).unwrap();
            pool.run_until_stalled();
            heard.push(announcer.text.get_untracked());
        }
        assert_eq!(heard, ["", "", "Đã có vị trí", "", "Đã có vị trí"]);
        waits.end_first();
        pool.run_until_stalled();
        assert_eq!(announcer.text.get_untracked(), "Đã có vị trí", "the first one's time ends the first one only");
        waits.end_first();
        pool.run_until_stalled();
        assert_eq!(announcer.text.get_untracked(), "");
    }
}
