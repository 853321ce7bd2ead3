//! Where things are. Everything that is made lies under `target/`.

use std::path::{Path, PathBuf};

/// The places in the project folder.
#[derive(Clone, Debug)]
pub(crate) struct Paths {
    /// The project folder.
    pub(crate) root: PathBuf,
}

impl Paths {
    /// Places relative to the folder this program was built from.
    pub(crate) fn find() -> Self {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        Self { root: manifest.parent().unwrap_or(Path::new(".")).to_owned() }
    }

    /// Cargo's target folder of the native build.
    pub(crate) fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// What the shell embeds: the finished UI.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("target/ui/dist")
    }
}
