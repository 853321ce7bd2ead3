//! Which pictures of sent reports the device keeps: the newest, as long as they fit.
//!
//! Only those of reports with a receipt may go: it lists every hash as stored, was compared with what was sent,
//! and carries the server's signature. Everything else is the only copy there may be.

use std::sync::Arc;

use pakn_api::id::AttachmentId;

use crate::{
    client::Inner,
    intent::draft::remove_files,
    store::{StoreError, attachment, receipt},
};

/// What sent pictures and videos may take up, shown without a network: so much that one video doesn't send every picture
/// away.
const KEPT_BYTES: u64 = 256 * 1024 * 1024;

/// Gives up the oldest sent pictures beyond the limit; they are fetched from the server when asked for.
pub(crate) async fn trim(inner: &Arc<Inner>) {
    trim_to(inner, KEPT_BYTES).await;
}

async fn trim_to(inner: &Arc<Inner>, limit: u64) {
    let trimming = inner.store.write(move |tx| {
        let mut files = Vec::new();
        for id in beyond(&receipt::pictures(tx)?, limit) {
            files.extend(attachment::delete(tx, id)?);
        }
        Ok::<_, StoreError>(files)
    });
    match trimming.await {
        Ok(over) if over.is_empty() => {}
        Ok(over) => remove_files(inner, over).await,
        Err(error) => tracing::warn!(%error, "sent pictures stay for now"),
    }
}

/// Of pictures with their lengths, those that no longer fit.
fn beyond(pictures: &[(AttachmentId, u64)], limit: u64) -> Vec<AttachmentId> {
    let mut sum = 0_u64;
    let mut over = |(id, bytes): &(AttachmentId, u64)| {
        sum = sum.saturating_add(*bytes);
        (sum > limit).then_some(*id)
    };
    pictures.iter().filter_map(&mut over).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stay_as_long_as_they_fit() {
        let id = |n| AttachmentId::new(n, [0; 10]);
        let pictures = [(id(1), 40), (id(2), 40), (id(3), 40), (id(4), 1)];
        assert_eq!(beyond(&pictures, 200), []);
        assert_eq!(beyond(&pictures, 80), [id(3), id(4)]);
        assert_eq!(beyond(&pictures, 0), [id(1), id(2), id(3), id(4)]);
    }
}
