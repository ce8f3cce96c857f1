//! What of a poll can be news at all: not the archive of a feed first met, not a flood of old entries.

use jiff::{SignedDuration, Timestamp};

use super::Dated;
use crate::domain::policy::IdentityPolicy;

/// A poll brings old entries in numbers only after a move of the site; five times the usual is no usual day.
const FLOOD_FACTOR: usize = 5;
/// A site has moved when at least this many new entries carry titles that its outlet had before.
const MOVED_MIN: usize = 5;
/// Ids rotate when at least this many known links came under new ids …
const ROTATED_MIN: usize = 3;

/// Which new entries of a poll are stored without ever being told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quiet {
    /// None.
    Nothing,
    /// Those older than this: the first poll of a feed is a silent baseline.
    Baseline {
        /// Entries dated before it are quiet.
        before: Timestamp,
    },
    /// Those older than this: a flood of old entries is held.
    Flood {
        /// Entries dated before it are quiet.
        before: Timestamp,
        /// How many are held.
        n_held: usize,
    },
}

impl Quiet {
    /// Whether an entry of that date is stored without being told. One whose date is not believed may be of any age:
    /// of an archive first met or a flood it counts as old.
    pub fn covers(&self, dated: &Dated) -> bool {
        match self {
            Self::Nothing => false,
            Self::Baseline { before } | Self::Flood { before, .. } => !dated.is_believed || dated.at < *before,
        }
    }
}

/// Decides for the dates of a poll's new entries. `usual` is how many new entries a poll of this feed brings; an entry
/// is old when it was published `news_max_age` before the feed was last read, since then it had its chance to be seen.
pub fn quiet(
    new_dates: &[Dated],
    baseline_done: bool,
    last_ok_at: Option<Timestamp>,
    usual: f64,
    policy: &IdentityPolicy,
    now: Timestamp,
) -> Quiet {
    let back = |from: Timestamp, by: SignedDuration| from.saturating_sub(by).unwrap_or(Timestamp::MIN);
    if !baseline_done {
        return Quiet::Baseline { before: back(now, policy.news_max_age) };
    }
    // A last poll "in the future" only says that the clock was set back.
    let before = back(last_ok_at.unwrap_or(now).min(now), policy.news_max_age);
    let n_held = new_dates.iter().filter(|dated| !dated.is_believed || dated.at < before).count();
    let limit = policy.flood_min.max((usual * FLOOD_FACTOR as f64).ceil() as usize);
    if n_held > limit { Quiet::Flood { before, n_held } } else { Quiet::Nothing }
}

/// Whether a site has moved: of `n_new` entries under ids and links never seen, `n_titles` carry a title that the outlet
/// had before, however long ago. One such title is a column's; most of a document's are the old articles again, also
/// when they are dated anew.
pub fn site_moved(n_titles: usize, n_new: usize) -> bool {
    n_titles >= MOVED_MIN && 2 * n_titles > n_new
}

/// Whether a feed's ids are to be distrusted: of the entries in a poll that are known by link or title, `n_rotated`
/// came under an id never seen, and `n_stable` under their old one.
pub fn guid_rotates(n_rotated: usize, n_stable: usize) -> bool {
    n_rotated >= ROTATED_MIN && n_rotated > n_stable
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn days_ago(days: i64) -> Dated {
        Dated { at: now() - SignedDuration::from_hours(24 * days), is_believed: true, reason: "" }
    }

    fn undated() -> Dated {
        Dated { is_believed: false, ..days_ago(0) }
    }

    fn check(n_old: usize, baseline_done: bool) -> Quiet {
        let dates = vec![days_ago(30); n_old];
        quiet(&dates, baseline_done, Some(days_ago(0).at), 1.0, &IdentityPolicy::default(), now())
    }

    #[test]
    fn the_first_poll_tells_only_what_is_young() {
        let baseline = check(3, false);
        assert!(baseline.covers(&days_ago(3)) && !baseline.covers(&days_ago(1)));
    }

    #[test]
    fn an_archive_without_dates_is_not_told_and_one_late_entry_without_is() {
        assert!(check(3, false).covers(&undated()));
        assert!(!check(0, true).covers(&undated()));
        let flood = quiet(&vec![undated(); 21], true, Some(days_ago(0).at), 1.0, &IdentityPolicy::default(), now());
        assert!(flood.covers(&undated()) && !flood.covers(&days_ago(0)));
    }

    #[test]
    fn a_clock_that_was_set_back_holds_nothing() {
        let dates = vec![days_ago(0); 40];
        let found = quiet(&dates, true, Some(days_ago(-30).at), 1.0, &IdentityPolicy::default(), now());
        assert_eq!(found, Quiet::Nothing);
    }

    #[test]
    fn a_late_entry_is_told_and_a_flood_of_old_ones_is_held() {
        assert_eq!(check(20, true), Quiet::Nothing);
        let flood = check(21, true);
        assert!(matches!(flood, Quiet::Flood { n_held: 21, .. }));
        assert!(flood.covers(&days_ago(30)) && !flood.covers(&days_ago(0)));
    }

    #[test]
    fn after_a_long_stop_the_missed_days_are_news() {
        let dates = vec![days_ago(5); 40];
        let found = quiet(&dates, true, Some(days_ago(6).at), 1.0, &IdentityPolicy::default(), now());
        assert_eq!(found, Quiet::Nothing);
    }

    #[test]
    fn a_site_has_moved_when_most_of_a_document_has_old_titles() {
        assert!(site_moved(600, 610));
        assert!(!site_moved(4, 4), "a few columns of one name");
        assert!(!site_moved(10, 30), "a feed whose headlines are formulas");
    }

    #[test]
    fn ids_rotate_when_most_known_entries_come_under_new_ones() {
        assert!(guid_rotates(3, 2));
        assert!(!guid_rotates(2, 0));
        assert!(!guid_rotates(3, 20));
    }
}
