//! What outlives the device's processes: the server, what is still in the network, and the clocks.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
};

use bytes::Bytes;
use pakn_api::{
    Timestamp,
    id::{ReportId, UserId},
    model::phone::PhoneNumber,
    wire::{CreateReport, PutProfile, RecordConsent},
};
use pakn_core::remote::NewUpload;
use tokio::time::Instant;

use super::{schedule::Weather, tally::Tally};
use crate::model_server::{Keeps, State};

/// When every schedule begins.
const BEGINNING: i64 = 1_764_000_000_000;
const HOUR_MS: i64 = 3_600_000;
/// How long the server keeps what nobody finishes.
pub(super) const KEEPS: Keeps = Keeps { uploads_ms: 24 * HOUR_MS, orphans_ms: 48 * HOUR_MS, operations_ms: 96 * HOUR_MS };
/// Both accounts' password.
pub(super) const PASSWORD: &str = "mật khẩu";

/// Somebody with an account.
#[derive(Clone, Debug)]
pub(super) struct Person {
    /// As typed.
    pub(super) phone: &'static str,
    /// As shown.
    pub(super) name: &'static str,
    /// The account.
    pub(super) user: UserId,
}

/// A request that is still in the network although nobody waits for its answer.
pub(super) enum Packet {
    /// `POST /v1/reports`.
    Report(String, CreateReport),
    /// `POST /v1/uploads`.
    Upload(String, NewUpload, Bytes),
    /// `PATCH` of an upload.
    Append(String, String, u64, Bytes),
    /// `PUT /v1/me/profile`.
    Profile(String, PutProfile),
    /// `POST /v1/me/consents`.
    Consent(String, RecordConsent),
}

struct Late {
    due: i64,
    packet: Packet,
}

#[derive(Default)]
struct Network {
    late: Vec<Late>,
    asked: BTreeMap<(&'static str, u128), u64>,
    /// Reports that a late request created.
    created_late: Vec<ReportId>,
}

/// Everything beside the device.
pub(super) struct World {
    server: Mutex<State>,
    network: Mutex<Network>,
    weather: Mutex<Weather>,
    /// The time at which the present life of the device began, by both clocks.
    life: Mutex<(i64, Option<Instant>)>,
    /// How far the device's clock is off.
    off_by: AtomicI64,
    /// Who there is.
    pub(super) people: [Person; 2],
    /// Decides what is left to chance.
    pub(super) seed: u64,
    /// Counts what happens.
    pub(super) tally: Arc<Tally>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    /// A world in which nothing has happened yet.
    ///
    /// # Errors
    /// Never with these numbers.
    pub(super) fn new(seed: u64, tally: Arc<Tally>) -> anyhow::Result<Self> {
        let mut server = State::new(KEEPS);
        let mut person = |phone: &'static str, name: &'static str| {
            anyhow::Ok(Person { phone, name, user: server.add_account(PhoneNumber::parse(phone)?, PASSWORD, name) })
        };
        let people = [person("0900000001", "Nguyễn Thị Một")?, person("0900000002", "Trần Văn Hai")?];
        Ok(Self {
            server: Mutex::new(server),
            network: Mutex::default(),
            weather: Mutex::new(Weather::Fine),
            life: Mutex::new((BEGINNING, None)),
            off_by: AtomicI64::new(0),
            people,
            seed,
            tally,
        })
    }

    /// The server.
    pub(super) fn server(&self) -> MutexGuard<'_, State> {
        locked(&self.server)
    }

    /// What the network is like.
    pub(super) fn weather(&self) -> Weather {
        *locked(&self.weather)
    }

    /// Changes the network.
    pub(super) fn set_weather(&self, weather: Weather) {
        *locked(&self.weather) = weather;
    }

    /// The true time.
    #[must_use]
    pub(super) fn now(&self) -> Timestamp {
        let (base, began) = *locked(&self.life);
        Timestamp(base + began.map_or(0, |began| i64::try_from(began.elapsed().as_millis()).unwrap_or(0)))
    }

    /// The device's idea of it.
    #[must_use]
    pub(super) fn device_now(&self) -> Timestamp {
        self.now().plus_ms(self.off_by.load(Ordering::Relaxed))
    }

    /// A life of the device begins: to be called within its runtime.
    pub(super) fn begin_life(&self) {
        locked(&self.life).1 = Some(Instant::now());
    }

    /// It ends: to be called within its runtime.
    pub(super) fn end_life(&self) {
        let now = self.now().0;
        *locked(&self.life) = (now, None);
    }

    /// Time passes without the device.
    pub(super) fn skip(&self, ms: i64) {
        locked(&self.life).0 += ms;
    }

    /// The device's clock jumps.
    pub(super) fn jump(&self, ms: i64) {
        self.off_by.fetch_add(ms, Ordering::Relaxed);
    }

    /// The device's clock is set right.
    pub(super) fn set_clock_right(&self) {
        self.off_by.store(0, Ordering::Relaxed);
    }

    /// Lets a request arrive in `ms` milliseconds.
    pub(super) fn hold_up(&self, packet: Packet, ms: i64) {
        locked(&self.network).late.push(Late { due: self.now().0 + ms, packet });
    }

    /// How often such a request was made before.
    pub(super) fn asked_again(&self, kind: &'static str, about: u128) -> u64 {
        let mut network = locked(&self.network);
        let times = network.asked.entry((kind, about)).or_default();
        *times += 1;
        *times
    }

    /// Lets arrive what is due, or all there is.
    pub(super) fn deliver(&self, all: bool) {
        let now = self.now();
        let mut network = locked(&self.network);
        let (mut due, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut network.late).into_iter().partition(|late| all || late.due <= now.0);
        network.late = rest;
        due.sort_by_key(|late| late.due);
        let mut server = self.server();
        for Late { packet, .. } in due {
            match packet {
                Packet::Report(token, request) => {
                    let known = server.reports().contains_key(&request.report_id);
                    if server.create_report(&token, &request, now).is_ok() && !known {
                        network.created_late.push(request.report_id);
                    }
                }
                Packet::Upload(token, new, first) => drop(server.create_upload(&token, new, &first, now)),
                Packet::Append(token, url, offset, bytes) => drop(server.append_upload(&token, &url, offset, &bytes, now)),
                Packet::Profile(token, request) => drop(server.put_profile(&token, &request, now)),
                Packet::Consent(token, request) => drop(server.record_consent(&token, &request)),
            }
        }
    }

    /// Whether a request created this report that nobody waited for any more.
    #[must_use]
    pub(super) fn was_created_late(&self, report: ReportId) -> bool {
        locked(&self.network).created_late.contains(&report)
    }
}
