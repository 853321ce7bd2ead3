-- One-time codes that were asked for. A row goes a day after it was made. It knows numbers and no accounts:
-- what happens to a code must not depend on whether its number has one, so `used_by` refers to nothing.
CREATE TABLE one_time_code (
    code_id TEXT NOT NULL PRIMARY KEY,
    phone TEXT NOT NULL, -- E.164
    code_mac TEXT NOT NULL, -- base64 of an HMAC over id, number and code; its key is a file beside the database
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL, -- unless it was verified before
    tries BIGINT NOT NULL, -- wrong ones
    verified_at BIGINT, -- when the right code came first
    used_at BIGINT, -- these three: NULL until the code has done its work
    used_for TEXT,
    used_by TEXT, -- a user_id
    CHECK ((used_at IS NULL) = (used_for IS NULL)),
    CHECK ((used_at IS NULL) = (used_by IS NULL))
);
CREATE INDEX one_time_code_by_age ON one_time_code (created_at);
CREATE INDEX one_time_code_by_phone ON one_time_code (phone);

ALTER TABLE session ADD COLUMN device TEXT; -- as its owner knows it
ALTER TABLE session ADD COLUMN last_seen_at BIGINT NOT NULL DEFAULT 0; -- the beginning of that hour
UPDATE session SET last_seen_at = created_at;
CREATE INDEX session_by_last_seen ON session (last_seen_at);
