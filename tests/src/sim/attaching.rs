//! What a citizen does with a draft's pictures, and what each answer promises.

use anyhow::{Context as _, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use pakn_api::{
    id::{AttachmentId, ReportId},
    ipc::{AttachBegin, AttachChunk, AttachFinish, RemoveAttachment},
};
use pakn_core::Error;

use super::{
    life::{Did, End, Life},
    oracle::Kept,
    pictures::{Picture, in_gallery, ready},
};

impl Life<'_> {
    /// Puts a picture that is ready into a draft.
    pub(super) async fn picture(&mut self, report_id: ReportId, of: u8) -> anyhow::Result<End> {
        self.run.named += 1;
        let [a, b, c, d, e, f, g, h] = self.run.named.to_be_bytes();
        let (picture, prepared) = ready(AttachmentId::new(1, [0xa, 0, a, b, c, d, e, f, g, h]), of)?;
        let promise = self.promise(report_id)?;
        let Kept::Draft(form) = promise.kept.clone() else { return Ok(End::Over) };
        if promise.may_have(picture.hash) {
            return Ok(End::Over);
        }
        let client = self.client()?;
        let did = self.does(client.keep_draft(report_id, form, vec![prepared])).await?;
        match did {
            Did::Done(_) => self.promise(report_id)?.pictures.push(picture),
            Did::Refused(error) => bail!("a picture can't be kept: {error}"),
            Did::Unsure | Did::Died => {
                self.promise(report_id)?.loose.push(picture);
                return self.unsure(&did).await;
            }
        }
        Ok(End::Over)
    }

    /// Takes a picture from the gallery, as the screen does: announced, in pieces, finished.
    pub(super) async fn gallery(&mut self, report_id: ReportId, of: u8, pieces: u8) -> anyhow::Result<End> {
        let client = self.client()?;
        let (source, hash, bytes) = in_gallery(of)?;
        if self.promise(report_id)?.may_have(hash) {
            return Ok(End::Over);
        }
        let begin = AttachBegin { report_id, name: "ảnh.jpg".to_owned(), bytes: source.len() as u64 };
        let did = self.does(client.attach_begin(begin)).await?;
        let attachment_id = match did {
            Did::Done(id) => id,
            Did::Refused(Error::Vault(_)) => return Ok(End::Over),
            Did::Refused(error) => bail!("a picture can't be announced: {error}"),
            Did::Unsure | Did::Died => return self.unsure(&did).await,
        };
        self.promise(report_id)?.loose.push(Picture { id: attachment_id, hash, bytes });
        let mut offset = 0;
        for piece in source.chunks(source.len().div_ceil(usize::from(pieces.max(1)))) {
            let chunk = AttachChunk { attachment_id, offset, base64: STANDARD.encode(piece) };
            let did = self.does(client.attach_chunk(chunk)).await?;
            match did {
                Did::Done(()) => offset += piece.len() as u64,
                Did::Refused(error) => bail!("a piece of a picture is refused: {error}"),
                Did::Unsure | Did::Died => return self.unsure(&did).await,
            }
        }
        let did = self.does(client.attach_finish(AttachFinish { attachment_id })).await?;
        match did {
            Did::Done(_) => {
                let promise = self.promise(report_id)?;
                let at = promise.loose.iter().position(|p| p.id == attachment_id).context("a picture that was announced")?;
                let picture = promise.loose.remove(at);
                promise.pictures.push(picture);
                Ok(End::Over)
            }
            Did::Refused(error) => bail!("a sound picture is refused: {error}"),
            Did::Unsure | Did::Died => self.unsure(&did).await,
        }
    }

    pub(super) async fn remove_picture(&mut self, report_id: ReportId, of: u8) -> anyhow::Result<End> {
        let promise = self.promise(report_id)?;
        if promise.pictures.is_empty() {
            return Ok(End::Over);
        }
        let at = usize::from(of) % promise.pictures.len();
        let picture = promise.pictures.remove(at);
        let attachment_id = picture.id;
        promise.loose.push(picture);
        let client = self.client()?;
        let did = self.does(client.remove_attachment(RemoveAttachment { attachment_id })).await?;
        match did {
            Did::Done(()) => self.promise(report_id)?.loose.retain(|p| p.id != attachment_id),
            Did::Refused(error) => bail!("a draft's picture can't be removed: {error}"),
            Did::Unsure | Did::Died => return self.unsure(&did).await,
        }
        Ok(End::Over)
    }
}
