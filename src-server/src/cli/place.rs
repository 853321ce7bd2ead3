//! Which data folder a command is about.

use std::path::PathBuf;

use clap::Args;
use pakn_server::Config;

/// Flags that name a configuration and a data folder.
#[derive(Args)]
pub(crate) struct Place {
    /// A configuration file; see pakn-server.example.toml
    #[arg(long)]
    config: Option<PathBuf>,
    /// The data folder
    #[arg(long)]
    data: Option<PathBuf>,
}

impl Place {
    /// The configuration, with this data folder in it.
    pub(crate) fn load(self) -> anyhow::Result<Config> {
        let mut config = Config::load(self.config.as_deref(), |name| std::env::var(name).ok())?;
        if let Some(data) = self.data {
            config.data_dir = data;
        }
        Ok(config)
    }
}
