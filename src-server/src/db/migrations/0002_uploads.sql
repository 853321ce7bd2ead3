-- Uploads that are finished: a client that lost the answer asks again and hears so. An unfinished upload is a file
-- in the media folder and has no row.
CREATE TABLE upload_done (
    user_id TEXT NOT NULL REFERENCES account (user_id),
    upload_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, upload_id)
);
CREATE INDEX upload_done_by_time ON upload_done (finished_at);
