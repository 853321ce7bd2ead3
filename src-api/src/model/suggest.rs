//! Which subject somebody means: a search over names and keywords, and suggestions from a text as it is typed.
//!
//! Both are plain counting over the catalogue that is on the device; nothing is learnt and nothing is sent. A word
//! weighs the more, the fewer subjects use it (`SubjectIndex::weight`); a phrase that is in the text as a whole weighs
//! more than its words. Spellings are folded as names of units are, and where diacritics are typed they have to agree,
//! else the match counts for little (`bán` is not `bàn`). What was found is said with every suggestion.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization as _;

use super::{
    catalogue::{Catalogue, FieldCode, SubjectCode},
    unit::key,
};

#[cfg(test)]
mod tests;

/// The most suggestions that are made at once.
pub const MAX_SUGGESTIONS: usize = 3;
/// Of a long text, so many words are looked at.
const MAX_WORDS: usize = 120;
/// What a suggestion has to weigh at least.
const ENOUGH: f64 = 2.0;
/// A suggestion that weighs less than this part of the best one is left out.
const BESIDE_THE_BEST: f64 = 0.5;
/// What each further word adds to the weight of a phrase.
const WHOLE_PHRASE: f64 = 0.5;
/// How much phrases beside the best one count.
const FURTHER_PHRASE: f64 = 0.4;
/// How much words count that are there without the rest of their phrase.
const LOOSE_WORD: f64 = 0.4;
/// How much a word counts that was typed without diacritics, as all of the text was.
const WITHOUT_MARKS: f64 = 0.8;
/// How much a word counts whose diacritics are others.
const OTHER_MARKS: f64 = 0.15;
/// Words (as keys) that say nothing about a subject when they stand alone.
const SAY_NOTHING: [&str; 44] = [
    "ai", "ban", "bi", "ca", "cac", "cai", "can", "chi", "cho", "chua", "co", "con", "cua", "dang", "day", "de", "di", "do",
    "duoc", "duong", "hang", "khong", "ngay", "nguoi", "nha", "nhieu", "o", "ra", "rat", "sai", "tai", "tham", "tren", "trong",
    "truoc", "tu", "va", "vao", "ve", "viec", "xe", "noi", "mat", "lam",
];

/// A subject that may be meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// Its field.
    pub field: FieldCode,
    /// Which.
    pub subject: SubjectCode,
    /// The words that speak for it, as they were typed; of a search, nothing.
    pub because: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    key: String,
    /// In lower case and NFC, with its diacritics.
    marked: String,
}

impl Word {
    fn of(text: &str) -> Option<Self> {
        let key = key(text);
        (!key.is_empty()).then(|| Self { key, marked: text.nfc().flat_map(char::to_lowercase).collect() })
    }

    fn has_marks(&self) -> bool {
        !self.marked.is_ascii()
    }
}

fn words(text: &str) -> Vec<(Word, &str)> {
    text.split(|c: char| !c.is_alphanumeric() && !is_mark(c)).filter_map(|part| Some((Word::of(part)?, part))).collect()
}

/// A diacritic by itself, as decomposed text has it.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

#[derive(PartialEq)]
struct Entry {
    field: FieldCode,
    subject: SubjectCode,
    /// The name first.
    phrases: Vec<Vec<Word>>,
}

/// A catalogue made ready to be searched.
#[derive(PartialEq)]
pub struct SubjectIndex {
    entries: Vec<Entry>,
    /// In how many subjects a word is, by its key.
    spread: BTreeMap<String, usize>,
}

impl SubjectIndex {
    /// Reads names and keywords.
    #[must_use]
    pub fn of(catalogue: &Catalogue) -> Self {
        let phrase = |text: &str| words(text).into_iter().map(|(word, _)| word).collect::<Vec<_>>();
        let mut entries = Vec::new();
        for field in &catalogue.fields {
            for subject in &field.subjects {
                let texts = std::iter::once(subject.name.as_str()).chain(subject.keywords.iter().map(String::as_str));
                let phrases = texts.map(phrase).filter(|words| !words.is_empty()).collect();
                entries.push(Entry { field: field.code.clone(), subject: subject.code.clone(), phrases });
            }
        }
        let mut spread = BTreeMap::new();
        for entry in &entries {
            let keys: BTreeSet<_> = entry.phrases.iter().flatten().map(|word| word.key.clone()).collect();
            keys.into_iter().for_each(|key| *spread.entry(key).or_insert(0) += 1);
        }
        Self { entries, spread }
    }

    /// How much a word says: the logarithm of how many times more subjects there are than use it.
    #[expect(clippy::cast_precision_loss, reason = "some dozens of subjects")]
    fn weight(&self, key: &str) -> f64 {
        let used = self.spread.get(key).copied().unwrap_or(0) as f64;
        ((self.entries.len() as f64 + 1.0) / (used + 0.5)).ln().max(0.0)
    }

    /// The subjects that a text seems to be about, the likeliest first, at most [`MAX_SUGGESTIONS`]; none where too
    /// little speaks for any.
    #[must_use]
    pub fn suggest(&self, text: &str) -> Vec<Suggestion> {
        let mut typed = words(text);
        typed.truncate(MAX_WORDS);
        let marks = typed.iter().any(|(word, _)| word.has_marks());
        let scored = self.entries.iter().map(|entry| (self.score(entry, &typed, marks), entry));
        let mut found: Vec<_> = scored.filter(|((score, _), _)| *score >= ENOUGH).collect();
        // Of equals, the one that comes first in the catalogue.
        found.sort_by(|((a, _), _), ((b, _), _)| b.total_cmp(a));
        let best = found.first().map_or(0.0, |((score, _), _)| *score);
        found.retain(|((score, _), _)| *score >= best * BESIDE_THE_BEST);
        found.truncate(MAX_SUGGESTIONS);
        let suggestion = |((_, because), entry): ((f64, Vec<String>), &Entry)| Suggestion {
            field: entry.field.clone(),
            subject: entry.subject.clone(),
            because,
        };
        found.into_iter().map(suggestion).collect()
    }

    /// What speaks for a subject in a text, and how much.
    fn score(&self, entry: &Entry, typed: &[(Word, &str)], marks: bool) -> (f64, Vec<String>) {
        let mut whole: Vec<(f64, usize, usize)> = Vec::new();
        let mut loose: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
        for phrase in &entry.phrases {
            for (at, window) in typed.windows(phrase.len()).enumerate() {
                if let Some(score) = self.phrase(phrase, window, marks) {
                    whole.push((score, at, phrase.len()));
                }
            }
            for word in phrase.iter().filter(|word| !SAY_NOTHING.contains(&word.key.as_str())) {
                let fits = typed.iter().enumerate().filter(|(_, (t, _))| t.key == word.key);
                for (at, (t, _)) in fits {
                    let score = self.weight(&word.key) * agreement(word, t, marks) * LOOSE_WORD;
                    let best = loose.entry(word.key.as_str()).or_insert((score, at));
                    *best = if best.0 < score { (score, at) } else { *best };
                }
            }
        }
        whole.sort_by(|(a, _, _), (b, _, _)| b.total_cmp(a));
        let mut taken = BTreeSet::new();
        let (mut score, mut because) = (0.0, Vec::new());
        for (value, at, length) in whole {
            if (at..at + length).any(|n| taken.contains(&n)) {
                continue;
            }
            score += if taken.is_empty() { value } else { value * FURTHER_PHRASE };
            taken.extend(at..at + length);
            because.push((at, length));
        }
        for (value, at) in loose.into_values() {
            if !taken.contains(&at) && value >= ENOUGH * LOOSE_WORD * LOOSE_WORD {
                score += value;
                because.push((at, 1));
            }
        }
        because.sort_unstable();
        let said = |(at, length): (usize, usize)| {
            let parts: Vec<_> = typed.iter().skip(at).take(length).map(|(_, part)| *part).collect();
            parts.join(" ")
        };
        (score, because.into_iter().map(said).collect())
    }

    /// How much a phrase weighs that is in the text here, if it is.
    #[expect(clippy::cast_precision_loss, reason = "a handful of words")]
    fn phrase(&self, phrase: &[Word], typed: &[(Word, &str)], marks: bool) -> Option<f64> {
        if phrase.iter().zip(typed).any(|(word, (t, _))| word.key != t.key) {
            return None;
        }
        let weights = phrase.iter().zip(typed).map(|(word, (t, _))| (self.weight(&word.key), agreement(word, t, marks)));
        let (sum, agrees) = weights.fold((0.0, 1.0_f64), |(sum, least), (weight, agrees)| (sum + weight, least.min(agrees)));
        Some(sum * agrees * WHOLE_PHRASE.mul_add((phrase.len() - 1) as f64, 1.0))
    }

    /// The subjects that a search finds, best first: each typed word begins a word of a name or of the keywords. Where
    /// none has them all, what the text suggests.
    #[must_use]
    pub fn search(&self, text: &str) -> Vec<Suggestion> {
        let typed = words(text);
        let mut found: Vec<_> = self.entries.iter().filter_map(|entry| Some((rank(entry, &typed)?, entry))).collect();
        if found.is_empty() {
            return self.suggest(text);
        }
        found.sort_by_key(|(rank, _)| *rank);
        // Words from here and there only where no name and no keyword has them all.
        let scattered = found.first().is_some_and(|(rank, _)| *rank == SCATTERED);
        found.retain(|(rank, _)| scattered || *rank != SCATTERED);
        let suggestion = |(_, entry): (u8, &Entry)| Suggestion {
            field: entry.field.clone(),
            subject: entry.subject.clone(),
            because: Vec::new(),
        };
        found.into_iter().map(suggestion).collect()
    }
}

/// How far a typed word is the one that is looked for.
fn agreement(word: &Word, typed: &Word, marks: bool) -> f64 {
    if word.marked == typed.marked {
        1.0
    } else if marks {
        OTHER_MARKS
    } else {
        WITHOUT_MARKS
    }
}

/// What is typed is there, but in no one phrase.
const SCATTERED: u8 = 3;

/// How well what is typed fits: 0 begins the name, 1 is in it, 2 is in one of the keywords, else [`SCATTERED`].
fn rank(entry: &Entry, typed: &[(Word, &str)]) -> Option<u8> {
    let begins =
        |words: &[Word]| words.iter().zip(typed).all(|(w, (t, _))| w.key.starts_with(&t.key)) && words.len() >= typed.len();
    let has = |words: &[Word]| typed.iter().all(|(t, _)| words.iter().any(|w| agrees(w, t)));
    let (name, keywords) = entry.phrases.split_first()?;
    if begins(name) && has(name) {
        Some(0)
    } else if has(name) {
        Some(1)
    } else if keywords.iter().any(|words| has(words)) {
        Some(2)
    } else {
        let all: Vec<Word> = entry.phrases.iter().flatten().cloned().collect();
        has(&all).then_some(SCATTERED)
    }
}

/// Whether a word begins with what is typed; with its diacritics where there are some, as far as they are typed.
fn agrees(word: &Word, typed: &Word) -> bool {
    word.key.starts_with(&typed.key) && (!typed.has_marks() || word.key.len() > typed.key.len() || word.marked == typed.marked)
}
