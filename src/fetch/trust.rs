//! Whom a fetch trusts: the system's authorities, read when the first server shows its certificate.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;

use crate::text::tls::refusal;

/// TLS 1.2 and 1.3 with the ring provider; HTTP/2 where a server speaks it (RFC 7301).
///
/// # Errors
/// When the provider has no protocol version in common with us.
pub(super) fn config() -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let authorities = Arc::new(Authorities { provider: provider.clone(), read: OnceLock::new() });
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(authorities)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The system's own verifier. Its hundred and more files are not read by commands that fetch nothing, and a system
/// without any costs the feeds that need them, not the program.
#[derive(Debug)]
struct Authorities {
    provider: Arc<CryptoProvider>,
    read: OnceLock<Verifier>,
}

impl Authorities {
    fn verifier(&self) -> Result<&Verifier, Error> {
        if let Some(verifier) = self.read.get() {
            return Ok(verifier);
        }
        // Two that meet here read the same files; the first to end is kept. A failure is tried again next time.
        let verifier = Verifier::new(self.provider.clone()).map_err(|error| unread(&error))?;
        Ok(self.read.get_or_init(|| verifier))
    }
}

fn unread(error: &Error) -> Error {
    let words = "the authorities of this machine cannot be read, is `ca-certificates` installed?";
    Error::General(format!("{words} ({})", refusal(error)))
}

impl ServerCertVerifier for Authorities {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        self.verifier()?.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier()?.verify_tls12_signature(message, cert, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier()?.verify_tls13_signature(message, cert, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
