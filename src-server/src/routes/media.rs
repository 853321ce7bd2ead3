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
use tokio::{
    fs::File,
    io::{AsyncReadExt as _, AsyncSeekExt as _},
};
use tokio_util::io::ReaderStream;

use super::refused;
use crate::{
    app::Shared,
    auth::Citizen,
    db::medium,
    error::ApiError,
    http::read::Id,
    media::format::{self, HEAD},
};

/// For how long whoever may have a file for good may keep it.
pub(crate) const OWN_CACHE: &str = "private, max-age=31536000, immutable";

/// Whether the server has a file that the caller has sent.
#[utoipa::path(
    head, path = "/v1/media/{sha256}", tag = "media", security(("token" = [])),
    params(("sha256" = String, Path, description = "SHA-256 of the bytes")),
    responses((status = 200, description = "It has, with its `Content-Length`"), refused::Owner),
)]
pub(crate) async fn head(State(app): State<Shared>, citizen: Citizen, Id(hash): Id<MediaHash>) -> Result<HeaderMap, ApiError> {
    let bytes = medium::bytes(&mut *app.db.reader().await?, citizen.account.user_id, hash).await?;
    let bytes = bytes.ok_or_else(ApiError::not_found)?;
    let (_, kind) = open(&app, hash).await?;
    Ok(headers(hash, bytes, kind, OWN_CACHE))
}

/// A file that the caller has sent.
#[utoipa::path(
    get, path = "/v1/media/{sha256}", tag = "media", security(("token" = [])),
    params(("sha256" = String, Path, description = "SHA-256 of the bytes")),
    responses((status = 200, description = "Its bytes", content(
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "video/mp4"), (Vec<u8> = "video/quicktime"),
    )), refused::Owner),
)]
pub(crate) async fn get(State(app): State<Shared>, citizen: Citizen, Id(hash): Id<MediaHash>) -> Result<Response, ApiError> {
    let bytes = medium::bytes(&mut *app.db.reader().await?, citizen.account.user_id, hash).await?;
    send(&app, hash, bytes.ok_or_else(ApiError::not_found)?, OWN_CACHE).await
}

/// A stored file as an answer, which may be kept as `cache` says. Whether the caller may have it has been asked before.
pub(super) async fn send(app: &Shared, hash: MediaHash, bytes: u64, cache: &'static str) -> Result<Response, ApiError> {
    let (file, kind) = open(app, hash).await?;
    let body = Body::from_stream(ReaderStream::with_capacity(file, 128 * 1024));
    Ok((headers(hash, bytes, kind, cache), body).into_response())
}

async fn open(app: &Shared, hash: MediaHash) -> Result<(File, MediaKind), ApiError> {
    let opened = async {
        let mut file = File::open(app.media.path(hash)).await?;
        let mut head = Vec::new();
        (&mut file).take(HEAD).read_to_end(&mut head).await?;
        file.rewind().await?;
        let kind = format::kind(&head).ok_or(std::io::ErrorKind::InvalidData)?;
        Ok::<_, std::io::Error>((file, kind))
    };
    opened.await.map_err(|error| ApiError::internal("opening a stored file", &error))
}

fn headers(hash: MediaHash, bytes: u64, kind: MediaKind, cache: &'static str) -> HeaderMap {
    // The ETag is the hash: an answer to HEAD has no body by which a client could tell us from a portal.
    let etag = HeaderValue::try_from(format!("\"{hash}\"")).ok().map(|etag| (header::ETAG, etag));
    HeaderMap::from_iter(etag.into_iter().chain([
        (header::CONTENT_TYPE, HeaderValue::from_static(kind.mime())),
        (header::CONTENT_LENGTH, HeaderValue::from(bytes)),
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ]))
}
