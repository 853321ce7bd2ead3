//! `pakn-server rotate-key` and `verify-receipt`.

use std::{
    io::{Read as _, stdin},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use pakn_server::{Desk, Verified};

use super::{place::Place, upkeep::tell};

/// Ends `verify-receipt` when the signature stands and something of what it says is not here.
const NOT_HELD: u8 = 3;

/// Sign receipts with a new key from now on, the old one stays published; the server must be stopped
#[derive(Args)]
pub(crate) struct RotateKey {
    #[command(flatten)]
    at: Place,
}

/// Say whether this server has signed a receipt, and still holds what it says
///
/// Ends with 0 when both is so, 1 when the signature is none of this server's, 3 when something is not here any more.
#[derive(Args)]
pub(crate) struct VerifyReceipt {
    #[command(flatten)]
    at: Place,
    /// A file with the receipt's `signed` in it; `-` reads standard input
    #[arg(default_value = "-")]
    file: PathBuf,
}

impl RotateKey {
    /// Does it; prints the new key's name.
    pub(crate) async fn carry_out(self) -> anyhow::Result<ExitCode> {
        let data = self.at.load()?.data_dir;
        let desk = Desk::open_existing(&data).await.with_context(|| data.display().to_string())?;
        println!("{}", desk.rotate_key(&data).await?);
        Ok(ExitCode::SUCCESS)
    }
}

impl VerifyReceipt {
    /// Does it; prints what the receipt says, and what is missing of it.
    pub(crate) async fn carry_out(self) -> anyhow::Result<ExitCode> {
        let data = self.at.load()?.data_dir;
        let mut text = String::new();
        if self.file == Path::new("-") {
            stdin().read_to_string(&mut text)?;
        } else {
            text = std::fs::read_to_string(&self.file).with_context(|| self.file.display().to_string())?;
        }
        let desk = Desk::open_existing(&data).await.with_context(|| data.display().to_string())?;
        let Verified { receipt, kid, faults } = desk.verify_receipt(&data, text.trim()).await??;
        println!("signed by this server with key {kid}");
        println!("report {} received at {}, {} files", receipt.report_id, receipt.received_at.0, receipt.media.len());
        tell(&faults);
        if faults.is_empty() {
            println!("all of it is here");
        }
        Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(NOT_HELD) })
    }
}
