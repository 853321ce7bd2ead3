//! One question of a form: its label, hint, control, and what is wrong with the answer.

use leptos::prelude::*;

use super::icon::{Glyph, Icon};

/// The ids that tie a control to its hint and problem, for `aria-describedby`.
pub(crate) fn described_by(id: &str) -> String {
    format!("{id}-hint {id}-problem")
}

/// A labelled control.
#[component]
pub(crate) fn Entry(
    /// The id of the control.
    #[prop(into)]
    id: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    /// What is wrong with the answer, if anything.
    #[prop(into)]
    problem: Signal<Option<&'static str>>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="entry" class:wrong=move || problem.get().is_some()>
            <label class="entry-label" for=id.clone()>{label}</label>
            {(!hint.is_empty()).then(|| view! { <p class="entry-hint" id=format!("{id}-hint")>{hint}</p> })}
            {children()}
            <Problem id problem/>
        </div>
    }
}

/// What is wrong with an answer, beside it.
#[component]
pub(crate) fn Problem(
    /// The id of the control it is about.
    #[prop(into)]
    id: String,
    #[prop(into)] problem: Signal<Option<&'static str>>,
) -> impl IntoView {
    let sentence = move || {
        problem.get().map(|sentence| {
            view! {
                <Icon glyph=Glyph::Alert/>
                <span>{sentence}</span>
            }
        })
    };
    view! { <p class="entry-problem" id=format!("{id}-problem")>{sentence}</p> }
}
