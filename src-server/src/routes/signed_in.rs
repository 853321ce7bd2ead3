//! The end of every way of signing in: a session begins, and is answered with token, account, profile and consents.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use pakn_api::{
    Timestamp,
    id::SessionId,
    model::words::DeviceName,
    wire::{Account, SignedIn},
};
use sqlx::AnyConnection;

use crate::{
    auth,
    db::{DbError, consent, profile, session},
};

/// Begins a session on a device.
pub(crate) async fn begin(
    conn: &mut AnyConnection,
    account: Account,
    device: Option<DeviceName>,
    now: Timestamp,
) -> Result<SignedIn, DbError> {
    let session_id = SessionId::new(u64::try_from(now.0).unwrap_or_default(), rand::random());
    let token = auth::new_token();
    let new = session::New { token_sha256: auth::hash(&token), session: session_id, user: account.user_id, device };
    session::insert(&mut *conn, &new, now).await?;
    let profile = profile::stored(&mut *conn, account.user_id).await?;
    let consents = consent::latest(conn, account.user_id).await?;
    Ok(SignedIn { token, session_id, account, profile, consents })
}

/// What the device is told.
pub(crate) fn answer(signed_in: SignedIn) -> Response {
    (StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(signed_in)).into_response()
}
