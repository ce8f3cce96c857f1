//! Durations and sizes as people write them: `30m`, `1h30m`, `2d`, `10MB`.

use jiff::SignedDuration;

const UNITS: [(&str, i64); 5] = [("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];
const BYTES: [(&str, u64); 8] = [
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("kb", 1_000),
    ("mb", 1_000_000),
    ("gb", 1_000_000_000),
    ("b", 1),
    ("", 1),
];

/// A duration of whole units, the larger before the smaller: `90s`, `1h30m`, `1h 30m`, `2w`. A day is 24 hours.
/// `None` for anything else, an overflow included.
pub fn parse(text: &str) -> Option<SignedDuration> {
    let mut rest = text.trim();
    let (mut seconds, mut smallest) = (0_i64, i64::MAX);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, tail) = rest.split_at(digits);
        let (unit, length) = UNITS.iter().find_map(|(unit, length)| Some((tail.strip_prefix(unit)?, *length)))?;
        if length >= smallest {
            return None;
        }
        seconds = seconds.checked_add(number.parse::<i64>().ok()?.checked_mul(length)?)?;
        (smallest, rest) = (length, unit.trim_start());
    }
    Some(SignedDuration::from_secs(seconds))
}

/// The same way back: `1h30m`; parts under a second are dropped. Weeks are said in days, as in `14d`.
pub fn show(span: SignedDuration) -> String {
    let mut seconds = span.as_secs();
    let mut shown = String::new();
    for (unit, length) in &UNITS[1..] {
        if seconds >= *length {
            shown.push_str(&format!("{}{unit}", seconds / length));
            seconds %= length;
        }
    }
    if shown.is_empty() { "0s".to_owned() } else { shown }
}

/// A number of bytes: `10MB` (10 × 1000²), `10MiB` (10 × 1024²), `512kb`, `4096`; letter case aside.
pub fn parse_bytes(text: &str) -> Option<u64> {
    let text = text.trim().to_ascii_lowercase();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let (_, size) = BYTES.iter().find(|(name, _)| *name == unit.trim_start())?;
    number.parse::<u64>().ok()?.checked_mul(*size)
}

/// The same way back, in the largest unit that leaves no rest: `10MiB`.
pub fn show_bytes(bytes: u64) -> String {
    let names = ["GiB", "MiB", "KiB"];
    let unit = names.iter().zip([30, 20, 10]).find(|(_, shift)| bytes > 0 && bytes.is_multiple_of(1 << shift));
    unit.map_or_else(|| format!("{bytes}B"), |(name, shift)| format!("{}{name}", bytes >> shift))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, seconds: i64) {
        assert_eq!(parse(text), Some(SignedDuration::from_secs(seconds)), "{text}");
    }

    #[test]
    fn durations_of_whole_units_are_read() {
        check("90s", 90);
        check("30m", 1_800);
        check("1h30m", 5_400);
        check(" 1h 30m ", 5_400);
        check("2d", 172_800);
        check("2w", 1_209_600);
        check("0s", 0);
    }

    #[test]
    fn anything_else_is_no_duration() {
        for text in ["", "30", "m", "-1h", "1.5h", "30m1h", "1h1h", "1 h", "1y", "9223372036854775807d", "1hm", "½h"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_shown_is_read_as_the_same() {
        for text in ["90s", "30m", "1h30m", "14d", "1d1s", "0s"] {
            let span = parse(text).unwrap();
            assert_eq!(parse(&show(span)), Some(span), "{text}");
        }
        assert_eq!(show(SignedDuration::from_secs(90)), "1m30s");
        assert_eq!(show(SignedDuration::from_secs(-5)), "0s");
    }

    #[test]
    fn sizes_know_both_kinds_of_thousand() {
        assert_eq!(parse_bytes("10MB"), Some(10_000_000));
        assert_eq!(parse_bytes("10 MiB"), Some(10_485_760));
        assert_eq!(parse_bytes("4096"), Some(4096));
        assert_eq!(parse_bytes("64k"), None);
        assert_eq!(parse_bytes("MB"), None);
        assert_eq!(parse_bytes("99999999999GB"), None);
        assert_eq!(show_bytes(10_485_760), "10MiB");
        assert_eq!(show_bytes(10_000_000), "10000000B");
    }
}
