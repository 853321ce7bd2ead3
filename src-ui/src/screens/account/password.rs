//! Another password. All other devices are signed out by it.

use leptos::{html, prelude::*};
use leptos_router::components::A;
use pakn_api::{
    ErrorCode,
    ipc::{AppError, ChangePassword},
};

use super::{NeedsAccount, Presence, number, presence};
use crate::{
    components::{
        notice::{Notice, Tone},
        password_box::{PasswordBox, WhosePassword},
        screen::Screen,
    },
    screens::{
        attempt::Attempt,
        enter::{follow_verdict, password_problem},
        onward::towards,
    },
    state::store,
    text::words,
};

/// Whether it was the present password that was wrong.
const fn is_wrong_password(error: &AppError) -> bool {
    matches!(error, AppError::BadCredentials | AppError::Refused { error: ErrorCode::BadCredentials })
}

/// The screen.
#[component]
pub(crate) fn PasswordScreen() -> impl IntoView {
    let texts = &words().new_password;
    let who = presence(store());
    view! {
        <Screen title=texts.title back="/account">
            <NeedsAccount here="/account/password"/>
            <Show when=move || who.get() == Presence::Somebody><Form/></Show>
        </Screen>
    }
}

#[component]
fn Form() -> impl IntoView {
    let store = store();
    let texts = &words().new_password;
    let (old, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (old_box, new_box) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let tried = RwSignal::new(false);
    let done = RwSignal::new(false);
    let attempt = Attempt::new();
    let old_problem = Signal::derive(move || (tried.get() && old.read().is_empty()).then_some(texts.old_missing));
    let weak = Memo::new(move |_| password_problem(&new.read(), tried.get(), attempt.error.read().as_ref()));
    follow_verdict(attempt, new, "password-new");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        done.set(false);
        attempt.error.set(None);
        let wrong = [(old_problem.get_untracked().is_some(), old_box), (weak.get_untracked().is_some(), new_box)];
        if let Some((_, input)) = wrong.into_iter().find(|(wrong, _)| *wrong) {
            if let Some(input) = input.get_untracked() {
                // The sentence beside the box says the same.
                let _ = input.focus();
            }
            return;
        }
        attempt.run(ChangePassword { old: old.get_untracked(), new: new.get_untracked() }, move |()| {
            tried.try_set(false);
            old.try_set(String::new());
            new.try_set(String::new());
            done.try_set(true);
            store.announce(texts.done);
        });
    };
    let failure = move || {
        let error = attempt.error.get().filter(|error| !matches!(error, AppError::WeakPassword { .. }))?;
        let sentence = if is_wrong_password(&error) { texts.wrong.to_owned() } else { (words().app_error)(&error) };
        Some(view! { <Notice tone=Tone::Bad><p data-test="password-error">{sentence}</p></Notice> })
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <p class="lead">{texts.lead}</p>
            {move || done.get().then(|| view! { <Notice tone=Tone::Good><p data-test="password-done">{texts.done}</p></Notice> })}
            {failure}
            <WhosePassword number=number(store)/>
            <PasswordBox id="password-old" label=texts.old autocomplete="current-password" value=old problem=old_problem node_ref=old_box/>
            <PasswordBox id="password-new" label=texts.new hint=texts.new_hint autocomplete="new-password" value=new
                problem=weak node_ref=new_box/>
            <button type="submit" class="button wide" data-test="password-submit" disabled=attempt.busy>
                {move || if attempt.busy.get() { texts.submitting } else { texts.submit }}
            </button>
            <A href=towards("/forgot", "/account") attr:class="link" attr:data-test="password-forgotten">{texts.forgotten}</A>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_present_password_is_told_as_such() {
        assert!(is_wrong_password(&AppError::BadCredentials));
        assert!(!is_wrong_password(&AppError::Offline));
    }
}
