//! Files by their hash: sent before or after the report that announces them.
//!
//! A file that another user has sent already must be sent in full all the same: answering early would
//! tell who has seen which picture. To all but those who sent it themselves, a file isn't there.

use axum::{
    Json,
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use pakn_api::{
    ErrorCode, Timestamp,
    id::{MediaHash, UserId},
    model::{photo::MAX_UPLOAD_BYTES, report::MediaKind},
    wire::StoredMedium,
};
use sqlx::AnyConnection;
use tokio_util::io::ReaderStream;

use super::refused;
use crate::{
    app::Shared,
    auth::Citizen,
    clock,
    db::{medium, report},
    error::ApiError,
    http::{body::Pieces, read::Id},
    media::{Intake, IntakeError},
};

/// Send one file. When this is answered it is safe on disk, and every report that waited only for it counts.
#[utoipa::path(
    put, path = "/v1/media/{sha256}", tag = "media", security(("token" = [])),
    params(("sha256" = String, Path, description = "SHA-256 of the bytes, 64 lower-case hexadecimal digits")),
    request_body(content = Vec<u8>, content_type = "image/jpeg"),
    responses((status = 200, description = "Stored; also when it already was", body = StoredMedium), refused::Medium),
)]
pub(crate) async fn put(
    State(app): State<Shared>,
    citizen: Citizen,
    Id(hash): Id<MediaHash>,
    request: Request,
) -> Result<Json<StoredMedium>, ApiError> {
    let mut pieces = Pieces::new(request.into_body(), MAX_UPLOAD_BYTES, &app.config.limits)?;
    let mut intake = Intake::new(app.media.clone(), hash);
    while let Some(piece) = pieces.next().await? {
        intake.push(piece).await?;
    }
    drop(pieces);
    let bytes = intake.finish().await?;
    let (user, now) = (citizen.account.user_id, clock::now());
    app.db.write(move |conn| Box::pin(own(conn, user, hash, bytes, now))).await?;
    Ok(Json(StoredMedium { sha256: hash, bytes }))
}

/// Notes whose the file is, and lets the reports count that waited for nothing else. One that announces it
/// with another length goes on waiting and keeps nobody's file out.
async fn own(conn: &mut AnyConnection, user: UserId, hash: MediaHash, bytes: u64, now: Timestamp) -> Result<(), ApiError> {
    medium::insert(&mut *conn, user, hash, bytes, now).await?;
    for report in medium::waiting_for(&mut *conn, user, hash, bytes).await? {
        report::receive_if_whole(&mut *conn, report, now).await?;
    }
    Ok(())
}

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

impl From<IntakeError> for ApiError {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::HashMismatch => Self::new(ErrorCode::HashMismatch, "the bytes don't have this hash"),
            IntakeError::NotAJpeg => Self::new(ErrorCode::MediaUnsupported, "only JPEG is taken"),
            IntakeError::Disk(error) => Self::internal("taking a file in", &error),
        }
    }
}
