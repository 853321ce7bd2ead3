//! The draft's screen: its questions from top to bottom, each change kept at once.

use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use pakn_api::{
    id::ReportId,
    ipc::{AppError, DiscardDraft, DraftView, GetDraft},
    model::report::{FormProblem, ReportForm},
};

use super::{
    leaving::{is_as_started, keep_on_leaving},
    mending::Mend,
    photos::Photos,
    place::PlaceQuestion,
    problems::{Question, is_told_at_once, problems, with_each_tick},
    questions::{Content, Fields, Sender, Subjects, Time, Title, Truth},
    submit::Submit,
    summary::{Problems, lead_to_first, mends},
    uploads::Uploads,
};
use crate::{
    autosave::{Autosave, SaveState},
    components::{
        confirm::Confirm,
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
        screen::Screen,
    },
    ipc,
    local_time::{self, LocalTime},
    screens::scope::Scope,
    state::{Store, store},
    text::words,
};

/// What the questions share: the form as it stands, and how to change it.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) report_id: ReportId,
    pub(super) form: RwSignal<ReportForm>,
    pub(super) autosave: StoredValue<Autosave>,
    pub(super) uploads: StoredValue<Uploads>,
    /// Everything that keeps it from being sent.
    pub(super) problems: Memo<Vec<FormProblem>>,
    /// Has the problems found anew by the clock as it is.
    pub(super) tick: Trigger,
    /// Somebody tried to send it: from then on what is missing is told too.
    pub(super) tried: RwSignal<bool>,
    /// What the server asked for and is not answered anew yet.
    pub(super) mends: Memo<Vec<Mend>>,
}

impl Desk {
    /// Changes the form and keeps it.
    pub(super) fn change(self, edit: impl FnOnce(&mut ReportForm)) {
        self.autosave.with_value(|autosave| {
            autosave.change(edit);
        });
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
}

/// A draft being written.
#[component]
pub(super) fn Editor(
    /// The draft as the shell has it.
    draft: DraftView,
    /// Its form, which may be ahead of the shell.
    autosave: Autosave,
) -> impl IntoView {
    let store = store();
    let texts = &words().draft;
    let report_id = draft.report_id;
    let as_started = is_as_started(&draft);
    let uploads = store.uploads(report_id);
    let desk = desk(store, report_id, &autosave, &uploads);
    lead_to_first(store, desk);
    keep_on_leaving(store, &autosave, &uploads, report_id, as_started);
    follow_pictures(store, &uploads, report_id);
    if desk.form.read_untracked().happened_at.is_none() {
        let now = LocalTime::of(local_time::now()).instant();
        desk.change(|form| form.happened_at = Some(now));
    }

    let form_element = NodeRef::<html::Form>::new();
    // The focus also leaves what is just being taken out of the page.
    let flush = move || desk.autosave.try_get_value().iter().for_each(Autosave::flush_now);
    let save_state = RwSignal::from(autosave.state());
    let failure = move || match save_state.get() {
        SaveState::Failed(error) => Some(view! {
            <Notice tone=Tone::Bad>
                <p><strong>{texts.save_failed}</strong>" "{(words().app_error)(&error)}</p>
                <button type="button" class="button quiet" on:click=move |_| flush()>{texts.save_retry}</button>
            </Notice>
        }),
        SaveState::Saved | SaveState::Saving => None,
    };

    view! {
        <Screen title=texts.title back="/reports" trailing=move || view! { <SaveLight state=save_state/> }>
            <form class="form" novalidate node_ref=form_element on:focusout=move |_| flush() on:submit=|event| event.prevent_default()>
                <Problems desk/>
                {failure}
                <section class="sheet">
                    <h2>{texts.what_heading}</h2>
                    <Fields desk/>
                    <Subjects desk/>
                    <Scope calls=true/>
                    <Title desk/>
                    <Content desk/>
                </section>
                <Photos desk/>
                <section class="sheet">
                    <h2>{texts.where_heading}</h2>
                    <PlaceQuestion desk/>
                    <Time desk/>
                </section>
                <section class="sheet">
                    <h2>{texts.sender_heading}</h2>
                    <Sender desk/>
                    <Truth desk/>
                </section>
                <Submit desk/>
                <Discard desk/>
            </form>
        </Screen>
    }
}

fn desk(store: Store, report_id: ReportId, autosave: &Autosave, uploads: &Uploads) -> Desk {
    let form = RwSignal::from(autosave.form());
    let files = uploads.clone();
    let tick = Trigger::new();
    let problems = with_each_tick(tick, local_time::now, move |now| {
        let (busy, attachments) = (files.busy(), files.attachments.read());
        problems(&form.read(), &store.catalogue.read(), &attachments, busy, now)
    });
    Desk {
        report_id,
        form,
        autosave: StoredValue::new(autosave.clone()),
        uploads: StoredValue::new(uploads.clone()),
        problems,
        tick,
        tried: RwSignal::new(false),
        mends: mends(store, report_id, form, uploads),
    }
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

/// Whether everything on the screen is durable, in a word.
#[component]
fn SaveLight(state: RwSignal<SaveState>) -> impl IntoView {
    let texts = &words().draft;
    let shown = move || match state.get() {
        SaveState::Saved => ("saved", "save-light tone-good", Glyph::Check, texts.saved),
        SaveState::Saving => ("saving", "save-light tone-quiet", Glyph::Clock, texts.saving),
        SaveState::Failed(_) => ("failed", "save-light tone-bad", Glyph::Alert, texts.save_failed),
    };
    view! {
        <span class=move || shown().1 data-test="draft-saved" data-state=move || shown().0>
            {move || view! { <Icon glyph=shown().2/> }}
            <span>{move || shown().3}</span>
        </span>
    }
}

/// Throws the draft away, after asking.
#[component]
fn Discard(desk: Desk) -> impl IntoView {
    let texts = &words().draft;
    let asking = RwSignal::new(false);
    let problem = RwSignal::new(None::<AppError>);
    let navigate = StoredValue::new_local(use_navigate());
    let report_id = desk.report_id;
    let autosave = desk.autosave;
    let discard = move |()| {
        spawn_local(async move {
            match ipc::invoke(DiscardDraft { report_id }).await {
                Ok(()) | Err(AppError::NotFound) => {
                    autosave.try_with_value(Autosave::close);
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|go| go("/reports", options));
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    view! {
        {move || problem.get().map(|error| view! { <Notice tone=Tone::Bad><p>{(words().app_error)(&error)}</p></Notice> })}
        <button type="button" class="button text-danger" data-test="draft-discard" on:click=move |_| asking.set(true)>
            <Icon glyph=Glyph::Bin/>
            <span>{texts.discard}</span>
        </button>
        <Confirm open=asking title=texts.discard_title text=texts.discard_text yes=texts.discard_yes destructive=true on_yes=discard/>
    }
}
