//! The first start: what the app is, whether it may tell of news, and off it goes. Nothing is asked that
//! can't be passed over, and it takes one place in the history, so that the back key leaves the app from here
//! and never comes back to it.

use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use pakn_api::ipc::{AskNotifications, FinishWelcome, GetNotifications, NotificationState};

use super::{
    attempt::{Attempt, AttemptError},
    choose::NEW,
    legal::LegalLink,
};
use crate::{
    components::{
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
        scene::Highlands,
        screen::greet,
    },
    ipc,
    loaded::Loaded,
    state::store,
    text::{Document, words},
};

/// Where it is shown.
pub(crate) const WELCOME: &str = "/welcome";

/// What is shown, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    What,
    News,
    Ready,
}

/// The pages: news are asked about only where the system could tell them and has not been told not to.
fn pages(notifications: Option<NotificationState>) -> Vec<Page> {
    match notifications {
        Some(NotificationState::NotAsked | NotificationState::Allowed) => vec![Page::What, Page::News, Page::Ready],
        Some(NotificationState::Refused | NotificationState::Unsupported) | None => vec![Page::What, Page::Ready],
    }
}

/// The pages as they stand at the n-th: neither an answer given here nor one of the system that comes late takes a page
/// away under the citizen's thumb.
fn pages_at(at: usize, before: Option<&Vec<Page>>, notifications: Option<NotificationState>) -> Vec<Page> {
    before.filter(|before| at > 0 || before.contains(&Page::News)).cloned().unwrap_or_else(|| pages(notifications))
}

/// The screen.
#[component]
pub(crate) fn Welcome() -> impl IntoView {
    let store = store();
    let texts = &words().welcome;
    let heading = NodeRef::<html::H1>::new();
    greet(heading, texts.title);
    let notifications = Loaded::new();
    notifications.load(GetNotifications {});
    let at = RwSignal::new(0_usize);
    let all = Memo::new(move |before: Option<&Vec<Page>>| pages_at(at.get(), before, notifications.value.get()));
    let page = Memo::new(move |_| all.read().get(at.get()).copied().unwrap_or(Page::Ready));
    let turn = move |to: usize| {
        at.set(to);
        request_animation_frame(crate::components::focus::focus_heading);
    };
    let on = move || turn(at.get_untracked() + 1);

    let navigate = StoredValue::new_local(use_navigate());
    let go = move |path: &str, replace: bool| {
        navigate.try_with_value(|go| go(path, NavigateOptions { replace, ..NavigateOptions::default() }));
    };
    let finish = move || {
        store.welcomed.tell(true);
        leptos::task::spawn_local(async {
            // What can't be kept is asked again at the next start, which does no harm.
            let _ = ipc::invoke(FinishWelcome {}).await;
        });
        go("/", true);
    };
    let write = move |_| {
        finish();
        go(NEW, false);
    };
    let asking = Attempt::new();
    let answer = move |wanted: bool| {
        asking.run(AskNotifications { wanted }, move |state| {
            notifications.tell(state);
            on();
        });
    };
    let refused = move || notifications.value.get() == Some(NotificationState::Refused) && all.read().len() == 3;

    let title = move || match page.get() {
        Page::What => texts.what_heading,
        Page::News => texts.news_heading,
        Page::Ready => texts.ready_heading,
    };
    let point = |glyph: Glyph, text: &'static str| view! { <li><Icon glyph/><span>{text}</span></li> };
    let body = move || match page.get() {
        Page::What => view! {
            <p class="lead">{texts.what_text}</p>
            <ul class="points">
                {point(Glyph::CloudOff, texts.what_offline)}
                {point(Glyph::Person, texts.what_account)}
                {point(Glyph::Check, texts.what_kept)}
            </ul>
        }
        .into_any(),
        Page::News => view! {
            <p class="lead">{texts.news_text}</p>
            <p class="fine">{texts.news_either}</p>
            <AttemptError attempt=asking hook="welcome-error"/>
        }
        .into_any(),
        Page::Ready => view! {
            <p class="lead">{texts.ready_text}</p>
            {refused().then(|| view! { <Notice tone=Tone::Info><p>{texts.refused}</p></Notice> })}
            <div class="welcome-texts">
                <LegalLink document=Document::Terms/>
                <LegalLink document=Document::Privacy/>
            </div>
            <p class="fine">{words().home.disclaimer}</p>
        }
        .into_any(),
    };
    let actions = move || {
        match page.get() {
        Page::What => view! {
            <button type="button" class="button big" data-test="welcome-next" on:click=move |_| on()>{texts.next}</button>
        }
        .into_any(),
        Page::News => view! {
            <button type="button" class="button big" data-test="welcome-allow" disabled=asking.busy on:click=move |_| answer(true)>
                {move || if asking.busy.get() { texts.asking } else { texts.allow }}
            </button>
            <button type="button" class="button quiet wide" data-test="welcome-refuse" disabled=asking.busy on:click=move |_| answer(false)>
                {texts.refuse}
            </button>
        }
        .into_any(),
        Page::Ready => view! {
            <button type="button" class="button big" data-test="welcome-write" on:click=write>
                <Icon glyph=Glyph::Pencil/><span>{texts.write}</span>
            </button>
            <button type="button" class="button quiet wide" data-test="welcome-look" on:click=move |_| finish()>{texts.look}</button>
        }
        .into_any(),
    }
    };
    view! {
        <header class="hero greeting">
            <Highlands/>
            <p class="brand">{words().common.app_name}</p>
            <h1 tabindex="-1" node_ref=heading data-test="welcome">{title}</h1>
            <p class="hero-area">{move || (words().step)(at.get() + 1, all.read().len())}</p>
        </header>
        <main class="main welcome">
            <div class="welcome-body">{body}</div>
            <div class="welcome-actions">
                {actions}
                <div class="welcome-ways">
                    <Show when=move || { at.get() > 0 }>
                        <button type="button" class="link" data-test="welcome-back" on:click=move |_| turn(at.get_untracked().saturating_sub(1))>
                            {texts.back}
                        </button>
                    </Show>
                    <Show when=move || page.get() != Page::Ready>
                        <button type="button" class="link" data-test="welcome-skip" on:click=move |_| finish()>{texts.skip}</button>
                    </Show>
                </div>
            </div>
        </main>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_are_asked_about_only_where_an_answer_changes_something() {
        let table = [
            (Some(NotificationState::NotAsked), true),
            (Some(NotificationState::Allowed), true),
            (Some(NotificationState::Refused), false),
            (Some(NotificationState::Unsupported), false),
            (None, false),
        ];
        for (state, asked) in table {
            let pages = pages(state);
            assert_eq!(pages.contains(&Page::News), asked, "{state:?}");
            assert_eq!((pages.first(), pages.last()), (Some(&Page::What), Some(&Page::Ready)), "{state:?}");
        }
    }

    #[test]
    fn no_page_comes_or_goes_once_one_was_turned() {
        let (two, three) = (pages(None), pages(Some(NotificationState::NotAsked)));
        let not_asked = Some(NotificationState::NotAsked);
        let table = [
            ("nothing known yet", 0, None, None, &two),
            ("known while the first is read", 0, Some(&two), not_asked, &three),
            ("known when the first was turned", 1, Some(&two), not_asked, &two),
            ("refused on its own page", 1, Some(&three), Some(NotificationState::Refused), &three),
            ("back at the first after refusing", 0, Some(&three), Some(NotificationState::Refused), &three),
        ];
        for (what, at, before, notifications, expected) in table {
            assert_eq!(&pages_at(at, before, notifications), expected, "{what}");
        }
    }
}
