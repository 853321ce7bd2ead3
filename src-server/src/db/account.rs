//! Table `account`.

use pakn_api::{Timestamp, id::UserId, model::phone::PhoneNumber, wire::Account};
use sqlx::{AnyConnection, Row as _};

use super::{DbError, parsed};

/// What signing in needs of an account.
pub(crate) struct Credentials {
    pub(crate) account: Account,
    pub(crate) password_hash: String,
}

/// The account with this number.
pub(crate) async fn by_phone(conn: &mut AnyConnection, phone: &PhoneNumber) -> Result<Option<Credentials>, DbError> {
    let row = sqlx::query("SELECT user_id, name, password_hash FROM account WHERE phone = $1")
        .bind(phone.as_e164())
        .fetch_optional(conn)
        .await?;
    row.map(|row| {
        let account = Account { user_id: parsed(&row, "account", "user_id")?, name: row.try_get("name")? };
        Ok(Credentials { account, password_hash: row.try_get("password_hash")? })
    })
    .transpose()
}

/// Adds an account; its number must be free.
pub(crate) async fn insert(
    conn: &mut AnyConnection,
    account: &Account,
    phone: &PhoneNumber,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), DbError> {
    sqlx::query("INSERT INTO account (user_id, phone, name, password_hash, created_at) VALUES ($1, $2, $3, $4, $5)")
        .bind(account.user_id.to_string())
        .bind(phone.as_e164())
        .bind(&account.name)
        .bind(password_hash)
        .bind(now.0)
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives an account another name and password.
pub(crate) async fn update(conn: &mut AnyConnection, user: UserId, name: &str, password_hash: &str) -> Result<(), DbError> {
    sqlx::query("UPDATE account SET name = $2, password_hash = $3 WHERE user_id = $1")
        .bind(user.to_string())
        .bind(name)
        .bind(password_hash)
        .execute(conn)
        .await?;
    Ok(())
}
