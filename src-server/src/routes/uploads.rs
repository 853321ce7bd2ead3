//! Resumable uploads by tus 1.0: a file comes in one request or in many, and no byte that has arrived comes twice.
//!
//! A file that another user has sent already must be sent in full all the same: answering early would
//! tell who has seen which picture. What is once begun is carried out though its caller goes away: a body that
//! breaks off ends the reading, and what has come is written.

use axum::{
    body::HttpBody as _,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use pakn_api::{
    ErrorCode,
    id::UploadId,
    model::video::MAX_VIDEO_BYTES,
    wire::{path, tus},
};
use tracing::Instrument as _;

use super::refused;
use crate::{
    app::Shared,
    auth::Citizen,
    clock,
    db::upload,
    error::ApiError,
    http::{
        body::Pieces,
        read::Id,
        tus::{Creation, checksum, must_carry_bytes, offset, progress},
    },
    uploads::{ALGORITHMS, Far, Intake, Partial, UploadError, begin, finished, must_be_at, receive, under_way},
};

const EXTENSIONS: &str = "creation,creation-with-upload,checksum,expiration,termination";
const METHOD_OVERRIDE: &str = "x-http-method-override";

/// What is understood of tus.
#[utoipa::path(
    options, path = "/v1/uploads", tag = "uploads",
    responses((status = 204, description = "In headers: versions, extensions, the largest file, checksum algorithms",
        headers(
            ("Tus-Resumable" = String, description = "`1.0.0`"),
            ("Tus-Version" = String, description = "`1.0.0`"),
            ("Tus-Extension" = String),
            ("Tus-Max-Size" = u64),
            ("Tus-Checksum-Algorithm" = String),
        )), refused::Public),
)]
pub(crate) async fn options() -> (StatusCode, [(&'static str, HeaderValue); 4]) {
    let understood = [
        (tus::VERSIONS, HeaderValue::from_static(tus::VERSION)),
        (tus::EXTENSION, HeaderValue::from_static(EXTENSIONS)),
        (tus::MAX_SIZE, HeaderValue::from(MAX_VIDEO_BYTES)),
        (tus::CHECKSUM_ALGORITHM, HeaderValue::from_static(ALGORITHMS)),
    ];
    (StatusCode::NO_CONTENT, understood)
}

/// Begin an upload, with its first bytes if you like. Repeated, it is answered with the upload there is, and its
/// bytes don't count; of a file that the caller has sent before, as finished.
#[utoipa::path(
    post, path = "/v1/uploads", tag = "uploads", security(("token" = [])),
    params(
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = u64, Header, description = "Bytes of the whole file"),
        ("Upload-Metadata" = String, Header, description = "`sha256` (needed) and `upload_id` (a UUID), each with its value in base64"),
        ("Upload-Checksum" = Option<String>, Header, description = "Algorithm and digest of this body, in base64"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 201, description = "The upload and how far it is",
        headers(
            ("Tus-Resumable" = String, description = "`1.0.0`"),
            ("Location" = String, description = "Where it goes on"),
            ("Upload-Offset" = u64, description = "Bytes that are there"),
            ("Upload-Expires" = String, description = "When it is given up, unless it is finished"),
        )), refused::NewUpload),
)]
pub(crate) async fn create(State(app): State<Shared>, citizen: Citizen, request: Request) -> Result<Response, ApiError> {
    let Creation { metadata, length, checksum } = Creation::of(request.headers())?;
    must_carry_bytes(request.headers(), request.body().is_end_stream())?;
    // What a picture may have is judged when its first bytes have come.
    if length > MAX_VIDEO_BYTES {
        return Err(ApiError::new(ErrorCode::TooLarge, "the file is larger than is taken here"));
    }
    if length == 0 {
        return Err(ApiError::new(ErrorCode::BadRequest, "an empty file is none"));
    }
    let upload = metadata.upload_id.unwrap_or_else(|| {
        let now = u64::try_from(clock::now().0).unwrap_or_default();
        UploadId::new(now, rand::random())
    });
    let partial = Partial { user: citizen.account.user_id, upload, sha256: metadata.sha256, length };
    let pieces = Pieces::of_file(request.into_body(), length, &app.config.limits)?;
    let far = to_the_end(async move { begin(&app, partial, checksum, pieces).await }).await?;
    Ok((StatusCode::CREATED, progress(far.offset, far.expires), [(header::LOCATION, path::upload(upload))]).into_response())
}

/// How far an upload is.
#[utoipa::path(
    head, path = "/v1/uploads/{upload_id}", tag = "uploads", security(("token" = [])),
    params(
        ("upload_id" = UploadId, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
    ),
    responses((status = 200, description = "It is there",
        headers(
            ("Tus-Resumable" = String, description = "`1.0.0`"),
            ("Upload-Offset" = u64, description = "Bytes that are there"),
            ("Upload-Length" = u64, description = "Bytes of the whole file"),
            ("Upload-Expires" = String, description = "When it is given up, unless it is finished"),
        )), refused::Upload),
)]
pub(crate) async fn head(State(app): State<Shared>, citizen: Citizen, Id(upload): Id<UploadId>) -> Result<Response, ApiError> {
    let user = citizen.account.user_id;
    let (far, length) = to_the_end(async move {
        match under_way(&app, user, upload).await? {
            Some((held, far)) => Ok((far, held.partial().length)),
            None => finished(&app, user, upload).await.map(|bytes| (Far { offset: bytes, expires: None }, bytes)),
        }
    })
    .await?;
    let more = [
        (HeaderName::from_static(tus::LENGTH), HeaderValue::from(length)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((progress(far.offset, far.expires), more).into_response())
}

/// Go on with an upload, from just where it is. When the last byte is answered for, the file is safe on disk, and
/// every report that waited only for it counts.
#[utoipa::path(
    patch, path = "/v1/uploads/{upload_id}", tag = "uploads", security(("token" = [])),
    params(
        ("upload_id" = UploadId, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Offset" = u64, Header, description = "Bytes that are there: where this body goes on"),
        ("Upload-Checksum" = Option<String>, Header, description = "Algorithm and digest of this body, in base64"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses((status = 204, description = "Taken",
        headers(
            ("Tus-Resumable" = String, description = "`1.0.0`"),
            ("Upload-Offset" = u64, description = "Bytes that are there now"),
            ("Upload-Expires" = String, description = "When it is given up, unless it is finished"),
        )), refused::Append),
)]
pub(crate) async fn append(
    State(app): State<Shared>,
    citizen: Citizen,
    Id(upload): Id<UploadId>,
    request: Request,
) -> Result<Response, ApiError> {
    must_carry_bytes(request.headers(), request.body().is_end_stream())?;
    let (at, checksum, user) = (offset(request.headers())?, checksum(request.headers())?, citizen.account.user_id);
    let far = to_the_end(async move {
        let pieces = |left| Pieces::of_file(request.into_body(), left, &app.config.limits);
        let Some((held, far)) = under_way(&app, user, upload).await? else {
            let bytes = finished(&app, user, upload).await?;
            must_be_at(bytes, at)?;
            pieces(0)?.collect().await?;
            return Ok(Far { offset: bytes, expires: None });
        };
        must_be_at(far.offset, at)?;
        let pieces = pieces(held.partial().length - far.offset)?;
        let intake = Intake::new(&app.media, &held.partial(), far.offset, false, checksum);
        receive(&app, held, intake, pieces).await
    })
    .await?;
    Ok((StatusCode::NO_CONTENT, progress(far.offset, far.expires)).into_response())
}

/// Give an upload up: what there is of it is removed. A file that is finished stays.
#[utoipa::path(
    delete, path = "/v1/uploads/{upload_id}", tag = "uploads", security(("token" = [])),
    params(
        ("upload_id" = UploadId, Path, description = "The upload"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
    ),
    responses((status = 204, description = "Given up",
        headers(("Tus-Resumable" = String, description = "`1.0.0`"))), refused::Upload),
)]
pub(crate) async fn give_up(
    State(app): State<Shared>,
    citizen: Citizen,
    Id(upload): Id<UploadId>,
) -> Result<StatusCode, ApiError> {
    let user = citizen.account.user_id;
    to_the_end(async move {
        let held = app.uploads.take_over(user, upload).await?;
        let was_under_way = held.is_some();
        if let Some(held) = held {
            app.uploads.remove(held).await.map_err(UploadError::from)?;
        }
        let was_finished = app.db.write(move |conn| Box::pin(upload::forget(conn, user, upload))).await?;
        if was_under_way || was_finished { Ok(StatusCode::NO_CONTENT) } else { Err(ApiError::not_found()) }
    })
    .await
}

/// `HEAD`, `PATCH` or `DELETE` for callers who have no way to send these: `X-HTTP-Method-Override` names it.
#[utoipa::path(
    post, path = "/v1/uploads/{upload_id}", tag = "uploads", security(("token" = [])),
    params(
        ("upload_id" = UploadId, Path, description = "The upload"),
        ("X-HTTP-Method-Override" = String, Header, description = "`HEAD`, `PATCH` or `DELETE`, with that method's headers and body"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream"),
    responses(
        (status = 200, description = "As `HEAD`"),
        (status = 204, description = "As `PATCH` or `DELETE`"),
        refused::Overridden,
    ),
)]
pub(crate) async fn overridden(
    state: State<Shared>,
    citizen: Citizen,
    id: Id<UploadId>,
    request: Request,
) -> Result<Response, ApiError> {
    let wanted = request.headers().get(METHOD_OVERRIDE).map(|name| Method::from_bytes(name.as_bytes()));
    match wanted {
        Some(Ok(Method::HEAD)) => head(state, citizen, id).await,
        Some(Ok(Method::PATCH)) => append(state, citizen, id, request).await,
        Some(Ok(Method::DELETE)) => give_up(state, citizen, id).await.map(|status| status.into_response()),
        Some(Ok(_) | Err(_)) | None => {
            Err(ApiError::new(ErrorCode::MethodNotAllowed, "X-HTTP-Method-Override must be HEAD, PATCH or DELETE"))
        }
    }
}

/// Carries `work` out whether or not its caller stays.
async fn to_the_end<T: Send + 'static>(work: impl Future<Output = Result<T, ApiError>> + Send + 'static) -> Result<T, ApiError> {
    let work = tokio::spawn(work.in_current_span());
    work.await.unwrap_or_else(|broken| Err(ApiError::internal("an upload's task", &broken)))
}
