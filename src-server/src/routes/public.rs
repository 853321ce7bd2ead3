//! What anyone may see of reports: the feed, one of them, those near a place, and their files.

use axum::{Json, extract::State, response::Response};
use pakn_api::{
    ErrorCode,
    id::{MediaHash, ReportId},
    model::{catalogue::FieldCode, place::Position},
    wire::{PublicPage, PublicReport, SimilarPage},
};
use serde::Deserialize;

use super::{changes::Window, media, refused};
use crate::{
    app::Shared,
    auth::visitor::Visitor,
    db::{
        change,
        public_report::{self, Change},
        similar,
    },
    error::ApiError,
    http::read::{Id, Query},
};

/// For how long others may keep a public file without asking again: a report can become hidden.
const FILE_CACHE: &str = "public, max-age=3600";

/// The reports that became public, changed or are public no longer after a cursor, in the order of their last change.
#[utoipa::path(
    get, path = "/v1/public/reports", tag = "public", params(Window),
    responses((status = 200, description = "A page", body = PublicPage), refused::PublicQuery),
)]
pub(crate) async fn page(
    State(app): State<Shared>,
    _: Visitor,
    Query(window): Query<Window>,
) -> Result<Json<PublicPage>, ApiError> {
    let limit = window.limit()?;
    let mut snapshot = app.db.snapshot().await?;
    let after = window.after(change::last(&mut snapshot).await?);
    let mut changed = public_report::changed(&mut snapshot, after, limit + 1).await?;
    let more = changed.len() > limit as usize;
    changed.truncate(limit as usize);
    let mut page = PublicPage { reports: Vec::new(), gone: Vec::new(), cursor: after, more };
    for Change { seq, report, now } in changed {
        page.cursor = seq;
        match now {
            Some(report) => page.reports.push(report),
            None => page.gone.push(report),
        }
    }
    Ok(Json(page))
}

/// One report as anyone may see it.
#[utoipa::path(
    get, path = "/v1/public/reports/{report_id}", tag = "public",
    params(("report_id" = ReportId, Path, description = "The report")),
    responses((status = 200, description = "The report as it is now", body = PublicReport), refused::PublicOne),
)]
pub(crate) async fn view(
    State(app): State<Shared>,
    _: Visitor,
    Id(report): Id<ReportId>,
) -> Result<Json<PublicReport>, ApiError> {
    public_report::one(&mut *app.db.snapshot().await?, report).await?.map(Json).ok_or_else(ApiError::not_found)
}

/// Of which field, and around where.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Around {
    /// The field's code.
    #[param(value_type = String)]
    field: FieldCode,
    /// Latitude in degrees, WGS 84.
    lat: f64,
    /// Longitude in degrees, WGS 84.
    lon: f64,
}

/// Open reports of a field within `similar_within_m` of the jurisdiction profile, nearest first, at most ten.
#[utoipa::path(
    get, path = "/v1/public/similar", tag = "public", params(Around),
    responses((status = 200, description = "They may be about the same", body = SimilarPage), refused::PublicQuery),
)]
pub(crate) async fn similar(
    State(app): State<Shared>,
    _: Visitor,
    Query(around): Query<Around>,
) -> Result<Json<SimilarPage>, ApiError> {
    let position = Position::new(around.lat, around.lon, 0.0);
    let position = position.map_err(|_| ApiError::new(ErrorCode::BadRequest, "lat and lon are no place"))?;
    let reports = similar::public(&mut *app.db.snapshot().await?, &around.field, &position).await?;
    Ok(Json(SimilarPage { reports }))
}

/// A file of a public report.
#[utoipa::path(
    get, path = "/v1/public/media/{sha256}", tag = "public",
    params(("sha256" = String, Path, description = "SHA-256 of the bytes")),
    responses((status = 200, description = "Its bytes", content(
        (Vec<u8> = "image/jpeg"), (Vec<u8> = "video/mp4"), (Vec<u8> = "video/quicktime"),
    )), refused::PublicOne),
)]
pub(crate) async fn file(State(app): State<Shared>, _: Visitor, Id(hash): Id<MediaHash>) -> Result<Response, ApiError> {
    let bytes = public_report::file(&mut *app.db.snapshot().await?, hash).await?;
    media::send(&app, hash, bytes.ok_or_else(ApiError::not_found)?, FILE_CACHE).await
}
