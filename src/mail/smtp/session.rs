//! A conversation with a mail server: opened once, used for many messages, each with one recipient.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use lettre::transport::smtp::extension::ClientId;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use secrecy::{ExposeSecret, SecretString};

use super::fault::Fault;
use super::reply::{Buffer, Reply};
use super::wire::{Stream, Wire};
use super::{auth, envelope, tls};
use crate::domain::message::Message;
use crate::domain::policy::{SmtpSettings, Tls};
use crate::mail::MailError;

/// Waits for the answer to a whole message, in waits for a plain answer: a server that gives up waiting too early
/// makes duplicates (RFC 5321 section 4.5.3.2.6 asks for ten minutes).
const FINAL_WAITS: u32 = 10;
/// Longest transaction, in the same unit.
const WHOLE_WAITS: u32 = 15;
/// Nobody waits long to be told good-bye.
const QUIT_WAIT: Duration = Duration::from_secs(1);

/// A mail server as configured, checked.
#[derive(Debug)]
pub(super) struct Server {
    host: String,
    port: u16,
    tls: Option<(Tls, Arc<ClientConfig>, ServerName<'static>)>,
    login: Option<(String, SecretString)>,
    timeout: Duration,
    /// What we call ourselves.
    hello: String,
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
        let login = settings.user.clone().map(|user| (user, settings.password.clone().unwrap_or_default()));
        let hello = ClientId::default().to_string();
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            tls,
            login,
            timeout: Duration::try_from(settings.timeout).unwrap_or_default().max(Duration::from_millis(1)),
            hello: if hello.bytes().all(|b| b.is_ascii_graphic()) { hello } else { "localhost".to_owned() },
        })
    }
}

impl Server {
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

/// An open connection, ready for a message.
#[derive(Debug)]
pub(super) struct Session {
    stream: Stream,
    buffer: Buffer,
    extensions: Vec<String>,
    timeout: Duration,
    /// Messages tried over it.
    pub(super) n_messages: usize,
    /// Whether the last message left us whole, so that the server may have it.
    pub(super) handed_over: bool,
}

impl Session {
    /// Connects, greets, encrypts, logs in.
    pub(super) fn open(server: &Server) -> Result<Self, Fault> {
        let wire = Wire::connect(&server.host, server.port, server.timeout)?;
        let mut stream = Stream::Plain(wire);
        stream.allow_whole(server.timeout * WHOLE_WAITS);
        stream.allow(server.timeout);
        if let Some((Tls::Implicit, config, name)) = &server.tls {
            stream = stream.encrypt(config.clone(), name.clone())?;
        }
        let mut session = Self {
            stream,
            buffer: Buffer::default(),
            extensions: Vec::new(),
            timeout: server.timeout,
            n_messages: 0,
            handed_over: false,
        };
        let greeting = session.reply("greeting")?;
        if greeting.code != 220 {
            return Err(Fault::of_session("greeting", &greeting));
        }
        session.hello(&server.hello)?;
        if let Some((Tls::StartTls, config, name)) = &server.tls {
            session = session.start_tls(config, name)?;
            session.hello(&server.hello)?;
        }
        if let Some((user, password)) = &server.login {
            session.log_in(user, password)?;
        }
        Ok(session)
    }

    /// Hands one message over and returns the server's words of acceptance.
    pub(super) fn deliver(&mut self, message: &Message) -> Result<String, Fault> {
        self.n_messages += 1;
        self.handed_over = false;
        self.stream.allow_whole(self.timeout * WHOLE_WAITS);
        let result = self.transaction(message);
        if result.as_ref().is_err_and(|fault| !fault.ends_session()) {
            // Clears what the server remembers of the refused message; if it fails, the next message notices.
            let _ = self.command("RSET", "RSET");
        }
        result
    }

    /// Says good-bye without insisting on an answer.
    pub(super) fn quit(mut self) {
        self.stream.allow(QUIT_WAIT.min(self.timeout));
        if self.write(b"QUIT\r\n", "QUIT").is_ok() {
            let _ = self.buffer.reply(&mut self.stream, "QUIT");
        }
    }

    fn transaction(&mut self, message: &Message) -> Result<String, Fault> {
        let (mail, rcpt) = envelope::commands(message, |name| self.extension(name))?;
        let answer = self.command(&mail, "MAIL")?;
        if !answer.is_ok() {
            return Err(Fault::of_sender(&answer));
        }
        self.accepted(&rcpt, "RCPT")?;
        let go_on = self.command("DATA", "DATA")?;
        if go_on.code != 354 {
            return Err(Fault::of_message("DATA", &go_on));
        }
        let body = envelope::dot_stuffed(&message.bytes);
        self.stream.allow(self.timeout * FINAL_WAITS);
        self.handed_over = true;
        let answer = self.write(&body, "message").and_then(|()| self.buffer.reply(&mut self.stream, "end of message"));
        let answer = answer.map_err(Fault::after_handing_over)?;
        if answer.is_ok() {
            Ok(answer.to_string())
        } else {
            Err(Fault::of_message("end of message", &answer).after_handing_over())
        }
    }

    fn hello(&mut self, name: &str) -> Result<(), Fault> {
        let mut reply = self.command(&format!("EHLO {name}"), "EHLO")?;
        if (500..600).contains(&reply.code) {
            reply = self.command(&format!("HELO {name}"), "HELO")?;
            reply.lines.clear();
        }
        if !reply.is_ok() {
            return Err(Fault::of_session("EHLO", &reply));
        }
        self.extensions = reply.lines;
        Ok(())
    }

    /// Required once configured: neither a missing offer nor a refusal lets anything go in clear.
    fn start_tls(mut self, config: &Arc<ClientConfig>, name: &ServerName<'static>) -> Result<Self, Fault> {
        if self.extension("STARTTLS").is_none() {
            return Err(Fault::down("the server does not offer STARTTLS, and nothing is sent in clear"));
        }
        let reply = self.command("STARTTLS", "STARTTLS")?;
        if !reply.is_ok() {
            return Err(Fault::of_session("STARTTLS", &reply));
        }
        if !self.buffer.is_empty() {
            return Err(Fault::down("STARTTLS: the server went on in clear; somebody may sit between"));
        }
        self.stream.allow(self.timeout);
        Ok(Self { stream: self.stream.encrypt(config.clone(), name.clone())?, ..self })
    }

    fn log_in(&mut self, user: &str, password: &SecretString) -> Result<(), Fault> {
        if !self.stream.is_private() {
            return Err(Fault::down("a login over an unencrypted connection is not made"));
        }
        let Some(mechanism) = auth::pick(&self.extensions) else {
            return Err(Fault::down("the server offers no login that is known here (PLAIN, LOGIN, XOAUTH2)"));
        };
        let lines = auth::lines(mechanism, user, password);
        let mut reply = None;
        for line in &lines {
            if reply.as_ref().is_some_and(|reply: &Reply| reply.code != 334) {
                break;
            }
            reply = Some(self.command(line.expose_secret(), "AUTH")?);
        }
        let mut reply = reply.ok_or_else(|| Fault::down("AUTH: nothing to say"))?;
        if reply.code == 334 {
            // XOAUTH2 puts the error into a challenge that wants an empty answer before the refusal.
            reply = self.command("", "AUTH")?;
        }
        match reply.code {
            code if (200..300).contains(&code) => Ok(()),
            334 => Err(Fault::down("AUTH: the server asks on and on")),
            _ => Err(Fault::of_session("AUTH", &reply)),
        }
    }

    fn extension(&self, name: &str) -> Option<&str> {
        self.extensions.iter().find_map(|line| {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            word.eq_ignore_ascii_case(name).then_some(rest)
        })
    }

    fn accepted(&mut self, command: &str, step: &str) -> Result<(), Fault> {
        let reply = self.command(command, step)?;
        if reply.is_ok() { Ok(()) } else { Err(Fault::of_message(step, &reply)) }
    }

    fn command(&mut self, line: &str, step: &str) -> Result<Reply, Fault> {
        self.stream.allow(self.timeout);
        self.write(format!("{line}\r\n").as_bytes(), step)?;
        self.buffer.reply(&mut self.stream, step)
    }

    fn reply(&mut self, step: &str) -> Result<Reply, Fault> {
        self.stream.allow(self.timeout);
        self.buffer.reply(&mut self.stream, step)
    }

    fn write(&mut self, bytes: &[u8], step: &str) -> Result<(), Fault> {
        let written = self.stream.write_all(bytes).and_then(|()| self.stream.flush());
        written.map_err(|error| Fault::io(step, &error))
    }
}
