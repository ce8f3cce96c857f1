-- Keys begin with twelve bits of their scope (feed, host, outlet), so that those of one document lie together: a poll
-- then touches three pages of the table and not a hundred. What a publisher's id was is not known any more, so the
-- program makes the keys of links and titles anew from the items, and the next poll adds those of the ids.
DELETE FROM identity_keys;
