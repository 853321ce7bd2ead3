//! Where the account is signed in, and signing other devices out.

use pakn_api::{
    ErrorCode,
    ipc::{EndOtherSessions, EndSession, ListSessions},
    wire::SessionInfo,
};

use crate::{Client, error::Error, remote::RemoteError};

impl Client {
    /// Where the account is signed in, the last seen first.
    ///
    /// # Errors
    /// [`Error::SignedOut`], [`Error::Remote`].
    pub async fn list_sessions(&self, _: ListSessions) -> Result<Vec<SessionInfo>, Error> {
        let session = self.inner.session().ok_or(Error::SignedOut)?;
        let answer = session.remote.accounts().sessions(&session.token).await;
        Ok(self.inner.heard(&session, answer).await?.sessions)
    }

    /// Signs another device out. One that is no longer signed in is what was asked for.
    ///
    /// # Errors
    /// As [`Client::list_sessions`].
    pub async fn end_session(&self, args: EndSession) -> Result<Vec<SessionInfo>, Error> {
        let session = self.inner.session().ok_or(Error::SignedOut)?;
        let answer = match session.remote.accounts().end_session(&session.token, args.session_id).await {
            Err(RemoteError::Problem { problem, .. }) if problem.code == ErrorCode::NotFound => Ok(()),
            answer => answer,
        };
        self.inner.heard(&session, answer).await?;
        self.list_sessions(ListSessions {}).await
    }

    /// Signs all other devices out.
    ///
    /// # Errors
    /// As [`Client::list_sessions`].
    pub async fn end_other_sessions(&self, _: EndOtherSessions) -> Result<Vec<SessionInfo>, Error> {
        let session = self.inner.session().ok_or(Error::SignedOut)?;
        let answer = session.remote.accounts().end_other_sessions(&session.token).await;
        self.inner.heard(&session, answer).await?;
        self.list_sessions(ListSessions {}).await
    }
}
