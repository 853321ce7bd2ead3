//! What a code opens: a new account, or an account whose password was forgotten. Both end signed in.
//!
//! An answer may get lost. So a code that has done its work does it again for who knows the password that was set with
//! it, by signing in once more; for anybody else it is used up.

use axum::{extract::State, response::Response};
use pakn_api::{
    ErrorCode,
    id::{CodeId, UserId},
    model::{
        consent::{Consent, ConsentPurpose},
        phone::PhoneNumber,
        words::DeviceName,
    },
    wire::{Account, CreateAccount, ResetPassword, SignedIn},
};
use sqlx::AnyConnection;

use super::{
    refused,
    signed_in::{answer, begin},
};
use crate::{
    app::Shared,
    auth::peer::Peer,
    codes::{self, Proved},
    db::{
        account::{self, Credentials},
        consent,
        one_time_code::{self, Purpose, Used},
        session,
    },
    error::ApiError,
    http::read,
};

/// Make an account for the number that a code was sent to, and sign in.
#[utoipa::path(
    post, path = "/v1/accounts", tag = "account", request_body = CreateAccount,
    responses((status = 201, description = "Made, and signed in", body = SignedIn), refused::NewAccount),
)]
pub(crate) async fn create(
    State(app): State<Shared>,
    peer: Peer,
    read::Json(body): read::Json<CreateAccount>,
) -> Result<Response, ApiError> {
    let CreateAccount { code_id, code, password, consents, device } = body;
    if ConsentPurpose::ALL.iter().any(|purpose| consents.iter().filter(|consent| consent.purpose == *purpose).count() > 1) {
        return Err(ApiError::new(ErrorCode::BadRequest, "two consents for one purpose"));
    }
    if !consents.iter().any(|consent| consent.purpose == ConsentPurpose::Terms && consent.given) {
        return Err(ApiError::new(ErrorCode::ConsentMissing, "no account without agreeing to the terms"));
    }
    let proved = codes::prove(&app, code_id, code, peer).await?;
    Change { code_id, password, device, what: What::Make(consents) }.carry_out(&app, peer, proved).await
}

/// Another password for the number that a code was sent to; ends the account's sessions and signs in.
#[utoipa::path(
    post, path = "/v1/password-resets", tag = "account", request_body = ResetPassword,
    responses((status = 201, description = "Changed, and signed in", body = SignedIn), refused::PasswordReset),
)]
pub(crate) async fn reset_password(
    State(app): State<Shared>,
    peer: Peer,
    read::Json(body): read::Json<ResetPassword>,
) -> Result<Response, ApiError> {
    let ResetPassword { code_id, code, password, device } = body;
    let proved = codes::prove(&app, code_id, code, peer).await?;
    Change { code_id, password, device, what: What::Reset }.carry_out(&app, peer, proved).await
}

/// What is to be done with a code.
struct Change {
    code_id: CodeId,
    password: String,
    device: Option<DeviceName>,
    what: What,
}

#[derive(Clone)]
enum What {
    Make(Vec<Consent>),
    Reset,
}

enum Done {
    Now(Box<SignedIn>),
    Before(Used),
}

impl Change {
    async fn carry_out(self, app: &Shared, peer: Peer, proved: Proved) -> Result<Response, ApiError> {
        let Proved { phone, used } = proved;
        let judged = app.passwords.judge(self.password.clone(), phone.clone()).await;
        judged.map_err(|error| ApiError::internal("judging a password", &error))?.map_err(ApiError::weak_password)?;
        if let Some(used) = used {
            return self.repeat(app, peer, phone, used).await;
        }
        let found = account::by_phone(&mut *app.db.reader().await?, &phone).await?;
        self.what.check(found.as_ref())?;
        let hash = app.passwords.hash(self.password.clone()).await;
        let hash = hash.map_err(|error| ApiError::internal("hashing a password", &error))?;
        let (code_id, device, what, now, number) =
            (self.code_id, self.device.clone(), self.what.clone(), app.clock.now(), phone.clone());
        let work = app.db.write::<_, ApiError, _>(move |conn| {
            Box::pin(async move {
                // The same request may have come twice at once.
                match one_time_code::by_id(&mut *conn, code_id).await? {
                    Some(asked) if asked.phone == number => {
                        if let Some(used) = asked.used {
                            return Ok(Done::Before(used));
                        }
                    }
                    Some(_) | None => return Err(ApiError::new(ErrorCode::CodeExpired, "there is no such code any more")),
                }
                let found = account::by_phone(&mut *conn, &number).await?;
                what.check(found.as_ref())?;
                let purpose = what.purpose();
                // Whoever else held a code of the number is not to set yet another password with it.
                one_time_code::forget_others(&mut *conn, &number, code_id).await?;
                let account = what.carry_out(&mut *conn, found, number, &hash, now).await?;
                let used = Used { purpose, user: account.user_id };
                one_time_code::set_used(&mut *conn, code_id, used, now).await?;
                Ok(Done::Now(Box::new(begin(conn, account, device, now).await?)))
            })
        });
        match work.await? {
            Done::Now(signed_in) => {
                app.sign_in_limits.proved(phone, peer, app.clock.instant());
                Ok(answer(*signed_in))
            }
            Done::Before(used) => self.repeat(app, peer, phone, used).await,
        }
    }

    /// The code has been used: signs in once more whoever comes with the password that was set with it.
    async fn repeat(self, app: &Shared, peer: Peer, phone: PhoneNumber, used: Used) -> Result<Response, ApiError> {
        if used.purpose != self.what.purpose() {
            return Err(codes::used());
        }
        let taken = app.sign_in_limits.take(phone.clone(), peer, app.clock.instant()).map_err(ApiError::rate_limited)?;
        let found = account::by_phone(&mut *app.db.reader().await?, &phone).await?;
        let found = found.filter(|found| found.account.user_id == used.user);
        let stored = found.as_ref().map(|found| found.password_hash.clone());
        let fits = app.passwords.fits(self.password, stored.clone()).await;
        let fits = fits.map_err(|error| ApiError::internal("checking a password", &error))?;
        let Some(Credentials { account, password_hash }) = found.filter(|_| fits) else { return Err(codes::used()) };
        app.sign_in_limits.succeeded(taken, app.clock.instant());
        let (device, now) = (self.device, app.clock.now());
        let work = app.db.write::<_, ApiError, _>(move |conn| {
            Box::pin(async move {
                let now_stored = account::by_phone(&mut *conn, &phone).await?.map(|found| found.password_hash);
                if now_stored != Some(password_hash) {
                    return Err(codes::used());
                }
                Ok(begin(conn, account, device, now).await?)
            })
        });
        Ok(answer(work.await?))
    }
}

impl What {
    const fn purpose(&self) -> Purpose {
        match self {
            Self::Make(_) => Purpose::Account,
            Self::Reset => Purpose::PasswordReset,
        }
    }

    /// Whether it can be done, the number having this account or none.
    fn check(&self, found: Option<&Credentials>) -> Result<(), ApiError> {
        match (self, found) {
            (Self::Make(_), Some(_)) => Err(ApiError::new(ErrorCode::AccountExists, "the number has an account")),
            (Self::Reset, None) => Err(ApiError::new(ErrorCode::NoAccount, "the number has no account")),
            (Self::Make(_), None) | (Self::Reset, Some(_)) => Ok(()),
        }
    }

    async fn carry_out(
        self,
        conn: &mut AnyConnection,
        found: Option<Credentials>,
        phone: PhoneNumber,
        password_hash: &str,
        now: pakn_api::Timestamp,
    ) -> Result<Account, ApiError> {
        if let Some(Credentials { account, password_hash: _ }) = found {
            account::set_password(&mut *conn, account.user_id, password_hash).await?;
            session::delete_all(conn, account.user_id).await?;
            return Ok(account);
        }
        let user_id = UserId::new(u64::try_from(now.0).unwrap_or_default(), rand::random());
        let account = Account { user_id, name: String::new(), phone: phone.clone() };
        account::insert(&mut *conn, &account, &phone, password_hash, now).await?;
        if let Self::Make(consents) = self {
            for consent in &consents {
                consent::insert(&mut *conn, user_id, consent, None, now).await?;
            }
        }
        Ok(account)
    }
}
