//! Words in which a secret may stand that nobody must read.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// A parameter of an address whose name has one of these words has a value that nobody must read.
const WORDS: [&str; 6] = ["token", "key", "secret", "auth", "pass", "sig"];

/// Whether a parameter of that name holds a secret.
pub fn is_named(name: &str) -> bool {
    let name = name.to_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// User and password of an address, and the value of a parameter whose name speaks of a secret; in an address that cannot
/// be parsed too, since that is what a fault is about.
static SECRETS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = WORDS.join("|");
    Regex::new(&format!(r#"(?i)://[^"`\n]*@|(?P<name>[?&;][^=&\s]*(?:{words})[^=&\s]*=)[^&\s"`]+"#)).ok()
});

/// `text` with `***` in the place of secrets.
pub fn hidden(text: &str) -> Cow<'_, str> {
    let Some(secrets) = SECRETS.as_ref() else { return Cow::Borrowed(text) };
    secrets.replace_all(text, |found: &Captures<'_>| match found.name("name") {
        Some(name) => format!("{}***", name.as_str()),
        None => "://***@".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(hidden(text), expected);
    }

    #[test]
    fn logins_and_tokens_are_hidden_also_in_what_is_no_address() {
        check("found the string \"ftp://u:s3@cret@h/x\", expected", "found the string \"ftp://***@h/x\", expected");
        check("\"http://e e.example/f?a=1&Api_Token=s3&b=2\"", "\"http://e e.example/f?a=1&Api_Token=***&b=2\"");
        check("`smtp://u:s3@[::`", "`smtp://***@[::`");
    }

    #[test]
    fn all_else_stays() {
        for text in ["found the string \"desk@example.org\"", "http://h/f?page=2", "a key = b", "no token"] {
            check(text, text);
        }
    }
}
