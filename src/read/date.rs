//! Dates in every habit seen in feeds; what makes no sense is none.

use jiff::civil::{Date, DateTime, Time};
use jiff::{SignedDuration, Timestamp};

use super::everyday::everyday;
use super::month;
use super::time::TimeOfDay;
use super::year_first;

/// No date string is longer.
const DATE_BYTES_MAX: usize = 100;

/// A moment out of RFC 822 with its liberties, ISO 8601 and W3C with parts missing, asctime, `01.02.2024 15:00`,
/// `2024年2月1日`, the month names of several languages or seconds since the epoch. Without a zone UTC is meant; without a time midnight. A time
/// without a date, an impossible date and a year outside 1900–2199 are none.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > DATE_BYTES_MAX {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return digits(text);
    }
    if let Some(extended) = basic_iso(text) {
        return parse(&extended);
    }
    everyday(text).or_else(|| in_any_habit(text))
}

/// The long way.
pub(super) fn in_any_habit(text: &str) -> Option<Timestamp> {
    let text = text.to_lowercase();
    let (date, rest) =
        year_first::leading(&text).map_or_else(|| worded(&text), |(date, rest)| Some((date, rest.to_owned())))?;
    let clock = TimeOfDay::read(&rest)?;
    let day = Date::new(date.0, date.1, date.2).ok().filter(|d| (1900..2200).contains(&d.year()))?;
    let local =
        DateTime::from_parts(day, Time::midnight()).checked_add(SignedDuration::from_secs(clock.seconds)).ok()?;
    let utc = local.checked_sub(SignedDuration::from_mins(clock.offset_minutes)).ok()?;
    let at = utc.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
    at.checked_add(SignedDuration::from_nanos(clock.nanos)).ok()
}

/// Year, month and day as written, before anybody looked whether there is such a day.
pub type Ymd = (i16, i8, i8);

/// `20240201`, `20240201150000`, `2024032` (a day of the year), seconds or milliseconds since the epoch.
fn digits(text: &str) -> Option<Timestamp> {
    let ymd = |t: &str| Some((t.get(..4)?.parse().ok()?, t.get(4..6)?.parse().ok()?, t.get(6..8)?.parse().ok()?));
    match text.len() {
        8 | 14 => {
            let (y, m, d): Ymd = ymd(text)?;
            let clock = text.get(8..).filter(|t| !t.is_empty()).unwrap_or("000000");
            let clock = format!("{}:{}:{}", clock.get(..2)?, clock.get(2..4)?, clock.get(4..6)?);
            parse(&format!("{y:04}-{m:02}-{d:02}T{clock}Z"))
        }
        7 => {
            let (year, month, day) =
                year_first::by_day_of_year(text.get(..4)?.parse().ok()?, text.get(4..)?.parse().ok()?)?;
            parse(&format!("{year:04}-{month:02}-{day:02}"))
        }
        9 | 10 => Timestamp::from_second(text.parse().ok()?).ok(),
        13 => Timestamp::from_millisecond(text.parse().ok()?).ok(),
        _ => None,
    }
}

/// `20240201T150000Z`, the basic format of ISO 8601 §4.3.2, in the extended one.
fn basic_iso(text: &str) -> Option<String> {
    let (date, time) = text.split_once(['T', 't']).filter(|(date, _)| date.len() == 8)?;
    let (clock, zone) = time.split_at_checked(6)?;
    if !date.bytes().chain(clock.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (y, m, d) = (&date[..4], &date[4..6], &date[6..]);
    Some(format!("{y}-{m}-{d}T{}:{}:{}{zone}", &clock[..2], &clock[2..4], &clock[4..]))
}

/// Everything else: the date is gathered from the words, the rest is the time.
fn worded(text: &str) -> Option<(Ymd, String)> {
    let mut numbers: Vec<&str> = Vec::new();
    let (mut month, mut whole) = (None, None);
    let mut rest = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty()) {
        if let Some(ymd) = joined(word) {
            whole = whole.or(Some(ymd));
        } else if word.bytes().all(|b| b.is_ascii_digit()) && numbers.len() < 2 {
            numbers.push(word);
        } else if let Some(found) = month::by_name(word).filter(|_| month.is_none()) {
            month = Some(found);
        } else {
            rest.push(' ');
            rest.push_str(word);
        }
    }
    let ymd = match (whole, month, numbers.as_slice()) {
        (Some(ymd), _, _) => ymd,
        (None, Some(month), [a, b]) if a.len() == 4 => (year(a)?, month, b.parse().ok()?),
        (None, Some(month), [a, b]) => (year(b)?, month, a.parse().ok()?),
        _ => return None,
    };
    Some((ymd, rest))
}

/// A date in one word: `01-jan-2024`, `01.02.2024`, `2024/02/01`, `12/31/2024`.
fn joined(word: &str) -> Option<Ymd> {
    let parts: Vec<&str> = word.split(['-', '.', '/']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    if a.len() == 4 {
        return Some((a.parse().ok()?, month_or_number(b)?, c.parse().ok()?));
    }
    let (first, second): (i8, i8) = (a.parse().ok()?, month_or_number(b)?);
    if !word.contains('/') {
        return Some((year(c)?, second, first));
    }
    // Half of the world writes the month first: only what can be read one way is believed.
    match (first, second) {
        (d, m) if d > 12 || d == m => Some((year(c)?, m, d)),
        (m, d) if d > 12 => Some((year(c)?, m, d)),
        _ => None,
    }
}

fn month_or_number(word: &str) -> Option<i8> {
    word.parse().ok().or_else(|| month::by_name(word))
}

/// Two digits: the nineties and the years before 2090 (RFC 2822 §4.3 draws the line at 50, feeds begin in 1997).
fn year(word: &str) -> Option<i16> {
    let year: i16 = word.parse().ok()?;
    match word.len() {
        4 => Some(year),
        1 | 2 => Some(if year < 90 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let found = parse(text).map(|t| t.to_string()).unwrap_or_default();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn rfc_822_is_read_with_its_liberties() {
        check("Thu, 01 Feb 2024 15:04:05 GMT", "2024-02-01T15:04:05Z");
        check("Thu, 1 Feb 24 15:04 EST", "2024-02-01T20:04:00Z");
        check("Thursday, 01 February 2024 15:04:05 +0300", "2024-02-01T12:04:05Z");
        check("Thu, 01 Feb 99 15:04:05 -05:00", "1999-02-01T20:04:05Z");
        check("Feb 01, 2024 3:04 PM EDT", "2024-02-01T19:04:00Z");
        check("Thu, 01-Feb-2024 15:04:05 MSK", "2024-02-01T12:04:05Z");
        check("01 Feb 2024", "2024-02-01T00:00:00Z");
        check("Thu, 01 Feb 2024 15:04:05 GMT+03:00", "2024-02-01T12:04:05Z");
    }

    #[test]
    fn iso_dates_may_lack_parts() {
        check("2024-02-01T15:04:05.250+03:00", "2024-02-01T12:04:05.25Z");
        check("2024-02-01T15:04Z", "2024-02-01T15:04:00Z");
        check("2024-02-01 15:04:05", "2024-02-01T15:04:05Z");
        check("2024-02-01T15:04:05-0500", "2024-02-01T20:04:05Z");
        check("2024-02", "2024-02-01T00:00:00Z");
        check("2024-02-01", "2024-02-01T00:00:00Z");
        check("20240201", "2024-02-01T00:00:00Z");
        check("20240201T150405Z", "2024-02-01T15:04:05Z");
        check("20240201T150405+0300", "2024-02-01T12:04:05Z");
        check("2024-02-01T24:00:00Z", "2024-02-02T00:00:00Z");
    }

    #[test]
    fn other_habits_are_known() {
        check("Thu Feb  1 15:04:05 PST 2024", "2024-02-01T23:04:05Z");
        check("Thu Feb 1 15:04:05 2024", "2024-02-01T15:04:05Z");
        check("1 февраля 2024, 15:04 МСК", "2024-02-01T12:04:00Z");
        check("Чт, 01 фев 2024 15:04:05 +0300", "2024-02-01T12:04:05Z");
        check("01.02.2024 15:04", "2024-02-01T15:04:00Z");
        check("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53Z");
        check("12/31/2024", "2024-12-31T00:00:00Z");
        check("2026.11.26", "2026-11-26T00:00:00Z");
        check("2026. 11. 26. 10:30", "2026-11-26T10:30:00Z");
        check("2026 Nov 26", "2026-11-26T00:00:00Z");
        check("2026年11月26日 10:00", "2026-11-26T10:00:00Z");
        check("2026年11月26日(木)下午3時04分", "2026-11-26T15:04:00Z");
        check("2004년 05월 28일  01:31:15", "2004-05-28T01:31:15Z");
        check("2004-05-25 오후 11:23:17", "2004-05-25T23:23:17Z");
        check("2003-335", "2003-12-01T00:00:00Z");
        check("2003335", "2003-12-01T00:00:00Z");
        check("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00:00Z");
        check("2004-július-13T9:15-05:00", "2004-07-13T14:15:00Z");
        check("Thu, 1 Feb 2024 15:04 ET", "2024-02-01T20:04:00Z");
        check("February 1, 2024 at 3:04 PM", "2024-02-01T15:04:00Z");
        check("1706799845", "2024-02-01T15:04:05Z");
        check("1706799845000", "2024-02-01T15:04:05Z");
    }

    #[test]
    fn what_makes_no_sense_is_none() {
        for text in [
            "",
            "16:52 EDT",
            "yesterday",
            "Thu, 30 Feb 2024 10:00:00 GMT",
            "2024-13-01",
            "0000-00-00",
            "01/02/2024",
            "9999999999999999",
            "2024-02-01T25:00:00Z",
            "10000-01-01",
            "2024",
            "2024 was a good year",
            "2024 10:00",
            "2003-366",
            "2003000",
            "-1",
            "+",
            "::::",
            "1:2:3:4 feb 2024 x",
        ] {
            let found = parse(text);
            assert!(found.is_none(), "{text}: {found:?}");
        }
        check(&"1".repeat(500), "");
    }
}
