//! Many reports with pictures that nothing can make smaller: kept on the device, and found on the server.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, ensure};
use pakn_api::{
    id::{AttachmentId, MediaHash, ReportId},
    ipc::Submit,
};
use pakn_core::{PreparedPhoto, media::Prepared};
use rand::{Rng, RngCore};
use rusqlite::{Connection, OpenFlags};
use sha2::{Digest, Sha256};

use crate::{
    citizen::{Citizen, form},
    local_server::LocalServer,
};

/// Bytes that begin like a JPEG and are like nothing before them.
#[must_use]
pub fn photo(bytes: usize) -> Vec<u8> {
    let mut photo = vec![0; bytes];
    rand::rng().fill_bytes(&mut photo);
    for (byte, head) in photo.iter_mut().zip([0xff, 0xd8, 0xff, 0xe0]) {
        *byte = head;
    }
    photo
}

/// The same as the core makes it of a picture.
#[must_use]
pub fn prepared(jpeg: Vec<u8>) -> PreparedPhoto {
    let sha256 = hash(&jpeg);
    let id = AttachmentId::new(1_764_000_000_000, rand::rng().random());
    PreparedPhoto { id, name: "ảnh.jpg".to_owned(), photo: Prepared { jpeg, sha256, width: 960, height: 1_280, notice: None } }
}

/// Its name on the server.
#[must_use]
pub fn hash(bytes: &[u8]) -> MediaHash {
    MediaHash::from_digest(Sha256::digest(bytes).into())
}

/// Reports that were sent, each with its files in order.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    reports: BTreeMap<ReportId, Vec<MediaHash>>,
    file_bytes: u64,
}

impl Batch {
    /// Keeps a draft and sends it.
    ///
    /// # Errors
    /// When the core refuses.
    pub async fn send(&mut self, citizen: &Citizen, photos: Vec<Vec<u8>>) -> anyhow::Result<()> {
        let report_id = ReportId::new(1_764_000_000_000, rand::rng().random());
        self.file_bytes += photos.iter().map(|photo| photo.len() as u64).sum::<u64>();
        self.reports.insert(report_id, photos.iter().map(|photo| hash(photo)).collect());
        let title = format!("Phản ánh {}", self.reports.len());
        citizen.client.keep_draft(report_id, form(&title)?, photos.into_iter().map(prepared).collect()).await?;
        citizen.client.submit(Submit { report_id }).await?;
        Ok(())
    }

    /// Bytes of all files.
    #[must_use]
    pub const fn file_bytes(&self) -> u64 {
        self.file_bytes
    }

    /// Checks that the server holds these reports and files, and each of them once. Answers how many bytes that
    /// is, of files and of what the reports say.
    ///
    /// # Errors
    /// When anything is missing, damaged, or there twice.
    pub async fn held_once_by(&self, server: &LocalServer) -> anyhow::Result<u64> {
        let held = server.desk().await?.list_reports().await?;
        let listed: BTreeMap<_, Vec<_>> =
            held.iter().map(|r| (r.report_id, r.media.iter().map(|m| m.sha256).collect())).collect();
        ensure!(held.len() == listed.len() && listed == self.reports, "{} reports of {}", held.len(), self.reports.len());
        ensure!(held.iter().flat_map(|r| &r.media).all(|m| m.stored), "a file is still missing");

        let mut files = Vec::new();
        for folder in fs::read_dir(server.data().join("media"))? {
            files.extend(files_in(&folder?.path())?);
        }
        let mut expected: Vec<_> = self.reports.values().flatten().map(ToString::to_string).collect();
        files.sort_unstable();
        expected.sort_unstable();
        ensure!(files == expected, "{} files of {}", files.len(), expected.len());

        let db = Connection::open_with_flags(server.data().join("pakn.sqlite"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let number = |sql: &str| db.query_row(sql, [], |row| row.get::<_, u64>(0));
        let (media, reports) = (number("SELECT count(*) FROM medium")?, number("SELECT count(*) FROM report")?);
        ensure!((media, reports) == (expected.len() as u64, self.reports.len() as u64), "{media} media, {reports} reports");
        Ok(self.file_bytes + number("SELECT coalesce(sum(length(CAST(submission AS BLOB))), 0) FROM report")?)
    }
}

/// The names of the files in a folder, each of which is the hash of what is in it.
fn files_in(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).context("a name")?.to_owned();
        ensure!(hash(&fs::read(&path)?).to_string() == name, "{} holds something else", path.display());
        names.push(name);
    }
    Ok(names)
}
