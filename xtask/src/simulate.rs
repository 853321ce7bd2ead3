//! `simulate`: the simulation with very many schedules.

use anyhow::Result;

use crate::{
    paths::Paths,
    process::{cargo, run as run_command},
    setup,
    steps::Steps,
};

/// How many schedules, and which.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// How many.
    #[arg(long, default_value_t = 20_000)]
    cases: u32,
    /// Others than another time.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Runs them until one fails, and says what befell them.
///
/// # Errors
/// When one fails, or it does not build.
pub(crate) fn run(paths: &Paths, steps: &mut Steps, options: &Options) -> Result<()> {
    steps.step("set up", || setup::require(&setup::COMPILER))?;
    let (cases, seed) = (options.cases.to_string(), options.seed.to_string());
    // Worth the longer build from there on.
    let optimised: &[&str] = if options.cases >= 200_000 { &["--release"] } else { &[] };
    let simulate = ["--package", "kontums-tests", "--bin", "simulate", "--", "--cases", &cases, "--seed", &seed];
    let mut command = cargo();
    command.current_dir(&paths.root).arg("run").args(optimised).args(simulate);
    steps.step("simulation", || run_command(&mut command))
}
