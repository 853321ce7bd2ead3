//! Files for the citizen to keep.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use pakn_api::ipc::{AppError, ExportedFile};
use tauri::async_runtime::spawn_blocking;

/// So many files of one name are told apart by a number.
const MOST_OF_ONE_NAME: u32 = 1000;

/// Writes a file into a folder, beside those of the same name that are there already.
///
/// # Errors
/// [`AppError::StorageFull`], [`AppError::StorageBroken`].
pub(crate) async fn keep(folder: PathBuf, name: String, bytes: Vec<u8>) -> Result<ExportedFile, AppError> {
    let written = spawn_blocking(move || write(&folder, &name, &bytes)).await.map_err(|_| AppError::Bug)?;
    written.map_err(|error| match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => AppError::StorageFull,
        _ => AppError::StorageBroken,
    })
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<ExportedFile> {
    fs::create_dir_all(folder)?;
    let (name, path, mut file) = create(folder, name)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if let Err(error) = written {
        // Half a file would be taken for a whole one; if even this fails, the first error says more.
        let _ = fs::remove_file(&path);
        return Err(error);
    }
    Ok(ExportedFile { name, place: folder.display().to_string() })
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
            let file = write(&folder, "a.json", content.as_bytes()).unwrap();
            assert_eq!(file.name, expected);
            assert_eq!(file.place, folder.display().to_string());
            assert_eq!(fs::read_to_string(folder.join(&file.name)).unwrap(), content);
        }
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "a.json", b"{}").unwrap();
        assert_eq!(fs::metadata(dir.path().join("a.json")).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn where_nothing_can_be_written_it_is_said() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        fs::write(&file, "").unwrap();
        let kept = tauri::async_runtime::block_on(keep(file, "a.json".to_owned(), vec![]));
        assert_eq!(kept, Err(AppError::StorageBroken));
    }
}
