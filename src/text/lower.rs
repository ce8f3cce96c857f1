//! Short names in lower case, without asking for memory: a document has one for each of its tags.

/// No name that means anything here is longer, in bytes.
const BYTES_MAX: usize = 16;

/// A name of at most 16 bytes, its ASCII letters in lower case; a longer one is empty, since it is none that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lower {
    bytes: [u8; BYTES_MAX],
    length: usize,
}

impl Lower {
    /// Of `name`.
    pub fn of(name: &str) -> Self {
        let mut lower = Self { bytes: [0; BYTES_MAX], length: 0 };
        if let Some(bytes) = lower.bytes.get_mut(..name.len()) {
            bytes.copy_from_slice(name.as_bytes());
            bytes.make_ascii_lowercase();
            lower.length = name.len();
        }
        lower
    }

    /// As a text.
    pub fn as_str(&self) -> &str {
        self.bytes.get(..self.length).and_then(|bytes| str::from_utf8(bytes).ok()).unwrap_or_default()
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
