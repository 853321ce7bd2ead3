//! *Chờ gửi*: everything that still has to leave, how far it has come, what it waits for, and its ways on.

mod card;
mod item;
mod link;
mod strip;

pub(crate) use card::OutboxCard;
pub(crate) use strip::Strip;

use leptos::prelude::*;
use pakn_api::id::ReportId;

use self::{item::Item, link::Link};
use crate::{
    components::{
        focus::{focus_heading, focus_soon, following},
        notice::{Failure, Notice, Tone},
        scene::EmptyNotebook,
        screen::Screen,
    },
    state::store,
    text::words,
};

/// The id of where it is said what could not be done; it may be far above the report.
const PROBLEM: &str = "outbox-problem";

/// The screen.
#[component]
pub(crate) fn Outbox() -> impl IntoView {
    let store = store();
    let texts = &words().outbox;
    store.follow_outbox();
    // Said here, as the report it is about may leave the list with it.
    let problem = RwSignal::new(None::<String>);
    Effect::new(move || {
        if problem.read().is_some() {
            focus_soon(PROBLEM.to_owned());
        }
    });
    let ids = Memo::new(move |_| store.outbox.value.read().iter().flatten().map(|item| item.report_id).collect::<Vec<_>>());
    let any = Memo::new(move |_| !ids.read().is_empty());
    let nothing = Memo::new(move |_| store.outbox.value.read().as_ref().is_some_and(Vec::is_empty));
    let failure = move || {
        let error = store.outbox.error.get()?;
        Some(view! { <Failure sentence=(words().app_error)(&error) on_retry=move |()| store.ask_for_outbox()/> })
    };
    let unknown = move || store.outbox.value.read().is_none() && store.outbox.error.read().is_none();
    let gone = Callback::new(move |report_id: ReportId| {
        match following(ids.get_untracked(), report_id) {
            Some(next) => focus_soon(item::element_id(next)),
            None => focus_heading(),
        }
        store.announce(texts.discarded);
        store.outbox.value.update(|list| list.iter_mut().for_each(|list| list.retain(|item| item.report_id != report_id)));
    });
    view! {
        <Screen title=texts.title back="/reports">
            <div id=PROBLEM tabindex="-1" class="problem-place">
                {move || problem.get().map(|sentence| view! { <Notice tone=Tone::Bad><p data-test="outbox-problem">{sentence}</p></Notice> })}
            </div>
            {failure}
            <Show when=move || any.get()>
                <p class="lead">{texts.lead}</p>
                <Link/>
                <ul class="cards">
                    <For each=move || ids.get() key=|id| *id children=move |report_id| view! { <Item report_id problem gone/> }/>
                </ul>
            </Show>
            <Show when=move || nothing.get()>
                <section class="empty" data-test="outbox-empty">
                    <EmptyNotebook/>
                    <h2>{texts.empty_title}</h2>
                    <p>{texts.empty_text}</p>
                </section>
            </Show>
            {move || unknown().then(|| view! { <p class="loading">{words().common.loading}</p> })}
        </Screen>
    }
}
