//! One report that is followed, as anybody may see it.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};
use pakn_api::{
    id::ReportId,
    ipc::{AppError, ListFollowed, SimilarReport, Unfollow},
    model::place::Position,
};

use super::{Pictures, StatusPill};
use crate::{
    components::{
        confirm::Confirm,
        icon::{Glyph, Icon},
        notice::{Failure, Notice, Tone},
        screen::Screen,
    },
    ipc,
    screens::{
        cards::{field_name, when},
        lost::Gone,
    },
    state::store,
    text::words,
};

/// The report named by the address.
#[component]
pub(crate) fn FollowedScreen() -> impl IntoView {
    let store = store();
    let texts = &words().followed;
    let params = use_params_map();
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<ReportId>().ok()));
    store.followed.load(ListFollowed {});
    let report = Memo::new(move |_| {
        let id = id.get()?;
        store.followed.value.read().as_ref()?.iter().find(|report| report.report_id == id).cloned()
    });
    let known = Memo::new(move |_| store.followed.value.read().is_some());
    let body = move || match (report.get(), known.get(), store.followed.error.get()) {
        (Some(report), _, _) => view! { <Detail report/> }.into_any(),
        (None, true, _) => view! { <Gone title=texts.gone_title text=texts.gone_text/> }.into_any(),
        (None, false, Some(error)) => {
            let again = move |()| store.followed.load(ListFollowed {});
            view! { <Failure sentence=(words().app_error)(&error) on_retry=again/> }.into_any()
        }
        (None, false, None) => view! { <p class="loading">{words().common.loading}</p> }.into_any(),
    };
    view! { <Screen title=texts.title back="/reports">{body}</Screen> }
}

/// The place in words, where somebody has put it so.
fn place(report: &SimilarReport) -> String {
    let at = |position: &Position| format!("{:.5}, {:.5}", position.lat(), position.lon());
    match &report.address {
        Some(address) => format!("{} ({})", address.as_str(), at(&report.position)),
        None => at(&report.position),
    }
}

#[component]
fn Detail(report: SimilarReport) -> impl IntoView {
    let texts = &words().followed;
    let field = report.field.clone();
    let place = place(&report);
    let sender = report.sender.unwrap_or_else(|| texts.unnamed.to_owned());
    view! {
        <section class="sheet" data-test="followed-report">
            <p class="kicker">{move || field_name(&field)}</p>
            <h2 class="report-title">{report.title}</h2>
            <p><span class="unseen">{texts.updates}": "</span><StatusPill status=report.status/></p>
            <p class="fine">{texts.lead}</p>
            <Pictures media=report.media/>
            <p class="report-content">{report.content}</p>
            <dl class="facts">
                <Fact glyph=Glyph::Clock label=texts.happened value=when(report.happened_at)/>
                <Fact glyph=Glyph::Pin label=texts.place value=place/>
                <Fact glyph=Glyph::Person label=texts.sender value=sender/>
                <Fact glyph=Glyph::Check label=texts.received value=when(report.received_at)/>
            </dl>
            <p class="fine">{(words().short_id)(report.report_id)}</p>
        </section>
        <LetGo report_id=report.report_id/>
    }
}

#[component]
fn Fact(glyph: Glyph, label: &'static str, value: String) -> impl IntoView {
    view! {
        <div class="fact">
            <Icon glyph/>
            <dt>{label}</dt>
            <dd>{value}</dd>
        </div>
    }
}

/// Follows it no longer, after asking: who lets go may not find it again.
#[component]
fn LetGo(report_id: ReportId) -> impl IntoView {
    let store = store();
    let texts = &words().followed;
    let asking = RwSignal::new(false);
    let problem = RwSignal::new(None::<AppError>);
    let navigate = StoredValue::new_local(use_navigate());
    let let_go = move |()| {
        spawn_local(async move {
            match ipc::invoke(Unfollow { report_id }).await {
                Ok(()) | Err(AppError::NotFound) => {
                    store.announce(texts.unfollowed);
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|go| go("/reports", options));
                }
                Err(error) => {
                    problem.try_set(Some(error));
                }
            }
        });
    };
    view! {
        {move || problem.get().map(|error| view! { <Notice tone=Tone::Bad><p>{(words().app_error)(&error)}</p></Notice> })}
        <button type="button" class="button quiet wide" data-test="unfollow" on:click=move |_| asking.set(true)>{texts.unfollow}</button>
        <Confirm open=asking title=texts.unfollow_title text=texts.unfollow_text yes=texts.unfollow_yes on_yes=let_go/>
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::model::words::AddressLine;

    use super::{super::tests::a_report, *};

    #[test]
    fn a_place_is_told_in_words_where_there_are_some() {
        let report = a_report(1);
        assert_eq!(place(&report), "14.35000, 108.00000");
        let told = SimilarReport { address: Some(AddressLine::parse("Ngã ba Đăk Hà").unwrap()), ..report };
        assert_eq!(place(&told), "Ngã ba Đăk Hà (14.35000, 108.00000)");
    }
}
