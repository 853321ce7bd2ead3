//! Which compiler builds for a target that the machine's own Rust may lack.
//!
//! First choice: the standard library of the toolchain Cargo runs under (there, or fetched by rustup).
//! Otherwise Debian's `rustc-web` with the sources of its standard library, built along. The two keep
//! apart in target folders of their own, since each would throw away the other's work.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    paths::Paths,
    process::{cargo, command, on_path, output, run},
    setup,
};

/// Forces one of the two: `rustup` or `debian`.
const FORCE: &str = "KONTUMS_TOOLCHAIN";

/// The target of the UI.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Where the compiler for a foreign target comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    /// The Rust that Cargo runs under, which has the target's standard library.
    Rustup,
    /// Debian's newer Rust, which builds the standard library itself.
    Debian,
}

impl Toolchain {
    /// Chooses for `target` and puts in place what the choice needs.
    ///
    /// # Errors
    /// When neither can be had.
    pub(crate) fn for_target(target: &str) -> Result<Self> {
        match std::env::var(FORCE).as_deref() {
            Ok("rustup") => {
                if !has_std(target)? {
                    add_target(target)?;
                }
                Ok(Self::Rustup)
            }
            Ok("debian") => Self::debian(),
            Ok(other) => bail!("{FORCE} is \"{other}\"; it may be rustup or debian"),
            Err(_) => {
                if has_std(target)? {
                    return Ok(Self::Rustup);
                }
                match add_target(target) {
                    Ok(()) => Ok(Self::Rustup),
                    Err(error) => {
                        println!("no {target} from rustup ({error:#}); taking Debian's Rust");
                        Self::debian()
                    }
                }
            }
        }
    }

    fn debian() -> Result<Self> {
        setup::require(&setup::DEBIAN_RUST)?;
        Ok(Self::Debian)
    }

    /// Lints `packages`, warnings being errors. Clippy reads only what its own compiler made, so with
    /// Debian's Rust it is the compiler's warnings alone.
    pub(crate) fn lint(self, paths: &Paths, purpose: &str, target: &str, packages: &[&str]) -> Command {
        let (verb, strict): (_, &[&str]) = match self {
            Self::Rustup => ("clippy", &["--", "-D", "warnings"]),
            Self::Debian => ("check", &["-Zwarnings", "--config", "build.warnings='deny'"]),
        };
        let mut cargo = self.cargo(paths, verb, purpose, target);
        cargo.args(packages).args(strict);
        cargo
    }

    /// The target folder for one purpose (`ui`, `mobile`).
    pub(crate) fn target_dir(self, paths: &Paths, purpose: &str) -> PathBuf {
        paths.target().join(match self {
            Self::Rustup => purpose.to_owned(),
            Self::Debian => format!("{purpose}-debian"),
        })
    }

    /// `cargo VERB` for a target, in the target folder of a purpose.
    pub(crate) fn cargo(self, paths: &Paths, verb: &str, purpose: &str, target: &str) -> Command {
        let mut cargo = cargo();
        cargo.current_dir(&paths.root).arg(verb).args(["--target", target]);
        cargo.arg("--target-dir").arg(self.target_dir(paths, purpose));
        cargo.args(self.args(target)).envs(self.env().iter().copied());
        cargo
    }

    fn args(self, target: &str) -> &'static [&'static str] {
        match self {
            Self::Rustup => &[],
            Self::Debian if target.starts_with("wasm32-") => &["-Zbuild-std=std,panic_abort"],
            Self::Debian => &["-Zbuild-std=std,panic_unwind"],
        }
    }

    fn env(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Rustup => &[],
            Self::Debian => &[
                ("RUSTC", setup::DEBIAN_RUSTC),
                ("RUSTDOC", setup::DEBIAN_RUSTDOC),
                ("RUSTC_BOOTSTRAP", "1"),
                ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld"),
            ],
        }
    }
}

/// Whether the Rust that Cargo runs under has the target's standard library.
fn has_std(target: &str) -> Result<bool> {
    let sysroot = output(command("rustc").args(["--print", "sysroot"])).context("there is no rustc")?;
    Ok(Path::new(sysroot.trim()).join("lib/rustlib").join(target).join("lib").is_dir())
}

fn add_target(target: &str) -> Result<()> {
    if !on_path("rustup") {
        bail!("there is no rustup");
    }
    let mut rustup = command("rustup");
    rustup.args(["target", "add", target]);
    if let Some(toolchain) = std::env::var_os("RUSTUP_TOOLCHAIN") {
        rustup.arg("--toolchain").arg(toolchain);
    }
    run(&mut rustup)?;
    if !has_std(target)? {
        bail!("rustup added {target}, but not to the Rust that Cargo runs under");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_debians_rust_builds_its_own_std() {
        let table = [
            (Toolchain::Rustup, WASM, &[] as &[&str], false),
            (Toolchain::Debian, WASM, &["-Zbuild-std=std,panic_abort"], true),
            (Toolchain::Debian, "aarch64-linux-android", &["-Zbuild-std=std,panic_unwind"], true),
        ];
        for (toolchain, target, args, bootstrap) in table {
            assert_eq!(toolchain.args(target), args, "{toolchain:?} {target}");
            assert_eq!(toolchain.env().iter().any(|(name, _)| *name == "RUSTC_BOOTSTRAP"), bootstrap, "{toolchain:?}");
        }
    }

    #[test]
    fn the_two_keep_apart() {
        let paths = Paths { root: "/p".into() };
        assert_ne!(Toolchain::Rustup.target_dir(&paths, "ui"), Toolchain::Debian.target_dir(&paths, "ui"));
    }
}
