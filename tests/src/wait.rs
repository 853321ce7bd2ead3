//! Waiting for something to become true instead of for time to pass.

use std::time::{Duration, Instant};

/// How often a condition that can't announce itself is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Looks until `condition` answers something, and says how long that took.
///
/// # Errors
/// When it fails, or after `limit`; then `what` says what was waited for.
pub async fn until<T, F>(what: &str, limit: Duration, mut condition: F) -> anyhow::Result<(T, Duration)>
where
    F: AsyncFnMut() -> anyhow::Result<Option<T>>,
{
    let start = Instant::now();
    loop {
        if let Some(value) = condition().await? {
            return Ok((value, start.elapsed()));
        }
        anyhow::ensure!(start.elapsed() < limit, "{what}: not within {limit:?}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
