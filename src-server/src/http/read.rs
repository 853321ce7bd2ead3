//! Extractors that read JSON bodies, ids in paths and queries, and refuse in the contract's words.

use std::str::FromStr;

use axum::{
    extract::{FromRequest, FromRequestParts, Path, Request},
    http::{HeaderMap, header, request::Parts},
};
use pakn_api::ErrorCode;
use serde::de::DeserializeOwned;

use super::body::Pieces;
use crate::{app::Shared, error::ApiError};

/// Largest JSON body taken, in bytes.
pub(crate) const MAX_JSON_BYTES: u64 = 64 * 1024;

const MAX_FORM_BYTES: u64 = 4 * 1024;

/// A JSON body.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Shared> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, ApiError> {
        if !is_of_type(request.headers(), "application/json") {
            return Err(ApiError::new(ErrorCode::BadRequest, "the body must be application/json"));
        }
        let body = Pieces::small(request.into_body(), MAX_JSON_BYTES, &app.config.limits)?.collect().await?;
        serde_json::from_slice(&body).map(Self).map_err(|error| ApiError::new(ErrorCode::BadRequest, format!("JSON: {error}")))
    }
}

fn is_of_type(headers: &HeaderMap, expected: &str) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    content_type.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case(expected))
}

/// What one of our own forms in a browser sends. Another site's form may have its visitors send to us too, each from
/// an address of their own: browsers say so in `Sec-Fetch-Site`.
pub(crate) struct Form<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Shared> for Form<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, ApiError> {
        if !is_of_type(request.headers(), "application/x-www-form-urlencoded") {
            return Err(ApiError::new(ErrorCode::BadRequest, "the body must be application/x-www-form-urlencoded"));
        }
        if request.headers().get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
            return Err(ApiError::new(ErrorCode::BadRequest, "this form is another site's"));
        }
        let body = Pieces::small(request.into_body(), MAX_FORM_BYTES, &app.config.limits)?.collect().await?;
        let read = serde_urlencoded::from_bytes(&body);
        read.map(Self).map_err(|_| ApiError::new(ErrorCode::BadRequest, "the form can't be read"))
    }
}

/// The one id in a route's path.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: FromStr> FromRequestParts<Shared> for Id<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let bad = || ApiError::new(ErrorCode::BadRequest, "the path holds no valid id");
        let Path(text) = Path::<String>::from_request_parts(parts, app).await.map_err(|_| bad())?;
        text.parse().map(Self).map_err(|_| bad())
    }
}

/// The query string.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let query = axum::extract::Query::<T>::from_request_parts(parts, app).await;
        query.map(|query| Self(query.0)).map_err(|_| ApiError::new(ErrorCode::BadRequest, "the query can't be read"))
    }
}
