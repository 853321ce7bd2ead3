//! What the server asked to have mended in a report that became a draft again.
//!
//! The server may know newer rules than the form: what it found is told until the citizen has given
//! another answer, and keeps nothing from being sent.

use pakn_api::{
    ErrorCode,
    id::AttachmentId,
    ipc::ParkedReason,
    model::report::{FormProblem, ReportForm},
};

use super::problems::Question;
use crate::text::words;

/// A question to be answered anew, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mend {
    pub(super) question: Question,
    pub(super) sentence: &'static str,
}

impl Mend {
    /// What the form itself finds.
    pub(super) fn of(problem: FormProblem) -> Self {
        Self { question: Question::of(problem), sentence: (words().form_problem)(problem) }
    }
}

/// What to mend in a report that rests for this reason, in the order of the form, once per question.
pub(crate) fn to_mend(reason: &ParkedReason) -> Vec<Mend> {
    let photos = |sentence| vec![Mend { question: Question::Photos, sentence }];
    match reason {
        ParkedReason::InvalidReport { problems } => {
            let mut mends: Vec<_> = problems.iter().map(|problem| Mend::of(*problem)).collect();
            mends.sort_by_key(|mend| mend.question);
            mends.dedup_by_key(|mend| mend.question);
            mends
        }
        ParkedReason::MediaLost => photos(words().draft.mend_lost),
        ParkedReason::Refused { code: ErrorCode::MediaUnsupported } => photos(words().draft.mend_unsupported),
        ParkedReason::Refused { code: ErrorCode::TooLarge } => photos(words().draft.mend_too_large),
        ParkedReason::Refused { .. } | ParkedReason::TooManyAttempts => Vec::new(),
    }
}

/// The answers of a draft, to see which were given anew.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answers {
    pub(super) form: ReportForm,
    pub(super) pictures: Vec<AttachmentId>,
}

impl Answers {
    /// Whether a question has the same answer there.
    pub(super) fn agree_on(&self, question: Question, other: &Self) -> bool {
        let (a, b) = (&self.form, &other.form);
        match question {
            Question::Field => a.field == b.field,
            // Another field asks for another subject.
            Question::Subject => a.subject == b.subject && a.field == b.field,
            Question::Title => a.title == b.title,
            Question::Content => a.content == b.content,
            // Another subject asks other questions.
            Question::Answers => a.answers == b.answers && a.subject == b.subject,
            Question::Time => a.happened_at == b.happened_at,
            Question::Place => a.place == b.place && a.ward == b.ward && a.address == b.address,
            Question::Photos => self.pictures == other.pictures,
            Question::Sender => a.anonymous == b.anonymous,
            Question::Truth => a.truth_confirmed == b.truth_confirmed,
        }
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::model::words::WordsError;

    use super::*;

    #[test]
    fn the_first_thing_to_mend_is_the_first_on_the_screen_and_each_is_asked_once() {
        let problems = vec![
            FormProblem::PlaceMissing,
            FormProblem::Title(WordsError::TooLong),
            FormProblem::SubjectUnknown,
            FormProblem::SubjectMissing,
        ];
        let questions: Vec<_> = to_mend(&ParkedReason::InvalidReport { problems }).iter().map(|mend| mend.question).collect();
        assert_eq!(questions, [Question::Subject, Question::Title, Question::Place]);
    }

    #[test]
    fn what_is_wrong_with_pictures_leads_to_them_and_what_is_no_fault_of_the_form_nowhere() {
        let table = [
            (ParkedReason::MediaLost, Some(Question::Photos)),
            (ParkedReason::Refused { code: ErrorCode::MediaUnsupported }, Some(Question::Photos)),
            (ParkedReason::Refused { code: ErrorCode::TooLarge }, Some(Question::Photos)),
            (ParkedReason::Refused { code: ErrorCode::ReportExists }, None),
            (ParkedReason::TooManyAttempts, None),
            (ParkedReason::InvalidReport { problems: Vec::new() }, None),
        ];
        for (reason, expected) in table {
            assert_eq!(to_mend(&reason).first().map(|mend| mend.question), expected, "{reason:?}");
        }
    }

    #[test]
    fn an_answer_given_anew_is_told_from_the_others() {
        let before = Answers { form: ReportForm::default(), pictures: Vec::new() };
        let after = |edit: fn(&mut Answers)| {
            let mut after = before.clone();
            edit(&mut after);
            after
        };
        let titled = after(|answers| answers.form.title = "Ổ gà".to_owned());
        assert!(!before.agree_on(Question::Title, &titled) && before.agree_on(Question::Content, &titled));
        let pictured = after(|answers| answers.pictures.push(AttachmentId::new(1, [1; 10])));
        assert!(!before.agree_on(Question::Photos, &pictured) && before.agree_on(Question::Truth, &pictured));
        let confirmed = after(|answers| answers.form.truth_confirmed = true);
        assert!(!before.agree_on(Question::Truth, &confirmed) && before.agree_on(Question::Photos, &confirmed));
    }
}
