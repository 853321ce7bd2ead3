//! Child processes, each in a process group of its own.
//!
//! Invariant: nothing that was started here outlives this program, however it ends (a failure, Ctrl-C,
//! SIGTERM; only SIGKILL can't be caught). A group is swept while its leader's id is still reserved,
//! so a stranger that got the same id later is never hit.

use std::{
    ffi::OsStr,
    io::{BufRead, BufReader, Read},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

/// How long a group may take to end by itself after it was asked to.
const GRACE: Duration = Duration::from_secs(5);

static GROUPS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

/// Ends all children when this program is told to end.
///
/// # Errors
/// When the signal handlers can't be set.
pub(crate) fn end_children_with_us() -> Result<()> {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])?;
    thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            // Held until the end, so that nothing new is started meanwhile.
            let groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
            for group in groups.iter() {
                let _ = kill_process_group(*group, Signal::TERM);
            }
            let asked = Instant::now();
            while asked.elapsed() < GRACE && groups.iter().any(|group| !has_ended(*group)) {
                thread::sleep(Duration::from_millis(20));
            }
            for group in groups.iter() {
                let _ = kill_process_group(*group, Signal::KILL);
            }
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}

/// Whether the child has ended; it is left unreaped, so that its id stays reserved.
fn has_ended(pid: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
    !matches!(waitid(WaitId::Pid(pid), options), Ok(None))
}

/// A running child and whatever it started. Ended on drop.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    group: Pid,
}

impl Running {
    /// Starts `command` in a group of its own.
    ///
    /// # Errors
    /// When it can't be started.
    pub(crate) fn start(command: &mut Command) -> Result<Self> {
        let mut groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
        let child = command.process_group(0).spawn().with_context(|| format!("can't start {}", shown(command)))?;
        let group = Pid::from_child(&child);
        groups.push(group);
        Ok(Self { child, group })
    }

    /// Waits for the child, then ends what it left behind.
    ///
    /// # Errors
    /// When the child can't be waited for.
    pub(crate) fn wait(mut self) -> Result<ExitStatus> {
        waitid(WaitId::Pid(self.group), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)?;
        self.sweep()
    }

    /// The child's standard output, once, if it was piped.
    pub(crate) fn stdout(&mut self) -> Option<BufReader<ChildStdout>> {
        self.child.stdout.take().map(BufReader::new)
    }

    fn sweep(&mut self) -> Result<ExitStatus> {
        let _ = kill_process_group(self.group, Signal::KILL);
        let mut groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
        groups.retain(|group| *group != self.group);
        Ok(self.child.wait()?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !GROUPS.lock().unwrap_or_else(PoisonError::into_inner).contains(&self.group) {
            return;
        }
        let _ = kill_process_group(self.group, Signal::TERM);
        let asked = Instant::now();
        while asked.elapsed() < GRACE && !has_ended(self.group) {
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.sweep();
    }
}

/// A command whose environment is free of what Cargo set for this program.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_remove("LD_LIBRARY_PATH");
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")) {
            command.env_remove(name);
        }
    }
    command
}

/// The Cargo that this program was started by.
pub(crate) fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs to the end, output streaming through.
///
/// # Errors
/// When it can't be started, or ends with anything but success.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = Running::start(command)?.wait()?;
    if !status.success() {
        bail!("{status}: {}", shown(command));
    }
    Ok(())
}

/// Runs to the end in silence and gives the standard output.
///
/// # Errors
/// When it can't be started, or ends with anything but success.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let mut running = Running::start(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()))?;
    let mut text = String::new();
    if let Some(mut stdout) = running.stdout() {
        stdout.read_to_string(&mut text)?;
    }
    let status = running.wait()?;
    if !status.success() {
        bail!("{status}: {}", shown(command));
    }
    Ok(text)
}

/// Reads lines until `find` finds something in one; the rest is read and dropped in the background.
///
/// # Errors
/// When the output ends first.
pub(crate) fn first_match<T>(mut lines: BufReader<ChildStdout>, find: impl Fn(&str) -> Option<T>) -> Result<T> {
    let mut line = String::new();
    while lines.read_line(&mut line)? > 0 {
        if let Some(found) = find(&line) {
            // A full pipe would stop the child.
            thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
            return Ok(found);
        }
        line.clear();
    }
    bail!("it ended before it said what was waited for")
}

/// Whether a program of this name is on the PATH.
pub(crate) fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|dir| is_program(&dir.join(program))))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

/// The command as one would type it.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    fn alive(pid: &str) -> bool {
        std::fs::read_to_string(format!("/proc/{pid}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
    }

    /// A signal that was sent may still be on its way.
    fn ends(pid: &str) -> bool {
        let asked = Instant::now();
        while alive(pid) && asked.elapsed() < GRACE {
            thread::yield_now();
        }
        !alive(pid)
    }

    #[test]
    fn what_a_child_started_ends_with_it() {
        let mut running = Running::start(command("sh").args(["-c", "sleep 600 & echo $!; wait"]).stdout(Stdio::piped())).unwrap();
        let grandchild = first_match(running.stdout().unwrap(), |line| Some(line.trim().to_owned())).unwrap();
        assert!(alive(&grandchild));
        drop(running);
        assert!(ends(&grandchild));
    }

    #[test]
    fn what_a_finished_child_left_behind_is_ended() {
        let left = output(command("sh").args(["-c", "sleep 600 >/dev/null & echo $!"])).unwrap();
        assert!(ends(left.trim()));
    }

    #[test]
    fn a_failure_names_the_command() {
        let error = run(command("sh").args(["-c", "exit 3"])).unwrap_err().to_string();
        assert!(error.contains("3") && error.contains("sh -c"), "{error}");
        assert!(run(&mut command("no-such-program")).is_err());
    }
}
