//! Very many schedules: drawn, run side by side, and the first that fails made as short as can be.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use super::{Schedule, Tally, any_schedule, power::spread, run};

/// Of how many schedules, from which seed, on how many threads.
#[derive(Clone, Copy, Debug)]
pub struct Campaign {
    /// Schedules in all.
    pub cases: u32,
    /// The same seed draws the same schedules.
    pub seed: u64,
    /// Threads that run them.
    pub threads: u32,
}

/// A schedule that failed, as short as it could be made.
#[derive(Debug)]
pub struct Failure {
    /// What happens in it.
    pub schedule: Schedule,
    /// What went wrong.
    pub why: String,
}

/// A campaign's outcome.
pub struct Report {
    /// What befell the schedules.
    pub tally: Arc<Tally>,
    /// How long all of them took.
    pub took: Duration,
    /// The first that failed, if any.
    pub failure: Option<Failure>,
}

/// A folder that costs no disk, where there is one.
fn quick_folder() -> anyhow::Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    Ok(if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? })
}

/// Runs one schedule on a folder of its own.
///
/// # Errors
/// As [`run`].
pub fn try_one(schedule: &Schedule, tally: &Arc<Tally>) -> anyhow::Result<()> {
    let folder = quick_folder()?;
    run(schedule, &folder.path().join("device"), tally)
}

impl Campaign {
    /// Runs all of them, or up to the first that fails.
    ///
    /// # Errors
    /// When there is no folder to run in.
    pub fn go(self) -> anyhow::Result<Report> {
        drop(quick_folder()?);
        let tally = Arc::new(Tally::default());
        let (found, over) = (Mutex::new(None), AtomicBool::new(false));
        let began = Instant::now();
        std::thread::scope(|scope| {
            for thread in 0..self.threads {
                let (tally, found, over) = (&tally, &found, &over);
                scope.spawn(move || {
                    if let Some(failure) = self.share(thread, tally, over) {
                        found.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
                    }
                });
            }
        });
        let failure = found.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Report { tally, took: began.elapsed(), failure })
    }

    fn share(self, thread: u32, tally: &Arc<Tally>, over: &AtomicBool) -> Option<Failure> {
        let cases = self.cases / self.threads + u32::from(thread < self.cases % self.threads);
        let config = Config { cases, failure_persistence: None, max_shrink_iters: 3_000, verbose: 0, ..Config::default() };
        let [a, b] = [1, 2].map(|part| spread(spread(self.seed) ^ spread(u64::from(thread)) ^ part).to_le_bytes());
        let rng = TestRng::from_seed(RngAlgorithm::XorShift, &[a, b].concat());
        let mut runner = TestRunner::new_with_rng(config, rng);
        let shrinking = AtomicBool::new(false);
        let unheard = Arc::new(Tally::default());
        let outcome = runner.run(&any_schedule(), |schedule| {
            if over.load(Ordering::Relaxed) && !shrinking.load(Ordering::Relaxed) {
                return Ok(());
            }
            // What is tried to shorten a failure is not counted.
            let tally = if shrinking.load(Ordering::Relaxed) { &unheard } else { tally };
            try_one(&schedule, tally).map_err(|error| {
                over.store(true, Ordering::Relaxed);
                shrinking.store(true, Ordering::Relaxed);
                TestCaseError::fail(format!("{error:#}"))
            })
        });
        match outcome {
            Ok(()) => None,
            Err(TestError::Fail(why, schedule)) => Some(Failure { schedule, why: why.message().to_owned() }),
            Err(TestError::Abort(why)) => {
                Some(Failure { schedule: Schedule { seed: 0, steps: Vec::new() }, why: why.message().to_owned() })
            }
        }
    }
}

/// Where schedules are kept that failed once.
#[must_use]
pub fn regressions() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("regressions")
}

/// Every schedule that failed once, with its file's name.
///
/// # Errors
/// When one can't be read.
pub fn kept() -> anyhow::Result<Vec<(String, Schedule)>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(regressions())? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "json") {
            let schedule = serde_json::from_slice(&fs::read(&path)?).with_context(|| path.display().to_string())?;
            all.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), schedule));
        }
    }
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(all)
}

impl Failure {
    /// Keeps the schedule, to be run first from now on. Answers where.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn keep(&self) -> anyhow::Result<PathBuf> {
        let path = regressions().join(format!("{:016x}.json", self.schedule.seed));
        fs::create_dir_all(regressions())?;
        fs::write(&path, serde_json::to_string(&self.schedule)? + "\n")?;
        Ok(path)
    }
}
