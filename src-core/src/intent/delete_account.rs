//! Deleting the account: at the server first, then what is its own here.
//!
//! What was written stays the citizen's: reports that have not left become drafts again. Until the server has said
//! that the account is gone, nothing changes here but a note that it was asked to.
//!
//! A lost answer leaves a doubt: afterwards the server knows no such session, which alone might as well mean that it
//! was ended elsewhere. So number and password are asked about. Where they sign in, the account is still there and is
//! deleted with that; where they don't, and its deletion had left the device, it is gone. That it had is forgotten as
//! soon as the account is heard of again.

use pakn_api::{
    ErrorCode, Timestamp,
    id::{AttachmentId, ReportId, UserId},
    ipc::{DeleteAccount, SessionView},
    wire,
};
use rusqlite::Transaction;

use super::{draft::remove_files, submit::form_of};
use crate::{
    Client, account,
    ambient::new_id,
    error::Error,
    remote::{Remote, RemoteError},
    secrets::Token,
    store::{
        self, attachment, draft,
        outbox::{self, Operation},
        receipt, report,
        setting::{self, AccountKey, AccountSetting, AskedCodeKey, CursorKey, DeletionKey, SentCodeKey},
        upload,
    },
};

impl Client {
    /// Deletes the account and signs out.
    ///
    /// # Errors
    /// [`Error::SignedOut`] when there is no account here, [`Error::Remote`] when the server refuses or isn't there;
    /// then nothing has changed here.
    pub async fn delete_account(&self, args: DeleteAccount) -> Result<SessionView, Error> {
        let account = self.inner.store.read(setting::get::<AccountKey>).await?.ok_or(Error::SignedOut)?;
        let user_id = account.user_id;
        let note = move |tx: &Transaction<'_>| {
            let before = setting::get::<DeletionKey>(tx)? == Some(user_id);
            setting::set::<DeletionKey>(tx, &user_id)?;
            Ok(before)
        };
        let mut maybe_done = self.inner.store.write(note).await?;
        self.inner.deletion_is_asked();
        let answer = self.deleted(&account, args.password, &mut maybe_done).await;
        self.inner.deletion_is_asked();
        if answer.is_err() && !maybe_done {
            self.inner.store.write(|tx| setting::clear::<DeletionKey>(tx)).await?;
        }
        answer?;
        let now = self.inner.ambient.now();
        // One for each report that may need another id; how many there are is not known yet.
        let ambient = std::sync::Arc::clone(&self.inner.ambient);
        let fresh = move || new_id!(ambient, ReportId);
        let files = self.inner.account_gone(user_id, move |tx| forget(tx, user_id, now, fresh)).await?;
        remove_files(&self.inner, files).await;
        Ok(SessionView::SignedOut)
    }

    /// Answers once the server has no such account. `maybe_done` is whether an earlier request may have been carried
    /// out, and afterwards, whether any may.
    async fn deleted(&self, account: &AccountSetting, password: String, maybe_done: &mut bool) -> Result<(), Error> {
        let request = wire::DeleteAccount { password: password.clone() };
        if let Some(session) = self.inner.session().filter(|session| session.user_id == account.user_id) {
            let mut answer = ask(session.remote.as_ref(), &session.token, &request, maybe_done).await;
            if matches!(answer, Err(RemoteError::Lost)) {
                answer = ask(session.remote.as_ref(), &session.token, &request, maybe_done).await;
                // Whatever it is answered, even that the password is wrong: the first one may have been under way.
                *maybe_done = true;
            }
            match answer {
                Err(RemoteError::Problem { problem, .. }) if problem.code == ErrorCode::Unauthenticated => {}
                answer => return Ok(answer?),
            }
        }
        let phone = account.phone.clone().ok_or(Error::SignedOut)?;
        let remote = self.inner.remote();
        let again = match remote.sign_in(&wire::SignIn { phone, password, device: None }).await {
            Err(error) if error.code() == Some(ErrorCode::BadCredentials) && *maybe_done => return Ok(()),
            answer => answer?,
        };
        let token = Token::new(again.token);
        if again.account.user_id == account.user_id {
            return Ok(ask(remote.as_ref(), &token, &request, maybe_done).await?);
        }
        // The number has a newer account, with the same password: this one is gone, that one stays.
        if let Err(error) = remote.sign_out(&token).await {
            tracing::info!(%error, "a sign-in that was only a question stays open");
        }
        Ok(())
    }
}

/// Asks for the deletion, and notes what its answer says about whether it may have happened.
async fn ask(
    remote: &dyn Remote,
    token: &Token,
    request: &wire::DeleteAccount,
    maybe_done: &mut bool,
) -> Result<(), RemoteError> {
    let answer = remote.accounts().delete_account(token, request).await;
    match answer.as_ref().map_err(RemoteError::code) {
        Err(Some(ErrorCode::BadCredentials)) => *maybe_done = false,
        Err(Some(ErrorCode::Internal | ErrorCode::Unavailable)) => *maybe_done = true,
        Err(None) if matches!(answer, Err(RemoteError::Lost)) => *maybe_done = true,
        Ok(()) | Err(_) => {}
    }
    answer
}

/// Removes what is the account's own, and makes drafts of what it still wanted to send. Answers the pictures whose files
/// nothing names any more. A row that can't be read stays: another version may read it.
fn forget(
    tx: &Transaction<'_>,
    user_id: UserId,
    now: Timestamp,
    fresh: impl Fn() -> ReportId,
) -> store::Result<Vec<AttachmentId>> {
    for row in outbox::list(tx, Some(user_id))? {
        let unsent = row.is_surely_unsent();
        outbox::finish(tx, row.seq)?;
        let Operation::CreateReport { submission } = row.operation;
        // One that may have arrived may be an agency's by now, and its id is taken.
        let report_id = if unsent { row.report_id } else { fresh() };
        attachment::move_to(tx, row.report_id, report_id)?;
        draft::put(tx, report_id, &form_of(submission), now)?;
    }
    let files = attachment::delete_of_sent(tx, user_id)?;
    report::delete_of_user(tx, user_id)?;
    receipt::delete_of_user(tx, user_id)?;
    upload::delete_of_user(tx, user_id)?;
    account::forget(tx, user_id)?;
    setting::clear::<CursorKey>(tx)?;
    setting::clear::<SentCodeKey>(tx)?;
    setting::clear::<AskedCodeKey>(tx)?;
    setting::clear::<DeletionKey>(tx)?;
    Ok(files)
}
