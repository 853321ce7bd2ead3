//! Signing in: a phone number as people type it, and a password.

use leptos::{html, prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_navigate, use_query_map},
};
use pakn_api::{
    ipc::{AppError, SessionView, SignIn as SignInCommand},
    model::phone::PhoneNumber,
};

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

/// Where to go afterwards: a path of the app itself, never an address from elsewhere.
fn inner_path(next: Option<String>) -> String {
    next.filter(|path| path.starts_with('/') && !path.starts_with("//") && !path.contains('\\')).unwrap_or_else(|| "/".to_owned())
}

/// The screen.
#[component]
pub(crate) fn SignIn() -> impl IntoView {
    let store = store();
    let texts = &words().sign_in;
    let query = use_query_map();
    let next = Memo::new(move |_| inner_path(query.read().get("next")));
    let signed_in = move || matches!(store.session.value.get(), Some(SessionView::SignedIn { .. }));
    view! {
        <Screen title=texts.title back="/settings">
            {move || {
                if signed_in() {
                    view! {
                        <Notice tone=Tone::Good><p>{texts.already}</p></Notice>
                        <A href=next.get() attr:class="button">{texts.already_go}</A>
                    }
                    .into_any()
                } else {
                    view! { <Form next/> }.into_any()
                }
            }}
        </Screen>
    }
}

#[component]
fn Form(next: Memo<String>) -> impl IntoView {
    let store = store();
    let texts = &words().sign_in;
    let navigate = StoredValue::new_local(use_navigate());
    let (phone, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
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
                    let path = next.try_get_untracked().unwrap_or_else(|| "/".to_owned());
                    store.session.tell(session);
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|go| go(&path, options));
                }
                Err(problem) => {
                    error.try_set(Some(problem));
                }
            }
        });
    };

    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="lead">{texts.lead}</p>
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
                    <button type="button" class="in-box" on:click=move |_| shown.update(|shown| *shown = !*shown)
                        aria-label=move || if shown.get() { texts.hide_password } else { texts.show_password }>
                        {move || if shown.get() { texts.hide } else { texts.show }}
                    </button>
                </div>
            </Entry>
            <button type="submit" class="button wide" data-test="signin-submit" disabled=busy>
                {move || if busy.get() { texts.submitting } else { texts.submit }}
            </button>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_the_app_are_gone_to() {
        for (next, expected) in [
            (Some("/reports/1"), "/reports/1"),
            (Some("https://example.org"), "/"),
            (Some("//example.org"), "/"),
            (Some("/\\example.org"), "/"),
            (Some(""), "/"),
            (None, "/"),
        ] {
            assert_eq!(inner_path(next.map(str::to_owned)), expected, "{next:?}");
        }
    }
}
