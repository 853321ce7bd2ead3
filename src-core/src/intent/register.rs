//! Making an account, or another password for one, with a code that was found right.
//!
//! Both sign in. A lost answer changes nothing here: asked again with the same code and password, the server answers
//! by signing in again.

use pakn_api::{
    ErrorCode,
    id::CodeId,
    ipc::{Register, ResetPassword, SessionView},
    model::{
        consent::{Consent, ConsentPurpose},
        password,
    },
    wire::{self, SignedIn},
};

use super::code::is_over;
use crate::{
    Client,
    client::{CheckedCode, SignIn},
    error::Error,
    remote::RemoteError,
    store::setting::{self, SentCodeKey},
};

impl Client {
    /// Makes an account for the number whose code was found right, and signs in.
    ///
    /// # Errors
    /// Before anything is sent: [`Error::ConsentNeeded`] without the terms, [`Error::NoCode`] without a right code,
    /// [`Error::WeakPassword`]. Then [`Error::Remote`]; the code stays held for as long as the server takes it.
    pub async fn register(&self, args: Register) -> Result<SessionView, Error> {
        if !args.consents.contains(&ConsentPurpose::Terms) {
            return Err(Error::ConsentNeeded(ConsentPurpose::Terms));
        }
        let CheckedCode { code_id, code } = self.code_for(&args.password).await?;
        let at = self.inner.ambient.now();
        let given = |purpose: ConsentPurpose| Consent { purpose, given: true, text_version: purpose.text_version(), at };
        let request = wire::CreateAccount {
            code_id,
            code,
            password: args.password,
            consents: args.consents.into_iter().map(given).collect(),
            device: self.inner.device_name.clone(),
        };
        let asked = self.inner.ask_for_session();
        let answer = asked.remote.accounts().create_account(&request).await;
        self.signed_in_by_code(&asked, code_id, answer).await
    }

    /// Gives the account of the number whose code was found right another password, and signs in.
    ///
    /// # Errors
    /// As [`Client::register`], but for the terms.
    pub async fn reset_password(&self, args: ResetPassword) -> Result<SessionView, Error> {
        let CheckedCode { code_id, code } = self.code_for(&args.password).await?;
        let request = wire::ResetPassword { code_id, code, password: args.password, device: self.inner.device_name.clone() };
        let asked = self.inner.ask_for_session();
        let answer = asked.remote.accounts().reset_password(&request).await;
        self.signed_in_by_code(&asked, code_id, answer).await
    }

    /// The code that was found right, if the password will do for its number.
    async fn code_for(&self, password: &str) -> Result<CheckedCode, Error> {
        let sent = self.inner.store.read(setting::get::<SentCodeKey>).await?.ok_or(Error::NoCode)?;
        let checked = self.inner.checked_code().filter(|checked| checked.code_id == sent.code_id).ok_or(Error::NoCode)?;
        password::judge(password, &sent.phone)?;
        Ok(checked)
    }

    async fn signed_in_by_code(
        &self,
        asked: &SignIn,
        code_id: CodeId,
        answer: Result<SignedIn, RemoteError>,
    ) -> Result<SessionView, Error> {
        match answer {
            Ok(signed_in) => self.inner.begin_session(asked, signed_in).await,
            Err(error) => {
                if is_over(&error) {
                    self.code_is_over(code_id).await?;
                } else if error.code() == Some(ErrorCode::CodeWrong) {
                    self.inner.hold_code(None);
                }
                Err(error.into())
            }
        }
    }
}
