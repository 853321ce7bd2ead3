//! Reading a request's body piece by piece: bounded in size, and abandoned when nothing comes for a while.
//!
//! Only idleness counts, never the whole time: a citizen's uplink may be very slow.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http_body_util::BodyExt as _;
use pakn_api::ErrorCode;

use crate::error::ApiError;

/// A body being read.
pub(crate) struct Pieces {
    body: Body,
    left: u64,
    idle: Duration,
}

impl Pieces {
    /// Reads at most `limit` bytes. A longer body is refused at once when its length is known beforehand.
    pub(crate) fn new(body: Body, limit: u64, idle: Duration) -> Result<Self, ApiError> {
        if axum::body::HttpBody::size_hint(&body).lower() > limit {
            return Err(too_large(limit));
        }
        Ok(Self { body, left: limit, idle })
    }

    /// The next piece; `None` at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        loop {
            let frame = tokio::time::timeout(self.idle, self.body.frame())
                .await
                .map_err(|_| ApiError::unavailable("the body stopped coming"))?;
            let Some(frame) = frame else { return Ok(None) };
            let frame = frame.map_err(|_| ApiError::new(ErrorCode::BadRequest, "the body broke off"))?;
            let Ok(data) = frame.into_data() else { continue };
            self.left = self.left.checked_sub(data.len() as u64).ok_or_else(|| too_large(self.left))?;
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

fn too_large(limit: u64) -> ApiError {
    tracing::debug!(limit, "body too large");
    ApiError::new(ErrorCode::TooLarge, "the body is larger than is taken here")
}
