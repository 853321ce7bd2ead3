//! Table `account_field`, the fields that an agency's account handles; and the reports that it does.

use std::collections::BTreeSet;

use pakn_api::{
    id::{MediaHash, ReportId, UserId},
    model::{catalogue::FieldCode, words::AgencyName},
    wire::AgencyReport,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{
    DbError, account, int, parsed,
    report::{renumber, select_stored, stored},
    similar, timeline, uint,
};
use crate::visibility::{self, Agency};

/// Makes an account this agency's. Of one that was another's, what this one was named for before is news.
pub(crate) async fn set_name(conn: &mut AnyConnection, user: UserId, name: &AgencyName) -> Result<(), DbError> {
    let before = account::agency(&mut *conn, user).await?;
    account::set_agency(&mut *conn, user, name).await?;
    if before.is_some_and(|before| before != *name) {
        let sql = "SELECT report_id FROM report WHERE handled_by = $1 AND received_at IS NOT NULL ORDER BY change_seq";
        tell_anew(conn, sql, name.as_str()).await?;
    }
    Ok(())
}

/// Gives an agency's account these fields and takes all others from it. What is there of those it did not have is news:
/// its feed has gone past them.
pub(crate) async fn set_fields(conn: &mut AnyConnection, user: UserId, fields: &[FieldCode]) -> Result<(), DbError> {
    let before = fields_of(&mut *conn, user).await?;
    sqlx::query("DELETE FROM account_field WHERE user_id = $1").bind(user.to_string()).execute(&mut *conn).await?;
    for field in fields {
        sqlx::query("INSERT INTO account_field (user_id, field) VALUES ($1, $2) ON CONFLICT (user_id, field) DO NOTHING")
            .bind(user.to_string())
            .bind(field.as_str().to_owned())
            .execute(&mut *conn)
            .await?;
    }
    for added in fields.iter().collect::<BTreeSet<_>>().into_iter().filter(|field| !before.contains(field)) {
        let sql = "SELECT report_id FROM report WHERE field = $1 AND received_at IS NOT NULL ORDER BY change_seq";
        tell_anew(&mut *conn, sql, added.as_str()).await?;
    }
    Ok(())
}

/// Gives reports new places in the feeds, in their order. Their senders and other agencies get them once more, as they
/// are.
async fn tell_anew(conn: &mut AnyConnection, sql: &'static str, of: &str) -> Result<(), DbError> {
    let rows = sqlx::query(sql).bind(of.to_owned()).fetch_all(&mut *conn).await?;
    for row in &rows {
        renumber(&mut *conn, parsed(row, "report", "report_id")?).await?;
    }
    Ok(())
}

async fn fields_of(conn: &mut AnyConnection, user: UserId) -> Result<BTreeSet<FieldCode>, DbError> {
    let rows = sqlx::query("SELECT field FROM account_field WHERE user_id = $1").bind(user.to_string()).fetch_all(conn).await?;
    let read = |row: &AnyRow| {
        let field: String = row.try_get("field")?;
        FieldCode::parse(&field).map_err(|_| DbError::Corrupt { table: "account_field", column: "field" })
    };
    rows.iter().map(read).collect()
}

/// What an agency's account handles.
pub(crate) async fn of_account(conn: &mut AnyConnection, user: UserId, name: AgencyName) -> Result<Agency, DbError> {
    Ok(Agency { name, fields: fields_of(conn, user).await? })
}

/// At most `limit` of the reports that the agency handles and that changed after `after`, each with its place in the feed.
pub(crate) async fn changed(
    conn: &mut AnyConnection,
    user: UserId,
    agency: &Agency,
    after: u64,
    limit: u32,
) -> Result<Vec<(u64, AgencyReport)>, DbError> {
    let rows = sqlx::query(select_stored!(
        "WHERE r.change_seq > $1 AND (r.handled_by = $2 OR r.field IN (SELECT field FROM account_field WHERE user_id = $3)) \
         ORDER BY r.change_seq LIMIT $4"
    ))
    .bind(int(after))
    .bind(agency.name.as_str().to_owned())
    .bind(user.to_string())
    .bind(i64::from(limit))
    .fetch_all(&mut *conn)
    .await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        if let Some(report) = shown(&mut *conn, row, agency).await? {
            found.push((uint(row, "report", "change_seq")?, report));
        }
    }
    Ok(found)
}

/// One report, if the agency handles it.
pub(crate) async fn one(conn: &mut AnyConnection, agency: &Agency, report: ReportId) -> Result<Option<AgencyReport>, DbError> {
    let row = sqlx::query(select_stored!("WHERE r.report_id = $1 AND r.received_at IS NOT NULL"))
        .bind(report.to_string())
        .fetch_optional(&mut *conn)
        .await?;
    match row {
        Some(row) => shown(conn, &row, agency).await,
        None => Ok(None),
    }
}

/// The length of a file of a report that the agency handles.
pub(crate) async fn file(conn: &mut AnyConnection, agency: &Agency, hash: MediaHash) -> Result<Option<u64>, DbError> {
    let rows = sqlx::query("SELECT report_id, bytes FROM report_medium WHERE sha256 = $1")
        .bind(hash.to_string())
        .fetch_all(&mut *conn)
        .await?;
    for row in &rows {
        if one(&mut *conn, agency, parsed(row, "report_medium", "report_id")?).await?.is_some() {
            return Ok(Some(uint(row, "report_medium", "bytes")?));
        }
    }
    Ok(None)
}

async fn shown(conn: &mut AnyConnection, row: &AnyRow, agency: &Agency) -> Result<Option<AgencyReport>, DbError> {
    let report = parsed(row, "report", "report_id")?;
    let steps = timeline::of_report(&mut *conn, report).await?;
    let near = similar::of_report(conn, report).await?;
    Ok(visibility::to_agency(stored(row, steps)?, agency, near))
}
