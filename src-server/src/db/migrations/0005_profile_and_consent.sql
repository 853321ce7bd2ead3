-- An agency's own account: it handles reports and sends none. NULL for citizens.
ALTER TABLE account ADD COLUMN agency TEXT;

-- Whose the reports are that an agency had taken up when their sender's account was deleted. `phone` is no
-- number and `password_hash` no hash: nobody signs in to it.
INSERT INTO account (user_id, phone, name, password_hash, created_at)
VALUES ('00000000-0000-0000-0000-000000000000', 'nobody', '', '', 0);

CREATE TABLE profile (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES account (user_id),
    revision BIGINT NOT NULL CHECK (revision > 0), -- rises by one with each change
    body TEXT NOT NULL, -- JSON
    updated_at BIGINT NOT NULL
);

-- What has put a profile, so that nothing is put twice, however much later it comes again.
CREATE TABLE profile_operation (
    op_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES account (user_id),
    revision BIGINT NOT NULL, -- of the profile that it put
    done_at BIGINT NOT NULL
);
CREATE INDEX profile_operation_by_user ON profile_operation (user_id);
CREATE INDEX profile_operation_by_age ON profile_operation (done_at);

-- What was agreed to and taken back: rows are added and never changed.
CREATE TABLE consent (
    user_id TEXT NOT NULL REFERENCES account (user_id),
    seq BIGINT NOT NULL, -- from 1 for each user, in the order they came: a device's clock decides nothing
    op_id TEXT UNIQUE, -- NULL for those that came with the account
    purpose TEXT NOT NULL,
    given BIGINT NOT NULL CHECK (given IN (0, 1)),
    text_version BIGINT NOT NULL,
    at BIGINT NOT NULL, -- by the device's clock
    received_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, seq)
);

-- That accounts were deleted, for the operator's proof: whose, nobody can tell.
CREATE TABLE deleted_account (
    deletion_id TEXT NOT NULL PRIMARY KEY, -- random
    deleted_at BIGINT NOT NULL,
    reports_removed BIGINT NOT NULL,
    reports_kept BIGINT NOT NULL,
    rebuilt BIGINT NOT NULL CHECK (rebuilt IN (0, 1)) -- whether the database has been written anew since
);

-- Files of deleted accounts that nobody else has sent: to be removed at once, or when what keeps them lets go.
CREATE TABLE unwanted_file (
    sha256 TEXT NOT NULL PRIMARY KEY,
    since BIGINT NOT NULL
);
