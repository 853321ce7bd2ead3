//! What was sent, and what was done about it.

use leptos::prelude::*;
use pakn_api::{
    ipc::ReportDetail,
    model::place::{Place, PlaceSource},
    wire::TimelineEntry,
};

use crate::{
    components::{
        icon::{Glyph, Icon},
        lightbox::Gallery,
        whereabouts::status_tone,
    },
    ipc,
    screens::cards::{field_name, when},
    state::store,
    text::words,
};

/// What was sent, and what was done about it.
#[component]
pub(super) fn Sheet(report: ReportDetail) -> impl IntoView {
    let store = store();
    let texts = &words().report;
    let urls: Vec<_> = report.photos.iter().map(|path| ipc::photo_url(path)).collect();
    let subject = {
        let (field, subject) = (report.field.clone(), report.subject.clone());
        move || {
            let catalogue = store.catalogue.read();
            let known = catalogue.field(&field).and_then(|field| field.subject(&subject));
            format!("{} · {}", field_name(&field), known.map_or_else(|| subject.to_string(), |s| s.name.clone()))
        }
    };
    let due = report.server.as_ref().and_then(|server| server.due_at);
    let receipt = report.receipt;
    let timeline = report.server.map(|server| server.timeline).unwrap_or_default();
    view! {
        <section class="sheet">
            <p class="kicker">{subject}</p>
            <h2 class="report-title">{report.title}</h2>
            {(!urls.is_empty()).then(|| view! { <Gallery urls/> })}
            <p class="report-content">{report.content}</p>
            <dl class="facts">
                <Fact glyph=Glyph::Clock label=texts.time value=when(report.happened_at)/>
                <Fact glyph=Glyph::Pin label=texts.place value=place_line(&report.place)/>
                <Fact glyph=if report.anonymous { Glyph::Mask } else { Glyph::Person } label=texts.sender
                    value=if report.anonymous { texts.anonymous } else { texts.named }.to_owned()/>
                <Fact glyph=Glyph::Send label=texts.sent_at value=when(report.submitted_at)/>
                {receipt.map(|receipt| {
                    let value = (words().receipt)(receipt.files, &when(receipt.received_at));
                    view! { <Fact glyph=Glyph::Shield label=texts.receipt value hook="report-receipt"/> }
                })}
                {due.map(|due| view! { <Fact glyph=Glyph::Flag label=texts.due value=when(due)/> })}
            </dl>
            <p class="fine">{(words().short_id)(report.report_id)}</p>
        </section>
        <Timeline entries=timeline/>
    }
}

/// Coordinates, with the accuracy where the device measured them.
pub(crate) fn place_line(place: &Place) -> String {
    let at = format!("{:.5}, {:.5}", place.position.lat(), place.position.lon());
    match place.source {
        PlaceSource::Device => format!("{at} ({})", (words().accuracy)(place.position.accuracy_m())),
        PlaceSource::Chosen => at,
    }
}

#[component]
fn Fact(
    glyph: Glyph,
    label: &'static str,
    value: String,
    /// For tests.
    #[prop(optional)]
    hook: Option<&'static str>,
) -> impl IntoView {
    view! {
        <div class="fact" data-test=hook>
            <Icon glyph/>
            <dt>{label}</dt>
            <dd>{value}</dd>
        </div>
    }
}

/// What was done, by whom, newest first.
#[component]
fn Timeline(entries: Vec<TimelineEntry>) -> impl IntoView {
    let texts = &words().report;
    let step = |entry: TimelineEntry| {
        view! {
            <li class=format!("step {}", status_tone(entry.status).class()) data-test="timeline-entry">
                <p class="step-status">{(words().status)(entry.status)}</p>
                <p class="step-meta">{(words().actor)(&entry.by)}" · "<span>{when(entry.at)}</span></p>
                {entry.refusal.map(|reason| view! { <p class="step-note">{(words().refusal)(reason)}</p> })}
                {entry.note.map(|note| view! { <p class="step-note">{note.as_str().to_owned()}</p> })}
            </li>
        }
    };
    view! {
        <section>
            <h2>{texts.timeline}</h2>
            {if entries.is_empty() {
                view! { <p class="fine">{texts.timeline_empty}</p> }.into_any()
            } else {
                view! { <ol class="timeline" reversed=true>{entries.into_iter().rev().map(step).collect_view()}</ol> }.into_any()
            }}
        </section>
    }
}
