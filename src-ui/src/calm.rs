//! Asking again after changes, calmly: never twice at once, never without a rest in between, and always
//! once more after the last change.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering::Relaxed},
};

const IDLE: u8 = 0;
const ASKING: u8 = 1;
const STIRRED: u8 = 2;

/// Whether something is being asked, and whether it has changed since.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calm(Arc<AtomicU8>);

impl Calm {
    /// Says that something changed. A future comes back where nobody is asking yet: it asks, rests, and goes
    /// on for as long as changes come in.
    pub(crate) fn stir<A: Future<Output = ()>, R: Future, Ask: Fn() -> A, Rest: Fn() -> R>(
        &self,
        ask: Ask,
        rest: Rest,
    ) -> Option<impl Future<Output = ()> + use<A, R, Ask, Rest>> {
        if self.0.swap(STIRRED, Relaxed) != IDLE {
            return None;
        }
        let turn = Arc::clone(&self.0);
        Some(async move {
            while turn.swap(ASKING, Relaxed) == STIRRED {
                ask().await;
                rest().await;
                if turn.compare_exchange(ASKING, IDLE, Relaxed, Relaxed).is_ok() {
                    return;
                }
            }
        })
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use std::sync::Mutex;

    use futures::{channel::oneshot, executor::LocalPool, task::LocalSpawnExt};

    use super::*;

    #[derive(Clone, Default)]
    struct Waits(Arc<Mutex<Vec<oneshot::Sender<()>>>>);

    impl Waits {
        fn wait(&self) -> impl Future<Output = ()> + use<> {
            let (end, waits) = oneshot::channel();
            self.0.lock().unwrap().push(end);
            async move { waits.await.unwrap() }
        }

        fn begun(&self) -> usize {
            self.0.lock().unwrap().len()
        }

        fn end(&self, pool: &mut LocalPool) {
            self.0.lock().unwrap().pop().unwrap().send(()).unwrap();
            pool.run_until_stalled();
        }
    }

    #[test]
    fn many_changes_are_asked_about_one_by_one_and_the_last_is_not_missed() {
        let (calm, asked, rested, mut pool) = (Calm::default(), Waits::default(), Waits::default(), LocalPool::new());
        let stir = |pool: &mut LocalPool| {
            let (asking, resting) = (asked.clone(), rested.clone());
            if let Some(work) = calm.stir(move || asking.wait(), move || resting.wait()) {
                pool.spawner().spawn_local(work).unwrap();
            }
            pool.run_until_stalled();
        };
        stir(&mut pool);
        stir(&mut pool);
        stir(&mut pool);
        assert_eq!(asked.begun(), 1, "never twice at once");
        asked.end(&mut pool);
        assert_eq!((asked.begun(), rested.begun()), (0, 1), "a rest before the next");
        rested.end(&mut pool);
        assert_eq!(asked.begun(), 1, "what changed meanwhile is asked about");
        asked.end(&mut pool);
        stir(&mut pool);
        rested.end(&mut pool);
        assert_eq!(asked.begun(), 1, "and what changed during the rest");
        asked.end(&mut pool);
        rested.end(&mut pool);
        assert_eq!((asked.begun(), rested.begun()), (0, 0), "nothing changed since");
        stir(&mut pool);
        assert_eq!(asked.begun(), 1, "the next change is asked about at once");
    }
}
