//! Carries out one outbox row: its files first, then the report, then the receipt.
//!
//! Every step may be repeated: files go by their hash, the report by its `op_id`. The row goes in the
//! same transaction that puts the report into the mirror, and only after the receipt lists every file.

use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use pakn_api::{
    ErrorCode, Timestamp,
    id::MediaHash,
    ipc::{Change, ParkedReason},
    model::{
        report::{MediaRef, Submission},
        status::ReportStatus,
    },
    wire::{CreateReport, Receipt, ReportView},
};
use sha2::{Digest, Sha256};

use super::receipt::{Verdict, judge};
use crate::{
    client::{Inner, Notice, Session},
    remote::{Class, OnSent, RemoteError},
    store::{
        StoreError,
        attachment::{self, Attachment},
        outbox::{self, Operation, OutboxRow},
        report,
    },
    sync::state::Outcome,
};

/// Files of one report sent side by side: one at a time loses much of a slow link to round trips. Once a
/// report has failed it is one at a time, so that at least one gets through whole.
const FILES_AT_ONCE: usize = 3;
/// A row tried this often without an answer that can be understood rests until somebody looks at it.
const MAX_ATTEMPTS: u32 = 500;

/// Why a row did not get through this time.
enum Stop {
    /// The citizen has taken it back.
    Gone,
    Remote(RemoteError),
    Park(ParkedReason),
    Store(StoreError),
}

impl From<RemoteError> for Stop {
    fn from(error: RemoteError) -> Self {
        Self::Remote(error)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What is known of a request to create a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Maybe {
    /// The server has it, or may have it.
    There,
    /// It surely has it not.
    NotThere,
}

/// One row's way to the server.
struct Delivery<'a> {
    inner: &'a Arc<Inner>,
    row: &'a OutboxRow,
    submission: &'a Submission,
    session: Session,
    /// What this try's request to create the report came to: nothing if it was not made.
    created: Option<Maybe>,
}

/// Sends a row of the session's. Leaves the outbox as the outcome demands.
pub(crate) async fn send(inner: &Arc<Inner>, session: Session, row: OutboxRow) -> Outcome {
    let Operation::CreateReport { submission } = &row.operation;
    let mut delivery = Delivery { inner, row: &row, submission, session, created: None };
    let result = if row.attempts >= MAX_ATTEMPTS { Err(Stop::Park(ParkedReason::TooManyAttempts)) } else { delivery.run().await };
    match result {
        Ok(received_at) => match settle(inner, &row, received_at).await {
            Ok(()) => Outcome::Answered,
            Err(error) => store_failed(&error),
        },
        Err(stop) => delivery.stopped(stop).await,
    }
}

fn store_failed(error: &StoreError) -> Outcome {
    tracing::error!(%error, "the outbox can't be written");
    Outcome::Stumbled
}

/// Whether a report may be on the server although its creation was answered so.
const fn may_have_created(error: &RemoteError) -> bool {
    match error.classify() {
        Class::Offline => !matches!(error, RemoteError::NotSent),
        Class::Transient { .. } | Class::Refused(ErrorCode::OpIdReused | ErrorCode::ReportExists) => true,
        Class::Auth | Class::Refused(_) => false,
    }
}

impl Delivery<'_> {
    /// Brings everything over and answers when the server had all of it.
    async fn run(&mut self) -> Result<Timestamp, Stop> {
        // A first try sends straight away; a repeated one asks what is already there.
        let ask_first = self.inner.flight.may_have_files_there(self.row.seq);
        let unsent: Vec<_> = self.submission.media.iter().filter(|m| !self.inner.flight.is_stored(m.sha256)).copied().collect();
        self.files(&unsent, ask_first).await?;
        let seq = self.row.seq;
        if !self.inner.store.write(move |tx| outbox::count_attempt(tx, seq)).await? {
            return Err(Stop::Gone);
        }
        self.created = Some(Maybe::There);
        let request = CreateReport { op_id: self.row.op_id, report_id: self.row.report_id, submission: self.submission.clone() };
        let answer = self.session.remote.create_report(&self.session.token, &request).await;
        if !answer.as_ref().err().is_none_or(may_have_created) {
            self.created = Some(Maybe::NotThere);
        }
        let receipt = match answer {
            Ok(receipt) => receipt,
            Err(error) if error.code() == Some(ErrorCode::OpIdReused) => self.held(error).await?,
            Err(error) => return Err(error.into()),
        };
        match self.judged(&receipt) {
            Verdict::Complete { received_at } => Ok(received_at),
            Verdict::NotOurs => Err(RemoteError::NotUnderstood.into()),
            Verdict::Missing(hashes) => {
                let missing: Vec<_> = self.submission.media.iter().filter(|m| hashes.contains(&m.sha256)).copied().collect();
                self.files(&missing, false).await?;
                match self.judged(&self.receipt().await?) {
                    Verdict::Complete { received_at } => Ok(received_at),
                    Verdict::Missing(_) | Verdict::NotOurs => Err(RemoteError::NotUnderstood.into()),
                }
            }
        }
    }

    fn judged(&self, receipt: &Receipt) -> Verdict {
        judge(receipt, self.row.op_id, self.row.report_id, &self.submission.media)
    }

    async fn receipt(&self) -> Result<Receipt, RemoteError> {
        self.session.remote.receipt(&self.session.token, self.row.report_id).await
    }

    /// The server knows this operation, but not in these words: another version of the app or of the server
    /// may have written them otherwise. What it holds decides.
    async fn held(&self, reused: RemoteError) -> Result<Receipt, Stop> {
        match self.receipt().await {
            Ok(receipt) if self.judged(&receipt) != Verdict::NotOurs => Ok(receipt),
            Ok(_) => Err(reused.into()),
            Err(error) if matches!(error.classify(), Class::Refused(_)) => Err(reused.into()),
            Err(error) => Err(error.into()),
        }
    }

    async fn files(&self, media: &[MediaRef], ask_first: bool) -> Result<(), Stop> {
        if media.is_empty() {
            return Ok(());
        }
        let here = &self.pictures().await?;
        let files = stream::iter(media.iter().copied().map(|m| self.file(m, here, ask_first)));
        if self.inner.flight.has_failed(self.row.seq) {
            return files.buffer_unordered(1).try_collect().await;
        }
        // Those beside one that failed end in their own time: what they have sent would be sent again.
        let outcomes: Vec<_> = files.buffer_unordered(FILES_AT_ONCE).collect().await;
        outcomes.into_iter().collect()
    }

    /// The report's pictures on this device.
    async fn pictures(&self) -> Result<Vec<Attachment>, Stop> {
        let report_id = self.row.report_id;
        match self.inner.store.read(move |db| attachment::of_report(db, report_id)).await {
            Err(StoreError::Unreadable { .. }) => Err(Stop::Park(ParkedReason::MediaLost)),
            here => Ok(here?),
        }
    }

    async fn file(&self, medium: MediaRef, here: &[Attachment], ask_first: bool) -> Result<(), Stop> {
        let (Session { remote, token, .. }, seq) = (&self.session, self.row.seq);
        let inner = Arc::clone(self.inner);
        let report_id = self.row.report_id;
        let on_sent: OnSent = Arc::new(move |bytes| {
            if let Some((sent_bytes, total_bytes)) = inner.flight.moved(seq, bytes) {
                inner.tell(Change::Progress { report_id, sent_bytes, total_bytes });
            }
        });
        if ask_first && remote.has_medium(token, medium.sha256).await? {
            self.inner.flight.stored(medium.sha256);
            on_sent(medium.bytes);
            return Ok(());
        }
        let bytes = self.read(medium.sha256, here).await?;
        match remote.put_medium(token, medium.sha256, bytes.clone(), on_sent).await {
            Err(error) if error.code() == Some(ErrorCode::HashMismatch) && digest(&bytes) != medium.sha256 => {
                Err(Stop::Park(ParkedReason::MediaLost))
            }
            // The device's copy is sound, so it was damaged on the way.
            Err(error) if error.code() == Some(ErrorCode::HashMismatch) => Err(Stop::Remote(RemoteError::Lost)),
            Err(error) => Err(error.into()),
            Ok(()) => {
                self.inner.flight.stored(medium.sha256);
                Ok(())
            }
        }
    }

    async fn read(&self, hash: MediaHash, here: &[Attachment]) -> Result<Bytes, Stop> {
        let found = here.iter().find(|a| a.medium().is_some_and(|m| m.sha256 == hash)).map(|a| a.id);
        let id = found.ok_or(Stop::Park(ParkedReason::MediaLost))?;
        match self.inner.vault_read(id).await {
            Ok(bytes) => Ok(bytes),
            Err(error) => {
                tracing::error!(%error, "a picture of a waiting report can't be read");
                Err(Stop::Park(ParkedReason::MediaLost))
            }
        }
    }

    async fn stopped(&self, stop: Stop) -> Outcome {
        let cut_off = matches!(stop, Stop::Remote(RemoteError::Lost | RemoteError::NotSent));
        let (outcome, parked) = match stop {
            Stop::Gone => return Outcome::Answered,
            Stop::Store(error) => return store_failed(&error),
            Stop::Park(reason) => (Outcome::Answered, Some(reason)),
            Stop::Remote(error) => match error.classify() {
                Class::Offline => (Outcome::Offline, None),
                Class::Transient { retry_after_ms } => (Outcome::Trouble { retry_after_ms }, None),
                Class::Auth => {
                    self.inner.session_ended(&self.session).await;
                    (Outcome::SessionEnded, None)
                }
                Class::Refused(code) => (Outcome::Answered, Some(refusal(code, error))),
            },
        };
        tracing::info!(?outcome, parked = parked.is_some(), "a report stays in the outbox");
        let (seq, before) = (self.row.seq, self.row.attempts);
        let attempts = match (self.created, cut_off) {
            (None, _) => None,
            (Some(Maybe::NotThere), _) => Some(before),
            // However long a network is bad, that alone wears no report out.
            (Some(Maybe::There), true) => Some(before.max(1)),
            (Some(Maybe::There), false) => Some(before.saturating_add(1)),
        };
        let noted = self.inner.store.write(move |tx| {
            attempts.map_or(Ok(()), |attempts| outbox::set_attempts(tx, seq, attempts))?;
            parked.map_or(Ok(()), |reason| outbox::park(tx, seq, &reason))
        });
        match noted.await {
            Ok(()) => outcome,
            Err(error) => store_failed(&error),
        }
    }
}

/// The receipt is complete: the row goes and the mirror has the report, in one transaction.
async fn settle(inner: &Arc<Inner>, row: &OutboxRow, received_at: Timestamp) -> Result<(), StoreError> {
    let Some(user_id) = row.user_id else { return Ok(()) };
    let Operation::CreateReport { submission } = &row.operation;
    let view = ReportView {
        report_id: row.report_id,
        revision: 0,
        status: ReportStatus::Received,
        received_at,
        due_at: None,
        submission: submission.clone(),
        timeline: Vec::new(),
    };
    let (seq, report_id) = (row.seq, row.report_id);
    let settling = inner.store.write(move |tx| {
        if outbox::finish(tx, seq)? && report::revision(tx, report_id)?.is_none() {
            report::put(tx, user_id, &view)?;
        }
        Ok(())
    });
    settling.await?;
    inner.notice(Notice::Sent { report_id });
    Ok(())
}

/// Settles a row by a receipt that was asked for out of turn. Answers whether it was complete.
pub(crate) async fn settle_by(inner: &Arc<Inner>, row: &OutboxRow, receipt: &Receipt) -> Result<bool, StoreError> {
    let Operation::CreateReport { submission } = &row.operation;
    match judge(receipt, row.op_id, row.report_id, &submission.media) {
        Verdict::Complete { received_at } => settle(inner, row, received_at).await.map(|()| true),
        Verdict::Missing(_) | Verdict::NotOurs => Ok(false),
    }
}

fn refusal(code: ErrorCode, error: RemoteError) -> ParkedReason {
    match error {
        RemoteError::Problem { problem, .. } if code == ErrorCode::InvalidReport => {
            ParkedReason::InvalidReport { problems: problem.problems }
        }
        RemoteError::Problem { .. } | RemoteError::NotSent | RemoteError::Lost | RemoteError::NotUnderstood => {
            ParkedReason::Refused { code }
        }
    }
}

fn digest(bytes: &[u8]) -> MediaHash {
    MediaHash::from_digest(Sha256::digest(bytes).into())
}
