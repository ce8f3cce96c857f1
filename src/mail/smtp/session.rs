//! A conversation with a mail server: opened once, used for many messages, each with one recipient.

use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use secrecy::{ExposeSecret, SecretString};

use super::fault::Fault;
use super::found::Found;
use super::reply::{Buffer, Reply};
use super::server::Server;
use super::veil::Veil;
use super::wire::{Stream, Wire};
use super::{auth, envelope};
use crate::domain::message::Message;
use crate::domain::policy::{Mechanism, Tls};
use crate::domain::secret::Secret;
use crate::text::clean;

/// Waits for the answer to a whole message, in waits for a plain answer: a server that gives up waiting too early
/// makes duplicates (RFC 5321 section 4.5.3.2.6 asks for ten minutes).
const FINAL_WAITS: u32 = 10;
/// Longest transaction, in the same unit.
const WHOLE_WAITS: u32 = 15;
/// Extensions worth telling of.
const OFFERS: [&str; 4] = ["8BITMIME", "SMTPUTF8", "PIPELINING", "DSN"];
/// Nobody waits long to be told good-bye.
const QUIT_WAIT: Duration = Duration::from_secs(1);

/// An open connection, ready for a message.
#[derive(Debug)]
pub(super) struct Session {
    stream: Stream,
    buffer: Buffer,
    extensions: Vec<String>,
    timeout: Duration,
    /// What the server called itself.
    greeting: String,
    /// How we logged in.
    logged_in: Option<Mechanism>,
    /// Whether the last message was refused for now before anything was said of it: a server that has enough of this
    /// connection, perhaps.
    pub(super) refused_at_once: bool,
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
            greeting: String::new(),
            logged_in: None,
            refused_at_once: false,
            handed_over: false,
        };
        let greeting = session.reply("greeting")?;
        if greeting.code != 220 {
            return Err(Fault::of_session("greeting", &greeting));
        }
        session.greeting = clean::line(&greeting.lines.join(" "), 120);
        session.hello(&server.hello)?;
        if let Some((Tls::StartTls, config, name)) = &server.tls {
            session = session.start_tls(config, name)?;
            session.hello(&server.hello)?;
        }
        if let Some((user, password)) = &server.login {
            session.log_in(user, password, server.auth)?;
        }
        Ok(session)
    }

    /// What was found so far.
    pub(super) fn found(&self) -> Found {
        Found {
            greeting: self.greeting.clone(),
            encryption: self.stream.encryption(),
            logins: auth::offered(&self.extensions),
            logged_in: self.logged_in,
            size: self.extension("SIZE").map(|size| size.trim().parse().unwrap_or(0)),
            offers: OFFERS.into_iter().filter(|name| self.extension(name).is_some()).collect(),
        }
    }

    /// Hands one message over and returns the server's words of acceptance.
    pub(super) fn deliver(&mut self, message: &Message) -> Result<String, Fault> {
        self.handed_over = false;
        self.refused_at_once = false;
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
            self.refused_at_once = answer.is_transient();
            return Err(Fault::of_sender(&answer));
        }
        let answer = self.command(&rcpt, "RCPT")?;
        if !answer.is_ok() {
            return Err(Fault::of_recipient(&answer));
        }
        let go_on = self.command("DATA", "DATA")?;
        if go_on.code != 354 {
            return Err(Fault::of_message("DATA", &go_on));
        }
        self.expect_silence("DATA")?;
        let body = envelope::dot_stuffed(&message.bytes);
        self.stream.allow(self.timeout * FINAL_WAITS);
        self.handed_over = true;
        let answer = self.hand_over(&body).map_err(Fault::after_handing_over)?;
        if answer.is_ok() {
            self.expect_no_second_answer().map_err(Fault::after_handing_over)?;
            Ok(answer.to_string())
        } else {
            Err(Fault::of_message("end of message", &answer).after_handing_over())
        }
    }

    /// Writes the message and reads what the server says of it. What it says before the final dot is no answer to that.
    fn hand_over(&mut self, body: &[u8]) -> Result<Reply, Fault> {
        let (text, dot) = body.split_at(body.len().saturating_sub(envelope::END.len()));
        let written = self
            .write(text, "message")
            .and_then(|()| self.expect_silence("message"))
            .and_then(|()| self.write(dot, "message"));
        let Err(broken) = written else {
            return self.buffer.reply(&mut self.stream, "end of message");
        };
        // A server that refuses midway and closes has said why; a yes to half a message is none.
        let said = self.buffer.reply(&mut self.stream, "end of message");
        said.ok().filter(|reply| reply.is_refusal()).ok_or(broken)
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

    fn log_in(&mut self, user: &str, password: &Secret, wanted: Option<Mechanism>) -> Result<(), Fault> {
        if !self.stream.is_private() {
            return Err(Fault::down("a login over an unencrypted connection is not made"));
        }
        let Some(mechanism) = auth::pick(&self.extensions, wanted) else {
            let wanted = wanted.map_or("PLAIN, LOGIN or XOAUTH2", Mechanism::name);
            let offered = auth::offered(&self.extensions).join(", ");
            let offered = if offered.is_empty() { "no login at all".to_owned() } else { offered };
            return Err(Fault::down(format!("the server offers no login by {wanted}; it offers {offered}")));
        };
        let password = password.get().map_err(|why| Fault::down(format!("the password cannot be had: {why}")))?;
        self.buffer.put_on(Veil::over(&password));
        let mut reply = self.say_login(mechanism, user, &password)?;
        let mut said = mechanism;
        // Some servers offer PLAIN and do not know it (504); who was told which one to use keeps to it.
        let other = auth::pick(&self.extensions, Some(Mechanism::Login)).filter(|_| wanted.is_none());
        if let Some(login) = other.filter(|login| reply.code == 504 && *login != mechanism) {
            said = login;
            reply = self.say_login(login, user, &password)?;
        }
        match reply.code {
            code if (200..300).contains(&code) => {
                self.logged_in = Some(said);
                Ok(())
            }
            334 => Err(Fault::down("AUTH: the server asks on and on")),
            _ => Err(Fault::of_session("AUTH", &reply)),
        }
    }

    /// Says user and password in one way, and returns the last answer.
    fn say_login(&mut self, mechanism: Mechanism, user: &str, password: &SecretString) -> Result<Reply, Fault> {
        let lines = auth::lines(mechanism, user, password);
        let mut reply = None;
        for line in &lines {
            if reply.as_ref().is_some_and(|reply: &Reply| reply.code != 334) {
                break;
            }
            reply = Some(self.command(line.expose_secret(), "AUTH")?);
        }
        let reply = reply.ok_or_else(|| Fault::down("AUTH: nothing to say"))?;
        // XOAUTH2 puts the error into a challenge that wants an empty answer before the refusal.
        if reply.code == 334 { self.command("", "AUTH") } else { Ok(reply) }
    }

    fn extension(&self, name: &str) -> Option<&str> {
        self.extensions.iter().find_map(|line| {
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            word.eq_ignore_ascii_case(name).then_some(rest)
        })
    }

    /// Nothing may have been said that we did not ask for, or each answer would be taken for that to the next command,
    /// and a message for accepted that was not.
    fn expect_silence(&self, step: &str) -> Result<(), Fault> {
        if self.buffer.is_empty() && !self.stream.has_unread() {
            return Ok(());
        }
        Err(Fault::protocol(format!("{step}: the server spoke without being asked")))
    }

    /// A yes with another answer behind it may have been said before the message was read, and the other one is about
    /// it. A refusal of the connection (421) is none.
    fn expect_no_second_answer(&mut self) -> Result<(), Fault> {
        if self.buffer.is_empty() && !self.stream.has_unread() {
            return Ok(());
        }
        self.stream.allow(QUIT_WAIT.min(self.timeout));
        match self.buffer.reply(&mut self.stream, "end of message")? {
            reply if reply.code == 421 => Ok(()),
            reply => Err(Fault::protocol(format!("end of message: a second answer, {reply}"))),
        }
    }

    fn command(&mut self, line: &str, step: &str) -> Result<Reply, Fault> {
        self.expect_silence(step)?;
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
