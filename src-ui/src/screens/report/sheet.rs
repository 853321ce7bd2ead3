//! What was sent, and what was done about it.

use leptos::prelude::*;
use pakn_api::{
    ipc::{MediaView, ReportDetail},
    model::place::{Place, PlaceSource},
    wire::TimelineEntry,
};

use crate::{
    components::{
        gallery::Gallery,
        icon::{Glyph, Icon},
        lightbox::Slide,
        whereabouts::status_tone,
    },
    ipc,
    screens::{
        cards::{field_name, when},
        draft::answer_words,
    },
    state::{Store, store},
    text::words,
};

/// What was sent, and what was done about it.
#[component]
pub(super) fn Sheet(report: ReportDetail) -> impl IntoView {
    let store = store();
    let texts = &words().report;
    let slides: Vec<_> = report.media.iter().map(slide).collect();
    let subject = {
        let (field, subject) = (report.field.clone(), report.subject.clone());
        move || {
            let catalogue = store.catalogue.read();
            let known = catalogue.field(&field).and_then(|field| field.subject(&subject));
            format!("{} · {}", field_name(&field), known.map_or_else(|| subject.to_string(), |s| s.name.clone()))
        }
    };
    let answered = answered(store, &report);
    let place = [report.address.clone(), Some(place_line(&report.place))].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let due = report.server.as_ref().and_then(|server| server.due_at);
    let receipt = report.receipt;
    let timeline = report.server.map(|server| server.timeline).unwrap_or_default();
    view! {
        <section class="sheet">
            <p class="kicker">{subject}</p>
            <h2 class="report-title">{report.title}</h2>
            {(!slides.is_empty()).then(|| view! { <Gallery slides/> })}
            <p class="report-content">{report.content}</p>
            <dl class="facts">
                <Fact glyph=Glyph::Clock label=texts.time value=when(report.happened_at)/>
                <Fact glyph=Glyph::Pin label=texts.place value=place hook="report-place"/>
                <Fact glyph=if report.anonymous { Glyph::Mask } else { Glyph::Person } label=texts.sender
                    value=if report.anonymous { texts.anonymous } else { texts.named }.to_owned()/>
                <Fact glyph=Glyph::Send label=texts.sent_at value=when(report.submitted_at)/>
                {answered.into_iter().map(|(label, value)| view! { <Fact glyph=Glyph::List label value hook="report-answer"/> }).collect_view()}
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

/// What was answered to the subject's questions, as far as the catalogue still asks them.
fn answered(store: Store, report: &ReportDetail) -> Vec<(String, String)> {
    let catalogue = store.catalogue.read_untracked();
    let questions =
        catalogue.subject(&report.field, &report.subject).map(|subject| subject.questions.as_slice()).unwrap_or_default();
    let asked = questions.iter().filter_map(|asked| {
        let answer = report.answers.get(&asked.code)?;
        Some((asked.label.clone(), answer_words(asked, answer)))
    });
    asked.collect()
}

/// A file of a report's, to be shown large.
pub(crate) fn slide(medium: &MediaView) -> Slide {
    Slide {
        key: medium.path.clone(),
        url: ipc::photo_url(&medium.path),
        small: ipc::preview_url(&medium.path),
        kind: medium.kind,
        name: String::new(),
        duration_ms: medium.duration_ms,
    }
}

/// Coordinates, with the accuracy where the device measured them.
pub(crate) fn place_line(place: &Place) -> String {
    let at = format!("{:.5}, {:.5}", place.position.lat(), place.position.lon());
    match place.source {
        PlaceSource::Device => format!("{at} ({})", (words().accuracy)(place.position.accuracy_m())),
        PlaceSource::Chosen | PlaceSource::Ward | PlaceSource::Photo => at,
    }
}

#[component]
fn Fact(
    glyph: Glyph,
    #[prop(into)] label: String,
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
