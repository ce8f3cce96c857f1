//! Spikes and silence: much more coverage of a topic than usual, and outlets that have fallen silent.
//!
//! Both are measured against the last two weeks of the topic or the outlet itself, told once with what is usual, and
//! not again for some days. Neither is news: they stand in the next digest and never cause one.

use jiff::{SignedDuration, Timestamp};

/// Days that say what is usual.
pub const BASELINE_DAYS: usize = 14;
/// Days of a baseline that must be known, or nothing is said.
const KNOWN_DAYS_MIN: usize = 7;
/// Fewer reports in a day than this are no spike, however quiet the topic.
const SPIKE_MIN: usize = 5;
/// A spike is at least this many times the usual.
const SPIKE_FACTOR: f64 = 3.0;
/// … and this many standard deviations above it, as counts of independent reports vary.
const SPIKE_DEVIATIONS: f64 = 3.0;
/// After a spike was told, nothing is said of that topic for so long.
const SPIKE_REST: SignedDuration = SignedDuration::from_hours(72);
/// Items in two weeks from which an outlet has a rhythm that it can fall out of …
const RHYTHM_ITEMS_MIN: usize = 14;
/// … on at least so many days.
const RHYTHM_DAYS_MIN: usize = 7;
/// Nobody is silent before this, …
const SILENCE_MIN: SignedDuration = SignedDuration::from_hours(72);
/// … nor before so many times the usual distance between two items.
const SILENCE_FACTOR: i64 = 6;

/// A topic's reports by day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicCoverage {
    /// Name of the topic.
    pub name: String,
    /// Reports of the last 24 hours.
    pub n_today: usize,
    /// Reports of the days before, the latest first; as many as the store has seen, at most [`BASELINE_DAYS`].
    pub days: Vec<usize>,
    /// When a spike of it was last told.
    pub told_at: Option<Timestamp>,
}

/// An outlet's rhythm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutletCoverage {
    /// Name of the outlet.
    pub name: String,
    /// Its last new item.
    pub last_at: Timestamp,
    /// Its items in the [`BASELINE_DAYS`] before that one.
    pub n_items: usize,
    /// Days among those with an item.
    pub n_days: usize,
    /// When its silence was last told.
    pub told_at: Option<Timestamp>,
}

/// What is told, with the numbers that decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// In words.
    pub words: String,
    /// Why.
    pub reason: String,
}

/// Whether a topic has far more reports than usual.
pub fn spike(topic: &TopicCoverage, now: Timestamp) -> Option<Line> {
    let rests = topic.told_at.is_some_and(|told| now.duration_since(told) < SPIKE_REST);
    if rests || topic.days.len() < KNOWN_DAYS_MIN {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "reports of two weeks")]
    let (usual, today) = (topic.days.iter().sum::<usize>() as f64 / topic.days.len() as f64, topic.n_today as f64);
    // Reports come like rare events: the variance of a day is its mean, and a mean of nothing is not believed.
    let least = (usual * SPIKE_FACTOR).max(usual + SPIKE_DEVIATIONS * usual.max(1.0).sqrt()).max(SPIKE_MIN as f64);
    (today >= least).then(|| Line {
        words: format!("{} reports in 24 hours, usually {} a day", topic.n_today, rounded(usual)),
        reason: format!("{today} ≥ {least:.1}: {SPIKE_FACTOR} × {usual:.1} of {} days", topic.days.len()),
    })
}

/// Whether an outlet whose feeds answer has stopped publishing. It is told once for each silence.
pub fn silence(outlet: &OutletCoverage, now: Timestamp) -> Option<Line> {
    let has_rhythm = outlet.n_items >= RHYTHM_ITEMS_MIN && outlet.n_days >= RHYTHM_DAYS_MIN;
    let is_told = outlet.told_at.is_some_and(|told| told >= outlet.last_at);
    if !has_rhythm || is_told {
        return None;
    }
    let days = i64::try_from(BASELINE_DAYS).unwrap_or(14);
    let gap_minutes = days * 24 * 60 / i64::try_from(outlet.n_items).unwrap_or(i64::MAX).max(1);
    let least = SILENCE_MIN.max(SignedDuration::from_mins(gap_minutes * SILENCE_FACTOR));
    let silent = now.duration_since(outlet.last_at);
    #[expect(clippy::cast_precision_loss, reason = "items of two weeks")]
    let a_day = outlet.n_items as f64 / days as f64;
    (silent >= least).then(|| Line {
        words: format!(
            "nothing new for {} days although its feed answers, usually {} items a day",
            silent.as_hours() / 24,
            rounded(a_day)
        ),
        reason: format!("{} h ≥ {} h", silent.as_hours(), least.as_hours()),
    })
}

/// Tenths where they matter.
fn rounded(value: f64) -> String {
    if value >= 3.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2031-03-15T10:00:00Z".parse().unwrap()
    }

    fn hours_ago(hours: i64) -> Timestamp {
        now() - SignedDuration::from_hours(hours)
    }

    fn topic(n_today: usize, days: &[usize]) -> TopicCoverage {
        TopicCoverage { name: "Ferries".to_owned(), n_today, days: days.to_vec(), told_at: None }
    }

    fn outlet(hours: i64, n_items: usize) -> OutletCoverage {
        OutletCoverage { name: "Port".to_owned(), last_at: hours_ago(hours), n_items, n_days: 14, told_at: None }
    }

    #[test]
    fn far_more_than_usual_is_a_spike_and_says_what_is_usual() {
        let line = spike(&topic(14, &[2; 14]), now()).unwrap();
        assert_eq!(line.words, "14 reports in 24 hours, usually 2.0 a day");
        assert!(line.reason.starts_with("14 ≥ 6.2"), "{}", line.reason);
    }

    #[test]
    fn a_busy_day_a_quiet_topic_and_a_young_store_are_none() {
        assert_eq!(spike(&topic(5, &[2; 14]), now()), None);
        assert_eq!(spike(&topic(4, &[0; 14]), now()), None);
        assert_eq!(spike(&topic(50, &[2; 6]), now()), None);
    }

    #[test]
    fn a_spike_is_told_once_in_three_days() {
        let told = |hours| TopicCoverage { told_at: Some(hours_ago(hours)), ..topic(14, &[2; 14]) };
        assert_eq!(spike(&told(71), now()), None);
        assert!(spike(&told(72), now()).is_some());
    }

    #[test]
    fn an_outlet_that_falls_out_of_its_rhythm_is_told_once() {
        let line = silence(&outlet(100, 140), now()).unwrap();
        assert_eq!(line.words, "nothing new for 4 days although its feed answers, usually 10 items a day");
        let told = OutletCoverage { told_at: Some(hours_ago(10)), ..outlet(100, 140) };
        assert_eq!(silence(&told, now()), None);
        let spoke = OutletCoverage { told_at: Some(hours_ago(200)), ..outlet(100, 140) };
        assert!(silence(&spoke, now()).is_some(), "it spoke since, this is another silence");
    }

    #[test]
    fn a_weekend_and_an_outlet_without_a_rhythm_are_no_silence() {
        assert_eq!(silence(&outlet(60, 140), now()), None);
        assert_eq!(silence(&outlet(100, 14), now()), None, "one item a day may pause for six");
        assert!(silence(&outlet(150, 14), now()).is_some());
        assert_eq!(silence(&outlet(300, 5), now()), None);
    }
}
