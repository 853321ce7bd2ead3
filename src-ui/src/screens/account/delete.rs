//! Deleting the account: first what goes, what stays and why, and what becomes of reports that have not left; then the
//! password, a last question, and an end that says so.

use leptos::{html, prelude::*};
use leptos_router::components::A;
use pakn_api::{
    ErrorCode,
    ipc::{AppError, DeleteAccount},
};

use super::{NeedsAccount, number, presence};
use crate::{
    components::{
        confirm::Confirm,
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
        password_box::{PasswordBox, WhosePassword},
        screen::Screen,
    },
    screens::{attempt::Attempt, onward::detour},
    state::store,
    text::words,
};

/// Where it is led back to.
const HERE: &str = "/account/delete";

/// The screen.
#[component]
pub(crate) fn DeleteScreen() -> impl IntoView {
    let who = presence(store());
    // Stays when nobody is signed in any more, as that is what it tells of.
    let done = RwSignal::new(false);
    move || {
        if done.get() {
            return view! { <End/> }.into_any();
        }
        view! {
            <Screen title=words().delete.title back="/account/data">
                // A deletion whose answer was lost has ended the session, and is finished here: nobody can sign in any more.
                <Show when=move || who.get().has_account() fallback=|| view! { <NeedsAccount here=HERE/> }>
                    <Form done/>
                </Show>
            </Screen>
        }
        .into_any()
    }
}

#[component]
fn Form(done: RwSignal<bool>) -> impl IntoView {
    let store = store();
    let texts = &words().delete;
    let password = RwSignal::new(String::new());
    let input = NodeRef::<html::Input>::new();
    let tried = RwSignal::new(false);
    let asking = RwSignal::new(false);
    let attempt = Attempt::new();
    let unsent = Memo::new(move |_| {
        let sync = store.sync.read();
        sync.waiting.saturating_add(sync.parked)
    });
    let problem = Signal::derive(move || (tried.get() && password.read().is_empty()).then_some(texts.password_missing));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if password.read_untracked().is_empty() {
            if let Some(input) = input.get_untracked() {
                // The sentence beside the box says the same.
                let _ = input.focus();
            }
            return;
        }
        asking.set(true);
    };
    let delete = move |()| {
        attempt.run(DeleteAccount { password: password.get_untracked() }, move |session| {
            // First the end, then that nobody is signed in: this screen needs somebody.
            done.try_set(true);
            store.session.tell(session);
        });
    };
    let failure = move || {
        let sentence = match attempt.error.get()? {
            AppError::BadCredentials | AppError::Refused { error: ErrorCode::BadCredentials } => texts.wrong.to_owned(),
            error => (words().app_error)(&error),
        };
        Some(view! { <Notice tone=Tone::Bad><p data-test="delete-error">{sentence}</p></Notice> })
    };
    let warning = move || {
        (unsent.get() > 0).then(|| {
            view! {
                <Notice tone=Tone::Warn>
                    <p><strong>{texts.unsent_heading}</strong></p>
                    <p data-test="delete-unsent">{(words().unsent_become_drafts)(unsent.get())}</p>
                </Notice>
            }
        })
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="lead">{texts.lead}</p>
            {warning}
            <section class="sheet">
                <h2>{texts.gone_heading}</h2>
                <ul class="plain-list">
                    <li>{texts.gone_account}</li>
                    <li>{texts.gone_profile}</li>
                    <li>{texts.gone_reports}</li>
                    <li>{texts.gone_sessions}</li>
                </ul>
            </section>
            <section class="sheet">
                <h2>{texts.kept_heading}</h2>
                <ul class="plain-list"><li>{texts.kept_reports}</li></ul>
                <p class="fine">{texts.kept_why}</p>
            </section>
            <A href="/account/data" attr:class="link" attr:data-test="delete-export-first">{texts.export_first}</A>
            {failure}
            <WhosePassword number=number(store)/>
            <PasswordBox id="delete-password" label=texts.password hint=texts.password_hint autocomplete="current-password"
                value=password problem node_ref=input/>
            <A href=detour("/forgot", HERE) attr:class="link" attr:data-test="delete-forgotten">{words().enter.forgot}</A>
            <button type="submit" class="button danger wide" data-test="delete-submit" disabled=attempt.busy>
                {move || if attempt.busy.get() { texts.submitting } else { texts.submit }}
            </button>
        </form>
        <Confirm open=asking title=texts.confirm_title text=texts.confirm_text yes=texts.confirm_yes destructive=true on_yes=delete/>
    }
}

/// It is done.
#[component]
fn End() -> impl IntoView {
    let texts = &words().delete;
    view! {
        <Screen title=texts.done_title>
            <div class="end" data-test="delete-done">
                <Icon glyph=Glyph::Check/>
                <p>{texts.done_text}</p>
                <p>{texts.done_device}</p>
                <A href="/" attr:class="button" attr:data-test="delete-home">{words().common.go_home}</A>
            </div>
        </Screen>
    }
}
