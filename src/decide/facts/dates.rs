//! Dates: days, months, years, weekdays and hours, resolved against the item's own date.

use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use regex::Captures;

use super::span::Span;
use crate::domain::fact::FactKind;
use crate::text::fold::fold;
use crate::text::sought::Sought;

const MONTH: &str = r"Jan(?:uary|\.)|Feb(?:ruary|\.)|March|Mar\.|April|Apr\.|May|June|July|Aug(?:ust|\.)|Sept?(?:ember|\.)|Oct(?:ober|\.)|Nov(?:ember|\.)|Dec(?:ember|\.)|январ[яеьи]|феврал[яеьи]|март[ае]?|апрел[яеьи]|ма[йяе]|июн[яеьи]|июл[яеьи]|август[ае]?|сентябр[яеьи]|октябр[яеьи]|ноябр[яеьи]|декабр[яеьи]|янв|фев|мар|апр|июн|июл|авг|сен|окт|ноя|дек";
const WEEKDAY: &str = r"Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|понедельник\p{L}?|вторник\p{L}?|сред[ауые]|четверг\p{L}?|пятниц\p{L}|суббот\p{L}|воскресень\p{L}";

/// Digits and the beginnings of all names of months, weekdays and seasons.
const SIGN: &str = r"\d|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|янв|фев|мар|апр|ма[йяе]|июн|июл|авг|сен|окт|ноя|дек|day|недельник|вторник|сред|четверг|пятниц|суббот|воскресень|(?i:spring|summer|autumn|fall|winter|весн|осен|зим|лет)";

static DATE: LazyLock<Option<Sought>> = LazyLock::new(|| {
    let hour = r"\b\d{1,2}(?::\d{2}){1,2}(?: ?[ap]\.?m\b\.?)?(?: (?:UTC|GMT|EST|EDT|ET|PST|PDT|MSK|мск|МСК|New York time|Moscow time))?|\b\d{1,2} ?[ap]\.m\.(?: (?:EST|EDT|ET|UTC|GMT))?";
    let weekday = format!(r"\b(?:early |late )?(?:{WEEKDAY})(?: (?:night|morning|evening|afternoon))?\b");
    let day_month = format!(
        r"\b(?P<d1>\d{{1,2}})(?:-?(?:го|е|st|nd|rd|th))? (?P<m1>{MONTH})(?:,? (?P<y1>(?:19|20)\d\d)(?: г(?:ода|оду|\.)?)?)?"
    );
    let month_day = format!(r"\b(?P<m2>{MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y2>(?:19|20)\d\d)\b)?");
    let month = format!(
        r"\b(?:(?:early|late|mid|mid-|в начале|в конце)[ -]?)?(?P<m3>{MONTH})\b(?:,? (?P<y3>(?:19|20)\d\d)\b)?(?: (?:года|году))?"
    );
    let season = r"(?i:\b(?:the )?(?:spring|summer|autumn|fall|winter) of (?P<y4>20\d\d)|\b(?:весн|осен|зим)\p{L}* (?:(?P<y5>20\d\d) (?:года|году)|этого года)|\bлет(?:о|ом) (?P<y6>20\d\d))";
    let year = r"\b(?P<y7>(?:19[5-9]|20[0-9])\d)\b(?: (?:года|году|год|г\.))?";
    let all = format!("(?P<hour>{hour})|(?P<weekday>{weekday})|{day_month}|{month_day}|{season}|{month}|{year}");
    // "в начале марта" and "9:30 p.m. New York time" are the longest.
    Sought::new(&all, SIGN, 2, 4)
});

/// What joins two spans into one: "13:54 UTC on Wednesday, Sept. 21".
const JOINTS: [&str; 8] = [" on ", ", ", ", at ", " at ", " (", " in ", " ", " в "];

/// The dates of a text; values `2027`, `2027-03`, `2027-03-05` or `T13:54`, joined by a blank.
pub(super) fn find(text: &str, at: Timestamp) -> Vec<Span> {
    let Some(pattern) = DATE.as_ref() else { return Vec::new() };
    let today = at.to_zoned(TimeZone::UTC).date();
    let mut found: Vec<Span> = Vec::new();
    for hit in pattern.captures(text) {
        let Some(all) = hit.get(0) else { continue };
        let Some(value) =
            resolve(&hit, all.as_str(), today).filter(|_| stands_alone(text, &hit, all.start(), all.end()))
        else {
            continue;
        };
        let span = Span::new(FactKind::Date, all.start(), all.end(), value).with_slot(cue(text, all.start()));
        match found.last_mut().filter(|last| text.get(last.end..span.start).is_some_and(|gap| JOINTS.contains(&gap))) {
            Some(last) => join(last, &span),
            None => found.push(span),
        }
    }
    found
}

fn join(last: &mut Span, span: &Span) {
    last.end = span.end;
    if span.value.len() > last.value.len() && !span.value.starts_with('T') && !last.value.starts_with('T') {
        last.value.clone_from(&span.value);
    } else if !last.value.contains(&span.value) {
        last.value = format!("{} {}", last.value, span.value);
    }
}

/// A month's name is a verb or a name elsewhere ("May", "March on"), four digits may count something.
fn stands_alone(text: &str, hit: &Captures<'_>, start: usize, end: usize) -> bool {
    let before = text.get(..start).unwrap_or_default();
    let after = text.get(end..).unwrap_or_default();
    let word_before = before.trim_end().rsplit(' ').next().unwrap_or_default().to_lowercase();
    if hit.name("m3").is_some() && hit.name("y3").is_none() {
        let all = text.get(start..end).unwrap_or_default();
        let is_long = all.chars().count() > 3 || all.contains(' ');
        return is_long
            && all != "March"
            && all != "Mar."
            && !after.starts_with(|c: char| c.is_alphanumeric() || c == '-')
            || (all == "May" || all == "March" || all.chars().next().is_some_and(|c| !c.is_ascii()))
                && ["in", "by", "until", "since", "of", "early", "late", "last", "next", "в", "до", "с", "на", "по"]
                    .contains(&word_before.as_str());
    }
    if hit.name("y7").is_some() {
        let part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '/' | '.' | '$' | '€' | ',' | '№' | '#');
        return !before.ends_with(part)
            && !after.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '%'))
            && !after.starts_with(['-']);
    }
    true
}

fn resolve(hit: &Captures<'_>, all: &str, today: Date) -> Option<String> {
    if hit.name("hour").is_some() {
        return Some(format!("T{}", all.split(' ').next().unwrap_or(all)));
    }
    if hit.name("weekday").is_some() {
        return day_before(weekday_of(all)?, today).map(|d| d.to_string());
    }
    let group = |names: &[&str]| names.iter().find_map(|n| hit.name(n)).map(|m| m.as_str());
    let year = group(&["y1", "y2", "y3", "y4", "y5", "y6", "y7"]).and_then(|y| y.parse::<i16>().ok());
    let month = group(&["m1", "m2", "m3"]).and_then(month_of);
    let day = group(&["d1", "d2"]).and_then(|d| d.parse::<i8>().ok());
    match (month, day) {
        (Some(month), Some(day)) => nearest(year, month, day, today).map(|d| d.to_string()),
        (Some(month), None) => {
            let date = nearest(year, month, 15, today)?;
            Some(format!("{:04}-{month:02}", date.year()))
        }
        _ if season_of(all).is_some() => {
            Some(format!("{:04}-{:02}", year.unwrap_or(today.year()), season_of(all).unwrap_or(1)))
        }
        _ => Some(year.map_or_else(|| today.year().to_string(), |y| y.to_string())),
    }
}

/// A month in the middle of a season.
fn season_of(words: &str) -> Option<i8> {
    const SEASONS: [(&str, i8); 9] = [
        ("spring", 4),
        ("весн", 4),
        ("summer", 7),
        ("лет", 7),
        ("autumn", 10),
        ("fall", 10),
        ("осен", 10),
        ("winter", 1),
        ("зим", 1),
    ];
    let words = fold(words);
    let words = words.trim_start_matches("the ");
    SEASONS.iter().find(|(name, _)| words.starts_with(name)).map(|(_, month)| *month)
}

/// The day and month without a year means the nearest such day.
fn nearest(year: Option<i16>, month: i8, day: i8, today: Date) -> Option<Date> {
    let of = |year: i16| Date::new(year, month, day).ok();
    if let Some(year) = year {
        return of(year);
    }
    [today.year() - 1, today.year(), today.year() + 1]
        .into_iter()
        .filter_map(of)
        .min_by_key(|d| d.duration_since(today).as_hours().abs())
}

/// A weekday in news is the last such day, today included.
fn day_before(weekday: Weekday, today: Date) -> Option<Date> {
    let back = (today.weekday().to_monday_zero_offset() - weekday.to_monday_zero_offset()).rem_euclid(7);
    today.checked_sub(i64::from(back).days()).ok()
}

fn month_of(word: &str) -> Option<i8> {
    const EN: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const RU: [&str; 12] = ["янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"];
    let word = fold(word);
    // "март" before "ма": the longer beginnings are tried first by taking the longest match.
    let at = |names: &[&str; 12]| (0..12_usize).filter(|m| word.starts_with(names[*m])).max_by_key(|m| names[*m].len());
    at(&EN).or_else(|| at(&RU)).and_then(|m| i8::try_from(m + 1).ok())
}

fn weekday_of(words: &str) -> Option<Weekday> {
    const DAYS: [(&str, &str, Weekday); 7] = [
        ("monday", "понедельн", Weekday::Monday),
        ("tuesday", "вторн", Weekday::Tuesday),
        ("wednesday", "сред", Weekday::Wednesday),
        ("thursday", "четверг", Weekday::Thursday),
        ("friday", "пятниц", Weekday::Friday),
        ("saturday", "суббот", Weekday::Saturday),
        ("sunday", "воскресен", Weekday::Sunday),
    ];
    let words = fold(words);
    DAYS.iter().find(|(en, ru, _)| words.contains(en) || words.contains(ru)).map(|(_, _, day)| *day)
}

/// What the date limits, by the word before it.
fn cue(text: &str, start: usize) -> &'static str {
    let before = fold(text.get(..start).unwrap_or_default().rsplit(['.', ';']).next().unwrap_or_default());
    let mut words = before.rsplit(' ');
    match words.next().unwrap_or_default() {
        "until" | "through" | "till" | "to" | "до" | "по" => "until",
        "by" | "к" => "by",
        "since" | "from" | "с" => "from",
        "after" | "после" => "after",
        "least" | "позднее" => "until",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str, &str)]) {
        let found = find(text, "2024-03-06T12:00:00Z".parse().unwrap());
        let found: Vec<_> = found.iter().map(|s| (&text[s.start..s.end], s.value.as_str(), s.slot.as_str())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn days_months_and_years_have_one_value_in_both_languages() {
        check("until 2030", &[("2030", "2030", "until")]);
        check("до 2030 года", &[("2030 года", "2030", "until")]);
        check("launch on March 21", &[("March 21", "2024-03-21", "")]);
        check("запуск 21 марта", &[("21 марта", "2024-03-21", "")]);
        check("in late April", &[("late April", "2024-04", "")]);
        check("in December", &[("December", "2023-12", "")]);
    }

    #[test]
    fn a_weekday_is_the_last_such_day() {
        check("said Tuesday night", &[("Tuesday night", "2024-03-05", "")]);
        check("заявил в субботу", &[("субботу", "2024-03-02", "")]);
    }

    #[test]
    fn hours_and_days_beside_each_other_are_one_date() {
        check("at 13:54 UTC on Wednesday, March 6.", &[("13:54 UTC on Wednesday, March 6", "T13:54 2024-03-06", "")]);
    }

    #[test]
    fn what_looks_like_a_date_and_is_none() {
        check("It may march; May could. MS-2024, 2024-M", &[]);
    }

    proptest::proptest! {
        #[test]
        fn the_sign_hides_nothing(text in "([0-9]{1,4}|:|early |late |mid|May |мая|в начале |March|Monday|p\\.m\\.| New York time|этого |зимой |spring | of |года|\\.|,|-|th| |\\PC){0,40}") {
            proptest::prop_assert!(DATE.as_ref().unwrap().is_right(&text));
        }
    }
}
