//! Changing what is attached already: its order, parts that nobody shall recognise, a video's poster.

use std::{collections::BTreeSet, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use pakn_api::{
    id::{AttachmentId, ReportId},
    ipc::{AttachmentView, BlurAttachment, CHUNK_BYTES, Change, OrderAttachments, SetPoster},
    model::{
        photo::PhotoError,
        report::{MediaKind, MediaRef},
    },
};
use rusqlite::Connection;

use super::draft::{medium, remove_files};
use crate::{
    Client,
    ambient::new_id,
    error::Error,
    media,
    store::{
        self,
        attachment::{self, Attachment},
        draft, outbox,
    },
};

impl Client {
    /// Puts a draft's attachments into another order.
    ///
    /// # Errors
    /// [`Error::NotFound`] when these are not all of them, [`Error::NotEditable`] once it is in the outbox.
    pub async fn order_attachments(&self, args: OrderAttachments) -> Result<(), Error> {
        let OrderAttachments { report_id, order } = args;
        let ordered = self.inner.store.write(move |tx| {
            if let Err(error) = of_draft(tx, report_id)? {
                return Ok(Err(error));
            }
            let there: BTreeSet<_> = attachment::of_report(tx, report_id)?.iter().map(|a| a.id).collect();
            let named: BTreeSet<_> = order.iter().copied().collect();
            if there != named || named.len() != order.len() {
                return Ok(Err(Error::NotFound));
            }
            attachment::order(tx, report_id, &order).map(Ok)
        });
        ordered.await??;
        self.inner.tell(Change::Drafts);
        Ok(())
    }

    /// Makes parts of a picture unrecognisable: a new file takes the old one's place, and the old one goes. Without a
    /// part to blur, everything stays.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such picture that is ready, [`Error::NotEditable`] once its report is in the
    /// outbox, [`crate::StoreError::Full`] without room for it.
    pub async fn blur_attachment(&self, args: BlurAttachment) -> Result<AttachmentView, Error> {
        let BlurAttachment { attachment_id: old, areas } = args;
        let new = new_id!(self.inner.ambient, AttachmentId);
        let gate = self.inner.one_photo.acquire().await.map_err(|_| Error::Bug("the photo gate is closed"))?;
        let found = self.inner.store.read(move |db| ready(db, old, |kind| !kind.is_video())).await??;
        let inner = Arc::clone(&self.inner);
        let blurring = tokio::task::spawn_blocking(move || {
            let Some(blurred) = media::blur::blur(&inner.vault.read(old)?, &areas)? else { return Ok(None) };
            inner.vault.put_all(&[(new, &blurred.jpeg)])?;
            Ok::<_, Error>(Some(medium(&blurred)))
        });
        let blurred = blurring.await.map_err(|_| Error::Photo(PhotoError::Damaged))?;
        drop(gate);
        let Some(medium) = blurred? else { return Ok(found.view()) };
        let replaced = self.inner.store.write(move |tx| match ready(tx, old, |kind| !kind.is_video())? {
            Ok(_) => attachment::replace(tx, old, new, &medium).map(Ok),
            Err(error) => Ok(Err(error)),
        });
        // An error of the store's may hide that it is replaced: then the next start decides which file goes.
        let replaced = replaced.await?;
        remove_files(&self.inner, vec![if replaced.is_ok() { old } else { new }]).await;
        replaced?;
        self.inner.tell(Change::Drafts);
        self.view(new).await
    }

    /// Gives a video a picture to stand for it, prepared as every picture. It stays on the device.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such video that is ready, [`Error::NotEditable`] once its report is in the
    /// outbox, [`Error::Photo`] when the picture can't be used.
    pub async fn set_poster(&self, args: SetPoster) -> Result<AttachmentView, Error> {
        let SetPoster { attachment_id: id, base64 } = args;
        if base64.len() / 4 * 3 > CHUNK_BYTES + 2 {
            return Err(PhotoError::TooManyBytes.into());
        }
        let poster = new_id!(self.inner.ambient, AttachmentId);
        self.inner.store.read(move |db| ready(db, id, MediaKind::is_video)).await??;
        let gate = self.inner.one_photo.acquire().await.map_err(|_| Error::Bug("the photo gate is closed"))?;
        let inner = Arc::clone(&self.inner);
        let preparing = tokio::task::spawn_blocking(move || {
            let bytes = STANDARD.decode(base64).map_err(|_| Error::Photo(PhotoError::NotAPicture))?;
            let picture = media::prepare(&bytes, "")?;
            inner.vault.put_all(&[(poster, &picture.jpeg)])?;
            Ok::<_, Error>(())
        });
        preparing.await.map_err(|_| Error::Photo(PhotoError::Damaged))??;
        drop(gate);
        let set = self.inner.store.write(move |tx| {
            Ok(match ready(tx, id, MediaKind::is_video)? {
                Ok(found) => {
                    attachment::set_poster(tx, id, poster)?;
                    Ok(found.poster)
                }
                Err(error) => Err(error),
            })
        });
        let (outcome, unnamed) = match set.await? {
            Ok(before) => (Ok(()), before),
            Err(error) => (Err(error), Some(poster)),
        };
        remove_files(&self.inner, unnamed.into_iter().collect()).await;
        outcome?;
        // The small copy is of the poster before.
        let previews = self.inner.previews.clone();
        let forgetting = tokio::task::spawn_blocking(move || previews.remove(&[id]));
        forgetting.await.map_err(|_| Error::Bug("removing was cut short"))??;
        self.inner.tell(Change::Drafts);
        self.view(id).await
    }

    async fn view(&self, id: AttachmentId) -> Result<AttachmentView, Error> {
        let found = self.inner.store.read(move |db| attachment::get(db, id)).await?;
        found.map(|found| found.view()).ok_or(Error::NotFound)
    }
}

fn of_draft(db: &Connection, report_id: ReportId) -> store::Result<Result<(), Error>> {
    if draft::get(db, report_id)?.is_some() {
        return Ok(Ok(()));
    }
    Ok(Err(if outbox::of_report(db, report_id)?.is_some() { Error::NotEditable } else { Error::NotFound }))
}

/// A draft's file that is ready and of a kind.
fn ready(db: &Connection, id: AttachmentId, of: impl Fn(MediaKind) -> bool) -> store::Result<Result<Attachment, Error>> {
    let Some(found) = attachment::get(db, id)? else { return Ok(Err(Error::NotFound)) };
    if let Err(error) = of_draft(db, found.report_id)? {
        return Ok(Err(error));
    }
    let is_one = found.medium().is_some_and(|MediaRef { kind, .. }| of(kind));
    Ok(if is_one { Ok(found) } else { Err(Error::NotFound) })
}
