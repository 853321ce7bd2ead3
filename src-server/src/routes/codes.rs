//! One-time codes. Neither handler comes near an account.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use pakn_api::{
    id::CodeId,
    wire::{CheckCode, CodeSent, RequestCode},
};

use super::refused;
use crate::{
    app::Shared,
    auth::peer::Peer,
    codes::{self, Proved},
    error::ApiError,
    http::read,
};

/// Have a code sent to a number, whether it has an account or not. Repeated with the same id and number, it is answered
/// again and nothing is sent.
#[utoipa::path(
    post, path = "/v1/codes", tag = "account", request_body = RequestCode,
    responses((status = 202, description = "An SMS is on its way", body = CodeSent), refused::NewCode),
)]
pub(crate) async fn ask(
    State(app): State<Shared>,
    peer: Peer,
    read::Json(body): read::Json<RequestCode>,
) -> Result<Response, ApiError> {
    let sent = codes::ask(&app, body.code_id, body.phone, peer).await?;
    Ok((StatusCode::ACCEPTED, [(header::CACHE_CONTROL, "no-store")], Json(sent)).into_response())
}

/// Is this the code? A wrong one is counted; a right one can be used from then on, for a quarter of an hour.
#[utoipa::path(
    post, path = "/v1/codes/{code_id}", tag = "account", params(("code_id" = CodeId, Path)), request_body = CheckCode,
    responses((status = 204, description = "It is"), refused::Code),
)]
pub(crate) async fn check(
    State(app): State<Shared>,
    peer: Peer,
    read::Id(code_id): read::Id<CodeId>,
    read::Json(body): read::Json<CheckCode>,
) -> Result<StatusCode, ApiError> {
    match codes::prove(&app, code_id, body.code, peer).await? {
        Proved { used: None, .. } => Ok(StatusCode::NO_CONTENT),
        Proved { used: Some(_), .. } => Err(codes::used()),
    }
}
