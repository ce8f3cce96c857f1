-- The whole store. Times are milliseconds since 1970-01-01T00:00Z; spans are seconds; booleans are 0 or 1.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE feeds (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    url              TEXT    NOT NULL UNIQUE,          -- as configured
    effective_url    TEXT    NOT NULL,                 -- after a redirect that proved permanent
    outlet           TEXT    NOT NULL,
    name             TEXT    NOT NULL,
    aggregator       INTEGER NOT NULL DEFAULT 0,
    configured       INTEGER NOT NULL DEFAULT 1,       -- in the present configuration
    every_s          INTEGER,
    etag             TEXT,
    last_modified    TEXT,
    body_hash        TEXT,
    next_poll_at     INTEGER,
    polled_at        INTEGER,
    ok_at            INTEGER,
    full_fetch_at    INTEGER,
    n_failures       INTEGER NOT NULL DEFAULT 0,
    failure_weight   REAL    NOT NULL DEFAULT 0,
    failing_since    INTEGER,
    last_error       TEXT,
    told_broken      INTEGER NOT NULL DEFAULT 0,
    gone             INTEGER NOT NULL DEFAULT 0,
    redirect_url     TEXT,
    redirect_n       INTEGER NOT NULL DEFAULT 0,
    redirect_since   INTEGER,
    guid_untrusted   INTEGER NOT NULL DEFAULT 0,
    item_gap_s       REAL,
    newest_at        INTEGER,
    asked            TEXT    NOT NULL DEFAULT '{}',    -- what the feed asks for: ttl, sy:*, skipHours, skipDays (JSON)
    baseline_done    INTEGER NOT NULL DEFAULT 0,
    schedule_reason  TEXT    NOT NULL DEFAULT 'never polled'
) STRICT;
CREATE INDEX feeds_by_due ON feeds (configured, next_poll_at);

-- The last 30 visits to each feed.
CREATE TABLE polls (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    feed      INTEGER NOT NULL REFERENCES feeds (id),
    at        INTEGER NOT NULL,
    outcome   TEXT    NOT NULL,                        -- accepted | unchanged | rejected
    reason    TEXT    NOT NULL,
    n_entries INTEGER NOT NULL,
    n_new     INTEGER NOT NULL
) STRICT;
CREATE INDEX polls_by_feed ON polls (feed, id);

-- What people are to be told about feeds: once broken, once healed, once a flood held.
CREATE TABLE notices (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    feed  INTEGER NOT NULL REFERENCES feeds (id),
    at    INTEGER NOT NULL,
    words TEXT    NOT NULL
) STRICT;

CREATE TABLE items (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    outlet        TEXT    NOT NULL,
    outlet_name   TEXT    NOT NULL,
    url           TEXT,
    title         TEXT    NOT NULL,                    -- '' once the text of an item that matched nothing is dropped
    lead          TEXT    NOT NULL,
    body          TEXT    NOT NULL,
    lang          TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    date_reason   TEXT    NOT NULL,
    first_seen_at INTEGER NOT NULL,
    has_video     INTEGER NOT NULL DEFAULT 0,
    quiet         INTEGER NOT NULL DEFAULT 0,          -- baseline or flood: never told
    kept          INTEGER NOT NULL DEFAULT 0           -- matched a topic
) STRICT;
CREATE INDEX items_by_first_seen ON items (first_seen_at);
CREATE INDEX items_by_url ON items (url) WHERE kept = 1;

-- Kept for ever, so that a purged item never returns as new.
CREATE TABLE identity_keys (
    key     INTEGER PRIMARY KEY,                       -- 64 bits of BLAKE3 over kind, scope and value
    item    INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sightings (
    item          INTEGER NOT NULL,
    feed          INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL,
    identity      TEXT    NOT NULL,                    -- why it is this item
    PRIMARY KEY (item, feed)
) STRICT, WITHOUT ROWID;

CREATE TABLE revisions (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    item  INTEGER NOT NULL REFERENCES items (id),
    at    INTEGER NOT NULL,                            -- when the text below was replaced
    title TEXT    NOT NULL,
    lead  TEXT    NOT NULL
) STRICT;
CREATE INDEX revisions_by_item ON revisions (item);

CREATE TABLE matches (
    item     INTEGER NOT NULL REFERENCES items (id),
    topic    TEXT    NOT NULL,
    score    REAL    NOT NULL,
    line     TEXT    NOT NULL,                         -- the evidence, as printed
    relevance TEXT   NOT NULL,                         -- the whole decision as JSON, entities included
    PRIMARY KEY (item, topic)
) STRICT, WITHOUT ROWID;
CREATE INDEX matches_by_topic ON matches (topic, item);

CREATE TABLE stories (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    title        TEXT    NOT NULL,
    first_at     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    confirmation TEXT    NOT NULL
) STRICT;
CREATE INDEX stories_by_last ON stories (last_at);

CREATE TABLE story_items (
    item      INTEGER PRIMARY KEY REFERENCES items (id),
    story     INTEGER NOT NULL REFERENCES stories (id),
    joined_at INTEGER NOT NULL,
    score     REAL    NOT NULL,
    reason    TEXT    NOT NULL,
    copy_of   TEXT,
    verdict   TEXT    NOT NULL                         -- why it is (no) development
) STRICT;
CREATE INDEX story_items_by_story ON story_items (story);

CREATE TABLE facts (
    id    INTEGER PRIMARY KEY AUTOINCREMENT,
    item  INTEGER NOT NULL REFERENCES items (id),
    kind  TEXT    NOT NULL,
    text  TEXT    NOT NULL,
    value TEXT    NOT NULL,
    slot  TEXT    NOT NULL,
    field TEXT    NOT NULL,
    is_current INTEGER NOT NULL DEFAULT 1              -- 0 once a later wording of the item no longer says it
) STRICT;
CREATE INDEX facts_by_item ON facts (item);

CREATE TABLE quotes (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    item    INTEGER NOT NULL REFERENCES items (id),
    kind    TEXT    NOT NULL,
    text    TEXT    NOT NULL,
    speaker TEXT    NOT NULL,
    verb    TEXT    NOT NULL,
    stance  TEXT    NOT NULL,
    field   TEXT    NOT NULL
) STRICT;
CREATE INDEX quotes_by_item ON quotes (item);

CREATE TABLE developments (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    story    INTEGER NOT NULL REFERENCES stories (id),
    item     INTEGER NOT NULL REFERENCES items (id),
    at       INTEGER NOT NULL,
    found_at INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    what     TEXT    NOT NULL,
    reason   TEXT    NOT NULL,
    quiet    INTEGER NOT NULL DEFAULT 0                -- recorded for the dossier, never told
) STRICT;
CREATE INDEX developments_by_story ON developments (story);
CREATE INDEX developments_by_found ON developments (found_at);

CREATE TABLE audiences (
    name     TEXT PRIMARY KEY,
    since    INTEGER NOT NULL,                         -- hears what was found from here on
    active   INTEGER NOT NULL DEFAULT 1,               -- in the present configuration
    notice   INTEGER NOT NULL DEFAULT 0                -- the last notice it was told
) STRICT, WITHOUT ROWID;

CREATE TABLE digests (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    audience TEXT    NOT NULL REFERENCES audiences (name),
    at       INTEGER NOT NULL,
    slot_at  INTEGER,                                  -- the daily slot it answers; NULL = on a development
    reason   TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    digest   TEXT    NOT NULL                          -- the composed digest as JSON
) STRICT;
CREATE INDEX digests_by_audience ON digests (audience, at);

-- The "told" marks: what each audience was told, and in which digest.
CREATE TABLE digest_developments (
    audience    TEXT    NOT NULL REFERENCES audiences (name),
    development INTEGER NOT NULL REFERENCES developments (id),
    digest      INTEGER NOT NULL REFERENCES digests (id),
    PRIMARY KEY (audience, development)
) STRICT, WITHOUT ROWID;

CREATE TABLE messages (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    digest        INTEGER NOT NULL REFERENCES digests (id),
    message_id    TEXT    NOT NULL UNIQUE,
    envelope_from TEXT    NOT NULL,
    envelope_to   TEXT    NOT NULL,
    subject       TEXT    NOT NULL,
    bytes         BLOB    NOT NULL,                    -- frozen: every attempt sends these
    state         TEXT    NOT NULL,                    -- queued | sending | sent | failed
    n_attempts    INTEGER NOT NULL DEFAULT 0,
    enqueued_at   INTEGER NOT NULL,
    next_at       INTEGER NOT NULL,
    ended_at      INTEGER,
    reason        TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX messages_by_due ON messages (state, next_at);

CREATE TABLE deliveries (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    message INTEGER NOT NULL REFERENCES messages (id),
    at      INTEGER NOT NULL,
    outcome TEXT    NOT NULL,
    answer  TEXT    NOT NULL
) STRICT;
CREATE INDEX deliveries_by_message ON deliveries (message);

-- Folded and stemmed words of kept items; rowid = item.
CREATE VIRTUAL TABLE item_words USING fts5 (words, content = '', contentless_delete = 1, tokenize = 'unicode61');
