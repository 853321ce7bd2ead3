//! Who sees what of a report: the one place where a stored one becomes something that is shown.
//!
//! Four see reports: their sender, the public, the agency that handles them, and the operations centre at its desk.
//! Routes, feeds and exports hold nothing of a report but what these functions have given them.
//!
//! | | sent with a name | sent without (*Gửi ẩn danh*) |
//! |---|---|---|
//! | public | name | nothing of the sender |
//! | handling agency | name, phone | nothing of the sender |
//! | sender, operations centre | all | all |

use std::{collections::BTreeSet, str::FromStr};

use pakn_api::{
    Timestamp,
    id::ReportId,
    model::{
        catalogue::{Catalogue, FieldCode},
        phone::PhoneNumber,
        report::Submission,
        status::{ReportStatus, Unknown},
        words::AgencyName,
    },
    wire::{AgencyReport, PublicReport, ReportView, SenderContact, TimelineEntry},
};
use serde::{Deserialize, Serialize};

/// From when on a report is public, if its field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publish {
    /// From when it is accepted.
    Accepted,
    /// From when it is received.
    Received,
}

impl Publish {
    /// The value as it is written.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Received => "received",
        }
    }
}

impl FromStr for Publish {
    type Err = Unknown;
    fn from_str(text: &str) -> Result<Self, Unknown> {
        match text {
            "accepted" => Ok(Self::Accepted),
            "received" => Ok(Self::Received),
            _ => Err(Unknown),
        }
    }
}

/// Which reports are public.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    publish: Publish,
    fields: BTreeSet<FieldCode>,
}

impl Rule {
    /// By the fields as they are now: one that is gone is not public.
    pub(crate) fn new(publish: Publish, catalogue: &Catalogue) -> Self {
        let fields = catalogue.fields.iter().filter(|field| field.public).map(|field| field.code.clone()).collect();
        Self { publish, fields }
    }

    /// Whether a report that stands so is.
    pub(crate) fn is_public(&self, field: &FieldCode, status: ReportStatus) -> bool {
        self.fields.contains(field)
            && match status {
                ReportStatus::Received => self.publish == Publish::Received,
                ReportStatus::Refused => false,
                ReportStatus::Accepted
                | ReportStatus::Assigned
                | ReportStatus::InProgress
                | ReportStatus::NeedsInfo
                | ReportStatus::Answered
                | ReportStatus::Closed => true,
            }
    }

    /// The fields whose reports one rule shows and the other doesn't.
    pub(crate) fn differing(&self, other: &Self) -> Vec<FieldCode> {
        self.fields.symmetric_difference(&other.fields).cloned().collect()
    }
}

/// A report that counts, as it is stored.
#[derive(Clone, Debug)]
pub(crate) struct StoredReport {
    pub(crate) report_id: ReportId,
    pub(crate) revision: u32,
    pub(crate) status: ReportStatus,
    pub(crate) received_at: Timestamp,
    pub(crate) due_at: Option<Timestamp>,
    pub(crate) submission: Submission,
    /// Oldest first; left empty for the public, who see none of it.
    pub(crate) timeline: Vec<TimelineEntry>,
    /// The agency that a step named last.
    pub(crate) handled_by: Option<AgencyName>,
    /// None when the account is gone.
    pub(crate) sender: Option<Sender>,
}

/// Who has sent a report.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    /// Empty where there is none.
    pub(crate) name: String,
    pub(crate) phone: PhoneNumber,
}

/// An agency, and the fields that are its own.
#[derive(Clone, Debug)]
pub(crate) struct Agency {
    pub(crate) name: AgencyName,
    pub(crate) fields: BTreeSet<FieldCode>,
}

impl Agency {
    /// Whether it handles a report: it has been named for it, or its field is its own.
    pub(crate) fn handles(&self, report: &StoredReport) -> bool {
        report.handled_by.as_ref() == Some(&self.name) || self.fields.contains(&report.submission.field)
    }
}

/// What its sender sees.
pub(crate) fn to_sender(report: StoredReport) -> ReportView {
    let StoredReport { report_id, revision, status, received_at, due_at, submission, timeline, handled_by: _, sender: _ } =
        report;
    ReportView { report_id, revision, status, received_at, due_at, submission, timeline }
}

/// What anyone sees, if it is public.
pub(crate) fn to_public(report: StoredReport, rule: &Rule) -> Option<PublicReport> {
    rule.is_public(&report.submission.field, report.status).then(|| without_contact(report))
}

/// What an agency sees, if it handles it.
pub(crate) fn to_agency(mut report: StoredReport, agency: &Agency, similar: Vec<ReportId>) -> Option<AgencyReport> {
    if !agency.handles(&report) {
        return None;
    }
    let named = report.sender.clone().filter(|_| !report.submission.anonymous);
    let sender = named.map(|Sender { name, phone }| SenderContact { name, phone });
    let answers = std::mem::take(&mut report.submission.answers);
    let timeline = std::mem::take(&mut report.timeline);
    Some(AgencyReport { answers, due_at: report.due_at, timeline, sender, similar, report: without_contact(report) })
}

/// Every member is named: whatever a submission says in future is shown to nobody until it is decided here.
fn without_contact(report: StoredReport) -> PublicReport {
    let StoredReport { report_id, revision, status, received_at, due_at: _, submission, timeline: _, handled_by: _, sender } =
        report;
    let Submission {
        catalogue_version: _,
        field,
        subject,
        answers: _,
        title,
        content,
        happened_at,
        place,
        ward,
        address,
        anonymous,
        submitted_at: _,
        media,
    } = submission;
    let sender = sender.filter(|sender| !anonymous && !sender.name.is_empty()).map(|sender| sender.name);
    PublicReport {
        report_id,
        revision,
        status,
        received_at,
        field,
        subject,
        title,
        content,
        happened_at,
        position: place.position,
        ward,
        address,
        media,
        sender,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::model::{
        catalogue::SubjectCode,
        place::{Place, PlaceSource, Position},
        words::{Content, Title},
    };

    use super::*;

    fn stored(field: &str, status: ReportStatus, anonymous: bool) -> StoredReport {
        let now = Timestamp(1_764_000_000_000);
        StoredReport {
            report_id: ReportId::new(1, [1; 10]),
            revision: 1,
            status,
            received_at: now,
            due_at: None,
            submission: Submission {
                catalogue_version: 1,
                field: FieldCode::parse(field).unwrap(),
                subject: SubjectCode::parse("khac").unwrap(),
                answers: [].into(),
                title: Title::parse("Tiêu đề").unwrap(),
                content: Content::parse("Nội dung").unwrap(),
                happened_at: now,
                place: Place { position: Position::new(14.35, 108.0, 9.0).unwrap(), source: PlaceSource::Device, taken_at: now },
                ward: None,
                address: None,
                anonymous,
                submitted_at: now,
                media: Vec::new(),
            },
            timeline: Vec::new(),
            handled_by: None,
            sender: Some(Sender { name: "Nguyễn Thị An".to_owned(), phone: PhoneNumber::parse("0912345678").unwrap() }),
        }
    }

    fn agency(name: &str, fields: &[&str]) -> Agency {
        let fields = fields.iter().map(|field| FieldCode::parse(field).unwrap()).collect();
        Agency { name: AgencyName::parse(name).unwrap(), fields }
    }

    #[test]
    fn what_is_public() {
        use ReportStatus::{Accepted, Answered, Assigned, Closed, InProgress, NeedsInfo, Received};
        let from_acceptance = [Accepted, Assigned, InProgress, NeedsInfo, Answered, Closed];
        for status in ReportStatus::ALL {
            for (publish, expected) in [
                (Publish::Accepted, from_acceptance.contains(&status)),
                (Publish::Received, status == Received || from_acceptance.contains(&status)),
            ] {
                let rule = Rule::new(publish, &Catalogue::builtin());
                assert_eq!(to_public(stored("moi-truong", status, false), &rule).is_some(), expected, "{status:?} {publish:?}");
                for hidden in ["an-ninh-trat-tu", "khong-con-nua"] {
                    assert!(to_public(stored(hidden, status, false), &rule).is_none(), "{hidden} {status:?} {publish:?}");
                }
            }
        }
    }

    #[test]
    fn who_sees_whom() {
        let rule = Rule::new(Publish::Accepted, &Catalogue::builtin());
        let handling = agency("Sở Nông nghiệp và Môi trường", &["moi-truong"]);
        for anonymous in [false, true] {
            let report = stored("moi-truong", ReportStatus::Accepted, anonymous);
            let public = to_public(report.clone(), &rule).unwrap();
            let theirs = to_agency(report.clone(), &handling, Vec::new()).unwrap();
            let name = (!anonymous).then(|| "Nguyễn Thị An".to_owned());
            assert_eq!((&public.sender, &theirs.report.sender), (&name, &name));
            let known = theirs.sender.map(|sender| (sender.name, sender.phone.as_e164().to_owned()));
            assert_eq!(known, name.map(|name| (name, "+84912345678".to_owned())));
            assert_eq!(to_sender(report.clone()).submission, report.submission);
        }
        let of_nobody = StoredReport { sender: None, ..stored("moi-truong", ReportStatus::Closed, false) };
        assert_eq!(to_public(of_nobody.clone(), &rule).unwrap().sender, None);
        assert_eq!(to_agency(of_nobody, &handling, Vec::new()).unwrap().sender, None);
    }

    #[test]
    fn which_agency_handles_a_report() {
        let name = "UBND phường Kon Tum";
        let mut report = stored("moi-truong", ReportStatus::Received, false);
        let table = [(&["moi-truong"][..], true), (&["covid-19"], false), (&[], false)];
        for (fields, expected) in table {
            assert_eq!(to_agency(report.clone(), &agency(name, fields), Vec::new()).is_some(), expected, "{fields:?}");
        }
        report.handled_by = AgencyName::parse(name).ok();
        assert!(to_agency(report.clone(), &agency(name, &[]), Vec::new()).is_some());
        assert!(to_agency(report, &agency("UBND phường Đăk Cấm", &[]), Vec::new()).is_none());
    }
}
