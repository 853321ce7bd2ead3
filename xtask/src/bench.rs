//! `bench`: the measurements, then the size of what a phone loads.

use anyhow::Result;

use crate::{
    paths::Paths,
    process::{cargo, run as run_command},
    setup,
    steps::Steps,
    toolchain::{Toolchain, WASM},
    ui,
};

/// Runs the benchmarks optimised, then builds the UI as it is shipped and says how large it is.
///
/// # Errors
/// When something fails to build or run.
pub(crate) fn run(paths: &Paths, steps: &mut Steps) -> Result<()> {
    steps.step("set up", || {
        setup::require(&setup::COMPILER)?;
        setup::require(&setup::BASELINES)?;
        setup::require(&setup::NPM)
    })?;
    let bench = ["run", "--release", "--package", "kontums-tests", "--bin", "bench"];
    steps.step("benchmarks", || run_command(cargo().current_dir(&paths.root).args(bench)))?;
    steps.step("size of the UI", || {
        println!("{}", ui::compile(paths, Toolchain::for_target(WASM)?, ui::Kind::Release)?.size()?);
        Ok(())
    })
}
