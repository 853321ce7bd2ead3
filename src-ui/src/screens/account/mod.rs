//! The account: who is signed in, and the doors to the profile, the password, the devices, what was agreed to, and all
//! data.

pub(crate) mod consents;
pub(crate) mod data;
pub(crate) mod delete;
pub(crate) mod password;
pub(crate) mod sessions;

use leptos::prelude::*;
use leptos_router::components::A;
use pakn_api::ipc::SessionView;

use crate::{
    components::{
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
        screen::Screen,
    },
    screens::onward::detour,
    state::{Store, store},
    text::words,
};

/// Where it is led back to after signing in.
const HERE: &str = "/account";

/// Whether somebody is signed in, as far as these screens care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Not known yet.
    Unknown,
    Nobody,
    /// Somebody, whose session has ended.
    Expired,
    Somebody,
}

impl Presence {
    /// Whether an account is here, with a session or without: it can be deleted either way.
    pub(crate) fn has_account(self) -> bool {
        match self {
            Self::Expired | Self::Somebody => true,
            Self::Unknown | Self::Nobody => false,
        }
    }
}

/// Who is there now.
pub(crate) fn presence(store: Store) -> Memo<Presence> {
    Memo::new(move |_| {
        store.session.value.with(|session| match session {
            None => Presence::Unknown,
            Some(SessionView::SignedOut) => Presence::Nobody,
            Some(SessionView::Expired { .. }) => Presence::Expired,
            Some(SessionView::SignedIn { .. }) => Presence::Somebody,
        })
    })
}

/// The number of whoever is signed in; empty where nobody is.
pub(crate) fn number(store: Store) -> Memo<String> {
    Memo::new(move |_| {
        store.session.value.with(|session| match session {
            Some(SessionView::SignedIn { phone, .. }) => phone.clone(),
            None | Some(SessionView::SignedOut | SessionView::Expired { .. }) => String::new(),
        })
    })
}

/// The screen.
#[component]
pub(crate) fn AccountScreen() -> impl IntoView {
    let store = store();
    let texts = &words().account;
    let who = presence(store);
    let doors = move || {
        let own = matches!(who.get(), Presence::Somebody).then(|| {
            view! {
                <Door to="/profile" hook="account-profile" glyph=Glyph::Person name=texts.profile text=texts.profile_text/>
                <Door to="/account/password" hook="account-password" glyph=Glyph::Shield name=texts.password
                    text=texts.password_text/>
                <Door to="/account/sessions" hook="account-sessions" glyph=Glyph::Phone name=texts.sessions
                    text=texts.sessions_text/>
            }
        });
        let data = who.get().has_account().then(|| {
            view! { <Door to="/account/data" hook="account-data" glyph=Glyph::List name=texts.data text=texts.data_text/> }
        });
        view! {
            <ul class="doors">
                {own}
                <Door to="/account/consents" hook="account-consents" glyph=Glyph::Mask name=texts.consents text=texts.consents_text/>
                {data}
            </ul>
        }
    };
    view! {
        <Screen title=texts.title back="/settings">
            <Who/>
            <NeedsAccount here=HERE/>
            {doors}
            <section>
                <h2>{texts.legal_heading}</h2>
                <ul class="doors">
                    <Door to="/legal/privacy" hook="account-privacy" glyph=Glyph::Info name=texts.privacy text=""/>
                    <Door to="/legal/terms" hook="account-terms" glyph=Glyph::Info name=texts.terms text=""/>
                </ul>
            </section>
        </Screen>
    }
}

/// Name and number.
#[component]
fn Who() -> impl IntoView {
    let store = store();
    let texts = &words().account;
    move || match store.session.value.get() {
        Some(SessionView::SignedIn { name, phone } | SessionView::Expired { name, phone }) => Some(view! {
            <section class="sheet">
                <dl class="rows">
                    <div class="row">
                        <dt>{texts.name}</dt>
                        <dd data-test="account-name">{if name.is_empty() { texts.no_name.to_owned() } else { name }}</dd>
                    </div>
                    <div class="row"><dt>{texts.phone}</dt><dd data-test="account-phone">{phone}</dd></div>
                </dl>
            </section>
        }),
        None | Some(SessionView::SignedOut) => None,
    }
}

/// Says that somebody has to sign in, and leads there; silent when somebody is.
#[component]
pub(crate) fn NeedsAccount(
    /// Where it is led back to.
    here: &'static str,
) -> impl IntoView {
    let texts = &words().account;
    let who = presence(store());
    let sign_in = move || {
        let to = detour("/sign-in", here);
        view! { <A href=to attr:class="button" attr:data-test="account-sign-in">{texts.sign_in}</A> }
    };
    move || match who.get() {
        Presence::Unknown | Presence::Somebody => None,
        Presence::Expired => Some(
            view! {
                <Notice tone=Tone::Warn><p>{texts.expired}</p></Notice>
                {sign_in()}
            }
            .into_any(),
        ),
        Presence::Nobody => Some(
            view! {
                <Notice tone=Tone::Info><p>{texts.signed_out}</p></Notice>
                {sign_in()}
                <A href=detour("/register", here) attr:class="button quiet" attr:data-test="account-register">{texts.register}</A>
            }
            .into_any(),
        ),
    }
}

/// A door to another screen, as an item of a list.
#[component]
pub(crate) fn Door(to: &'static str, hook: &'static str, glyph: Glyph, name: &'static str, text: &'static str) -> impl IntoView {
    view! {
        <li>
            <A href=to attr:class="door" attr:data-test=hook>
                <Icon glyph/>
                <span class="door-name">
                    <span>{name}</span>
                    {(!text.is_empty()).then(|| view! { <small>{text}</small> })}
                </span>
                <Icon glyph=Glyph::Forward/>
            </A>
        </li>
    }
}
