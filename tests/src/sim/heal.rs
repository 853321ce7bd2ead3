//! Once everything is well again: each account signs in, mends what rests, and everything leaves.

use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use pakn_api::{
    ErrorCode,
    id::ReportId,
    ipc::{GetCatalogue, GetReport, GetSync, ListReports, ParkedReason, SyncNow, Whereabouts},
    model::status::ReportStatus,
};
use pakn_core::Error;

use super::{
    life::{Did, End, Life},
    oracle::{Kept, Promise, mended},
    world::Person,
};

/// How long everything may take once everything is well: a server that was in trouble is left alone for long.
const BOUND: Duration = Duration::from_secs(1_800);
const LOOK_EVERY: Duration = Duration::from_secs(2);

impl Life<'_> {
    /// Brings everything over, whoever it belongs to.
    ///
    /// # Errors
    /// When something stays behind, or the device shows something else than the server has.
    pub(super) async fn heal(mut self) -> anyhow::Result<()> {
        self.run.world.begin_life();
        let healed = self.bring_over().await;
        self.run.world.end_life();
        healed
    }

    async fn bring_over(&mut self) -> anyhow::Result<()> {
        ensure!(matches!(self.open().await?, Did::Done(true)), "the app does not open");
        for person in self.run.world.people.clone() {
            match self.sign_in(&person).await? {
                Did::Done(()) => {}
                Did::Refused(error) => bail!("{} can't sign in: {error}", person.name),
                Did::Unsure | Did::Died => bail!("{} can't sign in", person.name),
            }
            ensure!(self.agree(true).await? == End::Over, "dead");
            self.send_what_was_kept_back().await?;
            tokio::time::timeout(BOUND, self.until_all_sent()).await.context("everything sent")??;
            self.client()?.sync_now(SyncNow {}).await?;
            let news = async {
                while !self.shows_what_the_server_has(&person).await? || !self.is_known_as_said(&person).await? {
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                anyhow::Ok(())
            };
            tokio::time::timeout(BOUND, news).await.context("the server's view")??;
            // What the server has just heard, the device knows as soon as the answer is back.
            tokio::time::sleep(LOOK_EVERY).await;
            self.look().await.with_context(|| format!("as {} sees it", person.name))?;
        }
        Ok(())
    }

    /// What could not be sent before is sent as it was left.
    async fn send_what_was_kept_back(&mut self) -> anyhow::Result<()> {
        let waits =
            |(id, promise): (&ReportId, &Promise)| (promise.kept_back && matches!(promise.kept, Kept::Draft(_))).then_some(*id);
        let drafts: Vec<_> = self.run.oracle.reports.iter().filter_map(waits).collect();
        for report in drafts {
            ensure!(self.submit(report, false).await? == End::Over, "dead");
        }
        Ok(())
    }

    async fn until_all_sent(&mut self) -> anyhow::Result<()> {
        let mut retried = Vec::new();
        loop {
            let client = self.client()?;
            let reports = client.list_reports(ListReports {}).await?;
            let mut rest = false;
            for report in reports {
                match report.whereabouts {
                    Whereabouts::Sent { .. } => {}
                    Whereabouts::Waiting { .. } | Whereabouts::Sending { .. } => rest = true,
                    Whereabouts::Parked { reason } => rest |= self.unpark(report.report_id, reason, &mut retried).await?,
                }
            }
            if !rest {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Goes the way on that a resting report has. `false` when it may rest.
    async fn unpark(&mut self, report: ReportId, reason: ParkedReason, retried: &mut Vec<ReportId>) -> anyhow::Result<bool> {
        match reason {
            ParkedReason::InvalidReport { .. } => {
                self.mend(report).await.with_context(|| format!("mending {report}"))?;
                return Ok(true);
            }
            // Another form of it came late from the network, after the server had said that there was none.
            ParkedReason::Refused { code: ErrorCode::ReportExists } if self.run.is_overtaken(report) => return Ok(false),
            // What was missing has just been said, or is about to be heard: it goes on by itself.
            ParkedReason::Refused { code: ErrorCode::ConsentMissing | ErrorCode::ProfileIncomplete } => return Ok(true),
            ParkedReason::Refused { .. } | ParkedReason::TooManyAttempts => {}
            ParkedReason::MediaLost => bail!("a picture of {report} is lost"),
        }
        ensure!(!retried.contains(&report), "{report} rests again although everything is well: {reason:?}");
        retried.push(report);
        ensure!(self.retry(report).await? == End::Over, "dead");
        Ok(true)
    }

    async fn mend(&mut self, report: ReportId) -> anyhow::Result<()> {
        match self.take_back(report, true).await? {
            End::Over => {}
            End::Died => bail!("dead"),
        }
        let kept = self.run.oracle.reports.get(&report).map(|promise| promise.kept.clone());
        // The server has just been found to have it.
        let Some(Kept::Draft(form)) = kept else { return Ok(()) };
        // Whoever mends needs the fields as they are now.
        let newest = async {
            loop {
                let catalogue = self.client()?.get_catalogue(GetCatalogue {}).await?;
                if catalogue.version == self.run.world.server().catalogue().version {
                    return anyhow::Ok(catalogue);
                }
                self.client()?.sync_now(SyncNow {}).await?;
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        let catalogue = newest.await?;
        let mut form = mended(&form, &catalogue);
        form.happened_at = form.happened_at.map(|at| at.min(self.run.world.device_now()));
        ensure!(self.save(report, form).await? == End::Over, "dead");
        ensure!(self.submit(report, false).await? == End::Over, "dead");
        let handed = self.run.oracle.reports.get(&report).is_some_and(|p| matches!(p.kept, Kept::Handed { .. }));
        ensure!(handed, "the mended form is refused");
        Ok(())
    }

    /// Whether the account's list and each report on it are the server's.
    async fn shows_what_the_server_has(&self, person: &Person) -> anyhow::Result<bool> {
        let client = self.client()?;
        let mut listed = client.list_reports(ListReports {}).await?;
        listed.sort_by_key(|report| report.report_id);
        let held: Vec<_> = {
            let server = self.run.world.server();
            let own = server.reports().iter().filter(|(_, held)| held.user == person.user);
            own.map(|(id, held)| (*id, held.view.clone())).collect()
        };
        let resting = |id: ReportId| self.run.is_overtaken(id);
        if !listed.iter().map(|report| report.report_id).eq(held.iter().map(|(id, _)| *id)) {
            return Ok(false);
        }
        for (summary, (report_id, view)) in listed.iter().zip(&held) {
            let status: Option<ReportStatus> = match summary.whereabouts {
                Whereabouts::Sent { status } => Some(status),
                Whereabouts::Parked { .. } if resting(*report_id) => continue,
                Whereabouts::Parked { .. } | Whereabouts::Waiting { .. } | Whereabouts::Sending { .. } => None,
            };
            let detail = match client.get_report(GetReport { report_id: *report_id }).await {
                Err(Error::NotFound) => return Ok(false),
                detail => detail?,
            };
            if detail.server != *view || status != view.as_ref().map(|view| view.status) {
                return Ok(false);
            }
        }
        let sync = client.get_sync(GetSync {}).await?;
        Ok(sync.waiting == 0 && sync.sending == 0)
    }
}
