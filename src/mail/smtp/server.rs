//! A mail server as configured, checked before anything connects to it.

use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::extension::ClientId;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;

use super::tls;
use crate::domain::policy::{Mechanism, SmtpSettings, Tls};
use crate::domain::secret::Secret;
use crate::mail::MailError;

/// A mail server as configured, checked.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: Option<(Tls, Arc<ClientConfig>, ServerName<'static>)>,
    pub(super) login: Option<(String, Secret)>,
    pub(super) auth: Option<Mechanism>,
    pub(super) timeout: Duration,
    /// What we call ourselves.
    pub(super) hello: String,
}

impl Server {
    /// Reads certificates; connects nowhere.
    pub(super) fn new(settings: &SmtpSettings) -> Result<Self, MailError> {
        let tls = match settings.tls {
            Tls::None => None,
            tls => {
                let name = ServerName::try_from(settings.host.clone())
                    .map_err(|_| MailError::Host { host: settings.host.clone() })?;
                Some((tls, tls::config(settings.ca_file.as_deref())?, name))
            }
        };
        let login = settings.user.clone().zip(settings.password.clone());
        let hello = ClientId::default().to_string();
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            tls,
            login,
            auth: settings.auth,
            timeout: Duration::try_from(settings.timeout).unwrap_or_default().max(Duration::from_millis(1)),
            hello: if hello.bytes().all(|b| b.is_ascii_graphic()) { hello } else { "localhost".to_owned() },
        })
    }

    /// Host, port and encryption.
    pub(super) fn words(&self) -> String {
        let encryption = match &self.tls {
            None => "without encryption",
            Some((Tls::StartTls, ..)) => "with STARTTLS",
            Some(_) => "with TLS",
        };
        format!("{}:{} {encryption}", self.host, self.port)
    }
}
