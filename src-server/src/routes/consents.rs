//! What the caller agrees to and takes back.

use axum::{extract::State, http::StatusCode};
use pakn_api::{ErrorCode, wire::RecordConsent};

use super::refused;
use crate::{app::Shared, auth::Citizen, clock, db::consent, error::ApiError, http::read};

/// Record a consent given or taken back. Repeated with the same `op_id` and body, it is answered again and noted once.
#[utoipa::path(
    post, path = "/v1/me/consents", tag = "account", security(("token" = [])), request_body = RecordConsent,
    responses((status = 204, description = "Noted"), refused::Consent),
)]
pub(crate) async fn record(
    State(app): State<Shared>,
    citizen: Citizen,
    read::Json(body): read::Json<RecordConsent>,
) -> Result<StatusCode, ApiError> {
    let (user, now, at) = (citizen.account.user_id, clock::now(), app.clock.instant());
    let RecordConsent { op_id, consent } = body;
    let shared = app.clone();
    let work = app.db.write(move |conn| {
        Box::pin(async move {
            match consent::by_operation(&mut *conn, op_id).await? {
                Some(first) if first == (user, consent) => Ok(()),
                Some(_) => Err(ApiError::new(ErrorCode::OpIdReused, "this op_id came before with another body")),
                None => {
                    let taken = shared.consent_limits.take(user, at);
                    taken.map_err(|wait| ApiError::too_many("too many consents from this account", wait))?;
                    Ok(consent::insert(conn, user, &consent, Some(op_id), now).await?)
                }
            }
        })
    });
    work.await.map(|()| StatusCode::NO_CONTENT)
}
