//! What is asked about accounts while a citizen waits for the answer: codes, registering, passwords, sessions, export,
//! deletion. What can wait goes through the outbox instead.

use async_trait::async_trait;
use pakn_api::{
    id::{CodeId, SessionId},
    wire::{
        AccountExport, ChangePassword, CheckCode, CodeSent, CreateAccount, DeleteAccount, RequestCode, ResetPassword,
        SessionList, SignedIn, path,
    },
};
use reqwest::Method;

use super::{HttpRemote, RemoteError, answer::read, http::json};
use crate::secrets::Token;

/// The part of a PAKN server that makes and keeps accounts.
#[async_trait]
pub trait Accounts: Send + Sync {
    /// `POST /v1/codes`.
    async fn request_code(&self, request: &RequestCode) -> Result<CodeSent, RemoteError>;
    /// `POST /v1/codes/{code_id}`.
    async fn check_code(&self, code_id: CodeId, request: &CheckCode) -> Result<(), RemoteError>;
    /// `POST /v1/accounts`.
    async fn create_account(&self, request: &CreateAccount) -> Result<SignedIn, RemoteError>;
    /// `POST /v1/password-resets`.
    async fn reset_password(&self, request: &ResetPassword) -> Result<SignedIn, RemoteError>;
    /// `PUT /v1/me/password`.
    async fn change_password(&self, token: &Token, request: &ChangePassword) -> Result<(), RemoteError>;
    /// `GET /v1/me/sessions`.
    async fn sessions(&self, token: &Token) -> Result<SessionList, RemoteError>;
    /// `DELETE /v1/me/sessions/{session_id}`.
    async fn end_session(&self, token: &Token, session_id: SessionId) -> Result<(), RemoteError>;
    /// `DELETE /v1/me/sessions`: all but this one.
    async fn end_other_sessions(&self, token: &Token) -> Result<(), RemoteError>;
    /// `GET /v1/me/export`.
    async fn export(&self, token: &Token) -> Result<AccountExport, RemoteError>;
    /// `POST /v1/me/deletion`.
    async fn delete_account(&self, token: &Token, request: &DeleteAccount) -> Result<(), RemoteError>;
}

#[async_trait]
impl Accounts for HttpRemote {
    async fn request_code(&self, request: &RequestCode) -> Result<CodeSent, RemoteError> {
        read(self.send(json(self.request(Method::POST, path::CODES, None), request)).await?).await
    }

    async fn check_code(&self, code_id: CodeId, request: &CheckCode) -> Result<(), RemoteError> {
        self.done(json(self.request(Method::POST, &path::code(code_id), None), request)).await
    }

    async fn create_account(&self, request: &CreateAccount) -> Result<SignedIn, RemoteError> {
        read(self.send(json(self.request(Method::POST, path::ACCOUNTS, None), request)).await?).await
    }

    async fn reset_password(&self, request: &ResetPassword) -> Result<SignedIn, RemoteError> {
        read(self.send(json(self.request(Method::POST, path::PASSWORD_RESETS, None), request)).await?).await
    }

    async fn change_password(&self, token: &Token, request: &ChangePassword) -> Result<(), RemoteError> {
        self.done(json(self.request(Method::PUT, path::PASSWORD, Some(token)), request)).await
    }

    async fn sessions(&self, token: &Token) -> Result<SessionList, RemoteError> {
        read(self.send(self.request(Method::GET, path::SESSIONS, Some(token))).await?).await
    }

    async fn end_session(&self, token: &Token, session_id: SessionId) -> Result<(), RemoteError> {
        self.done(self.request(Method::DELETE, &path::session(session_id), Some(token))).await
    }

    async fn end_other_sessions(&self, token: &Token) -> Result<(), RemoteError> {
        self.done(self.request(Method::DELETE, path::SESSIONS, Some(token))).await
    }

    async fn export(&self, token: &Token) -> Result<AccountExport, RemoteError> {
        read(self.send(self.request(Method::GET, path::EXPORT, Some(token))).await?).await
    }

    async fn delete_account(&self, token: &Token, request: &DeleteAccount) -> Result<(), RemoteError> {
        self.done(json(self.request(Method::POST, path::DELETION, Some(token)), request)).await
    }
}
