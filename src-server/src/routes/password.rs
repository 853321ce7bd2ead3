//! Changing one's own password.

use axum::{extract::State, http::StatusCode};
use pakn_api::{
    id::SessionId,
    model::{password::MAX_CHARS, phone::PhoneNumber},
    wire::ChangePassword,
};

use super::refused;
use crate::{
    app::Shared,
    auth::Caller,
    db::{DbError, account, one_time_code, session},
    error::ApiError,
    http::read,
};

/// Another password; ends the account's other sessions. Repeated, when it is the password already, it is answered alike.
#[utoipa::path(
    put, path = "/v1/me/password", tag = "account", security(("token" = [])), request_body = ChangePassword,
    responses((status = 204, description = "It is the password now"), refused::Password),
)]
pub(crate) async fn change(
    State(app): State<Shared>,
    caller: Caller,
    read::Json(body): read::Json<ChangePassword>,
) -> Result<StatusCode, ApiError> {
    let (phone, user) = (caller.account.phone, caller.account.user_id);
    if body.old.chars().count() > MAX_CHARS {
        return Err(ApiError::bad_credentials());
    }
    let broken = |error| ApiError::internal("checking a password", &error);
    app.own_limits.take(caller.session, app.clock.instant()).map_err(ApiError::rate_limited)?;
    app.passwords.judge(body.new.clone(), phone.clone()).await.map_err(broken)?.map_err(ApiError::weak_password)?;
    let stored = stored_hash(&app, &phone).await?;
    if !app.passwords.fits(body.old, stored.clone()).await.map_err(broken)? {
        return is_already(&app, caller.session, &phone, body.new).await;
    }
    let hash = app.passwords.hash(body.new.clone()).await.map_err(broken)?;
    let number = phone.clone();
    let work = app.db.write::<_, ApiError, _>(move |conn| {
        Box::pin(async move {
            let now_stored = account::by_phone(&mut *conn, &number).await?.map(|found| found.password_hash);
            if now_stored != stored {
                return Ok(false);
            }
            account::set_password(&mut *conn, user, &hash).await?;
            one_time_code::forget_of(&mut *conn, &number).await?;
            session::delete_others(conn, user, caller.session).await?;
            Ok(true)
        })
    });
    if work.await? {
        app.own_limits.succeeded(&caller.session);
        return Ok(StatusCode::NO_CONTENT);
    }
    is_already(&app, caller.session, &phone, body.new).await
}

/// The same change may have come before: the answer to it was lost, or it came twice at once. Who knows the new password
/// knows the account's.
async fn is_already(app: &Shared, session: SessionId, phone: &PhoneNumber, new: String) -> Result<StatusCode, ApiError> {
    let stored = stored_hash(app, phone).await?;
    let fits = app.passwords.fits(new, stored).await.map_err(|error| ApiError::internal("checking a password", &error))?;
    if !fits {
        return Err(ApiError::bad_credentials());
    }
    app.own_limits.succeeded(&session);
    Ok(StatusCode::NO_CONTENT)
}

async fn stored_hash(app: &Shared, phone: &PhoneNumber) -> Result<Option<String>, DbError> {
    Ok(account::by_phone(&mut *app.db.reader().await?, phone).await?.map(|found| found.password_hash))
}
