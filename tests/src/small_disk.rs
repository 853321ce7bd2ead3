//! A small file system of its own for a process or two: a tmpfs in a mount namespace that only they see.
//!
//! One process holds the namespace as long as the value lives; others enter it (`nsenter` becomes the
//! program, so that a child is the program itself). Needs the right to mount: root's, or a user
//! namespace's.

use std::{
    fs::{self, File},
    io::{self, BufRead, BufReader, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, ensure};

/// Files are given room in whole pages.
const PAGE: u64 = 4_096;

/// A mounted file system of few bytes.
pub struct SmallDisk {
    holder: Child,
    folder: PathBuf,
    own_users: bool,
}

impl SmallDisk {
    /// Mounts `bytes` at `folder`, which is made if it isn't there.
    ///
    /// # Errors
    /// When this user may not mount, not even in a namespace.
    pub fn mount(folder: &Path, bytes: u64) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        let own_users = fs::metadata("/proc/self")?.uid() != 0;
        let mut unshare = Command::new("unshare");
        unshare.arg("--mount").args(own_users.then_some("--map-root-user"));
        unshare.args(["sh", "-c", r#"mount -t tmpfs -o "size=$1" none "$0" && echo mounted && exec cat"#]);
        unshare.arg(folder).arg(bytes.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut holder = unshare.spawn().context("unshare, of util-linux")?;
        let out = holder.stdout.take().context("its output")?;
        let disk = Self { holder, folder: folder.to_owned(), own_users };
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line)?;
        ensure!(line == "mounted\n", "this user may not mount a file system, not even in a namespace of their own");
        Ok(disk)
    }

    /// A program that sees it.
    #[must_use]
    pub fn command(&self, program: &Path) -> Command {
        let mut enter = Command::new("nsenter");
        enter.arg("--target").arg(self.holder.id().to_string()).arg("--mount");
        enter.args(if self.own_users { &["--user", "--preserve-credentials"][..] } else { &[] });
        enter.arg("--").arg(program);
        enter
    }

    /// A path on it, as it can be reached from outside.
    #[must_use]
    pub fn seen_from_outside(&self, path: &Path) -> PathBuf {
        let inside = path.strip_prefix("/").unwrap_or(path);
        Path::new("/proc").join(self.holder.id().to_string()).join("root").join(inside)
    }

    fn filler(&self) -> PathBuf {
        self.seen_from_outside(&self.folder).join("filler")
    }

    /// Takes all room but `leaving` bytes, in whole pages.
    ///
    /// # Errors
    /// When there is not as much, or the file system fails in another way.
    pub fn fill(&self, leaving: u64) -> anyhow::Result<()> {
        let mut file = File::options().create(true).append(true).open(self.filler())?;
        let zeros = vec![0; 1024 * 1024];
        // What doesn't fit whole is written as far as it fits.
        loop {
            match file.write_all(&zeros) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::StorageFull => break,
                Err(error) => return Err(error.into()),
            }
        }
        let whole = file.metadata()?.len() / PAGE * PAGE;
        file.set_len(whole.checked_sub(leaving.next_multiple_of(PAGE)).context("less room than is to be left")?)?;
        Ok(())
    }

    /// Gives all room back.
    ///
    /// # Errors
    /// When it can't.
    pub fn free(&self) -> io::Result<()> {
        fs::remove_file(self.filler())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(self.holder.kill());
        drop(self.holder.wait());
    }
}
