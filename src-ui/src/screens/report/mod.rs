//! One report: where it is and what happens next, what was sent, and what was done about it.

mod hero;
mod sheet;
mod way;

pub(crate) use sheet::{place_line, slide};

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};
use pakn_api::{
    id::ReportId,
    ipc::{AppError, GetReport, ReportDetail, Whereabouts},
};

use self::{hero::Hero, sheet::Sheet, way::Way};
use super::{lost::Gone, ways_on::Act};
use crate::{
    components::{
        notice::{Failure, Notice, Tone},
        screen::Screen,
    },
    loaded::Loaded,
    state::store,
    text::words,
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
    store.follow_outbox();
    let at = Memo::new(move |_| {
        let at = loaded.value.read().as_ref().map(|report| report.whereabouts.clone());
        at.map_or(Whereabouts::Waiting { needs_sign_in: false }, |at| store.freshest(report_id, at))
    });
    // What was sent and done, apart from where it is: progress must not rebuild what is being looked at.
    let content = Memo::new(move |_| {
        let whereabouts = Whereabouts::Waiting { needs_sign_in: false };
        loaded.value.get().map(|report| ReportDetail { whereabouts, ..report })
    });
    let (busy, problem) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let on_act = acting(report_id, at, busy, problem);
    let shown = Memo::new(move |_| Shown::of(content.read().is_some(), loaded.error.get(), busy.get()));
    let body = move || match shown.get() {
        Shown::Gone => view! { <Gone title=texts.gone_title text=texts.gone_text/> }.into_any(),
        Shown::Report => view! {
            <Hero report_id at busy on_act/>
            <Way at/>
            {move || content.get().map(|report| view! { <Sheet report/> })}
        }
        .into_any(),
        Shown::Failure(error) => {
            let again = move |()| loaded.load(GetReport { report_id });
            view! { <Failure sentence=(words().app_error)(&error) on_retry=again/> }.into_any()
        }
        Shown::Nothing => view! { <p class="loading">{words().common.loading}</p> }.into_any(),
    };
    view! {
        {move || problem.get().map(|sentence| view! { <Notice tone=Tone::Bad><p>{sentence}</p></Notice> })}
        {body}
    }
}

/// Where an act leads; one that leaves the report where it is stays on the screen.
fn onward(act: Act, report_id: ReportId) -> Option<String> {
    match act {
        Act::Reopen => Some(format!("/draft/{report_id}")),
        Act::Discard => Some("/reports".to_owned()),
        Act::Retry => None,
    }
}

/// Carries out acts, one at a time. It stays busy after one that leads elsewhere: the screen goes next.
fn acting(report_id: ReportId, at: Memo<Whereabouts>, busy: RwSignal<bool>, problem: RwSignal<Option<String>>) -> Callback<Act> {
    let store = store();
    let navigate = StoredValue::new_local(use_navigate());
    Callback::new(move |act: Act| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            match (act.carry_out(store, report_id, &at.get_untracked()).await, onward(act, report_id)) {
                (Ok(()), Some(path)) => {
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|go| go(&path, options));
                }
                (Ok(()), None) => {
                    busy.try_set(false);
                }
                (Err(error), _) => {
                    problem.try_set(Some(act.failure(&error)));
                    busy.try_set(false);
                }
            }
        });
    })
}

/// What there is to see.
#[derive(Clone, Debug, PartialEq)]
enum Shown {
    Nothing,
    Report,
    Gone,
    Failure(AppError),
}

impl Shown {
    /// A report that goes because of what is being done about it stays until that is settled.
    fn of(is_there: bool, error: Option<AppError>, busy: bool) -> Self {
        match (is_there, error) {
            (true, Some(AppError::NotFound)) if busy => Self::Report,
            (_, Some(AppError::NotFound)) => Self::Gone,
            (true, _) => Self::Report,
            (false, Some(error)) => Self::Failure(error),
            (false, None) => Self::Nothing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_is_being_given_up_is_not_told_as_gone_before_that_is_settled() {
        let (gone, failed) = (Some(AppError::NotFound), Some(AppError::StorageBroken));
        let table = [
            ((false, None, false), Shown::Nothing),
            ((true, None, false), Shown::Report),
            ((true, None, true), Shown::Report),
            ((true, gone.clone(), true), Shown::Report),
            ((true, gone.clone(), false), Shown::Gone),
            ((false, gone, true), Shown::Gone),
            ((true, failed.clone(), false), Shown::Report),
            ((false, failed, false), Shown::Failure(AppError::StorageBroken)),
        ];
        for ((is_there, error, busy), expected) in table {
            assert_eq!(Shown::of(is_there, error.clone(), busy), expected, "{is_there} {error:?} {busy}");
        }
    }

    #[test]
    fn what_takes_the_report_away_leads_elsewhere() {
        let id = ReportId::new(1, [1; 10]);
        let onward = [Act::Reopen, Act::Discard, Act::Retry].map(|act| onward(act, id));
        assert_eq!(onward, [Some(format!("/draft/{id}")), Some("/reports".to_owned()), None]);
    }
}
