//! What a device's lines mean to whoever follows them.

use std::collections::BTreeSet;

use anyhow::ensure;

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// A draft begun, its form kept, or thrown away.
    Draft,
    /// A picture announced, handed over, prepared.
    Attach,
    /// A draft handed to the outbox.
    Submit,
    /// Bytes on their way.
    Upload,
}

impl Phase {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Draft, Self::Attach, Self::Submit, Self::Upload];

    /// Its first word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Attach => "attach",
            Self::Submit => "submit",
            Self::Upload => "upload",
        }
    }

    /// The phase of a line, if it is about work.
    #[must_use]
    pub fn of(line: &str) -> Option<Self> {
        let word = line.split(' ').next()?;
        Self::ALL.into_iter().find(|phase| phase.word() == word)
    }
}

/// What the core has answered for, over all lives of the device.
#[derive(Debug, Default)]
pub struct Kept(BTreeSet<String>);

impl Kept {
    /// Hears a line.
    ///
    /// # Errors
    /// When something is begun again that had been kept.
    pub fn hear(&mut self, line: &str) -> anyhow::Result<()> {
        if let Some(done) = line.strip_prefix("done ") {
            self.0.insert(done.to_owned());
            return Ok(());
        }
        // What an answer promises: the form that was kept, the picture that was prepared, the report that was sent.
        let promise = match line.rsplit_once(' ') {
            Some((draft, "create")) => format!("{draft} save"),
            Some((attach, "begin")) => format!("{attach} finish"),
            _ => line.to_owned(),
        };
        let promised = Phase::of(line).is_some_and(|phase| phase != Phase::Upload) && self.0.contains(&promise);
        // Pieces and saves may come again; a blank draft may be thrown away in every life.
        let repeatable = ["chunk", "save", "finish", "discard", "wait"].iter().any(|end| line.ends_with(end));
        ensure!(repeatable || !promised, "lost: {promise:?} was answered, and now {line:?} is begun again");
        Ok(())
    }
}
