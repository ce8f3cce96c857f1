//! A dear pattern with a cheap sign of where it may match: most of a text is never shown to the pattern.

use regex::{Captures, Regex};

/// A pattern and its sign.
///
/// Every match must have the sign in it, begin at most `before` blanks before the sign's word, and end at most `behind`
/// blanks behind it; then what is found is what the pattern alone finds.
#[derive(Debug)]
pub struct Sought {
    pattern: Regex,
    sign: Regex,
    before: usize,
    behind: usize,
}

impl Sought {
    /// `None` when one of both is no pattern.
    pub fn new(pattern: &str, sign: &str, before: usize, behind: usize) -> Option<Self> {
        Some(Self { pattern: Regex::new(pattern).ok()?, sign: Regex::new(sign).ok()?, before, behind })
    }

    /// The matches in `text`, in its order.
    pub fn captures<'t>(&self, text: &'t str) -> Vec<Captures<'t>> {
        let mut found = Vec::new();
        for (mut at, end) in self.windows(text) {
            // Cut at its end only, so that the pattern sees what stands before a match.
            let window = text.get(..end).unwrap_or_default();
            while let Some(hit) = self.pattern.captures_at(window, at) {
                at = hit.get(0).map_or(end, |all| all.end());
                found.push(hit);
            }
        }
        found
    }

    /// Where the pattern may match, in the order of the text and apart from each other.
    fn windows(&self, text: &str) -> Vec<(usize, usize)> {
        let mut windows: Vec<(usize, usize)> = Vec::new();
        let mut word_end = 0;
        for sign in self.sign.find_iter(text) {
            // A second sign in one word opens the same window.
            if sign.end() <= word_end {
                continue;
            }
            let behind = text.get(sign.end()..).unwrap_or_default();
            let mut blanks = behind.match_indices(' ').map(|(blank, _)| sign.end() + blank);
            word_end = blanks.next().unwrap_or(text.len());
            let end = if self.behind == 0 { word_end } else { blanks.nth(self.behind - 1).unwrap_or(text.len()) };
            let floor = windows.last().map_or(0, |(_, end)| *end);
            let before = text.get(floor..sign.start()).unwrap_or_default();
            let start = before.rmatch_indices(' ').nth(self.before).map(|(blank, _)| floor + blank + 1);
            match windows.last_mut().filter(|_| start.is_none()) {
                Some(last) => last.1 = last.1.max(end),
                None => windows.push((start.unwrap_or(0), end)),
            }
        }
        windows
    }

    /// Whether the pattern alone finds the same: what every user of a sign has to test.
    #[cfg(test)]
    pub(crate) fn is_right(&self, text: &str) -> bool {
        let place = |hit: &Captures<'_>| hit.iter().map(|m| m.map(|m| m.range())).collect::<Vec<_>>();
        self.pattern.captures_iter(text).map(|hit| place(&hit)).eq(self.captures(text).iter().map(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sought() -> Sought {
        Sought::new(r"\b(?:the )?\d+ (?:old )?boats?\b", r"\d", 1, 2).unwrap()
    }

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = sought().captures(text).iter().map(|hit| hit[0].to_owned()).collect();
        assert_eq!(found, expected, "{text:?}");
        assert!(sought().is_right(text), "{text:?}");
    }

    #[test]
    fn what_is_found_is_what_the_pattern_finds() {
        check("We saw the 12 old boats, 3 boats and x4 boats of 5", &["the 12 old boats", "3 boats"]);
        check("7 boats", &["7 boats"]);
        check("no boats here", &[]);
        check("", &[]);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_searched_as_by_the_pattern(text in "(the |old |boats?|[0-9]{1,2}| |x|ж|\\PC){0,40}") {
            proptest::prop_assert!(sought().is_right(&text));
        }
    }
}
