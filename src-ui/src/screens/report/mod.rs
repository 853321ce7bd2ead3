//! One report: where it is and what happens next, what was sent, and what was done about it.

mod sheet;

pub(crate) use sheet::place_line;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    components::A,
    hooks::{use_navigate, use_params_map},
};
use pakn_api::{
    id::ReportId,
    ipc::{AppError, DiscardDraft, GetReport, ParkedReason, Reopen, ReportDetail, RetryParked, Whereabouts},
};

use self::sheet::Sheet;
use super::lost::Gone;
use crate::{
    components::{
        confirm::Confirm,
        icon::Icon,
        notice::{Failure, Notice, Tone},
        screen::Screen,
        whereabouts::{Progress, glyph, name, tone},
    },
    ipc,
    loaded::Loaded,
    state::store,
    text::{Action, words},
};

/// The report named by the address.
#[component]
pub(crate) fn ReportScreen() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<ReportId>().ok()));
    let texts = &words().report;
    view! {
        <Screen title=texts.title back="/reports">
            {move || match id.get() {
                Some(report_id) => view! { <Detail report_id/> }.into_any(),
                None => view! { <Gone title=texts.gone_title text=texts.gone_text/> }.into_any(),
            }}
        </Screen>
    }
}

#[component]
fn Detail(report_id: ReportId) -> impl IntoView {
    let store = store();
    let texts = &words().report;
    let loaded = Loaded::<ReportDetail>::new();
    Effect::new(move || {
        store.reports_changed.track();
        loaded.load(GetReport { report_id });
    });
    let at = Memo::new(move |_| {
        let at = loaded.value.read().as_ref().map(|report| report.whereabouts.clone());
        at.map_or(Whereabouts::Waiting { needs_sign_in: false }, |at| store.freshest(report_id, at))
    });
    // What was sent and done, apart from where it is: progress must not rebuild what is being looked at.
    let content = Memo::new(move |_| {
        let whereabouts = Whereabouts::Waiting { needs_sign_in: false };
        loaded.value.get().map(|report| ReportDetail { whereabouts, ..report })
    });
    let shown = Memo::new(move |_| match (content.read().is_some(), loaded.error.get()) {
        (_, Some(AppError::NotFound)) => Shown::Gone,
        (true, _) => Shown::Report,
        (false, Some(error)) => Shown::Failure(error),
        (false, None) => Shown::Nothing,
    });
    move || match shown.get() {
        Shown::Gone => view! { <Gone title=texts.gone_title text=texts.gone_text/> }.into_any(),
        Shown::Report => view! {
            <Hero report_id at/>
            {move || content.get().map(|report| view! { <Sheet report/> })}
        }
        .into_any(),
        Shown::Failure(error) => {
            let again = move |()| loaded.load(GetReport { report_id });
            view! { <Failure sentence=(words().app_error)(&error) on_retry=again/> }.into_any()
        }
        Shown::Nothing => view! { <p class="loading">{words().common.loading}</p> }.into_any(),
    }
}

#[derive(Clone, PartialEq)]
enum Shown {
    Nothing,
    Report,
    Gone,
    Failure(AppError),
}

/// Where the report is, what happens next, and what the citizen can do about it.
#[component]
fn Hero(report_id: ReportId, at: Memo<Whereabouts>) -> impl IntoView {
    let store = store();
    let texts = &words().report;
    let navigate = StoredValue::new_local(use_navigate());
    let problem = RwSignal::new(None::<AppError>);
    let busy = RwSignal::new(false);
    // Told once per state, not with every percent.
    Effect::new(move |before: Option<&'static str>| {
        let now = at.with(name);
        if before.is_some_and(|before| before != now) {
            store.announce(at.with_untracked(words().whereabouts));
        }
        now
    });
    let reopening = RwSignal::new(false);
    let discarding = RwSignal::new(false);

    let go = move |path: String| {
        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
        navigate.try_with_value(|go| go(&path, options));
    };
    let finish = move |answer: Result<(), AppError>, onward: Option<String>| {
        busy.try_set(false);
        match answer {
            Ok(()) => {
                problem.try_set(None);
                if let Some(path) = onward {
                    go(path);
                }
            }
            Err(error) => {
                problem.try_set(Some(error));
            }
        }
    };
    let reopen = move |()| {
        busy.set(true);
        spawn_local(async move {
            finish(ipc::invoke(Reopen { report_id }).await, Some(format!("/draft/{report_id}")));
        });
    };
    let discard = move |()| {
        busy.set(true);
        spawn_local(async move {
            let answer = match ipc::invoke(Reopen { report_id }).await {
                Ok(()) => ipc::invoke(DiscardDraft { report_id }).await,
                Err(error) => Err(error),
            };
            finish(answer, Some("/reports".to_owned()));
        });
    };
    let retry = move |()| {
        busy.set(true);
        spawn_local(async move { finish(ipc::invoke(RetryParked { report_id }).await, None) });
    };

    let button = move |(action, first): (Action, bool)| {
        let label = (words().action)(action);
        let class = if first { "button" } else { "button quiet" };
        match action {
            Action::SignIn => view! {
                <A href=format!("/sign-in?next=/reports/{report_id}") attr:class="button" attr:data-test="report-sign-in">{label}</A>
            }
            .into_any(),
            Action::Edit => view! {
                <button type="button" class=class data-test="report-edit" disabled=busy on:click=move |_| reopening.set(true)>
                    {label}
                </button>
            }
            .into_any(),
            Action::Retry => view! {
                <button type="button" class=class data-test="report-retry" disabled=busy on:click=move |_| retry(())>{label}</button>
            }
            .into_any(),
            Action::Discard => view! {
                <button type="button" class=class data-test="report-discard" disabled=busy
                    on:click=move |_| discarding.set(true)>{label}</button>
            }
            .into_any(),
        }
    };
    // A memo, so that progress doesn't rebuild the buttons under the citizen's thumb.
    let actions = Memo::new(move |_| at.with(ways_on));

    view! {
        <section class=move || format!("whereabouts {}", at.with(tone).class()) data-at=move || at.with(name) data-test="whereabouts">
            <div class="whereabouts-head">
                <span class="whereabouts-icon">{move || view! { <Icon glyph=at.with(glyph)/> }}</span>
                <p class="whereabouts-state">{move || at.with(words().whereabouts)}</p>
            </div>
            <Progress at/>
            <p>{move || at.with(words().whereabouts_next)}</p>
            {move || problem.get().map(|error| view! { <Notice tone=Tone::Bad><p>{(words().app_error)(&error)}</p></Notice> })}
            <div class="actions">{move || {
                // Something to do comes first and full; what merely can be done stays quiet.
                let urgent = at.with_untracked(tone) == Tone::Warn;
                actions.get().into_iter().enumerate().map(|(n, action)| button((action, urgent && n == 0))).collect_view()
            }}</div>
        </section>
        <Confirm open=reopening title=texts.reopen_title text=texts.reopen_text yes=texts.reopen_yes on_yes=reopen/>
        <Confirm open=discarding title=texts.discard_title text=texts.discard_text yes=texts.discard_yes destructive=true
            on_yes=discard/>
    }
}

/// What the citizen can do about a report that is at this place, the likeliest first.
fn ways_on(at: &Whereabouts) -> Vec<Action> {
    match at {
        Whereabouts::Waiting { needs_sign_in: true } => vec![Action::SignIn, Action::Edit],
        Whereabouts::Waiting { needs_sign_in: false } => vec![Action::Edit],
        Whereabouts::Sending { .. } | Whereabouts::Sent { .. } => Vec::new(),
        Whereabouts::Parked { reason } => match reason {
            ParkedReason::InvalidReport { .. } | ParkedReason::MediaLost => vec![Action::Edit, Action::Discard],
            ParkedReason::Refused { .. } | ParkedReason::TooManyAttempts => vec![Action::Retry, Action::Edit, Action::Discard],
        },
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::{ErrorCode, model::status::ReportStatus};

    use super::*;

    #[test]
    fn whoever_is_stuck_has_a_way_on_and_what_is_gone_cannot_be_touched() {
        let parked = [
            ParkedReason::InvalidReport { problems: Vec::new() },
            ParkedReason::Refused { code: ErrorCode::TooLarge },
            ParkedReason::MediaLost,
            ParkedReason::TooManyAttempts,
        ];
        for reason in parked {
            let ways = ways_on(&Whereabouts::Parked { reason });
            assert!(ways.contains(&Action::Edit) && ways.contains(&Action::Discard), "{ways:?}");
        }
        assert_eq!(ways_on(&Whereabouts::Waiting { needs_sign_in: true }).first(), Some(&Action::SignIn));
        assert_eq!(ways_on(&Whereabouts::Sent { status: ReportStatus::Received }), []);
        assert_eq!(ways_on(&Whereabouts::Sending { sent_bytes: 1, total_bytes: 2 }), []);
    }
}
