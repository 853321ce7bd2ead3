-- What a submission says of field and place, for what is asked about these; NULL where it could not be read.
ALTER TABLE report ADD COLUMN field TEXT;
ALTER TABLE report ADD COLUMN cell BIGINT; -- the square it lies in (see geo.rs)
ALTER TABLE report ADD COLUMN handled_by TEXT; -- the agency that a step named last
CREATE INDEX report_by_cell ON report (field, cell);
CREATE INDEX report_by_field ON report (field, change_seq);
CREATE INDEX report_by_agency ON report (handled_by, change_seq);

-- From when on a report is public: as configured when the server started last, for those who write beside it.
CREATE TABLE public_rule (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    publish TEXT NOT NULL
);
INSERT INTO public_rule (id, publish) VALUES (1, 'accepted');

-- Reports that are public or were: those that never were have no row. It refers to nothing, for it outlives the report:
-- whoever has fetched it is told that it is gone.
CREATE TABLE public_change (
    report_id TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL UNIQUE, -- its place in the public feed, from the change counter
    shown BIGINT NOT NULL CHECK (shown IN (0, 1)) -- 1 while it is public
);

-- Open reports of the same field that were near when a report came in, nearest first.
CREATE TABLE similar_report (
    report_id TEXT NOT NULL REFERENCES report (report_id),
    position BIGINT NOT NULL, -- from 0
    similar_id TEXT NOT NULL REFERENCES report (report_id),
    PRIMARY KEY (report_id, position)
);
CREATE INDEX similar_report_by_similar ON similar_report (similar_id);

-- Who follows what.
CREATE TABLE follow (
    user_id TEXT NOT NULL REFERENCES account (user_id),
    report_id TEXT NOT NULL REFERENCES report (report_id),
    since BIGINT NOT NULL,
    PRIMARY KEY (user_id, report_id)
);
CREATE INDEX follow_by_report ON follow (report_id);

-- What has made it so, so that nothing is done twice, however much later it comes again.
CREATE TABLE follow_operation (
    op_id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES account (user_id),
    report_id TEXT NOT NULL,
    following BIGINT NOT NULL CHECK (following IN (0, 1)),
    done_at BIGINT NOT NULL
);
CREATE INDEX follow_operation_by_user ON follow_operation (user_id);
CREATE INDEX follow_operation_by_age ON follow_operation (done_at);

-- The fields whose reports an agency's account handles, beside those that a step has named its agency for.
CREATE TABLE account_field (
    user_id TEXT NOT NULL REFERENCES account (user_id),
    field TEXT NOT NULL,
    PRIMARY KEY (user_id, field)
);
