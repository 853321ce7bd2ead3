//! Table `receipt_key`: the public half of every key that receipts were ever signed with.

use pakn_api::{Timestamp, wire::keys::PublicKey};
use sqlx::{AnyConnection, Row as _};

use super::DbError;
use crate::signing::jws;

/// Every key, the newest first.
pub(crate) async fn all(conn: &mut AnyConnection) -> Result<Vec<PublicKey>, DbError> {
    let rows = sqlx::query("SELECT kid, x FROM receipt_key ORDER BY created_at DESC, kid").fetch_all(conn).await?;
    rows.iter().map(|row| Ok(jws::public_key(row.try_get("x")?, row.try_get("kid")?))).collect()
}

/// Notes a key; a second time changes nothing.
pub(crate) async fn insert(conn: &mut AnyConnection, key: &PublicKey, now: Timestamp) -> Result<(), DbError> {
    sqlx::query("INSERT INTO receipt_key (kid, x, created_at) VALUES ($1, $2, $3) ON CONFLICT (kid) DO NOTHING")
        .bind(&key.kid)
        .bind(&key.x)
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}
