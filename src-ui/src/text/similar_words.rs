//! What there is to say of others' reports: those that may be about the same, and those that are followed.

use super::words::sentences;

sentences! {
    /// Somebody may have reported the same.
    SimilarWords {
        heading, lead, more, less, follow, following, followed_already, ask_title, ask_text, ask_yes, other, other_said,
        show_again, needs_account, sign_in, register, gone, done,
    }
    /// What is followed.
    FollowedWords {
        heading, title, lead, happened, place, sender, unnamed, received, updates, unfollow, unfollow_title, unfollow_text,
        unfollow_yes, unfollowed, gone_title, gone_text,
    }
}
