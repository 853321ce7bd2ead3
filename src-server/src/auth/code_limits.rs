//! How often codes may be asked for.
//!
//! An SMS draws from the number as asked for from this address (and waits for the one before), the number, the address, and
//! what all numbers together may have in an hour; from all or from none. Nothing here knows accounts.
//!
//! Others can empty a number's, an address' or everybody's bucket. So a number that was proved from this address since
//! the server started draws from its own here and from a second one for everybody: its owner gets
//! a code where she usually is. A code that is entered rightly gives back what it drew, except what SMS cost, so only
//! codes that nobody enters add up. One address alone takes at most half of what a number has.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use pakn_api::model::phone::PhoneNumber;

use super::{
    limit::{Buckets, Known},
    peer::Peer,
};
use crate::config::Codes;

/// The buckets, and which numbers are at home at which addresses.
#[derive(Debug)]
pub(crate) struct CodeLimits(Mutex<State>);

#[derive(Debug)]
struct State {
    resend: Buckets<(PhoneNumber, Peer)>,
    number_from_peer: Buckets<(PhoneNumber, Peer)>,
    number: Buckets<PhoneNumber>,
    peer: Buckets<Peer>,
    /// By whether it is for a number at home.
    all: Buckets<bool>,
    at_home: Known<(PhoneNumber, Peer)>,
}

impl CodeLimits {
    pub(crate) fn new(codes: &Codes) -> Self {
        let seconds = |seconds: u64| Duration::from_secs(seconds.max(1));
        let (burst, refill) = (codes.number_burst.max(1), seconds(codes.number_refill_seconds));
        // Half at once, half over the hour: in no hour more than is said.
        let half = (codes.sms_per_hour / 2).max(1);
        Self(Mutex::new(State {
            resend: Buckets::new(1, seconds(codes.resend_seconds.into())),
            number_from_peer: Buckets::new(burst, refill),
            number: Buckets::new(burst.saturating_mul(2), refill / 2),
            peer: Buckets::new(codes.address_burst, seconds(codes.address_refill_seconds)),
            all: Buckets::new(half, Duration::from_secs(3_600) / half),
            at_home: Known::default(),
        }))
    }

    /// Takes one code for this number at this address' wish, or says how long to wait.
    pub(crate) fn take(&self, number: &PhoneNumber, peer: Peer, now: Instant) -> Result<(), Duration> {
        let mut state = self.state();
        let pair = (number.clone(), peer);
        let (wait, at_home) = (state.wait(&pair, now), state.at_home.contains(&pair));
        if !wait.is_zero() {
            if wait == state.all.wait(&at_home, now) {
                tracing::warn!(at_home, "more codes are asked for than codes.sms_per_hour");
            }
            return Err(wait);
        }
        state.resend.draw(pair.clone(), now);
        state.number_from_peer.draw(pair, now);
        state.all.draw(at_home, now);
        if !at_home {
            state.number.draw(number.clone(), now);
            state.peer.draw(peer, now);
        }
        Ok(())
    }

    /// How long until the next code for this number at this address' wish.
    pub(crate) fn next_in(&self, number: &PhoneNumber, peer: Peer, now: Instant) -> Duration {
        self.state().wait(&(number.clone(), peer), now)
    }

    /// A code was entered rightly from this address: gives back what one drew, and remembers the address.
    pub(crate) fn proved(&self, number: PhoneNumber, peer: Peer, now: Instant) {
        let mut state = self.state();
        let pair = (number, peer);
        state.number_from_peer.give_back(&pair);
        if !state.at_home.contains(&pair) {
            state.number.give_back(&pair.0);
            state.peer.give_back(&peer);
        }
        state.at_home.insert(pair, now);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The longest wait of all buckets that a code draws from.
    fn wait(&self, pair: &(PhoneNumber, Peer), now: Instant) -> Duration {
        let (number, peer) = pair;
        let at_home = self.at_home.contains(pair);
        let here = self.resend.wait(pair, now).max(self.number_from_peer.wait(pair, now));
        let elsewhere = if at_home { Duration::ZERO } else { self.number.wait(number, now).max(self.peer.wait(peer, now)) };
        let all = self.all.wait(&at_home, now);
        here.max(elsewhere).max(all)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);
    const HOUR: Duration = Duration::from_secs(3_600);

    fn limits(change: impl FnOnce(&mut Codes)) -> CodeLimits {
        let mut codes = Codes::default();
        change(&mut codes);
        CodeLimits::new(&codes)
    }

    fn number(last: u32) -> PhoneNumber {
        PhoneNumber::parse(&format!("09{last:08}")).unwrap()
    }

    fn stranger(nth: u8) -> Peer {
        Peer::of(Some([203, 0, 113, nth].into()))
    }

    fn owner() -> Peer {
        Peer::of(Some([198, 51, 100, 7].into()))
    }

    #[test]
    fn the_next_one_comes_after_a_minute() {
        let (limits, now) = (limits(|_| ()), Instant::now());
        limits.take(&number(1), owner(), now).unwrap();
        assert_eq!(limits.take(&number(1), owner(), now), Err(MINUTE));
        limits.take(&number(2), owner(), now).unwrap();
        limits.take(&number(1), stranger(1), now).unwrap();
        limits.take(&number(1), owner(), now + MINUTE).unwrap();
    }

    /// So many codes a day for one number, from so many addresses that never enter one rightly.
    fn in_a_day(addresses: u8) -> usize {
        let (limits, begun) = (limits(|_| ()), Instant::now());
        (0..24 * 60)
            .flat_map(|minute| (0..addresses).map(move |nth| (minute, nth)))
            .filter(|(minute, nth)| limits.take(&number(1), stranger(*nth), begun + MINUTE * *minute).is_ok())
            .count()
    }

    #[test]
    fn codes_of_a_number_are_bounded_from_one_and_from_many_addresses() {
        assert_eq!(in_a_day(1), 5 + 11);
        assert_eq!(in_a_day(50), 10 + 23);
    }

    #[test]
    fn one_address_leaves_half_to_others() {
        let (limits, begun) = (limits(|_| ()), Instant::now());
        for minute in 0..24 * 60 {
            let _ = limits.take(&number(1), stranger(1), begun + MINUTE * minute);
        }
        limits.take(&number(1), owner(), begun + HOUR * 24).unwrap();
    }

    #[test]
    fn an_owner_gets_codes_where_she_had_one_before() {
        let (limits, now) = (limits(|codes| codes.sms_per_hour = 30), Instant::now());
        limits.take(&number(1), owner(), now).unwrap();
        limits.proved(number(1), owner(), now);
        let now = now + MINUTE;
        for nth in 0..20 {
            let _ = limits.take(&number(1), stranger(nth), now);
            let _ = limits.take(&number(100 + u32::from(nth)), owner(), now);
        }
        for nth in 0..=255 {
            let _ = limits.take(&number(1_000 + u32::from(nth)), stranger(nth), now);
        }
        limits.take(&number(1), stranger(99), now).unwrap_err();
        limits.take(&number(99), owner(), now).unwrap_err();
        for minute in 0..5 {
            limits.take(&number(1), owner(), now + MINUTE * minute).unwrap();
        }
        limits.take(&number(1), owner(), now + MINUTE * 5).unwrap_err();
    }

    #[test]
    fn codes_that_are_entered_dont_add_up() {
        let (limits, begun) = (limits(|codes| codes.sms_per_hour = 1_000), Instant::now());
        for nth in 0..100 {
            // A whole neighbourhood behind one address.
            limits.take(&number(nth), owner(), begun).unwrap();
            limits.proved(number(nth), owner(), begun);
        }
        for nth in 1..=100 {
            let now = begun + MINUTE * nth;
            limits.take(&number(1), owner(), now).unwrap();
            limits.proved(number(1), owner(), now);
        }
    }

    #[test]
    fn all_together_are_bounded_by_the_hour() {
        let (limits, now) = (limits(|codes| codes.sms_per_hour = 10), Instant::now());
        let sent = |minute: u32| {
            let now = now + MINUTE * minute;
            (0..200)
                .filter(|nth| limits.take(&number(minute * 200 + *nth), stranger((*nth).try_into().unwrap()), now).is_ok())
                .count()
        };
        assert_eq!((sent(0), sent(1)), (5, 0));
        assert_eq!((2..60).map(sent).sum::<usize>(), 4);
        assert_eq!(limits.take(&number(99_999), owner(), now + MINUTE * 59), Err(MINUTE));
    }

    #[test]
    fn waiting_as_long_as_is_said_is_enough() {
        let (limits, mut now) = (limits(|_| ()), Instant::now());
        for _ in 0..20 {
            if let Err(wait) = limits.take(&number(1), owner(), now) {
                assert_eq!(limits.next_in(&number(1), owner(), now), wait);
                now += wait;
                limits.take(&number(1), owner(), now).unwrap();
            }
        }
    }
}
