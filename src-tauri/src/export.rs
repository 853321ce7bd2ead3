//! Files for the citizen to keep, in a folder.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use async_trait::async_trait;
use pakn_api::ipc::{AppError, ExportedFile};
use tauri::async_runtime::spawn_blocking;

use crate::platform::{Contents, Keeper, not_kept};

/// So many files of one name are told apart by a number.
const MOST_OF_ONE_NAME: u32 = 1000;

/// Writes files into a folder, beside those of the same name that are there already.
pub(crate) struct Folder<F> {
    /// Which one; asked for each file.
    pub(crate) of: F,
    /// How a file of a name in it is found.
    pub(crate) found: fn(String, &Path) -> ExportedFile,
}

#[async_trait]
impl<F: Fn() -> Result<PathBuf, AppError> + Send + Sync + 'static> Keeper for Folder<F> {
    async fn keep(&self, name: String, contents: Contents) -> Result<Option<ExportedFile>, AppError> {
        let (folder, found) = ((self.of)()?, self.found);
        let written = spawn_blocking(move || write(&folder, &name, &contents).map(|name| found(name, &folder)));
        written.await.map_err(|_| AppError::Bug)?.map(Some).map_err(|error| not_kept(&error))
    }
}

/// Answers the name that the file has got.
fn write(folder: &Path, name: &str, contents: &Contents) -> io::Result<String> {
    fs::create_dir_all(folder)?;
    let (name, path, mut file) = create(folder, name)?;
    let written = contents.write_to(&mut file).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Half a file would be taken for a whole one; if even this fails, the first error says more.
        let _ = fs::remove_file(&path);
        return Err(error);
    }
    Ok(name)
}

fn create(folder: &Path, name: &str) -> io::Result<(String, PathBuf, File)> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    for number in 1..=MOST_OF_ONE_NAME {
        let name = if number == 1 { name.to_owned() } else { format!("{stem} ({number}).{ending}") };
        let path = folder.join(&name);
        match open_new(&path) {
            Ok(file) => return Ok((name, path, file)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

/// A new file that only its owner can read.
fn open_new(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("new");
        for (content, expected) in [("one", "a.json"), ("two", "a (2).json"), ("three", "a (3).json")] {
            let name = write(&folder, "a.json", &Contents::Bytes(content.into())).unwrap();
            assert_eq!(name, expected);
            assert_eq!(fs::read_to_string(folder.join(&name)).unwrap(), content);
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "a.json", &Contents::Bytes(vec![])).unwrap();
        assert_eq!(fs::metadata(dir.path().join("a.json")).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn it_is_told_where_the_file_is_or_that_it_could_not_be_written() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let found = |name, folder: &Path| ExportedFile::Folder { name, folder: folder.display().to_string() };
        let keep = |folder: PathBuf| {
            let keeper = Folder { of: move || Ok(folder.clone()), found };
            tauri::async_runtime::block_on(keeper.keep("a.json".to_owned(), Contents::Bytes(vec![])))
        };
        assert_eq!(keep(dir.path().to_owned()), Ok(Some(found("a.json".to_owned(), dir.path()))));
        assert_eq!(keep(file), Err(AppError::StorageBroken));
    }
}
