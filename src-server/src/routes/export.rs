//! Everything that the server has about the caller.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use pakn_api::wire::AccountExport;

use super::refused;
use crate::{
    app::Shared,
    auth::Citizen,
    db::{account, consent, follow, medium, profile, report, session},
    error::ApiError,
};

/// Everything the server has about the caller; their pictures themselves are at `/v1/media/{sha256}`.
#[utoipa::path(
    get, path = "/v1/me/export", tag = "account", security(("token" = [])),
    responses((status = 200, description = "All of it as of one moment", body = AccountExport), refused::Citizen),
)]
pub(crate) async fn all(State(app): State<Shared>, citizen: Citizen) -> Result<Response, ApiError> {
    let (user, now) = (citizen.account.user_id, app.clock.now());
    let idle_before = session::idle_before(now, app.config.limits.session_idle_days);
    let mut snapshot = app.db.snapshot().await?;
    let created_at = account::created_at(&mut snapshot, user).await?;
    let reports = report::changed(&mut snapshot, user, 0, u32::MAX).await?;
    let export = AccountExport {
        at: now,
        user_id: user,
        phone: citizen.account.phone,
        created_at: created_at.ok_or_else(ApiError::not_found)?,
        profile: profile::stored(&mut snapshot, user).await?,
        consents: consent::all(&mut snapshot, user).await?,
        sessions: session::of_user(&mut snapshot, user, citizen.session, idle_before).await?,
        reports: reports.into_iter().map(|(_, view)| view).collect(),
        waiting: report::waiting(&mut snapshot, user).await?,
        files: medium::of_user(&mut snapshot, user).await?,
        follows: follow::of_user(&mut snapshot, user).await?,
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(export)).into_response())
}
