//! What must be on the machine, found by looking for the thing itself, installed from Debian where
//! that is possible, and listed where it is not.

use anyhow::{Result, bail};

use crate::{
    mobile::Phone,
    process::{command, on_path, output, run},
    toolchain::{Toolchain, WASM},
};

/// How to see that something is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Probe {
    /// A program on the PATH.
    Program(&'static str),
    /// A library that pkg-config knows.
    Library(&'static str),
    /// A file or folder.
    Path(&'static str),
    /// A font family.
    Font(&'static str),
}

/// Something needed and the Debian package it comes with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Need {
    probe: Probe,
    package: &'static str,
}

const fn need(probe: Probe, package: &'static str) -> Need {
    Need { probe, package }
}

/// What compiling the C in some crates takes.
pub(crate) const COMPILER: [Need; 1] = [need(Probe::Program("cc"), "build-essential")];

/// What building the app takes.
pub(crate) const BUILD: [Need; 3] = [
    need(Probe::Program("cc"), "build-essential"),
    need(Probe::Program("pkg-config"), "pkg-config"),
    need(Probe::Library("webkit2gtk-4.1"), "libwebkit2gtk-4.1-dev"),
];

/// What driving the window without a display takes.
pub(crate) const WINDOW: [Need; 3] = [
    need(Probe::Program("Xvfb"), "xvfb"),
    need(Probe::Program("WebKitWebDriver"), "webkit2gtk-driver"),
    need(Probe::Font("Noto Sans"), "fonts-noto-core"),
];

/// What type-checking the C that goes with the Android app takes.
pub(crate) const MOBILE: [Need; 2] = [need(Probe::Program("clang"), "clang"), need(Probe::Path(MUSL_HEADERS), "musl-dev")];

/// What shrinking a release takes, and trying the server against others' clients.
pub(crate) const NPM: [Need; 2] = [need(Probe::Program("node"), "nodejs"), need(Probe::Program("npm"), "npm")];

/// What pictures are measured against.
pub(crate) const BASELINES: [Need; 1] = [need(Probe::Program("vipsthumbnail"), "libvips-tools")];

/// What fetching and reading the data of the administrative units takes.
pub(crate) const UNITS: [Need; 2] = [need(Probe::Program("python3"), "python3"), need(Probe::Program("pip3"), "python3-pip")];

/// What drawing the icons takes.
pub(crate) const DRAWING: [Need; 1] = [need(Probe::Program("rsvg-convert"), "librsvg2-bin")];

/// Debian's newer Rust and what it builds its standard library from and links with.
pub(crate) const DEBIAN_RUST: [Need; 3] = [
    need(Probe::Path("/var/lib/dpkg/info/rustc-web.list"), "rustc-web"),
    need(Probe::Path("/usr/lib/rustlib/src/rust/library"), "rust-web-src"),
    need(Probe::Program("wasm-ld"), "lld"),
];

/// Where `rustc-web` puts its compiler.
pub(crate) const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
/// Where `rustc-web` puts its documentation builder.
pub(crate) const DEBIAN_RUSTDOC: &str = "/usr/bin/rustdoc";
/// Headers of a libc that is no glibc, which is close enough to Android's.
pub(crate) const MUSL_HEADERS: &str =
    if cfg!(target_arch = "aarch64") { "/usr/include/aarch64-linux-musl" } else { "/usr/include/x86_64-linux-musl" };

/// Puts in place what is missing of `needs`.
///
/// # Errors
/// When something is missing and can't be installed; the message lists what to install.
pub(crate) fn require(needs: &[Need]) -> Result<()> {
    let packages = missing(needs, is_there);
    if packages.is_empty() {
        return Ok(());
    }
    let list = packages.join(" ");
    let Some(root) = root_prefix() else {
        bail!("please install what is missing, then try again. On Debian or Ubuntu:\n    sudo apt-get install {list}");
    };
    println!("installing {list}");
    let apt = |args: &[&str]| {
        let mut words = root.iter().copied().chain(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]);
        let mut apt = command(words.next().unwrap_or("env"));
        run(apt.args(words).args(args))
    };
    apt(&["update"])?;
    // Debian's Rust and rustup conflict: better fail than take away what somebody works with.
    let mut install = vec!["install", "--yes", "--no-install-recommends", "--no-remove"];
    install.extend(&packages);
    apt(&install)?;
    let still = missing(needs, is_there);
    if !still.is_empty() {
        bail!("installed, but still not found: {}", still.join(" "));
    }
    Ok(())
}

/// Puts in place what any command may need.
///
/// # Errors
/// As [`require`].
pub(crate) fn everything() -> Result<()> {
    let lists: [&[Need]; 4] = [&BUILD, &WINDOW, &MOBILE, &NPM];
    require(&lists.concat())?;
    for target in [WASM].into_iter().chain(Phone::ALL.map(Phone::target)) {
        Toolchain::for_target(target)?;
    }
    Ok(())
}

/// The packages of the needs that are not there, each once, in order.
fn missing(needs: &[Need], is_there: impl Fn(Probe) -> bool) -> Vec<&'static str> {
    let mut packages = Vec::new();
    for need in needs {
        if !is_there(need.probe) && !packages.contains(&need.package) {
            packages.push(need.package);
        }
    }
    packages
}

fn is_there(probe: Probe) -> bool {
    match probe {
        Probe::Program(name) => on_path(name),
        Probe::Library(name) => output(command("pkg-config").args(["--exists", name])).is_ok(),
        Probe::Path(path) => std::path::Path::new(path).exists(),
        Probe::Font(family) => output(command("fc-list").args([family, "family"])).is_ok_and(|found| !found.trim().is_empty()),
    }
}

/// What goes before a command to run it as root; nothing when apt or the right is missing.
fn root_prefix() -> Option<&'static [&'static str]> {
    if !on_path("apt-get") {
        None
    } else if rustix::process::geteuid().is_root() {
        Some(&[])
    } else if on_path("sudo") && output(command("sudo").args(["-n", "true"])).is_ok() {
        Some(&["sudo", "-n"])
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_asked_for_and_once() {
        let needs = [
            need(Probe::Program("a"), "tools"),
            need(Probe::Program("b"), "tools"),
            need(Probe::Library("c"), "libc"),
            need(Probe::Path("/d"), "d"),
        ];
        assert_eq!(missing(&needs, |_| true), [""; 0]);
        assert_eq!(missing(&needs, |_| false), ["tools", "libc", "d"]);
        assert_eq!(missing(&needs, |probe| probe == Probe::Program("a")), ["tools", "libc", "d"]);
        assert_eq!(missing(&needs, |probe| probe != Probe::Path("/d")), ["d"]);
    }

    #[test]
    fn probes_look_at_the_machine() {
        assert!(is_there(Probe::Program("sh")));
        assert!(!is_there(Probe::Program("no-such-program")));
        assert!(is_there(Probe::Path("/")));
        assert!(!is_there(Probe::Library("no-such-library")));
    }
}
