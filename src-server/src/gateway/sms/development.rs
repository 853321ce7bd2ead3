//! For developing and trials: codes go to a file in the data folder, which only the server's account may read.

use std::{
    fs::File,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use futures::future::BoxFuture;
use serde::Serialize;

use super::{SendError, Sms, SmsGateway};
use crate::clock;

/// The file's name within the data folder.
const NAME: &str = "sms-development.jsonl";

/// Appends each message to a file.
#[derive(Debug)]
pub(super) struct ToFile {
    path: PathBuf,
}

#[derive(Serialize)]
struct Line<'a> {
    at: i64,
    phone: &'a str,
    text: &'a str,
    code: &'a str,
}

impl ToFile {
    pub(super) fn new(data_dir: &Path) -> Self {
        Self { path: data_dir.join(NAME) }
    }
}

impl SmsGateway for ToFile {
    fn send<'a>(&'a self, sms: &'a Sms) -> BoxFuture<'a, Result<(), SendError>> {
        Box::pin(async move {
            let failed = |why: &dyn std::fmt::Display| SendError::Failed(why.to_string());
            let line = Line { at: clock::now().0, phone: sms.phone.as_e164(), text: &sms.text, code: sms.code.as_str() };
            let line = serde_json::to_string(&line).map_err(|error| failed(&error))? + "\n";
            let path = self.path.clone();
            let writing = tokio::task::spawn_blocking(move || append(&path, line.as_bytes()));
            writing.await.map_err(|error| failed(&error))?.map_err(|error| failed(&error))
        })
    }
}

/// In one write, so that lines don't mix.
fn append(path: &Path, line: &[u8]) -> io::Result<()> {
    let mut options = File::options();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.append(true).create(true).open(path)?.write_all(line)
}
