//! What stays behind when a draft's screen goes: what was typed is kept; a draft into which nobody put anything goes
//! with its screen.

use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    id::ReportId,
    ipc::{DiscardDraft, ListDrafts},
};

use super::uploads::Uploads;
use crate::{
    autosave::{Autosave, flush_when_hidden},
    ipc,
    state::Store,
};

/// Keeps what is typed when the page is hidden and when the screen goes. A draft with nothing in it goes too, unless its
/// screen was left to be come back to.
pub(super) fn keep_on_leaving(store: Store, autosave: &Autosave, uploads: &Uploads, report_id: ReportId) {
    flush_when_hidden(autosave);
    let (autosave, uploads) = (autosave.clone(), uploads.clone());
    on_cleanup(move || {
        if autosave.is_closed() {
            return;
        }
        if autosave.is_awaited() || !is_nothing(&autosave, &uploads) {
            return autosave.flush_now();
        }
        autosave.close();
        store.fleeting_drafts.write_value().insert(report_id);
        spawn_local(async move {
            if ipc::invoke(DiscardDraft { report_id }).await.is_err() {
                // It stays in the list of drafts, where it can be opened and thrown away.
                store.fleeting_drafts.write_value().remove(&report_id);
            }
            store.drafts.load(ListDrafts {});
        });
    });
}

fn is_nothing(autosave: &Autosave, uploads: &Uploads) -> bool {
    autosave.form().with_untracked(pakn_api::model::report::ReportForm::is_blank) && uploads.is_nothing()
}

#[cfg(test)]
mod tests {
    use pakn_api::{
        Timestamp,
        ipc::AppError,
        model::{
            catalogue::Catalogue,
            place::{Place, PlaceSource, Position},
            report::ReportForm,
        },
    };

    use super::*;

    fn autosave(edit: impl FnOnce(&mut ReportForm)) -> Autosave {
        let mut form = ReportForm { happened_at: Some(Timestamp(1)), ..ReportForm::default() };
        edit(&mut form);
        Autosave::new(form, |_| async { Err::<(), _>(AppError::Bug) })
    }

    fn place(source: PlaceSource) -> Option<Place> {
        let position = Position::new(14.35, 108.0, 5.0).ok()?;
        Some(Place { position, source, taken_at: Timestamp(1) })
    }

    #[test]
    fn only_a_draft_with_nothing_of_the_citizens_goes_with_its_screen() {
        let field = || Catalogue::builtin().fields.first().map(|field| field.code.clone());
        let uploads = Uploads::new(ReportId::new(1, [1; 10]));
        let table = [
            ("just started", autosave(|_| {}), true),
            ("started from a field", autosave(|f| f.field = field()), true),
            ("the device found its place", autosave(|f| f.place = place(PlaceSource::Device)), true),
            ("a place was chosen", autosave(|f| f.place = place(PlaceSource::Chosen)), false),
            ("another time was chosen", autosave(|f| f.time_chosen = true), false),
            ("it has a title", autosave(|f| f.title = "Ổ gà".to_owned()), false),
            ("it has content", autosave(|f| f.content = "Ổ gà".to_owned()), false),
            ("only white space was typed", autosave(|f| f.content = " \n".to_owned()), true),
        ];
        for (what, autosave, expected) in table {
            assert_eq!(is_nothing(&autosave, &uploads), expected, "{what}");
        }
        let blank = autosave(|_| {});
        for asking in [true, false] {
            uploads.set_asking(asking);
            assert_eq!(is_nothing(&blank, &uploads), !asking, "the camera may give something yet: {asking}");
        }
    }

    #[test]
    fn a_screen_that_was_left_to_be_come_back_to_is_awaited_until_then() {
        let autosave = autosave(|_| {});
        assert!(!autosave.is_awaited());
        autosave.mark_awaited();
        assert!(autosave.is_awaited());
        autosave.came_back();
        assert!(!autosave.is_awaited());
    }
}
