//! What is told of the profile as a whole: what keeps it from being saved, and what the server asked for; each leads to
//! its question.

use leptos::prelude::*;

use super::{
    editor::Desk,
    problems::{Question, is_merely_missing},
};
use crate::{
    components::{
        focus::focus_on,
        icon::{Glyph, Icon},
    },
    text::words,
};

/// A question and what is said about it.
pub(super) type Told = (Question, &'static str);

/// What the server asked for, as far as it still has the answer it was asked about.
fn refused(desk: Desk) -> Vec<Told> {
    let form = desk.form.read();
    let refused = desk.refused.read();
    let told = refused.problems.iter().map(|problem| (Question::of(*problem), (words().profile_problem)(*problem)));
    told.filter(|(question, _)| question.is_answered_alike(&form, &refused.form)).collect()
}

/// What is said about each question now: what is wrong once it was left, what is missing once somebody tried to save.
pub(super) fn told(desk: Desk) -> Vec<Told> {
    let tried = desk.tried.get();
    let left = desk.left.read();
    let problems = desk.problems.read();
    let own =
        problems.iter().filter(|problem| tried || (left.contains(&Question::of(**problem)) && !is_merely_missing(**problem)));
    let mut told: Vec<_> = own.map(|problem| (Question::of(*problem), (words().profile_problem)(*problem))).collect();
    told.extend(refused(desk).into_iter().filter(|(asked, _)| told.iter().all(|(known, _)| known != asked)).collect::<Vec<_>>());
    told.sort_by_key(|(question, _)| *question);
    told
}

/// What is told on top: everything once somebody tried to save, what the server asked for from the beginning.
#[component]
pub(super) fn Problems(desk: Desk) -> impl IntoView {
    let texts = &words().profile;
    let missing = Memo::new(move |_| desk.tried.get() && !desk.problems.read().is_empty());
    let shown = Memo::new(move |_| if missing.get() { told(desk) } else { refused(desk) });
    let lead_to = |(question, sentence): Told| {
        let go = move |_| {
            if let Some(target) = document().get_element_by_id(question.id()) {
                focus_on(&target);
            }
        };
        view! { <li><button type="button" class="link" on:click=go>{sentence}</button></li> }
    };
    view! {
        <Show when=move || shown.with(|shown| !shown.is_empty())>
            <div class="notice tone-bad problems" role="alert" tabindex="-1" data-test="profile-problems">
                <Icon glyph=Glyph::Alert/>
                <div class="notice-body">
                    <h2>{move || if missing.get() { texts.problems_heading } else { texts.refused_heading }}</h2>
                    <ul>{move || shown.get().into_iter().map(lead_to).collect_view()}</ul>
                </div>
            </div>
        </Show>
    }
}

/// Brings the first question about which something is said to the eye and the fingers.
pub(super) fn lead_to_first(desk: Desk) {
    let first = untrack(|| told(desk)).first().map(|(question, _)| *question);
    request_animation_frame(move || {
        if let Some(target) = first.and_then(|question| document().get_element_by_id(question.id())) {
            focus_on(&target);
        }
    });
}
