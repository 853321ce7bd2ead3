//! The public keys that receipts are signed with.

use axum::{extract::State, http::HeaderMap, response::Response};
use pakn_api::wire::keys::KeySet;

use super::refused;
use crate::{app::Shared, error::ApiError, http::etag};

/// Every key that receipts were ever signed with, the one in use first.
#[utoipa::path(
    get, path = "/v1/keys", tag = "server", params(("If-None-Match" = Option<String>, Header, description = "The `ETag` at hand")),
    responses((status = 200, description = "The keys, with `ETag`", body = KeySet), (status = 304, description = "Still the same"), refused::Public),
)]
pub(crate) async fn published(State(app): State<Shared>, headers: HeaderMap) -> Result<Response, ApiError> {
    etag::tagged(app.signing.published(), &headers)
}
