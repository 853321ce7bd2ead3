//! Table `setting`: single values by name.

use pakn_api::{
    Timestamp,
    id::{AttachmentId, CodeId, UserId},
    ipc::{CodePurpose, Salvage},
    model::{catalogue::Catalogue, consent::Consent, jurisdiction::Jurisdiction, phone::PhoneNumber, profile::ProfileForm},
    wire::{StoredProfile, keys::KeySet},
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
    /// Its number, where it is known: earlier versions didn't keep it.
    #[serde(default)]
    pub(crate) phone: Option<PhoneNumber>,
}

impl AccountSetting {
    /// The number as people read it; empty where it is not known.
    pub(crate) fn number(&self) -> String {
        self.phone.as_ref().map(PhoneNumber::national).unwrap_or_default()
    }
}

/// A code that the server has sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SentCode {
    /// What for.
    pub(crate) purpose: CodePurpose,
    /// Where to.
    pub(crate) phone: PhoneNumber,
    /// Its name; the code itself is never kept.
    pub(crate) code_id: CodeId,
    /// When, by the device's clock, as the rest.
    pub(crate) sent_at: Timestamp,
    /// Until when it can be entered.
    pub(crate) expires_at: Timestamp,
    /// From when another one may be asked for.
    pub(crate) resend_at: Timestamp,
}

/// A code that was asked for; nothing was heard of it yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AskedCode {
    /// Where to.
    pub(crate) phone: PhoneNumber,
    /// Its name.
    pub(crate) code_id: CodeId,
    /// When, by the device's clock.
    #[serde(default)]
    pub(crate) at: Option<Timestamp>,
}

/// How far the public feed has been read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PublicFeed {
    /// The address of the server whose feed it is.
    pub(crate) server: String,
    /// Where to go on.
    pub(crate) cursor: u64,
    /// Which version of the app read it.
    pub(crate) reader: String,
    /// When the last page came, by the device's clock.
    pub(crate) at: Timestamp,
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
    /// How far the public feed has been read.
    PublicFeedKey = "public_feed": PublicFeed;
    /// A server address chosen in the app.
    ServerUrlKey = "server_url": String;
    /// The code that can be entered.
    SentCodeKey = "sent_code": SentCode;
    /// The code that was asked for and not heard of.
    AskedCodeKey = "asked_code": AskedCode;
    /// The account whose deletion was asked for, until it is known to be done or not.
    DeletionKey = "deletion": UserId;
    /// The first start has been gone through.
    WelcomedKey = "welcomed": bool;
    /// What was saved from a damaged database, until it has been read.
    SalvageKey = "salvage": Salvage;
    /// What was agreed to; of an account, or before there was one.
    ConsentsKey = "consents": Vec<Consent>;
    /// An account's profile, as the server last had it.
    ProfileKey = "profile": StoredProfile;
    /// Files of the camera's and the gallery's that are attached and may still lie where they came from: where, and as what.
    TakenInKey = "taken_in": Vec<(String, AttachmentId)>;
    /// Somebody has left, and what was taken for drafts that went with them may still lie outside.
    SomebodyLeftKey = "somebody_left": bool;
    /// What is typed over an account's profile.
    ProfileFormKey = "profile_form": ProfileForm;
}

/// A value that can't be read counts as none: it can be fetched, chosen or signed in for again, and must
/// not lock anybody out of their drafts.
pub(crate) fn get<S: Setting>(db: &Connection) -> Result<Option<S::Value>> {
    named::<S>(db, S::NAME)
}

/// As [`get`], an account's own.
pub(crate) fn get_of<S: Setting>(db: &Connection, user_id: UserId) -> Result<Option<S::Value>> {
    named::<S>(db, &of::<S>(user_id))
}

/// The name of an account's own value.
fn of<S: Setting>(user_id: UserId) -> String {
    format!("{}/{user_id}", S::NAME)
}

fn named<S: Setting>(db: &Connection, name: &str) -> Result<Option<S::Value>> {
    let text: Option<String> =
        db.prepare_cached("SELECT value FROM setting WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()?;
    Ok(text.and_then(|text| {
        from_json("setting", &text).inspect_err(|_| tracing::warn!(name = S::NAME, "a kept value can't be read")).ok()
    }))
}

pub(crate) fn set<S: Setting>(db: &Connection, value: &S::Value) -> Result<()> {
    put::<S>(db, S::NAME, value)
}

/// As [`set`], an account's own.
pub(crate) fn set_of<S: Setting>(db: &Connection, user_id: UserId, value: &S::Value) -> Result<()> {
    put::<S>(db, &of::<S>(user_id), value)
}

fn put<S: Setting>(db: &Connection, name: &str, value: &S::Value) -> Result<()> {
    db.prepare_cached(
        "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )?
    .execute((name, to_json("setting", value)?))?;
    Ok(())
}

pub(crate) fn clear<S: Setting>(db: &Connection) -> Result<()> {
    db.prepare_cached("DELETE FROM setting WHERE name = ?1")?.execute([S::NAME])?;
    Ok(())
}

/// As [`clear`], an account's own.
pub(crate) fn clear_of<S: Setting>(db: &Connection, user_id: UserId) -> Result<()> {
    db.prepare_cached("DELETE FROM setting WHERE name = ?1")?.execute([of::<S>(user_id)])?;
    Ok(())
}
