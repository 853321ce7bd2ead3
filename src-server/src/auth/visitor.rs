//! Anyone who reads what is public, by the address: so much in a row, then so much in a second.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{extract::FromRequestParts, http::request::Parts};

use super::{limit::Buckets, peer::Peer};
use crate::{app::Shared, config::Limits, error::ApiError};

/// The buckets.
#[derive(Debug)]
pub(crate) struct VisitorLimits(Mutex<Buckets<Peer>>);

impl VisitorLimits {
    pub(crate) fn new(limits: &Limits) -> Self {
        let refill = Duration::from_secs(1) / limits.public_per_second.max(1);
        Self(Mutex::new(Buckets::new(limits.public_burst, refill)))
    }

    fn take(&self, peer: Peer, now: Instant) -> Result<(), Duration> {
        let mut buckets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait = buckets.wait(&peer, now);
        if !wait.is_zero() {
            return Err(wait);
        }
        buckets.draw(peer, now);
        Ok(())
    }
}

/// Somebody who may read what is public now. Each request takes one try of its address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visitor;

impl FromRequestParts<Shared> for Visitor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let Ok(peer) = Peer::from_request_parts(parts, app).await;
        let taken = app.visitor_limits.take(peer, Instant::now());
        taken.map(|()| Self).map_err(|wait| ApiError::too_many("too many requests from this address", wait))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[test]
    fn one_address_uses_up_only_its_own() {
        let limits = VisitorLimits::new(&Limits { public_burst: 2, public_per_second: 10, ..Limits::default() });
        let (one, other) = (Peer::of("192.0.2.1".parse().ok()), Peer::of("192.0.2.2".parse().ok()));
        let now = Instant::now();
        for _ in 0..2 {
            limits.take(one, now).unwrap();
        }
        assert_eq!(limits.take(one, now), Err(Duration::from_millis(100)));
        limits.take(other, now).unwrap();
        limits.take(one, now + Duration::from_millis(100)).unwrap();
    }
}
