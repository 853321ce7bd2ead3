//! The server as a whole: everything it holds open, and its router.

use std::{sync::Arc, time::Duration};

use axum::Router;
use pakn_api::{
    Timestamp,
    id::{SessionId, UserId},
};

use crate::{
    auth::{own_limits::OwnLimits, password::Checker, sign_in::SignInLimits, visitor::VisitorLimits},
    clock::Clock,
    codes::Codes,
    config::{Config, Limits},
    db::{Db, DbError},
    desk::{Desk, DeskError},
    folder,
    gateway::sms,
    media::MediaFolder,
    routes,
    signing::Signing,
    sweep::{self, Swept},
    uploads::Uploads,
};

/// An opened server: its database, its media folder and the uploads under way. Cheap to clone.
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
    pub(crate) signing: Signing,
    pub(crate) uploads: Uploads,
    pub(crate) passwords: Checker,
    pub(crate) sign_in_limits: SignInLimits,
    pub(crate) own_limits: OwnLimits<SessionId>,
    pub(crate) report_limits: OwnLimits<UserId>,
    pub(crate) consent_limits: OwnLimits<UserId>,
    pub(crate) visitor_limits: VisitorLimits,
    pub(crate) clock: Clock,
    pub(crate) codes: Codes,
    pub(crate) sms: sms::Sending,
}

impl App {
    /// Opens the data folder, which is made when missing; the database is brought up to date and unfinished
    /// uploads of an earlier run can go on. While another server has the folder, this waits for
    /// `limits.start_seconds`.
    ///
    /// # Errors
    /// [`DeskError::Config`] when the settings don't go together, [`DeskError::FolderInUse`] when that was not enough,
    /// [`DeskError::Db`] when the folder or the database can't be used, [`DeskError::Key`] when there is no key to sign
    /// receipts with.
    pub async fn open(config: Config) -> Result<Self, DeskError> {
        config.check()?;
        let gateway = sms::gateway(&config.sms, &config.data_dir)?;
        folder::make(&config.data_dir).map_err(DbError::from)?;
        let patience = Duration::from_secs(config.limits.start_seconds);
        let lock = folder::lock(&config.data_dir, patience).await.map_err(DbError::from)?.ok_or(DeskError::FolderInUse)?;
        let desk = Desk::open(&config.data_dir).await?;
        desk.set_publish(config.publish).await?;
        let signing = Signing::open(&config.data_dir, desk.db()).await?;
        let root = config.data_dir.join(folder::MEDIA);
        let per_user = config.limits.uploads_per_user;
        let settings = config.clone();
        let opening = tokio::task::spawn_blocking(move || {
            let media = MediaFolder::open(root, lock)?;
            let uploads = Uploads::open(media.incoming(), per_user)?;
            Ok((media, uploads, Codes::open(&settings)?))
        });
        let opened = opening.await.unwrap_or_else(|broken| Err(std::io::Error::other(broken)));
        let (media, uploads, codes) = opened.map_err(DbError::from)?;
        let shared = Arc::new(State {
            db: desk.db().clone(),
            media,
            signing,
            uploads,
            passwords: Checker::new(config.limits.password_checks),
            sign_in_limits: SignInLimits::new(&config.limits),
            own_limits: OwnLimits::passwords(&config.limits),
            report_limits: OwnLimits::reports(&config.limits),
            consent_limits: OwnLimits::consents(&config.limits),
            visitor_limits: VisitorLimits::new(&config.limits),
            clock: Clock::default(),
            codes,
            sms: sms::Sending::new(gateway, &config.sms),
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

    /// How many connections one address may have: any number where all come from a proxy.
    pub(crate) fn connections_per_address(&self) -> usize {
        let Config { behind_proxy, limits, .. } = &self.shared.config;
        if *behind_proxy { usize::MAX } else { limits.connections_per_address.max(1) }
    }

    /// What staff and set-up do, on this server's database.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The clock that codes, sessions and their limits go by.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.shared.clock
    }

    /// Puts away what has outlived its time as of `now` (`limits.operation_days`, `orphan_days`, `upload_hours`, `session_idle_days`).
    ///
    /// # Errors
    /// When the database or the folder can't be read or written; what is left is found the next time.
    pub async fn sweep(&self, now: Timestamp) -> Result<Swept, DbError> {
        sweep::once(&self.shared, now).await
    }

    /// The contract's routes over this server.
    pub fn router(&self) -> Router {
        routes::router(self.shared.clone())
    }
}
