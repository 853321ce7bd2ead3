//! Creating a report, exactly once, and looking at one's own.

use axum::{
    Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use pakn_api::{
    ErrorCode, Timestamp,
    id::{ReportId, UserId},
    model::consent::ConsentPurpose,
    wire::{CreateReport, Receipt, ReportView},
};
use sha2::{Digest as _, Sha256};
use sqlx::AnyConnection;

use super::refused;
use crate::{
    app::Shared,
    auth::Citizen,
    clock,
    db::{
        consent, document, medium,
        operation::{self, Answer, Operation},
        profile,
        report::{self, Created},
    },
    error::ApiError,
    http::read::{self, Id},
};

/// Create a report. Repeated with the same `op_id` and body, it is answered byte for byte as the first time
/// for as long as first answers are kept, and by the receipt as of now later.
#[utoipa::path(
    post, path = "/v1/reports", tag = "reports", security(("token" = [])), request_body = CreateReport,
    responses((status = 201, description = "Created: the receipt as of the first time, or as of now when that was long ago", body = Receipt), refused::Report),
)]
pub(crate) async fn create(
    State(app): State<Shared>,
    citizen: Citizen,
    read::Json(body): read::Json<CreateReport>,
) -> Result<Response, ApiError> {
    let canonical = serde_json::to_vec(&body).map_err(|error| ApiError::internal("canonical body", &error))?;
    let body_sha256 = format!("{:x}", Sha256::digest(&canonical));
    let (user, now) = (citizen.account.user_id, clock::now());
    let shared = app.clone();
    let answer = app.db.write(move |conn| Box::pin(once(conn, shared, user, body, body_sha256, now))).await?;
    let status = StatusCode::from_u16(answer.http_status).map_err(|error| ApiError::internal("stored status", &error))?;
    Ok((status, [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")], answer.body).into_response())
}

/// Carries the operation out, or finds its first answer. A refusal is not kept: the device mends the
/// report and sends it as a new operation.
async fn once(
    conn: &mut AnyConnection,
    app: Shared,
    user: UserId,
    body: CreateReport,
    body_sha256: String,
    now: Timestamp,
) -> Result<Answer, ApiError> {
    let CreateReport { op_id, report_id, submission } = body;
    if let Some(first) = operation::by_id(&mut *conn, op_id).await? {
        let same = first.user == user && first.body_sha256 == body_sha256;
        return if same { Ok(first.answer) } else { Err(op_id_reused()) };
    }
    // Its first answer has outlived its time; the report itself still tells that it was carried out.
    if let Some(Created { user: by, report, submission: sent }) = report::by_operation(&mut *conn, op_id).await? {
        let same = by == user && report == report_id && sent == submission;
        return if same { created(conn, user, report_id, &app.signing).await } else { Err(op_id_reused()) };
    }
    may_send(&mut *conn, user).await?;
    if report::exists(&mut *conn, report_id).await? {
        return Err(ApiError::new(ErrorCode::ReportExists, "another operation has created this report"));
    }
    let taken = app.report_limits.take(user, app.clock.instant());
    taken.map_err(|wait| ApiError::too_many("too many reports from this account", wait))?;
    // Whoever was offline when the fields changed answered what was asked then.
    let seen = document::version(&mut *conn, submission.catalogue_version).await?;
    let catalogue = match seen {
        Some(catalogue) => catalogue,
        None => document::current(&mut *conn).await?,
    };
    let problems = submission.problems(&catalogue);
    if !problems.is_empty() {
        return Err(ApiError::invalid_report(problems));
    }
    for announced in &submission.media {
        let stored = medium::bytes(&mut *conn, user, announced.sha256).await?;
        if stored.is_some_and(|bytes| bytes != announced.bytes) {
            return Err(ApiError::new(ErrorCode::HashMismatch, "a file is here with another length than announced"));
        }
    }
    report::insert(&mut *conn, report_id, user, op_id, &submission, now).await?;
    report::receive_if_whole(&mut *conn, report_id, now).await?;
    let answer = created(&mut *conn, user, report_id, &app.signing).await?;
    operation::insert(conn, &Operation { op_id, user, body_sha256, answer: answer.clone() }, now).await?;
    Ok(answer)
}

/// Reports are taken from who has said who they are and agreed to what is done with it (guide II.5). Asked only of what
/// is new: what was taken once is answered so, whatever was taken back since.
async fn may_send(conn: &mut AnyConnection, user: UserId) -> Result<(), ApiError> {
    if !profile::exists(&mut *conn, user).await? {
        return Err(ApiError::new(ErrorCode::ProfileIncomplete, "the account has no profile yet"));
    }
    if !consent::is_given(conn, user, ConsentPurpose::Reports).await? {
        return Err(ApiError::new(ErrorCode::ConsentMissing, "the account has not agreed to what is done with reports"));
    }
    Ok(())
}

/// The answer to a report's creation, by its receipt as of now.
async fn created(
    conn: &mut AnyConnection,
    user: UserId,
    report: ReportId,
    signing: &crate::signing::Signing,
) -> Result<Answer, ApiError> {
    let receipt = report::receipt(conn, user, report).await?;
    let receipt = receipt.ok_or_else(|| ApiError::internal("receipt", &"a stored report is not there"))?;
    let body = signing.signed(receipt).and_then(|receipt| serde_json::to_string(&receipt));
    let body = body.map_err(|error| ApiError::internal("receipt", &error))?;
    Ok(Answer { http_status: StatusCode::CREATED.as_u16(), body })
}

fn op_id_reused() -> ApiError {
    ApiError::new(ErrorCode::OpIdReused, "this op_id came before with another body")
}

/// One's own report, once it counts as received.
#[utoipa::path(
    get, path = "/v1/reports/{report_id}", tag = "reports", security(("token" = [])),
    params(("report_id" = ReportId, Path, description = "The report")),
    responses((status = 200, description = "The report as it is now", body = ReportView), refused::Owner),
)]
pub(crate) async fn view(
    State(app): State<Shared>,
    citizen: Citizen,
    Id(report_id): Id<ReportId>,
) -> Result<Json<ReportView>, ApiError> {
    let view = report::view(&mut *app.db.snapshot().await?, citizen.account.user_id, report_id).await?;
    view.map(Json).ok_or_else(ApiError::not_found)
}

/// What the server holds of one's own report right now.
#[utoipa::path(
    get, path = "/v1/reports/{report_id}/receipt", tag = "reports", security(("token" = [])),
    params(("report_id" = ReportId, Path, description = "The report")),
    responses((status = 200, description = "The receipt", body = Receipt), refused::Owner),
)]
pub(crate) async fn receipt(
    State(app): State<Shared>,
    citizen: Citizen,
    Id(report_id): Id<ReportId>,
) -> Result<Json<Receipt>, ApiError> {
    let receipt = report::receipt(&mut *app.db.snapshot().await?, citizen.account.user_id, report_id).await?;
    let receipt = app.signing.signed(receipt.ok_or_else(ApiError::not_found)?);
    receipt.map(Json).map_err(|error| ApiError::internal("receipt", &error))
}
