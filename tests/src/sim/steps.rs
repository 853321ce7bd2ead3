//! Carries one step of a schedule out.

use std::time::Duration;

use pakn_api::{
    ipc::SyncNow,
    model::{catalogue::Catalogue, status::ReportStatus},
};
use pakn_core::Trigger;

use super::{
    life::{Did, End, Life},
    schedule::Step,
    tally::Fault,
};

impl Step {
    /// Whether a citizen does it with the app.
    #[must_use]
    pub(super) const fn needs_the_app(&self) -> bool {
        match self {
            Self::Create
            | Self::Write { .. }
            | Self::Send { .. }
            | Self::Type { .. }
            | Self::Picture { .. }
            | Self::Gallery { .. }
            | Self::RemovePicture { .. }
            | Self::Submit { .. }
            | Self::SubmitTwice { .. }
            | Self::Reopen { .. }
            | Self::Retry { .. }
            | Self::DiscardDraft { .. }
            | Self::DiscardUnsent { .. }
            | Self::SignIn { .. }
            | Self::SignOut
            | Self::SaveProfile
            | Self::Agree { .. }
            | Self::SyncNow
            | Self::Suspend
            | Self::Resume => true,
            Self::Wait { .. }
            | Self::Weather(_)
            | Self::Kill
            | Self::DieAt { .. }
            | Self::DiskFull { .. }
            | Self::DiskFree
            | Self::ClockJump { .. }
            | Self::ServerCrash { .. }
            | Self::Expire
            | Self::Elsewhere { .. }
            | Self::Publish { .. }
            | Self::Staff { .. }
            | Self::Collect => false,
        }
    }
}

/// Where staff may move a report, in turn.
const STAFF: [ReportStatus; 5] =
    [ReportStatus::Accepted, ReportStatus::Assigned, ReportStatus::NeedsInfo, ReportStatus::InProgress, ReportStatus::Answered];

impl Life<'_> {
    pub(super) async fn take(&mut self, step: Step) -> anyhow::Result<End> {
        let oracle = &self.run.oracle;
        match step {
            Step::Create => Ok(self.create().await?.err().unwrap_or(End::Over)),
            Step::Write { pictures } => Ok(self.write(pictures).await?.err().unwrap_or(End::Over)),
            Step::Send { pictures } => match self.write(pictures).await? {
                Ok(report) => self.submit(report, false).await,
                Err(end) => Ok(end),
            },
            Step::Type { which, complete, subject } => self.type_into(which, complete, subject).await,
            Step::Picture { which, of } => match oracle.a_draft(which) {
                Some(report) => self.picture(report, of).await,
                None => Ok(End::Over),
            },
            Step::Gallery { which, of, pieces } => match oracle.a_draft(which) {
                Some(report) => self.gallery(report, of, pieces).await,
                None => Ok(End::Over),
            },
            Step::RemovePicture { which, of } => match oracle.a_draft(which) {
                Some(report) => self.remove_picture(report, of).await,
                None => Ok(End::Over),
            },
            Step::Submit { which } | Step::SubmitTwice { which } => match oracle.a_draft(which) {
                Some(report) => self.submit(report, matches!(step, Step::SubmitTwice { .. })).await,
                None => Ok(End::Over),
            },
            Step::Reopen { which } | Step::DiscardUnsent { which } => match oracle.a_handed(which) {
                Some(report) => self.take_back(report, matches!(step, Step::Reopen { .. })).await,
                None => Ok(End::Over),
            },
            Step::Retry { which } => match oracle.a_handed(which) {
                Some(report) => self.retry(report).await,
                None => Ok(End::Over),
            },
            Step::DiscardDraft { which } => match oracle.a_draft(which) {
                Some(report) => self.discard(report).await,
                None => Ok(End::Over),
            },
            Step::SignIn { who } => {
                let [one, two] = self.run.world.people.clone();
                let did = self.sign_in(if who { &one } else { &two }).await?;
                Ok(if matches!(did, Did::Died) { End::Died } else { End::Over })
            }
            Step::SignOut => self.sign_out().await,
            Step::SaveProfile => self.save_profile().await,
            Step::Agree { given } => self.agree(given).await,
            Step::Elsewhere { who, n } => {
                let [one, two] = self.run.world.people.clone();
                self.run.world.tally.count(Fault::ChangedElsewhere);
                self.run.change_elsewhere(if who { one.user } else { two.user }, n)?;
                Ok(End::Over)
            }
            Step::SyncNow => {
                self.client()?.sync_now(SyncNow {}).await?;
                self.wait(0).await
            }
            Step::Suspend => self.trigger(Trigger::Suspended),
            Step::Resume => self.trigger(Trigger::Resumed),
            Step::Wait { ms } => self.wait(ms).await,
            Step::Kill => {
                self.power.die(Fault::Killed);
                Ok(End::Died)
            }
            _ => {
                self.surroundings(step);
                Ok(End::Over)
            }
        }
    }

    fn trigger(&self, trigger: Trigger) -> anyhow::Result<End> {
        self.client()?.trigger(trigger);
        Ok(End::Over)
    }

    async fn wait(&self, ms: u32) -> anyhow::Result<End> {
        let waited = self.alive(tokio::time::sleep(Duration::from_millis(ms.into()))).await;
        Ok(if waited.is_some() { End::Over } else { End::Died })
    }

    fn surroundings(&self, step: Step) {
        let (world, body) = (&self.run.world, &self.run.body);
        let now = world.now();
        match step {
            Step::Weather(weather) => world.set_weather(weather),
            Step::DieAt { at, again } => body.arm(Some((at, again))),
            Step::DiskFull { after } => body.fill_disk(Some(after.into())),
            Step::DiskFree => body.fill_disk(None),
            Step::ClockJump { ms } => {
                world.tally.count(if ms < 0 { Fault::ClockBackwards } else { Fault::ClockForwards });
                world.jump(ms);
            }
            Step::ServerCrash { keeps } => {
                world.tally.count(Fault::ServerCrashed);
                world.server().crash(keeps);
            }
            Step::Expire => {
                world.tally.count(Fault::Expired);
                world.server().end_sessions();
            }
            Step::Publish { without } => {
                world.tally.count(Fault::Published);
                world.server().publish(|catalogue| thin_out(catalogue, without));
            }
            Step::Staff { which } => {
                let mut server = world.server();
                let held: Vec<_> = server.reports().keys().copied().collect();
                let report = held.get(usize::from(which) % held.len().max(1)).copied();
                if let Some(report) = report
                    && STAFF.into_iter().any(|status| server.move_on(report, status, now))
                {
                    world.tally.count(Fault::StaffMoved);
                }
            }
            Step::Collect => {
                world.tally.count(Fault::Collected);
                world.skip(i64::from(u32::MAX));
                world.server().collect(world.now());
            }
            _ => {}
        }
    }
}

/// The built-in fields without some subjects.
fn thin_out(catalogue: &mut Catalogue, without: u8) {
    catalogue.fields = Catalogue::builtin().fields;
    for field in &mut catalogue.fields {
        let mut nth = 0;
        field.subjects.retain(|_| {
            nth += 1;
            without == 0 || nth % (usize::from(without) + 1) != 0
        });
    }
}
