//! Who is calling: bearer tokens, and the extractors with which a route says whom it wants.
//!
//! A token is 256 random bits; the database knows only its SHA-256, so a copy of the database signs
//! nobody in. A route whose handler takes no [`Citizen`], [`AgencyStaff`] or [`Caller`] is open to all.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use pakn_api::{
    ErrorCode,
    id::{SessionId, UserId},
    wire::Account,
};
use sha2::{Digest as _, Sha256};

use crate::{
    app::Shared,
    db::{DbError, account, agency, session},
    error::ApiError,
    visibility::Agency,
};

pub(crate) mod code_limits;
mod limit;
pub(crate) mod own_limits;
pub(crate) mod password;
pub(crate) mod peer;
pub(crate) mod sign_in;
pub(crate) mod visitor;

/// Characters of a token: 256 bits in hexadecimal.
const TOKEN_CHARS: usize = 64;

/// The signed-in account that makes a request, a citizen's or an agency's.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) account: Account,
    /// The sign-in whose token was used.
    pub(crate) session: SessionId,
}

/// The signed-in citizen who makes a request. An agency's account is refused: it sends no reports and has no profile.
#[derive(Clone, Debug)]
pub(crate) struct Citizen {
    pub(crate) account: Account,
    /// The sign-in whose token was used.
    pub(crate) session: SessionId,
}

impl FromRequestParts<Shared> for Citizen {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let Caller { account, session } = Caller::from_request_parts(parts, app).await?;
        match account::agency(&mut *app.db.reader().await?, account.user_id).await? {
            None => Ok(Self { account, session }),
            Some(_) => Err(ApiError::new(ErrorCode::Forbidden, "this is for citizens; the account is an agency's")),
        }
    }
}

/// The signed-in account of an agency that makes a request. A citizen's is refused.
#[derive(Clone, Debug)]
pub(crate) struct AgencyStaff {
    pub(crate) user: UserId,
    pub(crate) agency: Agency,
}

impl FromRequestParts<Shared> for AgencyStaff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let user = Caller::from_request_parts(parts, app).await?.account.user_id;
        let mut conn = app.db.reader().await?;
        match account::agency(&mut conn, user).await? {
            Some(name) => Ok(Self { user, agency: agency::of_account(&mut conn, user, name).await? }),
            None => Err(ApiError::new(ErrorCode::Forbidden, "this is for agencies; the account is a citizen's")),
        }
    }
}

impl FromRequestParts<Shared> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let refused = || ApiError::new(ErrorCode::Unauthenticated, "a valid bearer token is needed");
        let token = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(bearer);
        let token = token.ok_or_else(refused)?;
        let now = app.clock.now();
        let idle_before = session::idle_before(now, app.config.limits.session_idle_days);
        let found = session::by_token(&mut *app.db.reader().await?, &hash(token), idle_before).await?;
        let (info, account) = found.ok_or_else(refused)?;
        let session = info.session_id;
        if info.last_seen_at < session::hour(now) {
            let seen = app.db.write::<_, DbError, _>(move |conn| Box::pin(session::seen(conn, session, now)));
            // A full disk must not keep anybody from reading.
            if let Err(error) = seen.await {
                tracing::warn!(%error, "noting when a session was last seen");
            }
        }
        Ok(Self { account, session })
    }
}

fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && token.len() == TOKEN_CHARS).then_some(token)
}

/// A new token.
pub(crate) fn new_token() -> String {
    rand::random::<[u8; 32]>().iter().fold(String::with_capacity(TOKEN_CHARS), |text, byte| text + &format!("{byte:02x}"))
}

/// What the database knows a token by.
pub(crate) fn hash(token: &str) -> String {
    format!("{:x}", Sha256::digest(token))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_bearer_token() {
        let token = new_token();
        assert_eq!(token.len(), TOKEN_CHARS);
        assert_ne!(token, new_token());
        assert_eq!(bearer(&format!("Bearer {token}")), Some(token.as_str()));
        assert_eq!(bearer(&format!("bearer  {token}")), Some(token.as_str()));
        for bad in ["", "Bearer", "Bearer ", "Bearer abc", &format!("Basic {token}"), &token, &format!("Bearer {token}0")] {
            assert_eq!(bearer(bad), None, "{bad:?}");
        }
    }
}
