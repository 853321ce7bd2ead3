//! Carries out one outbox row: its files first, then the report, then the receipt.
//!
//! Every step may be repeated: files go by their hash, the report by its `op_id`. The row goes in the
//! same transaction that puts the report into the mirror, and only after the receipt lists every file.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use futures::{StreamExt, stream};
use pakn_api::{
    ErrorCode, Timestamp,
    ipc::{Change, ParkedReason},
    model::{
        consent::ConsentPurpose,
        report::{MediaRef, Submission},
        status::ReportStatus,
    },
    wire::{CreateReport, Receipt, ReportView},
};
use rusqlite::Transaction;

use super::{
    proof::{self, NoProof},
    receipt::{Verdict, judge},
    upload::Transfer,
};
use crate::{
    account,
    client::{Inner, Notice, Session},
    remote::{Class, RemoteError},
    store::{
        StoreError,
        attachment::{self, Attachment},
        consent,
        outbox::{self, Operation, OutboxRow},
        receipt, report,
        setting::{self, KeysKey},
        upload,
    },
    sync::state::{Event, Outcome},
};

/// Files of one report sent side by side: one at a time loses much of a slow link to round trips.
const FILES_AT_ONCE: usize = 3;
/// A row tried this often without an answer that can be understood rests until somebody looks at it.
pub(super) const MAX_ATTEMPTS: u32 = 500;

/// Why a row did not get through this time.
pub(super) enum Stop {
    /// The citizen has taken it back, or has left.
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
pub(super) struct Delivery<'a> {
    pub(super) inner: &'a Arc<Inner>,
    pub(super) row: &'a OutboxRow,
    submission: &'a Submission,
    pub(super) session: Session,
    /// What this try's request to create the report came to: nothing if it was not made.
    created: Option<Maybe>,
    /// The server has more of it than before.
    got_on: AtomicBool,
    /// What had been said of the sender when it began.
    account_changes: u64,
}

/// Sends a row of the session's. Leaves the outbox as the outcome demands.
pub(crate) async fn send(inner: &Arc<Inner>, session: Session, row: OutboxRow) -> Outcome {
    let Operation::CreateReport { submission } = &row.operation;
    let account_changes = inner.flight.account_changes();
    let got_on = AtomicBool::new(false);
    let mut delivery = Delivery { inner, row: &row, submission, session, created: None, got_on, account_changes };
    let result = if row.attempts >= MAX_ATTEMPTS { Err(Stop::Park(ParkedReason::TooManyAttempts)) } else { delivery.run().await };
    match result {
        Ok(receipt) => match settle(inner, &row, receipt).await {
            Ok(()) => Outcome::Answered,
            Err(error) => store_failed(&error),
        },
        Err(stop) => delivery.stopped(stop).await,
    }
}

pub(super) fn store_failed(error: &StoreError) -> Outcome {
    tracing::error!(%error, "the outbox can't be written");
    Outcome::Stumbled
}

/// Whether the server may have carried something out although it was answered so.
pub(super) const fn may_be_done(error: &RemoteError) -> bool {
    match error.classify() {
        Class::Offline => !matches!(error, RemoteError::NotSent),
        Class::Transient { .. } | Class::Refused(ErrorCode::OpIdReused | ErrorCode::ReportExists) => true,
        Class::Auth | Class::Refused(_) => false,
    }
}

impl Delivery<'_> {
    /// Brings everything over and answers when the server had all of it.
    async fn run(&mut self) -> Result<receipt::Kept, Stop> {
        // A first try sends straight away; a repeated one asks what is already there.
        let begun = self.inner.flight.may_have_files_there(self.row.seq);
        let unsent: Vec<_> = self.submission.media.iter().filter(|m| !self.inner.flight.is_stored(m.sha256)).copied().collect();
        self.files(&unsent, begun).await?;
        let (seq, user_id) = (self.row.seq, self.session.user_id);
        // Whoever has signed out since sends nothing more from here.
        let counting = move |tx: &Transaction<'_>| Ok(account::is_here(tx, user_id)? && outbox::count_attempt(tx, seq)?);
        if !self.inner.store.write(counting).await? {
            return Err(Stop::Gone);
        }
        let receipt = match self.create().await {
            Ok(receipt) => receipt,
            Err(error) if matches!(error.code(), Some(ErrorCode::OpIdReused | ErrorCode::ReportExists)) => {
                self.held(error).await?
            }
            Err(error) => return Err(error.into()),
        };
        match self.judged(&receipt) {
            Verdict::Complete { received_at } => self.proven(&receipt, received_at).await,
            Verdict::NotOurs => Err(RemoteError::NotUnderstood.into()),
            Verdict::Missing(hashes) => {
                let missing: Vec<_> = self.submission.media.iter().filter(|m| hashes.contains(&m.sha256)).copied().collect();
                self.files(&missing, begun).await?;
                let receipt = self.receipt().await?;
                match self.judged(&receipt) {
                    Verdict::Complete { received_at } => self.proven(&receipt, received_at).await,
                    Verdict::Missing(_) | Verdict::NotOurs => Err(RemoteError::NotUnderstood.into()),
                }
            }
        }
    }

    /// The link carries something: the engine need not wait for the end to know. Answers alone don't say so, for there
    /// are links that let small requests through and no large ones.
    pub(super) fn got_on(&self) {
        if !self.got_on.swap(true, Ordering::Relaxed) {
            self.inner.signal(Event::GotOn);
        }
    }

    fn judged(&self, receipt: &Receipt) -> Verdict {
        judge(receipt, self.row.op_id, self.row.report_id, &self.submission.media)
    }

    /// Asks for the report to be created; asked again at once when the answer was lost.
    async fn create(&mut self) -> Result<Receipt, RemoteError> {
        self.created = Some(Maybe::There);
        let request = CreateReport { op_id: self.row.op_id, report_id: self.row.report_id, submission: self.submission.clone() };
        let (remote, token) = (&self.session.remote, &self.session.token);
        let first = remote.create_report(token, &request).await;
        if matches!(first, Err(RemoteError::Lost)) {
            // Whatever the second one is answered, the first one left and may have been carried out.
            return remote.create_report(token, &request).await.map_err(|error| match error {
                RemoteError::NotSent => RemoteError::Lost,
                error => error,
            });
        }
        if !first.as_ref().err().is_none_or(may_be_done) {
            self.created = Some(Maybe::NotThere);
        }
        first
    }

    async fn receipt(&self) -> Result<Receipt, RemoteError> {
        self.session.remote.receipt(&self.session.token, self.row.report_id).await
    }

    async fn proven(&self, receipt: &Receipt, received_at: Timestamp) -> Result<receipt::Kept, Stop> {
        Ok(prove(self.inner, &self.session, receipt, received_at).await?)
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

    async fn files(&self, media: &[MediaRef], begun: bool) -> Result<(), Stop> {
        if media.is_empty() {
            return Ok(());
        }
        let here = &self.pictures().await?;
        let files = stream::iter(media.iter().copied().map(|m| self.file(m, here, begun)));
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

    async fn file(&self, medium: MediaRef, here: &[Attachment], begun: bool) -> Result<(), Stop> {
        // In the order they came, whatever the report: the first one is the first to be whole.
        let _place = self.inner.uploads.acquire().await.map_err(|_| Stop::Gone)?;
        Transfer::of(self, medium, here).await?.run(begun).await?;
        self.inner.flight.stored(medium.sha256);
        Ok(())
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
                Class::Refused(code) => {
                    if code == ErrorCode::InvalidReport {
                        // The rules have moved on: whoever mends the report needs the new ones.
                        self.inner.forget_static_data();
                    }
                    if matches!(code, ErrorCode::ProfileIncomplete | ErrorCode::ConsentMissing) {
                        // Said elsewhere, or undone there: what is missing is to be seen before it is tried again.
                        self.inner.profile_is_stale();
                    }
                    (Outcome::Answered, Some(refusal(code, error)))
                }
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
        let user_id = self.session.user_id;
        let wants = |code| parked == Some(ParkedReason::Refused { code });
        let unheard = wants(ErrorCode::ConsentMissing);
        let of_sender = unheard || wants(ErrorCode::ProfileIncomplete);
        let (inner, account_changes) = (Arc::clone(self.inner), self.account_changes);
        let noted = self.inner.store.write(move |tx| {
            attempts.map_or(Ok(()), |attempts| outbox::set_attempts(tx, seq, attempts))?;
            if of_sender && inner.flight.account_changes() != account_changes {
                // What was missing has been said meanwhile.
                return Ok(());
            }
            if unheard {
                consent::unsay(tx, user_id, ConsentPurpose::Reports)?;
            }
            parked.map_or(Ok(()), |reason| outbox::park(tx, seq, &reason))
        });
        match noted.await {
            Ok(()) => {
                if unheard {
                    self.inner.tell(Change::Account);
                }
                outcome
            }
            Err(error) => store_failed(&error),
        }
    }
}

/// Why a complete receipt is not believed yet.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unproven {
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Unproven> for Stop {
    fn from(error: Unproven) -> Self {
        match error {
            Unproven::Remote(error) => Self::Remote(error),
            Unproven::Store(error) => Self::Store(error),
        }
    }
}

/// Checks a complete receipt's signature, under the server's keys as they are now if need be.
async fn prove(
    inner: &Arc<Inner>,
    session: &Session,
    receipt: &Receipt,
    received_at: Timestamp,
) -> Result<receipt::Kept, Unproven> {
    let known = inner.store.read(setting::get::<KeysKey>).await?.unwrap_or_default();
    let mut verified = proof::verify(receipt, received_at, &known);
    if verified == Err(NoProof::UnknownKey) {
        let keys = session.remote.keys().await?;
        verified = proof::verify(receipt, received_at, &keys);
        inner.store.write(move |tx| setting::set::<KeysKey>(tx, &keys)).await?;
    }
    if let Err(error) = verified {
        tracing::error!(%error, "a receipt is not believed");
        return Err(RemoteError::NotUnderstood.into());
    }
    let files = u32::try_from(receipt.media.len()).unwrap_or(u32::MAX);
    Ok(receipt::Kept { received_at, files, signed: receipt.signed.clone().unwrap_or_default() })
}

/// The receipt is complete: the row goes and the mirror has the report, in one transaction.
async fn settle(inner: &Arc<Inner>, row: &OutboxRow, receipt: receipt::Kept) -> Result<(), StoreError> {
    let received_at = receipt.received_at;
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
        if outbox::finish(tx, seq)? {
            upload::forget_of_report(tx, report_id)?;
            receipt::put(tx, user_id, report_id, &receipt)?;
            if report::revision(tx, report_id)?.is_none() {
                report::put(tx, user_id, &view)?;
            }
        }
        Ok(())
    });
    settling.await?;
    inner.notice(Notice::Sent { report_id });
    Ok(())
}

/// Settles a row by a receipt that was asked for out of turn. Answers whether it was complete.
pub(crate) async fn settle_by(
    inner: &Arc<Inner>,
    session: &Session,
    row: &OutboxRow,
    receipt: &Receipt,
) -> Result<bool, Unproven> {
    let Operation::CreateReport { submission } = &row.operation;
    match judge(receipt, row.op_id, row.report_id, &submission.media) {
        Verdict::Complete { received_at } => {
            let proven = prove(inner, session, receipt, received_at).await?;
            Ok(settle(inner, row, proven).await.map(|()| true)?)
        }
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
