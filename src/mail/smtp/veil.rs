//! What a server says after it was told the secret, without the secret: some repeat what they were sent, and replies end
//! up in logs, in the store and in mails.

use std::collections::HashSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use secrecy::{ExposeSecret, SecretString};

/// So many characters in a row of a form of the secret are a part of it; fewer are found in any text.
const RUN: usize = 8;
/// Stands where the words of a reply are left out.
const LEFT_OUT: &str = "(its words are not shown, for the password is in them)";

/// The secret of a conversation; without one everything is shown.
#[derive(Debug, Default)]
pub(super) struct Veil(Vec<SecretString>);

impl Veil {
    /// Hides `secret` in clear and inside anything that is written in Base64, wherever it stands there: PLAIN and
    /// XOAUTH2 have more before it.
    pub(super) fn over(secret: &SecretString) -> Self {
        let clear = secret.expose_secret();
        let mut forms = vec![folded(clear)];
        forms.extend((0..3).map(|n_before| folded(&encoded(clear.as_bytes(), n_before))));
        Self(forms.into_iter().filter(|form| !form.is_empty()).map(SecretString::from).collect())
    }

    /// Whether the secret, or a good part of it, is in `text`.
    pub(super) fn hides(&self, text: &str) -> bool {
        let text = folded(text);
        let runs: HashSet<&[u8]> = text.as_bytes().windows(RUN).collect();
        self.0.iter().map(ExposeSecret::expose_secret).any(|form| match form.len() {
            0..=RUN => text.contains(form),
            _ => form.as_bytes().windows(RUN).any(|run| runs.contains(run)),
        })
    }

    /// The words of a reply, or what may be said of them: its enhanced code (RFC 3463).
    pub(super) fn words(&self, lines: Vec<String>) -> Vec<String> {
        if self.0.is_empty() || !self.hides(&lines.concat()) {
            return lines;
        }
        let first = lines.first().and_then(|line| line.split(' ').next()).filter(|word| is_enhanced_code(word));
        vec![first.map_or_else(|| LEFT_OUT.to_owned(), |code| format!("{code} {LEFT_OUT}"))]
    }

    /// A line that is no reply.
    pub(super) fn line<'a>(&self, line: &'a str) -> &'a str {
        if self.hides(line) { LEFT_OUT } else { line }
    }
}

/// Without spaces and capitals: a server may break or fold what it repeats.
fn folded(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}

/// The characters of Base64 that `secret` alone decides when `n_before` bytes stand before it in a group of three.
fn encoded(secret: &[u8], n_before: usize) -> String {
    let whole = BASE64.encode([&[0; 2][..n_before.min(2)], secret].concat());
    let n_mixed = (8 * n_before).div_ceil(6);
    let n_decided = (8 * (n_before + secret.len()) / 6).saturating_sub(n_mixed);
    whole.chars().skip(n_mixed).take(n_decided).collect()
}

fn is_enhanced_code(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| part.len() <= 3 && part.parse::<u16>().is_ok())
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    const SECRET: &str = "Hunter2-sEcret";

    fn shown(words: &str) -> String {
        Veil::over(&SECRET.into()).words(vec![words.to_owned()]).concat()
    }

    #[test]
    fn a_reply_with_the_secret_in_any_form_is_its_codes_only() {
        let forms = [
            SECRET.to_owned(),
            SECRET.to_ascii_uppercase(),
            STANDARD.encode(SECRET),
            STANDARD.encode(format!("\0ow\0{SECRET}")),
            STANDARD.encode(format!("\0orbit\0{SECRET}")),
            STANDARD.encode(format!("\0orbitw\0{SECRET}")),
            STANDARD.encode(format!("user=ow\u{1}auth=Bearer {SECRET}\u{1}\u{1}")),
            STANDARD.encode(SECRET)[..12].to_owned(),
        ];
        for form in forms {
            assert_eq!(shown(&format!("5.7.8 failed: AUTH {form}")), format!("5.7.8 {LEFT_OUT}"), "{form}");
            assert_eq!(shown(&format!("failed: {form}")), LEFT_OUT, "{form}");
        }
    }

    #[test]
    fn a_secret_broken_into_lines_is_found() {
        let lines = vec!["5.7.8 Hunter".to_owned(), "2-sEc ret".to_owned()];
        assert_eq!(Veil::over(&SECRET.into()).words(lines), [format!("5.7.8 {LEFT_OUT}")]);
    }

    #[test]
    fn other_replies_stay() {
        for words in ["5.7.8 bad credentials", "Authentication failed for ow", "VXNlcm5hbWU6", ""] {
            assert_eq!(shown(words), words);
        }
        let all = vec![format!("5.7.8 {SECRET}")];
        assert_eq!(Veil::default().words(all.clone()), all, "nothing was said that could be repeated");
    }

    #[test]
    fn a_short_secret_is_hidden_too() {
        for form in ["abc".to_owned(), STANDARD.encode("abc"), STANDARD.encode("\0ow\0abc")] {
            assert!(Veil::over(&"abc".into()).hides(&form), "{form}");
        }
        assert!(!Veil::over(&"".into()).hides("anything"));
    }
}
