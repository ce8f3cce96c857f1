-- The body of a digest's messages stands once; a message holds its own head (or, from before, all of itself).
CREATE TABLE bodies (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    bytes BLOB NOT NULL                                -- frozen, as the heads are
) STRICT;

-- States: pending | sending | sent | uncertain | failed | expired.
UPDATE messages SET state = 'pending' WHERE state = 'queued';
UPDATE messages SET state = 'expired' WHERE state = 'failed' AND reason LIKE 'not accepted within %';
ALTER TABLE messages ADD COLUMN body INTEGER REFERENCES bodies (id);
ALTER TABLE messages ADD COLUMN attempt_at INTEGER;                 -- when the last attempt was counted
ALTER TABLE messages ADD COLUMN retry_since INTEGER;                -- somebody asked for it by hand then …
ALTER TABLE messages ADD COLUMN n_attempts_before INTEGER NOT NULL DEFAULT 0;  -- … after so many attempts
ALTER TABLE messages ADD COLUMN resting INTEGER NOT NULL DEFAULT 0; -- 1 = waits for the way out, not for itself
CREATE INDEX messages_by_digest ON messages (digest);
CREATE INDEX messages_by_body ON messages (body);
CREATE INDEX messages_by_end ON messages (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX digests_by_age ON digests (at);

-- From which configuration a digest was made, as JSON; NULL for those of before.
ALTER TABLE digests ADD COLUMN configuration TEXT;
