//! Everything of a draft that will be seen, part by part, each with the way back to where it is changed.

use leptos::prelude::*;
use pakn_api::{
    ipc::{AttachmentKind, AttachmentState, AttachmentView, SessionView},
    model::{
        place::Place,
        question::{Answer, Question as Asked, QuestionKind},
        report::ReportForm,
        unit::Units,
    },
};

use super::{desk::Desk, problems::Question, review::ToQuestion};
use crate::{
    components::{
        gallery::{Film, Length},
        icon::{Glyph, Icon},
    },
    ipc, local_time,
    screens::{cards::when, report::place_line},
    state::store,
    text::words,
};

/// Place in words and, below, as coordinates: the address line, the ward.
fn place_words(form: &ReportForm, units: Option<&Units>) -> Option<String> {
    let ward = form.ward.and_then(|code| units?.ward(code)).map(|ward| ward.name.clone());
    let address = Some(form.address.trim().to_owned()).filter(|address| !address.is_empty());
    // A line that was worked out may name the ward already.
    let ward = ward.filter(|ward| address.as_ref().is_none_or(|address| !address.contains(ward.as_str())));
    let parts: Vec<_> = address.into_iter().chain(ward).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// An answer as it is read.
pub(crate) fn answer_words(asked: &Asked, answer: &Answer) -> String {
    let label = |code: &pakn_api::model::catalogue::ChoiceCode| {
        let options = match &asked.kind {
            QuestionKind::One { options } | QuestionKind::Many { options, .. } => options.as_slice(),
            QuestionKind::Text { .. } | QuestionKind::Number { .. } | QuestionKind::DateTime { .. } | QuestionKind::Unknown => {
                &[]
            }
        };
        options.iter().find(|option| &option.code == code).map_or_else(|| code.to_string(), |option| option.label.clone())
    };
    match (answer, &asked.kind) {
        (Answer::Text(text), _) => text.clone(),
        (Answer::Number(number), QuestionKind::Number { unit: Some(unit), .. }) => {
            format!("{} {unit}", (words().number)(*number))
        }
        (Answer::Number(number), _) => (words().number)(*number),
        (Answer::One(code), _) => label(code),
        (Answer::Many(codes), QuestionKind::Many { options, .. }) => {
            // In the order in which they were asked.
            let chosen = options.iter().filter(|option| codes.contains(&option.code)).map(|option| option.label.clone());
            chosen.collect::<Vec<_>>().join(", ")
        }
        (Answer::Many(codes), _) => codes.iter().map(label).collect::<Vec<_>>().join(", "),
        (Answer::DateTime(at), _) => when(*at),
    }
}

/// The parts.
#[component]
pub(super) fn ReviewSheet(desk: Desk, to: ToQuestion) -> impl IntoView {
    let store = store();
    store.need_units();
    let texts = &words().review;
    let chosen = desk.chosen();
    let title = Memo::new(move |_| desk.form.with(ReportForm::shown_title));
    let content = Memo::new(move |_| desk.form.with(|form| form.content.trim().to_owned()));
    let subject = move || match chosen.get() {
        (Some(field), Some(subject)) => format!("{} · {}", field.name, subject.name),
        (Some(_) | None, _) => words().compose.subject_none.to_owned(),
    };
    let answers = move || {
        let form = desk.form.read();
        let questions = chosen.get().1.map(|subject| subject.questions).unwrap_or_default();
        let row = |asked: Asked| {
            let answer = asked.check(form.answers.get(&asked.code), local_time::now()).ok()??;
            let text = answer_words(&asked, &answer);
            Some(view! { <div class="answered"><dt>{asked.label}</dt><dd>{text}</dd></div> })
        };
        questions.into_iter().filter_map(row).collect_view()
    };
    let asked = Memo::new(move |_| chosen.read().1.as_ref().is_some_and(|subject| !subject.questions.is_empty()));
    let place = Memo::new(move |_| desk.form.read().place);
    let in_words = move || {
        let units = store.units.read();
        let units = units.as_ref().and_then(|units| units.as_ref().ok());
        desk.form.with(|form| place_words(form, units.map(std::convert::AsRef::as_ref)))
    };
    let time = move || desk.form.read().happened_at.map(when);
    view! {
        <section class="sheet review">
            <Part question=Question::Subject label=texts.subject to><p data-test="review-subject">{subject}</p></Part>
            <Part question=Question::Title label=texts.title_label to><p class="review-title" data-test="review-title">{title}</p></Part>
            <Part question=Question::Content label=texts.content to>
                <p class="report-content" data-test="review-content">{content}</p>
            </Part>
            <Show when=move || asked.get()>
                <Part question=Question::Answers label=texts.answers to><dl class="answers-given" data-test="review-answers">{answers}</dl></Part>
            </Show>
            <Part question=Question::Photos label=texts.photos to><Pictures desk/></Part>
            <Part question=Question::Place label=texts.place to>
                <div data-test="review-place">
                    {move || in_words().map(|line| view! { <p><strong>{line}</strong></p> })}
                    {move || place.get().map(|place: Place| view! { <p>{place_line(&place)}</p> })}
                </div>
            </Part>
            <Part question=Question::Time label=texts.time to><p data-test="review-time">{time}</p></Part>
            <Part question=Question::Sender label=texts.sender to><SenderLine desk/></Part>
        </section>
    }
}

/// One part, with its way back.
#[component]
fn Part(question: Question, label: &'static str, to: ToQuestion, children: ChildrenFn) -> impl IntoView {
    let edit = format!("{}: {label}", words().review.edit);
    view! {
        <div class="part">
            <h2>{label}</h2>
            <button type="button" class="link" aria-label=edit data-test=format!("edit-{}", question.id()) on:click=move |_| to.go(question)>
                {words().review.edit}
            </button>
            <div class="part-body">{children()}</div>
        </div>
    }
}

/// Pictures that are ready; those that are not yet are said to be coming.
#[component]
fn Pictures(desk: Desk) -> impl IntoView {
    let texts = &words().review;
    let pictures = RwSignal::from(desk.uploads.with_value(|uploads| uploads.attachments.clone()));
    let busy = desk.uploads.get_value();
    let ready = move || {
        let is_ready = |picture: &AttachmentView| matches!(picture.state, AttachmentState::Ready { .. });
        pictures.get().into_iter().filter(is_ready).collect::<Vec<_>>()
    };
    let count = pictures;
    let coming = Memo::new(move |_| busy.busy() || ready().len() < count.read().len());
    let none = Memo::new(move |_| count.read().is_empty() && !coming.get());
    let picture = |picture: AttachmentView| {
        let url = ipc::preview_url(&picture.attachment_id.to_string());
        match picture.kind {
            AttachmentKind::Photo => {
                view! { <li class="photo"><img src=url alt=picture.name data-test="review-photo"/></li> }.into_any()
            }
            AttachmentKind::Video => view! {
                <li class="photo">
                    <Film poster=picture.has_poster.then_some(url)/>
                    <Length duration_ms=picture.duration_ms/>
                    <span class="unseen" data-test="review-video">{picture.name}</span>
                </li>
            }
            .into_any(),
        }
    };
    view! {
        <ul class="photos"><For each=ready key=|picture| (picture.attachment_id, picture.has_poster) children=picture/></ul>
        <Show when=move || coming.get()><p class="fine">{texts.photos_coming}</p></Show>
        <Show when=move || none.get()><p class="fine">{texts.no_photos}</p></Show>
    }
}

/// Who sends, as the handling agency will see it.
#[component]
fn SenderLine(desk: Desk) -> impl IntoView {
    let store = store();
    let texts = &words().review;
    let hidden = Memo::new(move |_| desk.form.read().anonymous);
    let named = move || match store.session.value.get() {
        Some(SessionView::SignedIn { name, phone } | SessionView::Expired { name, phone }) => {
            [name, phone].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
        }
        Some(SessionView::SignedOut) | None => texts.named_nobody.to_owned(),
    };
    let line = move || if hidden.get() { texts.hidden.to_owned() } else { named() };
    view! {
        <p class="review-sender" data-test="review-sender">
            {move || view! { <Icon glyph=if hidden.get() { Glyph::Mask } else { Glyph::Person }/> }}
            <span>{line}</span>
        </p>
        <Show when=move || hidden.get()><p class="fine">{texts.hidden_text}</p></Show>
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::model::{
        catalogue::{ChoiceCode, QuestionCode},
        question::Choice,
    };

    use super::*;

    fn code(text: &str) -> ChoiceCode {
        ChoiceCode::parse(text).unwrap()
    }

    fn asked(kind: QuestionKind) -> Asked {
        Asked { code: QuestionCode::parse("cau-hoi").unwrap(), label: "Câu hỏi".to_owned(), hint: None, required: true, kind }
    }

    #[test]
    fn answers_are_read_as_they_were_asked() {
        let options = ["mot", "hai"].map(|text| Choice { code: code(text), label: format!("Mục {text}") }).to_vec();
        let number = |unit: Option<&str>| QuestionKind::Number { min: 0.0, max: 9.0, decimals: 1, unit: unit.map(str::to_owned) };
        let one = QuestionKind::One { options: options.clone() };
        let many = QuestionKind::Many { options, at_most: None };
        let table = [
            (QuestionKind::Text { max_chars: 9 }, Answer::Text("Rất sâu".to_owned()), "Rất sâu"),
            (number(Some("m")), Answer::Number(2.5), "2,5 m"),
            (number(None), Answer::Number(3.0), "3"),
            (one, Answer::One(code("hai")), "Mục hai"),
            (many.clone(), Answer::Many([code("hai"), code("mot")].into()), "Mục mot, Mục hai"),
            (many, Answer::Many([code("hai")].into()), "Mục hai"),
        ];
        for (kind, answer, expected) in table {
            assert_eq!(answer_words(&asked(kind), &answer), expected, "{answer:?}");
        }
    }

    #[test]
    fn a_place_is_said_in_words_where_there_are_some() {
        let form = ReportForm { address: " 12 Trần Phú ".to_owned(), ..ReportForm::default() };
        assert_eq!(place_words(&form, None).as_deref(), Some("12 Trần Phú"));
        assert_eq!(place_words(&ReportForm::default(), None), None);
    }
}
