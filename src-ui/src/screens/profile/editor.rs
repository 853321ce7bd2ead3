//! The profile's form: its questions from top to bottom, each change kept at once.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos_router::components::A;
use pakn_api::{
    ipc::{ProfileState, ProfileView, SessionView},
    model::{
        date::Date,
        profile::{ProfileForm, ProfileProblem},
    },
};

use super::{
    address::Address,
    card::Card,
    problems::{Question, problems},
    questions::{BornOn, GenderQuestion, Guardian, IssuedBy, IssuedOn, Line, Typing, WORDS},
    save::Save,
    summary::{Problems, told},
};
use crate::{
    autosave::{Autosave, SaveState, flush_when_hidden},
    components::{
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
        screen::Screen,
    },
    local_time::{self, LocalTime},
    screens::{
        legal::LegalLink,
        onward::{Onward, detour},
    },
    state::{Store, store},
    text::{Document, words},
};

/// What was found wrong by others, and with which form.
#[derive(Clone, Default, PartialEq)]
pub(super) struct Refused {
    pub(super) form: ProfileForm,
    pub(super) problems: Vec<ProfileProblem>,
}

/// What the questions share: the form as it stands, and how to change it.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    pub(super) form: RwSignal<ProfileForm>,
    pub(super) autosave: StoredValue<Autosave<ProfileForm>>,
    /// Everything that keeps it from being saved.
    pub(super) problems: Memo<Vec<ProfileProblem>>,
    /// Somebody tried to save it: from then on what is missing is told too.
    pub(super) tried: RwSignal<bool>,
    /// The questions that were answered and left.
    pub(super) left: RwSignal<BTreeSet<Question>>,
    pub(super) refused: RwSignal<Refused>,
    /// Fires when the form was filled by something else than its boxes.
    pub(super) refilled: Trigger,
    /// Something was changed that is not the profile yet.
    pub(super) dirty: RwSignal<bool>,
}

impl Desk {
    /// Changes the form and keeps it.
    pub(super) fn change(self, edit: impl FnOnce(&mut ProfileForm)) {
        let changed = self.autosave.with_value(|autosave| autosave.change(edit));
        if changed {
            self.dirty.set(true);
        }
    }

    /// The focus has left a question.
    pub(super) fn leave(self, question: Question) {
        // The focus also leaves what is just being taken out of the page.
        self.left.try_update(|left| left.insert(question));
        self.autosave.try_get_value().iter().for_each(Autosave::flush_now);
    }

    /// Has the boxes show the form as it is.
    pub(super) fn refill(self) {
        if !self.dirty.is_disposed() {
            self.dirty.set(true);
            self.refilled.notify();
        }
    }

    /// What is to be said about a question now.
    pub(super) fn problem(self, question: Question) -> Signal<Option<&'static str>> {
        Signal::derive(move || told(self).into_iter().find(|(of, _)| *of == question).map(|(_, sentence)| sentence))
    }
}

const LAST_DAY: Date = match Date::new(2199, 12, 31) {
    Ok(day) => day,
    Err(_) => panic!("a day of the calendar"),
};

/// The day it is where the device is.
pub(super) fn today() -> Date {
    let now = LocalTime::of(local_time::now());
    let part = |n: u32| u8::try_from(n).unwrap_or(u8::MAX);
    let day = u16::try_from(now.year).ok().and_then(|year| Date::new(year, part(now.month), part(now.day)).ok());
    // A device whose clock stands outside of all reason: what lies in the future is left to the server.
    day.unwrap_or(LAST_DAY)
}

fn desk(store: Store, view: &ProfileView, autosave: &Autosave<ProfileForm>) -> Desk {
    let form = RwSignal::from(autosave.form());
    let problems = Memo::new(move |_| {
        let units = store.units.get();
        problems(&form.read(), today(), units.as_ref().and_then(|units| units.as_ref().ok()).map(AsRef::as_ref))
    });
    Desk {
        form,
        autosave: StoredValue::new(autosave.clone()),
        problems,
        tried: RwSignal::new(false),
        left: RwSignal::new(BTreeSet::new()),
        refused: RwSignal::new(refused_by_server(view)),
        refilled: Trigger::new(),
        dirty: RwSignal::new(view.edited || autosave.was_changed()),
    }
}

fn refused_by_server(view: &ProfileView) -> Refused {
    match &view.state {
        ProfileState::Refused { problems } => Refused { form: view.form.clone(), problems: problems.clone() },
        ProfileState::Missing | ProfileState::Waiting | ProfileState::Stored => Refused::default(),
    }
}

/// Takes over what the shell tells of the profile while the screen is open.
fn follow(store: Store, desk: Desk) {
    let mut last = store.profile.value.with_untracked(|view| view.as_ref().map(|view| view.state.clone()));
    Effect::new(move || {
        let Some(view) = store.profile.value.get() else { return };
        if !view.edited && !desk.dirty.get_untracked() && desk.autosave.with_value(|autosave| autosave.adopt(view.form.clone())) {
            desk.refilled.notify();
        }
        if last.as_ref() != Some(&view.state) {
            desk.refused.set(refused_by_server(&view));
            last = Some(view.state);
        }
    });
}

#[component]
pub(super) fn Editor(
    /// The profile as the shell has it.
    view: ProfileView,
    /// Its form, which may be ahead of the shell.
    autosave: Autosave<ProfileForm>,
    /// Where to go once it is saved.
    onward: Onward,
    /// Whether it leads anywhere once it is saved; otherwise it stays.
    leads_on: Memo<bool>,
) -> impl IntoView {
    let store = store();
    let texts = &words().profile;
    let desk = desk(store, &view, &autosave);
    follow(store, desk);
    flush_when_hidden(&autosave);
    let saving = RwSignal::from(autosave.state());
    on_cleanup(move || autosave.flush_now());
    let expired = move || matches!(store.session.value.get(), Some(SessionView::Expired { .. }));
    let number = Typing { hint: texts.number_hint, keyboard: "numeric", capitals: "none", ..WORDS };
    let email = Typing { hint: texts.email_hint, kind: "email", keyboard: "email", capitals: "none", autocomplete: "email" };
    let name = Typing { hint: texts.name_hint, autocomplete: "name", ..WORDS };
    view! {
        <Screen title=texts.title back="/account" trailing=move || view! { <Keeping state=saving dirty=desk.dirty/> }>
            <form class="form" novalidate on:submit=|event| event.prevent_default()>
                <Problems desk/>
                <p class="lead">{texts.lead}</p>
                <StateLine desk/>
                {move || expired().then(|| view! {
                    <Notice tone=Tone::Warn>
                        <p>{texts.expired}</p>
                        <A href=detour("/sign-in", "/profile") attr:class="button quiet">{words().common.sign_in}</A>
                    </Notice>
                })}
                <Card desk/>
                <section class="sheet">
                    <h2>{texts.identity_heading}</h2>
                    <Line desk question=Question::Name typing=name read=|form| &form.full_name write=|form| &mut form.full_name/>
                    <Line desk question=Question::Number typing=number read=|form| &form.identity_number
                        write=|form| &mut form.identity_number/>
                    <IssuedOn desk/>
                    <IssuedBy desk/>
                    <GenderQuestion desk/>
                    <BornOn desk/>
                </section>
                <Guardian desk/>
                <Address desk/>
                <section class="sheet">
                    <h2>{texts.contact_heading}</h2>
                    <Line desk question=Question::Email typing=email read=|form| &form.email write=|form| &mut form.email/>
                </section>
                <Save desk onward leads_on/>
                <LegalLink document=Document::Privacy/>
            </form>
        </Screen>
    }
}

/// Where the profile stands.
#[component]
fn StateLine(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().profile;
    let state = Memo::new(move |_| store.profile.value.with(|view| view.as_ref().map(|view| view.state.clone())));
    let pill = move || {
        let (tone, glyph, sentence) = match state.get()? {
            ProfileState::Missing => ("tone-quiet", Glyph::Pencil, texts.state_missing),
            ProfileState::Waiting => ("tone-info", Glyph::Clock, texts.state_waiting),
            ProfileState::Stored => ("tone-good", Glyph::Check, texts.state_stored),
            ProfileState::Refused { .. } => ("tone-warn", Glyph::Alert, texts.state_refused),
        };
        Some(view! {
            <p class=format!("pill {tone}") data-test="profile-state"><Icon glyph/><span>{sentence}</span></p>
        })
    };
    view! {
        <div class="profile-state">
            {pill}
            <Show when=move || desk.dirty.get()><p class="fine" data-test="profile-unsaved">{texts.unsaved}</p></Show>
        </div>
    }
}

/// Whether what is typed is kept on the device, in a word; silent when nothing was typed.
#[component]
fn Keeping(state: RwSignal<SaveState>, dirty: RwSignal<bool>) -> impl IntoView {
    let texts = &words().profile;
    let shown = move || match state.get() {
        SaveState::Saved => ("save-light tone-good", Glyph::Check, texts.kept, "saved"),
        SaveState::Saving => ("save-light tone-quiet", Glyph::Clock, texts.keeping, "saving"),
        SaveState::Failed(_) => ("save-light tone-bad", Glyph::Alert, words().draft.save_failed, "failed"),
    };
    view! {
        <Show when=move || dirty.get()>
            <span class=move || shown().0 data-test="profile-kept" data-state=move || shown().3>
                {move || view! { <Icon glyph=shown().1/> }}
                <span>{move || shown().2}</span>
            </span>
        </Show>
    }
}
