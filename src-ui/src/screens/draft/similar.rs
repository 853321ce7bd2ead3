//! What others have reported nearby in the same field, once field and place are there: to be followed instead, or put
//! aside as another matter. Nothing here keeps anything from being sent.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use pakn_api::{
    id::ReportId,
    ipc::{AppError, Connection, FollowInstead, ListSimilar, SimilarReport, SimilarView},
    model::{
        catalogue::{Catalogue, FieldCode},
        report::ReportForm,
    },
};

use super::editor::Desk;
use crate::{
    components::{
        confirm::Confirm,
        focus::focus_soon,
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
    },
    ipc,
    loaded::Loaded,
    screens::{
        cards::when,
        discarded::{Instead, JustDiscarded},
        followed::{Photo, Pictures, StatusPill},
        onward::detour,
    },
    state::store,
    text::words,
};

/// The ids of what takes the focus when what had it is folded away or shown again.
const SHOW_AGAIN: &str = "similar-show-again";
const HEADING: &str = "similar-heading";
/// Where following instead leads.
const AFTERWARDS: &str = "/reports";
/// Characters of a content that are shown before more is asked for.
const SHORT_CHARS: usize = 140;

/// What decides which reports are near: the field and the place, which is the same within some ten metres. Of a field
/// that is nobody else's business, nothing is.
fn question(form: &ReportForm, catalogue: &Catalogue) -> Option<(FieldCode, i64, i64)> {
    #[expect(clippy::cast_possible_truncation, reason = "degrees")]
    let rounded = |degrees: f64| (degrees * 10_000.0).round() as i64;
    let (field, place) = (form.field.clone()?, form.place?);
    let anybodys = catalogue.field(&field).is_some_and(|field| field.public);
    anybodys.then(|| (field, rounded(place.position.lat()), rounded(place.position.lon())))
}

/// What there is to see.
#[derive(Clone, Debug, PartialEq)]
enum Shown {
    /// Nothing is asked, or nothing is known.
    Nothing,
    /// Nothing is near, as was known then.
    None,
    /// It is another matter.
    Folded,
    /// These are near.
    Reports,
}

fn shown(is_asked: bool, view: Option<&SimilarView>, is_other: bool) -> Shown {
    match view {
        Some(view) if is_asked && !view.reports.is_empty() => {
            if is_other {
                Shown::Folded
            } else {
                Shown::Reports
            }
        }
        Some(view) if is_asked && view.fetched_at.is_some() => Shown::None,
        Some(_) | None => Shown::Nothing,
    }
}

#[component]
pub(super) fn Similar(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().similar;
    let report_id = desk.report_id;
    let loaded = Loaded::<SimilarView>::new();
    let asked = Memo::new(move |_| question(&desk.form.read(), &store.catalogue.read()));
    let online = Memo::new(move |_| store.sync.read().connection == Connection::Online);
    Effect::new(move || {
        store.similar_changed.track();
        online.track();
        if asked.read().is_none() {
            return;
        }
        let autosave = desk.autosave.get_value();
        spawn_local(async move {
            // The shell goes by the draft as it is kept.
            if autosave.flush().await.is_ok() && !autosave.is_closed() {
                loaded.load(ListSimilar { report_id });
            }
        });
    });
    let state = Memo::new(move |_| {
        let is_other = store.other_matters.read().contains(&report_id);
        shown(asked.read().is_some(), loaded.value.read().as_ref(), is_other)
    });
    let found = Memo::new(move |_| loaded.value.read().as_ref().map_or(0, |view| view.reports.len()));
    Effect::new(move || {
        if state.get() == Shown::Reports {
            store.announce((words().found_similar)(found.get_untracked()));
        }
    });
    let known = Memo::new(move |_| loaded.value.read().as_ref().and_then(|view| view.fetched_at.map(|at| (view.within_m, at))));
    let none = move || known.get().map(|(within_m, at)| (words().none_similar)(within_m, &when(at)));
    move || match state.get() {
        Shown::Nothing => ().into_any(),
        Shown::None => view! { <p class="fine" data-test="similar-none">{none}</p> }.into_any(),
        Shown::Folded => {
            let again = move |_| {
                store.other_matters.write().remove(&report_id);
                focus_soon(HEADING.to_owned());
            };
            view! {
                <div class="similar-folded" data-test="similar-folded">
                    <p class="fine">{texts.other_said}</p>
                    <button type="button" class="button quiet" id=SHOW_AGAIN data-test="similar-show-again" on:click=again>
                        {texts.show_again}
                    </button>
                </div>
            }
            .into_any()
        }
        Shown::Reports => view! { <Near desk loaded/> }.into_any(),
    }
}

/// The reports, and what can be done about them.
#[component]
fn Near(desk: Desk, loaded: Loaded<SimilarView>) -> impl IntoView {
    let store = store();
    let texts = &words().similar;
    let report_id = desk.report_id;
    let busy = RwSignal::new(false);
    let problem = RwSignal::new(None::<AppError>);
    let chosen = RwSignal::new(None::<(ReportId, bool)>);
    let asking = RwSignal::new(false);
    let navigate = StoredValue::new_local(use_navigate());
    let follow = move |()| {
        let Some((followed, was_followed)) = chosen.get_untracked().filter(|_| !busy.get_untracked()) else { return };
        busy.set(true);
        problem.set(None);
        let autosave = desk.autosave.get_value();
        spawn_local(async move {
            let answer = match autosave.flush().await {
                Ok(()) => ipc::invoke(FollowInstead { report_id, follow: followed }).await,
                Err(error) => Err(error),
            };
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    autosave.close();
                    store.fleeting_drafts.write_value().insert(report_id);
                    let instead = Some(Instead { report_id: followed, is_new: !was_followed });
                    store.just_discarded.set(Some(JustDiscarded { report_id, on: AFTERWARDS, instead }));
                    let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
                    navigate.try_with_value(|go| go(AFTERWARDS, options));
                }
                Err(error) => {
                    if error == AppError::NotFound {
                        loaded.load(ListSimilar { report_id });
                    }
                    problem.try_set(Some(error));
                }
            }
        });
    };
    let choose = Callback::new(move |report: (ReportId, bool)| {
        chosen.set(Some(report));
        asking.set(true);
    });
    let other = move |_| {
        store.other_matters.write().insert(report_id);
        focus_soon(SHOW_AGAIN.to_owned());
    };
    let leave = move |()| desk.keep();
    let told = move || problem.get().map(|error| view! { <Problem error report_id on_leave=Callback::new(leave)/> });
    let reports = move || loaded.value.read().as_ref().map(|view| view.reports.clone()).unwrap_or_default();
    let as_of = move || {
        let at = loaded.value.read().as_ref().and_then(|view| view.fetched_at);
        at.map(|at| view! { <p class="fine" data-test="similar-as-of">{(words().similar_as_of)(&when(at))}</p> })
    };
    view! {
        <section class="sheet similar" data-test="similar" aria-labelledby=HEADING>
            <h2 id=HEADING tabindex="-1">{texts.heading}</h2>
            <p>{texts.lead}</p>
            <ul class="similar-cards">
                <For each=reports key=card_key children=move |report| view! { <SimilarCard report busy choose/> }/>
            </ul>
            {told}
            <button type="button" class="button quiet wide" data-test="similar-other" on:click=other>{texts.other}</button>
            {as_of}
        </section>
        <Confirm open=asking title=texts.ask_title text=texts.ask_text yes=texts.ask_yes on_yes=follow/>
    }
}

/// A card is built anew only when what it shows has changed.
fn card_key(report: &SimilarReport) -> (ReportId, String, String, &'static str, String, bool) {
    let distance = (words().distance)(report.distance_m.unwrap_or_default());
    (report.report_id, report.title.clone(), report.content.clone(), report.status.as_str(), distance, report.followed)
}

#[component]
fn SimilarCard(report: SimilarReport, busy: RwSignal<bool>, choose: Callback<(ReportId, bool)>) -> impl IntoView {
    let texts = &words().similar;
    let SimilarReport { report_id, title, content, field, status, received_at, distance_m, cover, media, followed, .. } = report;
    let title_id = format!("similar-{report_id}");
    let words_id = format!("similar-words-{report_id}");
    let line = format!("{} · {}", (words().distance)(distance_m.unwrap_or_default()), when(received_at));
    let is_open = RwSignal::new(false);
    let is_long = content.chars().count() > SHORT_CHARS || media.len() > 1;
    let label = move || if is_open.get() { texts.less } else { texts.more };
    let (describes, controls) = (title_id.clone(), words_id.clone());
    view! {
        <li class="similar-card" data-test="similar-card">
            <div class="similar-head">
                <Photo path=cover field/>
                <div class="card-body">
                    <h3 class="card-title" id=title_id>{title}</h3>
                    <p class="card-line" data-test="similar-line">{line}</p>
                    <p class="card-foot">
                        <StatusPill status/>
                        {followed.then(|| view! {
                            <span class="pill tone-good" data-test="similar-followed">
                                <Icon glyph=Glyph::Check/>
                                <span>{texts.followed_already}</span>
                            </span>
                        })}
                    </p>
                </div>
            </div>
            <div id=words_id class="similar-words">
                <p class="report-content" class:clamped=move || is_long && !is_open.get() data-test="similar-words">{content}</p>
                <Show when=move || is_open.get()><Pictures media=media.clone()/></Show>
            </div>
            {is_long.then(|| view! {
                <button type="button" class="link" data-test="similar-more" aria-expanded=move || is_open.get().to_string()
                    aria-controls=controls on:click=move |_| is_open.update(|open| *open = !*open)>
                    {label}
                </button>
            })}
            <button type="button" class="button wide" data-test="similar-follow" disabled=busy aria-describedby=describes
                on:click=move |_| choose.run((report_id, followed))>
                <Icon glyph=Glyph::Flag/>
                <span>{move || if busy.get() { texts.following } else { texts.follow }}</span>
            </button>
        </li>
    }
}

/// Why it is not followed, and the way on.
#[component]
fn Problem(error: AppError, report_id: ReportId, on_leave: Callback<()>) -> impl IntoView {
    let texts = &words().similar;
    let here = format!("/draft/{report_id}");
    match error {
        AppError::NotAllowedYet { .. } => view! {
            <Notice tone=Tone::Bad>
                <p data-test="similar-needs-account">{texts.needs_account}</p>
                <div class="actions">
                    <a class="button" href=detour("/sign-in", &here) data-test="similar-sign-in" on:click=move |_| on_leave.run(())>{texts.sign_in}</a>
                    <a class="button quiet" href=detour("/register", &here) on:click=move |_| on_leave.run(())>{texts.register}</a>
                </div>
            </Notice>
        }
        .into_any(),
        AppError::NotFound => view! { <Notice tone=Tone::Bad><p data-test="similar-gone">{texts.gone}</p></Notice> }.into_any(),
        error => view! { <Notice tone=Tone::Bad><p data-test="similar-problem">{(words().app_error)(&error)}</p></Notice> }.into_any(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::{
        Timestamp,
        model::place::{Place, PlaceSource, Position},
    };

    use super::*;

    fn form(field: Option<&str>, lat: Option<f64>) -> ReportForm {
        let place = lat.map(|lat| Place {
            position: Position::new(lat, 108.0, 5.0).unwrap(),
            source: PlaceSource::Device,
            taken_at: Timestamp(1),
        });
        ReportForm { field: field.and_then(|code| FieldCode::parse(code).ok()), place, ..ReportForm::default() }
    }

    #[test]
    fn it_is_asked_once_field_and_place_are_there_and_anybody_may_know() {
        let catalogue = Catalogue::builtin();
        let asked = |field, lat| question(&form(field, lat), &catalogue);
        assert!(asked(Some("moi-truong"), Some(14.35)).is_some());
        assert_eq!(asked(Some("moi-truong"), None), None);
        assert_eq!(asked(None, Some(14.35)), None);
        assert_eq!(asked(Some("an-ninh-trat-tu"), Some(14.35)), None);
        assert_eq!(asked(Some("gone"), Some(14.35)), None);
        assert_eq!(asked(Some("moi-truong"), Some(14.35)), asked(Some("moi-truong"), Some(14.350_02)), "two metres on");
        assert_ne!(asked(Some("moi-truong"), Some(14.35)), asked(Some("moi-truong"), Some(14.351)));
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        let view = |n: u8, at: Option<i64>| SimilarView {
            reports: (0..n).map(|n| crate::screens::followed::tests::a_report(n)).collect(),
            fetched_at: at.map(Timestamp),
            within_m: 250,
        };
        let table = [
            ((true, None, false), Shown::Nothing),
            ((true, Some(view(0, None)), false), Shown::Nothing),
            ((true, Some(view(0, Some(1))), false), Shown::None),
            ((true, Some(view(1, Some(1))), false), Shown::Reports),
            ((true, Some(view(1, None)), false), Shown::Reports),
            ((true, Some(view(1, Some(1))), true), Shown::Folded),
            ((true, Some(view(0, Some(1))), true), Shown::None),
            ((false, Some(view(1, Some(1))), false), Shown::Nothing),
        ];
        for ((is_asked, view, is_other), expected) in table {
            assert_eq!(shown(is_asked, view.as_ref(), is_other), expected, "{is_asked} {is_other} {view:?}");
        }
    }
}
