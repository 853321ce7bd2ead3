//! Table `document`: published versions of the catalogue and the jurisdiction profile.

use pakn_api::{
    Timestamp,
    model::{catalogue::Catalogue, jurisdiction::Jurisdiction},
};
use serde::{Serialize, de::DeserializeOwned};
use sqlx::{AnyConnection, Row as _};

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
