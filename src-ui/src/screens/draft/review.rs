//! The last look before sending: everything that will be seen, what is still missing and where it is mended, and the
//! confirmation that it is true.

use leptos::{html, prelude::*};
use pakn_api::{ipc::DraftView, model::report::FormProblem};

use super::{desk::Desk, leaving::keep_on_leaving, problems::Question, review_sheet::ReviewSheet, submit::Submit};
use crate::{
    autosave::Autosave,
    components::{
        entry::Problem,
        icon::{Glyph, Icon},
        screen::{Screen, use_back},
    },
    state::store,
    text::words,
};

/// Leads back to the form, at a question of it.
#[derive(Clone, Copy)]
pub(super) struct ToQuestion(StoredValue<Box<dyn Fn(Question)>, LocalStorage>);

impl ToQuestion {
    fn new(desk: Desk) -> Self {
        let store = store();
        let back = use_back("/reports");
        let go: Box<dyn Fn(Question)> = Box::new(move |question| {
            desk.keep();
            store.lead_to.set_value(Some((desk.report_id, question)));
            back();
        });
        Self(StoredValue::new_local(go))
    }

    pub(super) fn go(self, question: Question) {
        self.0.try_with_value(|go| go(question));
    }
}

/// The screen.
#[component]
pub(super) fn Review(draft: DraftView, autosave: Autosave) -> impl IntoView {
    let store = store();
    let texts = &words().review;
    let report_id = draft.report_id;
    autosave.came_back();
    let desk = Desk::new(store, report_id, &autosave);
    keep_on_leaving(store, &autosave, &store.uploads(report_id), report_id);
    let to = ToQuestion::new(desk);
    view! {
        <Screen title=texts.title back="/reports">
            <p class="lead">{texts.lead}</p>
            <Missing desk to/>
            <ReviewSheet desk to/>
            <section class="sheet">
                <h2>{texts.statement_heading}</h2>
                <Truth desk/>
            </section>
            <Submit desk/>
        </Screen>
    }
}

/// What the form still lacks, the truth apart, which is confirmed here; each leads back to its question.
#[component]
fn Missing(desk: Desk, to: ToQuestion) -> impl IntoView {
    let summary = NodeRef::<html::Div>::new();
    let missing = Memo::new(move |_| {
        let of_form = |problem: &FormProblem| Question::of(*problem) != Question::Truth;
        desk.problems.get().into_iter().filter(of_form).collect::<Vec<_>>()
    });
    Effect::new(move || {
        if let (Some(summary), true) = (summary.get(), desk.tried.get()) {
            summary.scroll_into_view();
            // Read out all the same, as an alert.
            let _ = summary.focus();
        }
    });
    let row = move |problem: FormProblem| {
        let sentence = (words().form_problem)(problem);
        view! { <li><button type="button" class="link" on:click=move |_| to.go(Question::of(problem))>{sentence}</button></li> }
    };
    view! {
        <Show when=move || !missing.read().is_empty()>
            <div class="notice tone-bad problems" role="alert" tabindex="-1" node_ref=summary data-test="review-problems">
                <Icon glyph=Glyph::Alert/>
                <div class="notice-body">
                    <h2>{words().review.missing_heading}</h2>
                    <ul>{move || missing.get().into_iter().map(row).collect_view()}</ul>
                </div>
            </div>
        </Show>
    }
}

#[component]
fn Truth(desk: Desk) -> impl IntoView {
    let problem = desk.problem(Question::Truth);
    let confirmed = Memo::new(move |_| desk.form.read().truth_confirmed);
    // Whoever tried to send is led to what is missing; of the form first.
    Effect::new(move || {
        let only_this = desk.problems.with(|problems| problems.iter().all(|p| Question::of(*p) == Question::Truth));
        if desk.tried.get() && only_this && !confirmed.get_untracked() {
            crate::components::focus::focus_soon(Question::Truth.id().to_owned());
        }
    });
    let change = move |event| {
        let confirmed = event_target_checked(&event);
        desk.change(|form| form.truth_confirmed = confirmed);
    };
    view! {
        <div class="entry" class:wrong=move || problem.get().is_some()>
            <label class="check">
                <input id="truth" type="checkbox" prop:checked=confirmed on:change=change aria-describedby="truth-problem"
                    data-test="draft-truth"/>
                <span class="check-face"><Icon glyph=Glyph::Check/></span>
                <span>{words().draft.truth}</span>
            </label>
            <Problem id="truth" problem/>
        </div>
    }
}
