//! Values of arguments that are more than words.

/// More lines than this are no list for anybody, and the store counts in 63 bits.
pub(in crate::cli) fn limit(text: &str) -> Result<usize, String> {
    const LIMIT_MAX: usize = 1_000_000;
    let limit = text.parse().ok().filter(|limit| *limit <= LIMIT_MAX);
    limit.ok_or_else(|| format!("expected a number from 0 to {LIMIT_MAX}"))
}

/// A story's number, as printed or bare.
pub(super) fn story_number(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix("S-").or_else(|| text.strip_prefix("s-")).unwrap_or(text);
    digits.parse().map_err(|_| format!("`{text}` is no story number such as 12 or S-12"))
}
