//! Table `public_change`: which reports are public, which were, and the order in which that changed; `public_rule`.
//!
//! Whoever changes what decides about it calls [`settle`] in the same transaction. What is then shown is
//! [`visibility`]'s, asked again with each reading.

use std::collections::HashMap;

use pakn_api::{
    id::{MediaHash, ReportId, UserId},
    model::catalogue::FieldCode,
    wire::PublicReport,
};
use sqlx::{AnyConnection, Row as _};

use super::{
    DbError, change, document, int, parsed,
    report::{select_stored, stored},
    uint,
};
use crate::visibility::{self, Publish, Rule};

/// The rule as it is.
pub(crate) async fn rule(conn: &mut AnyConnection) -> Result<Rule, DbError> {
    let row = sqlx::query("SELECT publish FROM public_rule WHERE id = 1").fetch_one(&mut *conn).await?;
    Ok(Rule::new(parsed(&row, "public_rule", "publish")?, &document::current(conn).await?))
}

/// From now on this is when reports become public.
pub(crate) async fn set_publish(conn: &mut AnyConnection, publish: Publish) -> Result<(), DbError> {
    let done = sqlx::query("UPDATE public_rule SET publish = $1 WHERE id = 1 AND publish <> $1")
        .bind(publish.as_str())
        .execute(&mut *conn)
        .await?;
    if done.rows_affected() == 0 {
        return Ok(());
    }
    let rows = sqlx::query("SELECT report_id FROM report WHERE received_at IS NOT NULL").fetch_all(&mut *conn).await?;
    let rule = rule(&mut *conn).await?;
    for row in &rows {
        settle_when(&mut *conn, &rule, parsed(row, "report", "report_id")?, false).await?;
    }
    Ok(())
}

/// The reports of these fields may have become public, or not be public any more.
pub(crate) async fn settle_fields(conn: &mut AnyConnection, fields: &[FieldCode]) -> Result<(), DbError> {
    let rule = rule(&mut *conn).await?;
    for field in fields {
        let rows = sqlx::query("SELECT report_id FROM report WHERE field = $1 AND received_at IS NOT NULL")
            .bind(field.as_str().to_owned())
            .fetch_all(&mut *conn)
            .await?;
        for row in &rows {
            settle_when(&mut *conn, &rule, parsed(row, "report", "report_id")?, false).await?;
        }
    }
    Ok(())
}

/// The report has changed or is gone: those who know it from here are told, if they may.
pub(crate) async fn settle(conn: &mut AnyConnection, report: ReportId) -> Result<(), DbError> {
    let rule = rule(&mut *conn).await?;
    settle_when(conn, &rule, report, true).await
}

async fn settle_when(conn: &mut AnyConnection, rule: &Rule, report: ReportId, has_changed: bool) -> Result<(), DbError> {
    let row =
        sqlx::query("SELECT field, status FROM report WHERE report_id = $1 AND received_at IS NOT NULL AND field IS NOT NULL")
            .bind(report.to_string())
            .fetch_optional(&mut *conn)
            .await?;
    let is = match row {
        None => false,
        Some(row) => {
            let field: String = row.try_get("field")?;
            let field = FieldCode::parse(&field).map_err(|_| DbError::Corrupt { table: "report", column: "field" })?;
            let status = parsed(&row, "report", "status")?;
            rule.is_public(&field, status)
        }
    };
    let row = sqlx::query("SELECT shown FROM public_change WHERE report_id = $1")
        .bind(report.to_string())
        .fetch_optional(&mut *conn)
        .await?;
    let was = row.map(|row| row.try_get::<i64, _>("shown")).transpose()?.is_some_and(|shown| shown == 1);
    if (is, was) == (false, false) || is == was && !has_changed {
        return Ok(());
    }
    let seq = change::next(&mut *conn).await?;
    sqlx::query(
        "INSERT INTO public_change (report_id, seq, shown) VALUES ($1, $2, $3) \
         ON CONFLICT (report_id) DO UPDATE SET seq = excluded.seq, shown = excluded.shown",
    )
    .bind(report.to_string())
    .bind(int(seq))
    .bind(i64::from(is))
    .execute(conn)
    .await?;
    Ok(())
}

/// A report's place in the public feed, and what there is to see of it; nothing when it is public no longer.
pub(crate) struct Change {
    pub(crate) seq: u64,
    pub(crate) report: ReportId,
    pub(crate) now: Option<PublicReport>,
}

/// At most `limit` changes after `after`, in their order.
pub(crate) async fn changed(conn: &mut AnyConnection, after: u64, limit: u32) -> Result<Vec<Change>, DbError> {
    let rows = sqlx::query("SELECT report_id, seq FROM public_change WHERE seq > $1 ORDER BY seq LIMIT $2")
        .bind(int(after))
        .bind(i64::from(limit))
        .fetch_all(&mut *conn)
        .await?;
    let seqs = rows.iter().map(|row| uint(row, "public_change", "seq")).collect::<Result<Vec<_>, _>>()?;
    let Some(last) = seqs.last() else { return Ok(Vec::new()) };
    let rule = rule(&mut *conn).await?;
    let reports = sqlx::query(select_stored!(
        "WHERE r.received_at IS NOT NULL AND r.report_id IN \
         (SELECT report_id FROM public_change WHERE seq > $1 AND seq <= $2 AND shown = 1)"
    ))
    .bind(int(after))
    .bind(int(*last))
    .fetch_all(conn)
    .await?;
    let mut shown = HashMap::new();
    for row in &reports {
        shown.extend(visibility::to_public(stored(row, Vec::new())?, &rule).map(|report| (report.report_id, report)));
    }
    let change = |(seq, row)| {
        let report = parsed(row, "public_change", "report_id")?;
        Ok(Change { seq, report, now: shown.remove(&report) })
    };
    seqs.into_iter().zip(&rows).map(change).collect()
}

/// One report, if it is public.
pub(crate) async fn one(conn: &mut AnyConnection, report: ReportId) -> Result<Option<PublicReport>, DbError> {
    let rule = rule(&mut *conn).await?;
    shown(conn, &rule, report).await
}

/// What a user follows of what is public, the newest wish first.
pub(crate) async fn followed(conn: &mut AnyConnection, user: UserId) -> Result<Vec<PublicReport>, DbError> {
    let rows = sqlx::query("SELECT report_id FROM follow WHERE user_id = $1 ORDER BY since DESC, report_id")
        .bind(user.to_string())
        .fetch_all(&mut *conn)
        .await?;
    let rule = rule(&mut *conn).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        found.extend(shown(&mut *conn, &rule, parsed(row, "follow", "report_id")?).await?);
    }
    Ok(found)
}

pub(super) async fn shown(conn: &mut AnyConnection, rule: &Rule, report: ReportId) -> Result<Option<PublicReport>, DbError> {
    let row = sqlx::query(select_stored!("WHERE r.report_id = $1 AND r.received_at IS NOT NULL"))
        .bind(report.to_string())
        .fetch_optional(conn)
        .await?;
    Ok(row.map(|row| stored(&row, Vec::new())).transpose()?.and_then(|report| visibility::to_public(report, rule)))
}

/// The length of a file of a report that is public.
pub(crate) async fn file(conn: &mut AnyConnection, hash: MediaHash) -> Result<Option<u64>, DbError> {
    let rows = sqlx::query(
        "SELECT m.report_id, m.bytes FROM report_medium m JOIN public_change p ON p.report_id = m.report_id AND p.shown = 1 \
         WHERE m.sha256 = $1",
    )
    .bind(hash.to_string())
    .fetch_all(&mut *conn)
    .await?;
    let rule = rule(&mut *conn).await?;
    for row in &rows {
        if shown(&mut *conn, &rule, parsed(row, "report_medium", "report_id")?).await?.is_some() {
            return Ok(Some(uint(row, "report_medium", "bytes")?));
        }
    }
    Ok(None)
}
