//! A look at the device: whether it shows what was promised; where two things may be, which it is.

use std::collections::BTreeMap;

use anyhow::{Context as _, bail, ensure};
use pakn_api::{
    id::{ReportId, UserId},
    ipc::{
        AttachmentState, AttachmentView, DraftView, GetDraft, GetSession, ListDrafts, ListReports, ReportSummary, SessionView,
        Whereabouts,
    },
};
use pakn_core::Client;

use super::{
    account::look_at_myself,
    oracle::{Kept, Oracle, Promise},
    tally::Fault,
    world::World,
};

/// What a citizen sees.
struct Seen {
    drafts: BTreeMap<ReportId, DraftView>,
    reports: BTreeMap<ReportId, ReportSummary>,
}

async fn see(client: &Client) -> anyhow::Result<Seen> {
    let mut drafts = BTreeMap::new();
    for summary in client.list_drafts(ListDrafts {}).await? {
        let draft = client.get_draft(GetDraft { report_id: summary.report_id }).await?;
        ensure!(drafts.insert(draft.report_id, draft).is_none(), "a draft is listed twice");
    }
    let mut reports = BTreeMap::new();
    for report in client.list_reports(ListReports {}).await? {
        ensure!(reports.insert(report.report_id, report).is_none(), "a report is listed twice");
    }
    Ok(Seen { drafts, reports })
}

/// Who is, or last was, signed in.
async fn account(client: &Client, world: &World) -> anyhow::Result<Option<UserId>> {
    let number = match client.get_session(GetSession {}).await? {
        SessionView::SignedOut => return Ok(None),
        SessionView::SignedIn { phone, .. } | SessionView::Expired { phone, .. } => phone,
    };
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    Ok(Some(world.people.iter().find(|person| person.phone == digits).context("a stranger is signed in")?.user))
}

/// Whether the device shows a report as it would be shown if it were there.
fn fits(
    kept: &Kept,
    promise: &Promise,
    report: ReportId,
    seen: &Seen,
    (oracle, unswept): (Option<UserId>, bool),
    late: bool,
) -> Result<(), String> {
    let (draft, listed) = (seen.drafts.get(&report), seen.reports.get(&report));
    match (kept, draft) {
        (Kept::Draft(_), None) => Err("the draft is gone".to_owned()),
        (Kept::Draft(form), Some(draft)) => {
            if draft.form != *form {
                return Err(format!("the draft says {:?} instead of {form:?}", draft.form));
            }
            if listed.is_some() && !late {
                return Err("a draft is listed as a report".to_owned());
            }
            let is_loose = |id| promise.loose.iter().any(|p| p.id == id);
            let expected: Vec<_> = promise.pictures.iter().map(|p| p.id).collect();
            // Bytes that never all came go at the next start that finds room to forget them.
            let is_left =
                |a: &AttachmentView| unswept && a.state == AttachmentState::Incoming && !expected.contains(&a.attachment_id);
            let firm: Vec<_> = draft.attachments.iter().filter(|a| !is_loose(a.attachment_id) && !is_left(a)).collect();
            let whole = firm.iter().all(|a| matches!(a.state, AttachmentState::Ready { .. }));
            let same = firm.iter().map(|a| a.attachment_id).eq(expected.iter().copied());
            if whole && same { Ok(()) } else { Err(format!("the draft's pictures are {firm:?} instead of {expected:?}")) }
        }
        (Kept::Handed { .. } | Kept::Gone, Some(_)) => Err("it is a draft".to_owned()),
        (Kept::Gone, None) if listed.is_some() && !late => Err("it was thrown away and is listed".to_owned()),
        (Kept::Gone, None) => Ok(()),
        (Kept::Handed { form, owner }, None) => {
            let shown = owner.is_none() || *owner == oracle;
            match listed {
                None if shown => Err("it was handed over and is not listed".to_owned()),
                Some(_) if !shown => Err("another account's report is listed".to_owned()),
                Some(listed) if listed.title != form.title && !late => {
                    Err(format!("it is listed as {:?} instead of {:?}", listed.title, form.title))
                }
                None | Some(_) => Ok(()),
            }
        }
    }
}

/// Pictures that may be there or not: those that are ready are there from now on.
fn settle_loose(promise: &mut Promise, draft: &DraftView) {
    let state = |id| draft.attachments.iter().find(|a| a.attachment_id == id).map(|a| a.state);
    let (there, loose): (Vec<_>, Vec<_>) = std::mem::take(&mut promise.loose)
        .into_iter()
        .filter(|p| state(p.id).is_some())
        .partition(|p| matches!(state(p.id), Some(AttachmentState::Ready { .. })));
    promise.loose = loose;
    promise.pictures.extend(there);
    let place = |id| draft.attachments.iter().position(|a| a.attachment_id == id);
    promise.pictures.sort_by_key(|p| place(p.id));
}

/// Holds the device to its promises.
///
/// # Errors
/// When it shows something else.
pub(super) async fn look(client: &Client, oracle: &mut Oracle, world: &World) -> anyhow::Result<()> {
    if let Some(user) = account(client, world).await? {
        oracle.signed_in(user);
    } else {
        oracle.account = None;
    }
    look_at_myself(client, oracle).await?;
    let seen = see(client).await?;
    for (report, draft) in &seen.drafts {
        if !oracle.reports.contains_key(report) {
            let empty = draft.form.title.is_empty() && draft.attachments.is_empty();
            ensure!(std::mem::take(&mut oracle.unborn) && empty, "a draft that nobody began: {draft:?}");
            oracle.reports.insert(*report, Promise::draft(draft.form.clone()));
        }
    }
    oracle.unborn = false;
    let account = (oracle.account, oracle.unswept);
    for (report, promise) in &mut oracle.reports {
        let late = world.was_created_late(*report);
        let as_told = fits(&promise.kept, promise, *report, &seen, account, late);
        let maybe = promise.maybe.take();
        match (as_told, maybe) {
            (Ok(()), _) => {}
            (Err(why), None) => bail!("{report}: {why}; promised: {promise:?}"),
            (Err(why), Some(other)) => {
                if let Err(neither) = fits(&other, promise, *report, &seen, account, late) {
                    bail!("{report}: {why}, nor {neither}; promised: {promise:?} or {other:?}");
                }
                if let (Kept::Handed { form, .. }, Kept::Draft(_) | Kept::Gone) = (&promise.kept, &other) {
                    promise.taken_back.push(form.clone());
                }
                promise.kept = other;
            }
        }
        if let Some(draft) = seen.drafts.get(report) {
            settle_loose(promise, draft);
        }
    }
    for (report, summary) in &seen.reports {
        ensure!(oracle.reports.contains_key(report), "a report that nobody wrote: {summary:?}");
        if matches!(summary.whereabouts, Whereabouts::Parked { .. }) {
            world.tally.count(Fault::Parked);
        }
    }
    Ok(())
}
