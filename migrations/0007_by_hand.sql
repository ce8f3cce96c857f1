-- What readers do by hand: stories put together and taken apart, muted ones, floods released. What reports
-- say of the time to come. Notices about topics and outlets.
ALTER TABLE stories ADD COLUMN merged_into INTEGER REFERENCES stories (id);  -- its items are there now
ALTER TABLE stories ADD COLUMN muted_at INTEGER;                             -- NULL = told as usual
ALTER TABLE story_items ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0;       -- put there by a person
ALTER TABLE items ADD COLUMN held_by INTEGER REFERENCES feeds (id);          -- the feed whose flood it came in
CREATE INDEX items_by_held ON items (held_by) WHERE held_by IS NOT NULL;
ALTER TABLE developments ADD COLUMN why_quiet TEXT NOT NULL DEFAULT '';      -- '' = told, or to be told
UPDATE developments SET why_quiet = 'old' WHERE quiet = 1;

-- Sentences about what comes next, verbatim.
CREATE TABLE outlooks (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    item    INTEGER NOT NULL REFERENCES items (id),
    kind    TEXT    NOT NULL,
    text    TEXT    NOT NULL,
    cue     TEXT    NOT NULL,
    speaker TEXT    NOT NULL,
    field   TEXT    NOT NULL
) STRICT;
CREATE INDEX outlooks_by_item ON outlooks (item);

-- A notice may be about a topic or an outlet as well: then it has no feed and is told with the next digest only.
CREATE TABLE notices_of_all (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    feed  INTEGER REFERENCES feeds (id),
    topic TEXT,                                        -- told to those who hear of it; NULL = to all
    about TEXT    NOT NULL DEFAULT '',                 -- what it is about, where it has no feed
    at    INTEGER NOT NULL,
    words TEXT    NOT NULL
) STRICT;
INSERT INTO notices_of_all (id, feed, at, words) SELECT id, feed, at, words FROM notices;
DROP TABLE notices;
ALTER TABLE notices_of_all RENAME TO notices;
CREATE INDEX notices_by_about ON notices (about, at) WHERE feed IS NULL;
