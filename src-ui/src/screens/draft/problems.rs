//! What keeps a draft from being sent, and where on the screen it is mended.

use leptos::prelude::*;
use pakn_api::{
    Timestamp,
    id::MediaHash,
    ipc::{AttachmentState, AttachmentView},
    model::{
        catalogue::Catalogue,
        question::AnswerProblem,
        report::{FormProblem, MediaKind, MediaRef, ReportForm},
        words::WordsError,
    },
};

/// A question of the form, in the order they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Question {
    Field,
    Subject,
    Content,
    Title,
    Answers,
    Photos,
    Place,
    Time,
    Sender,
    Truth,
}

impl Question {
    /// The question that a problem is about.
    pub(super) const fn of(problem: FormProblem) -> Self {
        match problem {
            FormProblem::FieldMissing | FormProblem::FieldUnknown => Self::Field,
            FormProblem::SubjectMissing | FormProblem::SubjectUnknown => Self::Subject,
            FormProblem::Title(_) => Self::Title,
            FormProblem::Content(_) => Self::Content,
            FormProblem::Answers => Self::Answers,
            FormProblem::TimeMissing | FormProblem::TimeInFuture => Self::Time,
            FormProblem::PlaceMissing | FormProblem::Address(_) => Self::Place,
            FormProblem::TooManyMedia | FormProblem::RepeatedMedia | FormProblem::MediaNotReady => Self::Photos,
            FormProblem::TruthNotConfirmed => Self::Truth,
        }
    }

    /// The id of the element that takes the focus.
    pub(super) const fn id(self) -> &'static str {
        match self {
            // One card shows both.
            Self::Field | Self::Subject => "subject",
            Self::Title => "title",
            Self::Content => "content",
            Self::Answers => "answers",
            Self::Time => "time",
            Self::Place => "place",
            Self::Photos => "photos",
            Self::Sender => "sender",
            Self::Truth => "truth",
        }
    }
}

/// Whether a problem is told while the form is being filled in: what was entered is wrong. What is
/// merely missing is told when somebody tries to send.
pub(super) const fn is_told_at_once(problem: FormProblem) -> bool {
    match problem {
        FormProblem::Title(error) | FormProblem::Content(error) | FormProblem::Address(error) => match error {
            WordsError::TooLong | WordsError::ControlCharacter => true,
            WordsError::Empty => false,
        },
        FormProblem::TimeInFuture | FormProblem::TooManyMedia | FormProblem::RepeatedMedia => true,
        FormProblem::FieldMissing
        | FormProblem::FieldUnknown
        | FormProblem::SubjectMissing
        | FormProblem::SubjectUnknown
        | FormProblem::Answers
        | FormProblem::TimeMissing
        | FormProblem::PlaceMissing
        | FormProblem::MediaNotReady
        | FormProblem::TruthNotConfirmed => false,
    }
}

/// Whether an answer is wrong, not merely missing: that is told while it is given.
pub(super) const fn is_wrong_answer(problem: AnswerProblem) -> bool {
    match problem {
        AnswerProblem::BadText
        | AnswerProblem::NotANumber
        | AnswerProblem::OutOfRange
        | AnswerProblem::NotAnOption
        | AnswerProblem::TooMany
        | AnswerProblem::InFuture => true,
        AnswerProblem::Missing | AnswerProblem::UnknownKind => false,
    }
}

/// Everything that keeps the draft from being sent, in the order of the form.
pub(super) fn problems(
    form: &ReportForm,
    catalogue: &Catalogue,
    attachments: &[AttachmentView],
    uploading: bool,
    now: Timestamp,
) -> Vec<FormProblem> {
    let is_ready = |a: &AttachmentView| matches!(a.state, AttachmentState::Ready { .. });
    let mut found =
        form.check(catalogue, &stand_ins(attachments.iter().filter(|a| is_ready(a)).count()), now).err().unwrap_or_default();
    if uploading || !attachments.iter().all(is_ready) {
        found.push(FormProblem::MediaNotReady);
    }
    // The shared rules compare times only in a form that is otherwise complete.
    if form.happened_at.is_some_and(|at| at > now) && !found.contains(&FormProblem::TimeInFuture) {
        found.push(FormProblem::TimeInFuture);
    }
    // Both are chosen with one tap.
    if form.field.is_none() {
        found.retain(|problem| *problem != FormProblem::SubjectMissing);
    }
    found.sort_by_key(|problem| Question::of(*problem));
    found
}

/// What is found wrong by a clock that is read anew with every tick: what lay ahead of it may have come.
pub(super) fn with_each_tick(
    tick: Trigger,
    clock: impl Fn() -> Timestamp + Send + Sync + 'static,
    find: impl Fn(Timestamp) -> Vec<FormProblem> + Send + Sync + 'static,
) -> Memo<Vec<FormProblem>> {
    Memo::new(move |_| {
        tick.track();
        find(clock())
    })
}

/// As many distinct media as there are pictures: the device's core knows the real ones.
fn stand_ins(count: usize) -> Vec<MediaRef> {
    (0..=u8::MAX)
        .take(count)
        .map(|n| MediaRef {
            sha256: MediaHash::from_digest([n; 32]),
            bytes: 1,
            kind: MediaKind::Jpeg,
            width: 1,
            height: 1,
            duration_ms: None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    };

    use pakn_api::{id::AttachmentId, ipc::AttachmentKind, model::photo::MAX_PER_REPORT};

    use super::*;

    const NOW: Timestamp = Timestamp(1_764_000_000_000);

    fn picture(n: u8, state: AttachmentState) -> AttachmentView {
        AttachmentView {
            attachment_id: AttachmentId::new(1, [n; 10]),
            name: String::new(),
            kind: AttachmentKind::Photo,
            state,
            notice: None,
            hint: None,
            duration_ms: None,
            has_poster: false,
        }
    }

    const READY: AttachmentState = AttachmentState::Ready { width: 1, height: 1, bytes: 1 };

    #[test]
    fn problems_come_in_the_order_of_the_form_and_pictures_count() {
        let form = ReportForm { happened_at: Some(NOW.plus_ms(60_000)), ..ReportForm::default() };
        let found = problems(&form, &Catalogue::builtin(), &[picture(1, AttachmentState::Incoming)], false, NOW);
        let questions: Vec<_> = found.iter().map(|problem| Question::of(*problem)).collect();
        assert!(questions.is_sorted(), "{found:?}");
        assert!(found.contains(&FormProblem::TimeInFuture) && found.contains(&FormProblem::MediaNotReady), "{found:?}");
    }

    #[test]
    fn a_time_that_has_come_is_no_longer_in_the_future() {
        let clock = Arc::new(AtomicI64::new(NOW.0));
        let form = ReportForm { happened_at: Some(NOW.plus_ms(60_000)), ..ReportForm::default() };
        let told = Owner::new().with(|| {
            let (tick, clock_read) = (Trigger::new(), Arc::clone(&clock));
            let read = move || Timestamp(clock_read.load(Relaxed));
            let found = with_each_tick(tick, read, move |now| problems(&form, &Catalogue::builtin(), &[], false, now));
            [0, 60_000].map(|passed| {
                clock.store(NOW.0 + passed, Relaxed);
                tick.notify();
                found.read_untracked().contains(&FormProblem::TimeInFuture)
            })
        });
        assert_eq!(told, [true, false]);
    }

    #[test]
    fn a_picture_on_its_way_keeps_the_report_back() {
        let form = ReportForm::default();
        let not_ready = |attachments: &[AttachmentView], uploading| {
            problems(&form, &Catalogue::builtin(), attachments, uploading, NOW).contains(&FormProblem::MediaNotReady)
        };
        assert!(!not_ready(&[], false));
        assert!(!not_ready(&[picture(1, READY)], false));
        assert!(not_ready(&[picture(1, READY)], true));
        assert!(not_ready(&[picture(1, READY), picture(2, AttachmentState::Processing { percent: None })], false));
    }

    #[test]
    fn as_many_pictures_as_allowed_are_not_taken_for_repeated_ones() {
        assert_eq!(stand_ins(MAX_PER_REPORT).len(), MAX_PER_REPORT);
        let mut hashes: Vec<_> = stand_ins(MAX_PER_REPORT).iter().map(|medium| medium.sha256).collect();
        hashes.dedup();
        assert_eq!(hashes.len(), MAX_PER_REPORT);
    }
}
