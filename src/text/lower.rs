//! Short names in lower case, without asking for memory: a document has one for each of its tags.

/// No name that means anything here is longer, in bytes.
const BYTES_MAX: usize = 16;

/// A name of at most 16 bytes, its ASCII letters in lower case; a longer one is empty, since it is none that is known.
#[derive(Clone, Copy, Debug)]
pub struct Lower<'a> {
    /// Nearly all names are written so.
    as_written: Option<&'a str>,
    bytes: [u8; BYTES_MAX],
    length: usize,
}

impl<'a> Lower<'a> {
    /// Of `name`.
    pub fn of(name: &'a str) -> Self {
        let mut lower = Self { as_written: None, bytes: [0; BYTES_MAX], length: 0 };
        if let Some(bytes) = lower.bytes.get_mut(..name.len()) {
            if name.bytes().any(|b| b.is_ascii_uppercase()) {
                bytes.copy_from_slice(name.as_bytes());
                bytes.make_ascii_lowercase();
                lower.length = name.len();
            } else {
                lower.as_written = Some(name);
            }
        }
        lower
    }

    /// As a text.
    pub fn as_str(&self) -> &str {
        let lowered = || self.bytes.get(..self.length).and_then(|bytes| str::from_utf8(bytes).ok());
        self.as_written.or_else(lowered).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(Lower::of(name).as_str(), expected);
    }

    #[test]
    fn letters_are_lowered_and_other_bytes_stay() {
        check("BlockQuote", "blockquote");
        check("ЁX", "Ёx");
        check("", "");
    }

    #[test]
    fn a_name_that_is_too_long_is_none() {
        check("sixteen-letters!", "sixteen-letters!");
        check("seventeen-letters", "");
    }
}
