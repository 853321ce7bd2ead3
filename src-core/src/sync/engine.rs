//! The loop that feeds events to the state machine and carries out what it decides.
//!
//! What is in flight lives here, in memory. Every job may be killed at any point: the next start finds
//! the outbox as it was and sends again under the same `op_id`.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use pakn_api::ipc::Change;
use rusqlite::Connection;
use tokio::{
    sync::mpsc,
    task::{Id, JoinSet},
    time::Instant,
};

use super::state::{Action, Event, Outcome, State};
use crate::{
    client::Inner,
    outbox::{account, worker},
    pull,
    store::{account_outbox, outbox},
};

/// What a job was doing, so that its end can be told even if it panicked.
#[derive(Clone, Copy)]
enum Job {
    Send { seq: i64 },
    Account { seq: i64 },
    Pull,
}

struct Engine {
    inner: Arc<Inner>,
    state: State,
    jobs: JoinSet<Outcome>,
    running: BTreeMap<Id, Job>,
    started: Instant,
}

/// Runs until it is dropped.
pub(crate) async fn run(inner: Arc<Inner>, mut events: mpsc::UnboundedReceiver<Event>) {
    let state = State::new(inner.session().is_some());
    let mut engine = Engine { inner, state, jobs: JoinSet::new(), running: BTreeMap::new(), started: Instant::now() };
    loop {
        let wake = engine.state.wake_at.map(|at| engine.started + Duration::from_millis(at));
        let event = tokio::select! {
            event = events.recv() => match event {
                Some(event) => event,
                None => return,
            },
            Some(ended) = engine.jobs.join_next_with_id() => engine.ended(ended),
            () = sleep_until(wake) => Event::Due,
        };
        engine.take(event).await;
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

impl Engine {
    fn now(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    fn ended(&mut self, ended: Result<(Id, Outcome), tokio::task::JoinError>) -> Event {
        let (id, outcome) = match ended {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(panicked = error.is_panic(), "a sync job ended early");
                (error.id(), Outcome::Trouble { retry_after_ms: None })
            }
        };
        match self.running.remove(&id) {
            Some(Job::Send { seq }) => {
                self.inner.flight.landed(seq, outcome == Outcome::Answered);
                self.inner.tell(Change::Reports);
                Event::Finished(self.as_of_now(outcome))
            }
            Some(Job::Account { seq }) => {
                self.inner.flight.landed(seq, outcome == Outcome::Answered);
                self.inner.tell(Change::Account);
                self.inner.tell(Change::Reports);
                Event::Finished(self.as_of_now(outcome))
            }
            Some(Job::Pull) => Event::Pulled(self.as_of_now(outcome)),
            None => Event::Due,
        }
    }

    /// The end of a session that another one has followed is an answer like any other.
    fn as_of_now(&self, outcome: Outcome) -> Outcome {
        if outcome == Outcome::SessionEnded && self.inner.session().is_some() { Outcome::Answered } else { outcome }
    }

    async fn take(&mut self, event: Event) {
        let mut queue = VecDeque::from([event]);
        while let Some(event) = queue.pop_front() {
            let now = self.now();
            for action in self.state.step(event, now, self.inner.ambient.roll()) {
                match action {
                    Action::Launch { limit } => queue.push_back(self.launch(limit).await),
                    Action::Pull => {
                        let inner = Arc::clone(&self.inner);
                        let handle = self.jobs.spawn(async move { pull::pull(&inner).await });
                        self.running.insert(handle.id(), Job::Pull);
                    }
                }
            }
        }
        self.publish().await;
    }

    /// Lets rows go that may leave.
    async fn launch(&mut self, limit: usize) -> Event {
        let Some(session) = self.inner.session() else { return Event::Launched { started: 0, limit } };
        let (user_id, flying, failed) = (session.user_id, self.inner.flight.seqs(), self.inner.flight.failed());
        let account_may = !self.inner.flight.account_is_off();
        let ready = move |db: &Connection| {
            let rows = outbox::ready(db, user_id, limit, &flying, &failed)?;
            let times = |seq: i64| failed.get(&seq).copied().unwrap_or(0);
            let account = if account_may { account_outbox::next(db, user_id)? } else { None };
            // What is said of the sender goes first, unless it fails and others have not been tried as often.
            let first = account.filter(|row| rows.first().is_none_or(|report| times(row.seq) <= times(report.seq)));
            Ok((first, rows))
        };
        let (account, mut rows) = match self.inner.store.read(ready).await {
            Ok(ready) => ready,
            Err(error) => {
                tracing::error!(%error, "the outbox can't be read");
                return Event::NotLaunched;
            }
        };
        rows.truncate(limit.saturating_sub(usize::from(account.is_some())));
        let started = rows.len() + usize::from(account.is_some());
        if let Some(row) = account {
            self.inner.flight.account_took_off(row.seq);
            let (inner, session, seq) = (Arc::clone(&self.inner), session.clone(), row.seq);
            let handle = self.jobs.spawn(async move { account::send(&inner, session, row).await });
            self.running.insert(handle.id(), Job::Account { seq });
        }
        for row in rows {
            self.inner.flight.took_off(&row);
            let (inner, session, seq) = (Arc::clone(&self.inner), session.clone(), row.seq);
            let handle = self.jobs.spawn(async move { worker::send(&inner, session, row).await });
            self.running.insert(handle.id(), Job::Send { seq });
        }
        Event::Launched { started, limit }
    }

    async fn publish(&self) {
        match self.inner.sync_view(&self.state.link, self.now()).await {
            Ok(view) if self.inner.replace_sync(&view) => self.inner.tell(Change::Sync { sync: view }),
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "the outbox can't be counted"),
        }
    }
}
