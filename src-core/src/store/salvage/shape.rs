//! What a record must look like to be a row of a table: how rows are told apart on a page that no tree leads
//! to, and what is wrong where a tree does. Columns that a later schema adds come behind those known here.

use std::str::FromStr;

use pakn_api::{
    id::{AttachmentId, MediaHash, OpId, ReportId, UserId},
    model::report::{MediaKind, MediaRef},
};
use serde_json::Value as Json;

use super::{page::Record, record::Value};

/// The tables that are taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    Draft,
    Attachment,
    Outbox,
    Report,
    Receipt,
    Setting,
}

impl Table {
    pub(super) const ALL: [Self; 6] = [Self::Draft, Self::Attachment, Self::Outbox, Self::Report, Self::Receipt, Self::Setting];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Attachment => "attachment",
            Self::Outbox => "outbox",
            Self::Report => "report",
            Self::Receipt => "receipt",
            Self::Setting => "setting",
        }
    }
}

/// An index, of those that tell what rows there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Index {
    /// Report, rowid.
    Drafts,
    /// Attachment, rowid.
    Attachments,
    /// Report, position, rowid.
    AttachmentsByReport,
    /// Report, seq, rowid: the same number twice.
    OutboxByReport,
}

impl Index {
    pub(super) const ALL: [Self; 4] = [Self::Drafts, Self::Attachments, Self::AttachmentsByReport, Self::OutboxByReport];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Drafts => "sqlite_autoindex_draft_1",
            Self::Attachments => "sqlite_autoindex_attachment_1",
            Self::AttachmentsByReport => "attachment_by_report",
            Self::OutboxByReport => "outbox_by_entity",
        }
    }

    pub(super) fn fits(self, record: &Record) -> bool {
        let columns = match self {
            Self::Drafts | Self::Attachments => 2,
            Self::AttachmentsByReport | Self::OutboxByReport => 3,
        };
        let [first, rest @ ..] = record.values.as_slice() else { return false };
        record.values.len() == columns
            && first.text().is_some_and(|id| id.parse::<ReportId>().is_ok())
            && rest.iter().all(|value| value.int().is_some())
    }
}

/// A row of one of the tables.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Row {
    Draft(Draft),
    Attachment(Attachment),
    Outbox(Outbox),
    Report(Report),
    Receipt(Receipt),
    Setting(Setting),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Draft {
    pub(super) id: ReportId,
    pub(super) version: i64,
    pub(super) form: String,
    pub(super) title: String,
    pub(super) created_at: i64,
    pub(super) updated_at: i64,
    /// It was discarded, and can be taken back.
    pub(super) discarded: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Attachment {
    pub(super) id: AttachmentId,
    pub(super) report: ReportId,
    pub(super) position: i64,
    pub(super) name: String,
    pub(super) source_bytes: i64,
    pub(super) notice: String,
    /// What it became, once it is ready.
    pub(super) ready: Option<MediaRef>,
    pub(super) kind: MediaKind,
    /// In JSON, or nothing.
    pub(super) hint: String,
    pub(super) poster: Option<AttachmentId>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Outbox {
    pub(super) seq: i64,
    pub(super) op: OpId,
    pub(super) report: ReportId,
    pub(super) user: Option<UserId>,
    pub(super) kind: String,
    pub(super) version: i64,
    pub(super) payload: String,
    pub(super) title: String,
    pub(super) media: Vec<MediaHash>,
    /// The row that it waits for.
    pub(super) depends_on: Option<i64>,
    pub(super) attempts: i64,
    pub(super) parked: Option<String>,
    pub(super) created_at: i64,
}

impl Outbox {
    /// It is a report's, and says nothing of an account.
    pub(super) fn is_report(&self) -> bool {
        self.kind == "create_report"
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Report {
    pub(super) id: ReportId,
    pub(super) user: UserId,
    pub(super) revision: i64,
    pub(super) version: i64,
    pub(super) view: String,
    pub(super) media: Vec<MediaHash>,
    pub(super) submitted_at: i64,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Receipt {
    pub(super) report: ReportId,
    pub(super) user: UserId,
    pub(super) received_at: i64,
    pub(super) files: i64,
    pub(super) signed: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Setting {
    pub(super) name: String,
    pub(super) value: String,
}

fn id<T: FromStr>(value: &Value) -> Option<T> {
    value.text()?.parse().ok()
}

fn text(value: &Value) -> Option<String> {
    value.text().map(str::to_owned)
}

/// `Some(None)` for nothing, `None` for what can't be read.
fn optional<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Option<Option<T>> {
    if value.is_null() { Some(None) } else { read(value).map(Some) }
}

fn object(value: &Value) -> Option<(String, Json)> {
    let text = value.text()?;
    let json: Json = serde_json::from_str(text).ok()?;
    json.is_object().then(|| (text.to_owned(), json))
}

/// The member of this name, wherever it is: another version may wrap things otherwise.
pub(super) fn member<'a>(json: &'a Json, name: &str) -> Option<&'a Json> {
    match json {
        Json::Object(members) => members.get(name).or_else(|| members.values().find_map(|inner| member(inner, name))),
        Json::Array(items) => items.iter().find_map(|inner| member(inner, name)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => None,
    }
}

fn title(json: &Json) -> String {
    member(json, "title").and_then(Json::as_str).unwrap_or_default().to_owned()
}

fn hashes(json: &Json) -> Vec<MediaHash> {
    let media = member(json, "media").and_then(Json::as_array);
    media.into_iter().flatten().filter_map(|m| m.get("sha256")?.as_str()?.parse().ok()).collect()
}

fn draft(values: &[Value]) -> Option<Draft> {
    let [report, version, form, created_at, updated_at, later @ ..] = values else { return None };
    let (form, json) = object(form)?;
    Some(Draft {
        id: id(report)?,
        version: version.int()?,
        form,
        title: title(&json),
        created_at: created_at.int()?,
        updated_at: updated_at.int()?,
        discarded: later.first().and_then(Value::int).is_some(),
    })
}

fn attachment(values: &[Value]) -> Option<Attachment> {
    let [own, report, position, name, source_bytes, state, notice, sha256, bytes, width, height, more @ ..] = values else {
        return None;
    };
    // Rows of before there were videos end here.
    let (kind, duration_ms, hint, poster) = match more {
        [kind, duration_ms, hint, poster, ..] => {
            (media_kind(kind)?, duration_ms.int()?, text(hint)?, poster.text()?.parse().ok())
        }
        [] => (MediaKind::Jpeg, 0, String::new(), None),
        _ => return None,
    };
    let number = |value: &Value| u32::try_from(value.int()?).ok();
    let (bytes, width, height) = (u64::try_from(bytes.int()?).ok()?, number(width)?, number(height)?);
    let ready = match (state.text()?, sha256.text()?) {
        ("incoming" | "original", "") => None,
        ("ready", hash) => {
            let duration_ms = u32::try_from(duration_ms).ok().filter(|ms| *ms > 0);
            Some(MediaRef { sha256: hash.parse().ok()?, bytes, kind, width, height, duration_ms })
        }
        _ => return None,
    };
    Some(Attachment {
        id: id(own)?,
        report: id(report)?,
        position: position.int()?,
        name: text(name)?,
        source_bytes: source_bytes.int()?,
        notice: text(notice)?,
        ready,
        kind,
        hint,
        poster,
    })
}

fn media_kind(value: &Value) -> Option<MediaKind> {
    serde_json::from_value(Json::String(text(value)?)).ok()
}

fn outbox(seq: i64, values: &[Value]) -> Option<Outbox> {
    let [alias, op, report, user, kind, version, payload, depends_on, attempts, parked, created_at, ..] = values else {
        return None;
    };
    let (payload, json) = object(payload)?;
    (alias.is_null() && seq > 0).then_some(())?;
    Some(Outbox {
        seq,
        op: id(op)?,
        report: id(report)?,
        user: optional(user, id)?,
        kind: text(kind)?,
        version: version.int()?,
        title: title(&json),
        media: hashes(&json),
        payload,
        depends_on: optional(depends_on, Value::int)?,
        attempts: attempts.int()?,
        parked: optional(parked, |reason| serde_json::from_str::<Json>(reason.text()?).ok().and_then(|_| text(reason)))?,
        created_at: created_at.int()?,
    })
}

fn report(values: &[Value]) -> Option<Report> {
    let [own, user, revision, version, view, submitted_at, ..] = values else { return None };
    let (view, json) = object(view)?;
    Some(Report {
        id: id(own)?,
        user: id(user)?,
        revision: revision.int()?,
        version: version.int()?,
        media: hashes(&json),
        view,
        submitted_at: submitted_at.int()?,
    })
}

fn receipt(values: &[Value]) -> Option<Receipt> {
    let [own, user, received_at, files, signed, ..] = values else { return None };
    Some(Receipt {
        report: id(own)?,
        user: id(user)?,
        received_at: received_at.int()?,
        files: files.int()?,
        signed: text(signed)?,
    })
}

fn setting(values: &[Value]) -> Option<Setting> {
    let [name, value] = values else { return None };
    let (name, value) = (text(name)?, text(value)?);
    serde_json::from_str::<Json>(&value).ok()?;
    Some(Setting { name, value })
}

/// The row that a record is, if it can be one of this table.
pub(super) fn row(table: Table, record: &Record) -> Option<Row> {
    let values = record.values.as_slice();
    match table {
        Table::Draft => draft(values).map(Row::Draft),
        Table::Attachment => attachment(values).map(Row::Attachment),
        Table::Outbox => outbox(record.rowid, values).map(Row::Outbox),
        Table::Report => report(values).map(Row::Report),
        Table::Receipt => receipt(values).map(Row::Receipt),
        Table::Setting => setting(values).map(Row::Setting),
    }
}

/// The row that a record is, whatever table it came from.
pub(super) fn any_row(record: &Record) -> Option<Row> {
    Table::ALL.into_iter().find_map(|table| row(table, record))
}
