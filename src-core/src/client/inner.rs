//! What the core's parts share: storage, the server, the session, and the channels between them.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, RwLock},
    time::Duration,
};

use bytes::Bytes;
use pakn_api::{
    Timestamp,
    id::AttachmentId,
    ipc::{Change, Connection, SyncView},
    model::{photo::PhotoError, video::VideoError, words::DeviceName},
};
use tokio::{
    sync::{Semaphore, broadcast, mpsc},
    time::Instant,
};

use super::{
    CheckedCode, Config, Notice,
    jobs::{Fetched, Jobs},
    session::Session,
    sign_ins::SignIns,
};
use crate::{
    ambient::Ambient,
    disk::Disk,
    error::Error,
    media::{Previews, Spool, Vault},
    outbox::flight::Flight,
    pull::Public,
    remote::{HttpRemote, Remote},
    secrets::TokenStore,
    store::{
        Place, Store, account_outbox, outbox, public_report,
        setting::{self, AccountKey, AskedCodeKey, PublicFeedKey, SentCodeKey, ServerUrlKey},
    },
    sync::{
        Trigger,
        state::{Event, Link},
    },
    tiles::TileCache,
};

const LOCK: &str = "lock";
/// How long a process that was just killed may take to let go of its files.
const LAST_BREATH: Duration = Duration::from_secs(1);
const DATABASE: &str = "kontums.db";
const VAULT: &str = "photos";
const SPOOL: &str = "incoming";
const PREVIEWS: &str = "previews";
const TILES: &str = "tiles";
/// After this long, a request to delete an account whose answer was lost has been carried out or never will be.
const DELETION_ARRIVES: Duration = Duration::from_secs(5 * 60);
const UPLOADS_AT_ONCE: usize = 4;
/// Changes that a slow listener may be behind before it has to ask for everything.
const CHANGES_KEPT: usize = 256;

struct Server {
    url: String,
    remote: Arc<dyn Remote>,
}

/// Why a file can't be used, which is found out only when it is prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Photo(PhotoError),
    Video(VideoError),
}

impl Refusal {
    /// What is wrong with the file itself, if that is what an error says.
    pub(crate) const fn of(error: &Error) -> Option<Self> {
        match error {
            Error::Photo(reason) => Some(Self::Photo(*reason)),
            Error::Video(reason) => Some(Self::Video(*reason)),
            _ => None,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Photo(reason) => Self::Photo(reason),
            Refusal::Video(reason) => Self::Video(reason),
        }
    }
}

#[derive(Default)]
pub(super) struct Live {
    pub(super) session: Option<Session>,
    sync: Option<SyncView>,
    last_contact_at: Option<Timestamp>,
    static_data_checked: Option<Instant>,
    profile_checked: Option<Instant>,
    pub(super) public: Public,
    /// How often something made the profile worth asking for again.
    profile_doubts: u64,
    /// When a deletion was last under way.
    deletion_asked: Option<Instant>,
    /// Originals that nobody is at work on: earlier processes did not survive them, or this one could not go on.
    given_up: BTreeSet<AttachmentId>,
    /// Why files that were attached could not be used after all, for whoever asks.
    refused: BTreeMap<AttachmentId, Refusal>,
    /// The code that was found right; nowhere else but here.
    pub(super) checked_code: Option<CheckedCode>,
}

/// Shared by every clone of the client and by the engine.
pub(crate) struct Inner {
    pub(crate) data_dir: PathBuf,
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) spool: Spool,
    pub(crate) previews: Previews,
    pub(crate) tiles: TileCache,
    pub(crate) ambient: Arc<dyn Ambient>,
    pub(crate) flight: Flight,
    /// Files sent side by side, over all reports: enough to fill a slow link, few enough that each gets on.
    pub(crate) uploads: Semaphore,
    /// What is being prepared.
    pub(crate) jobs: Jobs,
    /// The video that is being watched and is not on the device.
    pub(crate) fetched: Fetched,
    /// One picture is decoded at a time: each may need some hundred megabytes.
    pub(crate) one_photo: Arc<Semaphore>,
    pub(super) changes: broadcast::Sender<Change>,
    pub(super) notices: broadcast::Sender<Notice>,
    pub(super) tokens: Arc<dyn TokenStore>,
    /// What this device is called in the list of sessions.
    pub(crate) device_name: Option<DeviceName>,
    /// Accounts change one after the other.
    pub(super) accounts: tokio::sync::Mutex<()>,
    pub(super) sign_ins: SignIns,
    events: mpsc::UnboundedSender<Event>,
    server: RwLock<Server>,
    live: Mutex<Live>,
}

/// Makes the folder this process's own until the file is closed, however the process ends: at the start
/// files without a row are cleared away, and another process may be about to write their rows.
fn lock(folder: &Path) -> Result<File, Error> {
    fs::create_dir_all(folder).map_err(Error::Folder)?;
    let file = File::options().write(true).create(true).truncate(false).open(folder.join(LOCK)).map_err(Error::Folder)?;
    let asked = std::time::Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if asked.elapsed() < LAST_BREATH => std::thread::sleep(LAST_BREATH / 20),
            Err(TryLockError::WouldBlock) => return Err(Error::InUse),
            // Rust's library knows no such lock on Android (rust-lang/rust#148325), where an app's folder has
            // one process anyway.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(Error::Folder(error)),
        }
    }
}

impl Inner {
    pub(super) async fn open(
        config: Config,
        remote: Option<Arc<dyn Remote>>,
        ambient: Arc<dyn Ambient>,
        events: mpsc::UnboundedSender<Event>,
    ) -> Result<Self, Error> {
        let Config { data_dir, server_url, tokens, device_name } = config;
        let (folder, opener, disk) = (data_dir.clone(), Arc::clone(&ambient), Disk::new(Arc::clone(&ambient)));
        let opening = tokio::task::spawn_blocking(move || {
            let lock = lock(&folder)?;
            let vault = Vault::open(folder.join(VAULT), disk.clone())?;
            let spool = Spool::open(folder.join(SPOOL), disk.clone())?;
            let previews = Previews::open(folder.join(PREVIEWS), disk.clone())?;
            let place = Place {
                data_dir: &folder,
                database: DATABASE,
                vault: &vault,
                spool: &spool,
                ambient: opener.as_ref(),
                disk: &disk,
            };
            let store = Store::open(&place)?.holding(lock);
            Ok::<_, Error>((store, vault, spool, previews))
        });
        let (store, vault, spool, previews) = opening.await.map_err(|_| Error::Bug("opening was cut short"))??;
        let unread = store.read(account_outbox::illegible).await?;
        if !unread.is_empty() {
            // Without room for it, the next start does it.
            let released = store.write(move |tx| account_outbox::release_from(tx, &unread)).await;
            released.unwrap_or_else(|error| tracing::error!(%error, "reports wait on for what can't be read"));
        }
        let (chosen, last_seq) = store.read(|db| Ok((setting::get::<ServerUrlKey>(db)?, outbox::last_seq(db)?))).await?;
        let server = match remote {
            Some(remote) => Server { url: server_url, remote },
            None => {
                let chosen = chosen.and_then(|url| {
                    let usable = HttpRemote::new(&url);
                    usable.inspect_err(|_| tracing::warn!("the chosen server's address can't be used any more")).ok()
                });
                let remote = chosen.map_or_else(|| HttpRemote::new(&server_url), Ok).map_err(|_| Error::BadServerUrl)?;
                Server { url: remote.base_url().to_owned(), remote: Arc::new(remote) }
            }
        };
        let session = Session::kept(&store, tokens.as_ref(), &server.remote).await?;
        let tiles = TileCache::new(data_dir.join(TILES), Disk::new(Arc::clone(&ambient)));
        Ok(Self {
            data_dir,
            store,
            vault,
            spool,
            previews,
            tiles,
            ambient,
            flight: Flight::new(last_seq),
            uploads: Semaphore::new(UPLOADS_AT_ONCE),
            jobs: Jobs::default(),
            fetched: Fetched::default(),
            one_photo: Arc::new(Semaphore::new(1)),
            changes: broadcast::Sender::new(CHANGES_KEPT),
            notices: broadcast::Sender::new(CHANGES_KEPT),
            tokens,
            device_name,
            accounts: tokio::sync::Mutex::default(),
            sign_ins: SignIns::default(),
            events,
            server: RwLock::new(server),
            live: Mutex::new(Live { session, ..Live::default() }),
        })
    }

    pub(super) fn live(&self) -> std::sync::MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tell(&self, change: Change) {
        // Nobody listening is fine: whoever comes later asks for everything.
        let _ = self.changes.send(change);
    }

    /// Where changes are told, for who outlives a borrow.
    pub(crate) fn changes(&self) -> broadcast::Sender<Change> {
        self.changes.clone()
    }

    pub(crate) fn notice(&self, notice: Notice) {
        let _ = self.notices.send(notice);
    }

    /// Something may leave that could not before.
    pub(crate) fn trigger_sending(&self) {
        self.signal(Event::Trigger(Trigger::Submitted));
    }

    pub(crate) fn signal(&self, event: Event) {
        let _ = self.events.send(event);
    }

    pub(crate) fn remote(&self) -> Arc<dyn Remote> {
        Arc::clone(&self.server.read().unwrap_or_else(PoisonError::into_inner).remote)
    }

    pub(crate) fn server_url(&self) -> String {
        self.server.read().unwrap_or_else(PoisonError::into_inner).url.clone()
    }

    pub(super) async fn use_server(&self, remote: HttpRemote) -> Result<(), Error> {
        let url = remote.base_url().to_owned();
        let kept = url.clone();
        let change = move |tx: &rusqlite::Transaction<'_>| {
            // A code is worth something only where it came from.
            setting::clear::<SentCodeKey>(tx)?;
            setting::clear::<AskedCodeKey>(tx)?;
            // And what is public there is not what is public here.
            public_report::clear(tx)?;
            setting::clear::<PublicFeedKey>(tx)?;
            setting::set::<ServerUrlKey>(tx, &kept)
        };
        self.store.write(change).await?;
        *self.server.write().unwrap_or_else(PoisonError::into_inner) = Server { url, remote: Arc::new(remote) };
        {
            let mut live = self.live();
            live.static_data_checked = None;
            live.public = Public::default();
        }
        self.forget_previews().await;
        self.tell(Change::Similar);
        Ok(())
    }

    /// When what is public was asked for, for as long as the app runs.
    pub(crate) fn with_public<T>(&self, look: impl FnOnce(&mut Public) -> T) -> T {
        look(&mut self.live().public)
    }

    /// What is followed is asked for again at the next pull.
    pub(crate) fn follows_are_stale(&self) {
        self.with_public(Public::doubt_follows);
    }

    pub(crate) fn static_data_checked(&self) -> Option<Instant> {
        self.live().static_data_checked
    }

    pub(crate) fn checked_static_data(&self, at: Instant) {
        self.live().static_data_checked = Some(at);
    }

    /// These pictures are not prepared by themselves any more.
    pub(crate) fn give_up(&self, pictures: impl IntoIterator<Item = AttachmentId>) {
        self.live().given_up.extend(pictures);
    }

    /// The citizen wants a picture tried again, if it was given up.
    pub(crate) fn take_up(&self, picture: AttachmentId) {
        if self.live().given_up.remove(&picture) {
            self.tell(Change::Drafts);
        }
    }

    pub(crate) fn is_given_up(&self, picture: AttachmentId) -> bool {
        self.live().given_up.contains(&picture)
    }

    /// A file that was attached can't be used after all.
    pub(crate) fn refuse(&self, file: AttachmentId, refusal: Refusal) {
        self.live().refused.insert(file, refusal);
    }

    /// Why a file that was attached to a draft is not there any more, if that was not the citizen's doing.
    pub(crate) fn refusal(&self, file: AttachmentId) -> Option<Refusal> {
        self.live().refused.get(&file).copied()
    }

    pub(crate) fn profile_checked(&self) -> Option<Instant> {
        self.live().profile_checked
    }

    /// What made the profile worth asking for, to be handed to [`Inner::checked_profile`].
    pub(crate) fn profile_doubts(&self) -> u64 {
        self.live().profile_doubts
    }

    /// The profile is known as of `at`, unless something has made it doubtful since it was asked for.
    pub(crate) fn checked_profile(&self, doubts: u64, at: Instant) {
        let mut live = self.live();
        if live.profile_doubts == doubts {
            live.profile_checked = Some(at);
        }
    }

    /// The profile is asked for again at the next pull.
    pub(crate) fn profile_is_stale(&self) {
        let mut live = self.live();
        live.profile_checked = None;
        live.profile_doubts += 1;
    }

    /// A request to delete an account is about to leave, or has ended.
    pub(crate) fn deletion_is_asked(&self) {
        self.live().deletion_asked = Some(Instant::now());
    }

    /// Whether what is asked at `asked` is asked after every deletion has come to something, as far as this process knows.
    pub(crate) fn is_past_deletion(&self, asked: Instant) -> bool {
        self.live().deletion_asked.is_none_or(|deletion| asked.saturating_duration_since(deletion) > DELETION_ARRIVES)
    }

    /// Fields and jurisdiction are asked for again at the next pull.
    pub(crate) fn forget_static_data(&self) {
        self.live().static_data_checked = None;
    }

    pub(crate) async fn vault_read(self: &Arc<Self>, id: AttachmentId) -> Result<Bytes, Error> {
        let inner = Arc::clone(self);
        let read = tokio::task::spawn_blocking(move || inner.vault.read(id));
        Ok(Bytes::from(read.await.map_err(|_| Error::Bug("reading was cut short"))??))
    }

    /// How it stands with the server, from the engine's point of view at `now`.
    pub(crate) async fn sync_view(&self, link: &Link, now: u64) -> Result<SyncView, Error> {
        let wall = self.ambient.now();
        let (connection, next_try_at) = match *link {
            Link::Unknown => (Connection::Unknown, None),
            Link::Up => (Connection::Online, None),
            Link::Down { trouble, retry_at, .. } => {
                let wait = i64::try_from(retry_at.saturating_sub(now)).unwrap_or(i64::MAX);
                (if trouble { Connection::ServerTrouble } else { Connection::Offline }, Some(wall.plus_ms(wait)))
            }
        };
        let (waiting, parked) = self
            .store
            .read(|db| {
                let account = setting::get::<AccountKey>(db)?;
                outbox::count(db, account.map(|a| a.user_id))
            })
            .await?;
        let mut live = self.live();
        if connection == Connection::Online && live.sync.as_ref().is_none_or(|s| s.connection != Connection::Online) {
            live.last_contact_at = Some(wall);
        }
        let sending = u32::try_from(self.flight.count()).unwrap_or(u32::MAX);
        Ok(SyncView { connection, waiting, sending, parked, next_try_at, last_contact_at: live.last_contact_at })
    }

    /// Keeps the newest view; answers whether it differs from the one before.
    pub(crate) fn replace_sync(&self, view: &SyncView) -> bool {
        let mut live = self.live();
        let differs = live.sync.as_ref() != Some(view);
        live.sync = Some(view.clone());
        differs
    }

    pub(super) fn last_sync(&self) -> Option<SyncView> {
        self.live().sync.clone()
    }
}
