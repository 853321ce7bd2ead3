//! Reading a request's body piece by piece: bounded in size, and abandoned when nothing comes for a while.
//!
//! A citizen's uplink may be very slow, so a file's time is generous; all else is small and has a minute. Both are there
//! against callers who keep a connection busy with a byte now and then.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use pakn_api::ErrorCode;
use tokio::time::Instant;

use crate::{config::Limits, error::ApiError};

/// A body being read.
pub(crate) struct Pieces {
    body: Body,
    left: u64,
    idle: Duration,
    until: Instant,
}

impl Pieces {
    /// Reads at most `limit` bytes of a file, in the time that `limits` gives. A longer body is refused at once when its
    /// length is known beforehand.
    pub(crate) fn of_file(body: Body, limit: u64, limits: &Limits) -> Result<Self, ApiError> {
        Self::new(body, limit, limits, limits.body_seconds)
    }

    /// Reads at most `limit` bytes of anything else, alike.
    pub(crate) fn small(body: Body, limit: u64, limits: &Limits) -> Result<Self, ApiError> {
        Self::new(body, limit, limits, limits.small_body_seconds)
    }

    fn new(body: Body, limit: u64, limits: &Limits, seconds: u64) -> Result<Self, ApiError> {
        if axum::body::HttpBody::size_hint(&body).lower() > limit {
            return Err(too_large());
        }
        let until = Instant::now() + Duration::from_secs(seconds);
        Ok(Self { body, left: limit, idle: Duration::from_secs(limits.idle_seconds), until })
    }

    /// The next piece; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        loop {
            let patience = self.until.min(Instant::now() + self.idle);
            let frame = tokio::time::timeout_at(patience, self.body.frame()).await;
            let frame = frame.map_err(|_| ApiError::unavailable("the body came too slowly or stopped coming"))?;
            let Some(frame) = frame else { return Ok(None) };
            let frame = frame.map_err(|_| ApiError::new(ErrorCode::BadRequest, "the body broke off"))?;
            let Ok(data) = frame.into_data() else { continue };
            self.left = self.left.checked_sub(data.len() as u64).ok_or_else(too_large)?;
            return Ok(Some(data));
        }
    }

    /// All of it.
    pub(crate) async fn collect(mut self) -> Result<Vec<u8>, ApiError> {
        let mut all = Vec::new();
        while let Some(piece) = self.next().await? {
            all.extend_from_slice(&piece);
        }
        Ok(all)
    }
}

fn too_large() -> ApiError {
    ApiError::new(ErrorCode::TooLarge, "the body is larger than is taken here")
}
