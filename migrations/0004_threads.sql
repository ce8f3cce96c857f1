-- The story whose thread a mail on developments opens or continues; NULL for all other mails.
ALTER TABLE digests ADD COLUMN thread INTEGER REFERENCES stories (id);
CREATE INDEX digests_by_thread ON digests (audience, thread) WHERE thread IS NOT NULL;

-- Since when an audience hears of a topic, so that one that is added brings no archive.
CREATE TABLE audience_topics (
    audience TEXT    NOT NULL REFERENCES audiences (name),
    topic    TEXT    NOT NULL,
    since    INTEGER NOT NULL,
    PRIMARY KEY (audience, topic)
) STRICT, WITHOUT ROWID;
