//! My reports: drafts first, then what has been handed over, each with where it is; and those of others that I follow.

use leptos::prelude::*;
use leptos_router::components::A;
use pakn_api::ipc::{ListDrafts, ListFollowed, ListReports};

use super::{
    cards::{DraftCards, ReportCards},
    choose::NEW,
    discarded::Discarded,
    followed::FollowedCards,
    outbox::OutboxCard,
};
use crate::{
    components::{
        icon::{Glyph, Icon},
        notice::Failure,
        scene::EmptyNotebook,
        screen::Screen,
    },
    state::store,
    text::words,
};

/// The list.
#[component]
pub(crate) fn Reports() -> impl IntoView {
    let store = store();
    let texts = &words().reports;
    Effect::new(move || {
        store.drafts.load(ListDrafts {});
        store.reports.load(ListReports {});
        store.followed.load(ListFollowed {});
    });
    let drafts = Signal::derive(move || store.drafts.value.get().unwrap_or_default());
    let any_draft = Memo::new(move |_| !drafts.read().is_empty());
    let any_report = Memo::new(move |_| store.reports.value.read().as_ref().is_some_and(|list| !list.is_empty()));
    let failure = move || {
        let error = store.reports.error.get().or_else(|| store.drafts.error.get())?;
        let again = move |()| {
            store.drafts.load(ListDrafts {});
            store.reports.load(ListReports {});
        };
        Some(view! { <Failure sentence=(words().app_error)(&error) on_retry=again/> })
    };
    let nothing = Memo::new(move |_| {
        let known = store.drafts.value.read().is_some() && store.reports.value.read().is_some();
        let any_followed = store.followed.value.read().as_ref().is_some_and(|list| !list.is_empty());
        known && !any_draft.get() && !any_report.get() && !any_followed
    });
    view! {
        <Screen title=texts.title>
            {failure}
            <OutboxCard/>
            <Show when=move || any_draft.get()>
                <section>
                    <h2>{texts.drafts}</h2>
                    <DraftCards drafts/>
                </section>
            </Show>
            <Show when=move || any_report.get()>
                <section>
                    <h2>{texts.reports}</h2>
                    <ReportCards/>
                </section>
            </Show>
            <FollowedCards/>
            <Show when=move || nothing.get()><Empty/></Show>
            <Discarded/>
        </Screen>
    }
}

/// Nothing written yet.
#[component]
fn Empty() -> impl IntoView {
    let texts = &words().reports;
    view! {
        <section class="empty">
            <EmptyNotebook/>
            <h2>{texts.empty_title}</h2>
            <p>{texts.empty_text}</p>
            <A href=NEW attr:class="button"><Icon glyph=Glyph::Plus/><span>{texts.create}</span></A>
        </section>
    }
}
