//! At the start: finishes or clears away what an earlier end left half done.

use std::{collections::BTreeSet, sync::Arc};

use pakn_api::id::AttachmentId;

use crate::{
    Client,
    client::Inner,
    error::Error,
    store::{StoreError, attachment},
};

/// An app may be killed in the middle of a picture for any reason; a second time it was the picture.
const DEATHS_ALLOWED: u64 = 1;

impl Client {
    /// Deletes drafts that were thrown away a day ago, forgets pictures whose bytes never all arrived, removes files that
    /// no row names, and lets pictures that were being prepared be prepared again in the background.
    pub(crate) async fn recover(&self) -> Result<(), Error> {
        if let Err(error) = super::discard::sweep_old(&self.inner).await {
            tracing::warn!(%error, "what was thrown away stays until the next start");
        }
        let inner = Arc::clone(&self.inner);
        let swept = tokio::task::spawn_blocking(move || sweep(&inner));
        let unfinished = swept.await.map_err(|_| Error::Bug("recovery was cut short"))??;
        if unfinished.is_empty() {
            return Ok(());
        }
        let inner = Arc::clone(&self.inner);
        let (given_up, unfinished): (BTreeSet<_>, BTreeSet<_>) =
            unfinished.into_iter().partition(|id| inner.spool.deaths(*id) > DEATHS_ALLOWED);
        if !given_up.is_empty() {
            tracing::error!(pictures = given_up.len(), "what the app did not survive is left as it is");
            inner.give_up(given_up);
        }
        tokio::spawn(async move {
            for id in unfinished {
                if let Err(error) = super::prepare::prepare(&inner, id).await {
                    tracing::warn!(%error, "a picture could not be prepared after a restart");
                }
            }
        });
        Ok(())
    }
}

/// Answers which originals still have to be prepared.
fn sweep(inner: &Inner) -> Result<BTreeSet<AttachmentId>, Error> {
    let (originals, ready) = match inner.store.write_blocking(|tx| attachment::sweep(tx)) {
        // Drafts can still be read and thrown away; what is half done waits for the next start.
        Err(StoreError::Full) => return Ok(BTreeSet::new()),
        swept => swept?,
    };
    let (spool, vault, previews) = (&inner.spool, &inner.vault, &inner.previews);
    let spooled = spool.list().map(|ids| ids.into_iter().filter(|id| !originals.contains(id)).collect::<Vec<_>>());
    let unnamed = |ids: Vec<AttachmentId>| ids.into_iter().filter(|id| !ready.contains(id)).collect::<Vec<_>>();
    let swept = spooled.and_then(|ids| ids.into_iter().try_for_each(|id| spool.remove(id)));
    let kept = vault.list().and_then(|ids| vault.remove(&unnamed(ids)));
    let copied = previews.list().and_then(|ids| previews.remove(&unnamed(ids)));
    if let Err(error) = swept.and(kept).and(copied) {
        tracing::warn!(%error, "files without a row stay until the next start");
    }
    Ok(originals)
}
