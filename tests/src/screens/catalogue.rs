//! The screens, a line each: its name and the way to it. A way starts where the one before has ended, so that what
//! takes many steps is walked once.

use super::{
    Screen,
    Step::{Clear, Code, Go, Gone, Online, See, Shows, Tap, Type},
    screen,
};

/// The number that [`FIRST`] registers.
pub const PHONE: &str = "0905 765 432";

/// On a device where the app has never been: from the greeting to an account.
pub const FIRST: &[Screen] = &[
    screen("001-welcome", &[See("welcome-next")]),
    screen("002-welcome-ready", &[Tap("welcome-next"), See("welcome-write")]),
    screen("003-terms-over-it", &[Tap("open-terms"), See("dialog[open] [data-test=legal-terms]")]),
    screen("004-home-empty", &[Tap("dialog[open] [data-test=legal-close]"), Tap("welcome-look"), See("home-create")]),
    screen("005-not-accepted", &[Tap(".scope summary")]),
    screen("006-reports-empty", &[Tap("tab-reports"), See(".empty")]),
    screen("007-outbox-empty", &[Go("/outbox"), See("outbox-empty")]),
    screen("008-settings-signed-out", &[Tap("tab-settings"), See("settings-sign-in"), See("settings-server")]),
    screen("009-account-signed-out", &[Go("/account"), See("account-sign-in")]),
    screen("010-consents-signed-out", &[Go("/account/consents"), See("consent")]),
    screen("011-profile-signed-out", &[Go("/profile"), See("profile-signed-out")]),
    screen("012-terms", &[Go("/legal/terms"), See("legal-terms")]),
    screen("013-privacy", &[Go("/legal/privacy"), See("legal-privacy")]),
    screen("014-no-such-screen", &[Go("/nowhere"), See(".empty")]),
    screen("015-no-such-draft", &[Go("/draft/0"), See(".empty")]),
    screen("016-sign-in", &[Go("/sign-in"), See("signin-phone")]),
    screen("017-sign-in-empty", &[Tap("signin-submit"), See("signin-phone")]),
    screen(
        "018-sign-in-wrong",
        &[Type("signin-phone", "{phone}"), Type("signin-password", "sai rồi"), Tap("signin-submit"), See("signin-error")],
    ),
    screen("019-forgot", &[Go("/forgot"), See("register-phone")]),
    screen("020-register", &[Go("/register"), See("register-phone")]),
    screen(
        "021-register-no-number",
        &[Clear("register-phone"), Type("register-phone", "09"), Tap("register-send-code"), See("#phone-problem")],
    ),
    screen(
        "022-register-code",
        &[Clear("register-phone"), Type("register-phone", "{new-phone}"), Tap("register-send-code"), See("register-code")],
    ),
    screen("023-register-wrong-code", &[Type("register-code", "000000"), Tap("register-check"), See("register-error")]),
    screen("024-pending-code-on-home", &[Go("/"), See("pending-code")]),
    screen(
        "025-register-password",
        &[
            Go("/register"),
            See("register-code"),
            Clear("register-code"),
            Code("register-code"),
            Tap("register-check"),
            See("register-password"),
        ],
    ),
    screen(
        "026-register-weak-password",
        &[Type("register-password", "12345678"), Tap("register-agree"), See("[data-test=register-password][aria-invalid=true]")],
    ),
    screen(
        "027-registered",
        &[
            Clear("register-password"),
            Type("register-password", "bến nước đầu làng"),
            Tap("register-agree"),
            See("register-done"),
        ],
    ),
    screen("030-profile-empty", &[Go("/profile"), See("profile-name")]),
    screen("031-profile-problems", &[Tap("profile-save"), See("profile-problems")]),
    screen("032-scanning", &[Tap("profile-card-scan"), See("dialog.scanning[open]")]),
    screen(
        "033-profile-from-card",
        &[Tap("scan-stop"), Gone("dialog.scanning[open]"), Type("profile-card-file", "{card}"), See("profile-card-filled")],
    ),
    screen("034-provinces", &[Tap("profile-province"), See("picker-row")]),
    screen(
        "035-wards-found",
        &[Tap("picker-close"), Gone("picker-search"), Tap("profile-ward"), Type("picker-search", "dak to"), See("picker-row")],
    ),
    screen("036-nothing-found", &[Type("picker-search", "xyz"), See(".picker-none")]),
    screen(
        "037-guardian",
        &[
            Tap("picker-close"),
            Gone("picker-search"),
            Clear("profile-born-year"),
            Type("profile-born-year", "2015"),
            See("profile-guardian"),
        ],
    ),
];

/// On a device that has been used for a while, out of the server's reach.
pub const OFFLINE: &[Screen] = &[
    screen("040-home", &[See("draft-card"), See("outbox")]),
    screen("041-reports", &[Tap("tab-reports"), See("report-card")]),
    screen("042-outbox", &[Go("/outbox"), See("outbox-item")]),
    screen("043-settings", &[Tap("tab-settings"), See("settings-who"), See("settings-server")]),
    screen("044-report-waiting", &[Go("/reports/{waiting}"), See("main [data-test=whereabouts]")]),
    screen("045-report-refused", &[Go("/reports/{refused}"), See("report-edit")]),
    screen("046-edit-again", &[Tap("report-edit"), See("dialog[open] [data-test=confirm-yes]")]),
    screen("047-report-answered", &[Go("/reports/{answered}"), See("timeline-entry")]),
    screen("048-picture", &[Tap("report-photo"), See("dialog.lightbox[open]")]),
];

/// Composing a report, on the same device, still out of the server's reach.
pub const COMPOSING: &[Screen] = &[
    screen("050-choose", &[Go("/new"), See("choose-search")]),
    screen("051-choose-found", &[Type("choose-search", "rác"), See("subject-xa-rac")]),
    screen("052-choose-nothing", &[Clear("choose-search"), Type("choose-search", "zzzz"), Gone(".subject-tile")]),
    screen("053-choose-in-a-field", &[Go("/new?field=an-ninh-trat-tu"), See("choose-search")]),
    screen("054-draft-blank", &[Go("/draft/{blank}"), See("draft-content")]),
    screen("055-draft-refused", &[Tap("draft-review"), See("form-problems")]),
    screen("056-subject-suggested", &[Type("draft-content", "Rác chất đống bên đường, bốc mùi hôi"), See("suggest")]),
    screen("057-time-and-anonymous", &[Tap("time-other"), See("draft-time"), Tap("draft-anonymous")]),
    screen("058-coordinates", &[Tap(".by-hand summary"), Type("draft-coordinates", "x"), Tap("draft-coordinates-use")]),
    screen("059-place-asked", &[Tap("draft-locate"), See("dialog[open] [data-test=consent-agree]")]),
    screen(
        "060-outside",
        &[
            Tap("consent-later"),
            Gone("dialog[open]"),
            Clear("draft-coordinates"),
            Type("draft-coordinates", "16.05, 108.20"),
            Tap("draft-coordinates-use"),
            See("place-outside"),
        ],
    ),
    screen("061-map", &[Tap("draft-map"), See("[data-test=map-canvas][data-drawn=true] .map-outline")]),
    screen(
        "062-photo-refused",
        &[Tap("map-cancel"), Gone("dialog[open]"), Type("draft-photo-input", "{not-a-photo}"), See("photo-message")],
    ),
    screen("063-draft-put-aside", &[Tap("draft-discard"), See("undo")]),
    screen("064-drafts-put-aside", &[Tap("[data-test=discarded] summary"), See("discarded-restore")]),
    screen("065-draft-full", &[Go("/draft/{draft}"), See("draft-photo")]),
    screen("066-photos-arranged", &[Tap("photos-arrange"), See(".photos.arranging")]),
    screen("066-photo-given-up", &[Go("/draft/{stranded}"), See("photo-retry")]),
    screen("067-photo-viewed", &[Go("/draft/{draft}"), Tap("photo-open"), See("lightbox-picture")]),
    screen("068-photo-covered", &[Tap("photo-blur"), See("blur-picture"), Tap("blur-add"), See("blur-box")]),
    screen("069-subject-of-draft", &[Go("/draft/{draft}/subject"), See("choose-search")]),
    screen("070-questions", &[Go("/draft/{asked}"), See("answer-do-sau")]),
    screen("071-questions-unanswered", &[Tap("draft-review"), See("form-problems")]),
    screen("072-review", &[Go("/draft/{draft}/review"), See("review-photo")]),
    screen("073-review-not-confirmed", &[Tap("draft-truth"), Tap("draft-submit"), See(".wrong [data-test=draft-truth]")]),
    screen("074-review-lacking", &[Go("/draft/{barely}/review"), See("review-problems")]),
    screen("075-draft-long", &[Go("/draft/{long}"), See("draft-title")]),
    screen("076-review-long", &[Go("/draft/{long}/review"), See("review-title")]),
    screen("077-draft-barely", &[Go("/draft/{barely}"), See("[data-test=draft-saved][data-state=saved]")]),
];

/// The same device, the server in reach.
pub const ONLINE: &[Screen] = &[
    screen(
        "080-settings-online",
        &[Online(true), Go("/settings"), Tap("sync-now"), Gone("[data-test=banner] .icon"), See("settings-who")],
    ),
    screen("081-sign-out", &[Tap("settings-sign-out"), See("dialog[open] [data-test=confirm-yes]")]),
    screen("082-account", &[Go("/account"), See("account-name")]),
    screen("083-password", &[Go("/account/password"), See("password-old")]),
    screen(
        "084-password-wrong",
        &[
            Type("password-old", "sai"),
            Type("password-new", "12345678"),
            Tap("password-submit"),
            See("[data-test=password-new][aria-invalid=true]"),
        ],
    ),
    screen("085-sessions", &[Go("/account/sessions"), See("session-end")]),
    screen("086-session-ends", &[Tap("session-end"), See("dialog[open] [data-test=confirm-yes]")]),
    screen("087-consents", &[Go("/account/consents"), See("consent")]),
    screen("088-consent-taken-back", &[Tap("consent-withdraw-reports"), See("dialog[open] [data-test=confirm-yes]")]),
    screen("089-data", &[Go("/account/data"), See("data-export")]),
    screen("090-exported", &[Tap("data-export"), See("data-exported")]),
    screen("091-delete", &[Go("/account/delete"), See("delete-submit")]),
    screen(
        "092-delete-asks",
        &[Type("delete-password", "{password}"), Tap("delete-submit"), See("dialog[open] [data-test=confirm-yes]")],
    ),
    screen("094-similar", &[Go("/draft/{draft}"), See("similar-card")]),
    screen("095-similar-words", &[Tap("similar-more"), See("similar-words")]),
    screen("096-follow-asks", &[Tap("similar-follow"), See("dialog[open] [data-test=confirm-yes]")]),
    screen("097-followed", &[Tap("dialog[open] [data-test=confirm-yes]"), See("followed-card")]),
    screen("098-followed-report", &[Tap("followed-card"), See("followed-report")]),
    screen("099-profile", &[Go("/profile"), Shows("profile-province", "Tỉnh")]),
];

/// Where half of a damaged database was saved.
pub const DAMAGED: &[Screen] = &[screen("100-salvage", &[See("salvage")])];

/// Where a newer app has been.
pub const NEWER: &[Screen] = &[screen("101-newer", &[See("newer-database")])];
