-- Uploads that broke off and can go on where the server is; what the server signed.

CREATE TABLE upload (
    attachment_id TEXT    NOT NULL PRIMARY KEY,   -- also the upload's id at the server
    user_id       TEXT    NOT NULL,               -- whose upload
    url           TEXT    NOT NULL,               -- its path on the server
    offset_bytes  INTEGER NOT NULL                -- bytes the server had when it last said so
) STRICT;

CREATE TABLE receipt (                            -- complete, checked against what was sent, signature verified
    report_id      TEXT    NOT NULL PRIMARY KEY,
    user_id        TEXT    NOT NULL,
    received_at_ms INTEGER NOT NULL,
    files          INTEGER NOT NULL,
    signed         TEXT    NOT NULL               -- the compact JWS, as it came
) STRICT;
CREATE INDEX receipt_by_time ON receipt (received_at_ms);
