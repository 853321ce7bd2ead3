-- What a user said last about a purpose.
CREATE INDEX consent_by_purpose ON consent (user_id, purpose, seq);

-- Open reports in a range of squares: those that are done are passed over, however many there are.
DROP INDEX report_by_cell;
CREATE INDEX report_by_square ON report (field, status, cell);
