//! The time of day in a date string, with its zone.

use std::borrow::Cow;

/// The time of day with its zone.
#[derive(Debug, Default)]
pub struct TimeOfDay {
    /// Seconds since midnight, 86,400 at the end of the day.
    pub seconds: i64,
    /// Nanoseconds beyond.
    pub nanos: i64,
    /// Minutes east of UTC.
    pub offset_minutes: i64,
}

impl TimeOfDay {
    /// Reads `15:04:05.5+03:00`, `3:04 pm est`, `gmt+3` or nothing; words that are neither are passed over.
    pub fn read(text: &str) -> Option<Self> {
        let mut clock = Self::default();
        let (mut has_time, mut is_afternoon) = (false, false);
        let text = with_signs(text);
        for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty()) {
            let (time, zone) =
                match word.find(['+', '-', 'z']).filter(|_| word.starts_with(|c: char| c.is_ascii_digit())) {
                    Some(i) => word.split_at_checked(i)?,
                    None => (word, ""),
                };
            if time.contains(':') && !has_time && time.starts_with(|c: char| c.is_ascii_digit()) {
                clock.take_time(time)?;
                has_time = true;
                clock.offset_minutes = offset(zone).unwrap_or(clock.offset_minutes);
            } else if word.starts_with("pm") || word.starts_with("p.m") {
                is_afternoon = true;
            } else if word.starts_with("am") && clock.seconds >= 12 * 3600 {
                clock.seconds -= 12 * 3600;
            } else if let Some(minutes) = offset(word).filter(|_| has_time || word != "at") {
                // Before the time `at` is a word and no zone.
                clock.offset_minutes = minutes;
            }
        }
        clock.seconds += if is_afternoon && clock.seconds < 12 * 3600 { 12 * 3600 } else { 0 };
        Some(clock)
    }

    fn take_time(&mut self, time: &str) -> Option<()> {
        let half = if time.ends_with("pm") { 12 } else { 0 };
        let mut parts = time.trim_end_matches(|c: char| !c.is_ascii_digit()).split(':');
        let hours: i64 = parts.next()?.parse().ok()?;
        let minutes: i64 = parts.next()?.parse().ok()?;
        let (seconds, fraction) = parts.next().map_or(("0", ""), |s| s.split_once(['.', ',']).unwrap_or((s, "")));
        let seconds: i64 = seconds.parse().ok()?;
        // 24:00 is the end of the day (ISO 8601 §4.2.3), 60 a leap second.
        if hours > 24
            || (hours == 24 && minutes + seconds > 0)
            || minutes > 59
            || seconds > 60
            || minutes < 0
            || seconds < 0
        {
            return None;
        }
        let hours = if half == 12 && hours < 12 { hours + 12 } else { hours };
        self.seconds = hours * 3600 + minutes * 60 + seconds.min(59);
        self.nanos = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
        Some(())
    }
}

/// The time in signs where it is written in the words of East Asia: `下午3時04分`, `오후 3시 4분`.
fn with_signs(text: &str) -> Cow<'_, str> {
    const WORDS: [(&str, &str); 15] = [
        ("午後", " pm "),
        ("下午", " pm "),
        ("오후", " pm "),
        ("午前", " am "),
        ("上午", " am "),
        ("오전", " am "),
        (")", ") "),
        ("時", ":"),
        ("时", ":"),
        ("点", ":"),
        ("시", ":"),
        ("分", ":"),
        ("분", ":"),
        ("秒", " "),
        ("초", " "),
    ];
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let signs = WORDS.iter().fold(text.to_owned(), |text, (word, sign)| text.replace(word, sign));
    if !text.contains(['時', '时', '点', '시']) {
        return Cow::Owned(signs);
    }
    // Blanks may stand between the hours and the minutes, and the minutes may be missing.
    let signs = signs.replace(": ", ":");
    Cow::Owned(if signs.ends_with(':') { signs + "00" } else { signs })
}

/// Minutes east of UTC.
fn offset(zone: &str) -> Option<i64> {
    let zone = zone.trim_matches(['(', ')']);
    let zone = zone.strip_prefix("etc/").unwrap_or(zone);
    let number =
        zone.strip_prefix("gmt").or_else(|| zone.strip_prefix("utc")).filter(|n| !n.is_empty()).unwrap_or(zone);
    if let Some(sign) = number.chars().next().filter(|c| matches!(c, '+' | '-')) {
        let digits: String = number.chars().filter(char::is_ascii_digit).take(4).collect();
        let (hours, minutes) = match digits.len() {
            1 | 2 => (digits.parse::<i64>().ok()?, 0),
            3 => (digits.get(..1)?.parse().ok()?, digits.get(1..)?.parse().ok()?),
            4 => (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse().ok()?),
            _ => return None,
        };
        let minutes: i64 = hours * 60 + minutes;
        return (minutes <= 15 * 60).then_some(if sign == '-' { -minutes } else { minutes });
    }
    ZONES.iter().find(|(name, _)| *name == zone).map(|(_, hours)| (hours * 60.0) as i64)
}

/// Names of RFC 822 §5.1 and those that newsrooms write, hours east of UTC. `ist` and `cst` mean several zones:
/// India and America publish the most feeds. `et` and its like leave open whether it is summer; standard time is meant,
/// as in other readers.
const ZONES: [(&str, f64); 52] = [
    ("z", 0.0),
    ("ut", 0.0),
    ("utc", 0.0),
    ("gmt", 0.0),
    ("wet", 0.0),
    ("west", 1.0),
    ("bst", 1.0),
    ("cet", 1.0),
    ("met", 1.0),
    ("mez", 1.0),
    ("cest", 2.0),
    ("mest", 2.0),
    ("mesz", 2.0),
    ("eet", 2.0),
    ("eest", 3.0),
    ("msk", 3.0),
    ("мск", 3.0),
    ("msd", 4.0),
    ("samt", 4.0),
    ("yekt", 5.0),
    ("ist", 5.5),
    ("npt", 5.75),
    ("omst", 6.0),
    ("krat", 7.0),
    ("irkt", 8.0),
    ("hkt", 8.0),
    ("sgt", 8.0),
    ("awst", 8.0),
    ("jst", 9.0),
    ("kst", 9.0),
    ("vlat", 10.0),
    ("aest", 10.0),
    ("aedt", 11.0),
    ("nzst", 12.0),
    ("nzdt", 13.0),
    ("adt", -3.0),
    ("ast", -4.0),
    ("edt", -4.0),
    ("est", -5.0),
    ("cdt", -5.0),
    ("cst", -6.0),
    ("mdt", -6.0),
    ("pdt", -7.0),
    ("pst", -8.0),
    ("at", -4.0),
    ("et", -5.0),
    ("ct", -6.0),
    ("mt", -7.0),
    ("pt", -8.0),
    ("akdt", -8.0),
    ("akst", -9.0),
    ("hst", -10.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(i64, i64)>) {
        let found = TimeOfDay::read(text).map(|t| (t.seconds / 60, t.offset_minutes));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn hours_minutes_and_zones_are_read() {
        check("15:04:05 +0300", Some((904, 180)));
        check("15:04:05.123-05:30", Some((904, -330)));
        check("3:04 pm edt", Some((904, -240)));
        check("12:04 am", Some((4, 0)));
        check("3:04pm", Some((904, 0)));
        check("15:04 gmt+3", Some((904, 180)));
        check("15:04 мск", Some((904, 180)));
        check("15:04 somewhere", Some((904, 0)));
        check("pm 3:04", Some((904, 0)));
        check("15:04 at", Some((904, -240)));
        check("at 15:04", Some((904, 0)));
        check("15:04 akst", Some((904, -540)));
        check("(木)15時4分", Some((904, 0)));
        check(" 오후 3시", Some((900, 0)));
        check("", Some((0, 0)));
    }

    #[test]
    fn no_clock_shows_that() {
        for text in ["25:00", "24:01", "12:60", "12:00:61", "12:-1", "99999999999999999999:00"] {
            check(text, None);
        }
    }
}
