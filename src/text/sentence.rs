//! Sentences of a plain text, in English and Russian.

/// Abbreviations after which a full stop ends nothing (folded, without the stop).
const ABBREVIATIONS: [&str; 50] = [
    "mr", "mrs", "ms", "dr", "prof", "gen", "col", "lt", "sgt", "adm", "capt", "cmdr", "maj", "brig", "hon", "sen",
    "rep", "gov", "st", "no", "vs", "inc", "corp", "co", "ltd", "jan", "feb", "aug", "sept", "oct", "nov", "dec",
    "approx", "est", "г", "гг", "им", "т", "д", "е", "млн", "млрд", "тыс", "руб", "ул", "стр", "напр", "см", "кг",
    "км",
];

/// Splits at `.`, `!`, `?`, `…` (with closing quotes behind them) before an upper-case letter, a digit or a quote,
/// and at line breaks; not after an abbreviation or an initial. Sentences come trimmed, none is empty.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    // The first byte of `…` begins other signs too.
    let stops = text.bytes().enumerate().filter(|(_, b)| matches!(b, b'\n' | b'.' | b'!' | b'?' | 0xE2));
    for (at, byte) in stops {
        if at < start {
            continue;
        }
        let end = match byte {
            b'\n' => Some(at + 1),
            0xE2 if text[at..].starts_with('…') => sentence_end(text, start, at, at + '…'.len_utf8()),
            0xE2 => None,
            _ => sentence_end(text, start, at, at + 1),
        };
        if let Some(end) = end {
            found.push(text[start..end].trim());
            start = end;
        }
    }
    found.push(text[start..].trim());
    found.retain(|s| !s.is_empty());
    found
}

/// Where `part`, a slice of `text` such as a sentence of it, begins in it, bytes.
pub fn offset(text: &str, part: &str) -> usize {
    part.as_ptr().addr() - text.as_ptr().addr()
}

fn sentence_end(text: &str, start: usize, stop: usize, after: usize) -> Option<usize> {
    let closing =
        text[after..].find(|c: char| !matches!(c, '.' | '!' | '?' | '…' | '"' | '”' | '»' | '’' | '\'' | ')'));
    let end = after + closing.unwrap_or(text.len() - after);
    let mut rest = text[end..].chars();
    if !rest.next().is_none_or(char::is_whitespace) {
        return None;
    }
    let next = rest.find(|c| !c.is_whitespace());
    let opens = next.is_none_or(|c| c.is_uppercase() || c.is_ascii_digit() || "\"“„«‘'([—–-".contains(c));
    let dot = text[stop..].starts_with('.');
    (opens && !(dot && next.is_some() && is_abbreviation(&text[start..stop]))).then_some(end)
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '.')).next().unwrap_or_default();
    let lower = word.to_lowercase();
    let is_initial = word.chars().filter(|c| c.is_alphabetic()).count() == 1 && word.chars().all(|c| !c.is_lowercase());
    // "U.S." and "т.е." end a sentence often enough only at the end of the text.
    is_initial
        || lower.contains('.') && !lower.contains(|c: char| c.is_ascii_digit())
        || ABBREVIATIONS.contains(&lower.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(sentences(text), expected);
    }

    #[test]
    fn stops_before_capitals_end_a_sentence() {
        check("It launched. NASA was glad! “Good.” Yes", &["It launched.", "NASA was glad!", "“Good.”", "Yes"]);
    }

    #[test]
    fn abbreviations_and_initials_do_not() {
        check("The U.S. Senate and Mr. J. Doe met.", &["The U.S. Senate and Mr. J. Doe met."]);
        check("В 2024 г. Ю. Борисов уехал. Он вернулся.", &["В 2024 г. Ю. Борисов уехал.", "Он вернулся."]);
    }

    #[test]
    fn decimals_do_not() {
        check("It cost 3.5 billion.", &["It cost 3.5 billion."]);
    }
}
