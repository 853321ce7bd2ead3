//! A report as typed ([`ReportForm`]) and as sent ([`Submission`]), and the rules between them.
//!
//! [`ReportForm::check`] turns the one into the other; [`Submission::problems`] is the same set of
//! rules over a finished one, which is all the server needs. To add a question to the report, start
//! here: the compiler leads to the form, the store and the server.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[cfg(feature = "openapi")]
use super::question::Answer;
use super::{
    catalogue::{Catalogue, FieldCode, QuestionCode, Subject, SubjectCode},
    photo::{MAX_PER_REPORT, MAX_UPLOAD_BYTES},
    place::{Place, PlaceSource},
    question::{AnswerProblem, Answers, Question, TypedAnswer},
    unit::WardCode,
    video::{MAX_VIDEO_BYTES, MAX_VIDEO_MS, MAX_VIDEOS_PER_REPORT},
    words::{AddressLine, Content, Title, WordsError},
};
use crate::{Timestamp, id::MediaHash};

/// What kind of file a medium is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    /// A JPEG picture.
    Jpeg,
    /// An MP4 video.
    Mp4,
    /// A QuickTime video.
    Mov,
}

impl MediaKind {
    /// Its media type.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
        }
    }

    /// Whether it is a video.
    #[must_use]
    pub const fn is_video(self) -> bool {
        match self {
            Self::Jpeg => false,
            Self::Mp4 | Self::Mov => true,
        }
    }

    /// The largest file of this kind, in bytes.
    #[must_use]
    pub const fn max_bytes(self) -> u64 {
        match self {
            Self::Jpeg => MAX_UPLOAD_BYTES,
            Self::Mp4 | Self::Mov => MAX_VIDEO_BYTES,
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
    /// A video's length in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u32>,
}

/// A draft's fields as they stand, complete or not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReportForm {
    /// The chosen field.
    pub field: Option<FieldCode>,
    /// The chosen subject.
    pub subject: Option<SubjectCode>,
    /// What was answered to the subject's questions; what other subjects asked stays, in case of a way back.
    #[serde(default)]
    pub answers: BTreeMap<QuestionCode, TypedAnswer>,
    /// As typed. Where it is left empty, [`Title::of_content`] makes one.
    pub title: String,
    /// As typed.
    pub content: String,
    /// When it happened or was seen.
    pub happened_at: Option<Timestamp>,
    /// The citizen gave the time: until then it is when they began to write.
    #[serde(default)]
    pub time_chosen: bool,
    /// Where.
    pub place: Option<Place>,
    /// The ward that the place is in, as worked out or as chosen.
    #[serde(default)]
    pub ward: Option<WardCode>,
    /// The place in words, as worked out or as typed.
    #[serde(default)]
    pub address: String,
    /// The citizen gave ward or address: nothing that is worked out takes their place.
    #[serde(default)]
    pub address_typed: bool,
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
    /// An answer to one of the subject's questions is missing or breaks a rule; [`ReportForm::answer_problems`] says which.
    #[error("an answer is missing or wrong")]
    Answers,
    /// No time given.
    #[error("no time given")]
    TimeMissing,
    /// A time after the moment of sending.
    #[error("time in the future")]
    TimeInFuture,
    /// No place given.
    #[error("no place given")]
    PlaceMissing,
    /// The place in words breaks a rule.
    #[error("address: {0}")]
    Address(WordsError),
    /// More than [`MAX_PER_REPORT`] files, or more than [`MAX_VIDEOS_PER_REPORT`] videos.
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
    /// What was answered to the subject's questions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Answer>))]
    pub answers: Answers,
    /// One line.
    pub title: Title,
    /// What is wrong.
    pub content: Content,
    /// When it happened or was seen, by the device's clock.
    pub happened_at: Timestamp,
    /// Where.
    pub place: Place,
    /// The ward that the place is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ward: Option<WardCode>,
    /// The place in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressLine>,
    /// The public doesn't see who sent it.
    pub anonymous: bool,
    /// When the sender confirmed its truth and tapped send, by the device's clock.
    pub submitted_at: Timestamp,
    /// Its files, in the sender's order.
    pub media: Vec<MediaRef>,
}

impl ReportForm {
    /// Whether nothing has been entered yet. What comes by itself doesn't count, nor does what is chosen on the way in:
    /// field and subject, the moment of beginning, the device's own place.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let by_itself = self.place.is_none_or(|place| place.source == PlaceSource::Device);
        self.title.trim().is_empty()
            && self.content.trim().is_empty()
            && self.answers.is_empty()
            && !self.time_chosen
            && by_itself
            && !self.address_typed
    }

    /// The title that it has or would be given; empty where it has no words yet.
    #[must_use]
    pub fn shown_title(&self) -> String {
        match (self.title.trim(), Content::parse(&self.content)) {
            ("", Ok(content)) => Title::of_content(&content).into(),
            (title, _) => title.to_owned(),
        }
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
        let content = Content::parse(&self.content);
        let title = match (Title::parse(&self.title), &content) {
            // Only the content is asked for: with it there is a title.
            (Err(WordsError::Empty), Err(_)) => None,
            (Err(WordsError::Empty), Ok(content)) => Some(Title::of_content(content)),
            (title, _) => title.map_err(|e| need(FormProblem::Title(e))).ok(),
        };
        let content = content.map_err(|e| need(FormProblem::Content(e))).ok();
        let subject = self.field.as_ref().zip(self.subject.as_ref()).and_then(|(f, s)| catalogue.subject(f, s));
        let (answers, faults) = subject.map(|subject| self.answers_to(subject, now)).unwrap_or_default();
        if !faults.is_empty() {
            need(FormProblem::Answers);
        }
        if self.happened_at.is_none() {
            need(FormProblem::TimeMissing);
        }
        if self.place.is_none() {
            need(FormProblem::PlaceMissing);
        }
        let address = match AddressLine::parse(&self.address) {
            Err(WordsError::Empty) => None,
            address => address.map_err(|e| need(FormProblem::Address(e))).ok(),
        };
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
            answers,
            title,
            content,
            happened_at,
            place,
            ward: self.ward,
            address,
            anonymous: self.anonymous,
            submitted_at: now,
            media: media.to_vec(),
        };
        match submission.problems(catalogue) {
            rest if rest.is_empty() => Ok(submission),
            rest => Err(rest),
        }
    }

    /// What is wrong with the answers to a subject's questions, in their order.
    #[must_use]
    pub fn answer_problems(&self, subject: &Subject, now: Timestamp) -> Vec<(QuestionCode, AnswerProblem)> {
        self.answers_to(subject, now).1
    }

    fn answers_to(&self, subject: &Subject, now: Timestamp) -> (Answers, Vec<(QuestionCode, AnswerProblem)>) {
        let (mut answers, mut faults) = (Answers::new(), Vec::new());
        for question in &subject.questions {
            match question.check(self.answers.get(&question.code), now) {
                Ok(Some(answer)) => {
                    answers.insert(question.code.clone(), answer);
                }
                Ok(None) => {}
                Err(problem) => faults.push((question.code.clone(), problem)),
            }
        }
        (answers, faults)
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
            Some(field) => match field.subject(&self.subject) {
                None => problems.push(FormProblem::SubjectUnknown),
                Some(subject) if !self.answers_fit(subject) => problems.push(FormProblem::Answers),
                Some(_) => {}
            },
        }
        if self.happened_at > self.submitted_at {
            problems.push(FormProblem::TimeInFuture);
        }
        let videos = self.media.iter().filter(|m| m.kind.is_video()).count();
        if self.media.len() > MAX_PER_REPORT || videos > MAX_VIDEOS_PER_REPORT {
            problems.push(FormProblem::TooManyMedia);
        }
        let timed = |m: &MediaRef| match (m.kind.is_video(), m.duration_ms) {
            (true, Some(duration_ms)) => duration_ms <= MAX_VIDEO_MS,
            (false, None) => true,
            (true, None) | (false, Some(_)) => false,
        };
        if self.media.iter().any(|m| !(1..=m.kind.max_bytes()).contains(&m.bytes) || !timed(m)) {
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

    fn answers_fit(&self, subject: &Subject) -> bool {
        let asked = |code: &QuestionCode| subject.questions.iter().any(|question| &question.code == code);
        let fits = |question: &Question| question.fault(self.answers.get(&question.code), self.submitted_at).is_none();
        self.answers.keys().all(asked) && subject.questions.iter().all(fits)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;
    use crate::model::place::Position;

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
            truth_confirmed: true,
            ..ReportForm::default()
        }
    }

    fn medium(byte: u8) -> MediaRef {
        MediaRef {
            sha256: MediaHash::from_digest([byte; 32]),
            bytes: 10,
            kind: MediaKind::Jpeg,
            width: 1,
            height: 1,
            duration_ms: None,
        }
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
