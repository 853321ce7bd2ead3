//! One picture or video in another's place: what was there goes only when what comes is ready, so that at every
//! moment one of the two is on the device.

use leptos::prelude::*;
use pakn_api::id::AttachmentId;

use super::{Uploads, order::moved};

impl Uploads {
    /// Puts what has come in the place of what was there, which goes when the other is ready. Where the other can't
    /// be used, or the app ends before, what was there stays.
    pub(crate) async fn put_instead(&self, before: AttachmentId, now: AttachmentId) {
        self.replaced.write().insert(before);
        // Whether the new one is shown already or not: the order is made of what the shell has.
        let shown = self.attachments.read_untracked().iter().map(|view| view.attachment_id).collect::<Vec<_>>();
        let others: Vec<_> = shown.into_iter().filter(|id| *id != now).collect();
        if let Some(place) = others.iter().position(|id| *id == before) {
            // In another place it is still the one that was wanted.
            let _ = self.order(moved(&others, now, place)).await;
        }
        if self.becomes_ready(now).await {
            // Where it can't go, both are there, to be seen and taken out.
            let _ = self.remove(before).await;
        }
        self.replaced.write().remove(&before);
    }
}
