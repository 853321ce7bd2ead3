//! The server as a whole: everything it holds open, and its router.

use std::{sync::Arc, time::Duration};

use axum::Router;

use crate::{
    auth::{password::Checker, sign_in::SignInLimits},
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

    /// What staff and set-up do, on this server's database.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The contract's routes over this server.
    pub fn router(&self) -> Router {
        routes::router(self.shared.clone())
    }
}
