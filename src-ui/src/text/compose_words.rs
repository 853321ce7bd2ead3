//! What there is to say while a report is composed: choosing, the form's own questions, the last look, drafts put aside.

use super::words::sentences;

sentences! {
    /// Choosing what it is about.
    ChooseWords {
        title, change_title, urgent, fields, search, search_hint, write, write_hint, now, none_title, none_text,
    }
    /// The form.
    ComposeWords {
        what_heading, subject_none, subject_none_text, subject_choose, subject_change, suggest, chosen, content_label, title_label,
        title_hint, title_empty, answers_heading, may_be_left, clear_choice, newer_needed, time_now, time_began, time_other,
        time_other_label, time_photo, who_caption, who_reader, who_named, who_hidden, who_now, reader_public, reader_agency, reader_centre,
        sees_name, sees_name_phone, sees_nothing, sees_all, review, review_hint,
    }
    /// The last look before sending.
    ReviewWords {
        title, lead, missing_heading, subject, title_label, content, answers, photos, no_photos, photos_coming, place, time, sender, hidden,
        hidden_text, named_nobody, edit, statement_heading,
    }
    /// Drafts put aside.
    DiscardedWords { discarded, undo, restore, restored, gone, heading, text, close }
    /// The way of a report.
    WayWords { heading, kept, sent, accepted, handled, answered, done, here }
}
