//! The gate before everything that changes the disk, apart from the token store's and the lock's file.
//!
//! One step is what a crash can fall before or after: a transaction, a file made, filled, synced, renamed
//! or removed. [`Ambient::before_write`] may refuse it, which is how tests let disks be full and processes
//! die; [`Ambient::after_write`] may hide that it happened. Whoever hears an error must not take it that
//! nothing happened: what is removed because a step failed must be safe to remove if it succeeded.

use std::{fmt, io, sync::Arc};

use crate::ambient::{Ambient, Device};

/// The gate, shared by the database and the folders of pictures.
#[derive(Clone)]
pub struct Disk(Arc<dyn Ambient>);

impl Disk {
    /// The gate of these surroundings.
    #[must_use]
    pub fn new(ambient: Arc<dyn Ambient>) -> Self {
        Self(ambient)
    }

    /// Takes one step, unless it is refused.
    ///
    /// # Errors
    /// The step's own, or what the surroundings say before or after it.
    pub fn step<T, E: From<io::Error>>(&self, step: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.0.before_write()?;
        let done = step()?;
        self.0.after_write()?;
        Ok(done)
    }
}

impl Default for Disk {
    fn default() -> Self {
        Self(Arc::new(Device))
    }
}

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Disk")
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
mod tests;
