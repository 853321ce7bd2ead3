//! What becomes of a request. Drawn from the schedule's seed, the request and how often it was made, not from
//! the order in which requests happen to be made: so a schedule that is run again goes the same way.

use super::{power::spread, schedule::Weather, tally::Fault, world::World};

/// What becomes of one request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fate {
    /// What goes wrong.
    pub(super) fault: Option<Fault>,
    /// How long it is on its way.
    pub(super) there_ms: u64,
    /// How long its answer is.
    pub(super) back_ms: u64,
    /// How much of an upload that is cut off arrives, in 256ths.
    pub(super) keeps: u8,
    /// How much later a request arrives that does so late.
    pub(super) late_ms: i64,
}

/// May befall any request.
const ANY: [Fault; 9] = [
    Fault::NeverLeft,
    Fault::LostThere,
    Fault::ReplyLost,
    Fault::ReplyLost,
    Fault::Twice,
    Fault::Portal,
    Fault::Mangled,
    Fault::Unavailable,
    Fault::GatewayTimeout,
];
/// May befall those that change something, beside the others.
const CHANGING: [Fault; 5] = [Fault::Late, Fault::TwiceLate, Fault::Slow, Fault::Slow, Fault::EndedMeanwhile];
/// May befall uploads, beside the others.
const CARRYING: [Fault; 2] = [Fault::Cut, Fault::Cut];

fn pick(from: &[Fault], n: u64) -> Option<Fault> {
    let at = usize::try_from(n % (from.len().max(1) as u64)).unwrap_or(0);
    from.get(at).copied()
}

impl World {
    /// The fate of the next request of this kind about this thing.
    pub(super) fn fate(&self, kind: &'static str, about: u128, changes: bool, carries: bool) -> Fate {
        self.tally.request();
        let nth = self.asked_again(kind, about);
        let of_kind = kind.bytes().fold(0, |n, byte| spread(n ^ u64::from(byte)));
        let [a, b, c, d, e, f, g, h, rest @ ..] = about.to_be_bytes();
        let halves = [[a, b, c, d, e, f, g, h], rest].map(u64::from_be_bytes);
        let mut chance = halves.into_iter().chain([nth, of_kind]).fold(self.seed, |n, part| spread(n ^ part));
        let mut draw = |below: u64| {
            chance = spread(chance);
            chance % below
        };
        let mut from = ANY.to_vec();
        if changes {
            from.extend(CHANGING);
        }
        if carries {
            from.extend(CARRYING);
        }
        let fault = match self.weather() {
            Weather::Fine => None,
            Weather::Off => Some(Fault::NeverLeft),
            Weather::Trouble => Some(Fault::Unavailable),
            Weather::Bad(percent) => (draw(100) < u64::from(percent)).then(|| pick(&from, draw(1 << 32))).flatten(),
        };
        let slow = if fault == Some(Fault::Slow) { 40_000 } else { 0 };
        Fate {
            fault,
            there_ms: draw(150) + draw(2) * slow,
            back_ms: draw(150) + slow,
            keeps: u8::try_from(draw(256)).unwrap_or(0),
            late_ms: i64::try_from(draw(if changes { 300_000 } else { 1 })).unwrap_or(0),
        }
    }
}
