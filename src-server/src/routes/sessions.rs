//! An account's sessions: which there are, and ending them.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use pakn_api::{id::SessionId, wire::SessionList};

use super::refused;
use crate::{
    app::Shared,
    auth::Caller,
    db::{DbError, session},
    error::ApiError,
    http::read,
};

/// The devices that are signed in, the last seen first.
#[utoipa::path(
    get, path = "/v1/me/sessions", tag = "account", security(("token" = [])),
    responses((status = 200, description = "All of them", body = SessionList), refused::Account),
)]
pub(crate) async fn list(State(app): State<Shared>, caller: Caller) -> Result<Response, ApiError> {
    let idle_before = session::idle_before(app.clock.now(), app.config.limits.session_idle_days);
    let mut conn = app.db.reader().await?;
    let sessions = session::of_user(&mut conn, caller.account.user_id, caller.session, idle_before).await?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(SessionList { sessions })).into_response())
}

/// End all of them but the one that asks.
#[utoipa::path(
    delete, path = "/v1/me/sessions", tag = "account", security(("token" = [])),
    responses((status = 204, description = "Ended"), refused::Account),
)]
pub(crate) async fn end_others(State(app): State<Shared>, caller: Caller) -> Result<StatusCode, ApiError> {
    let (user, kept) = (caller.account.user_id, caller.session);
    app.db.write::<_, DbError, _>(move |conn| Box::pin(session::delete_others(conn, user, kept))).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// End one of them.
#[utoipa::path(
    delete, path = "/v1/me/sessions/{session_id}", tag = "account", security(("token" = [])),
    params(("session_id" = SessionId, Path)),
    responses((status = 204, description = "Ended: its token is worth nothing from now on"), refused::AccountOwner),
)]
pub(crate) async fn end(
    State(app): State<Shared>,
    caller: Caller,
    read::Id(ended): read::Id<SessionId>,
) -> Result<StatusCode, ApiError> {
    let user = caller.account.user_id;
    let there = app.db.write::<_, DbError, _>(move |conn| Box::pin(session::delete(conn, user, ended))).await?;
    if there { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found()) }
}
