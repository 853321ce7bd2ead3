//! What a citizen does, and what each answer promises.

use anyhow::{Context as _, bail, ensure};
use pakn_api::{
    id::ReportId,
    ipc::{CreateDraft, DiscardDraft, DiscardUnsent, GetCatalogue, Reopen, RetryParked, SaveDraft, SignIn, SignOut, Submit},
    model::report::ReportForm,
};
use pakn_core::Error;

use super::{
    life::{Did, End, Life},
    oracle::{Kept, Promise, unconfirmed},
    tally::Fault,
    world::{PASSWORD, Person},
};

impl Life<'_> {
    pub(super) fn promise(&mut self, report: ReportId) -> anyhow::Result<&mut Promise> {
        self.run.oracle.reports.get_mut(&report).context("nobody promised anything of this report")
    }

    /// After something that may have happened: life goes on, and a look decides; or it doesn't.
    pub(super) async fn unsure<T>(&mut self, did: &Did<T>) -> anyhow::Result<End> {
        if let Did::Died = did {
            return Ok(End::Died);
        }
        self.look().await?;
        Ok(End::Over)
    }

    async fn a_form(&mut self, subject: u8) -> anyhow::Result<ReportForm> {
        let catalogue = self.client()?.get_catalogue(GetCatalogue {}).await?;
        let now = self.run.world.device_now();
        self.run.oracle.form(&catalogue, subject, now)
    }

    /// Begins a draft.
    pub(super) async fn create(&mut self) -> anyhow::Result<Result<ReportId, End>> {
        let client = self.client()?;
        let did = self.does(client.create_draft(CreateDraft { field: None })).await?;
        match did {
            Did::Done(draft) => {
                self.run.oracle.reports.insert(draft.report_id, Promise::draft(draft.form));
                Ok(Ok(draft.report_id))
            }
            Did::Refused(error) => bail!("no draft: {error}"),
            Did::Unsure | Did::Died => {
                self.run.oracle.unborn = true;
                Ok(Err(self.unsure(&did).await?))
            }
        }
    }

    /// Types.
    pub(super) async fn save(&mut self, report_id: ReportId, form: ReportForm) -> anyhow::Result<End> {
        let client = self.client()?;
        let did = self.does(client.save_draft(SaveDraft { report_id, form: form.clone() })).await?;
        match did {
            Did::Done(_) => self.promise(report_id)?.now(Kept::Draft(form)),
            Did::Refused(error) => bail!("a draft can't be saved: {error}"),
            Did::Unsure | Did::Died => {
                self.promise(report_id)?.maybe = Some(Kept::Draft(form));
                return self.unsure(&did).await;
            }
        }
        Ok(End::Over)
    }

    pub(super) async fn type_into(&mut self, which: u8, complete: bool, subject: u8) -> anyhow::Result<End> {
        let Some(report_id) = self.run.oracle.a_draft(which) else { return Ok(End::Over) };
        let mut form = self.a_form(subject).await?;
        if !complete {
            form.subject = None;
            form.truth_confirmed = false;
        }
        self.save(report_id, form).await
    }

    /// Writes a complete draft with pictures. Otherwise how far life went.
    pub(super) async fn write(&mut self, pictures: u8) -> anyhow::Result<Result<ReportId, End>> {
        let report_id = match self.create().await? {
            Ok(report_id) => report_id,
            Err(end) => return Ok(Err(end)),
        };
        let form = self.a_form(pictures).await?;
        if self.save(report_id, form).await? == End::Died {
            return Ok(Err(End::Died));
        }
        for of in 0..pictures {
            if self.picture(report_id, of).await? == End::Died {
                return Ok(Err(End::Died));
            }
        }
        Ok(Ok(report_id))
    }

    pub(super) async fn submit(&mut self, report_id: ReportId, taps: bool) -> anyhow::Result<End> {
        // What is loose may go with it or not: a citizen looks before they send.
        if !self.promise(report_id)?.loose.is_empty() {
            self.look().await?;
        }
        let client = self.client()?;
        let owner = self.run.oracle.account;
        let street = owner.map_or(0, |user| self.run.oracle.myself(user).street.last);
        let allowed = self.run.oracle.may_send();
        let now = self.run.world.device_now();
        let promise = self.promise(report_id)?;
        let Kept::Draft(form) = promise.kept.clone() else { bail!("only drafts are sent") };
        let handed = Kept::Handed { form: form.clone(), owner };
        let sure = promise.loose.is_empty();
        let catalogue = client.get_catalogue(GetCatalogue {}).await?;
        let complete = form.check(&catalogue, &[], now).is_ok();
        let tap = || client.submit(Submit { report_id });
        let did = if taps {
            self.run.world.tally.count(Fault::DoubleTap);
            let both = async {
                let (first, second) = tokio::join!(tap(), tap());
                first.and(second)
            };
            self.does(both).await?
        } else {
            self.does(tap()).await?
        };
        match did {
            Did::Done(()) => {
                ensure!(allowed, "a report may be sent by nobody, or without consent");
                let promise = self.promise(report_id)?;
                promise.street = street;
                promise.now(handed);
            }
            Did::Refused(Error::NotAllowedYet(missing)) => {
                ensure!(self.run.oracle.may_be_missing(&missing), "said to be missing: {missing:?}");
                self.run.world.tally.count(Fault::NotAllowed);
                // The draft is as it was.
                self.look().await?;
                self.promise(report_id)?.kept_back = true;
            }
            Did::Refused(Error::Form(problems)) => {
                ensure!(!(complete && sure), "a complete form is refused: {problems:?}");
            }
            Did::Refused(error) => bail!("a draft can't be sent: {error}"),
            Did::Unsure | Did::Died => {
                self.promise(report_id)?.maybe = Some(handed);
                return self.unsure(&did).await;
            }
        }
        Ok(End::Over)
    }

    /// Takes a report back to change it, or to throw it away.
    pub(super) async fn take_back(&mut self, report_id: ReportId, to_keep: bool) -> anyhow::Result<End> {
        let client = self.client()?;
        let Kept::Handed { form, .. } = self.promise(report_id)?.kept.clone() else { return Ok(End::Over) };
        let taken = if to_keep { Kept::Draft(unconfirmed(&form)) } else { Kept::Gone };
        let did = if to_keep {
            self.does(client.reopen(Reopen { report_id })).await?
        } else {
            self.does(client.discard_unsent(DiscardUnsent { report_id })).await?
        };
        match did {
            Did::Done(()) => {
                self.run.world.tally.count(Fault::Reopened);
                let late = self.run.world.was_created_late(report_id);
                let there = self.run.world.server().reports().contains_key(&report_id);
                ensure!(late || !there, "a report was taken back that the server has: {report_id}");
                let promise = self.promise(report_id)?;
                promise.taken_back.push(form);
                promise.now(taken);
            }
            // Sent, or about to be; or the server has to be asked and can't be.
            Did::Refused(Error::NotEditable | Error::NotFound | Error::Remote(_) | Error::SignedOut) => {}
            Did::Refused(error) => bail!("a report can't be taken back: {error}"),
            Did::Unsure | Did::Died => {
                self.promise(report_id)?.maybe = Some(taken);
                return self.unsure(&did).await;
            }
        }
        Ok(End::Over)
    }

    pub(super) async fn retry(&mut self, report_id: ReportId) -> anyhow::Result<End> {
        let client = self.client()?;
        match self.does(client.retry_parked(RetryParked { report_id })).await? {
            Did::Done(()) | Did::Refused(Error::NotFound) | Did::Unsure => Ok(End::Over),
            Did::Refused(error) => bail!("a report can't be tried again: {error}"),
            Did::Died => Ok(End::Died),
        }
    }

    pub(super) async fn discard(&mut self, report_id: ReportId) -> anyhow::Result<End> {
        let client = self.client()?;
        let did = self.does(client.discard_draft(DiscardDraft { report_id })).await?;
        match did {
            Did::Done(()) => self.promise(report_id)?.now(Kept::Gone),
            Did::Refused(error) => bail!("a draft can't be thrown away: {error}"),
            Did::Unsure | Did::Died => {
                self.promise(report_id)?.maybe = Some(Kept::Gone);
                return self.unsure(&did).await;
            }
        }
        Ok(End::Over)
    }

    pub(super) async fn sign_in(&mut self, person: &Person) -> anyhow::Result<Did<()>> {
        let client = self.client()?;
        let args = SignIn { phone: person.phone.to_owned(), password: PASSWORD.to_owned() };
        let did = self.does(client.sign_in(args)).await?;
        Ok(match did {
            Did::Done(_) => {
                if self.run.oracle.account.is_some_and(|before| before != person.user) {
                    self.run.world.tally.count(Fault::AccountSwitched);
                }
                self.run.oracle.signed_in(person.user);
                Did::Done(())
            }
            Did::Refused(error @ Error::Remote(_)) => Did::Refused(error),
            Did::Refused(error) => bail!("nobody can sign in: {error}"),
            Did::Unsure => {
                self.look().await?;
                Did::Unsure
            }
            Did::Died => Did::Died,
        })
    }

    pub(super) async fn sign_out(&mut self) -> anyhow::Result<End> {
        let client = self.client()?;
        let did = self.does(client.sign_out(SignOut {})).await?;
        match did {
            Did::Done(_) => self.run.oracle.account = None,
            Did::Refused(error) => bail!("nobody can sign out: {error}"),
            Did::Unsure | Did::Died => return self.unsure(&did).await,
        }
        Ok(End::Over)
    }
}
