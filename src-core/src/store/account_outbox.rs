//! The rows of table `outbox` that change an account: its profile, its consents and what it follows.
//!
//! Under the rules of a report's row: what may have been sent is never changed, what surely was not gives way to
//! what was said after it. A row of theirs is about its user, so `entity_id` is the user's. They leave in the order
//! of `seq`, one at a time; `depends_on` is for reports, which wait for what was said before them.

use pakn_api::{
    ErrorCode, Timestamp,
    id::{OpId, ReportId, UserId},
    ipc::ParkedReason,
    model::{
        consent::{Consent, ConsentPurpose},
        profile::{Profile, ProfileProblem},
    },
};
use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

use super::{Result, StoreError, from_json, legible, parse, to_json};

const PAYLOAD_VERSION: u32 = 1;

/// What a row asks of the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(clippy::large_enum_variant, reason = "few are held at once")]
pub(crate) enum AccountOperation {
    /// Put a profile in the place of the one it was changed from.
    PutProfile {
        /// The profile it was changed from, if there was one.
        base: Option<Profile>,
        /// That one's revision.
        base_revision: u32,
        /// The profile.
        profile: Profile,
    },
    /// Note what was agreed to or taken back.
    RecordConsent {
        /// That.
        consent: Consent,
    },
    /// Follow another's report, or no longer.
    Follow {
        /// Which.
        report_id: ReportId,
        /// Follow it.
        following: bool,
        /// The draft that was put aside for it, and is taken back where it can't be followed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        instead_of: Option<ReportId>,
    },
}

impl AccountOperation {
    const fn kind(&self) -> &'static str {
        match self {
            Self::PutProfile { .. } => "put_profile",
            Self::RecordConsent { .. } => "record_consent",
            Self::Follow { .. } => "follow",
        }
    }

    /// The profile that is put.
    pub(crate) const fn profile(&self) -> Option<&Profile> {
        match self {
            Self::PutProfile { profile, .. } => Some(profile),
            Self::RecordConsent { .. } | Self::Follow { .. } => None,
        }
    }

    /// The report that is followed or no longer, and which of both.
    pub(crate) const fn followed(&self) -> Option<(ReportId, bool)> {
        match self {
            Self::Follow { report_id, following, instead_of: _ } => Some((*report_id, *following)),
            Self::PutProfile { .. } | Self::RecordConsent { .. } => None,
        }
    }

    /// The draft that was put aside for what is followed.
    pub(crate) const fn instead_of(&self) -> Option<ReportId> {
        match self {
            Self::Follow { instead_of, .. } => *instead_of,
            Self::PutProfile { .. } | Self::RecordConsent { .. } => None,
        }
    }

    /// Whether what this asks makes good what the other one asks.
    fn follows(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::PutProfile { .. }, Self::PutProfile { .. }) => true,
            (Self::RecordConsent { consent: later }, Self::RecordConsent { consent }) => later.purpose == consent.purpose,
            (Self::Follow { report_id: later, .. }, Self::Follow { report_id, .. }) => later == report_id,
            (Self::PutProfile { .. } | Self::RecordConsent { .. } | Self::Follow { .. }, _) => false,
        }
    }

    /// Whether no report is taken without it.
    const fn is_for_reports(&self) -> bool {
        match self {
            Self::PutProfile { .. } => true,
            Self::RecordConsent { consent } => match consent.purpose {
                ConsentPurpose::Terms | ConsentPurpose::Reports => true,
                ConsentPurpose::Location | ConsentPurpose::Notifications => false,
            },
            Self::Follow { .. } => false,
        }
    }

    /// The consent that is noted.
    pub(crate) const fn consent(&self) -> Option<&Consent> {
        match self {
            Self::RecordConsent { consent } => Some(consent),
            Self::PutProfile { .. } | Self::Follow { .. } => None,
        }
    }
}

/// Why a row rests until the citizen says it anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub(crate) enum AccountParked {
    /// The server found fault with the profile.
    InvalidProfile {
        /// What.
        problems: Vec<ProfileProblem>,
    },
    /// The server refused it for another reason.
    Refused {
        /// Which.
        code: ErrorCode,
    },
    /// It was tried very many times without an answer that can be understood.
    TooManyAttempts,
}

/// A row that changes an account.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct AccountRow {
    pub(crate) seq: i64,
    pub(crate) op_id: OpId,
    pub(crate) user_id: UserId,
    pub(crate) operation: AccountOperation,
    /// Tries that may have reached the server.
    pub(crate) attempts: u32,
    pub(crate) parked: Option<AccountParked>,
}

impl AccountRow {
    /// Whether the server can't have carried it out, so that what is said now may take its place.
    ///
    /// A profile that the server found fault with was not put: had an earlier try put it, the same `op_id` would
    /// have been answered as carried out.
    pub(crate) const fn is_surely_unsent(&self) -> bool {
        self.attempts == 0 || matches!(self.parked, Some(AccountParked::InvalidProfile { .. }))
    }
}

const COLUMNS: &str = "seq, op_id, coalesce(user_id, '') AS user_id, payload_version, payload, attempts, parked_reason";

type Raw = (i64, String, String, u32, String, u32, Option<String>);

fn read(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((
        row.get("seq")?,
        row.get("op_id")?,
        row.get("user_id")?,
        row.get("payload_version")?,
        row.get("payload")?,
        row.get("attempts")?,
        row.get("parked_reason")?,
    ))
}

fn account_row((seq, op_id, user_id, version, payload, attempts, parked): Raw) -> Result<AccountRow> {
    if version > PAYLOAD_VERSION {
        return Err(StoreError::Unreadable { what: "newer outbox payload" });
    }
    Ok(AccountRow {
        seq,
        op_id: parse("op id", &op_id)?,
        user_id: parse("user id", &user_id)?,
        operation: from_json("outbox payload", &payload)?,
        attempts,
        parked: parked.map(|p| from_json("parked reason", &p)).transpose()?,
    })
}

/// Everything that is still to be said for an account, in the order it was said.
pub(crate) fn list(db: &Connection, user_id: UserId) -> Result<Vec<AccountRow>> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE kind <> 'create_report' AND user_id = ?1 ORDER BY seq"))?
        .query_map([user_id.to_string()], read)?
        .filter_map(|row| legible(row.map_err(StoreError::from).and_then(account_row)))
        .collect()
}

/// Drafts that were put aside for what has not arrived yet, anybody's.
pub(crate) fn awaited_drafts(db: &Connection) -> Result<Vec<ReportId>> {
    let rows: Vec<AccountRow> = db
        .prepare_cached(&format!("SELECT {COLUMNS} FROM outbox WHERE kind = 'follow'"))?
        .query_map([], read)?
        .filter_map(|row| legible(row.map_err(StoreError::from).and_then(account_row)))
        .collect::<Result<_>>()?;
    Ok(rows.iter().filter_map(|row| row.operation.instead_of()).collect())
}

/// The next row to leave. What rests holds up none that was said after it.
pub(crate) fn next(db: &Connection, user_id: UserId) -> Result<Option<AccountRow>> {
    Ok(list(db, user_id)?.into_iter().find(|row| row.parked.is_none()))
}

/// The row that a report sent now has to wait for: the last one it can't do without that will leave by itself.
pub(crate) fn last_waiting(db: &Connection, user_id: UserId) -> Result<Option<i64>> {
    let awaited = |row: &AccountRow| row.parked.is_none() && row.operation.is_for_reports();
    Ok(list(db, user_id)?.into_iter().rev().find(awaited).map(|row| row.seq))
}

/// The rows that put an account's profile.
pub(crate) fn profiles(db: &Connection, user_id: UserId) -> Result<Vec<AccountRow>> {
    Ok(list(db, user_id)?.into_iter().filter(|row| row.operation.profile().is_some()).collect())
}

pub(crate) fn insert(db: &Connection, op_id: OpId, user_id: UserId, operation: &AccountOperation, now: Timestamp) -> Result<i64> {
    db.prepare_cached(
        "INSERT INTO outbox (op_id, entity_id, user_id, kind, payload_version, payload, created_at_ms)
         VALUES (?1, ?2, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute((
        op_id.to_string(),
        user_id.to_string(),
        operation.kind(),
        PAYLOAD_VERSION,
        to_json("outbox payload", operation)?,
        now.0,
    ))?;
    Ok(db.last_insert_rowid())
}

/// Puts another operation in the place of one that was surely not carried out. What waits for the row waits on.
pub(crate) fn replace(db: &Connection, seq: i64, op_id: OpId, operation: &AccountOperation) -> Result<()> {
    db.prepare_cached(
        "UPDATE outbox SET op_id = ?2, payload_version = ?3, payload = ?4, attempts = 0, parked_reason = NULL WHERE seq = ?1",
    )?
    .execute((seq, op_id.to_string(), PAYLOAD_VERSION, to_json("outbox payload", operation)?))?;
    Ok(())
}

/// Counts one more try, before it leaves. `false` when something else has taken the row's place.
pub(crate) fn count_attempt(db: &Connection, row: &AccountRow) -> Result<bool> {
    let sql = "UPDATE outbox SET attempts = attempts + 1 WHERE seq = ?1 AND op_id = ?2";
    Ok(db.prepare_cached(sql)?.execute((row.seq, row.op_id.to_string()))? == 1)
}

/// Says how many tries may have reached the server, now that the last one's end is known.
pub(crate) fn set_attempts(db: &Connection, row: &AccountRow, attempts: u32) -> Result<()> {
    let sql = "UPDATE outbox SET attempts = ?3 WHERE seq = ?1 AND op_id = ?2";
    db.prepare_cached(sql)?.execute((row.seq, row.op_id.to_string(), attempts))?;
    Ok(())
}

/// Lets a row rest. One whose profile or consent has been said anew since gives way to the later one instead.
pub(crate) fn park(db: &Connection, row: &AccountRow, reason: &AccountParked) -> Result<()> {
    let follows = |later: &AccountRow| later.seq > row.seq && later.operation.follows(&row.operation);
    if let Some(later) = list(db, row.user_id)?.into_iter().find(follows) {
        return give_way(db, row, later.seq);
    }
    let sql = "UPDATE outbox SET parked_reason = ?3 WHERE seq = ?1 AND op_id = ?2";
    db.prepare_cached(sql)?.execute((row.seq, row.op_id.to_string(), to_json("parked reason", reason)?))?;
    Ok(())
}

/// Removes a row that is not to be carried out. What waited for it waits for a later one.
pub(crate) fn give_way(db: &Connection, row: &AccountRow, later: i64) -> Result<()> {
    db.prepare_cached("UPDATE outbox SET depends_on = ?2 WHERE depends_on = ?1")?.execute((row.seq, later))?;
    finish(db, row).map(drop)
}

/// Lets a row go on, its tries counted anew; that it may have been sent stays known.
pub(crate) fn unpark(db: &Connection, seq: i64) -> Result<()> {
    let sql = "UPDATE outbox SET parked_reason = NULL, attempts = min(attempts, 1) WHERE seq = ?1 AND kind <> 'create_report'";
    db.prepare_cached(sql)?.execute([seq])?;
    Ok(())
}

/// Removes a row that was carried out, or is not to be, and releases what waited for it.
pub(crate) fn finish(db: &Connection, row: &AccountRow) -> Result<bool> {
    let sql = "SELECT count(*) FROM outbox WHERE seq = ?1 AND op_id = ?2";
    let there: u32 = db.prepare_cached(sql)?.query_row((row.seq, row.op_id.to_string()), |found| found.get(0))?;
    if there == 0 {
        return Ok(false);
    }
    super::outbox::finish(db, row.seq)
}

/// What the server may find missing of an account when it is sent a report.
pub(crate) const MISSING: [ErrorCode; 2] = [ErrorCode::ProfileIncomplete, ErrorCode::ConsentMissing];

/// Lets reports go on that the server did not take for want of one of these.
pub(crate) fn release_reports(db: &Connection, user_id: UserId, wanted: &[ErrorCode]) -> Result<()> {
    for code in wanted.iter().copied() {
        let reason = to_json("parked reason", &ParkedReason::Refused { code })?;
        let sql = "UPDATE outbox SET parked_reason = NULL
                   WHERE user_id = ?1 AND kind = 'create_report' AND parked_reason = ?2";
        db.prepare_cached(sql)?.execute((user_id.to_string(), reason))?;
    }
    Ok(())
}

/// Rows that reports wait for and that can't be read.
pub(crate) fn illegible(db: &Connection) -> Result<Vec<i64>> {
    let awaited: Vec<(i64, Raw)> = db
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM outbox
             WHERE kind <> 'create_report' AND seq IN (SELECT depends_on FROM outbox WHERE kind = 'create_report')"
        ))?
        .query_map([], |row| Ok((row.get("seq")?, read(row)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut found = Vec::new();
    for (seq, raw) in awaited {
        if legible(account_row(raw)).transpose()?.is_none() {
            found.push(seq);
        }
    }
    Ok(found)
}

/// Lets reports go that wait for such a row, which never leaves: what the server misses of their sender it says
/// itself. The row stays: another version may read it.
pub(crate) fn release_from(db: &Connection, illegible: &[i64]) -> Result<()> {
    for seq in illegible {
        db.prepare_cached("UPDATE outbox SET depends_on = NULL WHERE depends_on = ?1 AND kind = 'create_report'")?
            .execute([seq])?;
    }
    Ok(())
}

/// What was missing has been said: reports that rest for want of it wait for the row that says it.
pub(crate) fn hold_reports(db: &Connection, user_id: UserId, wanted: ErrorCode, until: i64) -> Result<()> {
    let reason = to_json("parked reason", &ParkedReason::Refused { code: wanted })?;
    let sql = "UPDATE outbox SET parked_reason = NULL, depends_on = ?3
               WHERE user_id = ?1 AND kind = 'create_report' AND parked_reason = ?2";
    db.prepare_cached(sql)?.execute((user_id.to_string(), reason, until))?;
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
pub(crate) mod tests;
