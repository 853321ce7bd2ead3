//! Which reports of others the caller follows.

use axum::{Json, extract::State, http::StatusCode};
use pakn_api::{
    ErrorCode,
    id::ReportId,
    wire::{FollowList, PutFollow},
};

use super::refused;
use crate::{
    app::Shared,
    auth::Citizen,
    clock,
    db::{
        follow::{self, Wish},
        public_report,
    },
    error::ApiError,
    http::read::{self, Id},
};

/// Follow a public report, or no longer. Repeated with the same `op_id` and body, it is answered again and does nothing more.
#[utoipa::path(
    put, path = "/v1/me/follows/{report_id}", tag = "public", security(("token" = [])), request_body = PutFollow,
    params(("report_id" = ReportId, Path, description = "The report")),
    responses((status = 204, description = "So it is"), refused::Follow),
)]
pub(crate) async fn put(
    State(app): State<Shared>,
    citizen: Citizen,
    Id(report): Id<ReportId>,
    read::Json(body): read::Json<PutFollow>,
) -> Result<StatusCode, ApiError> {
    let PutFollow { op_id, following } = body;
    let (wish, now) = (Wish { user: citizen.account.user_id, report, following }, clock::now());
    let work = app.db.write(move |conn| {
        Box::pin(async move {
            match follow::by_operation(&mut *conn, op_id).await? {
                Some(first) if first == wish => return Ok(()),
                Some(_) => return Err(ApiError::new(ErrorCode::OpIdReused, "this op_id came before with another body")),
                None => {}
            }
            // Letting go is always possible, also of what is public no longer.
            if following && public_report::one(&mut *conn, report).await?.is_none() {
                return Err(ApiError::not_found());
            }
            Ok(follow::put(conn, op_id, wish, now).await?)
        })
    });
    work.await.map(|()| StatusCode::NO_CONTENT)
}

/// What the caller follows, as far as it is public now; the newest wish first.
#[utoipa::path(
    get, path = "/v1/me/follows", tag = "public", security(("token" = [])),
    responses((status = 200, description = "The reports as they are now", body = FollowList), refused::Citizen),
)]
pub(crate) async fn list(State(app): State<Shared>, citizen: Citizen) -> Result<Json<FollowList>, ApiError> {
    let reports = public_report::followed(&mut *app.db.snapshot().await?, citizen.account.user_id).await?;
    Ok(Json(FollowList { reports }))
}
