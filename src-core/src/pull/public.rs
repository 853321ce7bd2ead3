//! What is public of others' reports, brought to the device: the feed of all of them, a part of it at a time; what the
//! account follows; and the answer to what is open near one place.
//!
//! None of it keeps anything else waiting: whatever fails is asked again later, and what is here stays.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use pakn_api::{
    Timestamp,
    id::MediaHash,
    ipc::Change,
    model::{catalogue::FieldCode, place::Position},
    wire::{PublicPage, PublicReport},
};
use rusqlite::Transaction;
use tokio::time::Instant;

use super::{STATIC_DATA_FOR, VERSION, is_wanted};
use crate::{
    client::{Inner, Session},
    error::Error,
    remote::{Class, Remote, RemoteError},
    store::{
        self, follow, public_report,
        setting::{self, PublicFeed, PublicFeedKey},
    },
};

/// Between two looks at the feed.
const EVERY: Duration = Duration::from_secs(15 * 60);
/// As [`EVERY`], where there is more of it or a form wants to know; and between two questions about one place.
const SOON: Duration = Duration::from_secs(60);
/// Pages that are read in one go.
pub(crate) const PAGES: usize = 20;
/// Reports that are kept, the newest: about ten megabytes.
const KEPT: usize = 5_000;
/// Finer than this, in degrees, a place is the same one: some ten metres.
const SAME_PLACE: f64 = 0.0001;

/// A question about what is open near a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Nearby {
    pub(crate) field: FieldCode,
    pub(crate) place: Position,
}

impl Nearby {
    fn is_about(&self, other: &Self) -> bool {
        let same = |one: f64, other: f64| (one - other).abs() < SAME_PLACE;
        self.field == other.field && same(self.place.lat(), other.place.lat()) && same(self.place.lon(), other.place.lon())
    }
}

/// When what is public was asked for. Of this process alone: whoever starts the app wants to know anew.
#[derive(Debug, Default)]
pub(crate) struct Public {
    /// When the feed was last read, and whether there was more.
    feed: Option<(Instant, bool)>,
    /// A form is open that shows some of it.
    wanted: bool,
    follows: Option<Instant>,
    /// The question that was asked last, and when it is to be asked anew.
    asked: Option<(Nearby, Instant)>,
    /// The question that was answered last, and when by the device's clock.
    answered: Option<(Nearby, Timestamp)>,
    /// How often the feed told of reports that are shown no more.
    withdrawn: u64,
}

impl Public {
    /// What is followed may be otherwise by now.
    pub(crate) const fn doubt_follows(&mut self) {
        self.follows = None;
    }

    fn feed_is_due(&self, now: Instant) -> bool {
        self.feed.is_none_or(|(at, more)| now.duration_since(at) >= if more || self.wanted { SOON } else { EVERY })
    }

    /// Whether the question is to be asked; from now on somebody does.
    fn takes(&mut self, question: &Nearby, now: Instant) -> bool {
        self.wanted = true;
        if self.asked.as_ref().is_some_and(|(last, until)| last.is_about(question) && now < *until) {
            return false;
        }
        self.asked = Some((question.clone(), now + SOON));
        true
    }

    /// The feed is looked at again.
    #[cfg(test)]
    pub(crate) const fn forget_feed(&mut self) {
        self.feed = None;
    }

    /// Whether a question is on its way, or was just answered.
    #[cfg(test)]
    pub(crate) const fn is_asking(&self) -> bool {
        self.asked.is_some()
    }

    /// When the server last answered a question.
    pub(crate) fn answered(&self, question: &Nearby) -> Option<Timestamp> {
        self.answered.as_ref().filter(|(last, _)| last.is_about(question)).map(|(_, at)| *at)
    }
}

/// Brings in what is due. Answers whether anything was asked.
pub(super) async fn refresh(inner: &Arc<Inner>, session: Option<&Session>) -> bool {
    let mut asked = false;
    if inner.with_public(|public| public.feed_is_due(Instant::now())) {
        asked = true;
        match feed(inner).await {
            Ok(more) => checked(inner, more),
            Err(error) => {
                tracing::warn!(%error, "what is public stays as it was");
                // A server that has none is not asked by the minute.
                if matches!(&error, Error::Remote(error) if matches!(error.classify(), Class::Refused(_))) {
                    checked(inner, false);
                }
            }
        }
    }
    if let Some(session) = session
        && inner.with_public(|public| public.follows.is_none_or(|at| at.elapsed() >= STATIC_DATA_FOR))
    {
        asked = true;
        if let Err(error) = follows(inner, session).await {
            tracing::warn!(%error, "what is followed stays as it was");
        }
    }
    asked
}

fn checked(inner: &Inner, more: bool) {
    inner.with_public(|public| {
        public.feed = Some((Instant::now(), more));
        public.wanted = false;
    });
}

/// Reads on in the feed. Answers whether there is more.
async fn feed(inner: &Arc<Inner>) -> Result<bool, Error> {
    let (remote, server) = (inner.remote(), inner.server_url());
    let kept = inner.store.read(setting::get::<PublicFeedKey>).await?;
    let cursor = kept.filter(|kept| kept.server == server && kept.reader == VERSION).map(|kept| kept.cursor);
    let mut cursor = cursor.unwrap_or_default();
    for _ in 0..PAGES {
        let page = remote.public().public_reports(cursor).await?;
        // From the beginning: the server doesn't know what was read here before.
        let anew = cursor == 0 || page.cursor < cursor;
        let (more, next) = (page.more && page.cursor != cursor, page.cursor);
        let read = PublicFeed { server: server.clone(), cursor: next, reader: VERSION.to_owned(), at: inner.ambient.now() };
        let working = Arc::clone(inner);
        let applying = inner.store.write(move |tx| {
            // Another server was chosen meanwhile.
            if working.server_url() != read.server {
                return Ok(Applied::default());
            }
            if anew || !page.gone.is_empty() || page.reports.iter().any(|report| !report.status.is_open()) {
                working.with_public(|public| public.withdrawn += 1);
            }
            apply(tx, &page, anew, &read)
        });
        let Applied { changed, pictures } = applying.await?;
        if changed {
            inner.tell(Change::Similar);
        }
        forget_pictures(inner, pictures).await;
        if !more {
            return Ok(false);
        }
        cursor = next;
    }
    Ok(true)
}

#[derive(Default)]
struct Applied {
    changed: bool,
    /// That no report shows any more.
    pictures: Vec<MediaHash>,
}

fn apply(tx: &Transaction<'_>, page: &PublicPage, anew: bool, read: &PublicFeed) -> store::Result<Applied> {
    let mut applied = Applied::default();
    let mut shown = Vec::new();
    if anew {
        shown = public_report::all_files(tx)?;
        public_report::clear(tx)?;
        applied.changed = true;
    }
    for report in &page.reports {
        let before = public_report::files(tx, report.report_id)?;
        if public_report::put(tx, report)? | follow::refresh(tx, report)? {
            applied.changed = true;
            shown.extend(before);
        }
    }
    for gone in &page.gone {
        shown.extend(public_report::files(tx, *gone)?);
        applied.changed |= public_report::remove(tx, *gone)? | follow::forget(tx, *gone)?;
    }
    shown.extend(public_report::trim(tx, KEPT)?);
    applied.pictures = public_report::shown_no_more(tx, shown)?;
    setting::set::<PublicFeedKey>(tx, read)?;
    Ok(applied)
}

pub(crate) async fn forget_pictures(inner: &Arc<Inner>, pictures: Vec<MediaHash>) {
    if pictures.is_empty() {
        return;
    }
    let previews = inner.previews.clone();
    let forgetting = tokio::task::spawn_blocking(move || previews.forget(&pictures));
    if !matches!(forgetting.await, Ok(Ok(()))) {
        tracing::warn!("small copies of what is no longer public stay");
    }
}

/// What the account follows, here or elsewhere.
async fn follows(inner: &Arc<Inner>, session: &Session) -> Result<(), Error> {
    let asked = inner.flight.account_changes();
    let theirs = match session.remote.public().follows(&session.token).await {
        Ok(theirs) => theirs.reports,
        Err(error) => {
            if matches!(error.classify(), Class::Refused(_)) {
                inner.with_public(|public| public.follows = Some(Instant::now()));
            }
            return Err(error.into());
        }
    };
    let (working, asking, now) = (Arc::clone(inner), session.clone(), inner.ambient.now());
    let taken = inner.store.write(move |tx| {
        // Answered before something of ours was carried out, written after: the next answer counts.
        if working.flight.account_changes() != asked || !is_wanted(&working, tx, &asking)? {
            return Ok(None);
        }
        let shown = public_report::all_files(tx)?;
        let changed = follow::take_over(tx, asking.user_id, &theirs, now)?;
        let pictures = if changed { public_report::shown_no_more(tx, shown)? } else { Vec::new() };
        Ok(Some(Applied { changed, pictures }))
    });
    if let Some(Applied { changed, pictures }) = taken.await? {
        forget_pictures(inner, pictures).await;
        inner.with_public(|public| public.follows = Some(Instant::now()));
        if changed {
            inner.tell(Change::Similar);
        }
    }
    Ok(())
}

/// Asks the server what is open near a place, unless it was asked just now. Nobody waits for it, and it keeps nothing
/// open.
pub(crate) fn ask_nearby(inner: &Arc<Inner>, question: Nearby) {
    if !inner.with_public(|public| public.takes(&question, Instant::now())) {
        return;
    }
    let withdrawn = inner.with_public(|public| public.withdrawn);
    let (remote, inner) = (inner.remote(), Arc::downgrade(inner));
    tokio::spawn(async move {
        let answer = remote.public().similar(&question.field, &question.place).await;
        let asked = Asked { remote, withdrawn };
        if let Err(error) = take_nearby(&inner, &asked, &question, answer.map(|page| page.reports)).await {
            tracing::info!(%error, "what is open near a place stays as it was known");
        }
    });
}

/// Who was asked, and what was known then.
struct Asked {
    remote: Arc<dyn Remote>,
    withdrawn: u64,
}

async fn take_nearby(
    inner: &Weak<Inner>,
    asked: &Asked,
    question: &Nearby,
    answer: Result<Vec<PublicReport>, RemoteError>,
) -> Result<(), Error> {
    let Some(inner) = inner.upgrade().filter(|inner| Arc::ptr_eq(&asked.remote, &inner.remote())) else { return Ok(()) };
    let taken = async {
        let reports = answer?;
        let (working, withdrawn) = (Arc::clone(&inner), asked.withdrawn);
        let take = move |tx: &Transaction<'_>| {
            if working.with_public(|public| public.withdrawn) != withdrawn {
                // It may tell of what the feed, which won't repeat it, has told since to be gone.
                return Ok(None);
            }
            let mut shown = Vec::new();
            for report in &reports {
                let before = public_report::files(tx, report.report_id)?;
                if public_report::put(tx, report)? | follow::refresh(tx, report)? {
                    shown.extend(before);
                }
            }
            public_report::shown_no_more(tx, shown).map(Some)
        };
        let pictures = inner.store.write(take).await?;
        let is_taken = pictures.is_some();
        forget_pictures(&inner, pictures.unwrap_or_default()).await;
        Ok(is_taken)
    };
    let taken: Result<bool, Error> = taken.await;
    let now = inner.ambient.now();
    inner.with_public(|public| match &taken {
        Ok(true) => public.answered = Some((question.clone(), now)),
        // The next time that somebody looks, it is tried again.
        Ok(false) | Err(_) => drop(public.asked.take_if(|(last, _)| last == question)),
    });
    if taken.is_ok() {
        inner.tell(Change::Similar);
    }
    taken.map(drop)
}
