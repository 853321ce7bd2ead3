//! `pakn-server fields` and `pakn-server jurisdiction`: what citizens' devices are told, as versions.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Subcommand;
use pakn_server::{Desk, DeskError, FileFault, Published, version_fault};

use super::place::Place;

#[derive(Subcommand)]
pub(crate) enum Editions {
    /// Look for everything that is wrong with a JSON file, each with its place; fails when there is something
    Check { file: PathBuf },
    /// Check a file and make it the version in force; devices fetch it by themselves. Its version must be a higher one
    Publish { file: PathBuf },
    /// Print the version in force, or another one that was, as JSON
    Export {
        /// Another one than is in force
        #[arg(long)]
        version: Option<u32>,
    },
    /// List the versions that were published: number and time, tab-separated
    List,
}

impl Editions {
    /// Does it for one kind of document.
    pub(crate) async fn carry_out<D: Published>(self, at: Place) -> anyhow::Result<ExitCode> {
        match self {
            Self::Check { file } => {
                let desk = match desk(at).await {
                    Ok(desk) => Some(desk),
                    Err(error) if matches!(error.downcast_ref(), Some(DeskError::NoDatabase)) => None,
                    Err(error) => return Err(error),
                };
                if desk.is_none() {
                    eprintln!("there is no database here: the version is compared with the built-in one");
                }
                Ok(match checked::<D>(desk.as_ref(), file).await? {
                    Some(_) => ExitCode::SUCCESS,
                    None => ExitCode::FAILURE,
                })
            }
            Self::Publish { file } => {
                let desk = desk(at).await?;
                let Some(document) = checked::<D>(Some(&desk), file).await? else { return Ok(ExitCode::FAILURE) };
                let version = document.version();
                desk.publish(document).await?;
                println!("version {version} is in force");
                Ok(ExitCode::SUCCESS)
            }
            Self::Export { version } => {
                let found = desk(at).await?.document::<D>(version).await?;
                let found = found.with_context(|| format!("there is no version {}", version.unwrap_or_default()))?;
                println!("{}", serde_json::to_string_pretty(&found)?);
                Ok(ExitCode::SUCCESS)
            }
            Self::List => {
                for (version, published_at) in desk(at).await?.versions::<D>().await? {
                    let since = std::time::Duration::from_millis(u64::try_from(published_at.0).unwrap_or_default());
                    println!("{version}\t{}", httpdate::fmt_http_date(std::time::UNIX_EPOCH + since));
                }
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

async fn desk(at: Place) -> anyhow::Result<Desk> {
    let folder = at.load()?.data_dir;
    Desk::open_existing(&folder).await.with_context(|| folder.display().to_string())
}

/// The document of a file without faults; prints those there are.
async fn checked<D: Published>(desk: Option<&Desk>, file: PathBuf) -> anyhow::Result<Option<D>> {
    let bytes = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
    let in_force = match desk {
        Some(desk) => desk.document::<D>(None).await?.map_or(0, |document| document.version()),
        None => D::builtin().version(),
    };
    let faults = match D::from_file(&bytes) {
        Ok(document) => match version_fault(document.version(), in_force) {
            None => {
                println!("{}: no faults", file.display());
                return Ok(Some(document));
            }
            Some(fault) => vec![fault],
        },
        Err(faults) => faults,
    };
    faults.iter().for_each(|fault: &FileFault| println!("{fault}"));
    println!("{}: {} faults", file.display(), faults.len());
    Ok(None)
}
