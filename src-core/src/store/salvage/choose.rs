//! Decides which rows the new database gets. Pure.
//!
//! A table whose tree was whole is taken as it is. Of one that was not, the index says which rows there
//! were, and the newest version of each is taken from wherever it stands. Where the index is hurt too, all
//! are taken that the server isn't known to have: a discarded draft may come back, none goes missing, and an
//! operation sent again is answered with the receipt it had.

use std::collections::{BTreeMap, BTreeSet};

use pakn_api::{
    id::{AttachmentId, ReportId},
    ipc::LostItem,
};

use super::{
    record::Value,
    scan::{Finds, Trust},
    shape::{Attachment, Draft, Index, Outbox, Receipt, Report, Row, Setting, Table},
};
use crate::store::setting::AccountSetting;

/// Settings that a signed-out, freshly installed app would do without are not guessed.
const SETTINGS: [&str; 7] = ["account", "server_url", "catalogue", "jurisdiction", "salvage", "consents", "welcomed"];
/// True of this moment alone. From before, they would speak of another account, of a code long used or of a deletion
/// that was refused.
const OF_NOW: [&str; 4] = ["account", "sent_code", "asked_code", "deletion"];
/// As these: who signed out since may have left none on the phone, and signing in brings it.
const PROFILES: &str = "profile/";
/// Each account's own.
const OF_ACCOUNTS: [&str; 3] = [PROFILES, "profile_form/", "consents/"];

fn is_kept(name: &str) -> bool {
    SETTINGS.contains(&name) || OF_NOW.contains(&name) || OF_ACCOUNTS.iter().any(|own| name.starts_with(own))
}

fn is_of_now(name: &str) -> bool {
    OF_NOW.contains(&name) || name.starts_with(PROFILES)
}

/// What the new database gets, as far as the old one told.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub(super) drafts: Vec<Draft>,
    pub(super) outbox: Vec<Outbox>,
    pub(super) attachments: Vec<(Attachment, Trust)>,
    pub(super) reports: Vec<Report>,
    pub(super) receipts: Vec<Receipt>,
    pub(super) settings: Vec<Setting>,
    pub(super) lost: Vec<LostItem>,
    /// Pictures whose row can't be read: their report and their place in it, as the indexes have them.
    pub(super) places: Places,
}

/// The keys of an index, by rowid.
fn keys<T: std::str::FromStr + Ord + Copy>(finds: &Finds, index: Index) -> (Vec<(T, i64, i64)>, bool) {
    let Some((entries, whole)) = finds.entries.get(&index) else { return (Vec::new(), false) };
    let read = |entry: &Vec<Value>| {
        let rowid = entry.last()?.int()?;
        Some((entry.first()?.text()?.parse().ok()?, entry.get(1)?.int()?, rowid))
    };
    (entries.iter().filter_map(read).collect(), *whole)
}

struct Choice<'a> {
    finds: &'a Finds,
}

impl Choice<'_> {
    /// The best version of each row of a table; `time` tells versions of a row apart.
    fn best<K: Ord + Copy, R: Clone>(
        &self,
        table: Table,
        known: Option<&BTreeSet<K>>,
        of: impl Fn(&Row) -> Option<(K, i64, R)>,
    ) -> BTreeMap<K, (R, Trust)> {
        let whole = self.finds.whole.contains(&table);
        let mut best: BTreeMap<K, ((bool, i64, Trust), R)> = BTreeMap::new();
        for (row, trust) in &self.finds.rows {
            let Some((key, time, row)) = of(row) else { continue };
            let live = *trust == Trust::Live;
            if !live && (whole || known.is_some_and(|known| !known.contains(&key))) {
                continue;
            }
            let rank = (live && !self.finds.outdated, time, *trust);
            if best.get(&key).is_none_or(|(there, _)| *there < rank) {
                best.insert(key, (rank, row));
            }
        }
        best.into_iter().map(|(key, ((_, _, trust), row))| (key, (row, trust))).collect()
    }
}

/// Chooses among everything that was found.
pub(super) fn choose(finds: &Finds) -> Chosen {
    let choice = Choice { finds };
    let reports = choice.best(Table::Report, None, |row| match row {
        Row::Report(r) => Some((r.id, r.revision, r.clone())),
        Row::Draft(_) | Row::Attachment(_) | Row::Outbox(_) | Row::Receipt(_) | Row::Setting(_) => None,
    });
    let receipts = choice.best(Table::Receipt, None, |row| match row {
        Row::Receipt(r) => Some((r.report, r.received_at, r.clone())),
        Row::Draft(_) | Row::Attachment(_) | Row::Outbox(_) | Row::Report(_) | Row::Setting(_) => None,
    });
    let trusted = |trust: &Trust| *trust >= Trust::Stray;
    let reports: Vec<Report> = reports.into_values().filter(|(_, trust)| trusted(trust)).map(|(row, _)| row).collect();
    let receipts: Vec<Receipt> = receipts.into_values().filter(|(_, trust)| trusted(trust)).map(|(row, _)| row).collect();
    let settled: BTreeSet<ReportId> = reports.iter().map(|r| r.id).chain(receipts.iter().map(|r| r.report)).collect();

    let (queued, all_queued) = keys::<ReportId>(finds, Index::OutboxByReport);
    let (drafted, all_drafted) = keys::<ReportId>(finds, Index::Drafts);
    let mut outbox = outbox(&choice, all_queued.then(|| queued.iter().map(|(_, _, seq)| *seq).collect()).as_ref(), &settled);
    let known: BTreeSet<ReportId> = drafted.iter().map(|(id, _, _)| *id).collect();
    let mut drafts = choice.best(Table::Draft, all_drafted.then_some(&known), |row| match row {
        Row::Draft(d) => Some((d.id, d.updated_at, d.clone())),
        Row::Attachment(_) | Row::Outbox(_) | Row::Report(_) | Row::Receipt(_) | Row::Setting(_) => None,
    });
    drafts.retain(|id, (_, trust)| *trust == Trust::Live || !settled.contains(id));
    // Handing a draft over takes it away, taking a report back takes its row away: the later one is true.
    outbox.retain(|row| drafts.get(&row.report).is_none_or(|(draft, _)| draft.updated_at <= row.created_at));
    outbox.iter().for_each(|row| drop(drafts.remove(&row.report)));

    let lost = lost(finds, &settled, &drafts.keys().copied().collect(), &outbox, &queued, &drafted);
    let settings = finds.rows.iter().filter_map(|(row, trust)| match row {
        Row::Setting(s) if *trust == Trust::Live && is_kept(&s.name) => Some(s.clone()),
        Row::Setting(_) | Row::Draft(_) | Row::Attachment(_) | Row::Outbox(_) | Row::Report(_) | Row::Receipt(_) => None,
    });
    // Beside another account's token, an older account would let one person's reports leave by another's name.
    let settings: Vec<Setting> = settings.filter(|s| !(finds.outdated && is_of_now(&s.name))).collect();
    // Who signs in is given what was nobody's; a version from before that still says so.
    let account =
        settings.iter().find(|s| s.name == "account").and_then(|s| serde_json::from_str::<AccountSetting>(&s.value).ok());
    for row in &mut outbox {
        row.user = row.user.or(account.as_ref().map(|account| account.user_id));
    }
    let (attachments, places) = attachments(&choice);
    Chosen {
        drafts: drafts.into_values().map(|(draft, _)| draft).collect(),
        outbox,
        attachments,
        reports,
        receipts,
        settings,
        lost,
        places,
    }
}

fn outbox(choice: &Choice<'_>, known: Option<&BTreeSet<i64>>, settled: &BTreeSet<ReportId>) -> Vec<Outbox> {
    let found = choice.best(Table::Outbox, known, |row| match row {
        Row::Outbox(o) => Some((o.seq, o.attempts, o.clone())),
        Row::Draft(_) | Row::Attachment(_) | Row::Report(_) | Row::Receipt(_) | Row::Setting(_) => None,
    });
    let live: BTreeSet<ReportId> = found.values().filter(|(_, t)| *t == Trust::Live).map(|(o, _)| o.report).collect();
    let mut last: BTreeMap<ReportId, Outbox> = BTreeMap::new();
    let mut chosen = Vec::new();
    for (row, trust) in found.into_values() {
        if trust == Trust::Live {
            chosen.push(row);
        } else if !row.is_report() {
            // Each is an operation of its own. One from a moment before may long have been followed by another.
            if known.is_some() || trust == Trust::Stray {
                chosen.push(Outbox { attempts: row.attempts.max(1), parked: None, ..row });
            }
        } else if known.is_some() || (!live.contains(&row.report) && !settled.contains(&row.report)) {
            // It may have been sent since, and it may have rested for a reason that is gone.
            last.insert(row.report, Outbox { attempts: row.attempts.max(1), parked: None, ..row });
        }
    }
    chosen.extend(last.into_values());
    chosen.sort_by_key(|row| row.seq);
    chosen
}

/// A picture's report, and its place among the report's pictures.
type Places = BTreeMap<AttachmentId, (ReportId, i64)>;

fn attachments(choice: &Choice<'_>) -> (Vec<(Attachment, Trust)>, Places) {
    let (ids, all) = keys::<AttachmentId>(choice.finds, Index::Attachments);
    let known: BTreeSet<AttachmentId> = ids.iter().map(|(id, _, _)| *id).collect();
    let found = choice.best(Table::Attachment, all.then_some(&known), |row| match row {
        Row::Attachment(a) => Some((a.id, i64::from(a.ready.is_some()), a.clone())),
        Row::Draft(_) | Row::Outbox(_) | Row::Report(_) | Row::Receipt(_) | Row::Setting(_) => None,
    });
    let (by_report, _) = keys::<ReportId>(choice.finds, Index::AttachmentsByReport);
    let by_rowid: BTreeMap<i64, (ReportId, i64)> = by_report.into_iter().map(|(r, position, row)| (row, (r, position))).collect();
    let places = ids.iter().filter_map(|(id, _, rowid)| Some((*id, *by_rowid.get(rowid)?))).collect();
    (found.into_values().collect(), places)
}

/// What is known to have been there and did not come back.
fn lost(
    finds: &Finds,
    settled: &BTreeSet<ReportId>,
    drafts: &BTreeSet<ReportId>,
    outbox: &[Outbox],
    queued: &[(ReportId, i64, i64)],
    drafted: &[(ReportId, i64, i64)],
) -> Vec<LostItem> {
    // What is said of an account is under its user's id.
    let users: BTreeSet<uuid::Uuid> = finds
        .rows
        .iter()
        .filter_map(|(row, _)| match row {
            Row::Outbox(o) => o.user,
            Row::Report(r) => Some(r.user),
            Row::Receipt(r) => Some(r.user),
            Row::Setting(s) if s.name == "account" => Some(serde_json::from_str::<AccountSetting>(&s.value).ok()?.user_id),
            Row::Setting(_) | Row::Draft(_) | Row::Attachment(_) => None,
        })
        .map(|user| user.uuid())
        .collect();
    let back = |id: &ReportId| {
        users.contains(&id.uuid()) || drafts.contains(id) || outbox.iter().any(|row| row.report == *id) || settled.contains(id)
    };
    let title = |id: &ReportId| {
        let of = |f: &&super::scan::Fragment| f.ids.contains(&id.uuid());
        finds.fragments.iter().find(of).map(|f| f.title.clone())
    };
    let missing = |table: Table| !finds.whole.contains(&table);
    let mut lost: BTreeMap<ReportId, LostItem> = BTreeMap::new();
    let mut name = |id: ReportId, was_sent: bool| {
        if !back(&id) {
            lost.entry(id).or_insert_with(|| LostItem { report_id: Some(id), title: title(&id), was_sent });
        }
    };
    if missing(Table::Outbox) {
        queued.iter().for_each(|(id, _, _)| name(*id, true));
    }
    if missing(Table::Draft) {
        drafted.iter().for_each(|(id, _, _)| name(*id, false));
    }
    let indexed = |index: Index| finds.entries.get(&index).is_some_and(|(_, whole)| *whole);
    for fragment in &finds.fragments {
        let (table, index, id) = match fragment.ids.as_slice() {
            [_, report] | [_, report, _] if fragment.was_sent => (Table::Outbox, Index::OutboxByReport, report),
            [report] if !fragment.was_sent => (Table::Draft, Index::Drafts, report),
            _ => continue,
        };
        if missing(table) && !indexed(index) {
            name(ReportId::from_uuid(*id), fragment.was_sent);
        }
    }
    lost.into_values().collect()
}
