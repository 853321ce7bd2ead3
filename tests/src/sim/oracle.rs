//! What the citizen was promised, report by report.
//!
//! Where an action ended in an error of the storage's or in death, both may be: what was before, and what
//! would have been. The next look at the device decides, and holds it to that.

use std::collections::BTreeMap;

use pakn_api::{
    Timestamp,
    id::{ReportId, UserId},
    model::{
        catalogue::{Catalogue, SubjectCode},
        place::{Place, PlaceSource, Position},
        report::{ReportForm, Submission},
    },
};

use super::{account::Myself, pictures::Picture};

/// Where a report is, as far as the citizen was told.
#[derive(Clone, Debug)]
pub(super) enum Kept {
    /// It is being written.
    Draft(ReportForm),
    /// It was handed over for sending.
    Handed {
        /// As it was then.
        form: ReportForm,
        /// Whose; nobody's before the first sign-in.
        owner: Option<UserId>,
    },
    /// It was thrown away.
    Gone,
}

/// What was promised of one report.
#[derive(Clone, Debug)]
pub(super) struct Promise {
    /// Where it is.
    pub(super) kept: Kept,
    /// Or there, if what the citizen did last happened all the same.
    pub(super) maybe: Option<Kept>,
    /// Its pictures, in order.
    pub(super) pictures: Vec<Picture>,
    /// Pictures that may be there or not.
    pub(super) loose: Vec<Picture>,
    /// Forms that were handed over and taken back.
    pub(super) taken_back: Vec<ReportForm>,
    /// The number in the sender's street when it was handed over: it may not be sent by who they were before.
    pub(super) street: u32,
    /// It was kept back for want of an account or of consent.
    pub(super) kept_back: bool,
}

/// All promises.
#[derive(Debug, Default)]
pub(super) struct Oracle {
    /// By report.
    pub(super) reports: BTreeMap<ReportId, Promise>,
    /// Who is, or last was, signed in; nobody after signing out.
    pub(super) account: Option<UserId>,
    /// A draft may have been made that nobody heard of.
    pub(super) unborn: bool,
    /// The app was opened without room to forget what was left half done.
    pub(super) unswept: bool,
    /// What people said of themselves.
    pub(super) people: BTreeMap<UserId, Myself>,
    /// Streets there were so far.
    pub(super) streets: u32,
    serial: u32,
}

impl Promise {
    /// A draft without pictures.
    #[must_use]
    pub(super) const fn draft(form: ReportForm) -> Self {
        Self {
            kept: Kept::Draft(form),
            maybe: None,
            pictures: Vec::new(),
            loose: Vec::new(),
            taken_back: Vec::new(),
            street: 0,
            kept_back: false,
        }
    }

    /// Whether a picture with these bytes is or may be in it.
    pub(super) fn may_have(&self, picture: pakn_api::id::MediaHash) -> bool {
        self.pictures.iter().chain(&self.loose).any(|p| p.hash == picture)
    }

    /// It is there for certain.
    pub(super) fn now(&mut self, kept: Kept) {
        self.kept = kept;
        self.maybe = None;
    }
}

impl Oracle {
    fn pick(&self, which: u8, wanted: impl Fn(&Promise) -> bool) -> Option<ReportId> {
        let all: Vec<_> = self.reports.iter().filter(|(_, promise)| wanted(promise)).map(|(id, _)| *id).collect();
        all.get(usize::from(which) % all.len().max(1)).copied()
    }

    /// One of the drafts.
    #[must_use]
    pub(super) fn a_draft(&self, which: u8) -> Option<ReportId> {
        self.pick(which, |promise| matches!(promise.kept, Kept::Draft(_)))
    }

    /// One of the reports that were handed over and are shown now.
    #[must_use]
    pub(super) fn a_handed(&self, which: u8) -> Option<ReportId> {
        self.pick(which, |promise| match &promise.kept {
            Kept::Handed { owner, .. } => owner.is_none() || *owner == self.account,
            Kept::Draft(_) | Kept::Gone => false,
        })
    }

    /// Somebody has signed in: what was nobody's is theirs.
    pub(super) fn signed_in(&mut self, user: UserId) {
        self.account = Some(user);
        for promise in self.reports.values_mut() {
            for kept in [Some(&mut promise.kept), promise.maybe.as_mut()].into_iter().flatten() {
                if let Kept::Handed { owner: owner @ None, .. } = kept {
                    *owner = Some(user);
                }
            }
        }
    }

    /// A complete form that no other is like.
    ///
    /// # Errors
    /// Never with these values.
    pub(super) fn form(&mut self, catalogue: &Catalogue, subject: u8, now: Timestamp) -> anyhow::Result<ReportForm> {
        self.serial += 1;
        let subjects: Vec<_> = catalogue.fields.iter().flat_map(|f| f.subjects.iter().map(move |s| (f, s))).collect();
        let chosen = subjects.get(usize::from(subject) % subjects.len().max(1));
        Ok(ReportForm {
            field: chosen.map(|(field, _)| field.code.clone()),
            subject: chosen.map(|(_, subject)| subject.code.clone()),
            title: format!("Phản ánh {}", self.serial),
            content: "Bãi rác tự phát bên bờ sông.".to_owned(),
            happened_at: Some(now),
            place: Some(Place { position: Position::new(14.3497, 108.0005, 12.0)?, source: PlaceSource::Device, taken_at: now }),
            anonymous: subject % 2 == 1,
            truth_confirmed: true,
            ..ReportForm::default()
        })
    }
}

/// What a sent report says, as the form it came from, unconfirmed.
#[must_use]
pub(super) fn form_of(submission: &Submission) -> ReportForm {
    ReportForm {
        field: Some(submission.field.clone()),
        subject: Some(submission.subject.clone()),
        title: submission.title.as_str().to_owned(),
        content: submission.content.as_str().to_owned(),
        happened_at: Some(submission.happened_at),
        time_chosen: true,
        place: Some(submission.place),
        anonymous: submission.anonymous,
        ..ReportForm::default()
    }
}

/// A form as it is taken back: its truth is to be confirmed again, its time is the one that was sent.
#[must_use]
pub(super) fn unconfirmed(form: &ReportForm) -> ReportForm {
    ReportForm { truth_confirmed: false, time_chosen: true, ..form.clone() }
}

/// The first subject of a form's field that is in the catalogue, or of the first field.
#[must_use]
pub(super) fn mended(form: &ReportForm, catalogue: &Catalogue) -> ReportForm {
    let own = form.field.as_ref().and_then(|code| catalogue.field(code)).filter(|field| !field.subjects.is_empty());
    let field = own.or_else(|| catalogue.fields.iter().find(|field| !field.subjects.is_empty()));
    let subject: Option<SubjectCode> = field.and_then(|field| field.subjects.first()).map(|subject| subject.code.clone());
    ReportForm { field: field.map(|field| field.code.clone()), subject, truth_confirmed: true, ..form.clone() }
}
