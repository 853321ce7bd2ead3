//! What happens in one run: steps of a citizen, of the network, the server, the clock and the device.
//!
//! A schedule says everything: run twice, it happens twice. Which draft or report a step is about is a number
//! counted among those there are, so that a shorter schedule still means something.

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

/// Where a device dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fuse {
    /// Before the write after so many others.
    BeforeWrite(u8),
    /// After that write, before anybody hears of it.
    AfterWrite(u8),
    /// Before the request after so many others leaves.
    Asking(u8),
    /// After that request was carried out, before the device hears of it.
    Answered(u8),
}

/// What the network is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Weather {
    /// Everything arrives.
    Fine,
    /// So many of a hundred requests come to grief.
    Bad(u8),
    /// Nothing leaves.
    Off,
    /// The server is there but can't.
    Trouble,
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "`which` counts among what there is, the rest are the thing's own numbers")]
pub enum Step {
    /// An empty draft.
    Create,
    /// A complete draft with pictures.
    Write {
        pictures: u8,
    },
    /// A complete draft with pictures, sent.
    Send {
        pictures: u8,
    },
    /// A draft's form, complete or not.
    Type {
        which: u8,
        complete: bool,
        subject: u8,
    },
    /// A picture that is ready.
    Picture {
        which: u8,
        of: u8,
    },
    /// A picture from the gallery, in pieces.
    Gallery {
        which: u8,
        of: u8,
        pieces: u8,
    },
    RemovePicture {
        which: u8,
        of: u8,
    },
    Submit {
        which: u8,
    },
    /// Two taps at once.
    SubmitTwice {
        which: u8,
    },
    Reopen {
        which: u8,
    },
    Retry {
        which: u8,
    },
    DiscardDraft {
        which: u8,
    },
    DiscardUnsent {
        which: u8,
    },
    SignIn {
        who: bool,
    },
    SignOut,
    /// The profile is changed and saved.
    SaveProfile,
    /// The consent to sending reports is given or taken back.
    Agree {
        given: bool,
    },
    SyncNow,
    Suspend,
    Resume,
    Wait {
        ms: u32,
    },
    Weather(Weather),
    /// The app is killed now.
    Kill,
    /// The app will die, and perhaps soon again in its next life.
    DieAt {
        at: Fuse,
        again: Option<Fuse>,
    },
    /// The disk is full after so many more writes.
    DiskFull {
        after: u8,
    },
    DiskFree,
    /// The device's clock jumps.
    ClockJump {
        ms: i64,
    },
    /// The server loses its process, and of unfinished uploads what was not on its disk.
    ServerCrash {
        keeps: u8,
    },
    /// Every session ends.
    Expire,
    /// Another device of somebody's changes their profile.
    Elsewhere {
        who: bool,
        n: u8,
    },
    /// The fields change: subjects go or come back.
    Publish {
        without: u8,
    },
    /// Staff moves a report on.
    Staff {
        which: u8,
    },
    /// The server forgets what nobody finished.
    Collect,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// Decides what is left to chance: the fate of each request, jitter, ids.
    pub seed: u64,
    /// What happens.
    pub steps: Vec<Step>,
}

fn fuse() -> impl Strategy<Value = Fuse> {
    let count = prop_oneof![4 => 0..6_u8, 1 => 6..30_u8];
    (0..4_u8, count).prop_map(|(kind, n)| match kind {
        0 => Fuse::BeforeWrite(n),
        1 => Fuse::AfterWrite(n),
        2 => Fuse::Asking(n),
        _ => Fuse::Answered(n),
    })
}

fn weather() -> impl Strategy<Value = Weather> {
    prop_oneof![
        3 => Just(Weather::Fine),
        6 => (20..90_u8).prop_map(Weather::Bad),
        2 => Just(Weather::Off),
        1 => Just(Weather::Trouble),
    ]
}

fn citizen() -> impl Strategy<Value = Step> {
    let which = any::<u8>();
    prop_oneof![
        1 => Just(Step::Create),
        5 => (0..3_u8).prop_map(|pictures| Step::Write { pictures }),
        12 => (0..3_u8).prop_map(|pictures| Step::Send { pictures }),
        4 => (which, prop::bool::weighted(0.8), 0..8_u8).prop_map(|(which, complete, subject)| Step::Type { which, complete, subject }),
        4 => (which, 0..6_u8).prop_map(|(which, of)| Step::Picture { which, of }),
        1 => (which, 0..3_u8, 1..4_u8).prop_map(|(which, of, pieces)| Step::Gallery { which, of, pieces }),
        2 => (which, any::<u8>()).prop_map(|(which, of)| Step::RemovePicture { which, of }),
        9 => which.prop_map(|which| Step::Submit { which }),
        2 => which.prop_map(|which| Step::SubmitTwice { which }),
        6 => which.prop_map(|which| Step::Reopen { which }),
        2 => which.prop_map(|which| Step::Retry { which }),
        2 => which.prop_map(|which| Step::DiscardDraft { which }),
        2 => which.prop_map(|which| Step::DiscardUnsent { which }),
        4 => prop::bool::weighted(0.75).prop_map(|who| Step::SignIn { who }),
        2 => Just(Step::SignOut),
        4 => Just(Step::SaveProfile),
        2 => prop::bool::weighted(0.7).prop_map(|given| Step::Agree { given }),
        3 => Just(Step::SyncNow),
        1 => Just(Step::Suspend),
        1 => Just(Step::Resume),
    ]
}

fn surroundings() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![4 => 0..2_000_u32, 4 => 2_000..20_000_u32, 1 => 20_000..400_000_u32];
    let jump = prop_oneof![-40_000_000_000_i64..40_000_000_000, -60_000_i64..60_000];
    prop_oneof![
        14 => wait.prop_map(|ms| Step::Wait { ms }),
        6 => weather().prop_map(Step::Weather),
        2 => Just(Step::Kill),
        8 => (fuse(), prop::option::weighted(0.3, fuse())).prop_map(|(at, again)| Step::DieAt { at, again }),
        2 => (0..12_u8).prop_map(|after| Step::DiskFull { after }),
        2 => Just(Step::DiskFree),
        1 => jump.prop_map(|ms| Step::ClockJump { ms }),
        1 => any::<u8>().prop_map(|keeps| Step::ServerCrash { keeps }),
        1 => Just(Step::Expire),
        1 => (any::<bool>(), any::<u8>()).prop_map(|(who, n)| Step::Elsewhere { who, n }),
        1 => (0..4_u8).prop_map(|without| Step::Publish { without }),
        2 => any::<u8>().prop_map(|which| Step::Staff { which }),
        1 => Just(Step::Collect),
    ]
}

/// Any schedule.
pub fn any_schedule() -> impl Strategy<Value = Schedule> {
    let steps = prop::collection::vec(prop_oneof![citizen(), surroundings()], 4..28);
    let begin = prop::bool::weighted(0.8);
    (any::<u64>(), begin, steps).prop_map(|(seed, begin, mut steps)| {
        if begin {
            steps.insert(0, Step::SignIn { who: true });
        }
        Schedule { seed, steps }
    })
}
