//! Table `document`: published versions of the catalogue and the jurisdiction profile.

use pakn_api::{
    Timestamp,
    model::{catalogue::Catalogue, jurisdiction::Jurisdiction},
};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{DbError, from_json, to_json};

/// A document that is server data, with a built-in first version.
pub trait Document: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Its name in the table.
    const NAME: &'static str;
    /// What holds while nothing is published.
    fn builtin() -> Self;
    /// Its version.
    fn version(&self) -> u32;
}

impl Document for Catalogue {
    const NAME: &'static str = "fields";
    fn builtin() -> Self {
        Self::builtin()
    }
    fn version(&self) -> u32 {
        self.version
    }
}

impl Document for Jurisdiction {
    const NAME: &'static str = "jurisdiction";
    fn builtin() -> Self {
        Self::builtin()
    }
    fn version(&self) -> u32 {
        self.version
    }
}

/// The version that holds now.
pub(crate) async fn current<D: Document>(conn: &mut AnyConnection) -> Result<D, DbError> {
    let row = sqlx::query("SELECT body FROM document WHERE name = $1 ORDER BY version DESC LIMIT 1")
        .bind(D::NAME)
        .fetch_optional(conn)
        .await?;
    row.map_or_else(|| Ok(D::builtin()), |row| from_json(row.try_get("body")?, "document", "body"))
}

/// A version that was published, or the built-in one, which nobody has to publish.
pub(crate) async fn version<D: Document>(conn: &mut AnyConnection, version: u32) -> Result<Option<D>, DbError> {
    let row = sqlx::query("SELECT body FROM document WHERE name = $1 AND version = $2")
        .bind(D::NAME)
        .bind(i64::from(version))
        .fetch_optional(conn)
        .await?;
    match row {
        Some(row) => from_json(row.try_get("body")?, "document", "body").map(Some),
        None => Ok(Some(D::builtin()).filter(|builtin| builtin.version() == version)),
    }
}

/// Every version that was published, and when.
pub(crate) async fn versions<D: Document>(conn: &mut AnyConnection) -> Result<Vec<(u32, Timestamp)>, DbError> {
    let rows = sqlx::query("SELECT version, published_at FROM document WHERE name = $1 ORDER BY version")
        .bind(D::NAME)
        .fetch_all(conn)
        .await?;
    let corrupt = |_| DbError::Corrupt { table: "document", column: "version" };
    let read = |row: &AnyRow| {
        Ok((u32::try_from(row.try_get::<i64, _>("version")?).map_err(corrupt)?, Timestamp(row.try_get("published_at")?)))
    };
    rows.iter().map(read).collect()
}

/// Adds a version; `false` when it is not higher than the one that holds.
pub(crate) async fn publish<D: Document>(conn: &mut AnyConnection, document: &D, now: Timestamp) -> Result<bool, DbError> {
    if document.version() <= current::<D>(&mut *conn).await?.version() {
        return Ok(false);
    }
    sqlx::query("INSERT INTO document (name, version, body, published_at) VALUES ($1, $2, $3, $4)")
        .bind(D::NAME)
        .bind(i64::from(document.version()))
        .bind(to_json(document)?)
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(true)
}
