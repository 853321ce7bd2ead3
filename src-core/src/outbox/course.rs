//! The course of one upload, purely: what to ask next, and when a break is worth going on after at once.
//!
//! A link that breaks every few seconds still moves a file, as long as every connection moves it a little:
//! so a break after progress is no failure. One without any is allowed a second try (a lost answer looks
//! just so); after that the engine's patience decides.

/// Breaks in a row, without a byte in between, after which the try ends.
const FRUITLESS: u32 = 2;

/// What to ask of the server next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Create the upload with the file, or with as much of it as goes into one request.
    Send,
    /// Create the upload without a byte, or find it: it may be there already.
    Find,
    /// Ask how far the upload at this address is.
    Ask(String),
    /// Send what follows these bytes.
    Append(String, u64),
    /// Nothing: all of it is there.
    Done,
}

/// Where one upload stands.
#[derive(Clone, Debug)]
pub(super) struct Course {
    total: u64,
    url: Option<String>,
    /// What the server has, if nothing was sent since it said so.
    offset: Option<u64>,
    /// Something may have been sent before.
    begun: bool,
    furthest: u64,
    fruitless: u32,
}

impl Course {
    /// An upload of `total` bytes; `begun` when an earlier try may have sent some, `url` where it is if known.
    pub(super) const fn new(total: u64, begun: bool, url: Option<String>) -> Self {
        Self { total, url, offset: None, begun, furthest: 0, fruitless: 0 }
    }

    /// What to ask next.
    pub(super) fn next(&self) -> Step {
        match (&self.url, self.offset) {
            (_, Some(offset)) if offset >= self.total => Step::Done,
            (Some(url), Some(offset)) => Step::Append(url.clone(), offset),
            (Some(url), None) => Step::Ask(url.clone()),
            (None, _) if self.begun => Step::Find,
            (None, _) => Step::Send,
        }
    }

    /// The most that the server is known to have had, in bytes.
    pub(super) const fn furthest(&self) -> u64 {
        self.furthest
    }

    /// The server has named the upload and said how far it is.
    pub(super) fn created(&mut self, url: String, offset: u64) {
        self.url = Some(url);
        self.reached(offset);
    }

    /// The server has said how far it is.
    pub(super) fn reached(&mut self, offset: u64) {
        self.begun = true;
        self.offset = Some(offset);
        if offset > self.furthest {
            self.furthest = offset;
            self.fruitless = 0;
        }
    }

    /// The server no longer knows the upload: it is made anew.
    pub(super) fn gone(&mut self) -> bool {
        self.url = None;
        self.furthest = 0;
        self.broke()
    }

    /// No answer came, or one that says that the server is elsewhere. Answers whether to go on at once.
    pub(super) fn broke(&mut self) -> bool {
        self.begun = true;
        self.offset = None;
        self.fruitless += 1;
        self.fruitless < FRUITLESS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url() -> String {
        "/u".to_owned()
    }

    #[test]
    fn a_first_try_sends_at_once_and_a_later_one_asks_first() {
        assert_eq!(Course::new(9, false, None).next(), Step::Send);
        assert_eq!(Course::new(9, true, None).next(), Step::Find);
        assert_eq!(Course::new(9, true, Some(url())).next(), Step::Ask(url()));
    }

    #[test]
    fn after_every_break_the_server_is_asked_how_far_it_is() {
        let mut course = Course::new(9, false, None);
        assert!(course.broke());
        assert_eq!(course.next(), Step::Find);
        course.created(url(), 4);
        assert_eq!(course.next(), Step::Append(url(), 4));
        assert!(course.broke());
        assert_eq!(course.next(), Step::Ask(url()));
        course.reached(7);
        assert_eq!(course.next(), Step::Append(url(), 7));
        course.reached(9);
        assert_eq!(course.next(), Step::Done);
    }

    #[test]
    fn breaks_with_progress_never_end_a_try_and_those_without_do() {
        let mut course = Course::new(1_000, false, None);
        for offset in 1..900 {
            assert!(course.broke(), "{offset}");
            course.created(url(), offset);
        }
        assert!(course.broke());
        course.reached(899);
        assert!(!course.broke(), "asked, and not a byte further");
    }

    #[test]
    fn a_lost_upload_is_made_anew_but_not_for_ever() {
        let mut course = Course::new(9, true, Some(url()));
        assert!(course.gone());
        assert_eq!(course.next(), Step::Find);
        assert!(!course.gone(), "a server that forgets what it has just made");
    }
}
