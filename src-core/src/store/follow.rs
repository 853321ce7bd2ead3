//! Table `follow`: the reports of others that an account follows, each as it was last seen.
//!
//! What was said here counts at once, and goes to the server as a row of the outbox; until it has, what the server says
//! doesn't undo it.

use std::collections::BTreeMap;

use pakn_api::{
    Timestamp,
    id::{OpId, ReportId, UserId},
    wire::PublicReport,
};
use rusqlite::{Connection, OptionalExtension};

use super::{
    Result, StoreError,
    account_outbox::{self, AccountOperation, AccountRow},
    from_json, legible, to_json,
};

/// Follows a report: here and, by the outbox, at the server.
pub(crate) fn follow(
    db: &Connection,
    op_id: OpId,
    user_id: UserId,
    (report, instead_of): (&PublicReport, Option<ReportId>),
    now: Timestamp,
) -> Result<()> {
    put(db, user_id, report, now)?;
    let operation = AccountOperation::Follow { report_id: report.report_id, following: true, instead_of };
    say(db, op_id, (user_id, report.report_id), &operation, now)
}

/// Follows a report no longer. `false` when it was not followed.
pub(crate) fn unfollow(db: &Connection, op_id: OpId, user_id: UserId, report_id: ReportId, now: Timestamp) -> Result<bool> {
    let followed = remove(db, user_id, report_id)?;
    if followed {
        let operation = AccountOperation::Follow { report_id, following: false, instead_of: None };
        say(db, op_id, (user_id, report_id), &operation, now)?;
    }
    Ok(followed)
}

/// What is still to be said of following, by report; the last word on each.
fn waiting(db: &Connection, user_id: UserId) -> Result<BTreeMap<ReportId, (AccountRow, bool)>> {
    let about = |row: AccountRow| row.operation.followed().map(|(report_id, following)| (report_id, (row, following)));
    Ok(account_outbox::list(db, user_id)?.into_iter().filter_map(about).collect())
}

fn say(
    db: &Connection,
    op_id: OpId,
    (user_id, report_id): (UserId, ReportId),
    operation: &AccountOperation,
    now: Timestamp,
) -> Result<()> {
    match waiting(db, user_id)?.remove(&report_id) {
        Some((row, _)) if row.is_surely_unsent() => account_outbox::replace(db, row.seq, op_id, operation),
        // What may be under way goes first: only its own `op_id` tells.
        Some(_) | None => account_outbox::insert(db, op_id, user_id, operation, now).map(drop),
    }
}

fn put(db: &Connection, user_id: UserId, report: &PublicReport, since: Timestamp) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO follow (user_id, report_id, since_ms, view) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (user_id, report_id) DO UPDATE SET view = excluded.view",
    )?
    .execute((user_id.to_string(), report.report_id.to_string(), since.0, to_json("followed report", report)?))?;
    Ok(())
}

/// `false` when it was not followed.
pub(crate) fn remove(db: &Connection, user_id: UserId, report_id: ReportId) -> Result<bool> {
    let sql = "DELETE FROM follow WHERE user_id = ?1 AND report_id = ?2";
    Ok(db.prepare_cached(sql)?.execute((user_id.to_string(), report_id.to_string()))? == 1)
}

/// What the server shows of a report that somebody here may follow. Answers whether that is news.
pub(crate) fn refresh(db: &Connection, report: &PublicReport) -> Result<bool> {
    let followers: Vec<(String, String)> = db
        .prepare_cached("SELECT user_id, view FROM follow WHERE report_id = ?1")?
        .query_map([report.report_id.to_string()], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut changed = false;
    for (user_id, view) in followers {
        let before = legible(from_json::<PublicReport>("followed report", &view)).transpose()?;
        if before.is_some_and(|before| before.revision > report.revision || before == *report) {
            continue;
        }
        let sql = "UPDATE follow SET view = ?3 WHERE user_id = ?1 AND report_id = ?2";
        db.prepare_cached(sql)?.execute((user_id, report.report_id.to_string(), to_json("followed report", report)?))?;
        changed = true;
    }
    Ok(changed)
}

/// It is no longer shown to anybody, or can't be followed. Answers whether anybody here did.
pub(crate) fn forget(db: &Connection, report_id: ReportId) -> Result<bool> {
    Ok(db.prepare_cached("DELETE FROM follow WHERE report_id = ?1")?.execute([report_id.to_string()])? > 0)
}

/// Takes over what the server says that the account follows; what is still to be said here stays as it was said.
/// Answers whether anything changed.
pub(crate) fn take_over(db: &Connection, user_id: UserId, theirs: &[PublicReport], now: Timestamp) -> Result<bool> {
    let waiting = waiting(db, user_id)?;
    let before = list(db, user_id)?;
    for kept in &before {
        let id = kept.report_id;
        if !waiting.contains_key(&id) && !theirs.iter().any(|report| report.report_id == id) {
            remove(db, user_id, id)?;
        }
    }
    // The server names first what was followed last.
    for (report, n) in theirs.iter().rev().zip(0..) {
        let unsaid = waiting.get(&report.report_id).is_some_and(|(_, following)| !following);
        if !unsaid && !before.iter().any(|kept| kept.report_id == report.report_id) {
            put(db, user_id, report, now.plus_ms(n))?;
        }
        refresh(db, report)?;
    }
    Ok(list(db, user_id)? != before)
}

/// What an account follows and can be read, the last followed first.
pub(crate) fn list(db: &Connection, user_id: UserId) -> Result<Vec<PublicReport>> {
    db.prepare_cached("SELECT view FROM follow WHERE user_id = ?1 ORDER BY since_ms DESC, report_id DESC")?
        .query_map([user_id.to_string()], |row| row.get::<_, String>(0))?
        .filter_map(|view| legible(view.map_err(StoreError::from).and_then(|view| from_json("followed report", &view))))
        .collect()
}

/// One of them, if it can be read.
pub(crate) fn get(db: &Connection, user_id: UserId, report_id: ReportId) -> Result<Option<PublicReport>> {
    let view: Option<String> = db
        .prepare_cached("SELECT view FROM follow WHERE user_id = ?1 AND report_id = ?2")?
        .query_row([user_id.to_string(), report_id.to_string()], |row| row.get(0))
        .optional()?;
    view.and_then(|view| legible(from_json("followed report", &view))).transpose()
}

/// Forgets what an account follows.
pub(crate) fn delete_of_user(db: &Connection, user_id: UserId) -> Result<()> {
    db.prepare_cached("DELETE FROM follow WHERE user_id = ?1")?.execute([user_id.to_string()])?;
    Ok(())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
mod tests;
