//! What the screens show, as signals, kept fresh by the shell's changes.
//!
//! Nothing here is the truth: the shell is, and on each [`Change`] what is shown is asked for again, or
//! told by the change itself.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    id::ReportId,
    ipc::{
        AppError, AppInfo, Change, Connection, DraftSummary, GetAppInfo, GetCatalogue, GetGate, GetJurisdiction, GetSalvage,
        GetSession, GetSync, GetUnits, GetWelcomed, ListDrafts, ListFollowed, ListOutbox, ListReports, Missing, OutboxItem,
        ProfileView, ReportSummary, Salvage, SessionView, SimilarReport, SyncNow, SyncView, Whereabouts,
    },
    model::{catalogue::Catalogue, jurisdiction::Jurisdiction, profile::ProfileForm, unit::Units},
};

use crate::{
    announcer::Announcer,
    autosave::{Autosave, WeakAutosave},
    calm::Calm,
    ipc,
    loaded::Loaded,
    screens::{
        discarded::JustDiscarded,
        draft::{live::LiveDrafts, mending::Mend, problems::Question, uploads::Uploads},
    },
};

/// The shortest time between two questions about the outbox, in milliseconds.
const OUTBOX_REST_MS: u32 = 250;

/// Everything that more than one screen shows.
#[derive(Clone, Copy)]
pub(crate) struct Store {
    pub(crate) info: Loaded<AppInfo>,
    pub(crate) session: Loaded<SessionView>,
    /// Whether the first start has been gone through.
    pub(crate) welcomed: Loaded<bool>,
    /// The number that was typed last, on whichever of the screens that ask for one; gone once somebody is signed in.
    pub(crate) typed_phone: RwSignal<String>,
    /// What is missing before a report can be sent.
    pub(crate) gate: Loaded<Vec<Missing>>,
    /// Who sends; kept fresh by those who show it.
    pub(crate) profile: Loaded<ProfileView>,
    /// Provinces and wards, once somebody needs them; see [`Store::need_units`].
    pub(crate) units: RwSignal<Option<Result<Arc<Units>, AppError>>>,
    pub(crate) drafts: Loaded<Vec<DraftSummary>>,
    pub(crate) reports: Loaded<Vec<ReportSummary>>,
    /// Reports of others that the citizen follows.
    pub(crate) followed: Loaded<Vec<SimilarReport>>,
    /// Drafts that are about something else than what is near, as the citizen said.
    pub(crate) other_matters: RwSignal<HashSet<ReportId>>,
    /// What still has to leave; kept fresh by those who show it, see [`Store::follow_outbox`].
    pub(crate) outbox: Loaded<Vec<OutboxItem>>,
    /// What was saved from a damaged database, until it has been read.
    pub(crate) salvage: Loaded<Option<Salvage>>,
    pub(crate) catalogue: RwSignal<Catalogue>,
    pub(crate) jurisdiction: RwSignal<Jurisdiction>,
    pub(crate) sync: RwSignal<SyncView>,
    /// Whether the device itself has a network, as far as it knows.
    pub(crate) device_online: RwSignal<bool>,
    /// Bytes that have left and bytes in all, of reports on their way.
    pub(crate) progress: RwSignal<HashMap<ReportId, (u64, u64)>>,
    /// Fires when drafts changed by other means than typing.
    pub(crate) drafts_changed: Trigger,
    /// Fires when a report's whereabouts or server view changed.
    pub(crate) reports_changed: Trigger,
    /// Fires when the profile or the consents changed.
    pub(crate) account_changed: Trigger,
    /// What is public of others, or what is followed, changed.
    pub(crate) similar_changed: Trigger,
    /// The shell's changes don't arrive: what is shown may have been overtaken.
    pub(crate) deaf: RwSignal<bool>,
    /// What the screen reader is told next, politely.
    pub(crate) announcer: Announcer,
    live_drafts: StoredValue<LiveDrafts>,
    live_profile: StoredValue<Option<WeakAutosave<ProfileForm>>>,
    units_asked: StoredValue<bool>,
    /// Drafts that went with their screen because nobody put anything into them.
    pub(crate) fleeting_drafts: StoredValue<HashSet<ReportId>>,
    /// Drafts that were sent from here; one may become a draft again.
    pub(crate) sent_drafts: StoredValue<HashSet<ReportId>>,
    /// A draft that was sent after its screen had been left, and perhaps come back to.
    pub(crate) sent_unseen: RwSignal<Option<ReportId>>,
    /// What was put aside last, for as long as that is told.
    pub(crate) just_discarded: RwSignal<Option<JustDiscarded>>,
    /// Where in a draft's form to go on when it is come back to.
    pub(crate) lead_to: StoredValue<Option<(ReportId, Question)>>,
    uploads: StoredValue<HashMap<ReportId, Uploads>>,
    /// What is to be mended in drafts that were parked reports.
    pub(crate) mending: StoredValue<HashMap<ReportId, Vec<Mend>>>,
    outbox_calm: StoredValue<Calm>,
    new_catalogue: Loaded<Catalogue>,
    new_jurisdiction: Loaded<Jurisdiction>,
    new_sync: Loaded<SyncView>,
}

impl Store {
    /// The built-in defaults, before the shell has been asked.
    pub(crate) fn new() -> Self {
        let unknown = SyncView {
            connection: Connection::Unknown,
            waiting: 0,
            sending: 0,
            parked: 0,
            next_try_at: None,
            last_contact_at: None,
        };
        let store = Self {
            info: Loaded::new(),
            session: Loaded::new(),
            welcomed: Loaded::new(),
            typed_phone: RwSignal::new(String::new()),
            gate: Loaded::new(),
            profile: Loaded::new(),
            units: RwSignal::new(None),
            drafts: Loaded::new(),
            reports: Loaded::new(),
            followed: Loaded::new(),
            other_matters: RwSignal::new(HashSet::new()),
            outbox: Loaded::new(),
            salvage: Loaded::new(),
            catalogue: RwSignal::new(Catalogue::builtin()),
            jurisdiction: RwSignal::new(Jurisdiction::builtin()),
            sync: RwSignal::new(unknown),
            device_online: RwSignal::new(window().navigator().on_line()),
            progress: RwSignal::new(HashMap::new()),
            drafts_changed: Trigger::new(),
            reports_changed: Trigger::new(),
            account_changed: Trigger::new(),
            similar_changed: Trigger::new(),
            deaf: RwSignal::new(false),
            announcer: Announcer::new(),
            live_drafts: StoredValue::new(LiveDrafts::default()),
            live_profile: StoredValue::new(None),
            units_asked: StoredValue::new(false),
            fleeting_drafts: StoredValue::new(HashSet::new()),
            sent_drafts: StoredValue::new(HashSet::new()),
            sent_unseen: RwSignal::new(None),
            just_discarded: RwSignal::new(None),
            lead_to: StoredValue::new(None),
            uploads: StoredValue::new(HashMap::new()),
            mending: StoredValue::new(HashMap::new()),
            outbox_calm: StoredValue::new(Calm::default()),
            new_catalogue: Loaded::new(),
            new_jurisdiction: Loaded::new(),
            new_sync: Loaded::new(),
        };
        Effect::new(move || forward(store.new_catalogue, store.catalogue));
        Effect::new(move || forward(store.new_jurisdiction, store.jurisdiction));
        Effect::new(move || forward(store.new_sync, store.sync));
        Effect::new(move |before: Option<Option<String>>| {
            let who = match store.session.value.get() {
                None => return before.flatten(),
                Some(SessionView::SignedOut) => None,
                Some(SessionView::SignedIn { phone, .. } | SessionView::Expired { phone, .. }) => Some(phone),
            };
            if before.is_some_and(|before| before != who) {
                store.forget_profile();
                store.typed_phone.set(String::new());
            }
            who
        });
        store
    }

    /// Subscribes to changes, then asks for everything; to be called again where [`Store::deaf`].
    pub(crate) fn start(self) {
        spawn_local(async move {
            let listening = ipc::listen(move |change| self.apply(change)).await;
            self.deaf.set(listening.is_err());
            self.ask_for_everything();
        });
    }

    /// Asks again for all that is shown.
    pub(crate) fn ask_for_everything(self) {
        self.info.load(GetAppInfo {});
        self.session.load(GetSession {});
        self.welcomed.load(GetWelcomed {});
        self.gate.load(GetGate {});
        self.drafts.load(ListDrafts {});
        self.reports.load(ListReports {});
        self.followed.load(ListFollowed {});
        self.new_catalogue.load(GetCatalogue {});
        self.new_jurisdiction.load(GetJurisdiction {});
        self.new_sync.load(GetSync {});
        self.salvage.load(GetSalvage {});
        self.ask_for_outbox();
    }

    /// Asks what still has to leave; while it is being asked, once more afterwards.
    pub(crate) fn ask_for_outbox(self) {
        let ask = move || self.outbox.ask(ListOutbox {});
        let asking = self.outbox_calm.with_value(|calm| calm.stir(ask, || TimeoutFuture::new(OUTBOX_REST_MS)));
        if let Some(asking) = asking {
            spawn_local(asking);
        }
    }

    /// Keeps [`Store::outbox`] fresh for as long as the screen that calls this is shown.
    pub(crate) fn follow_outbox(self) {
        Effect::new(move || {
            self.reports_changed.track();
            self.progress.track();
            self.sync.track();
            self.ask_for_outbox();
        });
    }

    /// A report in the outbox, as last heard of.
    pub(crate) fn in_outbox(self, report_id: ReportId) -> Option<OutboxItem> {
        self.outbox.value.read().iter().flatten().find(|item| item.report_id == report_id).cloned()
    }

    /// Tries to reach the server now; what comes of it arrives as a change.
    pub(crate) fn sync_now(self) {
        spawn_local(async move {
            // A failed try shows in the state of the connection, not here.
            let _ = ipc::invoke(SyncNow {}).await;
        });
    }

    /// Has the screen reader say something when it is free.
    pub(crate) fn announce(self, sentence: impl Into<String>) {
        self.announcer.say(sentence.into());
    }

    /// The drafts being written, some of which have outlived their screen.
    pub(crate) fn live_drafts(self) -> LiveDrafts {
        self.live_drafts.get_value()
    }

    /// The profile being filled in, which may have outlived its screen; where there is none, the given one.
    pub(crate) fn profile_desk(self, start: impl FnOnce() -> Autosave<ProfileForm>) -> Autosave<ProfileForm> {
        let live = self.live_profile.with_value(|live| live.as_ref().and_then(WeakAutosave::upgrade));
        let desk = live.filter(|desk| !desk.is_closed()).unwrap_or_else(start);
        self.live_profile.set_value(Some(desk.downgrade()));
        desk
    }

    /// Somebody else is signed in, or nobody: whose profile it was is not their business.
    fn forget_profile(self) {
        if let Some(desk) = self.live_profile.with_value(|live| live.as_ref().and_then(WeakAutosave::upgrade)) {
            desk.close();
        }
        self.profile.value.set(None);
    }

    /// Reads the provinces and wards, unless that was done or is being done.
    pub(crate) fn need_units(self) {
        let is_there = self.units.with_untracked(|units| matches!(units, Some(Ok(_))));
        if is_there || self.units_asked.get_value() {
            return;
        }
        self.units_asked.set_value(true);
        spawn_local(async move {
            let answer = ipc::invoke(GetUnits {}).await;
            let read = answer.and_then(|text| Units::parse(&text).map(Arc::new).map_err(|_| AppError::Bug));
            self.units_asked.set_value(false);
            self.units.set(Some(read));
        });
    }

    /// The pictures of a draft and those on their way into it, which outlive the draft's screen.
    pub(crate) fn uploads(self, report_id: ReportId) -> Uploads {
        let mut uploads = self.uploads.write_value();
        uploads.entry(report_id).or_insert_with(|| Uploads::new(report_id)).clone()
    }

    /// Where a report is, with the freshest progress. Progress may be told before the list is.
    pub(crate) fn freshest(self, report_id: ReportId, at: Whereabouts) -> Whereabouts {
        let seen = self.progress.read().get(&report_id).copied();
        match (at, seen) {
            (Whereabouts::Sending { .. } | Whereabouts::Waiting { .. }, Some((sent_bytes, total_bytes))) => {
                Whereabouts::Sending { sent_bytes, total_bytes }
            }
            (at, _) => at,
        }
    }

    fn apply(self, change: Change) {
        match change {
            Change::Drafts => {
                self.drafts.load(ListDrafts {});
                self.drafts_changed.notify();
            }
            Change::Reports => {
                self.progress.write().clear();
                self.reports.load(ListReports {});
                self.reports_changed.notify();
            }
            Change::Catalogue => {
                self.new_catalogue.load(GetCatalogue {});
                self.new_jurisdiction.load(GetJurisdiction {});
            }
            Change::Session => {
                self.session.load(GetSession {});
                self.gate.load(GetGate {});
            }
            Change::Similar => {
                self.followed.load(ListFollowed {});
                self.similar_changed.notify();
            }
            Change::Account => {
                self.gate.load(GetGate {});
                self.account_changed.notify();
            }
            Change::Sync { sync } => self.new_sync.tell(sync),
            Change::Progress { report_id, sent_bytes, total_bytes } => {
                self.progress.write().insert(report_id, (sent_bytes, total_bytes));
            }
        }
    }
}

fn forward<T: Clone + Send + Sync>(from: Loaded<T>, to: RwSignal<T>) {
    if let Some(value) = from.value.get() {
        to.set(value);
    }
}

/// The store of the page.
pub(crate) fn store() -> Store {
    expect_context()
}
