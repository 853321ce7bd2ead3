//! Vietnamese.

mod errors;
mod outbox;
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
    sign_in: screens::SIGN_IN,
    settings: screens::SETTINGS,
    app_error: errors::app_error,
    act_error: outbox::act_error,
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
