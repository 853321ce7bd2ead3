//! Registering, and a forgotten password: the same three steps, a number, the code that proves it, a password.
//!
//! Where it stands is the shell's to say (the pending code), so it goes on there after the app was killed
//! while its citizen looked for the message. Nothing typed is lost to a failed try: the same button goes on.

mod code_step;
mod done;
mod flow;
mod password_step;
mod pending_card;
mod phone_step;

use leptos::prelude::*;
use pakn_api::ipc::{CodePurpose, GetPendingCode, PendingCode, SessionView};

use self::{
    code_step::CodeStep,
    done::Done,
    flow::{STEPS, Step, step},
    password_step::PasswordStep,
    phone_step::PhoneStep,
};
pub(crate) use self::{
    password_step::{follow_verdict, password_problem},
    pending_card::PendingCard,
};
use super::{
    account::number,
    onward::{Onward, use_onward},
};
use crate::{
    components::{
        notice::{Failure, Notice, Tone},
        screen::Screen,
    },
    loaded::Loaded,
    local_time,
    state::store,
    text::words,
};

/// What the steps share.
#[derive(Clone, Copy)]
struct Flow {
    /// The way that was taken.
    purpose: CodePurpose,
    onward: Onward,
    pending: Loaded<Option<PendingCode>>,
    /// The number as typed.
    phone: RwSignal<String>,
    /// The number of whoever is signed in, or nothing: a password they forgot is theirs.
    own: Memo<String>,
    /// What was brought about in the end.
    done: RwSignal<Option<CodePurpose>>,
}

impl Flow {
    /// The number the code was sent to, as people read it.
    fn number(self) -> String {
        self.pending.value.read().iter().flatten().map(|code| code.phone.clone()).next().unwrap_or_default()
    }

    /// A code was asked for, checked or given up.
    fn is_at(self, pending: Option<PendingCode>) {
        if let Some(phone) = pending.as_ref().map(|code| code.phone.clone()) {
            self.phone.try_set(phone);
        }
        self.pending.tell(pending);
    }
}

/// Making an account.
#[component]
pub(crate) fn Register() -> impl IntoView {
    view! { <Steps purpose=CodePurpose::Register/> }
}

/// Another password for an account that is there.
#[component]
pub(crate) fn Forgot() -> impl IntoView {
    view! { <Steps purpose=CodePurpose::ResetPassword/> }
}

#[component]
fn Steps(purpose: CodePurpose) -> impl IntoView {
    let store = store();
    let texts = &words().enter;
    let onward = use_onward();
    let pending = Loaded::new();
    pending.load(GetPendingCode {});
    let flow = Flow { purpose, onward, pending, phone: store.typed_phone, own: number(store), done: RwSignal::new(None) };
    Effect::new(move || {
        // A number that was never proved is offered to be corrected.
        let own = if purpose == CodePurpose::ResetPassword { flow.own.get() } else { String::new() };
        if let Some(number) = [flow.number(), own].into_iter().find(|number| !number.is_empty()) {
            flow.phone.set(number);
        }
    });
    let at = Memo::new(move |_| pending.value.read().as_ref().map(|code| step(code.as_ref(), local_time::now())));
    // Whoever is signed in needs no other account; a password they can well have forgotten.
    let signed_in = Memo::new(move |_| matches!(store.session.value.get(), Some(SessionView::SignedIn { .. })));
    let title = match purpose {
        CodePurpose::Register => texts.register_title,
        CodePurpose::ResetPassword => texts.forgot_title,
    };
    let body = move || {
        if let Some(done) = flow.done.get() {
            return view! { <Done flow what=done/> }.into_any();
        }
        if signed_in.get() && purpose == CodePurpose::Register {
            return view! {
                <Notice tone=Tone::Good><p>{words().sign_in.already}</p></Notice>
                <button type="button" class="button" on:click=move |_| onward.go()>{words().sign_in.already_go}</button>
            }
            .into_any();
        }
        match (at.get(), pending.error.get()) {
            (Some(Step::Phone), _) => view! { <StepOf step=Step::Phone/> <PhoneStep flow/> }.into_any(),
            (Some(Step::Code), _) => view! { <StepOf step=Step::Code/> <CodeStep flow/> }.into_any(),
            (Some(Step::Password), _) => view! { <StepOf step=Step::Password/> <PasswordStep flow/> }.into_any(),
            (None, Some(error)) => view! {
                <Failure sentence=(words().app_error)(&error) on_retry=move |()| pending.load(GetPendingCode {})/>
            }
            .into_any(),
            (None, None) => view! { <p class="loading">{words().common.loading}</p> }.into_any(),
        }
    };
    view! { <Screen title back="/sign-in">{body}</Screen> }
}

/// How far along it is.
#[component]
fn StepOf(step: Step) -> impl IntoView {
    view! {
        <div class="steps">
            <p class="fine">{(words().step)(step.number(), STEPS)}</p>
            <progress class="progress" max=STEPS value=step.number() aria-hidden="true"></progress>
        </div>
    }
}
