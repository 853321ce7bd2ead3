//! A server at which no accounts are made: everything that is asked of one there is put off.

use async_trait::async_trait;
use pakn_api::{
    ErrorCode,
    id::{CodeId, SessionId},
    wire::{
        AccountExport, ChangePassword, CheckCode, CodeSent, CreateAccount, DeleteAccount, RequestCode, ResetPassword,
        SessionList, SignedIn,
    },
};
use pakn_core::{
    remote::{Accounts, RemoteError},
    secrets::Token,
};

use crate::scripted::refusal;

/// Refuses plainly.
pub struct NoAccounts;

fn unavailable<T>() -> Result<T, RemoteError> {
    Err(refusal(ErrorCode::Unavailable))
}

#[async_trait]
impl Accounts for NoAccounts {
    async fn request_code(&self, _: &RequestCode) -> Result<CodeSent, RemoteError> {
        unavailable()
    }

    async fn check_code(&self, _: CodeId, _: &CheckCode) -> Result<(), RemoteError> {
        unavailable()
    }

    async fn create_account(&self, _: &CreateAccount) -> Result<SignedIn, RemoteError> {
        unavailable()
    }

    async fn reset_password(&self, _: &ResetPassword) -> Result<SignedIn, RemoteError> {
        unavailable()
    }

    async fn change_password(&self, _: &Token, _: &ChangePassword) -> Result<(), RemoteError> {
        unavailable()
    }

    async fn sessions(&self, _: &Token) -> Result<SessionList, RemoteError> {
        unavailable()
    }

    async fn end_session(&self, _: &Token, _: SessionId) -> Result<(), RemoteError> {
        unavailable()
    }

    async fn end_other_sessions(&self, _: &Token) -> Result<(), RemoteError> {
        unavailable()
    }

    async fn export(&self, _: &Token) -> Result<AccountExport, RemoteError> {
        unavailable()
    }

    async fn delete_account(&self, _: &Token, _: &DeleteAccount) -> Result<(), RemoteError> {
        unavailable()
    }
}
