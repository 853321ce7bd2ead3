//! A headless device: the real core on a data folder, with a citizen who has an errand. Ends well once the
//! server has every report; killed at any point and started again, it goes on.

use std::path::PathBuf;

use clap::Parser;
use kontums_tests::errand::{Errand, run};

#[derive(Parser)]
struct Cli {
    /// The app's data folder.
    #[arg(long)]
    data: PathBuf,
    /// The server's address.
    #[arg(long)]
    server: String,
    /// Where the photos are.
    #[arg(long)]
    photos: PathBuf,
    /// How many reports.
    #[arg(long)]
    reports: u32,
    /// How many photos each.
    #[arg(long, default_value_t = 3)]
    photos_each: u32,
    /// Wait for a line on standard input before each step.
    #[arg(long)]
    asked: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let Cli { data, server: server_url, photos, reports, photos_each, asked } = Cli::parse();
    run(Errand { data, server_url, photos, reports, photos_each, asked }).await
}
