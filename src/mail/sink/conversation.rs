//! One connection to the sink.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use rustls::{ServerConnection, StreamOwned};

use super::text::{bracketed, header};
use super::{Accepted, Act, Shared, Step, Wire, lock};

/// Messages larger than this end the conversation.
const BYTES_MAX: usize = 32 * 1024 * 1024;

struct Conversation<'a> {
    wire: Box<dyn Wire>,
    shared: &'a Shared,
    buffer: Vec<u8>,
    /// Bytes of the buffer that were read already: taking each line out at once would move all behind it.
    n_read: usize,
    sender: String,
    recipients: Vec<String>,
    /// Whether the good reply was given already, in its own way.
    is_answered: bool,
}

/// Serves until one side leaves.
pub(super) fn serve(tcp: TcpStream, shared: &Shared) {
    let (tls, is_implicit) = {
        let script = lock(&shared.script);
        (script.tls.clone(), script.is_implicit)
    };
    let upgrade = tcp.try_clone().ok();
    let wire: Box<dyn Wire> = match (tls, is_implicit) {
        (Some(config), true) => match ServerConnection::new(config) {
            Ok(tls) => Box::new(StreamOwned::new(tls, tcp)),
            Err(_) => return,
        },
        _ => Box::new(tcp),
    };
    let mut conversation = Conversation {
        wire,
        shared,
        buffer: Vec::new(),
        n_read: 0,
        sender: String::new(),
        recipients: Vec::new(),
        is_answered: false,
    };
    let _ = conversation.run(upgrade);
}

impl Conversation<'_> {
    fn run(&mut self, mut upgrade: Option<TcpStream>) -> io::Result<()> {
        self.answer(Step::Greeting, "", "220 sink ESMTP")?;
        loop {
            let line = self.line()?;
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    let offers = self.offers();
                    self.answer(Step::Ehlo, &line, &offers)?;
                }
                "HELO" => self.say("250 sink")?,
                "STARTTLS" => {
                    self.answer(Step::StartTls, &line, "220 go on")?;
                    self.encrypt(upgrade.take())?;
                }
                "AUTH" => self.log_in(&line)?,
                // The empty answer to an error told as a challenge (XOAUTH2).
                "" => self.answer(Step::Auth, &line, "535 refused").map(|_| ())?,
                "MAIL" => {
                    self.sender = bracketed(&line);
                    self.recipients.clear();
                    self.answer(Step::Mail, &line, "250 sender ok")?;
                }
                "RCPT" => {
                    if self.answer(Step::Rcpt, &line, "250 recipient ok")? {
                        self.recipients.push(bracketed(&line));
                    }
                }
                "DATA" => self.data(&line)?,
                "RSET" | "NOOP" => self.say("250 ok")?,
                "QUIT" => {
                    self.answer(Step::Quit, &line, "221 bye")?;
                    return Ok(());
                }
                _ => self.say("502 what?")?,
            }
        }
    }

    fn data(&mut self, line: &str) -> io::Result<()> {
        if self.recipients.is_empty() {
            return self.say("503 no recipient");
        }
        if !self.answer(Step::Data, line, "354 go on")? {
            return Ok(());
        }
        let bytes = self.message()?;
        if self.act(Step::Body, line)? {
            return Ok(());
        }
        if lock(&self.shared.script).is_counting {
            self.shared.count(self.recipients.len());
            self.answer(Step::Ack, line, "250 2.0.0 counted")?;
            return Ok(());
        }
        let message_id = header(&bytes, "message-id").trim_matches(['<', '>', ' ']).to_owned();
        for recipient in &self.recipients {
            self.shared.accept(Accepted {
                message_id: message_id.clone(),
                sender: self.sender.clone(),
                recipient: recipient.clone(),
                bytes: bytes.clone(),
            });
        }
        self.answer(Step::Ack, line, "250 2.0.0 kept")?;
        self.act(Step::AfterAck, line).map(|_| ())
    }

    fn message(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        loop {
            let line = self.raw_line()?;
            if line == b".\r\n" {
                return Ok(bytes);
            }
            bytes.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }

    fn log_in(&mut self, line: &str) -> io::Result<()> {
        let Some((user, password)) = lock(&self.shared.script).login.clone() else {
            return self.answer(Step::Auth, line, "502 no logins here").map(|_| ());
        };
        if line.to_ascii_uppercase().starts_with("AUTH LOGIN") {
            self.say("334 VXNlcm5hbWU6")?;
            let said_user = self.line()?;
            self.say("334 UGFzc3dvcmQ6")?;
            let said_password = self.line()?;
            let is_right =
                said_user.trim_end() == BASE64.encode(user) && said_password.trim_end() == BASE64.encode(password);
            return self.answer(Step::Auth, line, verdict(is_right)).map(|_| ());
        }
        let said = line.rsplit(' ').next().unwrap_or_default().trim_end();
        let is_token = line.to_ascii_uppercase().starts_with("AUTH XOAUTH2");
        let right = if is_token {
            format!("user={user}\u{1}auth=Bearer {password}\u{1}\u{1}")
        } else {
            format!("\0{user}\0{password}")
        };
        let is_right = said == BASE64.encode(right);
        if is_token && !is_right {
            // The error comes as a challenge, which wants an empty answer before the refusal.
            return self.say("334 eyJzdGF0dXMiOiI0MDAifQ==");
        }
        self.answer(Step::Auth, line, verdict(is_right)).map(|_| ())
    }

    fn encrypt(&mut self, tcp: Option<TcpStream>) -> io::Result<()> {
        let config = lock(&self.shared.script).tls.clone();
        let (Some(config), Some(tcp)) = (config, tcp) else { return Err(io::ErrorKind::Unsupported.into()) };
        let tls = ServerConnection::new(config).map_err(io::Error::other)?;
        self.wire = Box::new(StreamOwned::new(tls, tcp));
        self.buffer.clear();
        self.n_read = 0;
        Ok(())
    }

    fn offers(&self) -> String {
        let offers = lock(&self.shared.script).extensions.clone();
        let lines: Vec<String> = std::iter::once("sink".to_owned()).chain(offers).collect();
        let last = lines.len() - 1;
        let line = |(nth, line): (usize, &String)| format!("250{}{line}", if nth == last { ' ' } else { '-' });
        lines.iter().enumerate().map(line).collect::<Vec<_>>().join("\r\n")
    }

    /// The good reply unless the script says otherwise; whether it was given.
    fn answer(&mut self, step: Step, command: &str, good: &str) -> io::Result<bool> {
        if self.act_or(step, command, good)? {
            return Ok(false);
        }
        if !std::mem::take(&mut self.is_answered) {
            self.say(good)?;
        }
        Ok(true)
    }

    fn act(&mut self, step: Step, command: &str) -> io::Result<bool> {
        self.act_or(step, command, "250 ok")
    }

    /// Does what the script says for this step, if anything.
    fn act_or(&mut self, step: Step, command: &str, good: &str) -> io::Result<bool> {
        let Some(act) = lock(&self.shared.script).act(step, command) else { return Ok(false) };
        match act {
            Act::Reply(reply) => self.say(&reply)?,
            Act::ReplyAndDrop(reply) => {
                self.say(&reply)?;
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            Act::Wait(span) => {
                std::thread::sleep(span);
                return Ok(false);
            }
            Act::Bytes(bytes) => self.write(&bytes)?,
            Act::ReplyAndSilence(reply) => {
                self.say(&reply)?;
                self.endless(b"", Duration::from_millis(20))?;
            }
            Act::RefuseMidway(reply) => {
                self.say(good)?;
                for _ in 0..100 {
                    self.raw_line()?;
                }
                self.say(&reply)?;
                // What is said is to arrive before the connection breaks.
                std::thread::sleep(Duration::from_millis(200));
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            Act::Bytewise => {
                for byte in format!("{good}\r\n").bytes() {
                    self.write(&[byte])?;
                    std::thread::sleep(Duration::from_millis(10));
                }
                self.is_answered = true;
                return Ok(false);
            }
            Act::Drop => return Err(io::ErrorKind::ConnectionAborted.into()),
            Act::Silence => self.endless(b"", Duration::from_millis(20))?,
            Act::Flood => self.endless(&[b'x'; 4096], Duration::ZERO)?,
            Act::FloodLines => self.endless(b"250-and so on\r\n", Duration::ZERO)?,
            Act::Drip => {
                for byte in good.bytes() {
                    self.write(&[byte])?;
                    std::thread::sleep(Duration::from_millis(50));
                }
                self.endless(b".", Duration::from_millis(50))?;
            }
        }
        Ok(true)
    }

    /// Writes until the other side leaves or the sink stops.
    fn endless(&mut self, bytes: &[u8], pause: Duration) -> io::Result<()> {
        while !self.shared.is_stopped() {
            self.write(bytes)?;
            std::thread::sleep(pause);
        }
        Err(io::ErrorKind::ConnectionAborted.into())
    }

    fn say(&mut self, reply: &str) -> io::Result<()> {
        self.write(format!("{reply}\r\n").as_bytes())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.wire.write_all(bytes)?;
        self.wire.flush()
    }

    fn line(&mut self) -> io::Result<String> {
        Ok(String::from_utf8_lossy(&self.raw_line()?).trim_end().to_owned())
    }

    fn raw_line(&mut self) -> io::Result<Vec<u8>> {
        loop {
            let unread = self.buffer.get(self.n_read..).unwrap_or_default();
            if let Some(end) = unread.iter().position(|byte| *byte == b'\n') {
                let line = unread.get(..=end).unwrap_or_default().to_vec();
                self.n_read += line.len();
                return Ok(line);
            }
            self.buffer.drain(..self.n_read);
            self.n_read = 0;
            if self.buffer.len() > BYTES_MAX || self.shared.is_stopped() {
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
            let mut chunk = [0; 16 * 1024];
            match self.wire.read(&mut chunk) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(n) => self.buffer.extend_from_slice(chunk.get(..n).unwrap_or_default()),
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

fn verdict(is_right: bool) -> &'static str {
    if is_right { "235 welcome" } else { "535 5.7.8 wrong user or password" }
}
