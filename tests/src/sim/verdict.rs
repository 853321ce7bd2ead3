//! The end of a run: nothing lost, nothing doubled, nothing left behind on either side.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use anyhow::{Context as _, ensure};
use bytes::Bytes;
use pakn_api::id::{AttachmentId, MediaHash, ReportId};
use rusqlite::{Connection, OpenFlags};

use super::{
    account::number_of,
    life::{Did, Life, Run},
    oracle::{Kept, Promise, form_of, unconfirmed},
};
use crate::model_server::Held;

impl Run {
    /// Whether a form that was taken back came late from the network all the same.
    #[must_use]
    pub(super) fn is_overtaken(&self, report: ReportId) -> bool {
        let changed = self.oracle.reports.get(&report).is_some_and(|promise| !promise.taken_back.is_empty());
        changed && self.world.was_created_late(report)
    }

    /// Compares what the server has with what was promised.
    ///
    /// # Errors
    /// When anything is lost, doubled, changed, or under another's name.
    pub(super) fn judge_server(&self) -> anyhow::Result<()> {
        let server = self.world.server();
        let files = |user| {
            server.files().filter(move |(owner, _, _)| *owner == user).map(|(_, hash, bytes)| (hash, bytes.clone())).collect()
        };
        for (report, promise) in &self.oracle.reports {
            let held = server.reports().get(report);
            self.judge_report(*report, promise, held, held.map(|held| files(held.user)).unwrap_or_default())
                .with_context(|| format!("{report}: {promise:?}; the server has {held:?}"))?;
        }
        for report in server.reports().keys() {
            ensure!(self.oracle.reports.contains_key(report), "the server has a report that nobody wrote: {report}");
        }
        let created = server.created();
        ensure!(created.reports.values().all(|times| *times == 1), "a report was created twice");
        ensure!(created.operations.values().all(|times| *times == 1), "an operation was carried out twice");
        ensure!(created.files.values().all(|times| *times == 1), "a file was stored twice");
        let mut titles = BTreeSet::new();
        for held in server.reports().values() {
            ensure!(titles.insert(held.submission.title.as_str()), "the server has the same report under two ids");
        }
        drop(server);
        self.judge_people()?;
        let server = self.world.server();
        ensure!(server.unfinished() == 0, "the server holds on to unfinished uploads");
        let named: BTreeSet<_> =
            server.reports().values().flat_map(|held| held.submission.media.iter().map(|m| (held.user, m.sha256))).collect();
        for (user, hash, _) in server.files() {
            ensure!(named.contains(&(user, hash)), "the server holds on to a file of no report");
        }
        Ok(())
    }

    fn judge_report(
        &self,
        report: ReportId,
        promise: &Promise,
        held: Option<&Held>,
        files: BTreeMap<MediaHash, Bytes>,
    ) -> anyhow::Result<()> {
        let late = self.world.was_created_late(report);
        let (form, owner) = match &promise.kept {
            Kept::Handed { form, owner } => (form, owner),
            Kept::Draft(_) | Kept::Gone => {
                ensure!(held.is_none() || late, "the server has what was never sent, or was taken back");
                return Ok(());
            }
        };
        let held = held.context("the server doesn't have it")?;
        let said = form_of(&held.submission);
        let latest = said == unconfirmed(form);
        let overtaken = self.is_overtaken(report) && promise.taken_back.iter().any(|form| said == unconfirmed(form));
        ensure!(latest || overtaken, "the server has other words");
        ensure!(Some(held.user) == *owner, "it is under another's name");
        if overtaken {
            return Ok(());
        }
        ensure!(number_of(held.sender.as_ref()) >= promise.street, "it was sent before what its sender had said of themselves");
        ensure!(held.view.is_some(), "the server waits for its files");
        let mut expected = promise.pictures.iter();
        for medium in &held.submission.media {
            let bytes = files.get(&medium.sha256).context("a file is missing")?;
            if promise.loose.iter().any(|p| p.hash == medium.sha256) {
                continue;
            }
            let picture = expected.next().context("a picture too many")?;
            ensure!(picture.hash == medium.sha256, "other pictures, or in another order");
            ensure!(picture.bytes == *bytes, "a file's bytes are not the picture's");
        }
        ensure!(expected.next().is_none(), "a picture is missing");
        Ok(())
    }

    /// Compares the device's files with its rows, and the rows with what was promised. The app must be closed.
    ///
    /// # Errors
    /// When a file has no row, a row no file, or a row belongs to nothing.
    pub(super) fn judge_device(&self) -> anyhow::Result<()> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(self.folder.join("kontums.db"), flags)?;
        let rows = |sql: &str| -> rusqlite::Result<Vec<(String, String)>> {
            db.prepare(sql)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        };
        let pictures: BTreeMap<_, _> = rows("SELECT attachment_id, report_id FROM attachment")?.into_iter().collect();
        let mut homes: BTreeSet<_> = rows("SELECT report_id, '' FROM draft")?.into_iter().map(|(id, _)| id).collect();
        homes.extend(rows("SELECT entity_id, '' FROM outbox")?.into_iter().map(|(id, _)| id));
        homes.extend(rows("SELECT report_id, '' FROM report")?.into_iter().map(|(id, _)| id));
        for (picture, report) in &pictures {
            ensure!(homes.contains(report), "picture {picture} belongs to no report");
        }
        let files = |folder: &str| -> anyhow::Result<BTreeSet<String>> {
            let names =
                fs::read_dir(self.folder.join(folder))?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
            names.collect()
        };
        let kept = files("photos")?;
        ensure!(kept.iter().eq(pictures.keys()), "files {kept:?} for pictures {pictures:?}");
        ensure!(files("incoming")?.is_empty(), "pictures that came in stay behind: {:?}", files("incoming")?);
        let previews = files("previews")?;
        ensure!(previews.iter().all(|name| name.parse::<AttachmentId>().is_err() || pictures.contains_key(name)), "a preview");
        let unsent = rows("SELECT entity_id, coalesce(parked_reason, '') FROM outbox")?;
        for (report, reason) in unsent {
            ensure!(self.is_overtaken(report.parse()?), "{report} is still in the outbox: {reason}");
        }
        Ok(())
    }
}

impl Life<'_> {
    /// Starts once more, so that what may be cleared away is; looks at every picture.
    ///
    /// # Errors
    /// When something promised is not there.
    pub(super) async fn last_look(mut self) -> anyhow::Result<()> {
        self.run.world.begin_life();
        let looked = self.look_at_all().await;
        self.run.world.end_life();
        looked
    }

    async fn look_at_all(&mut self) -> anyhow::Result<()> {
        ensure!(matches!(self.open().await?, Did::Done(true)), "the app does not open");
        let client = self.client()?;
        for promise in self.run.oracle.reports.values() {
            if matches!(promise.kept, Kept::Gone) {
                continue;
            }
            for picture in &promise.pictures {
                let bytes = client.photo(&picture.id.to_string()).await.with_context(|| format!("{picture:?} of {promise:?}"))?;
                ensure!(picture.bytes == bytes, "a picture on the device has other bytes");
            }
        }
        Ok(())
    }
}
