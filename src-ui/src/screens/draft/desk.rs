//! What the questions of a draft share: the form as it stands, how to change it, what is wrong with it.

use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    id::ReportId,
    ipc::GetDraft,
    model::{
        catalogue::{Field, QuestionCode, Subject},
        question::AnswerProblem,
        report::{FormProblem, ReportForm},
    },
};

use super::{
    mending::Mend,
    problems::{Question, is_told_at_once, is_wrong_answer, problems, with_each_tick},
    summary::mends,
    uploads::Uploads,
};
use crate::{
    autosave::Autosave,
    ipc, local_time,
    state::{Store, store},
    text::words,
};

/// A draft on one of its screens.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) report_id: ReportId,
    pub(super) form: RwSignal<ReportForm>,
    pub(super) autosave: StoredValue<Autosave>,
    pub(super) uploads: StoredValue<Uploads>,
    /// Everything that keeps it from being sent.
    pub(super) problems: Memo<Vec<FormProblem>>,
    /// What is wrong with the answers to the subject's questions, in their order.
    pub(super) answer_problems: Memo<Vec<(QuestionCode, AnswerProblem)>>,
    /// Has the problems found anew by the clock as it is.
    pub(super) tick: Trigger,
    /// Somebody tried to send it: from then on what is missing is told too.
    pub(super) tried: RwSignal<bool>,
    /// What the server asked for and is not answered anew yet.
    pub(super) mends: Memo<Vec<Mend>>,
}

impl Desk {
    /// The desk of a draft, which lasts as long as its screen; the form and the pictures outlive it.
    pub(super) fn new(store: Store, report_id: ReportId, autosave: &Autosave) -> Self {
        let form = RwSignal::from(autosave.form());
        let uploads = store.uploads(report_id);
        let files = uploads.clone();
        let tick = Trigger::new();
        let problems = with_each_tick(tick, local_time::now, move |now| {
            let (busy, attachments) = (files.busy(), files.attachments.read());
            problems(&form.read(), &store.catalogue.read(), &attachments, busy, now)
        });
        let answer_problems = Memo::new(move |_| {
            tick.track();
            let form = form.read();
            let catalogue = store.catalogue.read();
            let subject = form.field.as_ref().zip(form.subject.as_ref()).and_then(|(f, s)| catalogue.subject(f, s));
            subject.map(|subject| form.answer_problems(subject, local_time::now())).unwrap_or_default()
        });
        follow_pictures(store, &uploads, report_id);
        Self {
            report_id,
            form,
            autosave: StoredValue::new(autosave.clone()),
            uploads: StoredValue::new(uploads.clone()),
            problems,
            answer_problems,
            tick,
            tried: RwSignal::new(false),
            mends: mends(store, report_id, form, &uploads),
        }
    }

    /// Changes the form and keeps it.
    pub(super) fn change(self, edit: impl FnOnce(&mut ReportForm)) {
        self.autosave.with_value(|autosave| {
            autosave.change(edit);
        });
    }

    /// The screen is left to be come back to.
    pub(super) fn keep(self) {
        self.autosave.with_value(Autosave::keep);
    }

    /// What is to be said about a question now.
    pub(super) fn problem(self, question: Question) -> Signal<Option<&'static str>> {
        Signal::derive(move || {
            let tried = self.tried.get();
            let problems = self.problems.read();
            let mut told = problems.iter().filter(|p| Question::of(**p) == question && (tried || is_told_at_once(**p)));
            let mends = self.mends.read();
            let asked = mends.iter().find(|mend| mend.question == question).map(|mend| mend.sentence);
            told.next().map(|problem| (words().form_problem)(*problem)).or(asked)
        })
    }

    /// What is to be said about the answer to one of the subject's questions now.
    pub(super) fn answer_problem(self, code: QuestionCode) -> Signal<Option<&'static str>> {
        Signal::derive(move || {
            let tried = self.tried.get();
            let problems = self.answer_problems.read();
            let found = problems.iter().find(|(of, problem)| *of == code && (tried || is_wrong_answer(*problem)));
            found.map(|(_, problem)| (words().answer_problem)(*problem))
        })
    }

    /// The chosen field, and the subject, as the catalogue has them now.
    pub(super) fn chosen(self) -> Memo<(Option<Field>, Option<Subject>)> {
        let store = store();
        Memo::new(move |_| {
            let form = self.form.read();
            let catalogue = store.catalogue.read();
            let field = form.field.as_ref().and_then(|code| catalogue.field(code));
            let subject = field.zip(form.subject.as_ref()).and_then(|(field, code)| field.subject(code));
            (field.cloned(), subject.cloned())
        })
    }

    /// The element that takes the focus for a question: of the subject's, the first that is to be answered.
    pub(super) fn target(self, question: Question) -> Option<web_sys::Element> {
        let first = || self.answer_problems.with_untracked(|problems| problems.first().map(|(code, _)| answer_id(code)));
        let id = match question {
            Question::Answers => first().unwrap_or_else(|| question.id().to_owned()),
            Question::Field
            | Question::Subject
            | Question::Title
            | Question::Content
            | Question::Time
            | Question::Place
            | Question::Photos
            | Question::Sender
            | Question::Truth => question.id().to_owned(),
        };
        document().get_element_by_id(&id)
    }
}

/// The id of what takes the focus of one of the subject's questions.
pub(super) fn answer_id(code: &QuestionCode) -> String {
    format!("answer-{code}")
}

/// Asks for the draft's pictures again when the shell says that drafts changed.
fn follow_pictures(store: Store, uploads: &Uploads, report_id: ReportId) {
    let uploads = uploads.clone();
    Effect::new(move |first: Option<()>| {
        store.drafts_changed.track();
        if first.is_none() {
            return;
        }
        let uploads = uploads.clone();
        let asked = uploads.ask();
        spawn_local(async move {
            // What is shown stays as it is until the shell can say.
            if let Ok(draft) = ipc::invoke(GetDraft { report_id }).await {
                uploads.know(asked, draft.attachments);
            }
        });
    });
}
