//! The project's own commands: `cargo xtask run | test | build-ui | check-mobile | …`.
//!
//! Each does its own set-up, says what it does while it does it, and uses again what is already built.
//! Everything made lies under `target/`.
#![expect(clippy::print_stdout, reason = "a command-line tool: printing is its job")]

mod app;
mod bench;
mod checks;
mod display;
mod icons;
mod map;
mod mobile;
mod native;
mod paths;
mod process;
mod setup;
mod simulate;
mod steps;
mod toolchain;
mod ui;
mod units;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{
    mobile::Phone,
    paths::Paths,
    steps::Steps,
    toolchain::{Toolchain, WASM},
};

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", about, version)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and open the app with a server of its own; without a display, drive it.
    Run(app::Options),
    /// Make every check that CI makes.
    Test(checks::Options),
    /// Measure against the limits of the machine.
    Bench,
    /// Run very many schedules of the simulation.
    Simulate(simulate::Options),
    /// Build the UI into target/ui/dist.
    BuildUi {
        /// Small instead of quick to build.
        #[arg(long)]
        release: bool,
    },
    /// Build the UI, the app and the server.
    Build {
        /// Optimised, as it is shipped.
        #[arg(long)]
        release: bool,
    },
    /// Type-check the whole app for phones.
    CheckMobile {
        /// Only this kind.
        phone: Option<Phone>,
    },
    /// Draw the icons' PNGs from icons/icon.svg.
    Icons,
    /// Make the data of the administrative units anew from their source.
    Units,
    /// Make the data of the map that needs no network anew from their sources.
    Map,
    /// Install what all of the others need.
    Setup,
}

fn main() -> ExitCode {
    let paths = Paths::find();
    let task = Cli::parse().task;
    let mut steps = Steps::new();
    let result = process::end_children_with_us().and_then(|()| perform(task, &paths, &mut steps));
    steps.print_table();
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task, paths: &Paths, steps: &mut Steps) -> Result<()> {
    match task {
        Task::Run(options) => app::run(paths, steps, options),
        Task::Test(options) => checks::run_all(paths, steps, &options),
        Task::Bench => bench::run(paths, steps),
        Task::Simulate(options) => simulate::run(paths, steps, &options),
        Task::BuildUi { release } => {
            let kind = if release { ui::Kind::Release } else { ui::Kind::Dev };
            steps.step("UI", || ui::build(paths, Toolchain::for_target(WASM)?, kind))
        }
        Task::Build { release } => {
            setup::require(&setup::BUILD)?;
            app::build(paths, steps, release).map(drop)
        }
        Task::CheckMobile { phone } => {
            setup::require(&setup::MOBILE)?;
            let phones = phone.map_or(Phone::ALL.to_vec(), |phone| vec![phone]);
            phones.into_iter().try_for_each(|phone| steps.step(phone.name(), || mobile::check(paths, phone)))
        }
        Task::Icons => {
            setup::require(&setup::DRAWING)?;
            steps.step("icons", || icons::draw(paths))
        }
        Task::Units => {
            setup::require(&setup::UNITS)?;
            steps.step("units", || units::make(paths))
        }
        Task::Map => {
            setup::require(&setup::UNITS)?;
            setup::require(&setup::NPM)?;
            steps.step("map", || map::make(paths))
        }
        Task::Setup => steps.step("set up", setup::everything),
    }
}
