//! What comes back: the change feed into the mirror, fields and jurisdiction when they are stale, and what is public of
//! others (`public`).
//!
//! `reconcile` decides, purely; the rest carries it out, a page to a transaction, the cursor with it.

mod public;
mod reconcile;

use std::{sync::Arc, time::Duration};

use pakn_api::{
    ErrorCode,
    id::{ReportId, UserId},
    ipc::Change,
    model::{catalogue::Catalogue, status::ReportStatus},
    wire::ChangePage,
};
use rusqlite::Transaction;
use tokio::time::Instant;

use crate::{
    account,
    client::{Inner, Notice, Session},
    error::Error,
    outbox::retain,
    remote::{Class, Fresh, RemoteError},
    store::{
        self, account_outbox, profile, report,
        setting::{self, CatalogueKey, CursorKey, DeletionKey, JurisdictionKey, Setting, Tagged},
    },
    sync::state::Outcome,
};
#[cfg(test)]
pub(crate) use public::PAGES;
pub(crate) use public::{Nearby, Public, ask_nearby, forget_pictures};
use reconcile::{Plan, reconcile};

const VERSION: &str = env!("CARGO_PKG_VERSION");
const STATIC_DATA_FOR: Duration = Duration::from_secs(3_600);

/// Fetches what changed: news of one's own reports first, for they can't be done without.
pub(crate) async fn pull(inner: &Arc<Inner>) -> Outcome {
    let session = inner.session();
    match fetch(inner, session.as_ref()).await {
        Ok(true) => Outcome::Answered,
        Ok(false) => Outcome::Idle,
        Err(Error::Remote(error)) => match error.classify() {
            Class::Offline => Outcome::Offline,
            Class::Transient { retry_after_ms } => Outcome::Trouble { retry_after_ms },
            Class::Auth => {
                if let Some(session) = &session {
                    inner.session_ended(session).await;
                }
                Outcome::SessionEnded
            }
            Class::Refused(code) => {
                tracing::error!(code = code.as_str(), "the server refused a pull");
                Outcome::Trouble { retry_after_ms: None }
            }
        },
        Err(error) => {
            tracing::error!(%error, "what came back can't be stored");
            Outcome::Stumbled
        }
    }
}

/// Answers whether anything had to be asked.
async fn fetch(inner: &Arc<Inner>, session: Option<&Session>) -> Result<bool, Error> {
    let Some(session) = session else {
        let asked = static_data(inner).await?;
        return Ok(asked | public::refresh(inner, None).await);
    };
    feed(inner, session).await?;
    retain::trim(inner).await;
    if let Err(error) = static_data(inner).await {
        tracing::warn!(%error, "fields and jurisdiction stay as they were");
    }
    if let Err(error) = profile(inner, session).await {
        tracing::warn!(%error, "the profile stays as it was");
    }
    public::refresh(inner, Some(session)).await;
    Ok(true)
}

/// The account's profile may have been changed elsewhere.
async fn profile(inner: &Arc<Inner>, session: &Session) -> Result<(), Error> {
    if inner.profile_checked().is_some_and(|at| at.elapsed() < STATIC_DATA_FOR) {
        return Ok(());
    }
    let (asked, doubts) = (inner.flight.account_changes(), inner.profile_doubts());
    let theirs = session.remote.profile(&session.token).await?;
    let (working, asking, user_id) = (Arc::clone(inner), session.clone(), session.user_id);
    let changed = inner.store.write(move |tx| {
        // Answered before a change of ours was, written after: the next answer counts.
        if working.flight.account_changes() != asked || !is_wanted(&working, tx, &asking)? {
            return Ok(None);
        }
        let before = profile::stored(tx, user_id)?;
        profile::set_stored(tx, user_id, &theirs)?;
        let changed = before != theirs;
        if changed && theirs.profile.is_some() {
            // The same answer again must not send what was refused in spite of it.
            account_outbox::release_reports(tx, user_id, &[ErrorCode::ProfileIncomplete])?;
        }
        Ok(Some(changed))
    });
    match changed.await? {
        None => return Ok(()),
        Some(changed) => {
            inner.checked_profile(doubts, Instant::now());
            if changed {
                inner.tell(Change::Account);
                inner.tell(Change::Session);
                inner.tell(Change::Reports);
                inner.trigger_sending();
            }
        }
    }
    Ok(())
}

/// Whether the account that was asked about is still the one signed in, by the same sign-in. Whoever has left has taken
/// along what an answer would bring back.
fn is_wanted(inner: &Inner, tx: &Transaction<'_>, session: &Session) -> store::Result<bool> {
    Ok(inner.is_in_force(session) && account::is_here(tx, session.user_id)?)
}

async fn static_data(inner: &Arc<Inner>) -> Result<bool, Error> {
    if inner.static_data_checked().is_some_and(|at| at.elapsed() < STATIC_DATA_FOR) {
        return Ok(false);
    }
    let (catalogue, jurisdiction) =
        inner.store.read(|db| Ok((setting::get::<CatalogueKey>(db)?, setting::get::<JurisdictionKey>(db)?))).await?;
    let remote = inner.remote();
    let fields = usable(remote.catalogue(catalogue.and_then(|t| t.etag).as_deref()).await?);
    let profile = remote.jurisdiction(jurisdiction.and_then(|t| t.etag).as_deref()).await?;
    let changed = keep::<CatalogueKey, _>(inner, fields).await? | keep::<JurisdictionKey, _>(inner, profile).await?;
    inner.checked_static_data(Instant::now());
    if changed {
        inner.tell(Change::Catalogue);
    }
    Ok(true)
}

/// Fields that nobody could report with are not taken in: those that are here serve on.
fn usable(fresh: Fresh<Catalogue>) -> Fresh<Catalogue> {
    match fresh {
        Fresh::New { value, .. } if !value.is_usable() => {
            tracing::warn!(version = value.version, faults = value.faults().len(), "the server's fields can't be used");
            Fresh::Unchanged
        }
        Fresh::New { .. } | Fresh::Unchanged => fresh,
    }
}

async fn keep<S, T>(inner: &Arc<Inner>, fresh: Fresh<T>) -> Result<bool, Error>
where
    S: Setting<Value = Tagged<T>>,
    T: Send + 'static,
{
    match fresh {
        Fresh::Unchanged => Ok(false),
        Fresh::New { value, etag } => {
            inner.store.write(move |tx| setting::set::<S>(tx, &Tagged { etag, value })).await?;
            Ok(true)
        }
    }
}

async fn feed(inner: &Arc<Inner>, session: &Session) -> Result<(), Error> {
    let user_id = session.user_id;
    let kept = inner.store.read(setting::get::<CursorKey>).await?;
    // What another version of the app had to leave out, this one may be able to read.
    let is_ours = |(owner, _, reader): &(UserId, u64, String)| *owner == user_id && reader == VERSION;
    let mut cursor = kept.filter(is_ours).map_or(0, |(_, cursor, _)| cursor);
    loop {
        let asked = Instant::now();
        let page = match session.remote.changes(&session.token, cursor).await {
            // An answer that got lost says little about the link: once more, and only then is it waited.
            Err(RemoteError::Lost) => session.remote.changes(&session.token, cursor).await?,
            answer => answer?,
        };
        let (more, next) = (page.more && page.cursor > cursor, page.cursor);
        let (working, asking) = (Arc::clone(inner), session.clone());
        let applying = inner.store.write(move |tx| {
            if !is_wanted(&working, tx, &asking)? {
                return Ok(None);
            }
            if working.is_past_deletion(asked) && setting::get::<DeletionKey>(tx)? == Some(user_id) {
                // The account is there: whatever was asked for did not happen.
                setting::clear::<DeletionKey>(tx)?;
            }
            apply(tx, user_id, &page).map(Some)
        });
        let Some(changed) = applying.await? else { return Ok(()) };
        if !changed.is_empty() {
            inner.tell(Change::Reports);
        }
        for (report_id, status) in changed.into_iter().filter(|(_, status)| *status != ReportStatus::Received) {
            inner.notice(Notice::StatusChanged { report_id, status });
        }
        if !more {
            return Ok(());
        }
        cursor = next;
    }
}

/// Brings a page into the mirror; tells which reports changed and where they stand now.
fn apply(tx: &Transaction<'_>, user_id: UserId, page: &ChangePage) -> store::Result<Vec<(ReportId, ReportStatus)>> {
    let mut changed = Vec::new();
    for incoming in &page.reports {
        match reconcile(report::revision(tx, incoming.report_id)?, incoming.revision) {
            Plan::Keep => {}
            Plan::Replace => {
                report::put(tx, user_id, incoming)?;
                changed.push((incoming.report_id, incoming.status));
            }
        }
    }
    setting::set::<CursorKey>(tx, &(user_id, page.cursor, VERSION.to_owned()))?;
    Ok(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_nobody_could_report_with_are_not_taken_in() {
        let fresh = |value: Catalogue| matches!(usable(Fresh::New { value, etag: None }), Fresh::New { .. });
        assert!(fresh(Catalogue::builtin()));
        assert!(!fresh(Catalogue { version: 2, fields: Vec::new() }));
    }
}
