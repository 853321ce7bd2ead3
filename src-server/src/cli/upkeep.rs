//! `pakn-server backup`, `restore` and `check`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Args;
use pakn_server::{BackupError, Checked, Counts, Fault, Place as Folder, backup, check, restore};

use super::place::Place;

/// Copy the data folder while the server runs; media that belong to no row yet are left for the next time
#[derive(Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    at: Place,
    /// The folder to write to, empty or missing
    #[arg(long)]
    to: PathBuf,
    /// Link media instead of copying them where both folders are on one file system
    #[arg(long)]
    link: bool,
}

/// Put a backup back, after checking it; the data folder must be empty or missing
#[derive(Args)]
pub(crate) struct Restore {
    /// The backup
    #[arg(long)]
    from: PathBuf,
    #[command(flatten)]
    at: Place,
    /// Put back what is there even though the backup has faults
    #[arg(long)]
    despite_faults: bool,
}

/// Look whether everything is there and fits together; prints each fault, fails when there is one
#[derive(Args)]
pub(crate) struct Check {
    #[command(flatten)]
    at: Place,
    /// A backup instead of a data folder
    #[arg(long, conflicts_with_all = ["data", "config"])]
    backup: Option<PathBuf>,
    /// Compare media by their length alone, without reading them
    #[arg(long)]
    quick: bool,
}

impl Backup {
    /// Does it; prints where it is and how much is in it.
    pub(crate) async fn carry_out(self) -> anyhow::Result<ExitCode> {
        let data = self.at.load()?.data_dir;
        let made = backup(&data, &self.to, self.link).await.with_context(|| data.display().to_string())?;
        tell(&made.faults);
        println!("{}: {}", self.to.display(), sum(&made.manifest.counts));
        Ok(code(&made.faults))
    }
}

impl Restore {
    /// Does it; prints how much is back.
    pub(crate) async fn carry_out(self) -> anyhow::Result<ExitCode> {
        let data = self.at.load()?.data_dir;
        match restore(&self.from, &data, self.despite_faults).await {
            Ok(counts) => {
                println!("{}: {}", data.display(), sum(&counts));
                Ok(ExitCode::SUCCESS)
            }
            Err(error) => {
                if let BackupError::Faulty(faults) = &error {
                    tell(faults);
                }
                Err(error).with_context(|| format!("restoring {} to {}", self.from.display(), data.display()))
            }
        }
    }
}

impl Check {
    /// Does it; prints the faults and how much there is.
    pub(crate) async fn carry_out(self) -> anyhow::Result<ExitCode> {
        let data = self.at.load()?.data_dir;
        let folder = self.backup.as_deref().map_or(Folder::Data(&data), Folder::Backup);
        let (Folder::Data(path) | Folder::Backup(path)) = folder;
        let Checked { faults, counts, strays } = check(folder, self.quick).await.with_context(|| path.display().to_string())?;
        tell(&faults);
        println!("{} faults; {}, {strays} stray files", faults.len(), sum(&counts));
        Ok(code(&faults))
    }
}

/// Prints each fault on a line of its own.
pub(super) fn tell(faults: &[Fault]) {
    for fault in faults {
        println!("{fault}");
    }
}

fn code(faults: &[Fault]) -> ExitCode {
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn sum(counts: &Counts) -> String {
    let Counts { accounts, reports, received, steps, operations, files } = counts;
    format!(
        "{accounts} accounts, {reports} reports ({received} received, {steps} steps), {operations} kept answers, {files} files"
    )
}
