//! Who is signed in: account, token and server as one value, taken together or not at all.
//!
//! So nothing of one account's leaves by another's token or to another server, however sign-ins,
//! sign-outs and requests under way cross. On disk a token counts only beside its account: the account
//! goes first and comes last, and a crash in between leaves nobody signed in.

use std::sync::Arc;

use pakn_api::{id::UserId, ipc::Change};

use super::Inner;
use crate::{
    error::Error,
    remote::{Remote, RemoteError},
    secrets::{Token, TokenStore},
    store::{
        Store, outbox,
        setting::{self, AccountKey, AccountSetting},
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

    /// Puts `session` in force in place of whatever was, and gives it what was nobody's.
    pub(crate) async fn begin_session(&self, session: Session, name: String) -> Result<(), Error> {
        let _turn = self.accounts.lock().await;
        if !Arc::ptr_eq(&session.remote, &self.remote()) {
            tracing::warn!("signed in to a server that is no longer the chosen one");
            return Err(RemoteError::Lost.into());
        }
        self.live().session = None;
        let account = AccountSetting { user_id: session.user_id, name, expired: false };
        let kept = async {
            self.store.write(|tx| setting::clear::<AccountKey>(tx)).await?;
            self.tokens.save(session.token.reveal()).await?;
            let keep = move |tx: &rusqlite::Transaction<'_>| {
                outbox::claim(tx, account.user_id)?;
                setting::set::<AccountKey>(tx, &account)
            };
            Ok(self.store.write(keep).await?)
        };
        let kept = kept.await;
        self.forget_previews().await;
        if kept.is_ok() {
            self.flight.forget_stored();
            self.live().session = Some(session);
        }
        self.session_changed(kept.is_ok());
        kept
    }

    /// Signs out of the device; answers what was in force, for the server to be told.
    pub(crate) async fn end_session(&self) -> Result<Option<Session>, Error> {
        let _turn = self.accounts.lock().await;
        self.store.write(|tx| setting::clear::<AccountKey>(tx)).await?;
        let ended = self.live().session.take();
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

    async fn forget_token(&self) {
        if let Err(error) = self.tokens.clear().await {
            tracing::error!(%error, "the token can't be removed; without its account it counts for nothing");
        }
    }

    async fn forget_previews(&self) {
        let previews = self.previews.clone();
        let forgetting = tokio::task::spawn_blocking(move || previews.forget_media());
        if !matches!(forgetting.await, Ok(Ok(()))) {
            tracing::warn!("small copies of the account's pictures stay");
        }
    }

    fn session_changed(&self, signed_in: bool) {
        self.signal(Event::Session(signed_in));
        self.tell(Change::Session);
        self.tell(Change::Reports);
    }
}
