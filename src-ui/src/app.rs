//! The page: its store, its routes, and what stands around every screen.

use leptos::{ev, prelude::*};
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};
use pakn_api::ipc::SessionView;

use crate::{
    components::{
        banner::{Banner, BannerState},
        notice::Failure,
        screen::ScreensShown,
        tabs::Tabs,
    },
    history,
    screens::{
        account::{
            AccountScreen, consents::ConsentsScreen, data::DataScreen, delete::DeleteScreen, password::PasswordScreen,
            sessions::SessionsScreen,
        },
        choose::New,
        discarded::Undo,
        draft::{DraftScreen, ReviewScreen, SubjectScreen},
        enter::{Forgot, Register},
        followed::FollowedScreen,
        home::Home,
        legal::{PrivacyScreen, TermsScreen},
        lost::Lost,
        outbox::Outbox,
        profile::ProfileScreen,
        report::ReportScreen,
        reports::Reports,
        settings::Settings,
        sign_in::SignIn,
        welcome::{WELCOME, Welcome},
    },
    state::{Store, store},
    text::words,
};

/// Where the banner need not ask to sign in.
const SIGN_IN: [&str; 3] = ["/sign-in", "/register", "/forgot"];
/// Where it is told at length what waits.
const OUTBOX: &str = "/outbox";

/// The whole app.
#[component]
pub(crate) fn App() -> impl IntoView {
    let store = Store::new();
    provide_context(store);
    provide_context(ScreensShown(StoredValue::new(0)));
    store.start();

    view! {
        <Router>
            <Page/>
        </Router>
    }
}

/// What stands around every screen, and the routes within.
#[component]
fn Page() -> impl IntoView {
    let store = store();
    let path = use_location().pathname;
    history::keep_in_step();
    let came_online = window_event_listener(ev::online, move |_| {
        store.device_online.set(true);
        store.sync_now();
    });
    let went_offline = window_event_listener(ev::offline, move |_| store.device_online.set(false));
    let came_back = window_event_listener_untyped("visibilitychange", move |_| {
        if !document().hidden() {
            store.sync_now();
        }
    });
    on_cleanup(move || {
        came_online.remove();
        went_offline.remove();
        came_back.remove();
    });

    let banner = move || {
        let sync = store.sync.get();
        let signed_in = matches!(store.session.value.get(), None | Some(SessionView::SignedIn { .. }));
        match (words().banner)(sync.connection, store.device_online.get(), sync.waiting) {
            // The outbox says so itself, at more length.
            Some(_) if sync.waiting > 0 && path.get() == OUTBOX => BannerState::Silent,
            Some(sentence) => BannerState::Trouble { sentence, leads_on: sync.waiting > 0 },
            None if sync.waiting > 0 && !signed_in && !SIGN_IN.contains(&path.get().as_str()) => {
                BannerState::SignIn((words().banner_sign_in)(sync.waiting))
            }
            None => BannerState::Silent,
        }
    };

    let deaf = move || {
        let again = move |()| store.start();
        store
            .deaf
            .get()
            .then(|| view! { <div class="strip"><Failure sentence=words().common.not_listening on_retry=again/></div> })
    };

    view! {
            <div class="page">
                <Banner state=Signal::derive(banner)/>
                {deaf}
                <div class="screen">
                    <Routes fallback=Lost>
                        <Route path=path!("/") view=Home/>
                        <Route path=path!("/new") view=New/>
                        <Route path=path!("/draft/:id") view=DraftScreen/>
                        <Route path=path!("/draft/:id/subject") view=SubjectScreen/>
                        <Route path=path!("/draft/:id/review") view=ReviewScreen/>
                        <Route path=path!("/reports") view=Reports/>
                        <Route path=path!("/outbox") view=Outbox/>
                        <Route path=path!("/reports/:id") view=ReportScreen/>
                        <Route path=path!("/followed/:id") view=FollowedScreen/>
                        <Route path=path!("/sign-in") view=SignIn/>
                        <Route path=path!("/register") view=Register/>
                        <Route path=path!("/forgot") view=Forgot/>
                        <Route path=path!("/welcome") view=Welcome/>
                        <Route path=path!("/legal/terms") view=TermsScreen/>
                        <Route path=path!("/legal/privacy") view=PrivacyScreen/>
                        <Route path=path!("/profile") view=ProfileScreen/>
                        <Route path=path!("/account") view=AccountScreen/>
                        <Route path=path!("/account/password") view=PasswordScreen/>
                        <Route path=path!("/account/sessions") view=SessionsScreen/>
                        <Route path=path!("/account/consents") view=ConsentsScreen/>
                        <Route path=path!("/account/data") view=DataScreen/>
                        <Route path=path!("/account/delete") view=DeleteScreen/>
                        <Route path=path!("/settings") view=Settings/>
                    </Routes>
                </div>
                <Undo/>
                <Show when=move || path.get() != WELCOME>
                    <Tabs attention=Signal::derive(move || store.sync.read().parked)/>
                </Show>
                <p class="unseen" aria-live="polite">{store.announcer.text}</p>
            </div>
    }
}
