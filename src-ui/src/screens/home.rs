//! The home screen: start a report, go on with one, see what waits, call for help, know the limits.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};
use pakn_api::{
    ipc::{AppError, CreateDraft, ListDrafts, Whereabouts},
    model::catalogue::FieldCode,
};

use super::{cards::DraftCards, scope::Scope};
use crate::{
    amount::percent,
    components::{
        icon::{Glyph, Icon},
        notice::{Failure, Notice, Tone},
        scene::Highlands,
        screen::greet,
    },
    ipc,
    state::store,
    text::words,
};

/// How many drafts the home screen shows; the rest are in the list of reports.
const DRAFTS_SHOWN: usize = 3;

/// The home screen.
#[component]
pub(crate) fn Home() -> impl IntoView {
    let store = store();
    let home = &words().home;
    let heading = NodeRef::new();
    greet(heading, home.title);

    let navigate = StoredValue::new_local(use_navigate());
    let starting = RwSignal::new(false);
    let problem = RwSignal::new(None::<AppError>);
    let start = Callback::new(move |field: Option<FieldCode>| {
        if starting.get_untracked() {
            return;
        }
        starting.set(true);
        spawn_local(async move {
            let answer = ipc::invoke(CreateDraft { field }).await;
            starting.try_set(false);
            match answer {
                Ok(draft) => {
                    problem.try_set(None);
                    navigate.try_with_value(|go| go(&format!("/draft/{}", draft.report_id), NavigateOptions::default()));
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    });

    let area = move || {
        let here = store.jurisdiction.read();
        (words().jurisdiction_line)(&here.name, &here.province)
    };
    let tile = move |(code, name): (FieldCode, String)| {
        let hook = format!("field-{code}");
        let glyph = Glyph::of_field(&code);
        view! {
            <li>
                <button type="button" class="field-tile" data-test=hook on:click=move |_| start.run(Some(code.clone()))>
                    <span class="field-icon"><Icon glyph/></span>
                    <span>{name}</span>
                </button>
            </li>
        }
    };
    let fields = move || store.catalogue.read().fields.iter().map(|f| (f.code.clone(), f.name.clone())).collect::<Vec<_>>();
    let failure = move || {
        let error = store.drafts.error.get().or_else(|| store.reports.error.get()).or_else(|| store.info.error.get())?;
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
            <p class="lead">{home.lead}</p>
            <button type="button" class="button big" data-test="home-create" disabled=starting on:click=move |_| start.run(None)>
                <Icon glyph=Glyph::Plus/>
                <span>{home.create}<small>{home.create_hint}</small></span>
            </button>
            {move || problem.get().map(|error| view! { <Notice tone=Tone::Bad><p>{(words().app_error)(&error)}</p></Notice> })}
            {failure}
            <OutboxCard/>
            <Drafts/>
            <section>
                <h2>{home.fields_heading}</h2>
                <ul class="fields">
                    <For each=fields key=|field| field.clone() children=tile/>
                </ul>
            </section>
            <Hotlines/>
            <Scope/>
            <p class="fine">{home.disclaimer}</p>
        </main>
    }
}

/// What is in the outbox; nothing when nothing is.
#[component]
fn OutboxCard() -> impl IntoView {
    let store = store();
    let sending = move || {
        let reports = store.reports.value.read();
        let on_their_way =
            reports.iter().flatten().filter_map(|report| match store.freshest(report.report_id, report.whereabouts.clone()) {
                Whereabouts::Sending { sent_bytes, total_bytes } => Some((sent_bytes, total_bytes)),
                Whereabouts::Waiting { .. } | Whereabouts::Parked { .. } | Whereabouts::Sent { .. } => None,
            });
        on_their_way.fold((0, 0), |(sent, total), (s, t)| (sent + s, total + t))
    };
    let line = |glyph: Glyph, sentence: String| {
        view! { <span class="outbox-line"><Icon glyph/><span>{sentence}</span></span> }
    };
    move || {
        let sync = store.sync.get();
        let waiting = sync.waiting.saturating_sub(sync.sending);
        if sync.waiting == 0 && sync.parked == 0 {
            return None;
        }
        let home = &words().home;
        let tone = if sync.parked > 0 { "outbox tone-warn" } else { "outbox tone-info" };
        Some(view! {
            <A href="/reports" attr:class=tone attr:data-test="outbox">
                    <span class="outbox-head">
                        <strong>{home.outbox_heading}</strong>
                        <span class="outbox-go">{home.outbox_open}<Icon glyph=Glyph::Forward/></span>
                    </span>
                    {(sync.parked > 0).then(|| line(Glyph::Alert, (words().outbox_parked)(sync.parked)))}
                    {(sync.sending > 0)
                        .then(|| {
                            let part = move || { let (sent, total) = sending(); percent(sent, total) };
                            let bar = move || { let (sent, total) = sending(); (total > 0).then_some((sent, total)) };
                            view! {
                                <span class="outbox-line">
                                    <Icon glyph=Glyph::Send/>
                                    <span>{move || (words().outbox_sending)(sync.sending, part())}</span>
                                </span>
                                {move || bar().map(|(sent, total)| {
                                    let label = (words().outbox_sending)(sync.sending, percent(sent, total));
                                    view! { <progress class="progress" max=total value=sent aria-label=label></progress> }
                                })}
                            }
                        })}
                    {(waiting > 0).then(|| line(Glyph::Clock, (words().outbox_waiting)(waiting)))}
            </A>
        })
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
