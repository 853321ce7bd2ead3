//! The reports that the caller's agency handles: those of its fields, and those that a step has named it for.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use pakn_api::{
    id::{MediaHash, ReportId},
    wire::{AgencyPage, AgencyReport},
};

use super::{
    changes::Window,
    media::{self, OWN_CACHE},
    refused,
};
use crate::{
    app::Shared,
    auth::AgencyStaff,
    db::{agency, change},
    error::ApiError,
    http::read::{Id, Query},
};

/// The agency's reports that changed after a cursor, in the order of their last change.
#[utoipa::path(
    get, path = "/v1/agency/reports", tag = "agency", security(("token" = [])), params(Window),
    responses((status = 200, description = "A page", body = AgencyPage), refused::Query),
)]
pub(crate) async fn page(
    State(app): State<Shared>,
    staff: AgencyStaff,
    Query(window): Query<Window>,
) -> Result<Response, ApiError> {
    let limit = window.limit()?;
    let mut snapshot = app.db.snapshot().await?;
    let after = window.after(change::last(&mut snapshot).await?);
    let mut changed = agency::changed(&mut snapshot, staff.user, &staff.agency, after, limit + 1).await?;
    let more = changed.len() > limit as usize;
    changed.truncate(limit as usize);
    let cursor = changed.last().map_or(after, |(seq, _)| *seq);
    let page = AgencyPage { reports: changed.into_iter().map(|(_, report)| report).collect(), cursor, more };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(page)).into_response())
}

/// One of the agency's reports.
#[utoipa::path(
    get, path = "/v1/agency/reports/{report_id}", tag = "agency", security(("token" = [])),
    params(("report_id" = ReportId, Path, description = "The report")),
    responses((status = 200, description = "The report as it is now", body = AgencyReport), refused::Owner),
)]
pub(crate) async fn view(State(app): State<Shared>, staff: AgencyStaff, Id(report): Id<ReportId>) -> Result<Response, ApiError> {
    let report = agency::one(&mut *app.db.snapshot().await?, &staff.agency, report).await?;
    let report = report.ok_or_else(ApiError::not_found)?;
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(report)).into_response())
}

/// A file of one of the agency's reports.
#[utoipa::path(
    get, path = "/v1/agency/media/{sha256}", tag = "agency", security(("token" = [])),
    params(("sha256" = String, Path, description = "SHA-256 of the bytes")),
    responses((status = 200, description = "Its bytes", content(
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "video/mp4"), (Vec<u8> = "video/quicktime"),
    )), refused::Owner),
)]
pub(crate) async fn file(State(app): State<Shared>, staff: AgencyStaff, Id(hash): Id<MediaHash>) -> Result<Response, ApiError> {
    let bytes = agency::file(&mut *app.db.snapshot().await?, &staff.agency, hash).await?;
    media::send(&app, hash, bytes.ok_or_else(ApiError::not_found)?, OWN_CACHE).await
}
