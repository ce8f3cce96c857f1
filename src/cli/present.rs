//! Small forms of words that several commands share.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A moment in the machine's zone, to the minute.
pub fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// A moment in the machine's zone, or a dash.
pub fn maybe_moment(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "—".to_owned(), moment)
}

/// Text of a feed, safe on a terminal: one line without controls.
pub fn safe(text: &str) -> String {
    crate::text::clean::line(text, 1_000)
}

/// An attempt to hand a mail over, indented.
pub fn attempt(attempt: &crate::store::AuditAttempt) -> String {
    format!("    {}  {}: {}\n", moment(attempt.at), attempt.outcome, safe(&attempt.answer))
}

/// `1 story`, `2 stories`.
pub fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_counted_with_their_right_ending() {
        assert_eq!([counted(1, "story", "stories"), counted(0, "story", "stories")], ["1 story", "0 stories"]);
    }
}
