//! A private key that signs mail (RFC 6376, RFC 8463), and what the DNS must say of it.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

/// What stands before a PKCS#1 public key of so many bytes to make it what the DNS wants (SubjectPublicKeyInfo, RFC
/// 5280): the algorithm `rsaEncryption` without parameters.
const RSA_ALGORITHM: [u8; 15] =
    [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// A private key, checked. Printing it tells its kind only.
#[derive(Clone)]
pub struct SigningKey(Arc<Kind>);

enum Kind {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl SigningKey {
    /// Reads a PEM file: RSA of 2048 to 4096 bits (PKCS#1 or PKCS#8), or Ed25519 (PKCS#8).
    ///
    /// # Errors
    /// In words, what is wrong with it; they do not tell the key.
    pub fn from_pem(pem: &[u8]) -> Result<Self, String> {
        let key = PrivateKeyDer::from_pem_slice(pem)
            .map_err(|_| "there is no private key in it, expected PEM (`-----BEGIN PRIVATE KEY-----`)".to_owned())?;
        let kind = match &key {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der()).map(Kind::Rsa),
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                let ed25519 = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der).map(Kind::Ed25519);
                ed25519.or_else(|_| RsaKeyPair::from_pkcs8(der).map(Kind::Rsa))
            }
            _ => return Err("the key is of no kind that signs mail, expected RSA or Ed25519".to_owned()),
        };
        let kind = kind
            .map_err(|why| format!("the key cannot be used ({why}), expected RSA of 2048 to 4096 bits or Ed25519"))?;
        Ok(Self(Arc::new(kind)))
    }

    /// The algorithm as signatures name it.
    pub fn algorithm(&self) -> &'static str {
        match *self.0 {
            Kind::Rsa(_) => "rsa-sha256",
            Kind::Ed25519(_) => "ed25519-sha256",
        }
    }

    /// Signs `text` and answers in Base64; `None` when the system has no randomness for RSA.
    pub fn sign(&self, text: &[u8]) -> Option<String> {
        match &*self.0 {
            Kind::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).ok()?;
                Some(BASE64.encode(signature))
            }
            Kind::Ed25519(key) => {
                // RFC 8463 section 3: the hash of the text is what is signed.
                let hash = ring::digest::digest(&ring::digest::SHA256, text);
                Some(BASE64.encode(key.sign(hash.as_ref())))
            }
        }
    }

    /// What the TXT record of the selector must say.
    pub fn record(&self) -> String {
        match &*self.0 {
            Kind::Rsa(key) => {
                format!("v=DKIM1; k=rsa; p={}", BASE64.encode(public_key_info(key.public_key().as_ref())))
            }
            Kind::Ed25519(key) => format!("v=DKIM1; k=ed25519; p={}", BASE64.encode(key.public_key().as_ref())),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.algorithm())
    }
}

fn public_key_info(pkcs1: &[u8]) -> Vec<u8> {
    let bits = der(0x03, &[&[0], pkcs1].concat());
    der(0x30, &[RSA_ALGORITHM.as_slice(), &bits].concat())
}

/// A value in DER: tag, length, content.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let n = content.len();
    let be = n.to_be_bytes();
    let long = be.iter().copied().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
    let length = if n < 128 { vec![n as u8] } else { [vec![0x80 | long.len() as u8], long].concat() };
    [vec![tag], length, content.to_vec()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_key_is_said_without_telling_it() {
        for (pem, words) in [
            ("", "no private key"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "cannot be used"),
            ("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n", "of no kind that signs"),
        ] {
            let found = SigningKey::from_pem(pem.as_bytes()).unwrap_err();
            assert!(found.contains(words) && !found.contains("AAAA"), "{found}");
        }
    }

    #[test]
    fn lengths_are_written_as_der_wants_them() {
        assert_eq!(der(4, &[7]), [4, 1, 7]);
        assert_eq!(der(4, &[0; 127])[..2], [4, 127]);
        assert_eq!(der(4, &[0; 128])[..3], [4, 0x81, 128]);
        assert_eq!(der(4, &[0; 300])[..4], [4, 0x82, 1, 44]);
    }
}
