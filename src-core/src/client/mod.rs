//! [`Client`]: the one public handle of the core, and what its parts share.
//!
//! What a citizen does lives in `intent`, what the screens show in `queries`; the session and the
//! signals between the parts are here.

mod code;
mod inner;
mod jobs;
mod media;
mod outbox_view;
mod public_photo;
mod queries;
mod session;
mod sign_ins;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use pakn_api::{
    id::{AttachmentId, ReportId},
    ipc::Change,
    model::{status::ReportStatus, words::DeviceName},
};
use tokio::sync::{broadcast, mpsc};

pub(crate) use code::CheckedCode;
pub(crate) use inner::{Inner, Refusal};
pub(crate) use queries::{catalogue, draft_summary, jurisdiction};
pub(crate) use session::Session;
pub(crate) use sign_ins::SignIn;

pub use media::{Part, Wanted};

use crate::{
    ambient::{Ambient, Device},
    error::Error,
    media::Prepared,
    remote::{HttpRemote, Remote},
    secrets::TokenStore,
    store::Store,
    sync::{Trigger, engine, state::Event},
};

/// What a client is opened with.
pub struct Config {
    /// Where everything is kept; made if it is not there.
    pub data_dir: PathBuf,
    /// The PAKN server's address, unless another one was chosen in the app.
    pub server_url: String,
    /// Where the session's token is kept.
    pub tokens: Arc<dyn TokenStore>,
    /// What this device is called in the list of sessions.
    pub device_name: Option<DeviceName>,
}

/// Something worth telling a citizen who isn't looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The server has all of a report.
    Sent {
        /// Which.
        report_id: ReportId,
    },
    /// A report moved on.
    StatusChanged {
        /// Which.
        report_id: ReportId,
        /// Where it stands now.
        status: ReportStatus,
    },
}

/// A picture that is ready to be kept with a draft.
pub struct PreparedPhoto {
    /// Its new id.
    pub id: AttachmentId,
    /// The file's name, as the picker gave it.
    pub name: String,
    /// The picture.
    pub photo: Prepared,
}

/// The offline client. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
    events: Arc<Mutex<Option<mpsc::UnboundedReceiver<Event>>>>,
}

impl Client {
    /// Opens the data folder and finishes what an earlier end left half done.
    ///
    /// # Errors
    /// When the folder, the database or the token store can't be used, or the address is none.
    pub async fn open(config: Config) -> Result<Self, Error> {
        Self::assemble(config, None, Arc::new(Device)).await
    }

    /// As [`Client::open`], with a server, a clock and random bits of the caller's.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub async fn open_with(config: Config, remote: Arc<dyn Remote>, ambient: Arc<dyn Ambient>) -> Result<Self, Error> {
        Self::assemble(config, Some(remote), ambient).await
    }

    async fn assemble(config: Config, remote: Option<Arc<dyn Remote>>, ambient: Arc<dyn Ambient>) -> Result<Self, Error> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let inner = Arc::new(Inner::open(config, remote, ambient, sender).await?);
        let client = Self { inner, events: Arc::new(Mutex::new(Some(receiver))) };
        client.recover().await?;
        Ok(client)
    }

    /// The sync engine: to be spawned once, runs until the future is dropped. Only the first call's does anything.
    pub fn run(&self) -> impl Future<Output = ()> + Send + use<> {
        let events = self.events.lock().unwrap_or_else(PoisonError::into_inner).take();
        let inner = Arc::clone(&self.inner);
        async move {
            if let Some(events) = events {
                engine::run(inner, events).await;
            }
        }
    }

    /// Tells the engine that something happened.
    pub fn trigger(&self, trigger: Trigger) {
        self.inner.signal(Event::Trigger(trigger));
    }

    /// What changes, as it changes. A receiver that lags has to ask for everything again.
    #[must_use]
    pub fn changes(&self) -> broadcast::Receiver<Change> {
        self.inner.changes.subscribe()
    }

    /// What may be worth a notification.
    #[must_use]
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        self.inner.notices.subscribe()
    }

    /// The local database's schema version.
    #[must_use]
    pub const fn schema_version(&self) -> u32 {
        Store::schema_version()
    }

    /// The folder everything is kept in.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        &self.inner.data_dir
    }

    /// The PAKN server's address.
    #[must_use]
    pub fn server_url(&self) -> String {
        self.inner.server_url()
    }

    /// Talks to another server from now on. Signs out.
    ///
    /// # Errors
    /// [`Error::BadServerUrl`] when it can't be one; the old one stays.
    pub async fn set_server_url(&self, url: String) -> Result<(), Error> {
        let remote = HttpRemote::new(&url).map_err(|_| Error::BadServerUrl)?;
        self.sign_out(pakn_api::ipc::SignOut {}).await?;
        self.inner.use_server(remote).await
    }
}
