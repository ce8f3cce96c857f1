//! What a mail server was found to be, in words.

use crate::domain::policy::Mechanism;

/// What a mail server offers, found by greeting it and logging in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mail) struct Found {
    /// Its first words.
    pub(super) greeting: String,
    /// Version of TLS and cipher.
    pub(super) encryption: Option<String>,
    /// Ways to log in that it offers.
    pub(super) logins: Vec<String>,
    /// The one that worked, where there is a user.
    pub(super) logged_in: Option<Mechanism>,
    /// Largest message, bytes; 0 = no limit of its own, `None` = it does not say.
    pub(super) size: Option<u64>,
    /// What else it can do.
    pub(super) offers: Vec<&'static str>,
}

impl Found {
    /// One finding a line.
    pub(in crate::mail) fn words(&self) -> Vec<String> {
        let encryption = match &self.encryption {
            Some(version) => format!("encrypted with {version}, the certificate is trusted"),
            None => "not encrypted".to_owned(),
        };
        let login = match self.logged_in {
            Some(mechanism) => format!("logged in with {}", mechanism.name()),
            None => "not logged in, as no `user` is configured".to_owned(),
        };
        let offered = if self.logins.is_empty() {
            "it offers no login".to_owned()
        } else {
            format!("it offers {}", self.logins.join(", "))
        };
        let size = match self.size {
            Some(0) => "takes messages of any size".to_owned(),
            Some(bytes) => format!("takes messages of up to {:.1} MB", bytes as f64 / 1e6),
            None => "does not say how large a message may be".to_owned(),
        };
        let others = if self.offers.is_empty() { String::new() } else { format!("; also {}", self.offers.join(", ")) };
        let greeting = format!("the server greets as \"{}\"", self.greeting);
        vec![greeting, encryption, format!("{login}; {offered}"), format!("{size}{others}")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_told_in_words() {
        let found = Found {
            greeting: "mx.example.org ESMTP".to_owned(),
            encryption: Some("TLS 1.3".to_owned()),
            logins: vec!["PLAIN".to_owned(), "LOGIN".to_owned()],
            logged_in: Some(Mechanism::Plain),
            size: Some(10_240_000),
            offers: vec!["8BITMIME"],
        };
        assert_eq!(
            found.words().join(" | "),
            "the server greets as \"mx.example.org ESMTP\" | encrypted with TLS 1.3, the certificate is trusted | \
             logged in with PLAIN; it offers PLAIN, LOGIN | takes messages of up to 10.2 MB; also 8BITMIME"
        );
        let bare = Found { encryption: None, logins: vec![], logged_in: None, size: None, offers: vec![], ..found };
        assert!(bare.words().contains(&"not encrypted".to_owned()), "{:?}", bare.words());
        assert!(bare.words()[2].contains("offers no login"), "{:?}", bare.words());
    }
}
