//! Table `outbox`: what still has to reach the server. Reports are here, what changes an account in
//! `account_outbox`.
//!
//! Nothing here says "sending": what is in flight lives in memory, so a crash means sending again
//! under the same `op_id`. `attempts` rises, durably, before the report leaves.

use std::collections::BTreeMap;

use pakn_api::{
    ErrorCode, Timestamp,
    id::{OpId, ReportId, UserId},
    ipc::ParkedReason,
    model::report::Submission,
};
use rusqlite::{Connection, OptionalExtension, Row};
use serde::{Deserialize, Serialize};

use super::{Result, StoreError, account_outbox, from_json, legible, parse, to_json};

const PAYLOAD_VERSION: u32 = 1;

/// What an outbox row asks of the server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Operation {
    /// Create the report, with all of its files.
    CreateReport {
        /// The report as it was when the citizen sent it.
        submission: Submission,
    },
}

impl Operation {
    const fn kind(&self) -> &'static str {
        match self {
            Self::CreateReport { .. } => "create_report",
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OutboxRow {
    pub(crate) seq: i64,
    pub(crate) op_id: OpId,
    pub(crate) report_id: ReportId,
    pub(crate) user_id: Option<UserId>,
    pub(crate) operation: Operation,
    /// Tries that may have reached the server.
    pub(crate) attempts: u32,
    pub(crate) parked: Option<ParkedReason>,
}

impl OutboxRow {
    /// Whether the server can't know of it, so that it may become a draft again.
    ///
    /// A report that the server found fault with was not created: had an earlier try created it, the
    /// same `op_id` would have been answered with its receipt.
    pub(crate) const fn is_surely_unsent(&self) -> bool {
        self.attempts == 0 || matches!(self.parked, Some(ParkedReason::InvalidReport { .. }))
    }
}

/// Reports alone; `held_by` is what a report waits for where that rests.
const REPORTS: &str = "SELECT seq, op_id, entity_id, user_id, payload_version, payload, attempts, parked_reason,
       (SELECT kind FROM outbox b
        WHERE b.seq = outbox.depends_on AND b.kind <> 'create_report' AND b.parked_reason IS NOT NULL) AS held_by
     FROM outbox WHERE kind = 'create_report'";

type Raw = (i64, String, String, Option<String>, u32, String, u32, Option<String>, Option<String>);

fn read(row: &Row<'_>) -> rusqlite::Result<Raw> {
    Ok((
        row.get("seq")?,
        row.get("op_id")?,
        row.get("entity_id")?,
        row.get("user_id")?,
        row.get("payload_version")?,
        row.get("payload")?,
        row.get("attempts")?,
        row.get("parked_reason")?,
        row.get("held_by")?,
    ))
}

/// What a report is told to rest for that waits for what was said of its sender, where that rests.
fn held(by: &str) -> ParkedReason {
    let code = if by == "record_consent" { ErrorCode::ConsentMissing } else { ErrorCode::ProfileIncomplete };
    ParkedReason::Refused { code }
}

fn outbox_row((seq, op_id, entity_id, user_id, version, payload, attempts, parked, held_by): Raw) -> Result<OutboxRow> {
    if version > PAYLOAD_VERSION {
        return Err(StoreError::Unreadable { what: "newer outbox payload" });
    }
    let parked = parked.map(|p| from_json("parked reason", &p)).transpose()?;
    Ok(OutboxRow {
        seq,
        op_id: parse("op id", &op_id)?,
        report_id: parse("report id", &entity_id)?,
        user_id: user_id.map(|id| parse("user id", &id)).transpose()?,
        operation: from_json("outbox payload", &payload)?,
        attempts,
        parked: parked.or_else(|| held_by.as_deref().map(held)),
    })
}

pub(crate) fn insert(
    db: &Connection,
    op_id: OpId,
    report_id: ReportId,
    user_id: Option<UserId>,
    operation: &Operation,
    now: Timestamp,
) -> Result<i64> {
    let same: Option<i64> = db
        .prepare_cached("SELECT max(seq) FROM outbox WHERE entity_id = ?1")?
        .query_row([report_id.to_string()], |row| row.get(0))?;
    let depends_on = match (same, user_id) {
        (None, Some(user_id)) => account_outbox::last_waiting(db, user_id)?,
        (same, _) => same,
    };
    db.prepare_cached(
        "INSERT INTO outbox (op_id, entity_id, user_id, kind, payload_version, payload, depends_on, created_at_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute((
        op_id.to_string(),
        report_id.to_string(),
        user_id.map(|id| id.to_string()),
        operation.kind(),
        PAYLOAD_VERSION,
        to_json("outbox payload", operation)?,
        depends_on,
        now.0,
    ))?;
    Ok(db.last_insert_rowid())
}

/// At most `limit` rows that may leave now for `user_id`: not parked, not in the air, nothing before them
/// for the same report. Those that `failed` come last, the least often first, so that a row which never
/// gets through holds up no other.
pub(crate) fn ready(
    db: &Connection,
    user_id: UserId,
    limit: usize,
    flying: &[i64],
    failed: &BTreeMap<i64, u32>,
) -> Result<Vec<OutboxRow>> {
    let mut statement =
        db.prepare_cached(&format!("{REPORTS} AND parked_reason IS NULL AND depends_on IS NULL AND user_id = ?1 ORDER BY seq"))?;
    let rows = statement.query_map([user_id.to_string()], read)?;
    let (mut chosen, mut behind) = (Vec::new(), Vec::new());
    for row in rows.filter_map(|row| legible(row.map_err(StoreError::from).and_then(outbox_row))) {
        let row = row?;
        match failed.get(&row.seq) {
            _ if flying.contains(&row.seq) => {}
            Some(times) => behind.push((*times, row)),
            None => chosen.push(row),
        }
        if chosen.len() >= limit {
            break;
        }
    }
    behind.sort_by_key(|(times, row)| (*times, row.seq));
    chosen.extend(behind.into_iter().map(|(_, row)| row));
    chosen.truncate(limit);
    Ok(chosen)
}

/// Counts one more try, before the report leaves. `false` when the row is gone: it was taken back.
pub(crate) fn count_attempt(db: &Connection, seq: i64) -> Result<bool> {
    Ok(db.prepare_cached("UPDATE outbox SET attempts = attempts + 1 WHERE seq = ?1")?.execute([seq])? == 1)
}

/// The number of the last row there ever was.
pub(crate) fn last_seq(db: &Connection) -> Result<i64> {
    let sql = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0))?)
}

/// Says how many tries may have reached the server, now that the last one's end is known.
pub(crate) fn set_attempts(db: &Connection, seq: i64, attempts: u32) -> Result<()> {
    db.prepare_cached("UPDATE outbox SET attempts = ?2 WHERE seq = ?1")?.execute((seq, attempts))?;
    Ok(())
}

/// The row that creates a report, if it is still here.
pub(crate) fn of_report(db: &Connection, report_id: ReportId) -> Result<Option<OutboxRow>> {
    db.prepare_cached(&format!("{REPORTS} AND entity_id = ?1 ORDER BY seq LIMIT 1"))?
        .query_row([report_id.to_string()], read)
        .optional()?
        .map(outbox_row)
        .transpose()
}

/// As [`of_report`], for `user_id`: another account's is not shown.
pub(crate) fn shown(db: &Connection, user_id: Option<UserId>, report_id: ReportId) -> Result<Option<OutboxRow>> {
    Ok(of_report(db, report_id)?.filter(|row| row.user_id.is_none() || row.user_id == user_id))
}

/// Everything for `user_id`, and what is nobody's yet; newest first.
pub(crate) fn list(db: &Connection, user_id: Option<UserId>) -> Result<Vec<OutboxRow>> {
    db.prepare_cached(&format!("{REPORTS} AND (user_id IS NULL OR user_id = ?1) ORDER BY seq DESC"))?
        .query_map([user_id.map(|id| id.to_string())], read)?
        .filter_map(|row| legible(row.map_err(StoreError::from).and_then(outbox_row)))
        .collect()
}

/// How many rows wait, and how many are parked, as [`list`] would show them.
pub(crate) fn count(db: &Connection, user_id: Option<UserId>) -> Result<(u32, u32)> {
    Ok(db
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE NOT rests), count(*) FILTER (WHERE rests) FROM (
               SELECT a.parked_reason IS NOT NULL OR coalesce(b.kind <> 'create_report' AND b.parked_reason IS NOT NULL, 0) AS rests
               FROM outbox a LEFT JOIN outbox b ON b.seq = a.depends_on
               WHERE a.kind = 'create_report' AND (a.user_id IS NULL OR a.user_id = ?1))",
        )?
        .query_row([user_id.map(|id| id.to_string())], |row| Ok((row.get(0)?, row.get(1)?)))?)
}

/// Gives what is nobody's yet to whoever has signed in.
pub(crate) fn claim(db: &Connection, user_id: UserId) -> Result<()> {
    db.prepare_cached("UPDATE outbox SET user_id = ?1 WHERE user_id IS NULL")?.execute([user_id.to_string()])?;
    Ok(())
}

/// Lets a row rest until somebody acts; its dependents rest with it by their dependency.
pub(crate) fn park(db: &Connection, seq: i64, reason: &ParkedReason) -> Result<()> {
    db.prepare_cached("UPDATE outbox SET parked_reason = ?2 WHERE seq = ?1")?
        .execute((seq, to_json("parked reason", reason)?))?;
    Ok(())
}

/// Lets a row go on, its tries counted anew; that it may have been sent stays known. What it waits
/// for goes on with it.
pub(crate) fn unpark(db: &Connection, seq: i64) -> Result<()> {
    let held_by: Option<i64> = db
        .prepare_cached("SELECT depends_on FROM outbox WHERE seq = ?1")?
        .query_row([seq], |row| row.get(0))
        .optional()?
        .flatten();
    if let Some(held_by) = held_by {
        account_outbox::unpark(db, held_by)?;
    }
    db.prepare_cached("UPDATE outbox SET parked_reason = NULL, attempts = min(attempts, 1) WHERE seq = ?1")?.execute([seq])?;
    Ok(())
}

/// Removes a finished row and releases what waited for it.
pub(crate) fn finish(db: &Connection, seq: i64) -> Result<bool> {
    db.prepare_cached("UPDATE outbox SET depends_on = NULL WHERE depends_on = ?1")?.execute([seq])?;
    Ok(db.prepare_cached("DELETE FROM outbox WHERE seq = ?1")?.execute([seq])? == 1)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "test")]
mod tests {
    use pakn_api::model::{
        catalogue::{Catalogue, FieldCode, SubjectCode},
        place::{Place, PlaceSource, Position},
        report::ReportForm,
    };

    use super::*;
    use crate::store::Store;

    const NOW: Timestamp = Timestamp(1_764_000_000_000);

    fn id<T: From<Uuid>>(n: u128) -> T {
        T::from(Uuid(n))
    }

    struct Uuid(u128);

    macro_rules! from_uuid {
        ($($id:ty),*) => {$(
            impl From<Uuid> for $id {
                fn from(n: Uuid) -> Self {
                    <$id>::from_uuid(uuid::Uuid::from_u128(n.0))
                }
            }
        )*};
    }
    from_uuid!(OpId, ReportId, UserId);

    fn operation() -> Operation {
        let form = ReportForm {
            field: FieldCode::parse("moi-truong").ok(),
            subject: SubjectCode::parse("xa-rac").ok(),
            title: "Rác thải".to_owned(),
            content: "Đổ rác bên đường.".to_owned(),
            happened_at: Some(NOW),
            place: Some(Place {
                position: Position::new(14.35, 108.0, 9.0).unwrap(),
                source: PlaceSource::Device,
                taken_at: NOW,
            }),
            anonymous: true,
            truth_confirmed: true,
            ..ReportForm::default()
        };
        Operation::CreateReport { submission: form.check(&Catalogue::builtin(), &[], NOW).unwrap() }
    }

    fn with_rows(rows: &[(u128, u128, Option<u128>)]) -> Store {
        let store = Store::in_memory().unwrap();
        let fill = |tx: &rusqlite::Transaction<'_>| {
            for (op, report, user) in rows {
                insert(tx, id(*op), id(*report), user.map(id), &operation(), NOW)?;
            }
            Ok(())
        };
        store.write_blocking(fill).unwrap();
        store
    }

    fn ready_ops(store: &Store, user: u128) -> Vec<OpId> {
        store
            .write_blocking(|tx| ready(tx, id(user), 10, &[], &BTreeMap::new()))
            .unwrap()
            .into_iter()
            .map(|row| row.op_id)
            .collect()
    }

    #[test]
    fn a_row_leaves_only_for_its_own_account_and_in_its_reports_order() {
        let store = with_rows(&[(1, 100, Some(7)), (2, 100, Some(7)), (3, 200, Some(8)), (4, 300, None)]);
        assert_eq!(ready_ops(&store, 7), [id(1)], "op 2 waits for op 1");
        assert_eq!(ready_ops(&store, 8), [id(3)]);
        store.write_blocking(|tx| claim(tx, id(8))).unwrap();
        assert_eq!(ready_ops(&store, 8), [id(3), id(4)], "what was nobody's is theirs now");
        assert_eq!(ready_ops(&store, 7), [id(1)]);
        let first = store.write_blocking(|tx| of_report(tx, id(100))).unwrap().unwrap();
        assert!(store.write_blocking(|tx| finish(tx, first.seq)).unwrap());
        assert_eq!(ready_ops(&store, 7), [id(2)], "released by the receipt");
    }

    #[test]
    fn a_parked_row_holds_its_dependents_and_nothing_else() {
        let store = with_rows(&[(1, 100, Some(7)), (2, 100, Some(7)), (3, 200, Some(7))]);
        let first = store.write_blocking(|tx| of_report(tx, id(100))).unwrap().unwrap();
        store.write_blocking(|tx| park(tx, first.seq, &ParkedReason::MediaLost)).unwrap();
        assert_eq!(ready_ops(&store, 7), [id(3)]);
        assert_eq!(store.write_blocking(|tx| count(tx, Some(id(7)))).unwrap(), (2, 1));
        store.write_blocking(|tx| unpark(tx, first.seq)).unwrap();
        assert_eq!(ready_ops(&store, 7), [id(1), id(3)]);
    }

    #[test]
    fn a_try_that_never_left_leaves_the_report_editable() {
        let store = with_rows(&[(1, 100, Some(7))]);
        let row = || store.write_blocking(|tx| of_report(tx, id(100))).unwrap().unwrap();
        assert!(row().is_surely_unsent());
        store.write_blocking(|tx| count_attempt(tx, row_seq(tx))).unwrap();
        assert!(!row().is_surely_unsent());
        store.write_blocking(|tx| set_attempts(tx, row_seq(tx), 0)).unwrap();
        assert!(row().is_surely_unsent());
    }

    #[test]
    fn tried_to_the_limit_and_tried_again_by_hand_it_starts_anew_but_may_have_been_sent() {
        let store = with_rows(&[(1, 100, Some(7))]);
        let attempts = |was: u32| {
            store.write_blocking(|tx| set_attempts(tx, row_seq(tx), was)).unwrap();
            store.write_blocking(|tx| park(tx, row_seq(tx), &ParkedReason::TooManyAttempts)).unwrap();
            store.write_blocking(|tx| unpark(tx, row_seq(tx))).unwrap();
            store.write_blocking(|tx| of_report(tx, id(100))).unwrap().unwrap().attempts
        };
        assert_eq!(attempts(500), 1);
        assert_eq!(attempts(0), 0);
    }

    #[test]
    fn what_failed_comes_last_and_what_is_in_the_air_not_at_all() {
        let store = with_rows(&[(1, 100, Some(7)), (2, 200, Some(7)), (3, 300, Some(7)), (4, 400, Some(7))]);
        let seq = |n: i64| store.write_blocking(|tx| list(tx, Some(id(7)))).unwrap().iter().map(|r| r.seq).min().unwrap() + n - 1;
        let failed = BTreeMap::from([(seq(1), 2), (seq(2), 1)]);
        let pick = |limit: usize, flying: &[i64]| -> Vec<OpId> {
            let rows = store.write_blocking(|tx| ready(tx, id(7), limit, flying, &failed)).unwrap();
            rows.into_iter().map(|row| row.op_id).collect()
        };
        assert_eq!(pick(4, &[]), [id(3), id(4), id(2), id(1)]);
        assert_eq!(pick(1, &[]), [id(3)]);
        assert_eq!(pick(2, &[seq(3), seq(4)]), [id(2), id(1)]);
    }

    #[test]
    fn a_row_that_cannot_be_read_holds_no_other_up() {
        for spoil in ["payload = '{}'", "payload_version = 99", "op_id = 'x'"] {
            let store = with_rows(&[(1, 100, Some(7)), (2, 200, Some(7))]);
            let sql = format!("UPDATE outbox SET {spoil} WHERE entity_id = ?1");
            store.write_blocking(|tx| Ok(tx.execute(&sql, [id::<ReportId>(100).to_string()])?)).unwrap();
            assert_eq!(ready_ops(&store, 7), [id(2)], "{spoil}");
            assert_eq!(store.write_blocking(|tx| list(tx, Some(id(7)))).unwrap().len(), 1, "{spoil}");
            assert_eq!(store.write_blocking(|tx| count(tx, Some(id(7)))).unwrap(), (2, 0), "it is not forgotten");
        }
    }

    fn row_seq(tx: &Connection) -> i64 {
        of_report(tx, id(100)).unwrap().unwrap().seq
    }

    #[test]
    fn the_stored_payload_is_stable() {
        insta::assert_json_snapshot!(operation());
        insta::assert_json_snapshot!("parked", ParkedReason::InvalidReport { problems: vec![] });
    }
}
