//! The server as a whole: everything it holds open, and its router.

use std::{
    ops::Deref,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::Router;
use pakn_api::model::phone::PhoneNumber;

use crate::{
    auth::{limit::Limit, password::Checker, peer::Peer},
    config::{Config, Limits},
    db::{Db, DbError},
    desk::{Desk, DeskError},
    folder,
    media::MediaFolder,
    routes,
};

/// An opened server: its database and its media folder. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App {
    shared: Shared,
    desk: Desk,
}

/// What handlers share.
pub(crate) type Shared = Arc<State>;

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) config: Config,
    pub(crate) db: Db,
    pub(crate) media: MediaFolder,
    pub(crate) passwords: Checker,
    pub(crate) sign_in_limits: SignInLimits,
}

/// How often signing in may be tried; see [`Limit`].
#[derive(Debug)]
pub(crate) struct SignInLimits {
    number_from_peer: Limit<(PhoneNumber, Peer)>,
    number: Limit<PhoneNumber>,
    peer: Limit<Peer>,
}

impl SignInLimits {
    fn new(limits: &Limits) -> Self {
        let (burst, refill) = (limits.sign_in_burst, Duration::from_secs(limits.sign_in_refill_seconds.max(1)));
        Self {
            number_from_peer: Limit::new(burst, refill),
            number: Limit::new(burst.saturating_mul(10), refill / 10),
            peer: Limit::new(burst.saturating_mul(10), refill / 10),
        }
    }

    /// Takes one try of this number from this address, or says how long to wait.
    pub(crate) fn take(&self, number: &PhoneNumber, peer: Peer, now: Instant) -> Result<(), Duration> {
        self.number_from_peer.take(&(number.clone(), peer), now)?;
        self.number.take(number, now)?;
        self.peer.take(&peer, now)
    }

    /// Gives back what a right password took.
    pub(crate) fn give_back(&self, number: &PhoneNumber, peer: Peer) {
        self.number_from_peer.give_back(&(number.clone(), peer));
        self.number.give_back(number);
        self.peer.give_back(&peer);
    }
}

impl App {
    /// Opens the data folder, which is made when missing; the database is brought up to date and half-done
    /// uploads of an earlier run are removed. While another server has the folder, this waits for
    /// `limits.start_seconds`.
    ///
    /// # Errors
    /// [`DeskError::FolderInUse`] when that was not enough, [`DeskError::Db`] when the folder or the database can't be used.
    pub async fn open(config: Config) -> Result<Self, DeskError> {
        folder::make(&config.data_dir).map_err(DbError::from)?;
        let patience = Duration::from_secs(config.limits.start_seconds);
        let lock = folder::lock(&config.data_dir, patience).await.map_err(DbError::from)?.ok_or(DeskError::FolderInUse)?;
        let desk = Desk::open(&config.data_dir).await?;
        let root = config.data_dir.join("media");
        let opening = tokio::task::spawn_blocking(move || MediaFolder::open(root, lock)).await;
        let media = opening.unwrap_or_else(|broken| Err(std::io::Error::other(broken))).map_err(DbError::from)?;
        let shared = Arc::new(State {
            db: desk.db().clone(),
            media,
            passwords: Checker::new(config.limits.password_checks),
            sign_in_limits: SignInLimits::new(&config.limits),
            config,
        });
        Ok(Self { shared, desk })
    }

    #[cfg(test)]
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.shared.config.limits
    }

    /// The contract's routes over this server.
    pub fn router(&self) -> Router {
        routes::router(self.shared.clone())
    }
}

/// What staff and set-up do, on this server's database.
impl Deref for App {
    type Target = Desk;
    fn deref(&self) -> &Desk {
        &self.desk
    }
}
