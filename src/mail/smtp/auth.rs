//! Logging in (RFC 4954): PLAIN, LOGIN or XOAUTH2, whichever the server offers first in this order.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use secrecy::{ExposeSecret, SecretString};

use crate::domain::policy::Mechanism;

/// The wanted one, or the first of ours, among what EHLO offers (`AUTH PLAIN LOGIN`, also the old `AUTH=PLAIN`).
pub(super) fn pick(extensions: &[String], wanted: Option<Mechanism>) -> Option<Mechanism> {
    let offered = offered(extensions);
    let known = [Mechanism::Plain, Mechanism::Login, Mechanism::XOAuth2];
    let is_offered = |ours: &Mechanism| offered.iter().any(|name| name == ours.name());
    known.into_iter().filter(|ours| wanted.is_none_or(|wanted| wanted == *ours)).find(is_offered)
}

/// The names of the ways to log in that EHLO offers, each once, in capitals.
pub(super) fn offered(extensions: &[String]) -> Vec<String> {
    let mut offered: Vec<String> = extensions
        .iter()
        .filter_map(|line| line.get(..4).filter(|name| name.eq_ignore_ascii_case("AUTH")).and(line.get(4..)))
        .filter(|rest| rest.starts_with([' ', '=']))
        .flat_map(|rest| rest.split([' ', '=']).map(str::to_ascii_uppercase).collect::<Vec<_>>())
        .filter(|name| !name.is_empty())
        .collect();
    offered.dedup();
    offered
}

/// What we say, one line after the other; the server answers 334 to all but the last.
pub(super) fn lines(mechanism: Mechanism, user: &str, password: &SecretString) -> Vec<SecretString> {
    let secret = password.expose_secret();
    let lines = match mechanism {
        Mechanism::Plain => vec![format!("AUTH PLAIN {}", BASE64.encode(format!("\0{user}\0{secret}")))],
        Mechanism::Login => vec!["AUTH LOGIN".to_owned(), BASE64.encode(user), BASE64.encode(secret)],
        Mechanism::XOAuth2 => {
            let token = format!("user={user}\u{1}auth=Bearer {secret}\u{1}\u{1}");
            vec![format!("AUTH XOAUTH2 {}", BASE64.encode(token))]
        }
    };
    lines.into_iter().map(SecretString::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_in_the_standard() {
        for (plain, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
            ("\0u\0п", "AHUA0L8="),
        ] {
            assert_eq!(BASE64.encode(plain), encoded);
        }
    }

    fn check_pick(offers: &[&str], expected: Option<Mechanism>) {
        let offers: Vec<String> = offers.iter().map(|o| (*o).to_owned()).collect();
        assert_eq!(pick(&offers, None), expected);
    }

    #[test]
    fn what_is_wanted_is_taken_or_nothing() {
        let offers = ["AUTH PLAIN XOAUTH2".to_owned()];
        assert_eq!(pick(&offers, Some(Mechanism::XOAuth2)), Some(Mechanism::XOAuth2));
        assert_eq!(pick(&offers, Some(Mechanism::Login)), None);
        assert_eq!(offered(&["AUTH=LOGIN".to_owned(), "AUTH LOGIN plain".to_owned()]), ["LOGIN", "PLAIN"]);
    }

    #[test]
    fn the_best_offer_is_taken_and_foreign_ones_are_not() {
        check_pick(&["SIZE 1", "AUTH LOGIN PLAIN"], Some(Mechanism::Plain));
        check_pick(&["auth=login"], Some(Mechanism::Login));
        check_pick(&["AUTH GSSAPI XOAUTH2"], Some(Mechanism::XOAuth2));
        check_pick(&["AUTH GSSAPI", "PIPELINING"], None);
        check_pick(&["AUTHOR PLAIN-ISH", "ж"], None);
    }
}
