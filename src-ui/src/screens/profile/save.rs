//! Saving: first what is wrong, then what is typed is kept, then it is taken as the profile.

use std::collections::BTreeSet;

use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    ipc::{AppError, ProfileState, ProfileView, SaveProfile},
    model::profile::ProfileForm,
};

use super::{
    editor::{Desk, Refused},
    summary::lead_to_first,
};
use crate::{
    autosave::Autosave,
    components::notice::{Notice, Tone},
    ipc,
    screens::onward::Onward,
    state::store,
    text::words,
};

#[component]
pub(super) fn Save(desk: Desk, onward: Onward, leads_on: Memo<bool>) -> impl IntoView {
    let store = store();
    let texts = &words().profile;
    let busy = RwSignal::new(false);
    let outcome = RwSignal::new(None::<Result<&'static str, AppError>>);
    let save = move |_| {
        if busy.get_untracked() {
            return;
        }
        outcome.set(None);
        if !desk.problems.read_untracked().is_empty() {
            desk.tried.set(true);
            return lead_to_first(desk);
        }
        busy.set(true);
        let autosave = desk.autosave.get_value();
        spawn_local(async move {
            let answer = hand_over(&autosave).await;
            busy.try_set(false);
            match answer {
                Ok(view) => {
                    let said = if view.state == ProfileState::Waiting { texts.saved_waiting } else { texts.saved };
                    desk.dirty.try_set(false);
                    desk.tried.try_set(false);
                    desk.left.try_update(BTreeSet::clear);
                    store.profile.tell(view);
                    store.announce(said);
                    outcome.try_set(Some(Ok(said)));
                    if leads_on.try_get_untracked().unwrap_or(false) {
                        onward.go();
                    }
                }
                Err(AppError::Profile { problems }) if !problems.is_empty() => {
                    let form = autosave.form().get_untracked();
                    // The screen may be gone by now; then there is nothing to lead to.
                    if desk.refused.try_set(Refused { form, problems }).is_none() {
                        lead_to_first(desk);
                    }
                }
                Err(error) => {
                    outcome.try_set(Some(Err(error)));
                }
            }
        });
    };
    let told = move || {
        // What was typed since is not saved.
        let outcome = outcome.get().filter(|outcome| outcome.is_err() || !desk.dirty.get());
        outcome.map(|outcome| match outcome {
            Ok(said) => view! { <Notice tone=Tone::Good><p data-test="profile-saved">{said}</p></Notice> }.into_any(),
            Err(error) => {
                view! { <Notice tone=Tone::Bad><p data-test="profile-error">{(words().app_error)(&error)}</p></Notice> }
                    .into_any()
            }
        })
    };
    view! {
        <div class="submit">
            {told}
            <button type="button" class="button big" data-test="profile-save" disabled=busy on:click=save>
                {move || if busy.get() { texts.saving } else { texts.save }}
            </button>
        </div>
    }
}

async fn hand_over(autosave: &Autosave<ProfileForm>) -> Result<ProfileView, AppError> {
    // What is kept later than the profile would count as typed anew.
    autosave.flush().await?;
    ipc::invoke(SaveProfile { form: autosave.form().get_untracked() }).await
}
