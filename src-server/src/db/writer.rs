//! The one writing connection, behind a queue.
//!
//! Everything waiting in the queue shares one transaction and so one flush to disk (group commit). Each
//! job runs under a savepoint of its own: a job that fails or panics takes back what it did and nothing
//! else. A job is answered after the commit, and is carried out even when its caller has gone away.
//!
//! When the transaction itself fails (a full disk, say), nobody knows what state its connection is in:
//! it is closed, and the next batch gets a new one.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use futures::{FutureExt as _, future::BoxFuture};
use sqlx::{AnyConnection, AnyPool, Connection as _};
use tokio::sync::{mpsc, oneshot};

use super::DbError;

/// Most jobs in one transaction: bounds how long the first of them waits.
const BATCH: usize = 64;
const QUEUE: usize = 1024;
/// Takes the write lock at once: upgrading from a read lock later fails when another process wrote in between.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// The queue's near end.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
    last_failed: Arc<AtomicBool>,
}

impl Writer {
    /// Starts the task that owns the writing connection; it ends when the last `Writer` is dropped.
    pub(super) fn start(pool: AnyPool) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let last_failed = Arc::default();
        tokio::spawn(serve(pool, jobs, Arc::clone(&last_failed)));
        Self { queue, last_failed }
    }

    /// Whether the last transaction could not be committed.
    pub(super) fn last_failed(&self) -> bool {
        self.last_failed.load(Ordering::Relaxed)
    }

    /// See [`super::Db::write`].
    pub(super) async fn run<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DbError> + Send + 'static,
        F: for<'c> FnOnce(&'c mut AnyConnection) -> BoxFuture<'c, Result<T, E>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Task { work: Some(work), outcome: None, reply };
        self.queue.send(Box::new(job)).await.map_err(|_| DbError::WriterGone)?;
        answer.await.map_err(|_| DbError::WriterGone)?
    }
}

trait Job: Send {
    /// Does the work; whether it is to be kept.
    fn run<'a>(&'a mut self, conn: &'a mut AnyConnection) -> BoxFuture<'a, bool>;
    /// Answers the caller, once it is known whether the transaction was committed.
    fn answer(self: Box<Self>, committed: Result<(), DbError>);
}

struct Task<T, E, F> {
    work: Option<F>,
    /// Stays empty when the work panics.
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Task<T, E, F>
where
    T: Send,
    E: From<DbError> + Send,
    F: for<'c> FnOnce(&'c mut AnyConnection) -> BoxFuture<'c, Result<T, E>> + Send,
{
    fn run<'a>(&'a mut self, conn: &'a mut AnyConnection) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            if let Some(work) = self.work.take()
                && let Ok(outcome) = AssertUnwindSafe(async { work(conn).await }).catch_unwind().await
            {
                self.outcome = Some(outcome);
            }
            matches!(self.outcome, Some(Ok(_)))
        })
    }

    fn answer(self: Box<Self>, committed: Result<(), DbError>) {
        let answer = match (self.outcome, committed) {
            (Some(Ok(done)), Ok(())) => Ok(done),
            (Some(Ok(_)), Err(error)) => Err(error.into()),
            (Some(Err(error)), _) => Err(error),
            (None, Ok(())) => Err(DbError::Panicked.into()),
            (None, Err(error)) => Err(error.into()),
        };
        // The caller may have gone away; the work stands all the same.
        let _ = self.reply.send(answer);
    }
}

async fn serve(pool: AnyPool, mut jobs: mpsc::Receiver<Box<dyn Job>>, last_failed: Arc<AtomicBool>) {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut batch, BATCH).await > 0 {
        let committed = transact(&pool, &mut batch).await;
        if let Err(error) = &committed {
            tracing::error!(%error, jobs = batch.len(), "a transaction was not committed");
        }
        last_failed.store(committed.is_err(), Ordering::Relaxed);
        for job in batch.drain(..) {
            job.answer(committed.clone());
        }
    }
    pool.close().await;
}

async fn transact(pool: &AnyPool, batch: &mut [Box<dyn Job>]) -> Result<(), DbError> {
    let mut conn = pool.acquire().await?;
    let committed = run_all(&mut conn, batch).await;
    // After a failed COMMIT, sqlx still counts the transaction as open and would begin no other on this connection.
    if committed.is_err()
        && let Err(error) = conn.close().await
    {
        tracing::warn!(%error, "closing the writing connection");
    }
    committed
}

async fn run_all(conn: &mut AnyConnection, batch: &mut [Box<dyn Job>]) -> Result<(), DbError> {
    let mut transaction = conn.begin_with(BEGIN).await?;
    for job in batch {
        let mut savepoint = transaction.begin().await?;
        if job.run(&mut savepoint).await {
            savepoint.commit().await?;
        } else {
            savepoint.rollback().await?;
        }
    }
    Ok(transaction.commit().await?)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use sqlx::Executor as _;

    use super::*;
    use crate::db::{Db, change};

    /// Takes the next number of the change feed.
    async fn step(db: &Db) -> Result<u64, DbError> {
        db.write(|conn| Box::pin(change::next(conn))).await
    }

    /// Takes a number, then ends in the way given.
    async fn step_and(db: &Db, end: impl FnOnce() -> Result<(), DbError> + Send + 'static) -> Result<(), DbError> {
        let work = db.write(move |conn| {
            Box::pin(async move {
                change::next(conn).await?;
                end()
            })
        });
        work.await
    }

    #[tokio::test]
    async fn after_a_broken_transaction_the_next_one_works() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let failing_commit = "PRAGMA defer_foreign_keys = ON; \
            INSERT INTO session (token_sha256, session_id, user_id, created_at) VALUES ('a', 'b', 'nobody', 0)";
        for (round, breaking) in (1..).zip(["ROLLBACK", failing_commit]) {
            let work = db.write(move |conn| {
                Box::pin(async move {
                    change::next(&mut *conn).await?;
                    conn.execute(breaking).await?;
                    Ok::<_, DbError>(())
                })
            });
            assert!(matches!(work.await, Err(DbError::Sql(_))), "{breaking}");
            assert!(db.writer.last_failed(), "{breaking}");
            assert_eq!(step(&db).await.unwrap(), round, "{breaking}");
            assert!(!db.writer.last_failed(), "{breaking}");
        }
    }

    #[tokio::test]
    async fn a_failing_or_panicking_job_leaves_the_others_of_its_batch() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(folder.path()).await.unwrap();
        let (open_gate, gate) = oneshot::channel::<()>();
        let gated = db.write(|_| {
            Box::pin(async move {
                let _ = gate.await;
                Ok::<_, DbError>(())
            })
        });
        // What is queued while the first transaction waits at its gate shares the second one.
        let batch = async {
            let failing = step_and(&db, || Err(DbError::Newer));
            let panicking = step_and(&db, || panic!("on purpose"));
            let mut jobs = Box::pin(futures::future::join4(step(&db), failing, panicking, step(&db)));
            assert!(futures::poll!(&mut jobs).is_pending());
            open_gate.send(()).unwrap();
            jobs.await
        };
        let (_, (first, failed, panicked, last)) = futures::join!(gated, batch);
        assert_eq!((first.unwrap(), last.unwrap()), (1, 2));
        assert!(matches!(failed, Err(DbError::Newer)), "{failed:?}");
        assert!(matches!(panicked, Err(DbError::Panicked)), "{panicked:?}");
        assert!(!db.writer.last_failed());
    }
}
