//! Desktops: a stand-in that behaves as a phone's camera would, with pictures out of a folder.

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs, io,
    marker::PhantomData,
    path::{Path, PathBuf},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use tauri::Runtime;

use crate::{
    Error, What,
    models::{Added, Missing, PickArgs, Reason, Settled, TakeArgs},
};

/// Names of what the picker gives, one a line; without it, all.
const PICKED: &str = "pick.txt";
const PHOTOS: [&str; 8] = ["jpg", "jpeg", "png", "webp", "heic", "heif", "gif", "bmp"];
const VIDEOS: [&str; 2] = ["mp4", "mov"];

/// What the camera sees.
enum Source {
    /// The files of a folder, one after the other by name.
    Folder(PathBuf),
    /// Nothing: it is not allowed.
    Denied,
    /// Something the citizen takes forever to look at.
    Waits,
}

/// A stand-in for a camera and a picker.
pub struct StandIn<R: Runtime> {
    source: Source,
    inbox: PathBuf,
    /// How many of each were taken.
    taken: Mutex<BTreeMap<What, usize>>,
    /// How many there are of this process's.
    added: AtomicU32,
    runtime: PhantomData<fn() -> R>,
}

impl<R: Runtime> StandIn<R> {
    /// `source` is a folder of pictures and videos, `denied` for a camera that may not be used, or `waits` for one
    /// that never gives anything; `inbox` is where the stand-in puts what was taken.
    ///
    /// Each photo taken is the folder's next by name, each video the next video, and none where all were taken. The
    /// picker gives those that a file `pick.txt` in it names, or else all. `NAME.poster.jpg` is the still of `NAME`.
    #[must_use]
    pub fn new(source: &OsStr, inbox: PathBuf) -> Self {
        let source = match source.to_str() {
            Some("denied") => Source::Denied,
            Some("waits") => Source::Waits,
            _ => Source::Folder(source.into()),
        };
        Self { source, inbox, taken: Mutex::default(), added: AtomicU32::new(0), runtime: PhantomData }
    }

    pub(crate) async fn take(&self, args: TakeArgs) -> Result<Added, Error> {
        let folder = self.folder().await?;
        let next = {
            let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
            let count = taken.entry(args.what).or_default();
            let next = files(folder)?.into_iter().filter(|(_, what)| *what == args.what).nth(*count);
            *count += usize::from(next.is_some());
            next
        };
        // Cameras are told how long and how large a video may get, but not all listen.
        self.add(&args.label, next.into_iter().collect(), u64::MAX)
    }

    pub(crate) async fn pick(&self, args: PickArgs) -> Result<Added, Error> {
        let folder = self.folder().await?;
        let mut picked = files(folder)?;
        match fs::read_to_string(folder.join(PICKED)) {
            Ok(names) => {
                let named = |name: &str| picked.iter().find(|(path, _)| path.file_name() == Some(OsStr::new(name))).cloned();
                picked = names.lines().filter_map(named).collect();
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        let most = usize::try_from(args.most).unwrap_or(usize::MAX);
        let surplus = picked.split_off(most.min(picked.len()));
        let mut added = self.add(&args.label, picked, args.max_bytes)?;
        added.missing.extend(surplus.iter().map(|(path, _)| missing(path, Reason::TooMany)));
        Ok(added)
    }

    pub(crate) async fn recover(&self) -> Result<Settled, Error> {
        Ok(Settled { folder: self.inbox.display().to_string() })
    }

    async fn folder(&self) -> Result<&Path, Error> {
        match &self.source {
            Source::Folder(folder) => Ok(folder),
            Source::Denied => Err(Error::Denied),
            Source::Waits => std::future::pending().await,
        }
    }

    fn add(&self, label: &str, files: Vec<(PathBuf, What)>, max_bytes: u64) -> Result<Added, Error> {
        let mut added = Added { folder: self.inbox.display().to_string(), items: Vec::new(), missing: Vec::new() };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        for (path, what) in &files {
            if fs::metadata(path)?.len() > max_bytes {
                added.missing.push(missing(path, Reason::TooLarge));
                continue;
            }
            let kind = match what {
                What::Photo => "photo",
                What::Video => "video",
            };
            let n = self.added.fetch_add(1, Ordering::Relaxed);
            let item = format!("{label}/{now:013}-{n:06}-{:08x}-{kind}", std::process::id());
            let dir = self.inbox.join(&item);
            fs::create_dir_all(&dir)?;
            let poster = with_ending(path, ".poster.jpg");
            if poster.is_file() {
                fs::copy(&poster, dir.join(".poster.jpg"))?;
            }
            let part = dir.join(".part");
            fs::copy(path, &part)?;
            fs::rename(&part, dir.join(path.file_name().unwrap_or_default()))?;
            added.items.push(item);
        }
        Ok(added)
    }
}

fn missing(path: &Path, reason: Reason) -> Missing {
    Missing { name: path.file_name().unwrap_or_default().display().to_string(), reason }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// Pictures and videos by name.
fn files(folder: &Path) -> io::Result<Vec<(PathBuf, What)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_poster = path.to_str().is_some_and(|path| path.ends_with(".poster.jpg"));
        let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default().to_ascii_lowercase();
        let what = match ending.as_str() {
            _ if is_poster => None,
            photo if PHOTOS.contains(&photo) => Some(What::Photo),
            video if VIDEOS.contains(&video) => Some(What::Video),
            _ => None,
        };
        files.extend(what.map(|what| (path, what)));
    }
    files.sort();
    Ok(files)
}
