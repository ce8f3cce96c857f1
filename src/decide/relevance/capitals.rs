//! How a word is written: a form may demand capitals.

use crate::text::fold::is_invisible;

/// How a word is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Capitals {
    #[default]
    None,
    First,
    All,
}

/// How `word` is written; of a word with digits only the letters count.
pub(super) fn capitals(word: &str) -> Capitals {
    let mut letters = word.strip_suffix("'s").or(word.strip_suffix("’s")).unwrap_or(word).chars();
    let Some(first) = letters.by_ref().find(|c| !is_invisible(*c)) else { return Capitals::None };
    if !first.is_uppercase() {
        return Capitals::None;
    }
    let mut n_upper = 0;
    for c in letters {
        if c.is_lowercase() {
            return Capitals::First;
        }
        n_upper += usize::from(c.is_uppercase());
    }
    if n_upper > 0 { Capitals::All } else { Capitals::First }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capitals_are_told_apart() {
        let found = ["us", "Us", "US", "NASA's", "A"].map(capitals);
        let all = [Capitals::None, Capitals::First, Capitals::All, Capitals::All, Capitals::First];
        assert_eq!(found, all);
    }
}
