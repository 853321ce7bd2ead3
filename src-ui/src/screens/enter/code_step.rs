//! The second step: the code that came by SMS.

use std::time::Duration;

use leptos::{html, prelude::*};
use pakn_api::ipc::{CheckCode, ForgetCode, RequestCode};

use super::{
    Flow,
    flow::{Rest, code_in, is_old, needs_new_code},
};
use crate::{
    components::{
        entry::{Entry, described_by},
        focus::focus_soon,
        notice::{Notice, Tone},
    },
    local_time,
    screens::attempt::{Attempt, AttemptError},
    state::store,
    text::words,
};

#[component]
pub(super) fn CodeStep(flow: Flow) -> impl IntoView {
    let texts = &words().enter;
    let attempt = Attempt::new();
    let (text, tried) = (RwSignal::new(String::new()), RwSignal::new(false));
    let input = NodeRef::<html::Input>::new();
    let problem = Signal::derive(move || {
        let text = text.read();
        match (tried.get(), text.trim().is_empty()) {
            (false, _) => None,
            (true, true) => Some(texts.code_missing),
            (true, false) => code_in(&text).is_none().then_some(texts.code_wrong),
        }
    });
    let check = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        let Some(code) = code_in(&text.read_untracked()) else {
            if let Some(input) = input.get_untracked() {
                // The sentence beside the box says the same.
                let _ = input.focus();
            }
            return;
        };
        attempt.run(CheckCode { code: code.as_str().to_owned() }, move |pending| {
            flow.is_at(Some(pending));
            focus_soon("password".to_owned());
        });
    };
    view! {
        <form class="form" novalidate on:submit=check>
            <NumberLine flow hook="code-sent" sentence=words().code_sent/>
            <AttemptError attempt hook="register-error"/>
            <Entry id="code" label=texts.code hint=texts.code_hint problem>
                <input id="code" class="box code" type="text" inputmode="numeric" autocomplete="one-time-code" autocapitalize="none"
                    spellcheck="false" data-test="register-code" aria-describedby=described_by("code")
                    aria-invalid=move || problem.get().is_some().to_string() node_ref=input bind:value=text/>
            </Entry>
            <button type="submit" class="button wide" data-test="register-check" disabled=attempt.busy>
                {move || if attempt.busy.get() { texts.checking } else { texts.check }}
            </button>
            <Resend flow attempt on_sent=move |()| {
                text.set(String::new());
                tried.set(false);
                focus_soon("code".to_owned());
            }/>
        </form>
    }
}

/// Which number it is about, and a way to enter another one.
#[component]
pub(super) fn NumberLine(
    flow: Flow,
    /// The hook for tests.
    hook: &'static str,
    /// What is said of the number.
    sentence: fn(&str) -> String,
) -> impl IntoView {
    let change_number = Attempt::new();
    let change = move |_| {
        change_number.run(ForgetCode {}, move |()| {
            flow.is_at(None);
            focus_soon("phone".to_owned());
        });
    };
    // Whoever is signed in has no other number.
    let other = move || {
        flow.own.read().is_empty().then(|| {
            view! {
                <button type="button" class="link" data-test="register-change-number" disabled=change_number.busy on:click=change>
                    {words().enter.change_number}
                </button>
            }
        })
    };
    view! {
        <div class="sent-to">
            <p class="lead" data-test=hook>{move || sentence(&flow.number())}</p>
            {other}
        </div>
        <AttemptError attempt=change_number hook="register-error"/>
    }
}

/// Another code, after a rest; at once where the present one is of no use any more.
#[component]
pub(super) fn Resend(
    flow: Flow,
    /// The step's own try, which may say that the code is of no use.
    attempt: Attempt,
    #[prop(into)] on_sent: Callback<()>,
) -> impl IntoView {
    let store = store();
    let texts = &words().enter;
    let sending = Attempt::new();
    let tick = RwSignal::new(());
    let ticking = set_interval_with_handle(move || tick.set(()), Duration::from_secs(1));
    on_cleanup(move || {
        if let Ok(ticking) = ticking {
            ticking.clear();
        }
    });
    let rest = Memo::new(move |_| {
        let pending = flow.pending.value.read();
        pending.iter().flatten().next().map(|code| Rest::until(code.resend_at, local_time::now(), local_time::steady_ms()))
    });
    let seconds = Memo::new(move |_| {
        tick.track();
        rest.get().map_or(0, |rest| rest.seconds_left(local_time::now(), local_time::steady_ms()))
    });
    let old = Memo::new(move |_| {
        tick.track();
        flow.pending.value.read().iter().flatten().any(|code| !code.checked && is_old(code, local_time::now()))
    });
    let send = move |_| {
        let phone = flow.phone.get_untracked();
        sending.run(RequestCode { purpose: flow.purpose, phone }, move |code| {
            attempt.error.try_set(None);
            flow.is_at(Some(code));
            store.announce(texts.resent);
            on_sent.try_run(());
        });
    };
    let of_no_use = move || attempt.error.read().as_ref().is_some_and(needs_new_code);
    let seconds = Memo::new(move |_| if old.get() || of_no_use() { 0 } else { seconds.get() });
    let resting = move || sending.busy.get() || seconds.get() > 0;
    let label = move || match (sending.busy.get(), seconds.get()) {
        (true, _) => texts.sending_code.to_owned(),
        (false, 0) => texts.resend.to_owned(),
        (false, seconds) => (words().resend_in)(seconds),
    };
    view! {
        {move || (old.get() && !of_no_use()).then(|| view! { <Notice tone=Tone::Warn><p data-test="code-old">{texts.code_old}</p></Notice> })}
        <AttemptError attempt=sending hook="resend-error"/>
        <button type="button" class="button quiet wide" data-test="register-resend"
            disabled=resting on:click=send>
            {label}
        </button>
    }
}
