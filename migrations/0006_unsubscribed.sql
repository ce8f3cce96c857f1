-- Who asked for no more mail of an audience; the address in small letters.
CREATE TABLE unsubscribed (
    audience TEXT    NOT NULL,
    address  TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (audience, address)
) STRICT, WITHOUT ROWID;
