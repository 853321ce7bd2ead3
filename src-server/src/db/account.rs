//! Table `account`.

use pakn_api::{
    Timestamp,
    id::UserId,
    model::{phone::PhoneNumber, words::AgencyName},
    wire::Account,
};
use sqlx::{AnyConnection, Row as _, any::AnyRow};

use super::{DbError, parsed};

/// What signing in needs of an account.
pub(crate) struct Credentials {
    pub(crate) account: Account,
    pub(crate) password_hash: String,
}

/// The account of a row with its `user_id`, `name` and `phone`.
pub(super) fn read(row: &AnyRow) -> Result<Account, DbError> {
    let phone: String = row.try_get("phone")?;
    let phone = PhoneNumber::parse(&phone).map_err(|_| DbError::Corrupt { table: "account", column: "phone" })?;
    Ok(Account { user_id: parsed(row, "account", "user_id")?, name: row.try_get("name")?, phone })
}

/// The account with this number.
pub(crate) async fn by_phone(conn: &mut AnyConnection, phone: &PhoneNumber) -> Result<Option<Credentials>, DbError> {
    let row = sqlx::query("SELECT user_id, name, phone, password_hash FROM account WHERE phone = $1")
        .bind(phone.as_e164())
        .fetch_optional(conn)
        .await?;
    row.map(|row| Ok(Credentials { account: read(&row)?, password_hash: row.try_get("password_hash")? })).transpose()
}

/// Since when there is this account, if there is.
pub(crate) async fn created_at(conn: &mut AnyConnection, user: UserId) -> Result<Option<Timestamp>, DbError> {
    let row =
        sqlx::query("SELECT created_at FROM account WHERE user_id = $1").bind(user.to_string()).fetch_optional(conn).await?;
    row.map(|row| Ok(Timestamp(row.try_get("created_at")?))).transpose()
}

/// Whose account it is, when it is an agency's.
pub(crate) async fn agency(conn: &mut AnyConnection, user: UserId) -> Result<Option<AgencyName>, DbError> {
    let row = sqlx::query("SELECT agency FROM account WHERE user_id = $1").bind(user.to_string()).fetch_optional(conn).await?;
    let name = row.map(|row| row.try_get::<Option<String>, _>("agency")).transpose()?.flatten();
    name.map(|name| AgencyName::parse(&name).map_err(|_| DbError::Corrupt { table: "account", column: "agency" })).transpose()
}

/// Makes an account an agency's.
pub(crate) async fn set_agency(conn: &mut AnyConnection, user: UserId, agency: &AgencyName) -> Result<(), DbError> {
    sqlx::query("UPDATE account SET agency = $2 WHERE user_id = $1")
        .bind(user.to_string())
        .bind(agency.as_str().to_owned())
        .execute(conn)
        .await?;
    Ok(())
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

/// Gives an account another password.
pub(crate) async fn set_password(conn: &mut AnyConnection, user: UserId, password_hash: &str) -> Result<(), DbError> {
    sqlx::query("UPDATE account SET password_hash = $2 WHERE user_id = $1")
        .bind(user.to_string())
        .bind(password_hash)
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
