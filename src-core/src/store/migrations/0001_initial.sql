-- Everything the app keeps beside the picture files. Times are milliseconds since the Unix epoch.

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE draft (
    report_id     TEXT    NOT NULL PRIMARY KEY,
    form_version  INTEGER NOT NULL,               -- of the JSON in `form`
    form          TEXT    NOT NULL,
    created_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE attachment (
    attachment_id TEXT    NOT NULL PRIMARY KEY,   -- also the file's name, in the spool and in the vault
    report_id     TEXT    NOT NULL,               -- of a draft, an outbox row or a mirrored report
    position      INTEGER NOT NULL,               -- the citizen's order
    name          TEXT    NOT NULL,               -- as the picker gave it
    source_bytes  INTEGER NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('incoming', 'original', 'ready')),
    notice        TEXT    NOT NULL DEFAULT '',    -- a PhotoNotice in JSON, or nothing
    sha256        TEXT    NOT NULL DEFAULT '',    -- this and the rest: once it is ready
    bytes         INTEGER NOT NULL DEFAULT 0,
    width         INTEGER NOT NULL DEFAULT 0,
    height        INTEGER NOT NULL DEFAULT 0,
    CHECK ((state = 'ready') = (sha256 <> ''))
) STRICT;
CREATE INDEX attachment_by_report ON attachment (report_id, position);
CREATE INDEX attachment_by_sha256 ON attachment (sha256);

CREATE TABLE outbox (
    seq             INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    op_id           TEXT    NOT NULL UNIQUE,
    entity_id       TEXT    NOT NULL,             -- the report it is about; its rows leave in order
    user_id         TEXT,                         -- whose; NULL until somebody signs in
    kind            TEXT    NOT NULL,
    payload_version INTEGER NOT NULL,
    payload         TEXT    NOT NULL,             -- JSON; immutable once `attempts` > 0
    depends_on      INTEGER REFERENCES outbox (seq),
    attempts        INTEGER NOT NULL DEFAULT 0,   -- tries that may have reached the server
    parked_reason   TEXT,                         -- a ParkedReason in JSON: it rests until somebody acts
    created_at_ms   INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_by_entity ON outbox (entity_id, seq);

CREATE TABLE report (                             -- the mirror: what the server last said
    report_id       TEXT    NOT NULL PRIMARY KEY,
    user_id         TEXT    NOT NULL,
    revision        INTEGER NOT NULL,             -- 0: known from the receipt alone
    view_version    INTEGER NOT NULL,             -- of the JSON in `view`
    view            TEXT    NOT NULL,             -- a ReportView
    submitted_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX report_by_user ON report (user_id, submitted_at_ms);
