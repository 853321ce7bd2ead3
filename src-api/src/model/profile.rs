//! Who sends reports: a profile as typed ([`ProfileForm`]) and as kept ([`Profile`]), and the rules between them.
//!
//! Guide II.4 and II.5. [`ProfileForm::check`] turns the one into the other; [`Profile::problems`] is the same set of rules over a
//! finished one, which is what the server runs. Whether a ward exists is asked of [`Units`], which
//! a form may not have loaded yet.

use serde::{Deserialize, Serialize};

use super::{
    date::{Date, DateError},
    email::Email,
    identity::{IdentityError, IdentityNumber},
    person::{FullName, Gender, NameError},
    unit::{ProvinceCode, Units, WardCode},
    words::{IssuePlace, Street, WordsError},
};

/// Below this age somebody else agrees in a child's name (Law 91/2025/QH15 with Decree 356/2025/NĐ-CP).
pub const AGE_OF_CONSENT: u16 = 16;

/// A profile's fields as they stand, complete or not.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileForm {
    /// As typed.
    pub full_name: String,
    /// As typed.
    pub identity_number: String,
    /// As typed, day first.
    pub issued_on: String,
    /// As typed.
    pub issued_by: String,
    /// The chosen one.
    pub gender: Option<Gender>,
    /// As typed, day first.
    pub born_on: String,
    /// The chosen one.
    pub province: Option<ProvinceCode>,
    /// The chosen one.
    pub ward: Option<WardCode>,
    /// As typed.
    pub street: String,
    /// As typed; may stay empty.
    pub email: String,
    /// As typed; asked for children only.
    pub guardian_name: String,
    /// The guardian agrees; asked for children only.
    pub guardian_agrees: bool,
}

impl std::fmt::Debug for ProfileForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProfileForm(…)")
    }
}

/// An identity document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Identity {
    /// Its number.
    pub number: IdentityNumber,
    /// When it was issued.
    pub issued_on: Date,
    /// By whom.
    pub issued_by: IssuePlace,
}

/// An address for letters and calls back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Address {
    /// Province or city.
    pub province: ProvinceCode,
    /// Ward or commune within it.
    pub ward: WardCode,
    /// Within the ward.
    pub street: Street,
}

/// Who agreed in a child's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Guardian {
    /// Their full name.
    pub full_name: FullName,
}

/// A complete profile: every value valid in itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Profile {
    /// Full name.
    pub full_name: FullName,
    /// Identity document.
    pub identity: Identity,
    /// Gender.
    pub gender: Gender,
    /// Date of birth.
    pub born_on: Date,
    /// Where letters reach them.
    pub address: Address,
    /// E-mail, if there is one.
    pub email: Option<Email>,
    /// Who agreed, for a child.
    pub guardian: Option<Guardian>,
}

/// What keeps a profile from being complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "problem", content = "reason", rename_all = "snake_case")]
pub enum ProfileProblem {
    /// The full name.
    #[error("full name: {0}")]
    FullName(NameError),
    /// The identity number.
    #[error("identity number: {0}")]
    IdentityNumber(IdentityError),
    /// The number is one of another gender.
    #[error("identity number and gender contradict each other")]
    NumberAgainstGender,
    /// The number is one of another year of birth.
    #[error("identity number and year of birth contradict each other")]
    NumberAgainstBirth,
    /// The document's date of issue.
    #[error("date of issue: {0}")]
    IssuedOn(DateError),
    /// Issued before its holder was born.
    #[error("issued before birth")]
    IssuedBeforeBirth,
    /// A date of issue that is still to come.
    #[error("issued in the future")]
    IssuedInFuture,
    /// The document's place of issue.
    #[error("place of issue: {0}")]
    IssuedBy(WordsError),
    /// No gender chosen.
    #[error("no gender chosen")]
    GenderMissing,
    /// The date of birth.
    #[error("date of birth: {0}")]
    BornOn(DateError),
    /// A date of birth that is still to come.
    #[error("born in the future")]
    BornInFuture,
    /// No province chosen.
    #[error("no province chosen")]
    ProvinceMissing,
    /// No ward chosen.
    #[error("no ward chosen")]
    WardMissing,
    /// There is no such ward in that province.
    #[error("no such ward")]
    WardUnknown,
    /// The address within the ward.
    #[error("street: {0}")]
    Street(WordsError),
    /// The e-mail address.
    #[error("e-mail")]
    Email,
    /// A child's guardian's name.
    #[error("guardian: {0}")]
    GuardianName(NameError),
    /// A child's guardian has not agreed.
    #[error("guardian has not agreed")]
    GuardianMissing,
}

impl ProfileForm {
    /// The form that shows a profile.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        Self {
            full_name: profile.full_name.as_str().to_owned(),
            identity_number: profile.identity.number.as_str().to_owned(),
            issued_on: profile.identity.issued_on.day_first(),
            issued_by: profile.identity.issued_by.as_str().to_owned(),
            gender: Some(profile.gender),
            born_on: profile.born_on.day_first(),
            province: Some(profile.address.province),
            ward: Some(profile.address.ward),
            street: profile.address.street.as_str().to_owned(),
            email: profile.email.as_ref().map_or_else(String::new, |email| email.as_str().to_owned()),
            guardian_name: profile.guardian.as_ref().map_or_else(String::new, |g| g.full_name.as_str().to_owned()),
            guardian_agrees: profile.guardian.is_some(),
        }
    }

    /// Whether a guardian is asked for, as far as the date of birth can be read.
    #[must_use]
    pub fn is_childs(&self, today: Date) -> bool {
        Date::parse(&self.born_on).is_ok_and(|born_on| born_on.age(today) < AGE_OF_CONSENT)
    }

    /// The profile, if the form is complete.
    ///
    /// # Errors
    /// Every problem at once, in the order of the form.
    pub fn check(&self, today: Date) -> Result<Profile, Vec<ProfileProblem>> {
        let mut problems = Vec::new();
        let mut need = |problem| problems.push(problem);
        let full_name = FullName::parse(&self.full_name).map_err(|e| need(ProfileProblem::FullName(e))).ok();
        let number = IdentityNumber::parse(&self.identity_number).map_err(|e| need(ProfileProblem::IdentityNumber(e))).ok();
        let issued_on = Date::parse(&self.issued_on).map_err(|e| need(ProfileProblem::IssuedOn(e))).ok();
        let issued_by = IssuePlace::parse(&self.issued_by).map_err(|e| need(ProfileProblem::IssuedBy(e))).ok();
        if self.gender.is_none() {
            need(ProfileProblem::GenderMissing);
        }
        let born_on = Date::parse(&self.born_on).map_err(|e| need(ProfileProblem::BornOn(e))).ok();
        if self.province.is_none() {
            need(ProfileProblem::ProvinceMissing);
        }
        if self.ward.is_none() {
            need(ProfileProblem::WardMissing);
        }
        let street = Street::parse(&self.street).map_err(|e| need(ProfileProblem::Street(e))).ok();
        let email = match self.email.trim() {
            "" => Some(None),
            text => Email::parse(text).map(Some).map_err(|_| need(ProfileProblem::Email)).ok(),
        };
        let guardian = if self.is_childs(today) {
            let name = FullName::parse(&self.guardian_name).map_err(|e| need(ProfileProblem::GuardianName(e))).ok();
            if !self.guardian_agrees {
                need(ProfileProblem::GuardianMissing);
            }
            name.map(|full_name| Guardian { full_name })
        } else {
            None
        };
        let identity = match (number, issued_on, issued_by) {
            (Some(number), Some(issued_on), Some(issued_by)) => Some(Identity { number, issued_on, issued_by }),
            _ => None,
        };
        let address = match (self.province, self.ward, street) {
            (Some(province), Some(ward), Some(street)) => Some(Address { province, ward, street }),
            _ => None,
        };
        let (Some(full_name), Some(identity), Some(gender), Some(born_on), Some(address), Some(email), []) =
            (full_name, identity, self.gender, born_on, address, email, problems.as_slice())
        else {
            return Err(problems);
        };
        let profile = Profile { full_name, identity, gender, born_on, address, email, guardian };
        match profile.problems(today, None) {
            rest if rest.is_empty() => Ok(profile),
            rest => Err(rest),
        }
    }
}

impl Profile {
    /// What is wrong between its values, as of today; empty when nothing is. Whether the ward exists is only known
    /// with `units`.
    #[must_use]
    pub fn problems(&self, today: Date, units: Option<&Units>) -> Vec<ProfileProblem> {
        let mut problems = Vec::new();
        let mut hold = |wrong: bool, problem| {
            if wrong {
                problems.push(problem);
            }
        };
        let Identity { number, issued_on, issued_by: _ } = &self.identity;
        hold(!number.allows_gender(self.gender), ProfileProblem::NumberAgainstGender);
        hold(!number.allows_birth(self.born_on), ProfileProblem::NumberAgainstBirth);
        hold(*issued_on < self.born_on, ProfileProblem::IssuedBeforeBirth);
        hold(*issued_on > today, ProfileProblem::IssuedInFuture);
        hold(self.born_on > today, ProfileProblem::BornInFuture);
        let Address { province, ward, street: _ } = &self.address;
        hold(units.is_some_and(|units| !units.has(*province, *ward)), ProfileProblem::WardUnknown);
        hold(self.born_on.age(today) < AGE_OF_CONSENT && self.guardian.is_none(), ProfileProblem::GuardianMissing);
        problems
    }

    /// `mine`, changed from `base`, over `theirs`, changed from it elsewhere: what I changed is mine, all else theirs.
    #[must_use]
    pub fn merge(base: Option<&Self>, mine: &Self, theirs: &Self) -> Self {
        let Some(base) = base else { return mine.clone() };
        fn pick<T: PartialEq + Clone>(base: &T, mine: &T, theirs: &T) -> T {
            if mine == base { theirs.clone() } else { mine.clone() }
        }
        Self {
            full_name: pick(&base.full_name, &mine.full_name, &theirs.full_name),
            identity: pick(&base.identity, &mine.identity, &theirs.identity),
            gender: pick(&base.gender, &mine.gender, &theirs.gender),
            born_on: pick(&base.born_on, &mine.born_on, &theirs.born_on),
            address: pick(&base.address, &mine.address, &theirs.address),
            email: pick(&base.email, &mine.email, &theirs.email),
            guardian: pick(&base.guardian, &mine.guardian, &theirs.guardian),
        }
    }
}
