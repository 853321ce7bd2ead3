//! The caller's profile.

use std::sync::LazyLock;

use axum::{Json, extract::State};
use pakn_api::{
    ErrorCode, Timestamp,
    id::UserId,
    model::{
        date::Date,
        unit::{self, Units, UnitsError},
    },
    wire::{PutProfile, StoredProfile},
};
use sqlx::AnyConnection;

use super::refused;
use crate::{
    app::Shared,
    auth::Citizen,
    clock,
    db::profile::{self, Put},
    error::ApiError,
    http::read,
};

/// One's own profile, as the server has it.
#[utoipa::path(
    get, path = "/v1/me/profile", tag = "account", security(("token" = [])),
    responses((status = 200, description = "The profile, or revision 0 while there is none", body = StoredProfile), refused::Citizen),
)]
pub(crate) async fn get(State(app): State<Shared>, citizen: Citizen) -> Result<Json<StoredProfile>, ApiError> {
    Ok(Json(profile::stored(&mut *app.db.reader().await?, citizen.account.user_id).await?))
}

/// Put a profile in the place of the one it was changed from. The same `op_id` again changes nothing and is answered
/// with the profile as it is now.
#[utoipa::path(
    put, path = "/v1/me/profile", tag = "account", security(("token" = [])), request_body = PutProfile,
    responses((status = 200, description = "The profile as it is now", body = StoredProfile), refused::Profile),
)]
pub(crate) async fn put(
    State(app): State<Shared>,
    citizen: Citizen,
    read::Json(body): read::Json<PutProfile>,
) -> Result<Json<StoredProfile>, ApiError> {
    let (user, now) = (citizen.account.user_id, clock::now());
    app.db.write(move |conn| Box::pin(once(conn, user, body, now))).await.map(Json)
}

async fn once(conn: &mut AnyConnection, user: UserId, body: PutProfile, now: Timestamp) -> Result<StoredProfile, ApiError> {
    let PutProfile { op_id, base_revision, profile } = body;
    let revision = base_revision.saturating_add(1);
    if let Some((by, made)) = profile::by_operation(&mut *conn, op_id).await? {
        let now = profile::stored(conn, user).await?;
        // What an earlier one put is not kept, so only its revision can be compared.
        let same = by == user && made == revision && (now.revision != made || now.profile == Some(profile));
        return if same {
            Ok(now)
        } else {
            Err(ApiError::new(ErrorCode::OpIdReused, "this op_id came before with another body"))
        };
    }
    if profile::stored(&mut *conn, user).await?.revision != base_revision {
        return Err(ApiError::new(ErrorCode::ProfileConflict, "the profile has another revision by now"));
    }
    let problems = profile.problems(Date::in_vietnam(now), Some(units()?));
    if !problems.is_empty() {
        return Err(ApiError::invalid_profile(problems));
    }
    let put = Put { revision, profile };
    profile::put(conn, user, &put, op_id, now).await?;
    Ok(StoredProfile { revision: put.revision, profile: Some(put.profile) })
}

/// The administrative units, read when they are first asked for.
fn units() -> Result<&'static Units, ApiError> {
    static UNITS: LazyLock<Result<Units, UnitsError>> = LazyLock::new(|| Units::parse(unit::DATA));
    UNITS.as_ref().map_err(|error| ApiError::internal("administrative units", error))
}
