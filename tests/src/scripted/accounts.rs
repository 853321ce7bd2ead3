//! The part of the scripted link on which accounts are made and kept, and a link that is cut once where a test says.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use pakn_api::{
    id::{CodeId, SessionId},
    wire::{
        AccountExport, ChangePassword, CheckCode, CodeSent, CreateAccount, DeleteAccount, RequestCode, ResetPassword,
        SessionList, SignedIn,
    },
};
use pakn_core::{
    remote::{Accounts, Remote as _, RemoteError},
    secrets::Token,
};

use super::{Ask, Script, Scripted, What};

#[async_trait]
impl Accounts for Scripted {
    async fn request_code(&self, request: &RequestCode) -> Result<CodeSent, RemoteError> {
        self.pass(What::RequestCode, self.inner.accounts().request_code(request)).await
    }

    async fn check_code(&self, code_id: CodeId, request: &CheckCode) -> Result<(), RemoteError> {
        self.pass(What::CheckCode, self.inner.accounts().check_code(code_id, request)).await
    }

    async fn create_account(&self, request: &CreateAccount) -> Result<SignedIn, RemoteError> {
        self.pass(What::CreateAccount, self.inner.accounts().create_account(request)).await
    }

    async fn reset_password(&self, request: &ResetPassword) -> Result<SignedIn, RemoteError> {
        self.pass(What::ResetPassword, self.inner.accounts().reset_password(request)).await
    }

    async fn change_password(&self, token: &Token, request: &ChangePassword) -> Result<(), RemoteError> {
        self.pass(What::ChangePassword, self.inner.accounts().change_password(token, request)).await
    }

    async fn sessions(&self, token: &Token) -> Result<SessionList, RemoteError> {
        self.pass(What::Sessions, self.inner.accounts().sessions(token)).await
    }

    async fn end_session(&self, token: &Token, session_id: SessionId) -> Result<(), RemoteError> {
        self.pass(What::EndSession, self.inner.accounts().end_session(token, session_id)).await
    }

    async fn end_other_sessions(&self, token: &Token) -> Result<(), RemoteError> {
        self.pass(What::EndOtherSessions, self.inner.accounts().end_other_sessions(token)).await
    }

    async fn export(&self, token: &Token) -> Result<AccountExport, RemoteError> {
        self.pass(What::Export, self.inner.accounts().export(token)).await
    }

    async fn delete_account(&self, token: &Token, request: &DeleteAccount) -> Result<(), RemoteError> {
        self.pass(What::DeleteAccount, self.inner.accounts().delete_account(token, request)).await
    }
}

/// Where a link is cut: each of these once, in any order, or whatever is severed until it is joined again.
#[derive(Clone, Debug, Default)]
pub struct Cuts {
    once: Arc<Mutex<Vec<Ask>>>,
    uploads_severed: Arc<AtomicBool>,
}

impl Cuts {
    /// Loses the next request of this kind (`done` is `false`), or its answer.
    pub fn cut(&self, what: What, done: bool) {
        self.once.lock().unwrap_or_else(PoisonError::into_inner).push(Ask { what, done });
    }

    /// No upload begins from now on: reports with pictures wait.
    pub fn sever_uploads(&self) {
        self.uploads_severed.store(true, Ordering::Relaxed);
    }

    /// How many are still to come.
    #[must_use]
    pub fn left(&self) -> usize {
        self.once.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// For a [`Scripted`] link.
    #[must_use]
    pub fn script(&self) -> Script {
        let cuts = self.clone();
        Box::new(move |ask| {
            let severed = matches!(ask.what, What::CreateUpload(_)) && cuts.uploads_severed.load(Ordering::Relaxed);
            let mut once = cuts.once.lock().unwrap_or_else(PoisonError::into_inner);
            let cut = severed || once.iter().position(|cut| *cut == ask).map(|at| once.swap_remove(at)).is_some();
            let error = if ask.done { RemoteError::Lost } else { RemoteError::NotSent };
            Box::pin(async move { if cut { Err(error) } else { Ok(()) } })
        })
    }
}
