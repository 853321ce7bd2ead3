//! The simulation: a citizen with a device that dies, over a link that loses, doubles and delays, against a
//! server that forgets, in virtual time. Whatever happens, no report is lost and none is doubled.
//!
//! `schedule` says what happens, `life` and `steps` carry it out on the real core, `link` and `power` let things
//! go wrong, `oracle` keeps what the citizen was promised, `look`, `heal` and `verdict` hold the device and the
//! server to it; `campaign` runs very many.

mod account;
mod attaching;
pub mod campaign;
mod citizen;
mod fate;
mod heal;
mod life;
mod link;
mod look;
mod oracle;
mod pictures;
mod power;
mod schedule;
mod steps;
mod tally;
mod verdict;
mod world;

use std::{path::Path, sync::Arc};

use anyhow::Context as _;
use tokio::runtime::{Builder, Runtime};

pub use schedule::{Fuse, Schedule, Step, Weather, any_schedule};
pub use tally::{Fault, Tally};

use life::{End, Life, Run};
use oracle::Oracle;
use power::Body;
use world::World;

/// A process's runtime, in virtual time. One thread for what blocks, so that it happens in one order.
fn process() -> anyhow::Result<Runtime> {
    Ok(Builder::new_current_thread().enable_time().start_paused(true).max_blocking_threads(1).build()?)
}

/// Runs a schedule on a device in an empty folder.
///
/// # Errors
/// When a report is lost or doubled, or anything else promised is not kept.
pub fn run(schedule: &Schedule, folder: &Path, tally: &Arc<Tally>) -> anyhow::Result<()> {
    let world = Arc::new(World::new(schedule.seed, Arc::clone(tally))?);
    let mut run = Run {
        world: Arc::clone(&world),
        body: Arc::new(Body::default()),
        folder: folder.to_owned(),
        oracle: Oracle::default(),
        steps: schedule.steps.iter().copied().collect(),
        named: 0,
    };
    while process()?.block_on(Life::new(&mut run).live())? == End::Died {}
    world.set_weather(Weather::Fine);
    world.set_clock_right();
    run.body.fill_disk(None);
    run.body.arm(None);
    world.deliver(true);
    process()?.block_on(Life::new(&mut run).heal()).context("healing")?;
    process()?.block_on(Life::new(&mut run).last_look()).context("last look")?;
    // Longer than the server keeps anything that nobody finishes.
    world.skip(world::KEEPS.orphans_ms + world::KEEPS.uploads_ms);
    world.server().collect(world.now());
    run.judge_server().context("the server")?;
    run.judge_device().context("the device")?;
    tally.ended(world.server().reports().len());
    Ok(())
}
