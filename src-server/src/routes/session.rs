//! Signing in and out.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use pakn_api::{
    ErrorCode,
    model::password::MAX_CHARS,
    wire::{Account, SignIn, SignedIn},
};

use super::{
    refused,
    signed_in::{answer, begin},
};
use crate::{
    app::Shared,
    auth::{Caller, peer::Peer},
    db::{
        account::{self, Credentials},
        session,
    },
    error::ApiError,
    http::read,
};

/// Sign in with a phone number and a password.
#[utoipa::path(
    post, path = "/v1/session", tag = "session", request_body = SignIn,
    responses((status = 201, description = "Signed in", body = SignedIn), refused::SignIn),
)]
pub(crate) async fn sign_in(
    State(app): State<Shared>,
    peer: Peer,
    read::Json(body): read::Json<SignIn>,
) -> Result<Response, ApiError> {
    if !(1..=MAX_CHARS).contains(&body.password.chars().count()) {
        return Err(ApiError::new(ErrorCode::BadRequest, "a password has 1 to 200 characters"));
    }
    let taken = app.sign_in_limits.take(body.phone.clone(), peer, app.clock.instant()).map_err(ApiError::rate_limited)?;
    let found = account::by_phone(&mut *app.db.reader().await?, &body.phone).await?;
    let fits = app.passwords.fits(body.password, found.as_ref().map(|found| found.password_hash.clone())).await;
    let Credentials { account, password_hash } = match (fits, found) {
        (Ok(true), Some(found)) => found,
        (Ok(_), _) => return Err(ApiError::bad_credentials()),
        (Err(error), _) => return Err(ApiError::internal("checking a password", &error)),
    };
    app.sign_in_limits.succeeded(taken, app.clock.instant());

    let (now, device) = (app.clock.now(), body.device);
    let work = app.db.write(move |conn| {
        Box::pin(async move {
            // Changed since it was checked: that has ended all sessions, and none of the old password's may follow.
            let now_stored = account::by_phone(&mut *conn, &body.phone).await?.map(|found| found.password_hash);
            if now_stored != Some(password_hash) {
                return Err(ApiError::bad_credentials());
            }
            Ok(begin(conn, account, device, now).await?)
        })
    });
    Ok(answer(work.await?))
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/v1/session", tag = "session", security(("token" = [])),
    responses((status = 200, description = "Who", body = Account), refused::Account),
)]
pub(crate) async fn who(caller: Caller) -> Json<Account> {
    Json(caller.account)
}

/// Sign out: this session's token is worth nothing from now on; other devices stay signed in.
#[utoipa::path(
    delete, path = "/v1/session", tag = "session", security(("token" = [])),
    responses((status = 204, description = "Signed out"), refused::Account),
)]
pub(crate) async fn sign_out(State(app): State<Shared>, caller: Caller) -> Result<StatusCode, ApiError> {
    app.db
        .write(move |conn| Box::pin(async move { session::delete(conn, caller.account.user_id, caller.session).await }))
        .await
        .map_err(ApiError::from)?;
    Ok(StatusCode::NO_CONTENT)
}
