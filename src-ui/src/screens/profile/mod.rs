//! The profile of who sends reports. It is loaded here; `editor` lays out its questions, `save` saves it, `card` fills it
//! from an identity card, `address` chooses where somebody lives, `problems` says what is wrong, `summary` tells it.
//!
//! What is typed is kept on the device as it is typed, and becomes the profile when it is saved; the shell brings that to
//! the server by itself.

mod address;
mod card;
mod editor;
mod problems;
mod questions;
mod save;
mod scanning;
mod summary;

use leptos::prelude::*;
use leptos_router::{components::A, hooks::use_query_map};
use pakn_api::{
    ipc::{AppError, GetProfile, KeepProfileForm, ProfileView, SessionView},
    model::profile::ProfileForm,
};

use self::editor::Editor;
use super::onward::{detour, use_onward};
use crate::{
    autosave::Autosave,
    components::{
        notice::{Failure, Notice, Tone},
        screen::Screen,
    },
    ipc,
    state::{Store, store},
    text::words,
};

/// Where it is led back to after registering or signing in.
const HERE: &str = "/profile";

/// The screen.
#[component]
pub(crate) fn ProfileScreen() -> impl IntoView {
    let store = store();
    let texts = &words().profile;
    let query = use_query_map();
    // Without a place to go on to, it stays and says that it was saved.
    let leads_on = Memo::new(move |_| query.read().get("next").is_some());
    let onward = use_onward();
    Effect::new(move || {
        store.account_changed.track();
        store.session.value.track();
        store.profile.load(GetProfile {});
    });
    // A memo, so that a question that fails while the form is open doesn't take it from under the citizen's hands.
    let stage = Memo::new(move |_| {
        if store.session.value.with(|session| matches!(session, Some(SessionView::SignedOut))) {
            Stage::Nobody
        } else if store.profile.value.with(Option::is_some) {
            Stage::There
        } else {
            store.profile.error.get().map_or(Stage::Loading, Stage::Failed)
        }
    });
    move || match stage.get() {
        Stage::Nobody => view! { <Screen title=texts.title back="/account"><Nobody/></Screen> }.into_any(),
        Stage::There => store
            .profile
            .value
            .get_untracked()
            .map(|view| {
                let autosave = desk_of(store, &view);
                view! { <Editor view autosave onward leads_on/> }
            })
            .into_any(),
        Stage::Failed(error) => view! {
            <Screen title=texts.title back="/account">
                <Failure sentence=(words().app_error)(&error) on_retry=move |()| store.profile.load(GetProfile {})/>
            </Screen>
        }
        .into_any(),
        Stage::Loading => view! { <p class="loading">{words().common.loading}</p> }.into_any(),
    }
}

/// What is shown.
#[derive(Clone, PartialEq)]
enum Stage {
    Nobody,
    Loading,
    Failed(AppError),
    There,
}

/// The form that is being filled in, also after its screen was left in the middle of a word.
fn desk_of(store: Store, view: &ProfileView) -> Autosave<ProfileForm> {
    store.profile_desk(|| Autosave::new(view.form.clone(), |form| ipc::invoke(KeepProfileForm { form })))
}

/// A profile needs somebody whose it is.
#[component]
fn Nobody() -> impl IntoView {
    let texts = &words().profile;
    view! {
        <Notice tone=Tone::Info><p data-test="profile-signed-out">{texts.signed_out}</p></Notice>
        <A href=detour("/register", HERE) attr:class="button" attr:data-test="profile-register">{texts.register}</A>
        <A href=detour("/sign-in", HERE) attr:class="button quiet" attr:data-test="profile-sign-in">{words().common.sign_in}</A>
    }
}
