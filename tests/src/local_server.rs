//! A PAKN server in this process, on a port of its own, that can be stopped and started again.

use std::{net::SocketAddr, path::Path};

use pakn_api::model::phone::PhoneNumber;
use pakn_server::{App, Config, Desk, restore, serve};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::server::{DEMO_PASSWORD, DEMO_PHONE};

struct Running {
    stop: oneshot::Sender<()>,
    task: JoinHandle<std::io::Result<()>>,
}

/// A server with a data folder; running or not.
pub struct LocalServer {
    config: Config,
    address: SocketAddr,
    running: Option<Running>,
}

impl LocalServer {
    /// A running server on an empty folder, with the demo account.
    ///
    /// # Errors
    /// When it can't be opened.
    pub async fn start(folder: &Path) -> anyhow::Result<Self> {
        let mut config = Config::new(folder);
        config.limits.stop_seconds = 0;
        let mut server = Self { config, address: SocketAddr::from(([127, 0, 0, 1], 0)), running: None };
        server.add_account(DEMO_PHONE, "Nguyễn Thị Thử").await?;
        server.resume().await?;
        Ok(server)
    }

    /// Its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.config.data_dir
    }

    /// Makes an account with the demo password.
    ///
    /// # Errors
    /// When it can't be made.
    pub async fn add_account(&self, phone: &str, name: &str) -> anyhow::Result<()> {
        let desk = self.desk().await?;
        desk.create_account(PhoneNumber::parse(phone)?, DEMO_PASSWORD.to_owned(), name.to_owned()).await?;
        Ok(())
    }

    /// What staff does, on the same folder.
    ///
    /// # Errors
    /// When the database can't be opened.
    pub async fn desk(&self) -> anyhow::Result<Desk> {
        Ok(Desk::open(&self.config.data_dir).await?)
    }

    /// Stops it and goes back to a backup: of what came since, it knows nothing.
    ///
    /// # Errors
    /// When the backup can't be restored.
    pub async fn go_back(&mut self, backup: &Path) -> anyhow::Result<()> {
        self.stop().await?;
        std::fs::remove_dir_all(self.data())?;
        restore(backup, self.data(), false).await?;
        Ok(())
    }

    /// Starts it (again), on the port it had.
    ///
    /// # Errors
    /// When the port is gone or the folder can't be opened.
    pub async fn resume(&mut self) -> anyhow::Result<()> {
        let app = App::open(self.config.clone()).await?;
        let listener = TcpListener::bind(self.address).await?;
        self.address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(app, listener, async {
            let _ = stopped.await;
        }));
        self.running = Some(Running { stop, task });
        Ok(())
    }

    /// Stops it, with whatever is under way.
    ///
    /// # Errors
    /// When it did not end well.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        if let Some(Running { stop, task }) = self.running.take() {
            let _ = stop.send(());
            task.await??;
        }
        Ok(())
    }
}
