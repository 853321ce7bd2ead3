//! Reports of others: those that may be about the same, and following one instead of sending another.

use pakn_api::{
    id::OpId,
    ipc::{
        AttachmentKind, Change, FollowInstead, ListFollowed, ListSimilar, MediaView, Missing, SimilarReport, SimilarView,
        Unfollow,
    },
    model::{jurisdiction::Jurisdiction, report::MediaRef},
    wire::{PublicReport, cover},
};
use rusqlite::{Connection, Transaction};

use crate::{
    Client, Trigger,
    ambient::new_id,
    client::catalogue,
    error::Error,
    pull::{Nearby, ask_nearby, forget_pictures},
    store::{
        self, draft, follow, public_report,
        setting::{self, AccountKey, JurisdictionKey, PublicFeedKey},
    },
};

/// Most that are shown of what may be the same.
const SHOWN: usize = 10;

impl Client {
    /// Open reports near a draft's place and in its field, from what is here. The server is asked in the background, and
    /// [`Change::Similar`] told once it has answered.
    ///
    /// # Errors
    /// [`Error::NotFound`] when it is no draft (any more).
    pub async fn list_similar(&self, args: ListSimilar) -> Result<SimilarView, Error> {
        let find = move |db: &Connection| {
            let Some(draft) = draft::get(db, args.report_id)? else { return Ok(None) };
            let within_m =
                setting::get::<JurisdictionKey>(db)?.map_or_else(Jurisdiction::builtin, |kept| kept.value).similar_within_m;
            // Of a field that is nobody else's business, nothing is shown and nothing asked.
            let open = |code| catalogue(db).map(|fields| fields.field(code).is_some_and(|field| field.public));
            let question = match (draft.form.field, draft.form.place) {
                (Some(field), Some(place)) if open(&field)? => Some(Nearby { field, place: place.position }),
                (Some(_) | None, Some(_) | None) => None,
            };
            let reports = question.as_ref().map_or(Ok(Vec::new()), |question| nearby(db, question, within_m))?;
            let fetched_at = setting::get::<PublicFeedKey>(db)?.map(|feed| feed.at);
            Ok(Some((SimilarView { reports, fetched_at, within_m }, question)))
        };
        let (view, question) = self.inner.store.read(find).await?.ok_or(Error::NotFound)?;
        let Some(question) = question else { return Ok(view) };
        let answered = self.inner.with_public(|public| public.answered(&question));
        ask_nearby(&self.inner, question);
        Ok(SimilarView { fetched_at: view.fetched_at.max(answered), ..view })
    }

    /// Follows another's report in place of sending a draft, which is put aside. It goes to the server by itself.
    ///
    /// # Errors
    /// [`Error::NotAllowedYet`] without an account, [`Error::NotFound`] when either is gone.
    pub async fn follow_instead(&self, args: FollowInstead) -> Result<(), Error> {
        let (now, op_id) = (self.inner.ambient.now(), new_id!(self.inner.ambient, OpId));
        let instead = move |tx: &Transaction<'_>| {
            let Some(account) = setting::get::<AccountKey>(tx)? else {
                return Ok(Err(Error::NotAllowedYet(vec![Missing::Account])));
            };
            let followed = follow::get(tx, account.user_id, args.follow)?;
            let shown = if followed.is_none() { public_report::get(tx, args.follow)? } else { None };
            if followed.is_none() && shown.is_none() || !draft::discard(tx, args.report_id, now)? {
                return Ok(Err(Error::NotFound));
            }
            if let Some(report) = shown {
                follow::follow(tx, op_id, account.user_id, (&report, Some(args.report_id)), now)?;
            }
            Ok(Ok(()))
        };
        self.inner.store.write(instead).await??;
        self.inner.tell(Change::Drafts);
        self.follows_changed();
        Ok(())
    }

    /// Follows another's report no longer. It goes to the server by itself.
    ///
    /// # Errors
    /// [`Error::SignedOut`] without an account, [`Error::NotFound`] when it is not followed.
    pub async fn unfollow(&self, args: Unfollow) -> Result<(), Error> {
        let (now, op_id) = (self.inner.ambient.now(), new_id!(self.inner.ambient, OpId));
        let stop = move |tx: &Transaction<'_>| {
            let Some(account) = setting::get::<AccountKey>(tx)? else { return Ok(Err(Error::SignedOut)) };
            let shown = public_report::files(tx, args.report_id)?;
            let was = follow::unfollow(tx, op_id, account.user_id, args.report_id, now)?;
            if was { public_report::shown_no_more(tx, shown).map(Ok) } else { Ok(Err(Error::NotFound)) }
        };
        let pictures = self.inner.store.write(stop).await??;
        forget_pictures(&self.inner, pictures).await;
        self.follows_changed();
        Ok(())
    }

    /// What the citizen follows, the last followed first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_followed(&self, _: ListFollowed) -> Result<Vec<SimilarReport>, Error> {
        let list = |db: &Connection| {
            let Some(account) = setting::get::<AccountKey>(db)? else { return Ok(Vec::new()) };
            let followed = follow::list(db, account.user_id)?;
            Ok(followed.into_iter().map(|report| shown(report, None, true)).collect())
        };
        Ok(self.inner.store.read(list).await?)
    }

    fn follows_changed(&self) {
        self.inner.tell(Change::Similar);
        self.trigger(Trigger::Submitted);
    }
}

fn nearby(db: &Connection, question: &Nearby, within_m: u32) -> store::Result<Vec<SimilarReport>> {
    let owner = setting::get::<AccountKey>(db)?.map(|account| account.user_id);
    let followed = |report: &PublicReport| {
        owner.map_or(Ok(false), |owner| follow::get(db, owner, report.report_id).map(|followed| followed.is_some()))
    };
    public_report::near(db, owner, &question.field, (&question.place, f64::from(within_m)))?
        .into_iter()
        .take(SHOWN)
        .map(|(report, distance)| {
            let followed = followed(&report)?;
            Ok(shown(report, Some(distance), followed))
        })
        .collect()
}

fn shown(report: PublicReport, distance_m: Option<f64>, followed: bool) -> SimilarReport {
    let kind = |video: bool| if video { AttachmentKind::Video } else { AttachmentKind::Photo };
    let view = |medium: &MediaRef| MediaView {
        path: medium.sha256.to_string(),
        kind: kind(medium.kind.is_video()),
        duration_ms: medium.duration_ms,
    };
    SimilarReport {
        report_id: report.report_id,
        cover: cover(&report.media).map(|hash| hash.to_string()),
        media: report.media.iter().map(view).collect(),
        title: report.title.into(),
        content: report.content.into(),
        field: report.field,
        subject: report.subject,
        status: report.status,
        received_at: report.received_at,
        happened_at: report.happened_at,
        position: report.position,
        ward: report.ward,
        address: report.address,
        sender: report.sender,
        distance_m,
        followed,
    }
}
