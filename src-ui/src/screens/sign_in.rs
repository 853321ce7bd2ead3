//! Signing in: a phone number as people type it, and a password.

use leptos::{html, prelude::*, task::spawn_local};
use pakn_api::{
    ipc::{AppError, GetGate, SessionView, SignIn as SignInCommand},
    model::phone::PhoneNumber,
};

use super::onward::{Onward, use_onward};
use crate::{
    components::{
        entry::{Entry, described_by},
        notice::{Notice, Tone},
        screen::Screen,
    },
    ipc,
    state::store,
    text::words,
};

/// The screen.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let store = store();
    let texts = &words().sign_in;
    let onward = use_onward();
    let signed_in = move || matches!(store.session.value.get(), Some(SessionView::SignedIn { .. }));
    view! {
        <Screen title=texts.title back="/settings">
            {move || {
                if signed_in() {
                    view! {
                        <Notice tone=Tone::Good><p>{texts.already}</p></Notice>
                        <button type="button" class="button" on:click=move |_| onward.go()>{texts.already_go}</button>
                    }
                    .into_any()
                } else {
                    view! { <Form onward/> }.into_any()
                }
            }}
        </Screen>
    }
}

#[component]
fn Form(onward: Onward) -> impl IntoView {
    let store = store();
    let (texts, enter) = (&words().sign_in, &words().enter);
    let (register, forgot) = (onward.instead("/register"), onward.instead("/forgot"));
    let expired = move || matches!(store.session.value.get(), Some(SessionView::Expired { .. }));
    let (phone, password) = (store.typed_phone, RwSignal::new(String::new()));
    let (phone_box, password_box) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let shown = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let tried = RwSignal::new(false);
    let error = RwSignal::new(None::<AppError>);

    let phone_problem = move || {
        let text = phone.read();
        match (tried.get(), text.trim().is_empty()) {
            (false, _) => None,
            (true, true) => Some(texts.phone_missing),
            (true, false) => PhoneNumber::parse(&text).err().map(|_| texts.phone_wrong),
        }
    };
    let password_problem = move || (tried.get() && password.read().is_empty()).then_some(texts.password_missing);
    let focus = |input: NodeRef<html::Input>| {
        if let Some(input) = input.get_untracked() {
            // The sentence beside the box says the same.
            let _ = input.focus();
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if busy.get_untracked() {
            return;
        }
        if untrack(phone_problem).is_some() {
            return focus(phone_box);
        }
        if untrack(password_problem).is_some() {
            return focus(password_box);
        }
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let command = SignInCommand { phone: phone.get_untracked(), password: password.get_untracked() };
            let answer = ipc::invoke(command).await;
            busy.try_set(false);
            match answer {
                Ok(session) => {
                    store.session.tell(session);
                    store.gate.load(GetGate {});
                    onward.go();
                }
                Err(problem) => {
                    error.try_set(Some(problem));
                }
            }
        });
    };

    view! {
        <form class="form" novalidate on:submit=submit>
            {move || if expired() {
                view! { <Notice tone=Tone::Info><p data-test="signin-expired">{enter.expired}</p></Notice> }.into_any()
            } else {
                view! { <p class="lead">{texts.lead}</p> }.into_any()
            }}
            {move || {
                error.get().map(|error| {
                    view! { <Notice tone=Tone::Bad><p data-test="signin-error">{(words().app_error)(&error)}</p></Notice> }
                })
            }}
            <Entry id="phone" label=texts.phone hint=texts.phone_hint problem=Signal::derive(phone_problem)>
                <input id="phone" class="box" type="tel" inputmode="tel" autocomplete="username" data-test="signin-phone"
                    aria-describedby=described_by("phone") aria-invalid=move || phone_problem().is_some().to_string()
                    node_ref=phone_box bind:value=phone/>
            </Entry>
            <Entry id="password" label=texts.password problem=Signal::derive(password_problem)>
                <div class="with-button">
                    <input id="password" class="box" type=move || if shown.get() { "text" } else { "password" }
                        autocomplete="current-password" autocapitalize="none" spellcheck="false" data-test="signin-password"
                        aria-describedby="password-problem" aria-invalid=move || password_problem().is_some().to_string()
                        node_ref=password_box bind:value=password/>
                    <button type="button" class="beside-box" on:click=move |_| shown.update(|shown| *shown = !*shown)
                        aria-label=move || if shown.get() { texts.hide_password } else { texts.show_password }>
                        {move || if shown.get() { texts.hide } else { texts.show }}
                    </button>
                </div>
            </Entry>
            <button type="submit" class="button wide" data-test="signin-submit" disabled=busy>
                {move || if busy.get() { texts.submitting } else { texts.submit }}
            </button>
            <p class="ways">
                <a class="button quiet wide" href=register prop:replace=true data-test="signin-register">{enter.no_account}</a>
                <a class="link" href=forgot prop:replace=true data-test="signin-forgot">{enter.forgot}</a>
            </p>
        </form>
    }
}
