//! Dates that begin with the year, whatever stands between their parts.

use jiff::civil::Date;

use super::date::Ymd;
use super::month;

/// `2024-02-01`, `2024/2/1`, `2024.02.01.`, `2024 Feb 1`, `2024年2月1日`, `2024년 2월 1일`, `2024-032` and, where nothing
/// follows, `2024-02`; with what stands behind it. A year alone is none: what follows it was not understood.
pub fn leading(text: &str) -> Option<(Ymd, &str)> {
    let (year, rest) = number(text, 4..=4)?;
    if let Some((day, rest)) = rest.strip_prefix('-').and_then(|rest| number(rest, 3..=3)) {
        return Some((by_day_of_year(year, day)?, without_t(rest)));
    }
    let (month, rest) = month_part(rest)?;
    let rest = match rest.trim_start_matches(is_between) {
        "" => return Some(((year, month, 1), "")),
        unparted if unparted.len() == rest.len() => return None,
        rest => rest,
    };
    let (day, rest) = number(rest, 1..=2)?;
    let rest = rest.trim_start_matches(['.', ',', '日', '일']);
    Some(((year, month, i8::try_from(day).ok()?), without_t(rest)))
}

/// What parts a date; letters are those of years and months in East Asia.
fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '/' | '.' | ',' | '年' | '月' | '년' | '월')
}

/// The month behind what parts it from the year. A number behind a mere blank may be an hour.
fn month_part(text: &str) -> Option<(i8, &str)> {
    let rest = text.trim_start_matches(is_between);
    let (sign, _) = text.split_at_checked(text.len() - rest.len())?;
    if sign.is_empty() {
        return None;
    }
    if let Some((month, rest)) = number(rest, 1..=2).filter(|_| !sign.trim().is_empty()) {
        return Some((i8::try_from(month).ok()?, rest));
    }
    let end = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
    let (name, rest) = rest.split_at_checked(end)?;
    Some((month::by_name(name)?, rest))
}

/// A number of so many digits that `text` begins with, with what follows.
fn number(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<(i16, &str)> {
    let end = text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at_checked(end).filter(|_| digits.contains(&end))?;
    Some((number.parse().ok()?, rest))
}

/// The day of a year by its number (ISO 8601 §4.1.3).
pub fn by_day_of_year(year: i16, day: i16) -> Option<Ymd> {
    let first = Date::new(year, 1, 1).ok()?;
    let date = first.checked_add(jiff::Span::new().try_days(day.checked_sub(1)?).ok()?).ok()?;
    (day > 0 && date.year() == year).then(|| (year, date.month(), date.day()))
}

fn without_t(text: &str) -> &str {
    text.strip_prefix('t').unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(Ymd, &str)>) {
        assert_eq!(leading(text), expected, "{text}");
    }

    #[test]
    fn the_parts_may_be_parted_by_any_sign() {
        for date in ["2026-11-26", "2026/11/26", "2026.11.26", "2026. 11. 26.", "2026 nov 26", "2026-november-26"] {
            check(&format!("{date} 10:00"), Some(((2026, 11, 26), " 10:00")));
        }
        for date in ["2026年11月26日", "2026 年 11 月 26 日", "2026년 11월 26일", "2026年11月26日"] {
            let found = leading(date);
            assert_eq!(found.map(|(ymd, _)| ymd), Some((2026, 11, 26)), "{date}");
        }
        check("2004-július-13t9:15-05:00", Some(((2004, 7, 13), "9:15-05:00")));
        check("2024-02-01t15:04z", Some(((2024, 2, 1), "15:04z")));
        check("2024-02", Some(((2024, 2, 1), "")));
    }

    #[test]
    fn days_are_counted_through_the_year() {
        check("2003-335t10:00", Some(((2003, 12, 1), "10:00")));
        check("2004-366", Some(((2004, 12, 31), "")));
        check("2003-366", None);
        check("2003-000", None);
    }

    #[test]
    fn a_year_with_something_that_is_no_date_is_none() {
        for text in ["2024", "2024 10:00", "2024 10 11", "2024 was a year", "2024-", "2024-02x01", "20240-02-01", ""] {
            check(text, None);
        }
    }
}
