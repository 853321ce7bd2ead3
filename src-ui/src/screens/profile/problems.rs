//! What is wrong with a profile's form, and where on the screen it is mended.

use pakn_api::model::{
    date::{Date, DateError},
    identity::{IdentityError, IdentityNumber},
    person::NameError,
    profile::{ProfileForm, ProfileProblem},
    unit::Units,
    words::WordsError,
};

use crate::text::words;

/// A question of the form, in the order they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Question {
    Name,
    Number,
    IssuedOn,
    IssuedBy,
    Gender,
    BornOn,
    GuardianName,
    GuardianAgrees,
    Province,
    Ward,
    Street,
    Email,
}

impl Question {
    /// Every question.
    #[cfg(test)]
    const ALL: [Self; 12] = [
        Self::Name,
        Self::Number,
        Self::IssuedOn,
        Self::IssuedBy,
        Self::Gender,
        Self::BornOn,
        Self::GuardianName,
        Self::GuardianAgrees,
        Self::Province,
        Self::Ward,
        Self::Street,
        Self::Email,
    ];

    /// The question that a problem is about.
    pub(super) const fn of(problem: ProfileProblem) -> Self {
        match problem {
            ProfileProblem::FullName(_) => Self::Name,
            ProfileProblem::IdentityNumber(_) | ProfileProblem::NumberAgainstGender | ProfileProblem::NumberAgainstBirth => {
                Self::Number
            }
            ProfileProblem::IssuedOn(_) | ProfileProblem::IssuedBeforeBirth | ProfileProblem::IssuedInFuture => Self::IssuedOn,
            ProfileProblem::IssuedBy(_) => Self::IssuedBy,
            ProfileProblem::GenderMissing => Self::Gender,
            ProfileProblem::BornOn(_) | ProfileProblem::BornInFuture => Self::BornOn,
            ProfileProblem::ProvinceMissing => Self::Province,
            ProfileProblem::WardMissing | ProfileProblem::WardUnknown => Self::Ward,
            ProfileProblem::Street(_) => Self::Street,
            ProfileProblem::Email => Self::Email,
            ProfileProblem::GuardianName(_) => Self::GuardianName,
            ProfileProblem::GuardianMissing => Self::GuardianAgrees,
        }
    }

    /// The id of the element that takes the focus.
    pub(super) const fn id(self) -> &'static str {
        match self {
            Self::Name => "profile-name",
            Self::Number => "profile-number",
            Self::IssuedOn => "profile-issued",
            Self::IssuedBy => "profile-issued-by",
            Self::Gender => "profile-gender",
            Self::BornOn => "profile-born",
            Self::Province => "profile-province",
            Self::Ward => "profile-ward",
            Self::Street => "profile-street",
            Self::Email => "profile-email",
            Self::GuardianName => "profile-guardian-name",
            Self::GuardianAgrees => "profile-guardian-agrees",
        }
    }

    /// What it is called on the screen.
    pub(super) fn label(self) -> &'static str {
        let texts = &words().profile;
        match self {
            Self::Name => texts.name,
            Self::Number => texts.number,
            Self::IssuedOn => texts.issued_on,
            Self::IssuedBy => texts.issued_by,
            Self::Gender => texts.gender,
            Self::BornOn => texts.born_on,
            Self::Province => texts.province,
            Self::Ward => texts.ward,
            Self::Street => texts.street,
            Self::Email => texts.email,
            Self::GuardianName => texts.guardian_name,
            Self::GuardianAgrees => texts.guardian_heading,
        }
    }

    /// Whether two forms answer it alike.
    pub(super) fn is_answered_alike(self, one: &ProfileForm, other: &ProfileForm) -> bool {
        match self {
            Self::Name => one.full_name == other.full_name,
            // Held against the two others: mending any of them may mend it.
            Self::Number => {
                one.identity_number == other.identity_number && one.gender == other.gender && one.born_on == other.born_on
            }
            Self::IssuedOn => one.issued_on == other.issued_on && one.born_on == other.born_on,
            Self::IssuedBy => one.issued_by == other.issued_by,
            Self::Gender => one.gender == other.gender,
            Self::BornOn => one.born_on == other.born_on,
            Self::Province => one.province == other.province,
            Self::Ward => one.ward == other.ward && one.province == other.province,
            Self::Street => one.street == other.street,
            Self::Email => one.email == other.email,
            Self::GuardianName => one.guardian_name == other.guardian_name,
            Self::GuardianAgrees => one.guardian_agrees == other.guardian_agrees,
        }
    }
}

/// Whether something is merely not there yet: that is told when somebody tries to save, not while they fill in.
pub(super) const fn is_merely_missing(problem: ProfileProblem) -> bool {
    match problem {
        ProfileProblem::FullName(error) | ProfileProblem::GuardianName(error) => match error {
            NameError::Words(WordsError::Empty) => true,
            NameError::Words(WordsError::TooLong | WordsError::ControlCharacter) | NameError::NotLetters => false,
        },
        ProfileProblem::IssuedBy(error) | ProfileProblem::Street(error) => match error {
            WordsError::Empty => true,
            WordsError::TooLong | WordsError::ControlCharacter => false,
        },
        ProfileProblem::IdentityNumber(error) => match error {
            IdentityError::Missing => true,
            IdentityError::Length | IdentityError::NotDigits => false,
        },
        ProfileProblem::IssuedOn(error) | ProfileProblem::BornOn(error) => match error {
            DateError::Missing => true,
            DateError::NotADate | DateError::NoSuchDay => false,
        },
        ProfileProblem::GenderMissing
        | ProfileProblem::ProvinceMissing
        | ProfileProblem::WardMissing
        | ProfileProblem::GuardianMissing => true,
        ProfileProblem::NumberAgainstGender
        | ProfileProblem::NumberAgainstBirth
        | ProfileProblem::IssuedBeforeBirth
        | ProfileProblem::IssuedInFuture
        | ProfileProblem::BornInFuture
        | ProfileProblem::WardUnknown
        | ProfileProblem::Email => false,
    }
}

/// Everything that is wrong with the form, in its order. Whether the ward is one is only known with `units`.
pub(super) fn problems(form: &ProfileForm, today: Date, units: Option<&Units>) -> Vec<ProfileProblem> {
    let mut found = match form.check(today) {
        Ok(profile) => profile.problems(today, units),
        Err(found) => found,
    };
    // The shared rules hold answers against each other only once all are there; they are told here as soon as both are.
    let number = IdentityNumber::parse(&form.identity_number).ok();
    let (born_on, issued_on) = (Date::parse(&form.born_on).ok(), Date::parse(&form.issued_on).ok());
    let against = [
        (
            number.as_ref().zip(form.gender).is_some_and(|(n, gender)| !n.allows_gender(gender)),
            ProfileProblem::NumberAgainstGender,
        ),
        (number.as_ref().zip(born_on).is_some_and(|(n, born)| !n.allows_birth(born)), ProfileProblem::NumberAgainstBirth),
        (issued_on.zip(born_on).is_some_and(|(issued, born)| issued < born), ProfileProblem::IssuedBeforeBirth),
        (issued_on.is_some_and(|issued| issued > today), ProfileProblem::IssuedInFuture),
        (born_on.is_some_and(|born| born > today), ProfileProblem::BornInFuture),
        (
            units.zip(form.province.zip(form.ward)).is_some_and(|(units, (province, ward))| !units.has(province, ward)),
            ProfileProblem::WardUnknown,
        ),
    ];
    for (_, problem) in against.into_iter().filter(|(wrong, _)| *wrong) {
        if !found.contains(&problem) {
            found.push(problem);
        }
    }
    found.sort_by_key(|problem| Question::of(*problem));
    found
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::model::person::Gender;

    use super::*;

    fn today() -> Date {
        Date::new(2026, 11, 23).unwrap()
    }

    fn found(edit: impl FnOnce(&mut ProfileForm)) -> Vec<ProfileProblem> {
        let mut form = ProfileForm::default();
        edit(&mut form);
        problems(&form, today(), None)
    }

    #[test]
    fn an_empty_form_lacks_everything_that_is_asked_and_says_so_only_when_saved() {
        let found = found(|_| {});
        let asked: Vec<_> = found.iter().map(|problem| Question::of(*problem)).collect();
        let optional_or_for_children = [Question::Email, Question::GuardianName, Question::GuardianAgrees];
        assert_eq!(asked, Question::ALL.into_iter().filter(|q| !optional_or_for_children.contains(q)).collect::<Vec<_>>());
        assert!(found.iter().all(|problem| is_merely_missing(*problem)), "{found:?}");
    }

    #[test]
    fn what_contradicts_is_told_before_the_rest_is_there() {
        let number = |form: &mut ProfileForm| "062190000123".clone_into(&mut form.identity_number);
        type Edit<'a> = &'a dyn Fn(&mut ProfileForm);
        let table: [(Edit<'_>, ProfileProblem, Question); 6] = [
            (
                &|f| {
                    number(f);
                    f.gender = Some(Gender::Male);
                },
                ProfileProblem::NumberAgainstGender,
                Question::Number,
            ),
            (
                &|f| {
                    number(f);
                    "07/04/1991".clone_into(&mut f.born_on);
                },
                ProfileProblem::NumberAgainstBirth,
                Question::Number,
            ),
            (
                &|f| {
                    "07/04/1990".clone_into(&mut f.born_on);
                    "06/04/1990".clone_into(&mut f.issued_on);
                },
                ProfileProblem::IssuedBeforeBirth,
                Question::IssuedOn,
            ),
            (&|f| "24/11/2026".clone_into(&mut f.issued_on), ProfileProblem::IssuedInFuture, Question::IssuedOn),
            (&|f| "24/11/2026".clone_into(&mut f.born_on), ProfileProblem::BornInFuture, Question::BornOn),
            (&|f| "an@".clone_into(&mut f.email), ProfileProblem::Email, Question::Email),
        ];
        for (edit, problem, question) in table {
            let found = found(edit);
            assert!(found.contains(&problem), "{problem:?} in {found:?}");
            assert!(found.iter().map(|p| Question::of(*p)).is_sorted(), "{found:?}");
            assert_eq!(Question::of(problem), question);
            assert!(!is_merely_missing(problem), "{problem:?} is told when its question is left");
        }
    }

    #[test]
    fn a_guardian_is_asked_for_children_only() {
        let born = |text: &str| found(|f| text.clone_into(&mut f.born_on));
        let asks = |found: &[ProfileProblem]| found.contains(&ProfileProblem::GuardianMissing);
        assert!(asks(&born("24/11/2010")) && !asks(&born("23/11/2010")));
    }

    #[test]
    fn every_question_has_its_place_and_name() {
        let unique = |texts: Vec<&'static str>| {
            let mut sorted = texts.clone();
            sorted.sort_unstable();
            sorted.dedup();
            assert_eq!(sorted.len(), texts.len(), "{texts:?}");
        };
        unique(Question::ALL.map(Question::id).to_vec());
        unique(Question::ALL.map(Question::label).to_vec());
        assert!(Question::ALL.is_sorted());
    }
}
