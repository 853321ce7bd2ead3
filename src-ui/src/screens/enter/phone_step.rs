//! The first step: which number.

use leptos::{html, prelude::*};
use pakn_api::{
    ipc::{CodePurpose, RequestCode},
    model::phone::PhoneNumber,
};

use super::Flow;
use crate::{
    components::{
        entry::{Entry, described_by},
        focus::focus_soon,
    },
    screens::attempt::{Attempt, AttemptError},
    text::words,
};

/// Whether a number is not that of the account that is signed in.
fn is_anothers(number: &PhoneNumber, own: &str) -> bool {
    PhoneNumber::parse(own).is_ok_and(|own| own != *number)
}

#[component]
pub(super) fn PhoneStep(flow: Flow) -> impl IntoView {
    let (texts, signing_in) = (&words().enter, &words().sign_in);
    let attempt = Attempt::new();
    let tried = RwSignal::new(false);
    let input = NodeRef::<html::Input>::new();
    let (lead, other, other_words, other_hook) = match flow.purpose {
        CodePurpose::Register => (texts.register_lead, "/sign-in", texts.have_account, "register-sign-in"),
        CodePurpose::ResetPassword => (texts.forgot_lead, "/register", texts.no_account, "register-instead"),
    };
    let problem = Signal::derive(move || {
        let text = flow.phone.read();
        match (tried.get(), text.trim().is_empty()) {
            (false, _) => None,
            (true, true) => Some(signing_in.phone_missing),
            (true, false) => match PhoneNumber::parse(&text) {
                Err(_) => Some(signing_in.phone_wrong),
                Ok(number) => is_anothers(&number, &flow.own.read()).then_some(texts.anothers),
            },
        }
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if problem.get_untracked().is_some() {
            if let Some(input) = input.get_untracked() {
                // The sentence beside the box says the same.
                let _ = input.focus();
            }
            return;
        }
        let phone = flow.phone.get_untracked();
        attempt.run(RequestCode { purpose: flow.purpose, phone }, move |code| {
            flow.is_at(Some(code));
            focus_soon("code".to_owned());
        });
    };
    let other = flow.onward.instead(other);
    let ways = move || {
        // Whoever is signed in came for their own account.
        flow.own.read().is_empty().then(|| {
            view! { <p class="ways"><a class="link" href=other prop:replace=true data-test=other_hook>{other_words}</a></p> }
        })
    };
    view! {
        <form class="form" novalidate on:submit=send>
            <p class="lead">{lead}</p>
            <AttemptError attempt hook="register-error"/>
            <Entry id="phone" label=signing_in.phone hint=signing_in.phone_hint problem>
                <input id="phone" class="box large" type="tel" inputmode="tel" autocomplete="tel" data-test="register-phone"
                    aria-describedby=described_by("phone") aria-invalid=move || problem.get().is_some().to_string()
                    node_ref=input bind:value=flow.phone/>
            </Entry>
            <button type="submit" class="button wide" data-test="register-send-code" disabled=attempt.busy>
                {move || if attempt.busy.get() { texts.sending_code } else { texts.send_code }}
            </button>
            {ways}
        </form>
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_signed_in_resets_no_other_password() {
        let number = PhoneNumber::parse("0905 765 432").unwrap();
        for (own, expected) in [("0905 765 432", false), ("+84905765432", false), ("0905 765 433", true), ("", false)] {
            assert_eq!(is_anothers(&number, own), expected, "{own:?}");
        }
    }
}
