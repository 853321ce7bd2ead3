//! Accounts that are made at the desk: for a pilot and tests, and for agencies.

use pakn_api::{
    Timestamp,
    id::{OpId, UserId},
    model::{
        catalogue::{Catalogue, FieldCode},
        consent::{Consent, ConsentPurpose},
        date::{Date, DateError},
        identity::{IdentityError, IdentityNumber},
        person::{FullName, Gender},
        phone::PhoneNumber,
        profile::{Address, Identity, Profile},
        unit::{ProvinceCode, WardCode},
        words::{AgencyName, IssuePlace, Street, WordsError},
    },
    wire::Account,
};
use sqlx::AnyConnection;

use super::{Desk, DeskError};
use crate::{
    auth::password::{self, PasswordError},
    clock,
    db::{
        account, agency, consent, document,
        profile::{self, Put},
        session,
    },
};

/// What kind of account is made.
#[derive(Clone, Debug)]
enum Kind {
    /// A citizen's with nothing but its name.
    Bare,
    /// A citizen's that may send.
    Complete(FullName),
    /// An agency's.
    Agency(AgencyName),
}

impl Desk {
    /// Makes a citizen's account that may send: with a made-up profile under this name, and the consents to the terms
    /// and to what is done with reports. One that has this number already gets this name and password and what it
    /// lacks of these. Another password than before ends its sessions: who knew the old one is signed out.
    ///
    /// # Errors
    /// [`DeskError::Password`] or [`DeskError::Name`] for one that can't be used, [`DeskError::OtherKind`] when the
    /// number is an agency's.
    pub async fn create_account(&self, phone: PhoneNumber, password: String, name: String) -> Result<Account, DeskError> {
        let full_name = FullName::parse(&name)?;
        self.make(phone, password, name, Kind::Complete(full_name)).await
    }

    /// Makes a citizen's account as it is after registering: no profile, no consents.
    ///
    /// # Errors
    /// [`DeskError::Password`] for one that can't be used, [`DeskError::OtherKind`] when the number is an agency's.
    pub async fn create_bare_account(&self, phone: PhoneNumber, password: String, name: String) -> Result<Account, DeskError> {
        self.make(phone, password, name, Kind::Bare).await
    }

    /// Makes an agency's account, or gives it this password and agency.
    ///
    /// # Errors
    /// [`DeskError::Password`] for one that can't be used, [`DeskError::OtherKind`] when the number is a citizen's.
    pub async fn create_staff_account(
        &self,
        phone: PhoneNumber,
        password: String,
        agency: AgencyName,
    ) -> Result<Account, DeskError> {
        self.make(phone, password, agency.as_str().to_owned(), Kind::Agency(agency)).await
    }

    /// Gives an agency's account these fields, whose reports it handles from now on, and takes all others from it.
    ///
    /// # Errors
    /// [`DeskError::UnknownField`] for one that is not in the catalogue, [`DeskError::OtherKind`] when the account is no agency's.
    pub async fn set_agency_fields(&self, user: UserId, fields: Vec<FieldCode>) -> Result<(), DeskError> {
        let work = self.db.write(move |conn| {
            Box::pin(async move {
                if account::agency(&mut *conn, user).await?.is_none() {
                    return Err(DeskError::OtherKind);
                }
                let catalogue = document::current::<Catalogue>(&mut *conn).await?;
                if let Some(unknown) = fields.iter().find(|field| catalogue.field(field).is_none()) {
                    return Err(DeskError::UnknownField(unknown.clone()));
                }
                Ok(agency::set_fields(conn, user, &fields).await?)
            })
        });
        work.await
    }

    async fn make(&self, phone: PhoneNumber, password: String, name: String, kind: Kind) -> Result<Account, DeskError> {
        let found = account::by_phone(&mut *self.db.reader().await?, &phone).await?;
        let stored = found.map(|found| found.password_hash);
        let hashing = tokio::task::spawn_blocking(move || password::keep_or_hash(&password, stored));
        let hash = hashing.await.unwrap_or(Err(PasswordError::Broken))?;
        let now = clock::now();
        let new = UserId::new(u64::try_from(now.0).unwrap_or_default(), rand::random());
        let work = self.db.write(move |conn| {
            Box::pin(async move {
                let account = match account::by_phone(&mut *conn, &phone).await? {
                    Some(found) => {
                        let user = found.account.user_id;
                        if account::agency(&mut *conn, user).await?.is_some() != matches!(kind, Kind::Agency(_)) {
                            return Err(DeskError::OtherKind);
                        }
                        account::update(&mut *conn, user, &name, &hash).await?;
                        if found.password_hash != hash {
                            session::delete_all(&mut *conn, user).await?;
                        }
                        Account { name, ..found.account }
                    }
                    None => {
                        let account = Account { user_id: new, name, phone: phone.clone() };
                        account::insert(&mut *conn, &account, &phone, &hash, now).await?;
                        account
                    }
                };
                match kind {
                    Kind::Bare => {}
                    Kind::Complete(full_name) => complete(conn, account.user_id, full_name, now).await?,
                    Kind::Agency(name) => agency::set_name(conn, account.user_id, &name).await?,
                }
                Ok(account)
            })
        });
        work.await
    }
}

/// Gives an account what it lacks to send.
async fn complete(conn: &mut AnyConnection, user: UserId, full_name: FullName, now: Timestamp) -> Result<(), DeskError> {
    let last = profile::last_put(&mut *conn, user).await?;
    let revision = last.as_ref().map_or(0, |last| last.revision) + 1;
    let profile = match last {
        Some(Put { profile, .. }) if profile.full_name == full_name => None,
        Some(Put { profile, .. }) => Some(Profile { full_name, ..profile }),
        None => Some(made_up(full_name)?),
    };
    if let Some(profile) = profile {
        let op_id = OpId::new(u64::try_from(now.0).unwrap_or_default(), rand::random());
        profile::put(&mut *conn, user, &Put { revision, profile }, op_id, now).await?;
    }
    for purpose in [ConsentPurpose::Terms, ConsentPurpose::Reports] {
        if !consent::is_given(&mut *conn, user, purpose).await? {
            let given = Consent { purpose, given: true, text_version: purpose.text_version(), at: now };
            consent::insert(&mut *conn, user, &given, None, now).await?;
        }
    }
    Ok(())
}

/// A profile that breaks no rule and is nobody's.
fn made_up(full_name: FullName) -> Result<Profile, MadeUpError> {
    Ok(Profile {
        full_name,
        identity: Identity {
            number: IdentityNumber::parse("233000001")?,
            issued_on: Date::new(2015, 6, 1)?,
            issued_by: IssuePlace::parse("Công an tỉnh Kon Tum")?,
        },
        gender: Gender::Other,
        born_on: Date::new(1990, 4, 7)?,
        // Phường Kon Tum, tỉnh Quảng Ngãi.
        address: Address { province: ProvinceCode(51), ward: WardCode(23_293), street: Street::parse("1 Nguyễn Huệ")? },
        email: None,
        guardian: None,
    })
}

/// A made-up profile that breaks a rule.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum MadeUpError {
    /// Its number.
    #[error(transparent)]
    Number(#[from] IdentityError),
    /// A date.
    #[error(transparent)]
    Date(#[from] DateError),
    /// Words.
    #[error(transparent)]
    Words(#[from] WordsError),
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::model::unit::{DATA, Units};

    use super::*;

    #[test]
    fn the_made_up_profile_breaks_no_rule() {
        let profile = made_up(FullName::parse("Nguyễn Thị Thử").unwrap()).unwrap();
        let units = Units::parse(DATA).unwrap();
        assert_eq!(profile.problems(Date::in_vietnam(clock::now()), Some(&units)), []);
    }
}
