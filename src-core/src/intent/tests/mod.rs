//! What a citizen does with an account, against a server in memory over a link that loses what it is told to, on a
//! device whose clock the tests hold.

mod codes;
mod deletion;
mod discarded;
mod given_up;
mod leaving;
mod media;
mod passwords;
mod server;
mod signing_up;
mod similar;

use std::{
    io,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use pakn_api::{
    Timestamp,
    ipc::{AppError, CheckCode, CodePurpose, PendingCode, Register, RequestCode, SessionView},
    model::consent::ConsentPurpose,
};

use self::server::Server;
use crate::{Client, Config, Error, FileTokenStore, ambient::Ambient};

const PHONE: &str = "0912 345 678";
const PASSWORD: &str = "con mèo trèo cây cau";
const RIGHT: &str = "042 137";
const START: i64 = 1_764_000_000_000;
const MINUTE: i64 = 60_000;
const YEAR: i64 = 365 * 24 * 60 * MINUTE;

/// A device's surroundings.
struct Device {
    clock: AtomicI64,
    drawn: AtomicU64,
}

impl Ambient for Device {
    fn now(&self) -> Timestamp {
        Timestamp(self.clock.load(Ordering::Relaxed))
    }

    fn random(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        bytes[2..].copy_from_slice(&self.drawn.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        bytes
    }

    fn roll(&self) -> f64 {
        0.0
    }

    fn before_write(&self) -> io::Result<()> {
        Ok(())
    }

    fn free_bytes(&self, _: &Path) -> Option<u64> {
        None
    }
}

/// A citizen with a phone and a server to talk to.
struct Phone {
    folder: tempfile::TempDir,
    device: Arc<Device>,
    server: Arc<Server>,
    client: Mutex<Option<Client>>,
}

impl Phone {
    async fn new() -> Self {
        let phone = Self {
            folder: tempfile::tempdir().unwrap(),
            device: Arc::new(Device { clock: AtomicI64::new(START), drawn: AtomicU64::new(0) }),
            server: Arc::new(Server::default()),
            client: Mutex::default(),
        };
        phone.restart().await;
        phone
    }

    /// The app is killed and started again.
    async fn restart(&self) {
        drop(self.client.lock().unwrap_or_else(PoisonError::into_inner).take());
        let config = Config {
            data_dir: self.folder.path().to_owned(),
            server_url: "http://127.0.0.1:1".to_owned(),
            tokens: Arc::new(FileTokenStore::new(self.folder.path().join("token"))),
            device_name: None,
        };
        let client = Client::open_with(config, Arc::clone(&self.server) as _, Arc::clone(&self.device) as _).await.unwrap();
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = Some(client);
    }

    fn client(&self) -> Client {
        self.client.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap()
    }

    fn wait(&self, ms: i64) {
        self.device.clock.fetch_add(ms, Ordering::Relaxed);
    }

    async fn request(&self, purpose: CodePurpose) -> Result<PendingCode, AppError> {
        told(self.client().request_code(RequestCode { purpose, phone: PHONE.to_owned() }).await)
    }

    async fn check(&self, code: &str) -> Result<PendingCode, AppError> {
        told(self.client().check_code(CheckCode { code: code.to_owned() }).await)
    }

    async fn register(&self, password: &str) -> Result<SessionView, AppError> {
        let consents = vec![ConsentPurpose::Terms, ConsentPurpose::Reports];
        told(self.client().register(Register { password: password.to_owned(), consents }).await)
    }

    async fn session(&self) -> SessionView {
        self.client().get_session(pakn_api::ipc::GetSession {}).await.unwrap()
    }

    /// From nothing to signed in.
    async fn registered() -> Self {
        let phone = Self::new().await;
        phone.request(CodePurpose::Register).await.unwrap();
        phone.check(RIGHT).await.unwrap();
        phone.register(PASSWORD).await.unwrap();
        phone
    }
}

/// As the screens are told it.
fn told<T>(answer: Result<T, Error>) -> Result<T, AppError> {
    answer.map_err(AppError::from)
}

fn signed_in() -> SessionView {
    SessionView::SignedIn { name: String::new(), phone: PHONE.to_owned() }
}
