//! Whatever befalls device, network, server and clock: no report is lost, none is doubled.
//!
//! More of it: `cargo xtask simulate --cases 1000000`.
#![expect(clippy::print_stdout, reason = "what befell the schedules is worth reading")]

use std::sync::Arc;

use kontums_tests::sim::{
    Tally,
    campaign::{Campaign, kept, try_one},
};

/// So many in every run of the tests, others than in the last.
const CASES: u32 = 20_000;

#[test]
fn schedules_that_failed_once_hold() -> anyhow::Result<()> {
    for (name, schedule) in kept()? {
        // Threads may still meet in another order: more than once.
        for _ in 0..5 {
            try_one(&schedule, &Arc::new(Tally::default())).map_err(|error| error.context(name.clone()))?;
        }
    }
    Ok(())
}

#[test]
fn nothing_is_lost_and_nothing_doubled() -> anyhow::Result<()> {
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    let report = Campaign { cases: CASES, seed, threads: 2 }.go()?;
    println!("seed {seed}\n{}in {:.1} s", report.tally, report.took.as_secs_f64());
    if let Some(failure) = report.failure {
        anyhow::bail!("{}\n{:#?}\nkept as {}", failure.why, failure.schedule, failure.keep()?.display());
    }
    let missing = report.tally.missing();
    anyhow::ensure!(missing.is_empty(), "never occurred, so nothing is known of it: {missing:?}");
    Ok(())
}
