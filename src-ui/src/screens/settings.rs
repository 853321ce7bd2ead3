//! Settings: who is signed in, how sending stands, which server, and what this app is.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;
use pakn_api::{
    Timestamp,
    ipc::{AppError, AppInfo, Connection, SessionView, SetServerUrl, SignOut},
};

use super::cards::when;
use crate::{
    components::{
        confirm::Confirm,
        entry::{Entry, described_by},
        icon::{Glyph, Icon},
        notice::{Failure, Notice, Tone},
        screen::Screen,
    },
    ipc,
    state::store,
    text::{Document, words},
};

/// The screen.
#[component]
pub(crate) fn Settings() -> impl IntoView {
    let store = store();
    let texts = &words().settings;
    let server = move || store.info.value.get().filter(|info| info.server_url_editable).map(|info| view! { <Server info/> });
    view! {
        <Screen title=texts.title>
            <Account/>
            <Sending/>
            {server}
            <About/>
            <Details/>
        </Screen>
    }
}

#[component]
fn Account() -> impl IntoView {
    let store = store();
    let texts = &words().settings;
    let asking = RwSignal::new(false);
    let problem = RwSignal::new(None::<AppError>);
    let sign_out = move |()| {
        spawn_local(async move {
            match ipc::invoke(SignOut {}).await {
                Ok(session) => {
                    problem.try_set(None);
                    store.session.tell(session);
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    let sign_in = || view! { <A href="/sign-in?next=/settings" attr:class="button" attr:data-test="settings-sign-in">{words().common.sign_in}</A> };
    let body = move || {
        let session = store.session.value.get()?;
        let who = (words().session)(&session);
        Some(match session {
            SessionView::SignedOut => view! {
                <p>{texts.signed_out_text}</p>
                {sign_in()}
                <A href="/account/consents" attr:class="link" attr:data-test="settings-consents">{words().account.consents}</A>
            }
            .into_any(),
            SessionView::Expired { .. } => view! {
                <p>{who}</p>
                {sign_in()}
                <A href="/account" attr:class="button quiet" attr:data-test="settings-account">{words().account.open}</A>
            }
            .into_any(),
            SessionView::SignedIn { .. } => view! {
                <p class="who"><Icon glyph=Glyph::Person/><span data-test="settings-who">{who}</span></p>
                <A href="/account" attr:class="button" attr:data-test="settings-account">{words().account.open}</A>
                <button type="button" class="button quiet" data-test="settings-sign-out" on:click=move |_| asking.set(true)>
                    {texts.sign_out}
                </button>
            }
            .into_any(),
        })
    };
    view! {
        <section class="sheet">
            <h2>{texts.account}</h2>
            {body}
            {move || problem.get().map(|error| view! { <Notice tone=Tone::Bad><p>{(words().app_error)(&error)}</p></Notice> })}
        </section>
        <Confirm open=asking title=texts.sign_out_title text=texts.sign_out_text yes=texts.sign_out_yes on_yes=sign_out/>
    }
}

#[component]
fn Sending() -> impl IntoView {
    let store = store();
    let texts = &words().settings;
    let connection = move || store.sync.read().connection;
    let tone = move || match connection() {
        Connection::Unknown => Tone::Info,
        Connection::Online => Tone::Good,
        Connection::Offline | Connection::ServerTrouble => Tone::Warn,
    };
    let glyph = move || match connection() {
        Connection::Unknown | Connection::Online => Glyph::Cloud,
        Connection::Offline | Connection::ServerTrouble => Glyph::CloudOff,
    };
    let counts = move || {
        let sync = store.sync.read();
        let mut lines = Vec::new();
        let resting = sync.waiting.saturating_sub(sync.sending);
        if sync.sending > 0 {
            lines.push((words().outbox_sending)(sync.sending, None));
        }
        if resting > 0 {
            lines.push((words().outbox_waiting)(resting));
        }
        if sync.parked > 0 {
            lines.push((words().outbox_parked)(sync.parked));
        }
        if lines.is_empty() {
            lines.push(texts.waiting_none.to_owned());
        }
        lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()
    };
    let last = move || store.sync.read().last_contact_at.map_or_else(|| texts.never_contacted.to_owned(), when);
    let next = move || {
        let at: Timestamp = store.sync.read().next_try_at?;
        Some(view! { <Row label=texts.next_try value=when(at)/> })
    };
    let try_now = move |_| {
        store.announce(texts.sync_started);
        store.sync_now();
    };
    view! {
        <section class="sheet">
            <h2>{texts.sync}</h2>
            <p class=move || format!("pill {}", tone().class()) data-test="settings-connection">
                {move || view! { <Icon glyph=glyph()/> }}
                <span>{move || (words().connection)(connection())}</span>
            </p>
            <div class="counts">{counts}</div>
            <dl class="rows">
                {move || view! { <Row label=texts.last_contact value=last()/> }}
                {next}
            </dl>
            <button type="button" class="button quiet" data-test="sync-now" on:click=try_now>
                <Icon glyph=Glyph::Retry/>
                <span>{texts.sync_now}</span>
            </button>
        </section>
    }
}

#[component]
fn Row(label: &'static str, value: String) -> impl IntoView {
    view! {
        <div class="row">
            <dt>{label}</dt>
            <dd>{value}</dd>
        </div>
    }
}

#[component]
fn Server(info: AppInfo) -> impl IntoView {
    let texts = &words().settings;
    let url = RwSignal::new(info.server_url);
    let outcome = RwSignal::new(None::<Result<(), AppError>>);
    let problem = Signal::derive(|| None);
    let store = store();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        spawn_local(async move {
            match ipc::invoke(SetServerUrl { url: url.get_untracked().trim().to_owned() }).await {
                Ok(info) => {
                    url.try_set(info.server_url);
                    store.announce(texts.server_saved);
                    outcome.try_set(Some(Ok(())));
                }
                Err(error) => {
                    outcome.try_set(Some(Err(error)));
                }
            }
        });
    };
    let told = move || {
        outcome.get().map(|outcome| match outcome {
            Ok(()) => view! { <Notice tone=Tone::Good><p>{texts.server_saved}</p></Notice> },
            Err(error) => view! { <Notice tone=Tone::Bad><p>{(words().app_error)(&error)}</p></Notice> },
        })
    };
    view! {
        <section class="sheet">
            <h2>{texts.server}</h2>
            <form class="form" novalidate on:submit=save>
                <Entry id="server" label=texts.server_label hint=texts.server_hint problem>
                    <input id="server" class="box" type="url" inputmode="url" autocomplete="off" autocapitalize="none" spellcheck="false"
                        data-test="settings-server" aria-describedby=described_by("server") bind:value=url/>
                </Entry>
                {told}
                <button type="submit" class="button quiet" data-test="settings-server-save">{texts.server_save}</button>
            </form>
        </section>
    }
}

#[component]
fn About() -> impl IntoView {
    let store = store();
    let texts = &words().settings;
    let portal = move || store.jurisdiction.read().portal_url.clone();
    view! {
        <section class="sheet">
            <h2>{texts.about}</h2>
            <p>{texts.about_text}</p>
            <p>{texts.not_official}</p>
            <p><a class="link" href=portal>{portal}</a></p>
            <p>{texts.emergency_note}</p>
            <p><A href="/legal/terms" attr:class="link" attr:data-test="settings-terms">{(words().legal_text)(Document::Terms).title}</A></p>
            <p><A href="/legal/privacy" attr:class="link" attr:data-test="settings-privacy">{(words().legal_text)(Document::Privacy).title}</A></p>
        </section>
    }
}

#[component]
fn Details() -> impl IntoView {
    let store = store();
    let texts = &words().settings;
    let area = move || {
        let here = store.jurisdiction.read();
        (words().jurisdiction_line)(&here.name, &here.province)
    };
    let rows = move || {
        store.info.value.get().map(|info| {
            view! {
                <Row label=texts.version value=info.app_version/>
                <Row label=texts.schema value=info.schema_version.to_string()/>
                <Row label=texts.fields_version value=store.catalogue.read().version.to_string()/>
                <Row label=texts.server value=info.server_url/>
                <Row label=texts.data_dir value=info.data_dir/>
            }
        })
    };
    let failure = move || {
        let error = store.info.error.get()?;
        Some(view! { <Failure sentence=(words().app_error)(&error) on_retry=move |()| store.ask_for_everything()/> })
    };
    view! {
        <section class="sheet">
            <h2>{texts.details}</h2>
            {failure}
            <dl class="rows">
                {move || view! { <Row label=texts.area value=area()/> }}
                {rows}
            </dl>
        </section>
    }
}
