-- What a better form needs: videos, what files say of themselves, drafts put aside, reports of others.

ALTER TABLE attachment ADD COLUMN kind TEXT NOT NULL DEFAULT 'jpeg';          -- a MediaKind
ALTER TABLE attachment ADD COLUMN duration_ms INTEGER NOT NULL DEFAULT 0;     -- of a video; 0: none or not known
ALTER TABLE attachment ADD COLUMN hint TEXT NOT NULL DEFAULT '';              -- a MediaHint in JSON while it is a draft's, or nothing
ALTER TABLE attachment ADD COLUMN poster TEXT NOT NULL DEFAULT '';            -- the id of a file in the vault, or nothing

ALTER TABLE draft ADD COLUMN discarded_at_ms INTEGER;                         -- put aside then; gone for good a day later

CREATE TABLE public_report (                       -- open reports of others, as the server last showed them
    report_id      TEXT    NOT NULL PRIMARY KEY,
    field          TEXT    NOT NULL,
    lat            REAL    NOT NULL,
    lon            REAL    NOT NULL,
    received_at_ms INTEGER NOT NULL,
    view           TEXT    NOT NULL                -- a PublicReport
) STRICT;
CREATE INDEX public_report_by_place ON public_report (field, lat);
CREATE INDEX public_report_by_age ON public_report (received_at_ms);

CREATE TABLE follow (                              -- what the account follows
    user_id       TEXT    NOT NULL,
    report_id     TEXT    NOT NULL,
    since_ms      INTEGER NOT NULL,
    view          TEXT    NOT NULL,                -- a PublicReport, as it was last seen
    PRIMARY KEY (user_id, report_id)
) STRICT;
