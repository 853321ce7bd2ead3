//! The last step: a password, and for a new account what is agreed to.

use leptos::{html, prelude::*};
use pakn_api::{
    ipc::{AppError, CodePurpose, GetGate, Register, ResetPassword, SessionView},
    model::{consent::ConsentPurpose, password},
};

use super::{
    Flow,
    code_step::{NumberLine, Resend},
    flow::{Crossing, crossing, needs_new_code},
};
use crate::{
    components::{
        entry::{Entry, described_by},
        focus::{focus_heading, focus_soon},
        notice::{Notice, Tone},
        password_box::WhosePassword,
    },
    screens::{attempt::Attempt, legal::LegalLink},
    state::store,
    text::{Document, words},
};

/// What is wrong with the password: what the form sees itself, or what the last try was told.
pub(crate) fn password_problem(text: &str, tried: bool, told: Option<&AppError>) -> Option<&'static str> {
    let seen = tried.then(|| password::check_length(text).err()).flatten();
    let told = if let Some(AppError::WeakPassword { reason }) = told { Some(*reason) } else { None };
    seen.or(told).map(words().password_problem)
}

/// Follows what the last try was told of a password: whoever tried is led back to the box and hears it, and it is said of
/// that password only.
pub(crate) fn follow_verdict(attempt: Attempt, text: RwSignal<String>, id: &'static str) {
    let store = store();
    Effect::new(move || {
        text.track();
        if matches!(attempt.error.get_untracked(), Some(AppError::WeakPassword { .. })) {
            attempt.error.set(None);
        }
    });
    Effect::new(move || {
        if let Some(AppError::WeakPassword { reason }) = attempt.error.get() {
            // A box that has the focus already is not read out anew.
            store.announce((words().password_problem)(reason));
            focus_soon(id.to_owned());
        }
    });
}

#[component]
pub(super) fn PasswordStep(flow: Flow) -> impl IntoView {
    let store = store();
    let (texts, signing_in) = (&words().enter, &words().sign_in);
    let attempt = Attempt::new();
    let (text, shown, tried) = (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(false));
    let input = NodeRef::<html::Input>::new();
    let problem = Signal::derive(move || password_problem(&text.read(), tried.get(), attempt.error.read().as_ref()));
    let finish = move |what: CodePurpose| {
        tried.set(true);
        if password::check_length(&text.read_untracked()).is_err() {
            if let Some(input) = input.get_untracked() {
                // The sentence beside the box says the same.
                let _ = input.focus();
            }
            return;
        }
        let done = move |session: SessionView| {
            flow.done.try_set(Some(what));
            store.session.tell(session);
            store.gate.load(GetGate {});
            request_animation_frame(focus_heading);
        };
        let password = text.get_untracked();
        match what {
            CodePurpose::Register => attempt.run(Register { password, consents: vec![ConsentPurpose::Terms] }, done),
            CodePurpose::ResetPassword => attempt.run(ResetPassword { password }, done),
        }
    };
    follow_verdict(attempt, text, "password");
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        finish(flow.purpose);
    };
    let trouble = move || {
        let error = attempt.error.get()?;
        if let Some(crossing) = crossing(&error) {
            return Some(view! { <Crossed flow crossing on_finish=finish/> }.into_any());
        }
        // A password that can't be used is told beside it.
        (!matches!(error, AppError::WeakPassword { .. })).then(|| {
            view! { <Notice tone=Tone::Bad><p data-test="register-error">{(words().app_error)(&error)}</p></Notice> }.into_any()
        })
    };
    let crossed = Memo::new(move |_| attempt.error.read().as_ref().and_then(crossing).is_some());
    let of_no_use = Memo::new(move |_| attempt.error.read().as_ref().is_some_and(needs_new_code));
    let (label, said, hook, doing) = match flow.purpose {
        CodePurpose::Register => (texts.password, texts.agree, "register-agree", texts.registering),
        CodePurpose::ResetPassword => (texts.new_password, texts.reset, "forgot-reset", texts.resetting),
    };
    let terms = (flow.purpose == CodePurpose::Register).then(|| view! { <Agreeing/> });
    let others_out = (flow.purpose == CodePurpose::ResetPassword).then(|| view! { <p class="fine">{texts.others_out}</p> });
    view! {
        <form class="form" novalidate on:submit=submit>
            <NumberLine flow hook="number-checked" sentence=words().number_checked/>
            <WhosePassword number=Signal::derive(move || flow.number())/>
            {trouble}
            <Show when=move || of_no_use.get()>
                <Resend flow attempt on_sent=|()| focus_soon("code".to_owned())/>
            </Show>
            <Entry id="password" label hint=texts.password_hint problem>
                <div class="with-button">
                    <input id="password" class="box" type=move || if shown.get() { "text" } else { "password" }
                        autocomplete="new-password" autocapitalize="none" spellcheck="false" data-test="register-password"
                        aria-describedby=described_by("password") aria-invalid=move || problem.get().is_some().to_string()
                        node_ref=input bind:value=text/>
                    <button type="button" class="beside-box" data-test="register-show" on:click=move |_| shown.update(|shown| *shown = !*shown)
                        aria-label=move || if shown.get() { signing_in.hide_password } else { signing_in.show_password }>
                        {move || if shown.get() { signing_in.hide } else { signing_in.show }}
                    </button>
                </div>
            </Entry>
            <div class="finish" hidden=crossed>
                {terms}
                {others_out}
                <button type="submit" class="button wide" data-test=hook disabled=attempt.busy>
                    {move || if attempt.busy.get() { doing } else { said }}
                </button>
            </div>
        </form>
    }
}

/// What the button below agrees to.
#[component]
fn Agreeing() -> impl IntoView {
    view! {
        <div class="agreeing">
            <p class="fine">{words().enter.agree_text}</p>
            <LegalLink document=Document::Terms/>
            <LegalLink document=Document::Privacy/>
        </div>
    }
}

/// The number turned out to have an account, or none: the same code and password do for the other way.
#[component]
fn Crossed(flow: Flow, crossing: Crossing, #[prop(into)] on_finish: UnsyncCallback<CodePurpose>) -> impl IntoView {
    let texts = &words().enter;
    match crossing {
        Crossing::AccountExists => {
            let sign_in = flow.onward.instead("/sign-in");
            view! {
                <section class="notice tone-info" role="alert" data-test="account-exists">
                    <div class="notice-body">
                        <h2>{texts.exists_heading}</h2>
                        <p>{texts.exists_text}</p>
                        <button type="button" class="button" data-test="exists-reset" on:click=move |_| on_finish.run(CodePurpose::ResetPassword)>
                            {texts.exists_reset}
                        </button>
                        <a class="button quiet" href=sign_in prop:replace=true data-test="exists-sign-in">{texts.exists_sign_in}</a>
                    </div>
                </section>
            }
            .into_any()
        }
        Crossing::NoAccount => view! {
            <section class="notice tone-info" role="alert" data-test="no-account">
                <div class="notice-body">
                    <h2>{texts.none_heading}</h2>
                    <p>{texts.none_text}</p>
                    <Agreeing/>
                    <button type="button" class="button" data-test="none-register" on:click=move |_| on_finish.run(CodePurpose::Register)>
                        {texts.agree}
                    </button>
                </div>
            </section>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::model::password::{MIN_CHARS, PasswordProblem};

    use super::*;

    #[test]
    fn a_password_is_judged_only_after_a_try() {
        let common = AppError::WeakPassword { reason: PasswordProblem::TooCommon };
        let sentence = |reason| Some((words().password_problem)(reason));
        let table = [
            ("ngắn", false, None, None),
            ("ngắn", true, None, sentence(PasswordProblem::TooShort)),
            ("đủ dài mà", true, None, None),
            ("12345678", true, Some(&common), sentence(PasswordProblem::TooCommon)),
            ("đủ dài mà", true, Some(&AppError::Offline), None),
        ];
        for (text, tried, told, expected) in table {
            assert_eq!(password_problem(text, tried, told), expected, "{text}, {tried}, {told:?}");
        }
    }

    #[test]
    fn the_rule_is_told_as_it_is() {
        for sentence in [words().enter.password_hint, (words().password_problem)(PasswordProblem::TooShort)] {
            assert!(sentence.contains(&MIN_CHARS.to_string()), "{sentence}");
        }
    }
}
