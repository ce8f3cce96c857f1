//! Small forms of words that several commands share.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A moment in the machine's zone, to the minute.
pub fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A moment in the machine's zone, or a dash.
pub fn maybe_moment(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "—".to_owned(), moment)
}

/// A span in its largest unit: `5 min`, `3 h`, `12 d`.
pub fn span(span: SignedDuration) -> String {
    let minutes = span.as_mins().abs();
    match minutes {
        0..60 => format!("{minutes} min"),
        60..2880 => format!("{} h", minutes / 60),
        _ => format!("{} d", minutes / 1440),
    }
}

/// Text of a feed, safe on a terminal: one line without controls.
pub fn safe(text: &str) -> String {
    crate::text::clean::line(text, 1_000)
}

/// `1 story`, `2 stories`.
pub fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_told_in_their_largest_unit() {
        for (minutes, words) in [(5, "5 min"), (90, "1 h"), (60 * 50, "2 d")] {
            assert_eq!(span(SignedDuration::from_mins(minutes)), words);
        }
    }
}
