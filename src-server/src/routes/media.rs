//! Files by their hash, to be looked at; they are sent as uploads.
//!
//! To all but those who have sent it themselves, a file isn't there.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use pakn_api::{id::MediaHash, model::report::MediaKind};
use tokio_util::io::ReaderStream;

use super::refused;
use crate::{app::Shared, auth::Citizen, db::medium, error::ApiError, http::read::Id};

/// Whether the server has a file that the caller has sent.
#[utoipa::path(
    head, path = "/v1/media/{sha256}", tag = "media", security(("token" = [])),
    params(("sha256" = String, Path, description = "SHA-256 of the bytes")),
    responses((status = 200, description = "It has, with its `Content-Length`"), refused::Owner),
)]
pub(crate) async fn head(State(app): State<Shared>, citizen: Citizen, Id(hash): Id<MediaHash>) -> Result<HeaderMap, ApiError> {
    let bytes = medium::bytes(&mut *app.db.reader().await?, citizen.account.user_id, hash).await?;
    Ok(headers(hash, bytes.ok_or_else(ApiError::not_found)?))
}

/// A file that the caller has sent.
#[utoipa::path(
    get, path = "/v1/media/{sha256}", tag = "media", security(("token" = [])),
    params(("sha256" = String, Path, description = "SHA-256 of the bytes")),
    responses((status = 200, description = "Its bytes", body = Vec<u8>, content_type = "image/jpeg"), refused::Owner),
)]
pub(crate) async fn get(State(app): State<Shared>, citizen: Citizen, Id(hash): Id<MediaHash>) -> Result<Response, ApiError> {
    let bytes = medium::bytes(&mut *app.db.reader().await?, citizen.account.user_id, hash).await?;
    let bytes = bytes.ok_or_else(ApiError::not_found)?;
    let file =
        tokio::fs::File::open(app.media.path(hash)).await.map_err(|error| ApiError::internal("opening a stored file", &error))?;
    let body = Body::from_stream(ReaderStream::with_capacity(file, 128 * 1024));
    Ok((headers(hash, bytes), body).into_response())
}

fn headers(hash: MediaHash, bytes: u64) -> HeaderMap {
    // The ETag is the hash: an answer to HEAD has no body by which a client could tell us from a portal.
    let etag = HeaderValue::try_from(format!("\"{hash}\"")).ok().map(|etag| (header::ETAG, etag));
    HeaderMap::from_iter(etag.into_iter().chain([
        (header::CONTENT_TYPE, HeaderValue::from_static(MediaKind::Jpeg.mime())),
        (header::CONTENT_LENGTH, HeaderValue::from(bytes)),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=31536000, immutable")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ]))
}
