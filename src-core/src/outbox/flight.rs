//! What is on its way right now, and how far. In memory only.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use pakn_api::{
    id::{MediaHash, ReportId},
    model::report::MediaRef,
};

use crate::store::outbox::{Operation, OutboxRow};

#[derive(Clone, Copy, Debug)]
struct File {
    hash: MediaHash,
    sent_bytes: u64,
    total_bytes: u64,
}

#[derive(Clone, Debug)]
struct Flying {
    report_id: ReportId,
    files: Vec<File>,
}

impl Flying {
    fn sum(&self) -> (u64, u64) {
        self.files.iter().fold((0, 0), |(sent, total), file| (sent + file.sent_bytes, total + file.total_bytes))
    }
}

/// A report's progress is told again at every such part of it.
const SHOWN_STEPS: u64 = 20;

/// The rows in the air and those that failed, by `seq`, and the files that the server is known to have.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    rows: Mutex<BTreeMap<i64, Flying>>,
    stored: Mutex<BTreeSet<MediaHash>>,
    failed: Mutex<BTreeMap<i64, u32>>,
    /// The row of an account's that is in the air, one at a time.
    account: Mutex<Option<i64>>,
    /// How often the server was heard of something of the account's that it has carried out.
    account_done: AtomicU64,
    /// Rows up to this one may have been tried by an earlier process.
    inherited: i64,
}

impl Flight {
    /// Nothing is in the air yet; rows up to `last_seq` are from before.
    pub(crate) fn new(last_seq: i64) -> Self {
        Self { inherited: last_seq, ..Self::default() }
    }

    /// Whether some of a row's files may be on the server already.
    pub(crate) fn may_have_files_there(&self, seq: i64) -> bool {
        seq <= self.inherited || self.has_failed(seq)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<i64, Flying>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stored_files(&self) -> MutexGuard<'_, BTreeSet<MediaHash>> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The server said that it has this file of the account's. A hint against sending it twice; what
    /// counts is the receipt.
    pub(crate) fn stored(&self, hash: MediaHash) {
        self.stored_files().insert(hash);
    }

    pub(crate) fn is_stored(&self, hash: MediaHash) -> bool {
        self.stored_files().contains(&hash)
    }

    /// Another account, or another server: nothing is known any more.
    pub(crate) fn forget_stored(&self) {
        self.stored_files().clear();
    }

    pub(crate) fn took_off(&self, row: &OutboxRow) {
        let Operation::CreateReport { submission } = &row.operation;
        let file = |m: &MediaRef| {
            let sent_bytes = if self.is_stored(m.sha256) { m.bytes } else { 0 };
            File { hash: m.sha256, sent_bytes, total_bytes: m.bytes }
        };
        let files = submission.media.iter().map(file).collect();
        self.lock().insert(row.seq, Flying { report_id: row.report_id, files });
    }

    /// A row of the account's took off.
    pub(crate) fn account_took_off(&self, seq: i64) {
        *self.account.lock().unwrap_or_else(PoisonError::into_inner) = Some(seq);
    }

    /// Whether a row of the account's is in the air.
    pub(crate) fn account_is_off(&self) -> bool {
        self.account.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// The server has carried out something of the account's: what it said of the account before is out of date.
    /// Said before that is written, and looked at within a transaction.
    pub(crate) fn account_has_changed(&self) {
        self.account_done.fetch_add(1, Ordering::SeqCst);
    }

    /// Rises whenever answers about the account to what was asked before are out of date.
    pub(crate) fn account_changes(&self) -> u64 {
        self.account_done.load(Ordering::SeqCst)
    }

    /// A try ended, with or without an answer for the row.
    pub(crate) fn landed(&self, seq: i64, answered: bool) {
        self.lock().remove(&seq);
        self.account.lock().unwrap_or_else(PoisonError::into_inner).take_if(|account| *account == seq);
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if answered {
            failed.remove(&seq);
        } else {
            *failed.entry(seq).or_default() += 1;
        }
    }

    /// How often in a row the tries of a row ended without an answer.
    pub(crate) fn failed(&self) -> BTreeMap<i64, u32> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn has_failed(&self, seq: i64) -> bool {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&seq)
    }

    pub(crate) fn seqs(&self) -> Vec<i64> {
        self.lock().keys().copied().collect()
    }

    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    /// Notes bytes of a file that left. Answers the report's new state when it is worth showing.
    pub(crate) fn moved(&self, seq: i64, hash: MediaHash, bytes: u64) -> Option<(u64, u64)> {
        self.change(seq, hash, |file| file.sent_bytes.saturating_add(bytes))
    }

    /// Notes how many bytes of a file the server has. Answers as [`Flight::moved`].
    pub(crate) fn reached(&self, seq: i64, hash: MediaHash, bytes: u64) -> Option<(u64, u64)> {
        self.change(seq, hash, |_| bytes)
    }

    fn change(&self, seq: i64, hash: MediaHash, to: impl FnOnce(&File) -> u64) -> Option<(u64, u64)> {
        let mut flying = self.lock();
        let flying = flying.get_mut(&seq)?;
        let step = |(sent, total): (u64, u64)| sent.saturating_mul(SHOWN_STEPS) / total.max(1);
        let before = step(flying.sum());
        let file = flying.files.iter_mut().find(|file| file.hash == hash)?;
        let whole_before = file.sent_bytes == file.total_bytes;
        file.sent_bytes = to(file).min(file.total_bytes);
        let whole = file.sent_bytes == file.total_bytes;
        let sum = flying.sum();
        (whole != whole_before || step(sum) != before).then_some(sum)
    }

    /// How far a report has come, if it is in the air: bytes that left and bytes in all.
    pub(crate) fn progress(&self, report_id: ReportId) -> Option<(u64, u64)> {
        self.lock().values().find(|f| f.report_id == report_id).map(Flying::sum)
    }

    /// Bytes of one file that left, if its report is in the air.
    pub(crate) fn of_file(&self, report_id: ReportId, hash: MediaHash) -> Option<u64> {
        let rows = self.lock();
        let file = rows.values().find(|f| f.report_id == report_id)?.files.iter().find(|file| file.hash == hash)?;
        Some(file.sent_bytes)
    }
}
