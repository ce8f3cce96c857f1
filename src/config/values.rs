//! Values that settings are made of: durations, sizes, counts, choices, times of day, mailboxes.

use std::ops::RangeInclusive;

use jiff::SignedDuration;
use jiff::civil::Time;

use super::table::{Source, Table};
use crate::text::{mailbox, span};

/// One second.
pub const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// One minute.
pub const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// One hour.
pub const HOUR: SignedDuration = SignedDuration::from_hours(1);
/// 24 hours.
pub const DAY: SignedDuration = SignedDuration::from_hours(24);
/// Thirty days.
pub const MONTH: SignedDuration = SignedDuration::from_hours(30 * 24);
/// A leap year.
pub const YEAR: SignedDuration = SignedDuration::from_hours(366 * 24);

impl Table<'_> {
    /// Takes a duration such as `30m` within `range`.
    pub fn span(
        &mut self,
        source: &mut Source,
        name: &'static str,
        range: RangeInclusive<SignedDuration>,
    ) -> Option<SignedDuration> {
        // Most feeds have none, and what is expected would be put into words for each.
        if !self.has(name) {
            return None;
        }
        let (least, most) = (span::show(*range.start()), span::show(*range.end()));
        let expected = format!("a duration from {least} to {most}, such as \"90s\", \"30m\", \"2h\" or \"1d\"");
        self.parsed(source, name, &expected, |text| span::parse(text).filter(|span| range.contains(span)))
    }

    /// Puts a duration within `range` into `slot` when the file has one.
    pub fn set_span(
        &mut self,
        source: &mut Source,
        name: &'static str,
        range: RangeInclusive<SignedDuration>,
        slot: &mut SignedDuration,
    ) {
        *slot = self.span(source, name, range).unwrap_or(*slot);
    }

    /// Puts a whole number within `range` into `slot` when the file has one.
    pub fn set_count<T: TryFrom<i64>>(
        &mut self,
        source: &mut Source,
        name: &'static str,
        range: RangeInclusive<i64>,
        slot: &mut T,
    ) {
        if let Some(Ok(count)) = self.integer(source, name, range).map(T::try_from) {
            *slot = count;
        }
    }

    /// Puts a size such as `10MB`, within `range` bytes, into `slot` when the file has one.
    pub fn set_bytes(&mut self, source: &mut Source, name: &'static str, range: RangeInclusive<u64>, slot: &mut usize) {
        let (least, most) = (span::show_bytes(*range.start()), span::show_bytes(*range.end()));
        let expected = format!("a size from {least} to {most}, such as \"10MB\"");
        let bytes = self.parsed(source, name, &expected, |text| {
            span::parse_bytes(text).filter(|bytes| range.contains(bytes)).and_then(|bytes| usize::try_from(bytes).ok())
        });
        *slot = bytes.unwrap_or(*slot);
    }

    /// Notes a fault when the duration `low` is longer than `high`, where the file has the first of the two.
    pub fn expect_order(
        &mut self,
        source: &mut Source,
        low: (&'static str, SignedDuration),
        high: (&'static str, SignedDuration),
    ) {
        if low.1 > high.1 {
            let place = if self.has(low.0) { low.0 } else { high.0 };
            let (least, most) = (span::show(low.1), span::show(high.1));
            let message =
                format!("`{}` is {least} and `{}` {most}, expected the former to be no longer", low.0, high.0);
            self.wrong(source, place, message);
        }
    }

    /// Takes one of a few words.
    pub fn choice<T: Copy>(
        &mut self,
        source: &mut Source,
        name: &'static str,
        choices: &[(&'static str, T)],
    ) -> Option<T> {
        let choose = |text: &str| choices.iter().find(|(word, _)| *word == text).map(|(_, choice)| *choice);
        let is_there = self.has(name);
        let chosen = self.values.get(name).and_then(|value| value.get_ref().as_str()).and_then(choose);
        if chosen.is_some() || !is_there {
            return chosen;
        }
        let words: Vec<_> = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        self.parsed(source, name, &words.join(" or "), choose)
    }
}

/// A time of day, `07:30` or `7:30`.
pub fn time_of_day(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    let digits = |part: &str, lengths: RangeInclusive<usize>| {
        (lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse::<i8>().ok())?
    };
    Time::new(digits(hour, 1..=2)?, digits(minute, 2..=2)?, 0, 0).ok()
}

/// Two times of day, `22:00-07:00`, that differ.
pub fn time_range(text: &str) -> Option<(Time, Time)> {
    let (from, to) = text.split_once(['-', '–'])?;
    let range = (time_of_day(from.trim())?, time_of_day(to.trim())?);
    (range.0 != range.1).then_some(range)
}

/// Whether `text` is one mailbox: `desk@example.org` or `Desk <desk@example.org>`.
pub fn is_mailbox(text: &str) -> bool {
    mailbox::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_are_read() {
        for text in ["07:30", "7:30", "00:00", "23:59"] {
            assert!(time_of_day(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_of_day_is_refused() {
        for text in ["", "7", "24:00", "7:5", "07:60", "07:30:00", "-1:30", "+7:30", "half past seven", "7:٣٠"] {
            assert_eq!(time_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_needs_two_different_times() {
        assert!(time_range("22:00-07:00").is_some());
        assert!(time_range("22:00 – 07:00").is_some());
        for text in ["22:00", "22:00-22:00", "22-7", "-07:00"] {
            assert_eq!(time_range(text), None, "{text}");
        }
    }

    #[test]
    fn a_mailbox_is_an_address_with_or_without_a_name() {
        for text in
            ["desk@example.org", "Desk <desk@example.org>", "\"Desk, space\" <desk@example.org>", "Стол <a@b.ru>"]
        {
            assert!(is_mailbox(text), "{text}");
        }
        for text in
            ["desk", "desk@", "@example.org", "a@b.org, c@d.org", "a@b.org\r\nBcc: c@d.org", "<desk@example.org", ""]
        {
            assert!(!is_mailbox(text), "{text}");
        }
    }
}
