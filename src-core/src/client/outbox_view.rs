//! What the screens show of what still has to leave.

use pakn_api::ipc::{FileProgress, ListOutbox, OutboxItem};
use rusqlite::Connection as Db;

use super::{
    Client, Inner,
    queries::{media_of, whereabouts},
};
use crate::{
    error::Error,
    store::{
        self,
        outbox::{self, Operation, OutboxRow},
        setting::{self, AccountKey},
        upload,
    },
};

impl Client {
    /// Everything that still has to leave, in the order it was sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_outbox(&self, _: ListOutbox) -> Result<Vec<OutboxItem>, Error> {
        let inner = self.inner.clone();
        let signed_in = inner.session().is_some();
        let list = move |db: &Db| {
            let user_id = setting::get::<AccountKey>(db)?.map(|a| a.user_id);
            let rows = outbox::list(db, user_id)?;
            rows.iter().rev().map(|row| item(db, &inner, row, signed_in)).collect()
        };
        Ok(self.inner.store.read(list).await?)
    }
}

fn item(db: &Db, inner: &Inner, row: &OutboxRow, signed_in: bool) -> store::Result<OutboxItem> {
    let Operation::CreateReport { submission } = &row.operation;
    let mut files = Vec::new();
    for (medium, shown) in submission.media.iter().zip(media_of(db, row.report_id, submission)?) {
        let photo = shown.path;
        let sent_bytes = match inner.flight.of_file(row.report_id, medium.sha256) {
            Some(sent) => sent,
            None if inner.flight.is_stored(medium.sha256) => medium.bytes,
            None => match (row.user_id, photo.parse()) {
                (Some(user), Ok(id)) => upload::get(db, user, id)?.map_or(0, |kept| kept.offset),
                (None, _) | (_, Err(_)) => 0,
            },
        };
        files.push(FileProgress { photo, sent_bytes, total_bytes: medium.bytes });
    }
    Ok(OutboxItem {
        report_id: row.report_id,
        title: submission.title.as_str().to_owned(),
        field: submission.field.clone(),
        submitted_at: submission.submitted_at,
        whereabouts: whereabouts(inner, row, signed_in),
        surely_unsent: row.is_surely_unsent(),
        files,
    })
}
