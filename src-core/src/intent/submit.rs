//! Handing a draft to the outbox, and taking it back while that is still possible.

use pakn_api::{
    ErrorCode,
    id::{OpId, ReportId},
    ipc::{Change, DiscardUnsent, Reopen, RetryParked, Submit},
    model::report::{FormProblem, MediaRef, ReportForm, Submission},
};
use rusqlite::{Connection, Transaction};

use super::draft::remove_files;
use crate::{
    Client, Trigger,
    ambient::new_id,
    client::catalogue,
    error::Error,
    outbox::worker,
    store::{
        self, attachment, draft,
        outbox::{self, Operation, OutboxRow},
        setting::{self, AccountKey},
        upload,
    },
};

impl Client {
    /// Puts a complete draft into the outbox: the draft goes and the row comes in one transaction.
    ///
    /// # Errors
    /// [`Error::Form`] with everything that is missing in it, [`Error::NotAllowedYet`] with what is missing of its
    /// sender; the draft stays as it is.
    pub async fn submit(&self, args: Submit) -> Result<(), Error> {
        let now = self.inner.ambient.now();
        let op_id = new_id!(self.inner.ambient, OpId);
        let report_id = args.report_id;
        let submit = move |tx: &Transaction<'_>| {
            let Some(draft) = draft::get(tx, report_id)? else {
                // A second tap: it is in the outbox already, which is what was asked for.
                return Ok(if outbox::of_report(tx, report_id)?.is_some() { Ok(()) } else { Err(Error::NotFound) });
            };
            let submission = match complete(tx, &draft, now)? {
                Ok(submission) => submission,
                Err(problems) => return Ok(Err(Error::Form(problems))),
            };
            let missing = super::gate::missing(tx)?;
            if !missing.is_empty() {
                return Ok(Err(Error::NotAllowedYet(missing)));
            }
            let user_id = setting::get::<AccountKey>(tx)?.map(|a| a.user_id);
            outbox::insert(tx, op_id, report_id, user_id, &Operation::CreateReport { submission }, now)?;
            draft::delete(tx, report_id)?;
            attachment::forget_hints(tx, report_id)?;
            Ok(Ok(()))
        };
        self.inner.store.write(submit).await??;
        self.inner.tell(Change::Drafts);
        self.inner.tell(Change::Reports);
        self.trigger(Trigger::Submitted);
        Ok(())
    }

    /// Lets a parked report try again.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is no longer in the outbox.
    pub async fn retry_parked(&self, args: RetryParked) -> Result<(), Error> {
        let found = self.inner.store.write(move |tx| {
            let user_id = setting::get::<AccountKey>(tx)?.map(|a| a.user_id);
            let Some(row) = outbox::shown(tx, user_id, args.report_id)? else { return Ok(false) };
            outbox::unpark(tx, row.seq)?;
            Ok(true)
        });
        if !found.await? {
            return Err(Error::NotFound);
        }
        self.inner.tell(Change::Reports);
        self.trigger(Trigger::Asked);
        Ok(())
    }

    /// Turns a report that the server surely doesn't hold back into a draft. It keeps its id and its
    /// pictures; sent again, it is a new operation. Where only the server knows, it is asked.
    ///
    /// # Errors
    /// [`Error::NotEditable`] when it has been sent or is about to be, [`Error::NotFound`] when it is not in
    /// the outbox, [`Error::Remote`] when the server has to be asked and can't be.
    pub async fn reopen(&self, args: Reopen) -> Result<(), Error> {
        let now = self.inner.ambient.now();
        self.take_back(args.report_id, false, move |tx, row| {
            let Operation::CreateReport { submission } = row.operation;
            draft::put(tx, row.report_id, &form_of(submission), now)
        })
        .await?;
        self.inner.tell(Change::Drafts);
        Ok(())
    }

    /// Throws away a report that the server surely doesn't hold, with its pictures. Where only the server
    /// knows, it is asked. An edited report whose earlier form has arrived after all may go as well: the earlier
    /// form is then what there is.
    ///
    /// # Errors
    /// As [`Client::reopen`].
    pub async fn discard_unsent(&self, args: DiscardUnsent) -> Result<(), Error> {
        let gone = |tx: &Transaction<'_>, row: OutboxRow| attachment::delete_of_report(tx, row.report_id);
        let ids = self.take_back(args.report_id, true, gone).await?;
        remove_files(&self.inner, ids).await;
        // The form that arrived, if there is one, comes with the news.
        self.trigger(Trigger::Asked);
        Ok(())
    }

    /// Takes a report out of the outbox that the server surely doesn't hold, and does `then` with it in the
    /// same transaction. With `beside_another`, the server may hold it under another operation.
    async fn take_back<T: Send + 'static>(
        &self,
        report_id: ReportId,
        beside_another: bool,
        then: impl FnOnce(&Transaction<'_>, OutboxRow) -> store::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let find = move |db: &Connection| {
            let user_id = setting::get::<AccountKey>(db)?.map(|a| a.user_id);
            outbox::shown(db, user_id, report_id)
        };
        let found = self.inner.store.read(find).await?.ok_or(Error::NotFound)?;
        // What is parked doesn't move while the server is asked.
        let asked = found.parked.is_some() && !found.is_surely_unsent();
        if asked {
            self.not_there(&found, beside_another).await?;
        }
        let take = move |tx: &Transaction<'_>| {
            let Some(row) = outbox::of_report(tx, report_id)? else { return Ok(Err(Error::NotFound)) };
            let free = row.is_surely_unsent() || (asked && row == found);
            if !free {
                return Ok(Err(Error::NotEditable));
            }
            outbox::finish(tx, row.seq)?;
            upload::forget_of_report(tx, report_id)?;
            Ok(Ok(then(tx, row)?))
        };
        let taken = self.inner.store.write(take).await??;
        self.inner.tell(Change::Reports);
        self.trigger(Trigger::Submitted);
        Ok(taken)
    }

    /// Makes sure that a report which may have been sent did not arrive. One that has is no longer in the
    /// outbox afterwards.
    async fn not_there(&self, row: &OutboxRow, beside_another: bool) -> Result<(), Error> {
        let session = self.inner.session().filter(|s| Some(s.user_id) == row.user_id).ok_or(Error::SignedOut)?;
        match session.remote.receipt(&session.token, row.report_id).await {
            Err(error) if error.code() == Some(ErrorCode::NotFound) => Ok(()),
            Err(error) => Err(error.into()),
            // A report has one operation: where another one created it, this one never will.
            Ok(receipt) if beside_another && receipt.op_id != row.op_id => Ok(()),
            Ok(receipt) => {
                if worker::settle_by(&self.inner, &session, row, &receipt).await.map_err(unproven)? {
                    self.inner.tell(Change::Reports);
                    // Its count of what waits and what is parked is no longer true.
                    self.trigger(Trigger::Asked);
                }
                Err(Error::NotEditable)
            }
        }
    }
}

/// The report that a draft makes, or what keeps it from being one.
fn complete(
    tx: &Transaction<'_>,
    draft: &draft::Draft,
    now: pakn_api::Timestamp,
) -> store::Result<Result<Submission, Vec<FormProblem>>> {
    let attachments = attachment::of_report(tx, draft.report_id)?;
    let media: Vec<MediaRef> = attachments.iter().filter_map(attachment::Attachment::medium).collect();
    let checked = draft.form.check(&catalogue(tx)?, &media, now);
    if media.len() == attachments.len() {
        return Ok(checked);
    }
    let mut problems = checked.err().unwrap_or_default();
    problems.push(FormProblem::MediaNotReady);
    Ok(Err(problems))
}

pub(super) fn form_of(submission: Submission) -> ReportForm {
    ReportForm {
        field: Some(submission.field),
        subject: Some(submission.subject),
        answers: submission.answers.into_iter().map(|(question, answer)| (question, answer.into())).collect(),
        title: submission.title.into(),
        content: submission.content.into(),
        happened_at: Some(submission.happened_at),
        time_chosen: true,
        place: Some(submission.place),
        ward: submission.ward,
        address_typed: submission.ward.is_some() || submission.address.is_some(),
        address: submission.address.map(String::from).unwrap_or_default(),
        anonymous: submission.anonymous,
        // Confirmed for what was sent then, not for what it becomes.
        truth_confirmed: false,
    }
}

fn unproven(error: worker::Unproven) -> Error {
    match error {
        worker::Unproven::Remote(error) => error.into(),
        worker::Unproven::Store(error) => error.into(),
    }
}
