//! Every word a citizen reads.
//!
//! [`words()`] hands out the sentences of the language in use. [`Words`] lists what there is to say, so
//! that a second language is one more folder beside `vi` and the compiler names what it lacks. Screens
//! and components contain no sentences of their own; errors become sentences here, by exhaustive match.

mod account_words;
mod compose_words;
mod media_words;
mod place_words;
mod similar_words;
mod vi;
mod words;

pub(crate) use words::{Action, Document, Words};

/// The sentences of the language in use.
pub(crate) fn words() -> &'static Words {
    &vi::WORDS
}

#[cfg(test)]
mod tests;
