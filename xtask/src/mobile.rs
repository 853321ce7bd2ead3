//! `check-mobile`: type-checks and lints the whole app for phones on a machine without Android NDK or Xcode.
//!
//! Checking needs no linker, but the C in some crates is compiled on the way. For Android that is
//! clang with musl's headers, thus a real compile; for iOS, whose headers are not free, a compiler
//! that writes empty objects. What this proves is that the Rust is right, and nothing else.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::{paths::Paths, process::run, setup, toolchain::Toolchain};

const PURPOSE: &str = "mobile";
/// The app as it is shipped.
const APP: [&str; 4] = ["--package", "kontums", "--features", "custom-protocol"];

/// A kind of phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Phone {
    /// Android, 64-bit ARM.
    Android,
    /// iOS, devices.
    Ios,
}

impl Phone {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Android, Self::Ios];

    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Android => "Android",
            Self::Ios => "iOS",
        }
    }

    /// What Rust calls it.
    pub(crate) fn target(self) -> &'static str {
        match self {
            Self::Android => "aarch64-linux-android",
            Self::Ios => "aarch64-apple-ios",
        }
    }

    /// Stand-ins for the platform's tools: name and script.
    fn tools(self) -> Vec<(&'static str, String)> {
        match self {
            Self::Android => {
                let headers = setup::MUSL_HEADERS;
                let clang = format!("exec clang --target=aarch64-linux-android24 -nostdlibinc -isystem {headers} \"$@\"\n");
                vec![("cc", clang), ("ar", AR.to_owned())]
            }
            Self::Ios => vec![("cc", EMPTY_OBJECT.to_owned()), ("ar", AR.to_owned()), ("path/xcrun", XCRUN.to_owned())],
        }
    }
}

/// The folder of the tools that are found by name.
const ON_PATH: &str = "path";

/// An archive that holds nothing: nothing is ever linked.
const AR: &str = r#"for word in "$@"; do
    case "$word" in *.a) printf '!<arch>\n' > "$word" ;; esac
done
"#;

/// Writes an empty file for `-o FILE`, or, preprocessing, nothing.
const EMPTY_OBJECT: &str = r#"while [ $# -gt 0 ]; do
    case "$1" in
        -o) : > "$2"; shift ;;
        -o*) : > "${1#-o}" ;;
    esac
    shift
done
"#;

/// Says where an SDK would be, and its version.
const XCRUN: &str = r#"case "$*" in
    *version*) echo 18.0 ;;
    *) dirname "$0" ;;
esac
"#;

/// Type-checks the app for one kind of phone.
///
/// # Errors
/// When it doesn't compile, or the means to check it can't be had.
pub(crate) fn check(paths: &Paths, phone: Phone) -> Result<()> {
    let target = phone.target();
    let toolchain = Toolchain::for_target(target)?;
    // The shell embeds the UI; for types any folder will do.
    fs::create_dir_all(paths.dist())?;
    let tools = toolchain.target_dir(paths, PURPOSE).join("tools").join(target);
    write_tools(&tools, phone)?;
    println!("\n{target}");
    let mut lint = toolchain.lint(paths, PURPOSE, target, &APP);
    run(lend_tools(&mut lint, &tools, target)?)
}

fn write_tools(dir: &Path, phone: Phone) -> Result<()> {
    for (name, script) in phone.tools() {
        let path = dir.join(name);
        let script = format!("#!/bin/sh\n# Made by `cargo xtask check-mobile`.\n{script}");
        if fs::read_to_string(&path).ok().as_deref() != Some(&script) {
            fs::create_dir_all(path.parent().unwrap_or(dir))?;
            fs::write(&path, script).with_context(|| path.display().to_string())?;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755))?;
        }
    }
    Ok(())
}

fn lend_tools<'c>(cargo: &'c mut Command, tools: &Path, target: &str) -> Result<&'c mut Command> {
    let suffix = target.replace('-', "_");
    cargo.env(format!("CC_{suffix}"), tools.join("cc")).env(format!("AR_{suffix}"), tools.join("ar"));
    // Only what build scripts look for by name: a `cc` found there would replace the linker of this machine.
    let rest = std::env::var_os("PATH").unwrap_or_default();
    let path = std::iter::once(tools.join(ON_PATH)).chain(std::env::split_paths(&rest));
    Ok(cargo.env("PATH", std::env::join_paths(path)?))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;
    use crate::process::output;

    #[test]
    fn the_stand_ins_make_what_build_scripts_wait_for() {
        let dir = tempfile::tempdir().unwrap();
        write_tools(dir.path(), Phone::Ios).unwrap();
        let (object, library) = (dir.path().join("a.o"), dir.path().join("liba.a"));
        run(Command::new(dir.path().join("cc")).args(["-c", "a.c", "-o"]).arg(&object)).unwrap();
        run(Command::new(dir.path().join("ar")).arg("cq").arg(&library).arg(&object)).unwrap();
        assert!(object.exists() && library.exists());
        let xcrun = dir.path().join(ON_PATH).join("xcrun");
        let sdk = output(Command::new(&xcrun).args(["--sdk", "iphoneos", "--show-sdk-path"])).unwrap();
        assert!(Path::new(sdk.trim()).is_dir(), "{sdk}");
        assert_eq!(output(Command::new(&xcrun).args(["--show-sdk-version"])).unwrap(), "18.0\n");
    }

    #[test]
    fn no_stand_in_hides_a_tool_of_this_machine() {
        for phone in Phone::ALL {
            for (name, _) in phone.tools() {
                assert!(!name.starts_with(ON_PATH) || name == "path/xcrun", "{phone:?}: {name}");
            }
        }
    }
}
