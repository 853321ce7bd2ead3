//! `GET /health`: whether the server can do its work.

use axum::{extract::State, http::StatusCode};

use crate::{app::Shared, error::ApiError};

/// Whether the server is up and its database answers.
#[utoipa::path(
    get, path = "/health", tag = "server",
    responses((status = 204, description = "Up"), (status = 503, description = "`unavailable`", body = pakn_api::wire::Problem)),
)]
pub(crate) async fn health(State(app): State<Shared>) -> Result<StatusCode, ApiError> {
    match app.db.check().await {
        Ok(()) => Ok(StatusCode::NO_CONTENT),
        Err(error) => {
            tracing::error!(%error, "unhealthy");
            Err(ApiError::unavailable("the database does not answer"))
        }
    }
}
