//! Table `one_time_code`: the codes that were asked for, and what became of them.

use std::str::FromStr;

use pakn_api::{
    Timestamp,
    id::{CodeId, UserId},
    model::phone::PhoneNumber,
};
use sqlx::{AnyConnection, Row as _};

use super::{DbError, int, parsed};

/// What a code was used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Making an account.
    Account,
    /// Another password.
    PasswordReset,
}

impl Purpose {
    const ALL: [Self; 2] = [Self::Account, Self::PasswordReset];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::PasswordReset => "password_reset",
        }
    }
}

impl FromStr for Purpose {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text).ok_or(())
    }
}

/// That a code has done its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) purpose: Purpose,
    /// Whose account it made or opened.
    pub(crate) user: UserId,
}

/// A code that was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) phone: PhoneNumber,
    pub(crate) code_mac: String,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
    /// Wrong ones.
    pub(crate) tries: u32,
    pub(crate) verified_at: Option<Timestamp>,
    pub(crate) used: Option<Used>,
}

/// The code of this id.
pub(crate) async fn by_id(conn: &mut AnyConnection, code: CodeId) -> Result<Option<Asked>, DbError> {
    let row = sqlx::query(
        "SELECT phone, code_mac, created_at, expires_at, tries, verified_at, used_for, used_by FROM one_time_code WHERE code_id = $1",
    )
    .bind(code.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        let corrupt = |column| DbError::Corrupt { table: "one_time_code", column };
        let used = match row.try_get::<Option<String>, _>("used_for")? {
            Some(purpose) => Some(Used {
                purpose: purpose.parse().map_err(|()| corrupt("used_for"))?,
                user: parsed(&row, "one_time_code", "used_by")?,
            }),
            None => None,
        };
        Ok(Asked {
            phone: PhoneNumber::parse(row.try_get("phone")?).map_err(|_| corrupt("phone"))?,
            code_mac: row.try_get("code_mac")?,
            created_at: Timestamp(row.try_get("created_at")?),
            expires_at: Timestamp(row.try_get("expires_at")?),
            tries: u32::try_from(row.try_get::<i64, _>("tries")?).map_err(|_| corrupt("tries"))?,
            verified_at: row.try_get::<Option<i64>, _>("verified_at")?.map(Timestamp),
            used,
        })
    })
    .transpose()
}

/// Notes a new code.
pub(crate) async fn insert(conn: &mut AnyConnection, code: CodeId, asked: &Asked) -> Result<(), DbError> {
    sqlx::query(
        "INSERT INTO one_time_code (code_id, phone, code_mac, created_at, expires_at, tries) VALUES ($1, $2, $3, $4, $5, 0)",
    )
    .bind(code.to_string())
    .bind(asked.phone.as_e164())
    .bind(&asked.code_mac)
    .bind(asked.created_at.0)
    .bind(asked.expires_at.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts a wrong try.
pub(crate) async fn count_try(conn: &mut AnyConnection, code: CodeId) -> Result<(), DbError> {
    sqlx::query("UPDATE one_time_code SET tries = tries + 1 WHERE code_id = $1").bind(code.to_string()).execute(conn).await?;
    Ok(())
}

/// The right code came.
pub(crate) async fn verified(conn: &mut AnyConnection, code: CodeId, now: Timestamp) -> Result<(), DbError> {
    sqlx::query("UPDATE one_time_code SET verified_at = $2 WHERE code_id = $1")
        .bind(code.to_string())
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// The code has done its work.
pub(crate) async fn set_used(conn: &mut AnyConnection, code: CodeId, used: Used, now: Timestamp) -> Result<(), DbError> {
    sqlx::query("UPDATE one_time_code SET used_at = $2, used_for = $3, used_by = $4 WHERE code_id = $1")
        .bind(code.to_string())
        .bind(now.0)
        .bind(used.purpose.as_str())
        .bind(used.user.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets all codes of a number.
pub(crate) async fn forget_of(conn: &mut AnyConnection, phone: &PhoneNumber) -> Result<(), DbError> {
    sqlx::query("DELETE FROM one_time_code WHERE phone = $1").bind(phone.as_e164()).execute(conn).await?;
    Ok(())
}

/// Forgets all codes of a number but this one.
pub(crate) async fn forget_others(conn: &mut AnyConnection, phone: &PhoneNumber, code: CodeId) -> Result<(), DbError> {
    sqlx::query("DELETE FROM one_time_code WHERE phone = $1 AND code_id <> $2")
        .bind(phone.as_e164())
        .bind(code.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets at most `limit` codes from before then; how many.
pub(crate) async fn forget(conn: &mut AnyConnection, before: Timestamp, limit: usize) -> Result<u64, DbError> {
    let done = sqlx::query(
        "DELETE FROM one_time_code WHERE code_id IN \
         (SELECT code_id FROM one_time_code WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
    )
    .bind(before.0)
    .bind(int(limit as u64))
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
