//! Deleting one's own account.

use axum::{extract::State, http::StatusCode};
use pakn_api::{ErrorCode, model::password::MAX_CHARS, wire::DeleteAccount};

use super::refused;
use crate::{app::Shared, auth::Citizen, db::account, deletion, error::ApiError, http::read};

/// Delete the account at once: profile, consents, sessions, and the reports that no agency has taken up, with their
/// pictures. Reports that one has taken up stay as its record and are nobody's.
#[utoipa::path(
    post, path = "/v1/me/deletion", tag = "account", security(("token" = [])), request_body = DeleteAccount,
    responses((status = 204, description = "Deleted: the token is worth nothing any more"), refused::Deletion),
)]
pub(crate) async fn delete(
    State(app): State<Shared>,
    citizen: Citizen,
    read::Json(body): read::Json<DeleteAccount>,
) -> Result<StatusCode, ApiError> {
    if !(1..=MAX_CHARS).contains(&body.password.chars().count()) {
        return Err(ApiError::new(ErrorCode::BadRequest, "a password has 1 to 200 characters"));
    }
    let phone = citizen.account.phone;
    app.own_limits.take(citizen.session, app.clock.instant()).map_err(ApiError::rate_limited)?;
    let stored = account::by_phone(&mut *app.db.reader().await?, &phone).await?.map(|found| found.password_hash);
    let fits = app.passwords.fits(body.password, stored.clone()).await;
    let fits = fits.map_err(|error| ApiError::internal("checking a password", &error))?;
    let wrong = || ApiError::new(ErrorCode::BadCredentials, "this is not the account's password");
    let stored = stored.filter(|_| fits).ok_or_else(wrong)?;
    app.own_limits.succeeded(&citizen.session);
    if deletion::delete(&app, phone, Some(stored)).await? { Ok(StatusCode::NO_CONTENT) } else { Err(wrong()) }
}
