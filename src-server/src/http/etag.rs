//! Documents with an entity tag: a device asks "still the same?" and mostly hears 304 (RFC 9110, 13.1.2).

use axum::{
    body::Body,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::error::ApiError;

/// `document` as JSON under the hash of its bytes, or 304 when the caller has just that.
pub(crate) fn tagged<T: Serialize>(document: &T, asked: &HeaderMap) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(document).map_err(|error| ApiError::internal("serialising a document", &error))?;
    let tag = format!("\"{:x}\"", Sha256::digest(&body));
    let headers = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "no-cache".to_owned())];
    if asked.get_all(header::IF_NONE_MATCH).iter().any(|value| value.to_str().is_ok_and(|value| names(value, &tag))) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, [(header::CONTENT_TYPE, "application/json")], Body::from(body)).into_response())
}

fn names(value: &str, tag: &str) -> bool {
    value.trim() == "*" || value.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn which_lists_name_a_tag() {
        for yes in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*", " \"a\" "] {
            assert!(names(yes, "\"a\""), "{yes}");
        }
        for no in ["", "a", "\"b\"", "\"ab\""] {
            assert!(!names(no, "\"a\""), "{no}");
        }
    }
}
