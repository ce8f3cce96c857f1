//! Dates as nearly all feeds write them, read without a search for what stands where.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};

/// The two ways in which nearly all dates are written, `Thu, 01 Feb 2024 15:04:05 GMT` and `2024-02-01T15:04:05Z`, to the
/// letter; whatever is odd in one is left to the long way.
pub fn everyday(text: &str) -> Option<Timestamp> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let number = |at: usize, n: usize| -> Option<i16> {
        let digits = text.get(at..at + n).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        digits.parse().ok()
    };
    let small = |at: usize| number(at, 2).and_then(|n| i8::try_from(n).ok());
    let stand = |signs: &[(usize, u8)]| signs.iter().all(|(at, sign)| text.as_bytes().get(*at) == Some(sign));
    let (date, at) = if stand(&[(4, b'-'), (7, b'-'), (10, b'T')]) {
        ((number(0, 4)?, small(5)?, small(8)?), 11)
    } else if stand(&[(3, b','), (4, b' '), (7, b' '), (11, b' '), (16, b' ')]) && DAYS.contains(&text.get(..3)?) {
        let month = MONTHS.iter().zip(1..).find(|(name, _)| Some(**name) == text.get(8..11))?.1;
        ((number(12, 4)?, month, small(5)?), 17)
    } else {
        return None;
    };
    let is_known = (1900..2200).contains(&date.0) && stand(&[(at + 2, b':'), (at + 5, b':')]);
    let day = Date::new(date.0, date.1, date.2).ok().filter(|_| is_known)?;
    let time = Time::new(small(at)?, small(at + 3)?, small(at + 6)?, 0).ok()?;
    let east = SignedDuration::from_mins(minutes_east(text.get(at + 8..)?)?);
    Offset::UTC.to_timestamp(DateTime::from_parts(day, time)).ok()?.checked_sub(east).ok()
}

/// The zone behind an everyday date: `Z`, `GMT` or a distance written to the letter.
fn minutes_east(zone: &str) -> Option<i64> {
    let (sign, hours, minutes) = match zone.as_bytes() {
        b"Z" | b" GMT" => return Some(0),
        [b' ', sign, a, b, c, d] | [sign, a, b, b':', c, d] => (sign, [a, b], [c, d]),
        _ => return None,
    };
    let number = |digits: [&u8; 2]| {
        let [tens, ones] = digits.map(|b| b.checked_sub(b'0').filter(|digit| *digit < 10).map(i64::from));
        Some(tens? * 10 + ones?)
    };
    let minutes = number(hours).filter(|hours| *hours < 15)? * 60 + number(minutes).filter(|minutes| *minutes < 60)?;
    match sign {
        b'+' => Some(minutes),
        b'-' => Some(-minutes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::date::in_any_habit;
    use super::*;

    #[test]
    fn the_short_way_reads_as_the_long_one() {
        let zones =
            ["Z", "z", " GMT", " gmt", " +0000", "+03:00", " -0930", "-14:59", " +1500", "+0300", " EST", "", " +03:0"];
        let times = ["00:00:00", "15:04:05", "23:59:59", "23:59:60", "24:00:00", "12:60:00", "1:02:03", "15:04"];
        let dates = [
            "2024-02-29T",
            "2023-02-29T",
            "1899-12-31T",
            "1900-01-01T",
            "2199-12-31T",
            "2200-01-01T",
            "2024-13-01T",
            "Thu, 01 Feb 2024 ",
            "thu, 01 Feb 2024 ",
            "Thu, 31 Nov 2024 ",
            "Mar, 01 Feb 2024 ",
            "Thu, 01 feb 2024 ",
            "Thu, 1 Feb 2024 ",
            "Thu, 01 Dec 1850 ",
            "Thu, 01 Jum 2024 ",
        ];
        let mut n_short = 0;
        for text in dates.iter().flat_map(|date| times.map(|time| format!("{date}{time}"))) {
            for text in zones.map(|zone| format!("{text}{zone}")) {
                let short = everyday(&text);
                n_short += usize::from(short.is_some());
                assert!(short.is_none() || short == in_any_habit(&text), "{text}");
            }
        }
        assert_eq!(n_short, 4 * 3 * 6);
    }
}
