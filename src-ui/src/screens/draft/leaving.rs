//! What stays behind when a draft's screen goes: what was typed is kept; a draft that was only looked
//! at goes with its screen.

use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    id::ReportId,
    ipc::{DiscardDraft, DraftView, ListDrafts},
    model::report::ReportForm,
};

use super::uploads::Uploads;
use crate::{
    autosave::{Autosave, flush_when_hidden},
    ipc,
    state::Store,
};

/// Whether a draft is as the shell starts one. Its time is then the very moment it was last touched; any
/// save since, of a chosen field say, has moved that moment on.
pub(super) fn is_as_started(draft: &DraftView) -> bool {
    let blank = ReportForm { field: draft.form.field.clone(), happened_at: Some(draft.updated_at), ..ReportForm::default() };
    draft.form == blank && draft.attachments.is_empty()
}

/// Keeps what is typed when the page is hidden and when the screen goes. A draft that came `as_started`
/// and into which nobody put anything goes with it.
pub(super) fn keep_on_leaving(store: Store, autosave: &Autosave, uploads: &Uploads, report_id: ReportId, as_started: bool) {
    flush_when_hidden(autosave);
    let (autosave, uploads) = (autosave.clone(), uploads.clone());
    on_cleanup(move || {
        if autosave.is_closed() {
            return;
        }
        if !(as_started && is_untouched(&autosave, &uploads)) {
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

fn is_untouched(autosave: &Autosave, uploads: &Uploads) -> bool {
    !autosave.was_changed() && uploads.attachments.read_untracked().is_empty() && uploads.list.read_untracked().is_empty()
}

#[cfg(test)]
mod tests {
    use pakn_api::{Timestamp, ipc::AppError, model::catalogue::Catalogue};

    use super::*;

    const STARTED: Timestamp = Timestamp(1_764_000_000_000);

    fn draft(edit: impl FnOnce(&mut DraftView)) -> DraftView {
        let form = ReportForm { happened_at: Some(STARTED), ..ReportForm::default() };
        let mut draft = DraftView { report_id: report_id(), form, attachments: Vec::new(), updated_at: STARTED };
        edit(&mut draft);
        draft
    }

    fn report_id() -> ReportId {
        ReportId::new(1, [1; 10])
    }

    #[test]
    fn only_a_draft_that_was_never_saved_is_as_it_was_started() {
        let field = || Catalogue::builtin().fields.first().map(|field| field.code.clone());
        let later = STARTED.plus_ms(1);
        let table = [
            ("just started", draft(|_| {}), true),
            ("started from a field", draft(|d| d.form.field = field()), true),
            ("a field was chosen", draft(|d| (d.form.field, d.updated_at) = (field(), later)), false),
            ("another time was chosen", draft(|d| (d.form.happened_at, d.updated_at) = (Some(Timestamp(1)), later)), false),
            ("its text was deleted", draft(|d| d.updated_at = later), false),
            ("it has no time", draft(|d| d.form.happened_at = None), false),
            ("it has a title", draft(|d| d.form.title = "Ổ gà".to_owned()), false),
            ("it is anonymous", draft(|d| d.form.anonymous = true), false),
        ];
        for (what, draft, expected) in table {
            assert_eq!(is_as_started(&draft), expected, "{what}");
        }
    }

    #[test]
    fn what_was_changed_and_changed_back_is_not_untouched() {
        let autosave = Autosave::new(ReportForm::default(), |_| async { Err::<(), _>(AppError::Bug) });
        let uploads = Uploads::new(report_id());
        assert!(is_untouched(&autosave, &uploads));
        autosave.edit(|form| form.title = "Ổ".to_owned());
        autosave.edit(|form| form.title.clear());
        assert!(!is_untouched(&autosave, &uploads));
    }
}
