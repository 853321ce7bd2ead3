//! When to try: the pure state machine (`state`) and the loop that carries it out (`engine`).

pub(crate) mod engine;
pub(crate) mod state;

/// Something happened that makes trying worth while, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// The app started.
    Started,
    /// The app came back to the foreground, or the browser says `online`.
    Resumed,
    /// The citizen asked.
    Asked,
    /// A report was put into the outbox.
    Submitted,
    /// The app went to the background: nothing more is started.
    Suspended,
}
