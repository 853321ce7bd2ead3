//! `simulate --cases N`: runs schedules until one fails, and says what befell them.
#![expect(clippy::print_stdout, reason = "a command-line tool: printing is its job")]

use clap::Parser;
use kontums_tests::sim::campaign::Campaign;

/// Very many schedules of the simulation.
#[derive(Parser)]
struct Options {
    /// How many.
    #[arg(long, default_value_t = 20_000)]
    cases: u32,
    /// Others than another time.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Side by side.
    #[arg(long, default_value_t = 2)]
    threads: u32,
    /// A schedule to run alone, as it was kept.
    #[arg(long)]
    only: Option<std::path::PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let Options { cases, seed, threads, only } = Options::parse();
    if let Some(path) = only {
        let schedule = serde_json::from_slice(&std::fs::read(path)?)?;
        return kontums_tests::sim::campaign::try_one(&schedule, &std::sync::Arc::default());
    }
    let report = Campaign { cases, seed, threads }.go()?;
    let per_schedule = report.took.as_secs_f64() * 1_000.0 * f64::from(threads) / report.tally.schedules().max(1) as f64;
    println!("{}{:>10.2} ms per schedule and thread, {:.1} s in all", report.tally, per_schedule, report.took.as_secs_f64());
    if let Some(failure) = report.failure {
        println!("{:#?}", failure.schedule);
        let path = failure.keep()?;
        anyhow::bail!("{}\nkept as {}", failure.why, path.display());
    }
    Ok(())
}
