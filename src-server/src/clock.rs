//! The one place that asks for the time of day.

use std::time::{SystemTime, UNIX_EPOCH};

use pakn_api::Timestamp;

/// Now, by this machine's clock; a clock before 1970 reads as 1970.
#[must_use]
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
