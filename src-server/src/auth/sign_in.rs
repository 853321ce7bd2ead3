//! How often signing in may be tried.
//!
//! A try draws from three buckets: the number as tried from this address (small), the address and the number
//! (larger), from all or from none. Who has many addresses can empty the number's bucket, so an address
//! from which this number has been signed in to (or proved by a code) since the server started neither draws from
//! that nor waits for it: its owner gets in from where she usually is. Every bucket refills by itself, so nobody is shut
//! out for good. What a right password drew is given back.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use pakn_api::model::phone::PhoneNumber;

use super::{
    limit::{Buckets, Known},
    peer::Peer,
};
use crate::config::Limits;

/// The buckets, and which numbers are at home at which addresses.
#[derive(Debug)]
pub(crate) struct SignInLimits(Mutex<State>);

#[derive(Debug)]
struct State {
    number_from_peer: Buckets<(PhoneNumber, Peer)>,
    peer: Buckets<Peer>,
    number: Buckets<PhoneNumber>,
    /// When a number was last signed in to from an address.
    at_home: Known<(PhoneNumber, Peer)>,
}

/// A try that was taken.
#[derive(Debug)]
pub(crate) struct Try {
    number: PhoneNumber,
    peer: Peer,
    at_home: bool,
}

impl SignInLimits {
    pub(crate) fn new(limits: &Limits) -> Self {
        let (burst, refill) = (limits.sign_in_burst, Duration::from_secs(limits.sign_in_refill_seconds.max(1)));
        Self(Mutex::new(State {
            number_from_peer: Buckets::new(burst, refill),
            peer: Buckets::new(burst.saturating_mul(10), refill / 10),
            number: Buckets::new(burst.saturating_mul(10), refill / 10),
            at_home: Known::default(),
        }))
    }

    /// Takes one try of this number from this address, or says how long to wait.
    pub(crate) fn take(&self, number: PhoneNumber, peer: Peer, now: Instant) -> Result<Try, Duration> {
        let mut state = self.state();
        let pair = (number.clone(), peer);
        let at_home = state.at_home.contains(&pair);
        let wait = state.number_from_peer.wait(&pair, now).max(state.peer.wait(&peer, now));
        let wait = if at_home { wait } else { wait.max(state.number.wait(&number, now)) };
        if !wait.is_zero() {
            return Err(wait);
        }
        state.number_from_peer.draw(pair, now);
        state.peer.draw(peer, now);
        if !at_home {
            state.number.draw(number.clone(), now);
        }
        Ok(Try { number, peer, at_home })
    }

    /// The password was right: gives the try back, and remembers the address.
    pub(crate) fn succeeded(&self, Try { number, peer, at_home }: Try, now: Instant) {
        let mut state = self.state();
        state.peer.give_back(&peer);
        if !at_home {
            state.number.give_back(&number);
        }
        let pair = (number, peer);
        state.number_from_peer.give_back(&pair);
        state.at_home.insert(pair, now);
    }

    /// The number has been proved from this address in another way, by a code.
    pub(crate) fn proved(&self, number: PhoneNumber, peer: Peer, now: Instant) {
        self.state().at_home.insert((number, peer), now);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use axum::{http::header::RETRY_AFTER, response::IntoResponse as _};

    use super::*;
    use crate::{auth::limit::MOST_KEYS, error::ApiError};

    fn limits(burst: u32) -> SignInLimits {
        SignInLimits::new(&Limits { sign_in_burst: burst, sign_in_refill_seconds: 60, ..Limits::default() })
    }

    fn number(last: usize) -> PhoneNumber {
        PhoneNumber::parse(&format!("09{last:08}")).unwrap()
    }

    fn stranger(nth: u8) -> Peer {
        Peer::of(Some([203, 0, 113, nth].into()))
    }

    fn owner() -> Peer {
        Peer::of(Some([198, 51, 100, 7].into()))
    }

    #[test]
    fn many_addresses_dont_shut_out_who_signed_in_from_here_before() {
        let (limits, now) = (limits(1), Instant::now());
        let first = limits.take(number(1), owner(), now).unwrap();
        limits.succeeded(first, now);
        for nth in 0..10 {
            limits.take(number(1), stranger(nth), now).unwrap();
        }
        limits.take(number(1), stranger(10), now).unwrap_err();
        for _ in 0..3 {
            let again = limits.take(number(1), owner(), now).unwrap();
            limits.succeeded(again, now);
        }
        limits.take(number(1), stranger(10), now).unwrap_err();
    }

    #[test]
    fn guessing_at_home_is_slowed_down_like_anywhere() {
        let (limits, now) = (limits(2), Instant::now());
        let first = limits.take(number(1), owner(), now).unwrap();
        limits.succeeded(first, now);
        for _ in 0..2 {
            limits.take(number(1), owner(), now).unwrap();
        }
        limits.take(number(1), owner(), now).unwrap_err();
    }

    #[test]
    fn a_refused_try_takes_nothing() {
        let (limits, now) = (limits(1), Instant::now());
        for other in 0..10 {
            limits.take(number(other), owner(), now).unwrap();
        }
        // The address has none left; had these drawn from the number's bucket, it would be empty now.
        for _ in 0..20 {
            limits.take(number(11), owner(), now).unwrap_err();
        }
        limits.take(number(11), stranger(1), now).unwrap();
        let wait = limits.take(number(11), owner(), now).unwrap_err();
        limits.take(number(11), owner(), now + wait).unwrap();
    }

    #[test]
    fn waiting_as_long_as_retry_after_says_is_enough() {
        let (limits, begun) = (limits(1), Instant::now());
        limits.take(number(1), owner(), begun).unwrap();
        let now = begun + Duration::from_millis(1_700);
        let wait = limits.take(number(1), owner(), now).unwrap_err();
        let response = ApiError::rate_limited(wait).into_response();
        let seconds = response.headers()[RETRY_AFTER].to_str().unwrap().parse().unwrap();
        assert_eq!(seconds, 59);
        limits.take(number(1), owner(), now + Duration::from_secs(seconds)).unwrap();
    }

    #[test]
    fn addresses_remembered_are_bounded() {
        let (limits, begun) = (limits(1), Instant::now());
        for nth in 0..=MOST_KEYS {
            let (number, now) = (number(nth), begun + Duration::from_secs(60) * u32::try_from(nth).unwrap());
            let taken = limits.take(number, owner(), now).unwrap();
            limits.succeeded(taken, now);
        }
        let state = limits.state();
        assert!(state.at_home.len() <= MOST_KEYS && state.at_home.contains(&(number(MOST_KEYS), owner())));
    }
}
