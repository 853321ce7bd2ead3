//! `run`: the app with a server of its own; in a window, or driven where there is no display.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::{Context, Result, ensure};

use crate::{
    display::{self, Virtual},
    native::{Programs, Purpose},
    paths::Paths,
    process::{Running, command, first_match, run as run_command},
    setup,
    steps::Steps,
    toolchain::{Toolchain, WASM},
    ui,
};

/// Latitude, longitude and accuracy in metres that a desktop's app takes for its own: Kon Tum.
const LOCATION: &str = "14.3497,108.0005,12";

/// The account to sign in with, as the server's `seed` takes it.
const DEMO: [&str; 4] = ["--phone", "0900000001", "--password", "demo-kontums"];

/// Where the server writes what it would send by SMS, in its data folder.
const SMS: &str = "sms-development.jsonl";

/// How to run.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct Options {
    /// Optimised, as it is shipped.
    #[arg(long)]
    release: bool,
    /// Drive the app under a virtual display, even where there is a real one.
    #[arg(long)]
    headless: bool,
    /// Start without the data of earlier runs.
    #[arg(long)]
    fresh: bool,
}

/// Builds everything, then opens the app, or drives it where there is no display.
///
/// # Errors
/// When something fails to build or run.
pub(crate) fn run(paths: &Paths, steps: &mut Steps, options: Options) -> Result<()> {
    let headless = options.headless || !display::exists();
    steps.step("set up", || {
        setup::require(&setup::BUILD)?;
        if headless { setup::require(&setup::WINDOW) } else { Ok(()) }
    })?;
    let programs = build(paths, steps, options.release)?;

    let data = paths.target().join("run");
    if (options.fresh || headless) && data.exists() {
        fs::remove_dir_all(&data).with_context(|| data.display().to_string())?;
    }
    fs::create_dir_all(&data)?;
    println!("\neverything of this run is kept in {}", data.display());
    if headless {
        steps.step("the main job, in the window", || drive(&programs, &Virtual::start()?, &data))
    } else {
        steps.step("the app", || open(&programs, &data))
    }
}

/// Builds the UI, then what embeds it and what serves it.
///
/// # Errors
/// When a build fails.
pub(crate) fn build(paths: &Paths, steps: &mut Steps, release: bool) -> Result<Programs> {
    let (kind, purpose) = if release { (ui::Kind::Release, Purpose::Release) } else { (ui::Kind::Dev, Purpose::Dev) };
    steps.step("UI", || ui::build(paths, Toolchain::for_target(WASM)?, kind))?;
    steps.step("app and server", || Programs::build(paths, purpose))
}

/// Drives the main job from the first tap to the report on the server.
///
/// # Errors
/// When the job is not done at its end.
pub(crate) fn drive(programs: &Programs, display: &Virtual, dir: &Path) -> Result<()> {
    let screenshots = dir.join("screenshots");
    fs::create_dir_all(&screenshots)?;
    let mut job = command(programs.main_job()?);
    job.arg("--app").arg(programs.app()).arg("--server-bin").arg(programs.server());
    job.arg("--work").arg(dir.join("work")).arg("--screenshots").arg(&screenshots);
    // A failed step says what it waited for; where in the code is of no use.
    let result = run_command(display.lend_to(&mut job).env("RUST_LIB_BACKTRACE", "0"));
    println!("screenshots: {}", screenshots.display());
    result
}

/// Opens the window and serves it until it is closed.
fn open(programs: &Programs, data: &Path) -> Result<()> {
    let server_data = data.join("server");
    run_command(command(programs.server()).arg("seed").arg("--data").arg(&server_data).args(DEMO).stdout(Stdio::null()))?;
    let (_server, address) = serve(&programs.server(), &server_data)?;
    let [_, phone, _, password] = DEMO;
    println!("server: {address}\nsign in with {phone} and the password {password}");
    println!("or register; the code that would come by SMS: {}", server_data.join(SMS).display());
    run_command(
        command(programs.app())
            .env("KONTUMS_SERVER", address)
            .env("KONTUMS_DATA", data.join("app"))
            .env("KONTUMS_LOCATION", LOCATION),
    )
}

/// Starts the server on a free port of this machine and gives its address.
fn serve(program: &PathBuf, data: &Path) -> Result<(Running, String)> {
    let log = data.with_extension("log");
    let mut serve = command(program);
    serve.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    let log_file = fs::File::create(&log).with_context(|| log.display().to_string())?;
    let mut server = Running::start(serve.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log_file))?;
    let lines = server.stdout().context("the server has no output")?;
    let address = first_match(lines, address_in)
        .with_context(|| format!("the server did not say its address; its log: {}", log.display()))?;
    ensure!(!address.ends_with(":0"), "the server named no port: {address}");
    Ok((server, address))
}

/// The `http://host:port` in a line, whatever stands around it.
fn address_in(line: &str) -> Option<String> {
    let rest = line.get(line.find("http://")?..)?;
    let ends = |c: char| !(c.is_ascii_alphanumeric() || ".:/[]-".contains(c));
    let address = rest.get(..rest.find(ends).unwrap_or(rest.len()))?.trim_end_matches(['/', '.']);
    let (_, port) = address.rsplit_once(':')?;
    port.parse::<u16>().ok().map(|_| address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_found_in_what_the_server_says() {
        let table = [
            ("listening on http://127.0.0.1:40123\n", Some("http://127.0.0.1:40123")),
            (r#"{"message":"listening","address":"http://127.0.0.1:8080/"}"#, Some("http://127.0.0.1:8080")),
            ("http://[::1]:80.", Some("http://[::1]:80")),
            ("http://127.0.0.1", None),
            ("http://127.0.0.1:99999", None),
            ("starting", None),
        ];
        for (line, address) in table {
            assert_eq!(address_in(line).as_deref(), address, "{line}");
        }
    }
}
