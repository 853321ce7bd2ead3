//! The home screen: start a report, go on with one, see what waits, call for help, know the limits.

use leptos::prelude::*;
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};
use pakn_api::{ipc::ListDrafts, model::catalogue::Field};

use super::{
    cards::DraftCards,
    choose::NEW,
    enter::PendingCard,
    newer::{Newer, newer},
    outbox::OutboxCard,
    salvage::SalvageNotice,
    scope::Scope,
    welcome::WELCOME,
};
use crate::{
    components::{
        icon::{Glyph, Icon},
        notice::Failure,
        pictures::FieldPicture,
        scene::Highlands,
        screen::greet,
    },
    state::store,
    text::words,
};

/// How many drafts the home screen shows; the rest are in the list of reports.
const DRAFTS_SHOWN: usize = 3;

/// The home screen; at the first start, the way to what is said before it.
#[component]
pub(crate) fn Home() -> impl IntoView {
    let store = store();
    let navigate = use_navigate();
    // What can't be asked is not insisted on.
    let welcomed =
        Memo::new(move |_| store.welcomed.value.get().or_else(|| store.welcomed.error.read().is_some().then_some(true)));
    Effect::new(move || {
        if welcomed.get() == Some(false) {
            navigate(WELCOME, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    view! {
        <Show when=move || welcomed.get() == Some(true) fallback=|| view! { <p class="loading">{words().common.loading}</p> }>
            <Start/>
        </Show>
    }
}

#[component]
fn Start() -> impl IntoView {
    let store = store();
    let home = &words().home;
    let heading = NodeRef::new();
    greet(heading, home.title);

    let area = move || {
        let here = store.jurisdiction.read();
        (words().jurisdiction_line)(&here.name, &here.province)
    };
    let tile = |field: Field| {
        let (href, hook) = (format!("{NEW}?field={}", field.code), format!("field-{}", field.code));
        view! {
            <li>
                <A href=href attr:class="field-tile" attr:data-test=hook>
                    <span class="field-icon"><FieldPicture field=field.clone()/></span>
                    <span>{field.name}</span>
                </A>
            </li>
        }
    };
    let fields = move || store.catalogue.read().fields.clone();
    let key = |field: &Field| (field.code.clone(), field.name.clone(), field.icon.clone());
    let error =
        Memo::new(move |_| store.drafts.error.get().or_else(|| store.reports.error.get()).or_else(|| store.info.error.get()));
    let newer = Memo::new(move |_| error.read().as_ref().and_then(newer));
    let failure = move || {
        let error = error.get().filter(|_| newer.read().is_none())?;
        Some(view! { <Failure sentence=(words().app_error)(&error) on_retry=move |()| store.ask_for_everything()/> })
    };

    view! {
        <header class="hero">
            <Highlands/>
            <p class="brand">{words().common.app_name}</p>
            <h1 tabindex="-1" node_ref=heading>{home.title}</h1>
            <p class="hero-area"><Icon glyph=Glyph::Pin/><span>{area}</span></p>
        </header>
        <main class="main home">
            {move || newer.get().map(|(drafts, unsent)| view! { <Newer drafts unsent/> })}
            <SalvageNotice/>
            // Nothing can be kept in a database that can't be opened.
            <Show when=move || newer.read().is_none()>
                <p class="lead">{home.lead}</p>
                <A href=NEW attr:class="button big" attr:data-test="home-create">
                    <Icon glyph=Glyph::Plus/>
                    <span>{home.create}<small>{home.create_hint}</small></span>
                </A>
                {failure}
                <PendingCard/>
                <OutboxCard/>
                <Drafts/>
                <section>
                    <h2>{home.fields_heading}</h2>
                    <ul class="fields">
                        <For each=fields key children=tile/>
                    </ul>
                </section>
            </Show>
            <Hotlines/>
            <Scope/>
            <p class="fine">{home.disclaimer}</p>
        </main>
    }
}

/// The drafts touched last.
#[component]
fn Drafts() -> impl IntoView {
    let store = store();
    Effect::new(move || store.drafts.load(ListDrafts {}));
    let drafts = Signal::derive(move || {
        let drafts = store.drafts.value.read();
        drafts.iter().flatten().take(DRAFTS_SHOWN).cloned().collect::<Vec<_>>()
    });
    let any = Memo::new(move |_| !drafts.read().is_empty());
    view! {
        <Show when=move || any.get()>
            <section>
                <h2>{words().home.drafts_heading}</h2>
                <DraftCards drafts/>
            </section>
        </Show>
    }
}

/// Numbers to call at once.
#[component]
fn Hotlines() -> impl IntoView {
    let store = store();
    let home = &words().home;
    let lines = move || {
        let here = store.jurisdiction.read();
        let line = |number: String, name: String| {
            view! {
                <li>
                    <a class="hotline" href=format!("tel:{number}") data-test=format!("hotline-{number}")>
                        <span class="hotline-number">{number.clone()}</span>
                        <span class="hotline-name">{name}</span>
                        <span class="hotline-call"><Icon glyph=Glyph::Phone/><span>{home.call}</span></span>
                    </a>
                </li>
            }
        };
        here.hotlines.iter().map(|h| line(h.number.clone(), h.name.clone())).collect_view()
    };
    view! {
        <section class="hotlines">
            <h2>{home.hotlines_heading}</h2>
            <p>{home.hotlines_text}</p>
            <ul>{lines}</ul>
        </section>
    }
}
