//! At the start: finishes or clears away what an earlier end left half done.

use std::{collections::BTreeSet, sync::Arc};

use crate::{
    Client,
    client::Inner,
    error::Error,
    store::attachment::{self, Stage},
};

impl Client {
    /// Forgets pictures whose bytes never all arrived, removes files that no row names, and lets pictures
    /// that were being prepared be prepared again in the background.
    pub(crate) async fn recover(&self) -> Result<(), Error> {
        let inner = Arc::clone(&self.inner);
        let swept = tokio::task::spawn_blocking(move || sweep(&inner));
        let unfinished = swept.await.map_err(|_| Error::Bug("recovery was cut short"))??;
        if unfinished.is_empty() {
            return Ok(());
        }
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move {
            for id in unfinished {
                if let Err(error) = super::attach::prepare(&inner, id).await {
                    tracing::warn!(%error, "a picture could not be prepared after a restart");
                }
            }
        });
        Ok(())
    }
}

/// Answers which originals still have to be prepared.
fn sweep(inner: &Inner) -> Result<Vec<pakn_api::id::AttachmentId>, Error> {
    let kept = inner.store.write_blocking(|tx| {
        let (incoming, kept): (Vec<_>, Vec<_>) = attachment::all(tx)?.into_iter().partition(|a| a.stage == Stage::Incoming);
        for half in incoming {
            attachment::delete(tx, half.id)?;
        }
        Ok(kept)
    })?;
    let of = |wanted: fn(&Stage) -> bool| kept.iter().filter(|a| wanted(&a.stage)).map(|a| a.id).collect::<BTreeSet<_>>();
    let (originals, ready) = (of(|s| matches!(s, Stage::Original)), of(|s| matches!(s, Stage::Ready(_))));
    for orphan in inner.spool.list()?.into_iter().filter(|id| !originals.contains(id)) {
        inner.spool.remove(orphan)?;
    }
    let orphans: Vec<_> = inner.vault.list()?.into_iter().filter(|id| !ready.contains(id)).collect();
    inner.vault.remove(&orphans)?;
    Ok(originals.into_iter().collect())
}
