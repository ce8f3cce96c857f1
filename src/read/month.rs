//! Months by their names, in the languages whose feeds write them.

/// The month that a word in lower case begins with.
pub fn by_name(word: &str) -> Option<i8> {
    STEMS.iter().find(|(stem, _)| word.starts_with(stem)).map(|(_, month)| *month)
}

/// English, Russian, Greek with and without its accents, and what Hungarian writes otherwise than English.
const STEMS: [(&str, i8); 53] = [
    ("jan", 1),
    ("feb", 2),
    ("mar", 3),
    ("apr", 4),
    ("may", 5),
    ("jun", 6),
    ("jul", 7),
    ("aug", 8),
    ("sep", 9),
    ("oct", 10),
    ("nov", 11),
    ("dec", 12),
    ("янв", 1),
    ("фев", 2),
    ("мар", 3),
    ("апр", 4),
    ("май", 5),
    ("мая", 5),
    ("мае", 5),
    ("июн", 6),
    ("июл", 7),
    ("авг", 8),
    ("сен", 9),
    ("окт", 10),
    ("ноя", 11),
    ("дек", 12),
    ("ιαν", 1),
    ("φεβ", 2),
    ("μάρ", 3),
    ("μαρ", 3),
    ("απρ", 4),
    ("μάι", 5),
    ("μάϊ", 5),
    ("μαι", 5),
    ("μαϊ", 5),
    ("ιούν", 6),
    ("ιουν", 6),
    ("ιούλ", 7),
    ("ιουλ", 7),
    ("αύγ", 8),
    ("αυγ", 8),
    ("σεπ", 9),
    ("οκτ", 10),
    ("νοέ", 11),
    ("νοε", 11),
    ("δεκ", 12),
    ("márc", 3),
    ("ápr", 4),
    ("máj", 5),
    ("jún", 6),
    ("júl", 7),
    ("szept", 9),
    ("okt", 10),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_known_by_its_beginning_and_other_words_are_none() {
        for (word, month) in
            [("february", 2), ("марта", 3), ("ιούλιος", 7), ("μαΐου", 0), ("július", 7), ("okt", 10), ("κυρ", 0)]
        {
            assert_eq!(by_name(word).unwrap_or(0), month, "{word}");
        }
    }
}
