-- Written in the words SQLite and PostgreSQL share; what differs is put in when it is loaded (see migrations.rs).
-- Ids and hashes are TEXT in their usual spelling, times BIGINT milliseconds since 1970, documents JSON in TEXT.

CREATE TABLE account (
    user_id TEXT NOT NULL PRIMARY KEY,
    phone TEXT NOT NULL UNIQUE, -- E.164
    name TEXT NOT NULL,
    password_hash TEXT NOT NULL, -- PHC string, argon2id
    created_at BIGINT NOT NULL
);

CREATE TABLE session (
    token_sha256 TEXT NOT NULL PRIMARY KEY, -- the token itself is nowhere
    session_id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL REFERENCES account (user_id),
    created_at BIGINT NOT NULL
);
CREATE INDEX session_by_user ON session (user_id);

-- Who has sent which file. The file itself is in the media folder, once, before a row here speaks of it.
CREATE TABLE medium (
    user_id TEXT NOT NULL REFERENCES account (user_id),
    sha256 TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, sha256)
);

CREATE TABLE report (
    report_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES account (user_id),
    op_id TEXT NOT NULL UNIQUE, -- the operation that created it
    submission TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revision BIGINT NOT NULL, -- 0 until received, then the timeline's last
    received_at BIGINT, -- these three: NULL until the report and all its files are here
    status TEXT,
    change_seq BIGINT UNIQUE, -- the report's place in the change feed
    due_at BIGINT,
    CHECK ((received_at IS NULL) = (status IS NULL)),
    CHECK ((received_at IS NULL) = (change_seq IS NULL)),
    CHECK ((received_at IS NULL) = (revision = 0))
);
CREATE INDEX report_by_change ON report (user_id, change_seq);

CREATE TABLE report_medium (
    report_id TEXT NOT NULL REFERENCES report (report_id),
    position BIGINT NOT NULL, -- from 0, the sender's order
    sha256 TEXT NOT NULL,
    bytes BIGINT NOT NULL, -- as announced
    PRIMARY KEY (report_id, position),
    UNIQUE (report_id, sha256)
);
CREATE INDEX report_medium_by_hash ON report_medium (sha256);

CREATE TABLE timeline (
    report_id TEXT NOT NULL REFERENCES report (report_id),
    revision BIGINT NOT NULL, -- from 1
    at BIGINT NOT NULL,
    status TEXT NOT NULL,
    refusal TEXT,
    actor TEXT NOT NULL, -- JSON
    note TEXT,
    PRIMARY KEY (report_id, revision)
);

-- The first answer to each operation, given again when it is repeated.
CREATE TABLE operation (
    op_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES account (user_id),
    body_sha256 TEXT NOT NULL, -- of the body in canonical form
    http_status BIGINT NOT NULL,
    answer TEXT NOT NULL, -- byte for byte
    created_at BIGINT NOT NULL
);

-- One row: counting here and not in a sequence gives numbers in the order of commits.
CREATE TABLE change_counter (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    last_seq BIGINT NOT NULL
);
INSERT INTO change_counter (id, last_seq) VALUES (1, 0);

-- Published versions of the fields and the jurisdiction profile; the highest counts, none means the built-in one.
CREATE TABLE document (
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (name, version)
);
