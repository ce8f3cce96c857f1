//! Which date an entry is given: the published one when it can be believed.

use jiff::{SignedDuration, Timestamp};

use crate::domain::Entry;
use crate::domain::policy::IdentityPolicy;

/// Feeds are younger than this; an earlier date is a default of some software.
const OLDEST_BELIEVED: i64 = 788_918_400; // 1995-01-01

/// The reason of nearly all dates: the publisher's word is taken.
pub const AS_PUBLISHED: &str = "as published";

/// A date with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    /// The date.
    pub at: Timestamp,
    /// Whether the feed said so; otherwise it is the moment the entry was first seen.
    pub is_believed: bool,
    /// Why.
    pub reason: &'static str,
}

/// The date of an entry first seen at `now`, and why. Absent, absurd and future dates become the moment it was seen;
/// clocks that run up to `policy.future_max` ahead are forgiven, and the date is that moment too.
pub fn date_of(entry: &Entry, policy: &IdentityPolicy, now: Timestamp) -> Dated {
    let seen = |reason| Dated { at: now, is_believed: false, reason };
    let said = |at, reason| Dated { at, is_believed: true, reason };
    let Some(published) = entry.published.or(entry.updated) else {
        return seen("no date, so the moment it was first seen");
    };
    if published.as_second() < OLDEST_BELIEVED {
        return seen("an absurd date, so the moment it was first seen");
    }
    let ahead = published.duration_since(now);
    if ahead > policy.future_max {
        return seen("a date in the future, so the moment it was first seen");
    }
    match ahead > SignedDuration::ZERO {
        true => said(now, "as published, a little ahead of our clock"),
        false => said(published, AS_PUBLISHED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(published: Option<&str>, expected: &str) {
        let now: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let entry = Entry { published: published.map(|p| p.parse().unwrap()), ..Entry::default() };
        let dated = date_of(&entry, &IdentityPolicy::default(), now);
        assert_eq!(dated.at, expected.parse::<Timestamp>().unwrap(), "{}", dated.reason);
    }

    #[test]
    fn a_believable_date_stands() {
        check(Some("2026-02-28T12:00:00Z"), "2026-02-28T12:00:00Z");
        check(Some("1999-02-28T12:00:00Z"), "1999-02-28T12:00:00Z");
    }

    #[test]
    fn absent_absurd_and_future_dates_become_first_seen() {
        for published in
            [None, Some("1970-01-01T00:00:00Z"), Some("2099-01-01T00:00:00Z"), Some("2026-03-01T12:05:00Z")]
        {
            check(published, "2026-03-01T12:00:00Z");
        }
    }
}
