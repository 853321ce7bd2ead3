//! Drives the main job through the real window; ends non-zero when the server doesn't hold the report.
#![expect(clippy::print_stdout, reason = "a command's output")]

use std::path::PathBuf;

use clap::Parser;
use kontums_tests::main_job::{Job, run};

#[derive(Parser)]
struct Cli {
    /// The app's binary.
    #[arg(long)]
    app: PathBuf,
    /// The server's binary.
    #[arg(long)]
    server_bin: PathBuf,
    /// A folder for both sides' data; emptied first.
    #[arg(long)]
    work: PathBuf,
    /// Where screenshots go.
    #[arg(long)]
    screenshots: PathBuf,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Cli { app, server_bin: server, work, screenshots } = Cli::parse();
    run(&Job { app, server, work, screenshots }).await?;
    println!("the main job is done: one report, once");
    Ok(())
}
