//! Profiles and consents: each operation carried out once, a profile only over the revision it was changed from.

use std::{collections::BTreeMap, sync::LazyLock};

use pakn_api::{
    ErrorCode, Timestamp,
    id::{OpId, UserId},
    model::{
        consent::{Consent, ConsentPurpose},
        date::Date,
        profile::{Profile, ProfileForm},
        unit::{self, ProvinceCode, Units, WardCode},
    },
    wire::{PutProfile, RecordConsent, StoredProfile},
};

use super::{Answer, Refusal, State};

/// Who somebody with an account is, and what they agreed to.
#[derive(Clone, Debug, Default)]
pub struct Person {
    revision: u32,
    profile: Option<Profile>,
    /// Which revision each operation made, and when.
    puts: BTreeMap<OpId, (u32, Timestamp)>,
    consents: BTreeMap<ConsentPurpose, Consent>,
    recorded: BTreeMap<OpId, Consent>,
}

/// A complete profile of an adult in Kon Tum; none with a name that can be nobody's.
#[must_use]
pub fn a_profile(name: &str) -> Option<Profile> {
    let form = ProfileForm {
        full_name: name.to_owned(),
        identity_number: "233123456".to_owned(),
        issued_on: "01/06/2015".to_owned(),
        issued_by: "Công an tỉnh Kon Tum".to_owned(),
        gender: Some(pakn_api::model::person::Gender::Female),
        born_on: "07/04/1990".to_owned(),
        province: Some(PROVINCE),
        ward: Some(WARD),
        street: "12 Trần Phú".to_owned(),
        ..ProfileForm::default()
    };
    form.check(Date::new(2025, 11, 24).ok()?).ok()
}

/// Quảng Ngãi.
const PROVINCE: ProvinceCode = ProvinceCode(51);
/// Phường Kon Tum.
const WARD: WardCode = WardCode(23_293);
static UNITS: LazyLock<Option<Units>> = LazyLock::new(|| Units::parse(unit::DATA).ok());

impl Person {
    /// Somebody who has said all that reports need.
    #[must_use]
    pub fn complete(name: &str) -> Self {
        let profile = a_profile(name);
        let said = |purpose: ConsentPurpose| {
            (purpose, Consent { purpose, given: true, text_version: purpose.text_version(), at: Timestamp(1) })
        };
        Self {
            revision: u32::from(profile.is_some()),
            profile,
            consents: [ConsentPurpose::Terms, ConsentPurpose::Reports].map(said).into(),
            ..Self::default()
        }
    }

    /// The profile as it is told.
    #[must_use]
    pub fn profile(&self) -> StoredProfile {
        StoredProfile { revision: self.revision, profile: self.profile.clone() }
    }

    /// What was last said about each purpose.
    #[must_use]
    pub fn consents(&self) -> Vec<Consent> {
        self.consents.values().copied().collect()
    }

    /// The full name; empty without a profile.
    #[must_use]
    pub fn name(&self) -> String {
        self.profile.as_ref().map(|profile| profile.full_name.as_str().to_owned()).unwrap_or_default()
    }
}

impl State {
    fn citizen(&mut self, user: UserId) -> Answer<&mut super::Citizen> {
        self.citizens.iter_mut().find(|c| c.account.user_id == user).ok_or_else(|| ErrorCode::Unauthenticated.into())
    }

    /// Somebody with an account.
    #[must_use]
    pub fn person(&self, user: UserId) -> Option<&Person> {
        self.citizens.iter().find(|c| c.account.user_id == user).map(|c| &c.person)
    }

    /// The account's profile is changed by another device of its owner's.
    pub fn change_elsewhere(&mut self, user: UserId, change: impl FnOnce(&mut Profile)) {
        let Ok(super::Citizen { person, .. }) = self.citizen(user) else { return };
        if let Some(profile) = &mut person.profile {
            change(profile);
            person.revision += 1;
        }
    }

    /// The account says it all anew, as somebody who has only just registered.
    pub fn forget_person(&mut self, user: UserId) {
        if let Ok(citizen) = self.citizen(user) {
            citizen.person = Person::default();
            citizen.account.name.clear();
        }
    }

    /// `GET /v1/me/profile`.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub fn profile_of(&mut self, token: &str) -> Answer<StoredProfile> {
        let user = self.who(token)?;
        Ok(self.citizen(user)?.person.profile())
    }

    /// `PUT /v1/me/profile`.
    ///
    /// # Errors
    /// As the contract has it.
    pub fn put_profile(&mut self, token: &str, request: &PutProfile, now: Timestamp) -> Answer<StoredProfile> {
        let user = self.who(token)?;
        let made = |c: &super::Citizen| c.person.puts.get(&request.op_id).map(|(made, _)| (c.account.user_id, *made));
        if let Some((by, made)) = self.citizens.iter().find_map(made) {
            let now = self.citizen(user)?.person.profile();
            let same = by == user
                && made == request.base_revision.saturating_add(1)
                && (now.revision != made || now.profile.as_ref() == Some(&request.profile));
            return if same { Ok(now) } else { Err(ErrorCode::OpIdReused.into()) };
        }
        let citizen = self.citizen(user)?;
        if citizen.person.revision != request.base_revision {
            return Err(ErrorCode::ProfileConflict.into());
        }
        let profile_problems = request.profile.problems(Date::in_vietnam(now), UNITS.as_ref());
        if !profile_problems.is_empty() {
            return Err(Refusal { profile_problems, ..ErrorCode::InvalidProfile.into() });
        }
        citizen.person.revision += 1;
        citizen.person.profile = Some(request.profile.clone());
        citizen.person.puts.insert(request.op_id, (citizen.person.revision, now));
        citizen.account.name = citizen.person.name();
        let stored = citizen.person.profile();
        *self.created.account_operations.entry(request.op_id).or_default() += 1;
        Ok(stored)
    }

    /// `POST /v1/me/consents`.
    ///
    /// # Errors
    /// As the contract has it.
    pub fn record_consent(&mut self, token: &str, request: &RecordConsent) -> Answer<()> {
        let user = self.who(token)?;
        let said = request.consent;
        let of = |c: &super::Citizen| Some((c.account.user_id, *c.person.recorded.get(&request.op_id)?));
        if let Some(first) = self.citizens.iter().find_map(of) {
            return if first == (user, said) { Ok(()) } else { Err(ErrorCode::OpIdReused.into()) };
        }
        let person = &mut self.citizen(user)?.person;
        person.recorded.insert(request.op_id, said);
        person.consents.insert(said.purpose, said);
        *self.created.account_operations.entry(request.op_id).or_default() += 1;
        Ok(())
    }

    /// Forgets which operations put profiles, after their time.
    pub(super) fn forget_puts(&mut self, now: Timestamp) {
        let kept = self.keeps.operations_ms;
        for citizen in &mut self.citizens {
            citizen.person.puts.retain(|_, (_, at)| now.since(*at) < kept);
        }
    }

    /// Whether reports are taken from this account.
    pub(super) fn may_send(&mut self, user: UserId) -> Answer<()> {
        let person = &self.citizen(user)?.person;
        if person.profile.is_none() {
            return Err(ErrorCode::ProfileIncomplete.into());
        }
        let agreed = person.consents.get(&ConsentPurpose::Reports).is_some_and(|said| said.given);
        if agreed { Ok(()) } else { Err(ErrorCode::ConsentMissing.into()) }
    }
}
