//! Bytes of a text, looked at many at a time: every byte of every document is.

/// The C library gives a block of more than 32 MiB pages of its own and takes them back when it is let go. A smaller
/// one may become part of what the thread keeps, so that each thread that once held ten megabytes would hold them on.
const OWN_PAGES_BYTES: usize = 33 * 1024 * 1024;
/// What is smaller than this may be kept.
const KEPT_BYTES_MAX: usize = 1024 * 1024;

/// How much to set aside for a buffer of `n_bytes`; what is never written to costs nothing.
#[must_use]
pub fn room_for(n_bytes: usize) -> usize {
    if n_bytes > KEPT_BYTES_MAX { n_bytes.max(OWN_PAGES_BYTES) } else { n_bytes }
}

/// One in each of eight bytes.
pub(super) const EACH: u64 = u64::MAX / 255;
/// The high bit of each of eight bytes.
pub(super) const EACH_HIGH: u64 = EACH * 0x80;

/// How many bytes are such; `is` is best without branches, so that many can be compared at once.
pub fn count(text: &str, is: impl Fn(u8) -> bool) -> usize {
    // In numbers of one byte, of which a processor adds the most at once.
    let n_in = |some: &[u8]| some.iter().fold(0u8, |n, b| n.wrapping_add(u8::from(is(*b))));
    text.as_bytes().chunks(usize::from(u8::MAX)).map(|some| usize::from(n_in(some))).sum()
}

/// The characters beyond ASCII, without a look at each of the others.
pub fn beyond_ascii(text: &str) -> impl Iterator<Item = char> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut chars = rest.get(ascii_length(rest.as_bytes())..)?.chars();
        let c = chars.next();
        rest = chars.as_str();
        c
    })
}

/// How many bytes from the first on are ASCII.
#[must_use]
pub fn ascii_length(bytes: &[u8]) -> usize {
    run_length(bytes, |eight| eight & EACH_HIGH, |b| b.is_ascii())
}

/// How many bytes from the first on are such, eight at a time: a branch at the end of a run is hardly ever foretold, so
/// that one for each byte would cost more than all that is compared here. `others` has the high bit of each byte of
/// eight that is not such, `is` says the same of a byte at the end.
#[inline]
pub(super) fn run_length(bytes: &[u8], others: impl Fn(u64) -> u64, is: impl Fn(u8) -> bool) -> usize {
    let mut rest = bytes;
    while let Some((eight, after)) = rest.split_first_chunk() {
        let others = others(u64::from_le_bytes(*eight));
        if others != 0 {
            return bytes.len() - rest.len() + others.trailing_zeros() as usize / 8;
        }
        rest = after;
    }
    bytes.len() - rest.len() + rest.iter().position(|b| !is(*b)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_wherever_they_stand() {
        for n in [0, 1, 254, 255, 256, 1000] {
            assert_eq!(count(&"a-".repeat(n), |b| b == b'a'), n);
            assert_eq!(count(&"a".repeat(n), |b| b == b'a'), n);
        }
    }

    #[test]
    fn the_characters_beyond_ascii_are_those() {
        for text in ["", "a", "é", "an even longer text é and ж", "жжжжжжжжж", "12345678é", "x東京 новости y"]
        {
            let found: Vec<char> = beyond_ascii(text).collect();
            assert_eq!(found, text.chars().filter(|c| !c.is_ascii()).collect::<Vec<_>>(), "{text}");
        }
    }
}
