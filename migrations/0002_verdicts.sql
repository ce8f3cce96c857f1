-- What people said of items: labels to learn from, and final for the item itself. The text is kept with the verdict,
-- so that a label outlives the text of an item that matched nothing.
CREATE TABLE verdicts (
    item     INTEGER NOT NULL REFERENCES items (id),
    topic    TEXT    NOT NULL,
    relevant INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    title    TEXT    NOT NULL,
    lead     TEXT    NOT NULL,
    PRIMARY KEY (item, topic)
) STRICT, WITHOUT ROWID;
