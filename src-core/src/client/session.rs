//! Who is signed in: account, token and server as one value, taken together or not at all.
//!
//! So nothing of one account's leaves by another's token or to another server, however sign-ins,
//! sign-outs and requests under way cross. On disk a token counts only beside its account: the account
//! goes first and comes last, and a crash in between leaves nobody signed in.

use std::sync::Arc;

use pakn_api::{
    ErrorCode,
    id::{AttachmentId, UserId},
    ipc::{Change, SessionView},
    wire::SignedIn,
};
use rusqlite::Transaction;
use tokio::sync::MutexGuard;

use super::{Inner, sign_ins::SignIn};
use crate::{
    account,
    error::Error,
    intent::discard,
    remote::{Remote, RemoteError},
    secrets::{Token, TokenStore},
    store::{
        self, Store, outbox,
        setting::{self, AccountKey, AccountSetting, AskedCodeKey, DeletionKey, SentCodeKey},
    },
    sync::state::Event,
};

/// A sign-in that is in force.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) user_id: UserId,
    pub(crate) token: Token,
    /// The server that gave the token.
    pub(crate) remote: Arc<dyn Remote>,
}

impl Session {
    /// The session that was in force when the app ended.
    pub(super) async fn kept(store: &Store, tokens: &dyn TokenStore, remote: &Arc<dyn Remote>) -> Result<Option<Self>, Error> {
        let Some(account) = store.read(setting::get::<AccountKey>).await?.filter(|account| !account.expired) else {
            return Ok(None);
        };
        let token = tokens.load().await.unwrap_or_else(|error| {
            // A secret store that is locked or broken must not keep anybody from their drafts.
            tracing::error!(%error, "the token can't be read; the session counts as expired");
            None
        });
        Ok(token.map(|token| Self { user_id: account.user_id, token: Token::new(token), remote: Arc::clone(remote) }))
    }
}

impl Inner {
    pub(crate) fn session(&self) -> Option<Session> {
        self.live().session.clone()
    }

    /// Whether a session is the one in force: an answer to one that is over may be about somebody who has left.
    pub(crate) fn is_in_force(&self, session: &Session) -> bool {
        self.live().session.as_ref().is_some_and(|now| now.token == session.token)
    }

    /// Keeps accounts from changing for as long as it is held.
    pub(crate) async fn accounts_stay(&self) -> MutexGuard<'_, ()> {
        self.accounts.lock().await
    }

    /// Puts a session in force in place of whatever was, and gives it what was nobody's.
    pub(crate) async fn begin_session(self: &Arc<Self>, asked: &SignIn, signed_in: SignedIn) -> Result<SessionView, Error> {
        let account = signed_in.account.clone();
        let (token, remote) = (Token::new(signed_in.token.clone()), Arc::clone(&asked.remote));
        let session = Session { user_id: account.user_id, token, remote };
        let _turn = self.accounts.lock().await;
        if !Arc::ptr_eq(&session.remote, &self.remote()) {
            tracing::warn!("signed in to a server that is no longer the chosen one");
            return Err(RemoteError::Lost.into());
        }
        self.live().session = None;
        let account = AccountSetting { user_id: session.user_id, name: account.name, expired: false, phone: Some(account.phone) };
        let (ambient, user_id) = (Arc::clone(&self.ambient), session.user_id);
        let kept = async {
            if self.store.write(move |tx| account::leave(tx, Some(user_id))).await? {
                self.forget_discarded().await;
                self.forget_for_good().await;
            }
            let since = asked.since(user_id);
            self.tokens.save(session.token.reveal()).await?;
            let keep = move |tx: &Transaction<'_>| {
                outbox::claim(tx, account.user_id)?;
                setting::set::<AccountKey>(tx, &account)?;
                account::take_over(tx, ambient.as_ref(), &signed_in, since)?;
                // Whatever a code was asked for is done or no longer wanted, and the account is there.
                setting::clear::<SentCodeKey>(tx)?;
                setting::clear::<AskedCodeKey>(tx)?;
                setting::clear::<DeletionKey>(tx)?;
                Ok(setting::get::<AccountKey>(tx)?.unwrap_or(account))
            };
            Ok(self.store.write(keep).await?)
        };
        let kept: Result<AccountSetting, Error> = kept.await;
        self.forget_previews().await;
        if kept.is_ok() {
            self.flight.forget_stored();
            let mut live = self.live();
            live.session = Some(session);
            live.checked_code = None;
        }
        self.session_changed(kept.is_ok());
        kept.map(|account| SessionView::SignedIn { phone: account.number(), name: account.name })
    }

    /// Signs out of the device; answers what was in force, for the server to be told. The profile goes from the device;
    /// reports and their pictures stay for when their sender signs in again.
    pub(crate) async fn end_session(self: &Arc<Self>) -> Result<Option<Session>, Error> {
        let _turn = self.accounts.lock().await;
        let left = self.store.write(|tx| account::leave(tx, None)).await?;
        let ended = self.live().session.take();
        if left {
            self.forget_discarded().await;
            self.forget_for_good().await;
        }
        self.forget_token().await;
        self.forget_previews().await;
        self.session_changed(false);
        Ok(ended)
    }

    /// The server no longer knows `session`. A newer one is left alone.
    pub(crate) async fn session_ended(&self, session: &Session) {
        let _turn = self.accounts.lock().await;
        {
            let mut live = self.live();
            if live.session.as_ref().is_none_or(|now| now.token != session.token) {
                return;
            }
            live.session = None;
        }
        let noted = self.store.write(|tx| {
            let Some(account) = setting::get::<AccountKey>(tx)? else { return Ok(()) };
            setting::set::<AccountKey>(tx, &AccountSetting { expired: true, ..account })
        });
        if let Err(error) = noted.await {
            tracing::error!(%error, "the end of the session can't be noted");
        }
        self.forget_token().await;
        self.tell(Change::Session);
    }

    /// What the server answered a request of `session`'s. Where it no longer knows the session, it ends here too.
    pub(crate) async fn heard<T: Send>(&self, session: &Session, answer: Result<T, RemoteError>) -> Result<T, Error> {
        if answer.as_ref().err().and_then(RemoteError::code) == Some(ErrorCode::Unauthenticated) {
            self.session_ended(session).await;
            self.signal(Event::Session(self.session().is_some()));
        }
        Ok(answer?)
    }

    /// The account is no more: does `forget` with what is its own here, and signs it out, in one transaction. Answers
    /// the pictures whose files nothing names any more.
    pub(crate) async fn account_gone(
        self: &Arc<Self>,
        user_id: UserId,
        forget: impl FnOnce(&rusqlite::Transaction<'_>) -> store::Result<Vec<AttachmentId>> + Send + 'static,
    ) -> Result<Vec<AttachmentId>, Error> {
        let _turn = self.accounts.lock().await;
        let forgetting = self.store.write(move |tx| {
            let its_own = setting::get::<AccountKey>(tx)?.is_some_and(|account| account.user_id == user_id);
            if its_own {
                setting::clear::<AccountKey>(tx)?;
            }
            Ok((its_own, forget(tx)?))
        });
        let (its_own, files) = forgetting.await?;
        if its_own {
            self.live().session = None;
            self.forget_token().await;
            self.flight.forget_stored();
        }
        self.forget_discarded().await;
        self.forget_for_good().await;
        self.forget_previews().await;
        self.session_changed(self.session().is_some());
        self.tell(Change::Drafts);
        Ok(files)
    }

    /// What was thrown away can't be taken back by whoever comes next.
    async fn forget_discarded(self: &Arc<Self>) {
        if let Err(error) = discard::sweep_all(self).await {
            tracing::warn!(%error, "what was thrown away stays until its day is over");
        }
    }

    /// What was just cleared is in no file any more.
    pub(crate) async fn forget_for_good(&self) {
        if let Err(error) = self.store.empty_log().await {
            tracing::warn!(%error, "what was cleared is overwritten at the next start");
        }
    }

    async fn forget_token(&self) {
        if let Err(error) = self.tokens.clear().await {
            tracing::error!(%error, "the token can't be removed; without its account it counts for nothing");
        }
    }

    pub(super) async fn forget_previews(&self) {
        self.fetched.forget();
        let previews = self.previews.clone();
        let forgetting = tokio::task::spawn_blocking(move || previews.forget_media());
        if !matches!(forgetting.await, Ok(Ok(()))) {
            tracing::warn!("small copies of the account's pictures stay");
        }
    }

    fn session_changed(&self, signed_in: bool) {
        self.profile_is_stale();
        self.follows_are_stale();
        self.signal(Event::Session(signed_in));
        self.tell(Change::Session);
        self.tell(Change::Reports);
        self.tell(Change::Account);
        self.tell(Change::Similar);
    }
}
