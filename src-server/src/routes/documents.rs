//! The jurisdiction profile and the fields: public server data with a version.

use axum::{extract::State, http::HeaderMap, response::Response};
use pakn_api::model::{catalogue::Catalogue, jurisdiction::Jurisdiction};

use super::refused;
use crate::{
    app::Shared,
    db::document::{self, Document},
    error::ApiError,
    http::etag,
};

/// The province this server speaks for.
#[utoipa::path(
    get, path = "/v1/jurisdiction", tag = "server", params(("If-None-Match" = Option<String>, Header, description = "The `ETag` at hand")),
    responses((status = 200, description = "The profile, with `ETag`", body = Jurisdiction), (status = 304, description = "Still the same"), refused::Public),
)]
pub(crate) async fn jurisdiction(State(app): State<Shared>, headers: HeaderMap) -> Result<Response, ApiError> {
    current::<Jurisdiction>(&app, &headers).await
}

/// The fields and subjects a report can be about.
#[utoipa::path(
    get, path = "/v1/fields", tag = "server", params(("If-None-Match" = Option<String>, Header, description = "The `ETag` at hand")),
    responses((status = 200, description = "The fields, with `ETag`", body = Catalogue), (status = 304, description = "Still the same"), refused::Public),
)]
pub(crate) async fn fields(State(app): State<Shared>, headers: HeaderMap) -> Result<Response, ApiError> {
    current::<Catalogue>(&app, &headers).await
}

async fn current<D: Document>(app: &Shared, headers: &HeaderMap) -> Result<Response, ApiError> {
    let document = document::current::<D>(&mut *app.db.reader().await?).await?;
    etag::tagged(&document, headers)
}
