//! Speed as ratios: each figure against a named baseline that does the least the job could cost, in the
//! same run, on the same disk, in turns. Times and ratios are medians over the rounds, a ratio being that
//! of one round. Nothing is deleted on the way and every round starts with a clean page cache: a file
//! system is slow where files have just gone, and writes late what nobody waited for. With the word `pictures`,
//! pictures alone are measured.
#![expect(clippy::print_stdout, reason = "a command's output")]

mod accounts;
mod bad_link;
mod drafts;
mod pictures;
mod sync;

use std::time::Duration;

const PHOTO_BYTES: usize = 300 * 1024;
const PHOTOS_PER_REPORT: usize = 3;

/// How long a job took, and how long its baseline did.
#[derive(Clone, Copy, Debug)]
struct Round {
    ours: Duration,
    baseline: Duration,
}

fn median(rounds: &[Round], of: impl Fn(&Round) -> f64) -> f64 {
    let mut values: Vec<_> = rounds.iter().map(of).collect();
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn show(what: &str, rounds: &[Round], aim: f64) {
    let ours = median(rounds, |r| r.ours.as_secs_f64() * 1e3);
    let baseline = median(rounds, |r| r.baseline.as_secs_f64() * 1e3);
    let ratio = median(rounds, |r| r.ours.as_secs_f64() / r.baseline.as_secs_f64());
    println!("{what}: {ours:.1} ms against {baseline:.1} ms = {ratio:.2} (aim: at most {aim})");
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in("target")?;
    if std::env::args().nth(1).as_deref() == Some("pictures") {
        return pictures::measure(folder.path());
    }
    drafts::measure(folder.path()).await?;
    pictures::measure(folder.path())?;
    sync::measure(folder.path()).await?;
    bad_link::measure().await?;
    accounts::measure(folder.path()).await
}
