//! A citizen with a phone: the real core on a folder, against a server at an address.

use std::{path::Path, sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::STANDARD};
use pakn_api::{
    Timestamp,
    id::{AttachmentId, ReportId},
    ipc::{
        AttachBegin, AttachChunk, AttachFinish, CHUNK_BYTES, CreateDraft, ListReports, SaveDraft, SignIn, Submit, Whereabouts,
    },
    model::{
        catalogue::{FieldCode, SubjectCode},
        place::{Place, PlaceSource, Position},
        report::ReportForm,
    },
};
use pakn_core::{
    Client, Config, FileTokenStore, Trigger,
    ambient::{Ambient, Device},
    remote::{HttpRemote, Remote},
};

use crate::{
    server::{DEMO_PASSWORD, DEMO_PHONE},
    wait::until,
};

/// A running client with its engine. Dropping it is what a killed app is to the data folder.
pub struct Citizen {
    /// The core.
    pub client: Client,
    engine: tokio::task::JoinHandle<()>,
}

impl Citizen {
    /// Opens the folder, talking to `url` directly.
    ///
    /// # Errors
    /// When it can't be opened.
    pub async fn open(folder: &Path, url: &str) -> anyhow::Result<Self> {
        let remote = HttpRemote::new(url)?;
        Self::open_through(folder, Arc::new(remote)).await
    }

    /// Opens the folder, talking through `remote`.
    ///
    /// # Errors
    /// When it can't be opened.
    pub async fn open_through(folder: &Path, remote: Arc<dyn Remote>) -> anyhow::Result<Self> {
        Self::open_among(folder, remote, Arc::new(Device)).await
    }

    /// Opens the folder, talking through `remote`, on a device of the caller's.
    ///
    /// # Errors
    /// When it can't be opened; the core's own error if that is why.
    pub async fn open_among(folder: &Path, remote: Arc<dyn Remote>, ambient: Arc<dyn Ambient>) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        // What a dropped citizen's threads are at, they still finish; a process that died has none.
        let free = async || match Client::open_with(config(folder), Arc::clone(&remote), Arc::clone(&ambient)).await {
            Err(pakn_core::Error::InUse) => Ok(None),
            opened => Ok(Some(opened?)),
        };
        let (client, _) = until("the data folder is free", Duration::from_secs(20), free).await?;
        let engine = tokio::spawn(client.run());
        client.trigger(Trigger::Started);
        Ok(Self { client, engine })
    }

    /// Signs in with the demo account.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_in(&self) -> anyhow::Result<()> {
        self.sign_in_as(DEMO_PHONE, DEMO_PASSWORD).await
    }

    /// Signs in.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_in_as(&self, phone: &str, password: &str) -> anyhow::Result<()> {
        self.client.sign_in(SignIn { phone: phone.to_owned(), password: password.to_owned() }).await?;
        Ok(())
    }

    /// Writes a complete draft with pictures.
    ///
    /// # Errors
    /// When it can't be kept.
    pub async fn draft(&self, title: &str, photos: &[Vec<u8>]) -> anyhow::Result<ReportId> {
        let report_id = self.client.create_draft(CreateDraft { field: None }).await?.report_id;
        self.client.save_draft(SaveDraft { report_id, form: form(title)? }).await?;
        for photo in photos {
            self.attach(report_id, "ảnh.jpg", photo).await?;
        }
        Ok(report_id)
    }

    /// Attaches a picture as the screen does: announced, in chunks, finished.
    ///
    /// # Errors
    /// What the core says of it.
    pub async fn attach(&self, report_id: ReportId, name: &str, photo: &[u8]) -> Result<AttachmentId, pakn_core::Error> {
        let begin = AttachBegin { report_id, name: name.to_owned(), bytes: photo.len() as u64 };
        let attachment_id = self.client.attach_begin(begin).await?;
        let mut offset = 0;
        for chunk in photo.chunks(CHUNK_BYTES) {
            self.client.attach_chunk(AttachChunk { attachment_id, offset, base64: STANDARD.encode(chunk) }).await?;
            offset += chunk.len() as u64;
        }
        self.client.attach_finish(AttachFinish { attachment_id }).await?;
        Ok(attachment_id)
    }

    /// Writes and sends a report.
    ///
    /// # Errors
    /// When it can't be kept or is not complete.
    pub async fn report(&self, title: &str, photos: &[Vec<u8>]) -> anyhow::Result<ReportId> {
        let report_id = self.draft(title, photos).await?;
        self.client.submit(Submit { report_id }).await?;
        Ok(report_id)
    }

    /// Where a report is.
    ///
    /// # Errors
    /// When it isn't listed.
    pub async fn whereabouts(&self, report_id: ReportId) -> anyhow::Result<Whereabouts> {
        let listed = self.client.list_reports(ListReports {}).await?;
        let found = listed.into_iter().find(|r| r.report_id == report_id);
        Ok(found.ok_or_else(|| anyhow::anyhow!("{report_id} is not listed"))?.whereabouts)
    }

    /// Waits until everything that was sent has arrived.
    ///
    /// # Errors
    /// When it takes longer than `limit`, or something is parked.
    pub async fn until_all_sent(&self, limit: Duration) -> anyhow::Result<Duration> {
        let all_sent = async || {
            let reports = self.client.list_reports(ListReports {}).await?;
            for report in &reports {
                if let Whereabouts::Parked { reason } = &report.whereabouts {
                    anyhow::bail!("{} is parked: {reason:?}", report.report_id);
                }
            }
            Ok(reports.iter().all(|r| matches!(r.whereabouts, Whereabouts::Sent { .. })).then_some(()))
        };
        Ok(until("everything sent", limit, all_sent).await?.1)
    }
}

impl Drop for Citizen {
    fn drop(&mut self) {
        self.engine.abort();
    }
}

/// Waits until nothing of a citizen that was dropped writes into its folder any more.
///
/// # Errors
/// When that takes too long.
pub async fn until_let_go(folder: &Path) -> anyhow::Result<()> {
    let lock = std::fs::File::open(folder.join("lock"))?;
    let free = async || match lock.try_lock() {
        Ok(()) => Ok(Some(())),
        Err(std::fs::TryLockError::WouldBlock) => Ok(None),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    };
    until("the data folder is let go", Duration::from_secs(20), free).await.map(drop)
}

/// What a core is opened with that keeps everything in one folder.
#[must_use]
pub fn config(folder: &Path) -> Config {
    Config {
        data_dir: folder.to_owned(),
        server_url: "http://127.0.0.1:1".to_owned(),
        tokens: Arc::new(FileTokenStore::new(folder.join("token"))),
        device_name: None,
    }
}

/// A complete form about rubbish by the river.
///
/// # Errors
/// Never with these values.
pub fn form(title: &str) -> anyhow::Result<ReportForm> {
    let seen = Timestamp(1_764_000_000_000);
    Ok(ReportForm {
        field: Some(FieldCode::parse("moi-truong")?),
        subject: Some(SubjectCode::parse("xa-rac")?),
        title: title.to_owned(),
        content: "Bãi rác tự phát bên bờ sông Đăk Bla, mùi hôi cả ngày lẫn đêm.".to_owned(),
        happened_at: Some(seen),
        place: Some(Place { position: Position::new(14.3497, 108.0005, 12.0)?, source: PlaceSource::Device, taken_at: seen }),
        truth_confirmed: true,
        ..ReportForm::default()
    })
}
