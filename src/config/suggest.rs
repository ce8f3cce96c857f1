//! "Did you mean …?": the nearest of the names that would have done.

/// Longer words are not compared: the distance costs the product of both lengths.
const LENGTH_MAX: usize = 100;

/// The name in `known` that `word` most likely stands for; `None` when nothing is near.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    if word.len() > LENGTH_MAX {
        return None;
    }
    let folded = word.to_lowercase();
    let best = known.into_iter().filter(|name| name.len() <= LENGTH_MAX).map(|name| {
        let distance = strsim::damerau_levenshtein(&name.to_lowercase(), &folded);
        (distance, name)
    });
    let (distance, name) = best.min()?;
    (distance <= 1 + word.chars().count() / 3).then_some(name)
}

/// `, did you mean `x`?`, or what could have been written instead when nothing is near.
pub fn hint<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    /// More names than these would hide the message.
    const SHOWN_MAX: usize = 24;
    let known: Vec<_> = known.into_iter().collect();
    if let Some(name) = nearest(word, known.iter().copied()) {
        return format!(", did you mean `{name}`?");
    }
    let names: Vec<_> = known.iter().map(|name| format!("`{name}`")).collect();
    match names.len() {
        0 => String::new(),
        n if n > SHOWN_MAX => format!(", expected one of {} and {} more", names[..SHOWN_MAX].join(", "), n - SHOWN_MAX),
        _ => format!(", expected one of {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name() {
        assert_eq!(nearest("nsaa", ["esa", "nasa", "tass"]), Some("nasa"));
        assert_eq!(nearest("NASA", ["esa", "nasa"]), Some("nasa"));
    }

    #[test]
    fn another_word_finds_nothing() {
        assert_eq!(nearest("reuters", ["esa", "nasa"]), None);
        assert_eq!(nearest(&"x".repeat(5000), ["x"]), None);
    }

    #[test]
    fn without_a_near_name_the_choices_are_listed_within_reason() {
        assert_eq!(hint("zzzz", ["a", "b"]), ", expected one of `a`, `b`");
        let many: Vec<String> = (0..30).map(|i| format!("name-{i}")).collect();
        assert!(hint("zzzz", many.iter().map(String::as_str)).ends_with("and 6 more"));
        assert_eq!(hint("zzzz", []), "");
    }
}
