//! The change feed of one's own reports: each report once, at its latest change.

use axum::{Json, extract::State};
use pakn_api::{ErrorCode, wire::ChangePage};
use serde::Deserialize;

use super::refused;
use crate::{
    app::Shared,
    auth::Citizen,
    db::{change, report},
    error::ApiError,
    http::read::Query,
};

const DEFAULT_LIMIT: u32 = 50;
const MAX_LIMIT: u32 = 200;

/// Where to go on and how far.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Window {
    /// The last page's `cursor`; 0, absent or beyond the last change begins at the beginning.
    #[serde(default)]
    after: u64,
    /// Most reports in the page, 1 to 200; 50 when absent.
    limit: Option<u32>,
}

impl Window {
    /// Most entries of the page.
    pub(super) fn limit(&self) -> Result<u32, ApiError> {
        let limit = self.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(ApiError::new(ErrorCode::BadRequest, "limit is 1 to 200"));
        }
        Ok(limit)
    }

    /// Where the page begins. A cursor that was never given here is from before a backup was restored: what the caller
    /// knows may be gone.
    pub(super) const fn after(&self, last: u64) -> u64 {
        if self.after <= last { self.after } else { 0 }
    }
}

/// The caller's reports that changed after a cursor, in the order of their last change.
#[utoipa::path(
    get, path = "/v1/me/changes", tag = "reports", security(("token" = [])), params(Window),
    responses((status = 200, description = "A page", body = ChangePage), refused::Query),
)]
pub(crate) async fn page(
    State(app): State<Shared>,
    citizen: Citizen,
    Query(window): Query<Window>,
) -> Result<Json<ChangePage>, ApiError> {
    let limit = window.limit()?;
    let mut snapshot = app.db.snapshot().await?;
    let after = window.after(change::last(&mut snapshot).await?);
    let mut changed = report::changed(&mut snapshot, citizen.account.user_id, after, limit + 1).await?;
    let more = changed.len() > limit as usize;
    changed.truncate(limit as usize);
    let cursor = changed.last().map_or(after, |(seq, _)| *seq);
    Ok(Json(ChangePage { reports: changed.into_iter().map(|(_, view)| view).collect(), cursor, more }))
}
