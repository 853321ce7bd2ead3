//! What there is to say about the citizen: the profile, its pickers, the card, and the account's screens.

use super::words::sentences;

sentences! {
    /// The profile's form.
    ProfileWords {
        title, lead, signed_out, register, expired, state_missing, state_waiting, state_stored, state_refused, unsaved, keeping,
        kept, identity_heading, name, name_hint, number, number_hint, issued_on, issued_by, issued_by_hint, issued_by_police,
        issued_by_ministry, gender, male, female, other, born_on, date_hint, day, month, year, address_heading, province, ward,
        choose_province, choose_ward, street, street_hint, contact_heading, email, email_hint, guardian_heading, guardian_text,
        guardian_name, guardian_agrees, save, saving, saved, saved_waiting, problems_heading, refused_heading,
    }
    /// Filling the profile from an identity card.
    CardWords {
        heading, text, promise, scan, scanning, stop, take, pick, reading, filled, nothing_new, still, nothing_left, too_large,
        unreadable, by_hand,
    }
    /// Choosing a province or ward.
    PickerWords {
        province_title, ward_title, search, search_hint, close, loading, none_title, none_text, everywhere, within_search,
    }
    /// The account's first screen.
    AccountWords {
        title, signed_out, sign_in, register, expired, name, phone, no_name, profile, profile_text, password, password_text, sessions,
        sessions_text, consents, consents_text, data, data_text, legal_heading, privacy, terms, open,
    }
    /// Changing the password.
    NewPasswordWords { title, lead, old, new, new_hint, old_missing, wrong, submit, submitting, done, forgotten }
    /// Where the account is signed in.
    SessionsWords {
        title, lead, unnamed, this_one, since, seen, end, end_text, end_yes, ended, end_others, end_others_title,
        end_others_text, end_others_yes, others_ended, only_this,
    }
    /// What was agreed to.
    ConsentsWords {
        title, lead, given, withdrawn, never, agree, withdraw, withdraw_yes, agreed_now, withdrawn_now, needs_account,
        notifications_refused, notifications_unsupported, delete_instead, older_text,
    }
    /// One purpose: what it is, what it means, what follows from taking it back.
    PurposeWords { title, text, withdraw_title, withdraw_text }
    /// What is held about the citizen.
    DataWords {
        title, lead, here_heading, here_drafts, here_profile, here_token, here_card, server_heading, server_account, server_profile,
        server_reports, server_consents, correct_heading, correct_text, correct, export_heading, export_text, export, exporting, exported,
        delete_heading, delete_text, delete,
    }
    /// Deleting the account.
    DeleteWords {
        title, lead, gone_heading, gone_account, gone_profile, gone_reports, gone_sessions, kept_heading, kept_reports, kept_why,
        unsent_heading, export_first, password, password_hint, password_missing, wrong, submit, submitting, confirm_title, confirm_text,
        confirm_yes, done_title, done_text, done_device,
    }
}
