//! `test`: what CI runs. Cheap checks come first, so that a small mistake shows soon.

use std::{fs, path::Path, process::Command};

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::{
    app,
    display::Virtual,
    mobile::{self, Phone},
    native::{Programs, Purpose, cargo_native},
    paths::Paths,
    process::{cargo, output, run},
    setup,
    steps::Steps,
    toolchain::{Toolchain, WASM},
    ui,
};

/// The UI, as Cargo is asked for it: the profile is the one that builds it.
const UI: [&str; 4] = ["--package", ui::PACKAGE, "--profile", "ui-dev"];

/// How Clippy is asked: everything at once, warnings being errors.
const STRICT: [&str; 5] = ["--all-targets", "--keep-going", "--", "-D", "warnings"];

/// One of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Check {
    /// Layout of the sources.
    Fmt,
    /// The UI builds.
    Ui,
    /// Lints of everything native.
    Clippy,
    /// Lints of the UI.
    ClippyUi,
    /// Unit and integration tests, and those of xtask itself.
    Tests,
    /// The UI's unit tests.
    TestsUi,
    /// The documentation builds, with every link leading somewhere.
    Docs,
    /// End to end, in the real window.
    Window,
    /// The whole app type-checks for phones.
    Mobile,
}

impl Check {
    fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Ui => "UI",
            Self::Clippy => "clippy",
            Self::ClippyUi => "clippy of the UI",
            Self::Tests => "unit and integration tests",
            Self::TestsUi => "tests of the UI",
            Self::Docs => "docs",
            Self::Window => "end to end, in the window",
            Self::Mobile => "type check for phones",
        }
    }

    fn run(self, paths: &Paths) -> Result<()> {
        match self {
            Self::Fmt => run(cargo().current_dir(&paths.root).args(["fmt", "--all", "--check"])),
            Self::Ui => ui::build(paths, Toolchain::for_target(WASM)?, ui::Kind::Dev),
            Self::Clippy => {
                run(cargo_native(paths, "clippy").args(STRICT))?;
                run(own(paths, "clippy").args(STRICT))
            }
            Self::ClippyUi => run(&mut Toolchain::for_target(WASM)?.lint(paths, ui::PURPOSE, WASM, &UI)),
            Self::Tests => {
                run(cargo_native(paths, "test").arg("--no-fail-fast"))?;
                run(&mut own(paths, "test"))
            }
            Self::TestsUi => run(cargo().current_dir(&paths.root).args(["test", "--package", ui::PACKAGE])),
            Self::Docs => {
                run(strict_docs(&mut cargo_native(paths, "doc")))?;
                run(strict_docs(&mut own(paths, "doc")))?;
                let toolchain = Toolchain::for_target(WASM)?;
                run(strict_docs(toolchain.cargo(paths, "doc", ui::PURPOSE, WASM).args(UI)))
            }
            Self::Window => window(paths),
            Self::Mobile => Phone::ALL.iter().try_for_each(|phone| mobile::check(paths, *phone)),
        }
    }
}

/// Which checks to make.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Options {
    /// Leave out the type check for phones.
    #[arg(long)]
    skip_mobile: bool,
    /// Only this one; may be given several times.
    #[arg(long, value_name = "CHECK")]
    only: Vec<Check>,
}

/// Makes the checks up to the first that fails.
///
/// # Errors
/// What the failing check says.
pub(crate) fn run_all(paths: &Paths, steps: &mut Steps, options: &Options) -> Result<()> {
    let wanted = |check: &Check| {
        (options.only.is_empty() || options.only.contains(check)) && !(options.skip_mobile && *check == Check::Mobile)
    };
    let checks: Vec<Check> = Check::value_variants().iter().copied().filter(wanted).collect();
    steps.step("set up", || set_up(&checks))?;
    for check in checks {
        steps.step(check.name(), || check.run(paths))?;
    }
    Ok(())
}

fn set_up(checks: &[Check]) -> Result<()> {
    let native = [Check::Clippy, Check::Tests, Check::Docs, Check::Window];
    if checks.iter().any(|check| native.contains(check)) {
        setup::require(&setup::BUILD)?;
    }
    if checks.contains(&Check::Tests) || checks.contains(&Check::Window) {
        setup::require(&setup::NPM)?;
    }
    if checks.contains(&Check::Window) {
        setup::require(&setup::WINDOW)?;
    }
    if checks.contains(&Check::Mobile) {
        setup::require(&setup::MOBILE)?;
    }
    for (tool, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if output(cargo().args([tool, "--version"])).is_err() {
            bail!("`cargo {tool}` is missing; with rustup: rustup component add {component}");
        }
    }
    Ok(())
}

/// `cargo VERB` for this program, which has a build of its own.
fn own(paths: &Paths, verb: &str) -> Command {
    let mut cargo = cargo();
    cargo.current_dir(&paths.root).args([verb, "--package", "xtask"]);
    cargo
}

fn strict_docs(cargo: &mut Command) -> &mut Command {
    cargo.arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings")
}

/// The main job, then every test program named `e2e_…`, under one virtual display.
fn window(paths: &Paths) -> Result<()> {
    let programs = Programs::build(paths, Purpose::Tests)?;
    let display = Virtual::start()?;
    let dir = paths.target().join("e2e");
    if dir.exists() {
        fs::remove_dir_all(&dir).with_context(|| dir.display().to_string())?;
    }
    app::drive(&programs, &display, &dir)?;
    if !has_e2e_tests(&paths.root.join("tests/tests"))? {
        return Ok(());
    }
    let mut tests = cargo_native(paths, "test");
    tests
        .args(["--test", "e2e_*"])
        .env("KONTUMS_APP", programs.app())
        .env("KONTUMS_SERVER_BIN", programs.server())
        .env("KONTUMS_SCREENSHOTS", dir.join("screenshots"));
    // One window at a time: two on one virtual display take the focus from each other.
    run(display.lend_to(&mut tests).args(["--", "--ignored", "--test-threads=1"]))
}

/// Cargo calls a pattern without a match an error.
fn has_e2e_tests(dir: &Path) -> Result<bool> {
    if !dir.exists() {
        return Ok(false);
    }
    for entry in fs::read_dir(dir)? {
        if entry?.file_name().to_string_lossy().starts_with("e2e_") {
            return Ok(true);
        }
    }
    Ok(false)
}
