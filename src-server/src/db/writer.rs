//! The one writing connection, behind a queue.
//!
//! Everything waiting in the queue shares one transaction and so one flush to disk (group commit). Each
//! job runs under a savepoint of its own: a job that fails or panics takes back what it did and nothing
//! else. A job is answered after the commit, and is carried out even when its caller has gone away.

use std::panic::AssertUnwindSafe;

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
}

impl Writer {
    /// Starts the task that owns the writing connection; it ends when the last `Writer` is dropped.
    pub(super) fn start(pool: AnyPool) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        tokio::spawn(serve(pool, jobs));
        Self { queue }
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
            (None, _) => Err(DbError::WriterGone.into()),
        };
        // The caller may have gone away; the work stands all the same.
        let _ = self.reply.send(answer);
    }
}

async fn serve(pool: AnyPool, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut batch, BATCH).await > 0 {
        let committed = transact(&pool, &mut batch).await;
        if let Err(error) = &committed {
            tracing::error!(%error, jobs = batch.len(), "a transaction was not committed");
        }
        for job in batch.drain(..) {
            job.answer(committed.clone());
        }
    }
    pool.close().await;
}

async fn transact(pool: &AnyPool, batch: &mut [Box<dyn Job>]) -> Result<(), DbError> {
    let mut transaction = pool.begin_with(BEGIN).await?;
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
