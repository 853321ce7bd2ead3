//! Vietnamese.

mod account;
mod account_screens;
mod errors;
mod legal;
mod outbox;
mod profile;
mod profile_screen;
mod screens;
mod states;

use super::words::Words;

/// Everything in Vietnamese.
pub(crate) static WORDS: Words = Words {
    common: screens::COMMON,
    home: screens::HOME,
    draft: screens::DRAFT,
    reports: screens::REPORTS,
    report: screens::REPORT,
    outbox: outbox::OUTBOX,
    salvage: outbox::SALVAGE,
    newer: outbox::NEWER,
    welcome: account::WELCOME,
    enter: account::ENTER,
    gate: account::GATE,
    consent: account::CONSENT,
    legal: account::LEGAL,
    sign_in: screens::SIGN_IN,
    settings: screens::SETTINGS,
    profile: profile_screen::PROFILE,
    card: profile_screen::CARD,
    picker: profile_screen::PICKER,
    account: account_screens::ACCOUNT,
    new_password: account_screens::NEW_PASSWORD,
    sessions: account_screens::SESSIONS,
    consents: account_screens::CONSENTS,
    data: account_screens::DATA,
    delete: account_screens::DELETE,
    purpose: account_screens::purpose,
    consent_said: account_screens::consent_said,
    provinces: |n| format!("{n} tỉnh, thành phố"),
    wards: profile_screen::wards,
    formerly: |name| format!("trước đây: {name}"),
    includes: |area| format!("gồm cả {area}"),
    within: profile_screen::within,
    end_session: account_screens::end_session,
    unsent_become_drafts: |n| format!("{n} phản ánh chưa gửi sẽ trở lại thành bản nháp trên máy này và không tự gửi nữa."),
    exported: account_screens::exported,
    app_error: errors::app_error,
    act_error: outbox::act_error,
    profile_problem: profile::profile_problem,
    password_problem: account::password_problem,
    consent_text: account::consent_text,
    legal_text: legal::legal_text,
    legal_version: |version| format!("Bản số {version}"),
    code_sent: |phone| format!("Mã 6 chữ số đã được nhắn đến {}.", account::in_one_line(phone)),
    number_checked: |phone| format!("Đã xác nhận số {}.", account::in_one_line(phone)),
    resend_in: account::resend_in,
    step: |n, all| format!("Bước {n} trên {all}"),
    photo_notice: errors::photo_notice,
    form_problem: errors::form_problem,
    refusal: states::refusal,
    status: states::status,
    whereabouts: states::whereabouts,
    whereabouts_next: states::whereabouts_next,
    actor: states::actor,
    banner: states::banner,
    banner_sign_in: |n| format!("{n} phản ánh đang chờ bạn đăng nhập để gửi đi"),
    connection: states::connection,
    session: states::session,
    outbox_waiting: |n| format!("{n} phản ánh đang chờ gửi"),
    outbox_sending: |n, percent| match percent {
        Some(percent) => format!("Đang gửi {n} phản ánh · {percent}\u{a0}%"),
        None => format!("Đang gửi {n} phản ánh"),
    },
    outbox_parked: |n| format!("{n} phản ánh cần bạn xem lại"),
    outbox_state: outbox::outbox_state,
    file_progress: outbox::file_progress,
    next_try: outbox::next_try,
    receipt: outbox::receipt,
    salvaged_at: |when| format!("Phát hiện {when}."),
    loose_photos: outbox::loose_photos,
    counter: |used, max| format!("{used}/{max}"),
    counter_spoken: |used, max| format!("Đã nhập {used} trên {max} ký tự"),
    photo_count: |n| format!("{n} ảnh"),
    photo_nth: |n, all| format!("Ảnh {n} trên {all}"),
    photo_progress: |percent| format!("Đang đọc ảnh {percent}\u{a0}%"),
    accuracy: |metres| format!("±{}\u{a0}m", metres.round()),
    when: states::when,
    edited_at: |when| format!("Sửa {when}"),
    short_id: states::short_id,
    jurisdiction_line: |name, province| {
        if name == province { format!("Khu vực {name}") } else { format!("Khu vực {name} · tỉnh {province}") }
    },
    action: states::action,
};
