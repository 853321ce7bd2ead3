//! Where the account is signed in; other devices can be signed out from here.

use leptos::prelude::*;
use pakn_api::{
    id::SessionId,
    ipc::{EndOtherSessions, EndSession, ListSessions},
    wire::SessionInfo,
};

use super::{NeedsAccount, Presence, presence};
use crate::{
    components::{
        confirm::Confirm,
        focus::focus_heading,
        icon::{Glyph, Icon},
        notice::Failure,
        screen::Screen,
    },
    loaded::Loaded,
    screens::{
        attempt::{Attempt, AttemptError},
        cards::when,
    },
    state::store,
    text::words,
};

/// This device's session first, then as they come: the last seen first.
fn in_order(mut sessions: Vec<SessionInfo>) -> Vec<SessionInfo> {
    sessions.sort_by_key(|session| !session.current);
    sessions
}

/// The screen.
#[component]
pub(crate) fn SessionsScreen() -> impl IntoView {
    let texts = &words().sessions;
    let who = presence(store());
    view! {
        <Screen title=texts.title back="/account">
            <NeedsAccount here="/account/sessions"/>
            <Show when=move || who.get() == Presence::Somebody><Sessions/></Show>
        </Screen>
    }
}

#[component]
fn Sessions() -> impl IntoView {
    let store = store();
    let texts = &words().sessions;
    let sessions = Loaded::new();
    sessions.load(ListSessions {});
    let attempt = Attempt::new();
    let ending = RwSignal::new(None::<(SessionId, String)>);
    let (asking, asking_all) = (RwSignal::new(false), RwSignal::new(false));
    let end = move |()| {
        if let Some((session_id, _)) = ending.get_untracked() {
            attempt.run(EndSession { session_id }, move |left| {
                sessions.tell(left);
                store.announce(texts.ended);
                // The button went with its session.
                request_animation_frame(focus_heading);
            });
        }
    };
    let end_others = move |()| {
        attempt.run(EndOtherSessions {}, move |left| {
            sessions.tell(left);
            store.announce(texts.others_ended);
            request_animation_frame(focus_heading);
        });
    };
    let ask = Callback::new(move |session| {
        ending.set(Some(session));
        asking.set(true);
    });
    let title = move || (words().end_session)(&ending.read().as_ref().map(|(_, name)| name.clone()).unwrap_or_default());
    let list = move || sessions.value.get().map(in_order).unwrap_or_default();
    let others = Memo::new(move |_| sessions.value.read().as_ref().map(|all| all.iter().filter(|s| !s.current).count()));
    let failure = move || {
        let error = sessions.error.get()?;
        Some(view! { <Failure sentence=(words().app_error)(&error) on_retry=move |()| sessions.load(ListSessions {})/> })
    };
    let loading = move || sessions.value.read().is_none() && sessions.error.read().is_none();
    view! {
        <p class="lead">{texts.lead}</p>
        {failure}
        <AttemptError attempt hook="sessions-error"/>
        {move || loading().then(|| view! { <p class="loading">{words().common.loading}</p> })}
        <ul class="cards">
            <For each=list key=|session| (session.session_id, session.last_seen_at.0) children=move |session| {
                view! { <Session session busy=attempt.busy on_end=ask/> }
            }/>
        </ul>
        {move || (others.get() == Some(0)).then(|| view! { <p class="fine" data-test="sessions-only-this">{texts.only_this}</p> })}
        <Show when=move || others.get().is_some_and(|others| others > 0)>
            <button type="button" class="button text-danger" data-test="sessions-end-others" disabled=attempt.busy
                on:click=move |_| asking_all.set(true)>{texts.end_others}</button>
        </Show>
        <Confirm open=asking title=title text=texts.end_text yes=texts.end_yes on_yes=end/>
        <Confirm open=asking_all title=texts.end_others_title text=texts.end_others_text yes=texts.end_others_yes on_yes=end_others/>
    }
}

#[component]
fn Session(session: SessionInfo, busy: RwSignal<bool>, on_end: Callback<(SessionId, String)>) -> impl IntoView {
    let texts = &words().sessions;
    let SessionInfo { session_id, device, created_at, last_seen_at, current } = session;
    let name = device.map_or_else(|| texts.unnamed.to_owned(), |device| device.as_str().to_owned());
    let called = format!("{}: {name}", texts.end);
    let (heading, end) = (name.clone(), move |_| on_end.run((session_id, name.clone())));
    view! {
        <li class="sheet session" data-test="session">
            <div class="sheet-head">
                <h2>{heading}</h2>
                {current.then(|| view! {
                    <p class="pill tone-good" data-test="session-current"><Icon glyph=Glyph::Check/><span>{texts.this_one}</span></p>
                })}
            </div>
            <dl class="rows">
                <div class="row"><dt>{texts.since}</dt><dd>{when(created_at)}</dd></div>
                // Known to the hour, so it may seem to be before the sign-in.
                {(last_seen_at > created_at)
                    .then(|| view! { <div class="row"><dt>{texts.seen}</dt><dd>{when(last_seen_at)}</dd></div> })}
            </dl>
            {(!current).then(|| view! {
                <button type="button" class="button quiet" data-test="session-end" aria-label=called disabled=busy
                    on:click=end>{texts.end}</button>
            })}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::Timestamp;

    use super::*;

    #[test]
    fn this_device_stands_first() {
        let session = |n: u8, current| SessionInfo {
            session_id: SessionId::new(u64::from(n), [n; 10]),
            device: None,
            created_at: Timestamp(0),
            last_seen_at: Timestamp(0),
            current,
        };
        let order: Vec<_> = in_order(vec![session(1, false), session(2, true), session(3, false)]);
        let expected = [session(2, true), session(1, false), session(3, false)];
        assert_eq!(order, expected);
    }
}
