//! Table `setting`: single values by name.

use pakn_api::{
    id::UserId,
    ipc::Salvage,
    model::{catalogue::Catalogue, jurisdiction::Jurisdiction},
    wire::keys::KeySet,
};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use super::{Result, from_json, to_json};

/// A value with the server's `ETag` for it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Tagged<T> {
    /// The `ETag` header it came with.
    pub(crate) etag: Option<String>,
    /// The value.
    pub(crate) value: T,
}

/// Who is, or last was, signed in here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccountSetting {
    /// The account.
    pub(crate) user_id: UserId,
    /// Full name.
    pub(crate) name: String,
    /// The server no longer knows the session.
    pub(crate) expired: bool,
}

/// A name in the table and the type kept under it.
pub(crate) trait Setting {
    /// The row's name.
    const NAME: &'static str;
    /// What is kept, as JSON.
    type Value: Serialize + serde::de::DeserializeOwned;
}

macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident = $text:literal: $ty:ty;)*) => {$(
        $(#[$doc])*
        pub(crate) enum $name {}
        impl Setting for $name {
            const NAME: &'static str = $text;
            type Value = $ty;
        }
    )*};
}

settings! {
    /// Who is signed in.
    AccountKey = "account": AccountSetting;
    /// The fields as last fetched.
    CatalogueKey = "catalogue": Tagged<Catalogue>;
    /// The jurisdiction profile as last fetched.
    JurisdictionKey = "jurisdiction": Tagged<Jurisdiction>;
    /// The server's keys as last fetched.
    KeysKey = "keys": KeySet;
    /// The change feed's cursor, whose feed it is, and which version of the app read it.
    CursorKey = "cursor": (UserId, u64, String);
    /// A server address chosen in the app.
    ServerUrlKey = "server_url": String;
    /// What was saved from a damaged database, until it has been read.
    SalvageKey = "salvage": Salvage;
}

/// A value that can't be read counts as none: it can be fetched, chosen or signed in for again, and must
/// not lock anybody out of their drafts.
pub(crate) fn get<S: Setting>(db: &Connection) -> Result<Option<S::Value>> {
    let text: Option<String> =
        db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?.query_row([S::NAME], |row| row.get(0)).optional()?;
    Ok(text.and_then(|text| {
        from_json("setting", &text).inspect_err(|_| tracing::warn!(name = S::NAME, "a kept value can't be read")).ok()
    }))
}

pub(crate) fn set<S: Setting>(db: &Connection, value: &S::Value) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute((S::NAME, to_json("setting", value)?))?;
    Ok(())
}

pub(crate) fn clear<S: Setting>(db: &Connection) -> Result<()> {
    db.prepare_cached("DELETE FROM setting WHERE name = ?1")?.execute([S::NAME])?;
    Ok(())
}
