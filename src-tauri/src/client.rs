//! The one place that holds the core: opened by whoever needs it first, once.
//!
//! Opening may fail: a full device, a database from a newer version of the app. Then whoever asked is
//! told why, and the next one tries again, so that freeing some room is all it takes.

use futures::{FutureExt, future::BoxFuture};
use pakn_api::ipc::AppError;
use pakn_core::{Client, Config};
use tokio::sync::OnceCell;

/// Gives what the core is opened with.
pub type GiveConfig = Box<dyn Fn() -> Result<Config, AppError> + Send + Sync>;

/// The core, opened or not yet.
pub struct Core {
    client: OnceCell<Client>,
    config: GiveConfig,
    on_open: Box<dyn Fn(&Client) + Send + Sync>,
}

impl Core {
    /// A core that is not open yet; `on_open` is called once it is.
    pub fn new(config: GiveConfig, on_open: impl Fn(&Client) + Send + Sync + 'static) -> Self {
        Self { client: OnceCell::new(), config, on_open: Box::new(on_open) }
    }

    /// The core, opened now if it was not.
    ///
    /// # Errors
    /// Why it can't be opened.
    pub async fn client(&self) -> Result<&Client, AppError> {
        self.client.get_or_try_init(|| self.open()).await
    }

    /// The core, if it is open.
    #[must_use]
    pub fn opened(&self) -> Option<&Client> {
        self.client.get()
    }

    fn open(&self) -> BoxFuture<'_, Result<Client, AppError>> {
        async {
            let opened = match (self.config)() {
                Ok(config) => Client::open(config).await.map_err(AppError::from),
                Err(error) => Err(error),
            };
            match &opened {
                Ok(client) => (self.on_open)(client),
                Err(error) => tracing::error!(?error, "the core can't be opened"),
            }
            opened
        }
        .boxed()
    }
}
