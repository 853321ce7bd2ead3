//! What the screens show: drafts, reports, the session, how it stands with the server.

use std::collections::BTreeSet;

use pakn_api::{
    id::{MediaHash, ReportId},
    ipc::{
        AttachmentKind, AttachmentState, DraftSummary, DraftView, GetCatalogue, GetDraft, GetJurisdiction, GetReport, GetSession,
        GetSync, ListDrafts, ListReports, MediaView, ReportDetail, ReportSummary, SessionView, SyncNow, SyncView, Whereabouts,
    },
    model::{
        catalogue::Catalogue,
        jurisdiction::Jurisdiction,
        report::{MediaRef, Submission},
    },
};
use rusqlite::Connection as Db;

use super::{Client, Inner};
use crate::{
    error::Error,
    store::{
        self, attachment, draft,
        outbox::{self, Operation, OutboxRow},
        receipt, report,
        setting::{self, AccountKey, CatalogueKey, JurisdictionKey},
    },
    sync::{Trigger, state::Link},
};

/// The fields in force: as last fetched, else built in.
pub(crate) fn catalogue(db: &Db) -> store::Result<Catalogue> {
    Ok(setting::get::<CatalogueKey>(db)?.map_or_else(Catalogue::builtin, |kept| kept.value))
}

/// The profile in force: as last fetched, else built in.
pub(crate) fn jurisdiction(db: &Db) -> store::Result<Jurisdiction> {
    Ok(setting::get::<JurisdictionKey>(db)?.map_or_else(Jurisdiction::builtin, |kept| kept.value))
}

/// A draft in a list.
pub(crate) fn draft_summary(db: &Db, draft: draft::Draft) -> store::Result<DraftSummary> {
    let photos = attachment::shown_of_report(db, draft.report_id)?;
    Ok(DraftSummary {
        report_id: draft.report_id,
        title: draft.form.shown_title(),
        field: draft.form.field,
        updated_at: draft.updated_at,
        cover: photos.iter().find(|a| a.medium().is_some() && (!a.kind.is_video() || a.poster.is_some())).map(|a| a.id),
        photos: u32::try_from(photos.len()).unwrap_or(u32::MAX),
    })
}

pub(crate) fn draft_view(db: &Db, report_id: ReportId) -> store::Result<Option<DraftView>> {
    let Some(draft) = draft::get(db, report_id)? else { return Ok(None) };
    let attachments = attachment::shown_of_report(db, report_id)?.iter().map(attachment::Attachment::view).collect();
    Ok(Some(DraftView { report_id, form: draft.form, attachments, updated_at: draft.updated_at }))
}

/// A report's files by their `photo:` paths: by the device's own file where there is one, else by hash.
pub(super) fn media_of(db: &Db, report_id: ReportId, submission: &Submission) -> store::Result<Vec<MediaView>> {
    let here = attachment::shown_of_report(db, report_id)?;
    let path = |hash: MediaHash| {
        let own = here.iter().find(|a| a.medium().is_some_and(|m| m.sha256 == hash));
        own.map_or_else(|| hash.to_string(), |a| a.id.to_string())
    };
    let kind = |m: &MediaRef| if m.kind.is_video() { AttachmentKind::Video } else { AttachmentKind::Photo };
    Ok(submission.media.iter().map(|m| MediaView { path: path(m.sha256), kind: kind(m), duration_ms: m.duration_ms }).collect())
}

pub(super) fn whereabouts(inner: &Inner, row: &OutboxRow, signed_in: bool) -> Whereabouts {
    match (&row.parked, inner.flight.progress(row.report_id)) {
        (Some(reason), _) => Whereabouts::Parked { reason: reason.clone() },
        (None, Some((sent_bytes, total_bytes))) => Whereabouts::Sending { sent_bytes, total_bytes },
        (None, None) => Whereabouts::Waiting { needs_sign_in: !signed_in },
    }
}

fn summary(db: &Db, report_id: ReportId, submission: &Submission, whereabouts: Whereabouts) -> store::Result<ReportSummary> {
    Ok(ReportSummary {
        report_id,
        title: submission.title.as_str().to_owned(),
        field: submission.field.clone(),
        submitted_at: submission.submitted_at,
        whereabouts,
        cover: media_of(db, report_id, submission)?.into_iter().find(|m| m.kind == AttachmentKind::Photo).map(|m| m.path),
    })
}

impl Client {
    /// The fields and subjects in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_catalogue(&self, _: GetCatalogue) -> Result<Catalogue, Error> {
        Ok(self.inner.store.read(catalogue).await?)
    }

    /// The jurisdiction profile in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_jurisdiction(&self, _: GetJurisdiction) -> Result<Jurisdiction, Error> {
        Ok(self.inner.store.read(jurisdiction).await?)
    }

    /// Who is signed in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_session(&self, _: GetSession) -> Result<SessionView, Error> {
        let account = self.inner.store.read(setting::get::<AccountKey>).await?;
        Ok(match account {
            None => SessionView::SignedOut,
            Some(account) if account.expired || self.inner.session().is_none() => {
                SessionView::Expired { phone: account.number(), name: account.name }
            }
            Some(account) => SessionView::SignedIn { phone: account.number(), name: account.name },
        })
    }

    /// All drafts, the last touched first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_drafts(&self, _: ListDrafts) -> Result<Vec<DraftSummary>, Error> {
        let list = |db: &Db| draft::list(db)?.into_iter().map(|draft| draft_summary(db, draft)).collect();
        Ok(self.inner.store.read(list).await?)
    }

    /// One draft with its attachments.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is no draft (any more).
    pub async fn get_draft(&self, args: GetDraft) -> Result<DraftView, Error> {
        let mut draft = self.inner.store.read(move |db| draft_view(db, args.report_id)).await?.ok_or(Error::NotFound)?;
        for picture in draft.attachments.iter_mut().filter(|picture| matches!(picture.state, AttachmentState::Processing { .. }))
        {
            // Nobody is at work on it any more.
            if self.inner.is_given_up(picture.attachment_id) {
                picture.state = AttachmentState::Incoming;
            } else {
                picture.state = AttachmentState::Processing { percent: self.inner.jobs.percent(picture.attachment_id) };
            }
        }
        Ok(draft)
    }

    /// All of my reports that are no longer drafts: what waits first, then the last sent.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_reports(&self, _: ListReports) -> Result<Vec<ReportSummary>, Error> {
        let inner = self.inner.clone();
        let signed_in = inner.session().is_some();
        let list = move |db: &Db| {
            let user_id = setting::get::<AccountKey>(db)?.map(|a| a.user_id);
            let waiting = outbox::list(db, user_id)?;
            let here: BTreeSet<_> = waiting.iter().map(|row| row.report_id).collect();
            let mut reports = Vec::new();
            for row in &waiting {
                let Operation::CreateReport { submission } = &row.operation;
                reports.push(summary(db, row.report_id, submission, whereabouts(&inner, row, signed_in))?);
            }
            let mirrored = user_id.map_or(Ok(Vec::new()), |id| report::list(db, id))?;
            for view in mirrored.iter().filter(|view| !here.contains(&view.report_id)) {
                reports.push(summary(db, view.report_id, &view.submission, Whereabouts::Sent { status: view.status })?);
            }
            Ok(reports)
        };
        Ok(self.inner.store.read(list).await?)
    }

    /// One of my reports.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is not mine, or still a draft.
    pub async fn get_report(&self, args: GetReport) -> Result<ReportDetail, Error> {
        let inner = self.inner.clone();
        let signed_in = inner.session().is_some();
        let report_id = args.report_id;
        let find = move |db: &Db| {
            let user_id = setting::get::<AccountKey>(db)?.map(|a| a.user_id);
            let row = outbox::shown(db, user_id, report_id)?;
            let server = user_id.map_or(Ok(None), |id| report::get(db, id, report_id))?;
            let (submission, whereabouts) = match (&row, &server) {
                (Some(row), _) => {
                    let Operation::CreateReport { submission } = &row.operation;
                    (submission.clone(), whereabouts(&inner, row, signed_in))
                }
                (None, Some(view)) => (view.submission.clone(), Whereabouts::Sent { status: view.status }),
                (None, None) => return Ok(None),
            };
            let media = media_of(db, report_id, &submission)?;
            let receipt = receipt::view(db, report_id)?;
            Ok(Some(ReportDetail { receipt, ..detail(report_id, submission, whereabouts, media, server) }))
        };
        self.inner.store.read(find).await?.ok_or(Error::NotFound)
    }

    /// How it stands with the server.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get_sync(&self, _: GetSync) -> Result<SyncView, Error> {
        match self.inner.last_sync() {
            Some(view) => Ok(view),
            None => self.inner.sync_view(&Link::Unknown, 0).await,
        }
    }

    /// Tries now.
    ///
    /// # Errors
    /// None at present; the outcome comes as a change.
    #[expect(clippy::unused_async, reason = "every command is async")]
    pub async fn sync_now(&self, _: SyncNow) -> Result<(), Error> {
        self.trigger(Trigger::Asked);
        Ok(())
    }
}

fn detail(
    report_id: ReportId,
    submission: Submission,
    whereabouts: Whereabouts,
    media: Vec<MediaView>,
    server: Option<pakn_api::wire::ReportView>,
) -> ReportDetail {
    ReportDetail {
        report_id,
        field: submission.field,
        subject: submission.subject,
        title: submission.title.into(),
        content: submission.content.into(),
        happened_at: submission.happened_at,
        place: submission.place,
        anonymous: submission.anonymous,
        submitted_at: submission.submitted_at,
        whereabouts,
        media,
        answers: submission.answers,
        ward: submission.ward,
        address: submission.address.map(String::from),
        server,
        receipt: None,
    }
}
