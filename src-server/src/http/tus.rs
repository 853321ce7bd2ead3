//! What every exchange about uploads has by tus 1.0: the version, asked for and told, and the protocol's headers.
//!
//! Whatever is answered on these paths says which version it speaks, refusals and failures included: by that a
//! device tells this server from a captive portal.

use std::time::{Duration, UNIX_EPOCH};

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use pakn_api::{
    ErrorCode, Timestamp,
    wire::{
        path,
        tus::{CHECKSUM, EXPIRES, LENGTH, METADATA, Metadata, OFFSET, OFFSET_OCTET_STREAM, RESUMABLE, VERSION, VERSIONS},
    },
};

use crate::{
    error::ApiError,
    uploads::{BadChecksum, Checksum},
};

/// Surrounds all routes and sees to those of uploads.
pub(crate) async fn speak(request: Request, next: Next) -> Response {
    let below = request.uri().path().strip_prefix(path::UPLOADS);
    if !below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) {
        return next.run(request).await;
    }
    let asked = request.headers().get(RESUMABLE);
    let mut response = if request.method() == Method::OPTIONS || asked.is_some_and(|version| version == VERSION) {
        next.run(request).await
    } else {
        let mut refusal = ApiError::new(ErrorCode::UnsupportedVersion, "tus 1.0.0 is spoken here").into_response();
        refusal.headers_mut().insert(VERSIONS, HeaderValue::from_static(VERSION));
        refusal
    };
    response.headers_mut().insert(RESUMABLE, HeaderValue::from_static(VERSION));
    response
}

/// What a creation says beside its bytes.
pub(crate) struct Creation {
    pub(crate) metadata: Metadata,
    pub(crate) length: u64,
    pub(crate) checksum: Option<Checksum>,
}

impl Creation {
    /// Reads it.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, ApiError> {
        let length = number(headers, LENGTH)?;
        let metadata = text(headers, METADATA).and_then(Metadata::parse);
        let metadata = metadata.ok_or_else(|| bad("Upload-Metadata must have the file's sha256, and no upload_id or a UUID"))?;
        Ok(Self { metadata, length, checksum: checksum(headers)? })
    }
}

/// `Upload-Offset`.
pub(crate) fn offset(headers: &HeaderMap) -> Result<u64, ApiError> {
    number(headers, OFFSET)
}

/// `Upload-Checksum`, where there is one.
pub(crate) fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, ApiError> {
    let parsed = headers.get(CHECKSUM).map(|value| Checksum::parse(value.to_str().unwrap_or_default()));
    parsed.transpose().map_err(|BadChecksum| bad("Upload-Checksum is no SHA-1 or SHA-256"))
}

/// Bytes of a file come as what tus wants them to. Where there are none, nothing need be said of them.
pub(crate) fn must_carry_bytes(headers: &HeaderMap, is_empty: bool) -> Result<(), ApiError> {
    match text(headers, header::CONTENT_TYPE.as_str()) {
        Some(OFFSET_OCTET_STREAM) => Ok(()),
        None if is_empty => Ok(()),
        None | Some(_) => {
            Err(ApiError::new(ErrorCode::MediaUnsupported, "the bytes must come as application/offset+octet-stream"))
        }
    }
}

/// How far an upload is, and until when it may go on.
pub(crate) fn progress(offset: u64, expires: Option<Timestamp>) -> HeaderMap {
    let mut headers = HeaderMap::from_iter([(HeaderName::from_static(OFFSET), HeaderValue::from(offset))]);
    let since = expires.and_then(|at| u64::try_from(at.0).ok());
    let at = since.and_then(|ms| UNIX_EPOCH.checked_add(Duration::from_millis(ms)));
    if let Some(date) = at.and_then(|at| HeaderValue::try_from(httpdate::fmt_http_date(at)).ok()) {
        headers.insert(EXPIRES, date);
    }
    headers
}

fn number(headers: &HeaderMap, name: &'static str) -> Result<u64, ApiError> {
    let digits = text(headers, name).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|digits| digits.parse().ok()).ok_or_else(|| bad(format!("{name} must be a whole number")))
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn bad(title: impl Into<String>) -> ApiError {
    ApiError::new(ErrorCode::BadRequest, title)
}
