//! Drafts and reports as cards of a list.

use leptos::prelude::*;
use leptos_router::components::A;
use pakn_api::{
    Timestamp,
    ipc::{DraftSummary, ReportSummary},
    model::catalogue::FieldCode,
};

use crate::{
    components::{
        icon::{Glyph, Icon},
        whereabouts::{Pill, Progress},
    },
    ipc,
    local_time::{self, LocalTime},
    state::store,
    text::words,
};

/// An instant as it is read now.
pub(crate) fn when(at: Timestamp) -> String {
    (words().when)(LocalTime::of(at), LocalTime::of(local_time::now()))
}

/// A field's name, as the catalogue has it now; its code when it has been taken out.
pub(crate) fn field_name(code: &FieldCode) -> String {
    store().catalogue.read().field(code).map_or_else(|| code.to_string(), |field| field.name.clone())
}

/// A small picture, or the field's icon where there is none.
#[component]
fn Cover(path: Option<String>, glyph: Glyph) -> impl IntoView {
    match path {
        Some(path) => view! { <img class="cover" src=ipc::preview_url(&path) alt="" loading="lazy"/> }.into_any(),
        None => view! { <span class="cover"><Icon glyph/></span> }.into_any(),
    }
}

/// Drafts to go on with; a card is built anew only when what it shows has changed.
#[component]
pub(crate) fn DraftCards(#[prop(into)] drafts: Signal<Vec<DraftSummary>>) -> impl IntoView {
    let key = |d: &DraftSummary| (d.report_id, d.title.clone(), d.field.clone(), d.cover, d.photos, d.updated_at.0);
    view! {
        <ul class="cards">
            <For each=move || drafts.get() key children=|draft| view! { <DraftCard draft/> }/>
        </ul>
    }
}

/// A draft's picture, title and what it is about.
#[component]
pub(crate) fn DraftLines(draft: DraftSummary) -> impl IntoView {
    let title = match draft.title.trim() {
        "" => words().home.untitled.to_owned(),
        title => title.to_owned(),
    };
    let glyph = draft.field.as_ref().map_or(Glyph::Pencil, Glyph::of_field);
    let field = draft.field.clone();
    let photos = usize::try_from(draft.photos).unwrap_or(usize::MAX);
    let line = move || {
        let count = (photos > 0).then(|| (words().photo_count)(photos));
        field.as_ref().map(field_name).into_iter().chain(count).collect::<Vec<_>>().join(" · ")
    };
    view! {
        <Cover path=draft.cover.map(|id| id.to_string()) glyph/>
        <span class="card-body">
            <span class="card-title">{title}</span>
            <span class="card-line">{line}</span>
        </span>
    }
}

#[component]
fn DraftCard(draft: DraftSummary) -> impl IntoView {
    let (href, time) = (format!("/draft/{}", draft.report_id), (words().edited_at)(&when(draft.updated_at)));
    view! {
        <li>
            <A href=href attr:class="card" attr:data-test="draft-card">
                <DraftLines draft/>
                <span class="card-foot">
                    <span class="pill tone-quiet">
                        <Icon glyph=Glyph::Pencil/>
                        <span>{words().reports.draft_pill}</span>
                    </span>
                    <span class="card-time">{time}</span>
                </span>
            </A>
        </li>
    }
}

/// Reports that are no longer drafts; where each is changes in place.
#[component]
pub(crate) fn ReportCards() -> impl IntoView {
    let store = store();
    let reports = move || store.reports.value.get().unwrap_or_default();
    let key = |r: &ReportSummary| (r.report_id, r.title.clone(), r.field.clone(), r.cover.clone(), r.submitted_at.0);
    view! {
        <ul class="cards">
            <For each=reports key children=|report| view! { <ReportCard report/> }/>
        </ul>
    }
}

#[component]
fn ReportCard(report: ReportSummary) -> impl IntoView {
    let store = store();
    let report_id = report.report_id;
    let at = Memo::new(move |_| {
        let reports = store.reports.value.read();
        let now = reports.iter().flatten().find(|r| r.report_id == report_id).map(|r| r.whereabouts.clone());
        store.freshest(report_id, now.unwrap_or_else(|| report.whereabouts.clone()))
    });
    let glyph = Glyph::of_field(&report.field);
    let field = report.field.clone();
    view! {
        <li>
            <A href=format!("/reports/{report_id}") attr:class="card" attr:data-test="report-card">
                <Cover path=report.cover glyph/>
                <span class="card-body">
                    <span class="card-title">{report.title}</span>
                    <span class="card-line">{move || field_name(&field)}" · "{when(report.submitted_at)}</span>
                    <span class="card-foot"><Pill at/></span>
                    <Progress at/>
                </span>
            </A>
        </li>
    }
}
