//! The draft's form: its questions from top to bottom, each change kept at once.

use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use pakn_api::{ipc::DraftView, model::report::FormProblem};

pub(super) use super::desk::Desk;
use super::{
    answers::Answers,
    discard::Discard,
    leaving::keep_on_leaving,
    photos::Photos,
    place::PlaceQuestion,
    problems::Question,
    questions::{Content, Title},
    sender::Sender,
    similar::Similar,
    subject::ChosenSubject,
    submit::show_problems,
    summary::{Problems, come_back, lead_to_first},
    time::Time,
};
use crate::{
    autosave::{Autosave, SaveState},
    components::{
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
        screen::Screen,
    },
    local_time::{self, LocalTime},
    screens::scope::Scope,
    state::store,
    text::words,
};

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
    autosave.came_back();
    let desk = Desk::new(store, report_id, &autosave);
    if !come_back(store, desk) {
        lead_to_first(store, desk);
    }
    keep_on_leaving(store, &autosave, &store.uploads(report_id), report_id);
    if desk.form.with_untracked(|form| form.happened_at.is_none() && !form.time_chosen) {
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
                <ChosenSubject desk/>
                <section class="sheet">
                    <h2>{words().compose.what_heading}</h2>
                    <Content desk/>
                    <Title desk/>
                </section>
                <Answers desk/>
                <Photos desk/>
                <section class="sheet">
                    <h2>{texts.where_heading}</h2>
                    <PlaceQuestion desk/>
                    <Time desk/>
                </section>
                <Similar desk/>
                <section class="sheet">
                    <h2>{texts.sender_heading}</h2>
                    <Sender desk/>
                </section>
                <ToReview desk/>
                <Scope/>
                <Discard desk/>
            </form>
        </Screen>
    }
}

/// Whether a problem is looked after on the next screen: the truth is confirmed there, and a picture may get ready.
const fn may_wait(problem: FormProblem) -> bool {
    matches!(problem, FormProblem::TruthNotConfirmed | FormProblem::MediaNotReady)
}

/// On to the last look; where something is missing, to that.
#[component]
fn ToReview(desk: Desk) -> impl IntoView {
    let texts = &words().compose;
    let navigate = StoredValue::new_local(use_navigate());
    let go = move |_| {
        desk.tick.notify();
        if desk.problems.read_untracked().iter().any(|problem| !may_wait(*problem)) {
            return show_problems(desk, |problem| Question::of(problem) != Question::Truth);
        }
        desk.keep();
        navigate.try_with_value(|go| go(&format!("/draft/{}/review", desk.report_id), NavigateOptions::default()));
    };
    view! {
        <div class="submit">
            <button type="button" class="button big" data-test="draft-review" on:click=go>
                <span>{texts.review}<small>{texts.review_hint}</small></span>
                <Icon glyph=Glyph::Forward/>
            </button>
        </div>
    }
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
