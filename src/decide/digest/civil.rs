//! Civil time that holds through every change of a clock: slots of a day, ends of quiet hours, starts of days.

use croner::{Cron, Direction};
use jiff::civil::{DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::domain::audience::Slots;

/// A clock set back shows readings again that have been slots already: so far ahead of the present reading is looked.
const SET_BACK_MAX: i64 = 3;

/// Looked through around a moment: a week for weekdays, and two days for zones that skip or repeat one.
const DAYS_AROUND: i64 = 9;

/// The zone of that IANA name; UTC when there is none (the configuration has checked it).
pub(super) fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

/// The latest slot at or before `now`.
pub(super) fn slot_before(slots: &Slots, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let by_day = slots_around(slots, zone, now).filter(|slot| *slot <= now).max();
    let from = zone.to_datetime(now).checked_add(SET_BACK_MAX.hours()).ok();
    let by_cron =
        from.and_then(|from| readings(slots.cron.as_ref()?, from, Direction::Backward, zone).find(|slot| *slot <= now));
    by_day.max(by_cron)
}

/// The first slot after `now`.
pub(super) fn slot_after(slots: &Slots, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let by_day = slots_around(slots, zone, now).filter(|slot| *slot > now).min();
    let from = zone.to_datetime(now).checked_sub(SET_BACK_MAX.hours()).ok();
    let by_cron =
        from.and_then(|from| readings(slots.cron.as_ref()?, from, Direction::Forward, zone).find(|slot| *slot > now));
    by_day.into_iter().chain(by_cron).min()
}

/// The moments of a cron expression, which is read in civil time: each reading counts once, like any other slot.
fn readings<'a>(
    cron: &'a Cron,
    from: DateTime,
    direction: Direction,
    zone: &'a TimeZone,
) -> impl Iterator<Item = Timestamp> + 'a {
    cron.iter_from(from, direction).filter_map(|reading| slot(reading, zone))
}

/// Whether the wall clock at `now` stands between the two times; a span over midnight is one span.
pub(super) fn is_quiet((from, to): (Time, Time), zone: &TimeZone, now: Timestamp) -> bool {
    let time = zone.to_datetime(now).time();
    if from <= to { from <= time && time < to } else { from <= time || time < to }
}

/// The first moment from `now` on that is not quiet.
pub(super) fn quiet_end(quiet: (Time, Time), zone: &TimeZone, now: Timestamp) -> Timestamp {
    let mut at = now;
    // A repeated hour may fall quiet a second time; more than a few rounds cannot be.
    for _ in 0..4 {
        if !is_quiet(quiet, zone, at) {
            break;
        }
        at = next_reading(quiet.1, zone, at);
    }
    at
}

/// Midnight (or the first moment) of the civil day after that of `now`.
pub(super) fn next_day(zone: &TimeZone, now: Timestamp) -> Timestamp {
    let today = now.to_zoned(zone.clone());
    let day = |n: i64| today.checked_add(n.days()).and_then(|day| day.start_of_day()).map(|day| day.timestamp());
    day(1).ok().filter(|at| *at > now).or(day(2).ok()).unwrap_or(Timestamp::MAX)
}

fn slots_around<'a>(slots: &'a Slots, zone: &'a TimeZone, now: Timestamp) -> impl Iterator<Item = Timestamp> + 'a {
    let today = zone.to_datetime(now).date();
    (-DAYS_AROUND..=DAYS_AROUND)
        .filter_map(move |n| today.checked_add(n.days()).ok())
        .filter(|day| slots.days.is_empty() || slots.days.contains(&day.weekday()))
        .flat_map(|day| slots.times.iter().map(move |at| day.to_datetime(*at)))
        .filter_map(move |reading| slot(reading, zone))
}

/// The moment of a civil time: the first of two where the clock repeats it, the first that exists where it was skipped.
/// A day that the zone left out altogether has no slot.
fn slot(civil: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    let reading = zone.to_ambiguous_timestamp(civil);
    let AmbiguousOffset::Gap { before, after } = reading.offset() else {
        return reading.earlier().ok();
    };
    let skipped = SignedDuration::from_secs(i64::from(after.seconds()) - i64::from(before.seconds()));
    if skipped >= SignedDuration::from_hours(24) {
        return None;
    }
    let just_before = reading.earlier().ok()?;
    zone.following(just_before).next().map(|change| change.timestamp())
}

/// The first moment after `now` at which the clock reads `time`, or would have but for a gap.
fn next_reading(time: Time, zone: &TimeZone, now: Timestamp) -> Timestamp {
    let today = zone.to_datetime(now).date();
    (-1..=3)
        .filter_map(|n: i64| today.checked_add(n.days()).ok())
        .flat_map(|day| {
            let reading = zone.to_ambiguous_timestamp(day.to_datetime(time));
            [slot(day.to_datetime(time), zone), reading.later().ok()]
        })
        .flatten()
        .filter(|at| *at > now)
        .min()
        .unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_slot(zone_name: &str, civil: &str, expected: Option<&str>) {
        let found = slot(civil.parse().unwrap(), &zone(zone_name));
        assert_eq!(found, expected.map(|t| t.parse().unwrap()), "{civil} {zone_name}");
    }

    #[test]
    fn a_plain_day_has_its_slot() {
        check_slot("Europe/Berlin", "2026-11-23T07:30", Some("2026-11-23T06:30:00Z"));
        check_slot("Asia/Kolkata", "2026-11-23T07:30", Some("2026-11-23T02:00:00Z"));
    }

    #[test]
    fn a_skipped_time_becomes_the_first_that_exists() {
        check_slot("Europe/Berlin", "2026-03-29T02:30", Some("2026-03-29T01:00:00Z"));
        check_slot("America/New_York", "2026-03-08T02:00", Some("2026-03-08T07:00:00Z"));
    }

    #[test]
    fn a_repeated_time_counts_once_the_first() {
        check_slot("Europe/Berlin", "2026-10-25T02:30", Some("2026-10-25T00:30:00Z"));
    }

    #[test]
    fn a_day_that_never_was_has_no_slot() {
        check_slot("Pacific/Apia", "2011-12-30T07:30", None);
        check_slot("Pacific/Apia", "2011-12-31T07:30", Some("2011-12-30T17:30:00Z"));
    }

    /// Walks from slot to slot through the years and counts the civil days that had one.
    fn check_years(zone_name: &str, at: &str, from: &str, until: &str, n_days: usize) {
        let (zone, until) = (zone(zone_name), until.parse::<Timestamp>().unwrap());
        let slots = Slots { times: vec![at.parse().unwrap()], ..Slots::default() };
        let mut now: Timestamp = from.parse().unwrap();
        let mut days = std::collections::BTreeSet::new();
        while let Some(slot) = slot_after(&slots, &zone, now).filter(|slot| *slot < until) {
            assert!(days.insert(zone.to_datetime(slot).date()), "{zone_name}: two slots on the day of {slot}");
            assert_eq!(slot_before(&slots, &zone, slot), Some(slot));
            now = slot;
        }
        assert_eq!(days.len(), n_days, "{zone_name} {at}");
    }

    #[test]
    fn through_the_years_each_day_has_one_slot() {
        let (from, until) = ("2024-01-01T12:00:00Z", "2028-01-01T12:00:00Z");
        for zone in ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Africa/Casablanca"] {
            for at in ["00:00", "01:59", "02:00", "02:30", "03:00", "07:30", "23:59"] {
                check_years(zone, at, from, until, 1461);
            }
        }
        // 30 December 2011 was left out.
        check_years("Pacific/Apia", "07:30", "2011-01-01T12:00:00Z", "2012-01-01T12:00:00Z", 365);
        check_years("Pacific/Apia", "00:00", "2011-01-01T12:00:00Z", "2012-01-01T12:00:00Z", 365);
    }

    fn check_quiet_end(from: &str, to: &str, zone_name: &str, now: &str, expected: &str) {
        let quiet = (from.parse().unwrap(), to.parse().unwrap());
        let found = quiet_end(quiet, &zone(zone_name), now.parse().unwrap());
        assert_eq!(found, expected.parse::<Timestamp>().unwrap(), "{now}");
    }

    #[test]
    fn quiet_hours_end_the_same_or_the_next_day() {
        check_quiet_end("22:00", "07:00", "UTC", "2026-11-23T23:10:00Z", "2026-11-24T07:00:00Z");
        check_quiet_end("22:00", "07:00", "UTC", "2026-11-24T03:10:00Z", "2026-11-24T07:00:00Z");
        check_quiet_end("12:00", "13:00", "UTC", "2026-11-24T12:00:00Z", "2026-11-24T13:00:00Z");
    }

    #[test]
    fn outside_of_them_nothing_waits() {
        check_quiet_end("22:00", "07:00", "UTC", "2026-11-24T07:00:00Z", "2026-11-24T07:00:00Z");
        check_quiet_end("12:00", "12:00", "UTC", "2026-11-24T12:00:00Z", "2026-11-24T12:00:00Z");
    }

    #[test]
    fn quiet_hours_that_end_inside_a_clock_change_end() {
        // 02:30 does not exist: the clock leaps from 02:00 to 03:00.
        check_quiet_end("22:00", "02:30", "Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z");
        // 02:30 exists twice: quiet again from the second 02:00 to the second 02:30.
        check_quiet_end("22:00", "02:30", "Europe/Berlin", "2026-10-25T00:10:00Z", "2026-10-25T00:30:00Z");
        check_quiet_end("22:00", "02:30", "Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-25T01:30:00Z");
    }

    #[test]
    fn the_next_day_starts_at_its_first_moment() {
        let check = |zone_name: &str, now: &str, expected: &str| {
            let found = next_day(&zone(zone_name), now.parse().unwrap());
            assert_eq!(found, expected.parse::<Timestamp>().unwrap());
        };
        check("Europe/Berlin", "2026-11-23T22:59:00Z", "2026-11-23T23:00:00Z");
        check("Pacific/Apia", "2011-12-30T09:00:00Z", "2011-12-30T10:00:00Z");
    }
}
