//! When it happened: now, unless the citizen says otherwise; a picture's own time is offered.
//!
//! "Now" is the moment in which the report was begun. Once that has passed by a while it is called what it is.

use leptos::prelude::*;
use pakn_api::{Timestamp, ipc::AttachmentView};

use super::{desk::Desk, problems::Question};
use crate::{
    components::{
        entry::{Entry, Problem, described_by},
        icon::{Glyph, Icon},
    },
    local_time::{self, LocalTime},
    screens::cards::when,
    text::words,
};

/// How long after its beginning a report is still about now, in milliseconds.
const STILL_NOW_MS: i64 = 15 * 60 * 1_000;
/// The most times of pictures that are offered.
const OFFERED: usize = 2;
/// Pictures taken within this of each other are of the same moment, in milliseconds.
const SAME_MOMENT_MS: i64 = 60 * 1_000;

fn is_still_now(begun: Timestamp, now: Timestamp) -> bool {
    (0..=STILL_NOW_MS).contains(&(now.0 - begun.0))
}

/// When pictures say that they were taken, the earliest first: times that have passed, are not the report's and not
/// (nearly) the same.
fn offers(pictures: &[AttachmentView], given: Option<Timestamp>, now: Timestamp) -> Vec<Timestamp> {
    let mut times: Vec<_> = pictures.iter().filter_map(|picture| picture.hint?.taken_at).filter(|at| *at <= now).collect();
    times.sort_unstable_by_key(|at| at.0);
    times.dedup_by(|later, earlier| later.0 - earlier.0 < SAME_MOMENT_MS);
    times.retain(|at| given.is_none_or(|given| (given.0 - at.0).abs() >= SAME_MOMENT_MS));
    times.truncate(OFFERED);
    times
}

#[component]
pub(super) fn Time(desk: Desk) -> impl IntoView {
    let texts = &words().compose;
    let problem = desk.problem(Question::Time);
    let chosen = Memo::new(move |_| desk.form.read().time_chosen);
    let at = Memo::new(move |_| desk.form.read().happened_at);
    let minute = || LocalTime::of(local_time::now()).instant();
    let now = move |_| {
        desk.change(|form| {
            form.time_chosen = false;
            form.happened_at = Some(minute());
        });
    };
    let other = move |_| desk.change(|form| form.time_chosen = true);
    let by_itself = move || {
        desk.tick.track();
        match at.get() {
            Some(begun) if !chosen.get() && !is_still_now(begun, local_time::now()) => {
                format!("{} · {}", texts.time_began, when(begun))
            }
            Some(_) | None => texts.time_now.to_owned(),
        }
    };
    let pictures = RwSignal::from(desk.uploads.with_value(|uploads| uploads.attachments.clone()));
    let offered = Memo::new(move |_| offers(&pictures.read(), at.get(), local_time::now()));
    let use_time = move |taken_at: Timestamp| {
        desk.change(|form| {
            form.time_chosen = true;
            form.happened_at = Some(LocalTime::of(taken_at).instant());
        });
    };
    let offer = move |taken_at: Timestamp| {
        view! {
            <li>
                <button type="button" class="button quiet offer" data-test="time-of-photo" on:click=move |_| use_time(taken_at)>
                    <Icon glyph=Glyph::Camera/>
                    <span>{(words().photo_taken)(&when(taken_at))}": "{texts.time_photo}</span>
                </button>
            </li>
        }
    };
    view! {
        <fieldset class="entry" class:wrong=move || problem.get().is_some() id="time" tabindex="-1" aria-describedby="time-problem">
            <legend class="entry-label">{words().draft.time}</legend>
            <div class="choices">
                <label class="choice">
                    <input type="radio" name="time" data-test="time-now" prop:checked=move || !chosen.get() on:change=now/>
                    <span class="choice-face">{by_itself}</span>
                </label>
                <label class="choice">
                    <input type="radio" name="time" data-test="time-other" prop:checked=chosen on:change=other/>
                    <span class="choice-face">{texts.time_other}</span>
                </label>
            </div>
            <Show when=move || chosen.get()><Given desk/></Show>
            <Show when=move || !offered.read().is_empty()>
                <ul class="offers"><For each=move || offered.get() key=|at| at.0 children=offer/></ul>
            </Show>
            <Problem id="time" problem/>
        </fieldset>
    }
}

/// The time that the citizen gives.
#[component]
fn Given(desk: Desk) -> impl IntoView {
    let now = || LocalTime::of(local_time::now()).to_input();
    let latest = RwSignal::new(now());
    // The minute moves on while the screen is open; a picker looks at it when it opens.
    let look_at_clock = move || {
        latest.set(now());
        desk.tick.notify();
    };
    let shown = Memo::new(move |_| desk.form.read().happened_at.map(|at| LocalTime::of(at).to_input()).unwrap_or_default());
    let invalid = move || desk.problem(Question::Time).get().is_some().to_string();
    let change = move |event| {
        let at = LocalTime::from_input(&event_target_value(&event)).map(LocalTime::instant);
        desk.change(|form| form.happened_at = at);
    };
    view! {
        <Entry id="time-given" label=words().compose.time_other_label problem=Signal::stored(None)>
            <input id="time-given" class="box" type="datetime-local" max=latest data-test="draft-time"
                aria-describedby=described_by("time") aria-invalid=invalid prop:value=shown
                on:focus=move |_| look_at_clock() on:pointerdown=move |_| look_at_clock() on:change=change/>
        </Entry>
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::{
        id::AttachmentId,
        ipc::{AttachmentKind, AttachmentState, MediaHint},
    };

    use super::*;

    const NOW: Timestamp = Timestamp(1_764_000_000_000);

    fn taken(ago_ms: i64) -> AttachmentView {
        AttachmentView {
            attachment_id: AttachmentId::new(1, [1; 10]),
            name: String::new(),
            kind: AttachmentKind::Photo,
            state: AttachmentState::Incoming,
            notice: None,
            hint: Some(MediaHint { taken_at: Some(NOW.plus_ms(-ago_ms)), position: None }),
            duration_ms: None,
            has_poster: false,
        }
    }

    #[test]
    fn a_pictures_time_is_offered_unless_it_is_no_news() {
        let hour = 60 * 60 * 1_000;
        let offered = |pictures: &[AttachmentView], given| -> Vec<i64> {
            offers(pictures, given, NOW).into_iter().map(|at| NOW.0 - at.0).collect()
        };
        assert_eq!(offered(&[taken(hour), taken(hour - 5_000), taken(2 * hour)], Some(NOW)), [2 * hour, hour]);
        assert_eq!(offered(&[taken(hour)], Some(NOW.plus_ms(-hour + 500))), [0_i64; 0], "it is the report's already");
        assert_eq!(offered(&[taken(-hour)], Some(NOW)), [0_i64; 0], "a camera whose clock is ahead");
        assert_eq!(offered(&[taken(hour)], None), [hour]);
        assert_eq!(offered(&[taken(hour), taken(2 * hour), taken(3 * hour)], None).len(), OFFERED);
        assert_eq!(offered(&[AttachmentView { hint: None, ..taken(hour) }], None), [0_i64; 0]);
    }

    #[test]
    fn now_passes() {
        for (ago, expected) in [(0, true), (STILL_NOW_MS, true), (STILL_NOW_MS + 1, false), (-1, false)] {
            assert_eq!(is_still_now(NOW.plus_ms(-ago), NOW), expected, "{ago}");
        }
    }
}
