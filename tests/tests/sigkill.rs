//! A citizen writes and sends reports while the app and the server are killed (`SIGKILL`) again and again, in
//! the middle of whatever they do: at the end the server has each report and each file once, and the device
//! has nothing left over.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use kontums_tests::{
    aftermath::{device_has_nothing_left, expected, server_has_each_once},
    device_process::DeviceProcess,
    errand::{Kept, Phase, make_photos},
    link::{Access, Conditions, Link},
    server::{ServerProcess, beside},
};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::SliceRandom};

/// How often the app is killed, unless `KONTUMS_KILLS` says otherwise. For three kills of the app there is one
/// of the server, and one report to be written.
const KILLS: u32 = 300;
const PHOTOS_EACH: u32 = 3;
/// Bits per second: a report takes some four tenths of a second, so that there is something to cut.
const UP: u64 = 6_000_000;
const DOWN: u64 = 100_000_000;
const ROUND_TRIP: Duration = Duration::from_millis(2);
/// Nothing takes that long unless it stands still.
const STUCK: Duration = Duration::from_secs(30);
/// How long a server may stay away.
const AWAY: Duration = Duration::from_millis(300);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Victim {
    App,
    Server,
}

/// What the app's lines say of what it is doing.
#[derive(Clone, Copy, Debug, Default)]
struct Doing {
    /// The last thing that the citizen began.
    hand: Option<Phase>,
    sending: bool,
    /// Lines of work since it was started.
    lines: u32,
}

impl Doing {
    fn hear(&mut self, line: &str) {
        if let Some(reports) = line.strip_prefix("sending ") {
            self.sending = reports != "0";
        }
        match Phase::of(line) {
            Some(Phase::Upload) => self.lines += 1,
            Some(hand) => (self.hand, self.lines) = (Some(hand), self.lines + 1),
            None => {}
        }
    }

    /// What a kill at this moment cuts off.
    fn phases(self) -> impl Iterator<Item = Phase> {
        self.hand.into_iter().chain(self.sending.then_some(Phase::Upload))
    }
}

/// Who was killed how often, and in the middle of what.
#[derive(Debug, Default)]
struct Tally {
    app: u32,
    server: u32,
    app_in: BTreeMap<Phase, u32>,
    server_in: BTreeMap<Phase, u32>,
    link_cut: u32,
}

struct Scene {
    dice: StdRng,
    reports: u32,
    start: Box<dyn Fn() -> anyhow::Result<DeviceProcess>>,
    device: DeviceProcess,
    server: ServerProcess,
    link: Link,
    doing: Doing,
    kept: Kept,
    submitted: BTreeSet<String>,
    /// The server is killed and not back yet.
    away: bool,
    /// Bytes that had reached the server's side when it was started.
    passed_before: u64,
    tally: Tally,
}

impl Scene {
    /// Hears the next line, if one comes in time.
    fn listen(&mut self, limit: Duration) -> anyhow::Result<Option<String>> {
        let line = self.device.line(limit)?;
        if let Some(line) = &line {
            self.hear(line)?;
        }
        Ok(line)
    }

    fn hear(&mut self, line: &str) -> anyhow::Result<()> {
        self.kept.hear(line)?;
        self.doing.hear(line);
        if Phase::of(line) == Some(Phase::Submit) {
            self.submitted.insert(line.to_owned());
        }
        Ok(())
    }

    /// Hears what has been said so far.
    fn catch_up(&mut self) -> anyhow::Result<()> {
        while self.listen(Duration::ZERO)?.is_some() {}
        Ok(())
    }

    /// Lets the work go on for so many lines of it.
    fn work(&mut self, lines: u32) -> anyhow::Result<()> {
        let (enough, since) = (self.doing.lines + lines, Instant::now());
        while self.doing.lines < enough {
            self.listen(AWAY)?;
            ensure!(since.elapsed() < STUCK, "nothing goes on: {:?}", self.doing);
        }
        Ok(())
    }

    /// Lets the work go on until it is at `phase`, or for a while.
    fn work_until(&mut self, phase: Phase) -> anyhow::Result<()> {
        let since = Instant::now();
        while since.elapsed() < AWAY {
            if let Some(line) = self.listen(AWAY)?
                && Phase::of(&line) == Some(phase)
            {
                break;
            }
        }
        Ok(())
    }

    /// Lets a moment pass: about as long as what the citizen is at takes.
    fn moment(&mut self) {
        let longest_us = match self.doing.hand {
            Some(Phase::Draft | Phase::Submit) => 3_000,
            Some(Phase::Attach | Phase::Upload) | None => 20_000,
        };
        std::thread::sleep(Duration::from_micros(self.dice.random_range(0..longest_us)));
    }

    /// Kills the app while something of this life is under way, and opens it again.
    fn kill_app(&mut self) -> anyhow::Result<()> {
        self.moment();
        for line in self.device.kill()? {
            self.hear(&line)?;
        }
        // What it had handed to the system is still sent, unless the phone has gone dead altogether.
        if self.dice.random_bool(0.5) {
            self.link.let_in(Access::Open);
            self.tally.link_cut += 1;
        }
        self.tally.app += 1;
        for phase in self.doing.phases() {
            *self.tally.app_in.entry(phase).or_default() += 1;
        }
        self.doing = Doing::default();
        self.device = (self.start)()?;
        Ok(())
    }

    /// Kills the server after something has reached it in this life.
    fn kill_server(&mut self) -> anyhow::Result<()> {
        let since = Instant::now();
        while self.link.counts().up.arrived == self.passed_before {
            self.listen(Duration::from_millis(10))?;
            ensure!(since.elapsed() < STUCK, "nothing reaches the server: {:?}", self.doing);
        }
        self.moment();
        self.server.kill()?;
        self.away = true;
        self.tally.server += 1;
        for phase in self.doing.phases() {
            *self.tally.server_in.entry(phase).or_default() += 1;
        }
        Ok(())
    }

    fn server_back(&mut self) -> anyhow::Result<()> {
        if self.away {
            self.server.start()?;
            (self.away, self.passed_before) = (false, self.link.counts().up.arrived);
        }
        Ok(())
    }

    /// Kills them all, spread over the whole of the work.
    fn play(&mut self, mut victims: Vec<Victim>) -> anyhow::Result<()> {
        victims.shuffle(&mut self.dice);
        let all = victims.len();
        for (done, victim) in victims.into_iter().enumerate() {
            if victim == Victim::Server {
                self.server_back()?;
            }
            self.catch_up()?;
            // The last tenth of the work is in reserve: an errand that is done can't be killed in the middle.
            let behind = done * usize::try_from(self.reports)? * 9 < self.submitted.len() * all * 10;
            // Without a server the work comes to a stand after some reports.
            if !self.away {
                let lines = self.dice.random_range(1..=if behind { 3 } else { 16 });
                self.work(lines)?;
            }
            if !behind {
                let aim = self.dice.random_range(0..Phase::ALL.len());
                self.work_until(*Phase::ALL.get(aim).context("a phase")?)?;
            }
            match victim {
                Victim::App => {
                    if self.doing.lines == 0 {
                        self.server_back()?;
                        self.work(1)?;
                    }
                    self.kill_app()?;
                    self.server_back()?;
                }
                Victim::Server => {
                    self.kill_server()?;
                    match self.dice.random_range(0..3) {
                        0 => self.server_back()?,
                        1 => {
                            self.listen(AWAY)?;
                            self.server_back()?;
                        }
                        // It stays away until the app has been killed too.
                        _ => {}
                    }
                }
            }
        }
        self.server_back()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_nothing_is_lost_or_doubled() -> anyhow::Result<()> {
    let kills = std::env::var("KONTUMS_KILLS").map_or(Ok(KILLS), |kills| kills.parse())?;
    let reports = kills.div_ceil(3);
    let begun = Instant::now();
    let folder = tempfile::tempdir()?;
    let (photos, data) = (folder.path().join("gallery"), folder.path().join("device"));
    make_photos(&photos, reports, PHOTOS_EACH)?;
    let expected = expected(&photos, reports, PHOTOS_EACH)?;
    let program = PathBuf::from(env!("CARGO_BIN_EXE_device"));
    let mut server = ServerProcess::new(&beside(&program)?, &folder.path().join("server"));
    server.seed()?;
    server.start()?;
    let link = Link::open(server.address()?, Conditions::new(UP, DOWN, ROUND_TRIP)).await?;
    let (url, device_data) = (link.url(), data.clone());
    let start = move || {
        let mut device = Command::new(&program);
        device.arg("--data").arg(&device_data).arg("--photos").arg(&photos).args(["--server", &url]);
        DeviceProcess::start(device.args(["--reports", &reports.to_string(), "--photos-each", &PHOTOS_EACH.to_string()]))
    };
    let made = begun.elapsed();
    let mut scene = Scene {
        dice: StdRng::seed_from_u64(2_026),
        reports,
        device: start()?,
        start: Box::new(start),
        server,
        link,
        doing: Doing::default(),
        kept: Kept::default(),
        submitted: BTreeSet::new(),
        away: false,
        passed_before: 0,
        tally: Tally::default(),
    };
    let victims = [vec![Victim::App; usize::try_from(kills)?], vec![Victim::Server; usize::try_from(kills / 3)?]].concat();
    let played = tokio::task::block_in_place(|| {
        scene.play(victims).with_context(|| format!("{:?}", scene.tally))?;
        let killed = begun.elapsed();
        let status = scene.device.end(STUCK)?;
        ensure!(status.success(), "the device ended with {status}");
        anyhow::Ok(killed)
    });
    let killed = played?;
    let Scene { mut server, tally, .. } = scene;
    #[expect(clippy::print_stdout, reason = "what the test is worth")]
    {
        println!("{tally:?}");
        println!("photos made after {made:.1?}, all killed after {killed:.1?}, all sent after {:.1?}", begun.elapsed());
    }
    assert_eq!((tally.app, tally.server), (kills, kills / 3));
    for phase in Phase::ALL {
        assert!(tally.app_in.contains_key(&phase), "the app was never killed in {phase:?}: {tally:?}");
    }
    assert!(tally.server_in.contains_key(&Phase::Upload), "the server was never killed in the middle of an upload: {tally:?}");
    // What a start clears away is none of the errand's.
    server.kill()?;
    server.start()?;
    let held = server_has_each_once(&server, &expected)?;
    device_has_nothing_left(&data, held).await
}
