//! A TCP stream on which nothing lasts longer than it may, with or without TLS on it.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, StreamOwned};

use super::fault::Fault;
use crate::text::tls;

/// TCP with two deadlines: one for the present step, one for the whole transaction.
#[derive(Debug)]
pub(super) struct Wire {
    tcp: TcpStream,
    step_until: Instant,
    whole_until: Instant,
}

impl Wire {
    /// Resolves and connects, to each address of the host in turn, within `limit`.
    pub(super) fn connect(host: &str, port: u16, limit: Duration) -> Result<Self, Fault> {
        let until = Instant::now() + limit;
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for address in resolve(host, port, limit)? {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                last = io::ErrorKind::TimedOut.into();
                break;
            }
            match TcpStream::connect_timeout(&address, left) {
                Ok(tcp) => return Self::new(tcp, until).map_err(|error| Fault::io("connect", &error)),
                Err(error) => last = error,
            }
        }
        Err(Fault::io("connect", &last))
    }

    fn new(tcp: TcpStream, until: Instant) -> io::Result<Self> {
        // Without it a kept connection stalls 40 ms a message, waiting for acknowledgements.
        tcp.set_nodelay(true)?;
        Ok(Self { tcp, step_until: until, whole_until: until })
    }

    /// Whether bytes wait that nobody has read yet; a connection that is closed or broken has none.
    fn has_unread(&self) -> bool {
        let peeked = self.tcp.set_nonblocking(true).and_then(|()| self.tcp.peek(&mut [0]));
        let restored = self.tcp.set_nonblocking(false);
        restored.is_ok() && peeked.is_ok_and(|n| n > 0)
    }

    fn left(&self) -> io::Result<Duration> {
        let left = self.step_until.min(self.whole_until).saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(left) }
    }
}

impl Read for Wire {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.tcp.set_read_timeout(Some(self.left()?))?;
        self.tcp.read(buffer)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.tcp.set_write_timeout(Some(self.left()?))?;
        self.tcp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}

/// The resolver of the system has no deadline, so it is asked on a thread that may be left behind.
fn resolve(host: &str, port: u16, limit: Duration) -> Result<Vec<SocketAddr>, Fault> {
    let (answer, addresses) = channel();
    let name = (host.to_owned(), port);
    let asked = std::thread::Builder::new().name("mail-dns".to_owned()).spawn(move || {
        let _ = answer.send(name.to_socket_addrs().map(Iterator::collect));
    });
    asked.map_err(|error| Fault::io("look-up", &error))?;
    match addresses.recv_timeout(limit) {
        Ok(found) => found.map_err(|error| Fault::io("look-up", &error)),
        Err(_) => Err(Fault::io("look-up", &io::ErrorKind::TimedOut.into())),
    }
}

/// A conversation's stream.
#[derive(Debug)]
pub(super) enum Stream {
    /// In clear.
    Plain(Wire),
    /// Encrypted.
    Tls(Box<StreamOwned<ClientConnection, Wire>>),
}

impl Stream {
    /// Puts TLS on a stream in clear; one that has it already stays.
    pub(super) fn encrypt(self, config: Arc<ClientConfig>, name: ServerName<'static>) -> Result<Self, Fault> {
        let Self::Plain(mut wire) = self else { return Ok(self) };
        let mut tls = ClientConnection::new(config, name).map_err(|error| Fault::down(format!("TLS: {error}")))?;
        while tls.is_handshaking() {
            if let Err(error) = tls.complete_io(&mut wire) {
                return Err(handshake_fault(&error));
            }
        }
        Ok(Self::Tls(Box::new(StreamOwned::new(tls, wire))))
    }

    /// Until the next call every read and write together may take `step`.
    pub(super) fn allow(&mut self, step: Duration) {
        self.wire().step_until = Instant::now() + step;
    }

    /// A new transaction begins, which may take `whole`.
    pub(super) fn allow_whole(&mut self, whole: Duration) {
        self.wire().whole_until = Instant::now() + whole;
    }

    /// Whether nobody but this machine can listen.
    pub(super) fn is_private(&mut self) -> bool {
        matches!(self, Self::Tls(_)) || self.wire().tcp.peer_addr().is_ok_and(|peer| peer.ip().is_loopback())
    }

    /// Whether the server has said something unasked that waits to be read. Under TLS that cannot be told: what waits may
    /// be of the encryption itself.
    pub(super) fn has_unread(&self) -> bool {
        matches!(self, Self::Plain(wire) if wire.has_unread())
    }

    /// Version of TLS and cipher, where the stream is encrypted.
    pub(super) fn encryption(&self) -> Option<String> {
        let Self::Tls(tls) = self else { return None };
        let version = match tls.conn.protocol_version()? {
            ProtocolVersion::TLSv1_3 => "TLS 1.3".to_owned(),
            ProtocolVersion::TLSv1_2 => "TLS 1.2".to_owned(),
            other => format!("{other:?}"),
        };
        let cipher = tls.conn.negotiated_cipher_suite().map(|suite| format!(" ({:?})", suite.suite()));
        Some(version + &cipher.unwrap_or_default())
    }

    fn wire(&mut self) -> &mut Wire {
        match self {
            Self::Plain(wire) => wire,
            Self::Tls(tls) => &mut tls.sock,
        }
    }
}

/// A certificate that is refused stays refused; a connection that broke may hold next time.
fn handshake_fault(error: &io::Error) -> Fault {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(tls) => Fault::down(format!("TLS: {}", refusal(tls))),
        None => Fault::io("TLS handshake", error),
    }
}

/// What is wrong, and which key can mend it.
fn refusal(error: &rustls::Error) -> String {
    let words = tls::refusal(error);
    match error {
        _ if tls::is_of_a_stranger(error) => format!("{words}; `ca_file` names another authority"),
        rustls::Error::InvalidMessage(_) => format!("{words}, is `tls` right?"),
        _ => words,
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(wire) => wire.read(buffer),
            Self::Tls(tls) => tls.read(buffer),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(wire) => wire.write(bytes),
            Self::Tls(tls) => tls.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(wire) => wire.flush(),
            Self::Tls(tls) => tls.flush(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_that_signed_itself_is_told_in_words() {
        let other = rustls::OtherError(Arc::new(io::Error::other("CaUsedAsEndEntity")));
        let said = refusal(&rustls::Error::InvalidCertificate(rustls::CertificateError::Other(other)));
        assert!(said.contains("is self-signed") && said.contains("`ca_file`"), "{said}");
        let said = refusal(&rustls::Error::InvalidCertificate(rustls::CertificateError::BadEncoding));
        assert!(said.contains("cannot be used"), "{said}");
    }
}
