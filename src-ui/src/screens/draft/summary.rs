//! What is told of the draft as a whole: what is missing, and what the server asked for; each leads to its
//! question.

use leptos::{html, prelude::*};
use pakn_api::{
    id::ReportId,
    model::report::{FormProblem, ReportForm},
};

use super::{
    desk::Desk,
    mending::{Answers, Mend},
    problems::Question,
    uploads::Uploads,
};
use crate::{
    components::{
        focus::focus_on,
        icon::{Glyph, Icon},
    },
    state::Store,
    text::words,
};

/// What the server asked for, for as long as it has the answer it had when the screen opened.
pub(super) fn mends(store: Store, report_id: ReportId, form: RwSignal<ReportForm>, uploads: &Uploads) -> Memo<Vec<Mend>> {
    let asked = store.mending.read_value().get(&report_id).cloned().unwrap_or_default();
    let attachments = uploads.attachments.clone();
    let answers =
        move || Answers { form: form.get(), pictures: attachments.read().iter().map(|picture| picture.attachment_id).collect() };
    let before = untrack(&answers);
    let mends = Memo::new(move |_| {
        let now = answers();
        asked.iter().filter(|mend| before.agree_on(mend.question, &now)).copied().collect::<Vec<_>>()
    });
    // What was answered anew is not asked for when the screen opens again.
    Effect::new(move || {
        let left = mends.get();
        store.mending.write_value().insert(report_id, left);
    });
    mends
}

/// Brings what the server asked for first to the eye, the fingers and the ear.
pub(super) fn lead_to_first(store: Store, desk: Desk) {
    let Some(first) = desk.mends.read_untracked().first().copied() else { return };
    store.announce(first.sentence);
    // After the heading, which takes the focus when its screen is come to.
    request_animation_frame(move || {
        request_animation_frame(move || {
            if let Some(target) = desk.target(first.question) {
                focus_on(&target);
            }
        });
    });
}

/// Goes on where another screen of the draft's led to, if one did.
pub(super) fn come_back(store: Store, desk: Desk) -> bool {
    let here = |lead: &mut Option<(ReportId, Question)>| lead.take_if(|(report_id, _)| *report_id == desk.report_id);
    let Some((_, question)) = store.lead_to.try_update_value(here).flatten() else { return false };
    // What is missing is told there.
    desk.tried.set(true);
    request_animation_frame(move || {
        request_animation_frame(move || {
            if let Some(target) = desk.target(question) {
                focus_on(&target);
            }
        });
    });
    true
}

/// What keeps the draft from being sent, once somebody tried, and what the server asked for; each leads to its
/// question.
#[component]
pub(super) fn Problems(desk: Desk) -> impl IntoView {
    let texts = &words().draft;
    let summary = NodeRef::<html::Div>::new();
    let any = Memo::new(move |_| !told(desk).is_empty());
    let missing = Memo::new(move |_| desk.tried.get() && !missing_here(desk).is_empty());
    let led_here = StoredValue::new(desk.tried.get_untracked());
    // Comes into focus when somebody tried, not with every problem that is mended.
    Effect::new(move || {
        // Whoever was led to one question is not called away from it.
        if let (Some(summary), true, false) = (summary.get(), missing.get(), led_here.get_value()) {
            summary.scroll_into_view();
            // Read out all the same, as an alert.
            let _ = summary.focus();
        }
    });
    let lead_to = move |mend: Mend| {
        let go = move |_| {
            if let Some(target) = desk.target(mend.question) {
                focus_on(&target);
            }
        };
        view! { <li><button type="button" class="link" on:click=go>{mend.sentence}</button></li> }
    };
    view! {
        <Show when=move || any.get()>
            <div class="notice tone-bad problems" role="alert" tabindex="-1" node_ref=summary data-test="form-problems">
                <Icon glyph=Glyph::Alert/>
                <div class="notice-body">
                    <h2>{move || if missing.get() { texts.problems_heading } else { texts.mend_heading }}</h2>
                    <ul>{move || told(desk).into_iter().map(lead_to).collect_view()}</ul>
                </div>
            </div>
        </Show>
    }
}

/// What is missing in the form; the truth is confirmed on the next screen.
fn missing_here(desk: Desk) -> Vec<FormProblem> {
    desk.problems.get().into_iter().filter(|problem| Question::of(*problem) != Question::Truth).collect()
}

/// What is told of the form as a whole, by the order of the form: what is missing once somebody tried to
/// send it, and what the server asked for.
fn told(desk: Desk) -> Vec<Mend> {
    let tried = if desk.tried.get() { missing_here(desk) } else { Vec::new() };
    let mut told: Vec<_> = tried.into_iter().map(Mend::of).collect();
    told.extend(
        desk.mends.get().into_iter().filter(|mend| told.iter().all(|known| known.question != mend.question)).collect::<Vec<_>>(),
    );
    told.sort_by_key(|mend| mend.question);
    told
}
