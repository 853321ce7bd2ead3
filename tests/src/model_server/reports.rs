//! Reports: created once per operation, counting from the moment all of their files are here.

use pakn_api::{
    ErrorCode, Timestamp,
    id::{OpId, ReportId, UserId},
    model::{profile::Profile, report::Submission, status::ReportStatus},
    wire::{Actor, CreateReport, Receipt, ReceiptMedium, ReportView, TimelineEntry},
};

use super::{Answer, Operation, Refusal, State};

/// A report as the server holds it.
#[derive(Clone, Debug)]
pub struct Held {
    /// Whose.
    pub user: UserId,
    /// The operation that created it.
    pub op_id: OpId,
    /// As it came.
    pub submission: Submission,
    /// Who the sender was when it was created.
    pub sender: Option<Profile>,
    /// Its view, from the moment it counts.
    pub view: Option<ReportView>,
    pub(super) change: u64,
}

impl State {
    /// `POST /v1/reports`.
    ///
    /// # Errors
    /// As the contract has it.
    pub fn create_report(&mut self, token: &str, request: &CreateReport, now: Timestamp) -> Answer<Receipt> {
        let user = self.who(token)?;
        if let Some(first) = self.operations.get(&request.op_id) {
            let same = first.user == user && first.body == *request;
            return if same { Ok(first.first_answer.clone()) } else { Err(ErrorCode::OpIdReused.into()) };
        }
        self.may_send(user)?;
        let CreateReport { op_id, report_id, submission } = request.clone();
        if self.reports.contains_key(&report_id) {
            return Err(ErrorCode::ReportExists.into());
        }
        let problems = submission.problems(&self.catalogue);
        if !problems.is_empty() {
            return Err(Refusal { problems, ..ErrorCode::InvalidReport.into() });
        }
        for announced in &submission.media {
            let stored = self.media.get(&(user, announced.sha256));
            if stored.is_some_and(|stored| stored.bytes.len() as u64 != announced.bytes) {
                return Err(ErrorCode::HashMismatch.into());
            }
        }
        let sender = self.person(user).and_then(|person| person.profile().profile);
        self.reports.insert(report_id, Held { user, op_id, submission, sender, view: None, change: 0 });
        *self.created.reports.entry(report_id).or_default() += 1;
        *self.created.operations.entry(op_id).or_default() += 1;
        self.receive_if_whole(report_id, now);
        let first_answer = self.receipt_of(user, report_id).ok_or(ErrorCode::Internal)?;
        self.operations.insert(op_id, Operation { user, body: request.clone(), first_answer: first_answer.clone(), at: now });
        Ok(first_answer)
    }

    /// `GET /v1/reports/{id}/receipt`.
    ///
    /// # Errors
    /// `unauthenticated`, `not_found`.
    pub fn receipt(&mut self, token: &str, report_id: ReportId) -> Answer<Receipt> {
        let user = self.who(token)?;
        self.receipt_of(user, report_id).ok_or_else(|| ErrorCode::NotFound.into())
    }

    fn receipt_of(&mut self, user: UserId, report_id: ReportId) -> Option<Receipt> {
        let held = self.reports.get(&report_id).filter(|held| held.user == user)?;
        let medium = |m: &pakn_api::model::report::MediaRef| {
            let stored = self.media.get(&(user, m.sha256)).is_some_and(|stored| stored.bytes.len() as u64 == m.bytes);
            ReceiptMedium { sha256: m.sha256, bytes: m.bytes, stored }
        };
        let mut receipt = Receipt {
            op_id: held.op_id,
            report_id,
            received_at: held.view.as_ref().map(|view| view.received_at),
            media: held.submission.media.iter().map(medium).collect(),
            signed: None,
        };
        receipt.signed = self.signer.sign(&receipt);
        Some(receipt)
    }

    /// Lets a report count if nothing of it is missing and it doesn't yet.
    pub(super) fn receive_if_whole(&mut self, report_id: ReportId, now: Timestamp) {
        let Self { reports, media, last_change, .. } = self;
        let Some(held) = reports.get_mut(&report_id).filter(|held| held.view.is_none()) else { return };
        let here = |m: &pakn_api::model::report::MediaRef| {
            media.get(&(held.user, m.sha256)).is_some_and(|stored| stored.bytes.len() as u64 == m.bytes)
        };
        if !held.submission.media.iter().all(here) {
            return;
        }
        *last_change += 1;
        held.change = *last_change;
        let first = TimelineEntry { at: now, status: ReportStatus::Received, refusal: None, by: Actor::System, note: None };
        held.view = Some(ReportView {
            report_id,
            revision: 1,
            status: ReportStatus::Received,
            received_at: now,
            due_at: None,
            submission: held.submission.clone(),
            timeline: vec![first],
        });
    }

    /// Staff moves a report on. Answers whether it may go there.
    pub fn move_on(&mut self, report_id: ReportId, status: ReportStatus, now: Timestamp) -> bool {
        let Some(held) = self.reports.get_mut(&report_id) else { return false };
        let Some(view) = held.view.as_mut().filter(|view| view.status.may_become(status)) else { return false };
        self.last_change += 1;
        held.change = self.last_change;
        view.revision += 1;
        view.status = status;
        view.timeline.push(TimelineEntry { at: now, status, refusal: None, by: Actor::System, note: None });
        true
    }
}
