//! How many connections one address has open.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::auth::peer::Peer;

/// The places that each address has taken. Clones count together.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    per_address: usize,
    taken: Arc<Mutex<HashMap<Peer, usize>>>,
}

/// A place, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    peer: Peer,
    of: Places,
}

impl Places {
    /// So many for each address.
    pub(crate) fn new(per_address: usize) -> Self {
        Self { per_address, taken: Arc::default() }
    }

    /// A place for a connection from this address, if it has one left.
    pub(crate) fn take(&self, address: IpAddr) -> Option<Place> {
        let peer = Peer::of(Some(address));
        let mut taken = self.taken();
        let count = taken.get(&peer).copied().unwrap_or(0);
        if count >= self.per_address {
            return None;
        }
        taken.insert(peer, count + 1);
        Some(Place { peer, of: self.clone() })
    }

    fn taken(&self) -> MutexGuard<'_, HashMap<Peer, usize>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.of.taken();
        match taken.get_mut(&self.peer) {
            Some(count @ 2..) => *count -= 1,
            Some(_) | None => {
                taken.remove(&self.peer);
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_its_own_and_gets_them_back() {
        let places = Places::new(2);
        let take = |address: &str| places.take(address.parse().unwrap());
        let (first, second) = (take("192.0.2.1").unwrap(), take("192.0.2.1").unwrap());
        assert!(take("192.0.2.1").is_none());
        let other = take("192.0.2.2").unwrap();
        drop(first);
        let third = take("192.0.2.1").unwrap();
        assert!(take("::ffff:192.0.2.1").is_none());
        drop((second, third, other));
        assert!(places.taken().is_empty(), "nobody is remembered");
    }
}
