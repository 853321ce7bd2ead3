//! The citizen's order: shown at once, told to the shell one order after the other, the newest last.

use leptos::prelude::*;
use pakn_api::{
    id::AttachmentId,
    ipc::{AppError, GetDraft, OrderAttachments},
};

use super::{Uploads, lock};
use crate::ipc;

/// How often it is told anew where something came or went meanwhile.
const TRIES: u32 = 5;

/// The list in this order; what the order doesn't name comes after it, as it was.
pub(super) fn arranged<T>(mut list: Vec<T>, id: impl Fn(&T) -> AttachmentId, order: &[AttachmentId]) -> Vec<T> {
    list.sort_by_key(|item| order.iter().position(|ordered| *ordered == id(item)).unwrap_or(order.len()));
    list
}

/// The list with an item taken out and put in at another place.
pub(crate) fn moved<T: PartialEq + Copy>(list: &[T], item: T, to: usize) -> Vec<T> {
    let mut list: Vec<_> = list.iter().copied().filter(|other| *other != item).collect();
    list.insert(to.min(list.len()), item);
    list
}

impl Uploads {
    /// Puts what is shown into another order and keeps it so.
    ///
    /// # Errors
    /// Why it could not be kept; the order is then as it was.
    pub(crate) async fn order(&self, order: Vec<AttachmentId>) -> Result<(), AppError> {
        self.show_in_order(order.clone());
        let kept = {
            let _turn = self.order_turn.lock().await;
            if lock(&self.wanted).as_ref() != Some(&order) {
                // Another order came meanwhile, and whoever asked for it tells the shell.
                return Ok(());
            }
            self.keep_order(&order).await
        };
        self.forget_order(&order);
        // What was asked before was left aside, and may have known of other news.
        self.refresh().await;
        kept
    }

    async fn keep_order(&self, order: &[AttachmentId]) -> Result<(), AppError> {
        let mut outcome = Ok(());
        for _ in 0..TRIES {
            let draft = ipc::invoke(GetDraft { report_id: self.report_id }).await?;
            let there: Vec<_> = draft.attachments.iter().map(|view| view.attachment_id).collect();
            let wanted = arranged(there.clone(), |id| *id, order);
            if wanted == there {
                return Ok(());
            }
            outcome = ipc::invoke(OrderAttachments { report_id: self.report_id, order: wanted }).await;
            match &outcome {
                Ok(()) => return Ok(()),
                // Something came or went in between.
                Err(AppError::NotFound) => {}
                Err(_) => return outcome,
            }
        }
        outcome
    }

    /// Shows this order for as long as it is wanted.
    pub(super) fn show_in_order(&self, order: Vec<AttachmentId>) {
        // What was asked for before knows nothing of it.
        self.newest.ask();
        self.attachments.update(|list| *list = arranged(std::mem::take(list), |view| view.attachment_id, &order));
        *lock(&self.wanted) = Some(order);
    }

    /// The shell has it, or will not take it.
    pub(super) fn forget_order(&self, order: &[AttachmentId]) {
        let mut wanted = lock(&self.wanted);
        if wanted.as_deref() == Some(order) {
            *wanted = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_moved_and_the_others_close_up() {
        let table =
            [(1, 2, [2, 3, 1, 4]), (4, 0, [4, 1, 2, 3]), (2, 1, [1, 2, 3, 4]), (2, 9, [1, 3, 4, 2]), (3, 1, [1, 3, 2, 4])];
        for (item, to, expected) in table {
            assert_eq!(moved(&[1, 2, 3, 4], item, to), expected, "{item} to {to}");
        }
    }

    #[test]
    fn what_an_order_does_not_know_comes_last_as_it_was() {
        let id = |n: u8| AttachmentId::new(1, [n; 10]);
        let list = [5, 1, 4, 2].map(id).to_vec();
        assert_eq!(arranged(list, |id| *id, &[2, 1, 3].map(id)), [2, 1, 5, 4].map(id));
    }
}
