-- Every key that receipts were ever signed with. The private half of the one in use is a file beside the
-- database; a row stays for ever, for what was signed under it stays to be verified.
CREATE TABLE receipt_key (
    kid TEXT NOT NULL PRIMARY KEY, -- RFC 7638 thumbprint
    x TEXT NOT NULL, -- the 32 bytes of the public key in base64url
    created_at BIGINT NOT NULL
);

-- What is collected is found by these.
CREATE INDEX operation_by_age ON operation (created_at);
CREATE INDEX medium_by_hash ON medium (sha256);
