//! A report as typed ([`ReportForm`]) and as sent ([`Submission`]), and the rules between them.
//!
//! [`ReportForm::check`] turns the one into the other; [`Submission::problems`] is the same set of
//! rules over a finished one, which is all the server needs. To add a question to the report, start
//! here: the compiler leads to the form, the store and the server.

use serde::{Deserialize, Serialize};

use super::{
    catalogue::{Catalogue, FieldCode, SubjectCode},
    photo::{MAX_PER_REPORT, MAX_UPLOAD_BYTES},
    place::Place,
    words::{Content, Title, WordsError},
};
use crate::{Timestamp, id::MediaHash};

/// What kind of file a medium is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A JPEG picture.
    Jpeg,
}

impl MediaKind {
    /// Its media type.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
        }
    }
}

/// A file that belongs to a report, by content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MediaRef {
    /// SHA-256 of the bytes as sent.
    pub sha256: MediaHash,
    /// Length in bytes.
    pub bytes: u64,
    /// What kind of file.
    pub kind: MediaKind,
    /// Width in pixels, upright.
    pub width: u32,
    /// Height in pixels, upright.
    pub height: u32,
}

/// A draft's fields as they stand, complete or not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportForm {
    /// The chosen field.
    pub field: Option<FieldCode>,
    /// The chosen subject.
    pub subject: Option<SubjectCode>,
    /// As typed.
    pub title: String,
    /// As typed.
    pub content: String,
    /// When it happened or was seen.
    pub happened_at: Option<Timestamp>,
    /// Where.
    pub place: Option<Place>,
    /// *Gửi ẩn danh*: the public doesn't see who sent it.
    pub anonymous: bool,
    /// The sender confirms that the report is true (guide I.4).
    pub truth_confirmed: bool,
}

/// What keeps a form from being sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "problem", content = "reason", rename_all = "snake_case")]
pub enum FormProblem {
    /// No field chosen.
    #[error("no field chosen")]
    FieldMissing,
    /// The field is not in the catalogue.
    #[error("unknown field")]
    FieldUnknown,
    /// No subject chosen.
    #[error("no subject chosen")]
    SubjectMissing,
    /// The subject is not in its field.
    #[error("unknown subject")]
    SubjectUnknown,
    /// The title breaks a rule.
    #[error("title: {0}")]
    Title(WordsError),
    /// The content breaks a rule.
    #[error("content: {0}")]
    Content(WordsError),
    /// No time given.
    #[error("no time given")]
    TimeMissing,
    /// A time after the moment of sending.
    #[error("time in the future")]
    TimeInFuture,
    /// No place given.
    #[error("no place given")]
    PlaceMissing,
    /// More than [`MAX_PER_REPORT`] files.
    #[error("too many files")]
    TooManyMedia,
    /// The same file twice.
    #[error("the same file twice")]
    RepeatedMedia,
    /// A picture is still being prepared or could not be, or has a length that no file has that is taken.
    #[error("a picture is not ready")]
    MediaNotReady,
    /// The sender has not confirmed the report's truth.
    #[error("truth not confirmed")]
    TruthNotConfirmed,
}

/// A report as it is sent: every value valid in itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Submission {
    /// The catalogue version the sender saw.
    pub catalogue_version: u32,
    /// The field.
    pub field: FieldCode,
    /// The subject within the field.
    pub subject: SubjectCode,
    /// One line.
    pub title: Title,
    /// What is wrong.
    pub content: Content,
    /// When it happened or was seen, by the device's clock.
    pub happened_at: Timestamp,
    /// Where.
    pub place: Place,
    /// The public doesn't see who sent it.
    pub anonymous: bool,
    /// When the sender confirmed its truth and tapped send, by the device's clock.
    pub submitted_at: Timestamp,
    /// Its files, in the sender's order.
    pub media: Vec<MediaRef>,
}

impl ReportForm {
    /// Whether nothing has been entered yet; a field chosen on the way in doesn't count.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.title.trim().is_empty() && self.content.trim().is_empty() && self.place.is_none()
    }

    /// The report to send, if the form is complete.
    ///
    /// # Errors
    /// Every problem at once, in the order of the form.
    pub fn check(&self, catalogue: &Catalogue, media: &[MediaRef], now: Timestamp) -> Result<Submission, Vec<FormProblem>> {
        let mut problems = Vec::new();
        let mut need = |problem| problems.push(problem);
        if self.field.is_none() {
            need(FormProblem::FieldMissing);
        }
        if self.subject.is_none() {
            need(FormProblem::SubjectMissing);
        }
        let title = Title::parse(&self.title).map_err(|e| need(FormProblem::Title(e))).ok();
        let content = Content::parse(&self.content).map_err(|e| need(FormProblem::Content(e))).ok();
        if self.happened_at.is_none() {
            need(FormProblem::TimeMissing);
        }
        if self.place.is_none() {
            need(FormProblem::PlaceMissing);
        }
        if !self.truth_confirmed {
            need(FormProblem::TruthNotConfirmed);
        }
        let (Some(field), Some(subject), Some(title), Some(content), Some(happened_at), Some(place), []) =
            (self.field.clone(), self.subject.clone(), title, content, self.happened_at, self.place, problems.as_slice())
        else {
            return Err(problems);
        };
        let submission = Submission {
            catalogue_version: catalogue.version,
            field,
            subject,
            title,
            content,
            happened_at,
            place,
            anonymous: self.anonymous,
            submitted_at: now,
            media: media.to_vec(),
        };
        match submission.problems(catalogue) {
            rest if rest.is_empty() => Ok(submission),
            rest => Err(rest),
        }
    }
}

impl Submission {
    /// What is wrong between a submission and the catalogue, or within itself; empty when nothing is.
    ///
    /// Times are compared with each other, never with a clock: a phone whose clock is off must still
    /// be able to report.
    #[must_use]
    pub fn problems(&self, catalogue: &Catalogue) -> Vec<FormProblem> {
        let mut problems = Vec::new();
        match catalogue.field(&self.field) {
            None => problems.push(FormProblem::FieldUnknown),
            Some(field) if field.subject(&self.subject).is_none() => problems.push(FormProblem::SubjectUnknown),
            Some(_) => {}
        }
        if self.happened_at > self.submitted_at {
            problems.push(FormProblem::TimeInFuture);
        }
        if self.media.len() > MAX_PER_REPORT {
            problems.push(FormProblem::TooManyMedia);
        }
        if self.media.iter().any(|m| !(1..=MAX_UPLOAD_BYTES).contains(&m.bytes)) {
            problems.push(FormProblem::MediaNotReady);
        }
        let mut hashes: Vec<_> = self.media.iter().map(|m| m.sha256).collect();
        hashes.sort_unstable();
        hashes.dedup();
        if hashes.len() != self.media.len() {
            problems.push(FormProblem::RepeatedMedia);
        }
        problems
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;
    use crate::model::place::{PlaceSource, Position};

    const NOW: Timestamp = Timestamp(1_764_000_000_000);

    fn complete() -> ReportForm {
        ReportForm {
            field: Some(FieldCode::parse("moi-truong").unwrap()),
            subject: Some(SubjectCode::parse("xa-rac").unwrap()),
            title: "Rác đổ tràn bờ sông Đăk Bla".to_owned(),
            content: "Bãi rác tự phát sau chợ, mùi hôi cả ngày.".to_owned(),
            happened_at: Some(NOW.plus_ms(-60_000)),
            place: Some(Place {
                position: Position::new(14.35, 108.0, 9.0).unwrap(),
                source: PlaceSource::Device,
                taken_at: NOW,
            }),
            anonymous: false,
            truth_confirmed: true,
        }
    }

    fn medium(byte: u8) -> MediaRef {
        MediaRef { sha256: MediaHash::from_digest([byte; 32]), bytes: 10, kind: MediaKind::Jpeg, width: 1, height: 1 }
    }

    #[test]
    fn a_complete_form_becomes_a_submission() {
        let submission = complete().check(&Catalogue::builtin(), &[medium(1)], NOW).unwrap();
        assert_eq!(submission.media.len(), 1);
        assert!(submission.problems(&Catalogue::builtin()).is_empty());
    }

    #[test]
    fn an_empty_form_names_everything_that_is_missing_in_form_order() {
        let problems = ReportForm::default().check(&Catalogue::builtin(), &[], NOW).unwrap_err();
        assert_eq!(
            problems,
            [
                FormProblem::FieldMissing,
                FormProblem::SubjectMissing,
                FormProblem::Title(WordsError::Empty),
                FormProblem::Content(WordsError::Empty),
                FormProblem::TimeMissing,
                FormProblem::PlaceMissing,
                FormProblem::TruthNotConfirmed,
            ]
        );
    }

    #[test]
    fn each_rule_has_its_own_problem() {
        type Change = fn(&mut ReportForm);
        let table: [(Change, &[MediaRef], FormProblem); 8] = [
            (|f| f.field = FieldCode::parse("khong-co").ok(), &[], FormProblem::FieldUnknown),
            (|f| f.subject = SubjectCode::parse("cay-xanh-nga-do").ok(), &[], FormProblem::SubjectUnknown),
            (|f| f.title = "ư".repeat(201), &[], FormProblem::Title(WordsError::TooLong)),
            (|f| f.happened_at = Some(NOW.plus_ms(1)), &[], FormProblem::TimeInFuture),
            (|f| f.truth_confirmed = false, &[], FormProblem::TruthNotConfirmed),
            (|_| (), &[medium(1), medium(2), medium(1)], FormProblem::RepeatedMedia),
            (|_| (), &[MediaRef { bytes: 0, ..medium(1) }], FormProblem::MediaNotReady),
            (|_| (), &[MediaRef { bytes: MAX_UPLOAD_BYTES + 1, ..medium(1) }], FormProblem::MediaNotReady),
        ];
        for (change, media, expected) in table {
            let mut form = complete();
            change(&mut form);
            assert_eq!(form.check(&Catalogue::builtin(), media, NOW), Err(vec![expected]));
        }
        let many: Vec<_> = (0..=u8::try_from(MAX_PER_REPORT).unwrap()).map(medium).collect();
        assert_eq!(complete().check(&Catalogue::builtin(), &many, NOW), Err(vec![FormProblem::TooManyMedia]));
    }
}
