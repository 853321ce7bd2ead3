//! Table `consent`: every consent given or taken back. Rows are added and never changed.

use pakn_api::{
    Timestamp,
    id::{OpId, UserId},
    model::consent::{Consent, ConsentPurpose},
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{DbError, parsed};

/// Notes what a user said; without an operation when it came with the account.
pub(crate) async fn insert(
    conn: &mut AnyConnection,
    user: UserId,
    consent: &Consent,
    op_id: Option<OpId>,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO consent (user_id, seq, op_id, purpose, given, text_version, at, received_at) \
         SELECT $1, COALESCE(MAX(seq), 0) + 1, $2, $3, $4, $5, $6, $7 FROM consent WHERE user_id = $1",
    )
    .bind(user.to_string())
    .bind(op_id.map(|op_id| op_id.to_string()))
    .bind(consent.purpose.as_str())
    .bind(i64::from(consent.given))
    .bind(i64::from(consent.text_version))
    .bind(consent.at.0)
    .bind(now.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Whose consent this operation has noted, and which.
pub(crate) async fn by_operation(conn: &mut AnyConnection, op_id: OpId) -> Result<Option<(UserId, Consent)>, DbError> {
    let row = sqlx::query("SELECT user_id, purpose, given, text_version, at FROM consent WHERE op_id = $1")
        .bind(op_id.to_string())
        .fetch_optional(conn)
        .await?;
    row.map(|row| Ok((parsed(&row, "consent", "user_id")?, read(&row)?))).transpose()
}

/// Everything a user said, oldest first.
pub(crate) async fn all(conn: &mut AnyConnection, user: UserId) -> Result<Vec<Consent>, DbError> {
    let rows = sqlx::query("SELECT purpose, given, text_version, at FROM consent WHERE user_id = $1 ORDER BY seq")
        .bind(user.to_string())
        .fetch_all(conn)
        .await?;
    rows.iter().map(read).collect()
}

/// What a user said last about each purpose.
pub(crate) async fn latest(conn: &mut AnyConnection, user: UserId) -> Result<Vec<Consent>, DbError> {
    let mut found = Vec::new();
    for purpose in ConsentPurpose::ALL {
        found.extend(last(&mut *conn, user, purpose).await?);
    }
    found.sort_by_key(|(seq, _)| *seq);
    Ok(found.into_iter().map(|(_, consent)| consent).collect())
}

/// What a user said last about a purpose, and its number. One look into an index, however much was said before: it is
/// asked with each new report.
async fn last(conn: &mut AnyConnection, user: UserId, purpose: ConsentPurpose) -> Result<Option<(i64, Consent)>, DbError> {
    let row = sqlx::query(
        "SELECT seq, purpose, given, text_version, at FROM consent WHERE user_id = $1 AND purpose = $2 \
         ORDER BY seq DESC LIMIT 1",
    )
    .bind(user.to_string())
    .bind(purpose.as_str())
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok((row.try_get("seq")?, read(&row)?))).transpose()
}

/// Whether a user has agreed to this and not taken it back.
pub(crate) async fn is_given(conn: &mut AnyConnection, user: UserId, purpose: ConsentPurpose) -> Result<bool, DbError> {
    Ok(last(conn, user, purpose).await?.is_some_and(|(_, consent)| consent.given))
}

fn read(row: &AnyRow) -> Result<Consent, DbError> {
    let corrupt = |column| DbError::Corrupt { table: "consent", column };
    let purpose: &str = row.try_get("purpose")?;
    Ok(Consent {
        purpose: ConsentPurpose::ALL.into_iter().find(|known| known.as_str() == purpose).ok_or_else(|| corrupt("purpose"))?,
        given: row.try_get::<i64, _>("given")? != 0,
        text_version: u32::try_from(row.try_get::<i64, _>("text_version")?).map_err(|_| corrupt("text_version"))?,
        at: Timestamp(row.try_get("at")?),
    })
}
