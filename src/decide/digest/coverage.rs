//! How many reports there were on each of the last days.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::civil;
use crate::domain::Audience;
use crate::domain::digest::CoverageDay;

/// Days that the chart shows, today included.
pub const COVERAGE_DAYS: i64 = 14;

/// The first and the last day of what an audience is told to be ahead.
pub fn days_ahead(audience: &Audience, now: Timestamp) -> (Date, Date) {
    let today = civil::zone(&audience.timezone).to_datetime(now).date();
    (today, today.saturating_add(i64::from(audience.ahead_days).days()))
}

/// Reports by civil day, oldest day first; what lies outside of the days is left out.
pub(super) fn by_day(reports: &[Timestamp], zone: &TimeZone, now: Timestamp) -> Vec<CoverageDay> {
    let today = zone.to_datetime(now).date();
    let days = (0..COVERAGE_DAYS).rev().filter_map(|back| today.checked_sub(back.days()).ok());
    let on = |day: Date| reports.iter().filter(|at| zone.to_datetime(**at).date() == day).count();
    days.map(|day| CoverageDay { day, n: on(day) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_counted_on_the_civil_day_of_the_audience() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let reports = ["2026-11-23T21:30:00Z", "2026-11-23T22:30:00Z", "2026-11-01T12:00:00Z"].map(at);
        let days = by_day(&reports, &civil::zone("Europe/Helsinki"), at("2026-11-24T06:00:00Z"));
        let counts: Vec<_> = days.iter().map(|day| day.n).collect();
        assert_eq!(counts, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(days[13].day.to_string(), "2026-11-24");
    }
}
