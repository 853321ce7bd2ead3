//! What was agreed to, purpose by purpose; as easy to take back as to give.
//!
//! Location and notifications are asked of whoever holds the device, also when nobody is signed in. Terms can't be
//! taken back without the account.

use leptos::prelude::*;
use leptos_router::components::A;
use pakn_api::{
    ipc::{AskNotifications, ConsentView, GetConsents, GetNotifications, NotificationState, SetConsent},
    model::consent::{Consent, ConsentPurpose},
};

use super::{Presence, presence};
use crate::{
    components::{
        confirm::Confirm,
        focus::focus_soon,
        icon::{Glyph, Icon},
        notice::{Failure, Notice, Tone},
        screen::Screen,
    },
    loaded::Loaded,
    screens::{
        attempt::{Attempt, AttemptError},
        cards::when,
        consent::ConsentDialog,
        legal::LegalLink,
    },
    state::store,
    text::{Document, words},
};

/// How it stands with a purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Never,
    Given,
    /// Given to a text that has been written anew since.
    GivenToOlder,
    Withdrawn,
}

fn standing(purpose: ConsentPurpose, said: Option<Consent>) -> Standing {
    match said {
        None => Standing::Never,
        Some(said) if !said.given => Standing::Withdrawn,
        Some(said) if said.text_version < purpose.text_version() => Standing::GivenToOlder,
        Some(_) => Standing::Given,
    }
}

/// Whether a purpose goes with an account.
const fn needs_account(purpose: ConsentPurpose) -> bool {
    match purpose {
        ConsentPurpose::Terms | ConsentPurpose::Reports => true,
        ConsentPurpose::Location | ConsentPurpose::Notifications => false,
    }
}

/// Why nothing is shown although it was agreed to.
fn blocked(notifications: NotificationState) -> Option<&'static str> {
    let texts = &words().consents;
    match notifications {
        NotificationState::Refused => Some(texts.notifications_refused),
        NotificationState::Unsupported => Some(texts.notifications_unsupported),
        NotificationState::Allowed | NotificationState::NotAsked => None,
    }
}

/// The screen.
#[component]
pub(crate) fn ConsentsScreen() -> impl IntoView {
    let store = store();
    let texts = &words().consents;
    let consents = Loaded::new();
    Effect::new(move || {
        store.account_changed.track();
        store.session.value.track();
        consents.load(GetConsents {});
    });
    let failure = move || {
        let error = consents.error.get()?;
        Some(view! { <Failure sentence=(words().app_error)(&error) on_retry=move |()| consents.load(GetConsents {})/> })
    };
    // By purpose alone, so that an answer draws nothing anew but what it changes.
    let purposes = move || consents.value.read().iter().flatten().map(|consent| consent.purpose).collect::<Vec<_>>();
    view! {
        <Screen title=texts.title back="/account">
            <p class="lead">{texts.lead}</p>
            {failure}
            <For each=purposes key=|purpose| *purpose children=move |purpose| view! { <Purpose purpose consents/> }/>
            <LegalLink document=Document::Privacy/>
        </Screen>
    }
}

#[component]
fn Purpose(purpose: ConsentPurpose, consents: Loaded<Vec<ConsentView>>) -> impl IntoView {
    let store = store();
    let texts = &words().consents;
    let said = (words().purpose)(purpose);
    let answer = Memo::new(move |_| {
        let consents = consents.value.read();
        consents.iter().flatten().find(|consent| consent.purpose == purpose).and_then(|consent| consent.said)
    });
    let standing = Memo::new(move |_| standing(purpose, answer.get()));
    let who = presence(store);
    let attempt = Attempt::new();
    let (agreeing, asking) = (RwSignal::new(false), RwSignal::new(false));
    let system = Loaded::new();
    if purpose == ConsentPurpose::Notifications {
        system.load(GetNotifications {});
    }
    let heading = format!("consent-heading-{}", purpose.as_str());
    // The button that was pressed goes with what it did.
    let settled = StoredValue::new(heading.clone());
    let settle = move || settled.try_get_value().into_iter().for_each(focus_soon);
    let agree = move |_| {
        if purpose == ConsentPurpose::Notifications {
            // The system asks in its own words; what was said is a consent as well.
            return attempt.run(AskNotifications { wanted: true }, move |state| {
                system.tell(state);
                consents.load(GetConsents {});
                store.announce(blocked(state).unwrap_or(texts.agreed_now));
                settle();
            });
        }
        agreeing.set(true);
    };
    let agreed = move |()| {
        consents.load(GetConsents {});
        store.announce(texts.agreed_now);
        settle();
    };
    let withdraw = move |()| {
        attempt.run(SetConsent { purpose, given: false }, move |all| {
            consents.tell(all);
            store.announce(texts.withdrawn_now);
            settle();
        })
    };
    let pill = move || match standing.get() {
        Standing::Never => ("tone-quiet", Glyph::Info, texts.never),
        Standing::Given => ("tone-good", Glyph::Check, texts.given),
        Standing::GivenToOlder => ("tone-warn", Glyph::Alert, texts.given),
        Standing::Withdrawn => ("tone-quiet", Glyph::Cross, texts.withdrawn),
    };
    let hook = |what: &str| format!("consent-{what}-{}", purpose.as_str());
    let (agree_hook, withdraw_hook, state_hook) = (hook("agree"), hook("withdraw"), hook("state"));
    let agree_button = move || {
        view! {
            <button type="button" class="button" data-test=agree_hook.clone() aria-label=format!("{}: {}", texts.agree, said.title)
                disabled=attempt.busy on:click=agree>{texts.agree}</button>
        }
    };
    let withdraw_button = move || {
        view! {
            <button type="button" class="button quiet" data-test=withdraw_hook.clone()
                aria-label=format!("{}: {}", texts.withdraw, said.title) disabled=attempt.busy
                on:click=move |_| asking.set(true)>{texts.withdraw}</button>
        }
    };
    let actions = move || {
        if needs_account(purpose) && who.get() == Presence::Nobody {
            return view! { <p class="fine">{texts.needs_account}</p> }.into_any();
        }
        match (standing.get(), purpose) {
            (Standing::Given | Standing::GivenToOlder, ConsentPurpose::Terms) => {
                let again = (standing.get() == Standing::GivenToOlder).then(&agree_button);
                view! {
                    {again}
                    <p class="fine">{texts.delete_instead}</p>
                    <A href="/account/data" attr:class="link">{words().account.data}</A>
                }
                .into_any()
            }
            (Standing::Never | Standing::Withdrawn, _) => agree_button().into_any(),
            (Standing::Given, _) => withdraw_button().into_any(),
            (Standing::GivenToOlder, _) => view! { {agree_button()} {withdraw_button()} }.into_any(),
        }
    };
    let is_given = move || matches!(standing.get(), Standing::Given | Standing::GivenToOlder);
    let trouble = move || system.value.get().filter(|_| is_given()).and_then(blocked);
    let since = move || {
        let said = answer.get()?;
        Some(view! { <p class="fine">{(words().consent_said)(said.given, &when(said.at), said.text_version)}</p> })
    };
    let older = move || (standing.get() == Standing::GivenToOlder).then(|| view! { <p class="fine">{texts.older_text}</p> });
    view! {
        <section class="sheet" data-test="consent">
            <div class="sheet-head">
                <h2 id=heading tabindex="-1">{said.title}</h2>
                <p class=move || format!("pill {}", pill().0) data-test=state_hook>
                    {move || view! { <Icon glyph=pill().1/> }}
                    <span>{move || pill().2}</span>
                </p>
            </div>
            <p>{said.text}</p>
            {since}
            {older}
            <AttemptError attempt hook="consent-error"/>
            {move || trouble().map(|sentence| view! { <Notice tone=Tone::Warn><p data-test="notifications-trouble">{sentence}</p></Notice> })}
            {actions}
        </section>
        <Confirm open=asking title=said.withdraw_title text=said.withdraw_text yes=texts.withdraw_yes on_yes=withdraw/>
        <ConsentDialog open=agreeing purpose on_agreed=agreed/>
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::Timestamp;

    use super::*;

    #[test]
    fn what_was_said_last_counts_and_an_older_text_is_told() {
        let purpose = ConsentPurpose::Reports;
        let said = |given, text_version| Some(Consent { purpose, given, text_version, at: Timestamp(1) });
        let now = purpose.text_version();
        for (said, expected) in [
            (None, Standing::Never),
            (said(true, now), Standing::Given),
            (said(true, now - 1), Standing::GivenToOlder),
            (said(false, now), Standing::Withdrawn),
            (said(false, now - 1), Standing::Withdrawn),
        ] {
            assert_eq!(standing(purpose, said), expected);
        }
    }

    #[test]
    fn what_is_asked_of_the_device_needs_no_account() {
        let free: Vec<_> = ConsentPurpose::ALL.into_iter().filter(|purpose| !needs_account(*purpose)).collect();
        assert_eq!(free, [ConsentPurpose::Location, ConsentPurpose::Notifications]);
    }
}
