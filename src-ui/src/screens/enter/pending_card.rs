//! On the home screen: a code was asked for and is not used yet, so whoever comes back from the message finds where to enter it.

use leptos::prelude::*;
use pakn_api::ipc::{CodePurpose, GetPendingCode, SessionView};

use super::flow::{Step, step};
use crate::{
    components::icon::{Glyph, Icon},
    loaded::Loaded,
    local_time,
    screens::onward::towards,
    state::store,
    text::words,
};

/// The way on to the code's screen; nothing where no code waits.
#[component]
pub(crate) fn PendingCard() -> impl IntoView {
    let store = store();
    let texts = &words().enter;
    let pending = Loaded::new();
    pending.load(GetPendingCode {});
    move || {
        let code = pending.value.get().flatten().filter(|code| step(Some(code), local_time::now()) != Step::Phone)?;
        if matches!(store.session.value.get(), Some(SessionView::SignedIn { .. })) {
            return None;
        }
        let (title, screen) = match code.purpose {
            CodePurpose::Register => (texts.register_title, "/register"),
            CodePurpose::ResetPassword => (texts.forgot_title, "/forgot"),
        };
        // A code is asked for on the way from a draft, and the one touched last is the likeliest.
        let draft = store.drafts.value.with(|drafts| drafts.iter().flatten().next().map(|draft| draft.report_id));
        let href = draft.map_or_else(|| screen.to_owned(), |id| towards(screen, &format!("/draft/{id}")));
        Some(view! {
            <section class="sheet" data-test="pending-code">
                <h2>{texts.pending_heading}</h2>
                <p><strong>{title}</strong>": "{(words().code_sent)(&code.phone)}</p>
                <a class="button quiet" href=href data-test="pending-go-on"><Icon glyph=Glyph::Forward/><span>{texts.pending_go_on}</span></a>
            </section>
        })
    }
}
