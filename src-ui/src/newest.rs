//! Which of several questions was asked last, so that an answer that was overtaken can be left aside.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};

/// Numbers questions; clones count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Newest(Arc<AtomicU64>);

impl Newest {
    /// The number of a question that is asked now; all before it are overtaken.
    pub(crate) fn ask(&self) -> u64 {
        self.0.fetch_add(1, Relaxed) + 1
    }

    /// Whether nothing was asked since.
    pub(crate) fn is(&self, number: u64) -> bool {
        self.0.load(Relaxed) == number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_the_newest_until_the_next() {
        let newest = Newest::default();
        let first = newest.ask();
        assert!(newest.is(first));
        let second = newest.clone().ask();
        assert!(!newest.is(first) && newest.is(second));
    }
}
