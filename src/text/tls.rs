//! What is wrong with the encryption of another side, in words for whoever can mend it.

use rustls::{AlertDescription, CertificateError as Wrong, Error};

/// One line on why a secure connection was not made.
#[must_use]
pub fn refusal(error: &Error) -> String {
    match error {
        Error::InvalidCertificate(wrong) => format!("the server's certificate {} ({error})", certificate(wrong)),
        Error::PeerIncompatible(why) => {
            format!("the server speaks nothing that is safe enough, expected TLS 1.2 or 1.3 ({why:?})")
        }
        Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            format!("the server speaks nothing that is safe enough, expected TLS 1.2 or 1.3 ({error})")
        }
        Error::InvalidMessage(_) => format!("what the server answers is no TLS ({error})"),
        Error::General(words) => words.clone(),
        other => other.to_string(),
    }
}

/// Whether no authority of this machine answers for the certificate; another one may be named.
#[must_use]
pub fn is_of_a_stranger(error: &Error) -> bool {
    match error {
        Error::InvalidCertificate(Wrong::UnknownIssuer) => true,
        Error::InvalidCertificate(Wrong::Other(other)) => is_self_signed(&other.to_string()),
        _ => false,
    }
}

fn certificate(wrong: &Wrong) -> &'static str {
    match wrong {
        Wrong::Expired | Wrong::ExpiredContext { .. } => "has expired",
        Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => {
            "is not valid yet; is the clock of this machine right?"
        }
        Wrong::UnknownIssuer => "is of an authority that this machine does not trust, or of none (self-signed)",
        Wrong::Other(other) if is_self_signed(&other.to_string()) => {
            "is self-signed, and no authority that this machine does trust answers for it"
        }
        Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => "is for another name",
        Wrong::Revoked => "has been revoked",
        _ => "cannot be used",
    }
}

/// The verifier has no kind of its own for it, only a text.
fn is_self_signed(text: &str) -> bool {
    text.contains("CaUsedAsEndEntity")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rustls::{InvalidMessage, OtherError};

    use super::*;

    fn check(error: &Error, words: &str, is_strange: bool) {
        assert!(refusal(error).contains(words), "{}", refusal(error));
        assert_eq!(is_of_a_stranger(error), is_strange, "{error}");
    }

    #[test]
    fn what_is_wrong_with_a_certificate_is_said_in_words() {
        let wrong = Error::InvalidCertificate;
        let own: Box<dyn std::error::Error + Send + Sync> = "CaUsedAsEndEntity".into();
        check(&wrong(Wrong::Other(OtherError(Arc::from(own)))), "is self-signed", true);
        check(&wrong(Wrong::UnknownIssuer), "this machine does not trust", true);
        check(&wrong(Wrong::Expired), "has expired", false);
        check(&wrong(Wrong::NotValidForName), "is for another name", false);
        check(&wrong(Wrong::BadEncoding), "cannot be used", false);
    }

    #[test]
    fn what_is_no_tls_or_too_old_is_told_from_a_certificate() {
        check(&Error::InvalidMessage(InvalidMessage::InvalidContentType), "is no TLS", false);
        check(&Error::AlertReceived(AlertDescription::ProtocolVersion), "expected TLS 1.2 or 1.3", false);
        assert_eq!(refusal(&Error::General("as it says".into())), "as it says");
    }
}
