-- What an audience heard of from its beginning on, by row as well: a clock that ran ahead at the beginning and was put
-- right must not hide what was found meanwhile.
ALTER TABLE audiences ADD COLUMN last_before INTEGER NOT NULL DEFAULT 0;        -- the last development of before
UPDATE audiences SET last_before = coalesce((SELECT max(id) FROM developments WHERE found_at < since), 0);
ALTER TABLE audience_topics ADD COLUMN last_before INTEGER NOT NULL DEFAULT 0;
UPDATE audience_topics SET last_before = coalesce((SELECT max(id) FROM developments WHERE found_at < since), 0);
