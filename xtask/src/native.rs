//! The native build: app, server and what tests them.
//!
//! Invariant: `build`, `test`, `clippy` and `doc` all select the same packages and features. Cargo
//! unifies features over what is selected, so another selection would compile hundreds of crates a
//! second time. For the same reason programs that are built for the tests are built along with them:
//! the tests' own dependencies bring features too. The UI (wasm) and this program keep out of it.

use std::{path::PathBuf, process::Command};

use anyhow::{Result, ensure};

use crate::{
    paths::Paths,
    process::{cargo, run},
};

/// The one selection. `custom-protocol` embeds the UI, as in what is shipped.
const SELECTION: [&str; 7] =
    ["--workspace", "--exclude", "kontums-ui", "--exclude", "xtask", "--features", "kontums/custom-protocol"];

/// `cargo VERB` over the native packages.
pub(crate) fn cargo_native(paths: &Paths, verb: &str) -> Command {
    let mut cargo = cargo();
    cargo.current_dir(&paths.root).arg(verb).args(SELECTION);
    cargo
}

/// What the programs are built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To be tried out.
    Dev,
    /// To be used by the tests.
    Tests,
    /// To be shipped.
    Release,
}

impl Purpose {
    fn args(self) -> &'static [&'static str] {
        match self {
            Self::Dev => &["--bins"],
            Self::Tests => &["--bins", "--tests"],
            Self::Release => &["--bins", "--release"],
        }
    }

    fn dir(self) -> &'static str {
        match self {
            Self::Dev | Self::Tests => "debug",
            Self::Release => "release",
        }
    }
}

/// The programs of one native build.
#[derive(Clone, Debug)]
pub(crate) struct Programs {
    dir: PathBuf,
}

impl Programs {
    /// Builds them. The UI must be there already: the shell embeds it.
    ///
    /// # Errors
    /// When the build fails.
    pub(crate) fn build(paths: &Paths, purpose: Purpose) -> Result<Self> {
        run(cargo_native(paths, "build").args(purpose.args()))?;
        Ok(Self { dir: paths.target().join(purpose.dir()) })
    }

    /// The app.
    pub(crate) fn app(&self) -> PathBuf {
        self.dir.join("kontums")
    }

    /// The PAKN server.
    pub(crate) fn server(&self) -> PathBuf {
        self.dir.join("pakn-server")
    }

    /// What drives the main job through the window.
    ///
    /// # Errors
    /// When it was not built.
    pub(crate) fn main_job(&self) -> Result<PathBuf> {
        let program = self.dir.join("main-job");
        ensure!(program.exists(), "there is no {}", program.display());
        Ok(program)
    }
}
