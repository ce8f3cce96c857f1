//! What a sink does differently from a good server, and when.

use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;

/// A place in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Before the first word.
    Greeting,
    /// EHLO or HELO.
    Ehlo,
    /// STARTTLS.
    StartTls,
    /// Any line of a login.
    Auth,
    /// MAIL FROM.
    Mail,
    /// RCPT TO.
    Rcpt,
    /// DATA.
    Data,
    /// The final dot, before the message is kept.
    Body,
    /// The message is kept, before the 250.
    Ack,
    /// The 250 is out.
    AfterAck,
    /// QUIT.
    Quit,
}

/// What happens there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// This reply (CRLF is added) instead of the good one.
    Reply(String),
    /// This reply, then the connection closes.
    ReplyAndDrop(String),
    /// These bytes instead of the good reply, and nothing else.
    Bytes(Vec<u8>),
    /// This reply, then nothing more is said or read.
    ReplyAndSilence(String),
    /// The good reply to DATA, and in the middle of the message this one; then the connection closes.
    RefuseMidway(String),
    /// The good reply, byte by byte.
    Bytewise,
    /// Nothing more is said, the connection stays.
    Silence,
    /// The good reply, after so long.
    Wait(Duration),
    /// The connection closes.
    Drop,
    /// Bytes without end and without a line end.
    Flood,
    /// Continuation lines (`250-…`) without end.
    FloodLines,
    /// The good reply, one byte in each 50 ms, with a tail that has no end.
    Drip,
}

#[derive(Clone, Debug)]
struct Rule {
    step: Step,
    contains: String,
    act: Act,
    /// Times it still applies; `None` = always.
    left: Option<usize>,
    /// It applies at each of so many times only.
    every: usize,
    n_met: usize,
}

/// A sink's manners.
#[derive(Clone, Debug, Default)]
pub struct Script {
    rules: Vec<Rule>,
    pub(super) extensions: Vec<String>,
    pub(super) login: Option<(String, String)>,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) is_implicit: bool,
    pub(super) is_counting: bool,
}

impl Script {
    /// A good server that offers SIZE and 8BITMIME.
    pub fn good() -> Self {
        Self { extensions: vec!["SIZE 10485760".to_owned(), "8BITMIME".to_owned()], ..Self::default() }
    }

    /// Does `act` whenever the conversation reaches `step`.
    pub fn at(self, step: Step, act: Act) -> Self {
        self.rule(step, "", act, None)
    }

    /// Does it the first `n` times.
    pub fn at_first(self, n: usize, step: Step, act: Act) -> Self {
        self.rule(step, "", act, Some(n))
    }

    /// Does it at every `n`th time.
    pub fn at_every(mut self, n: usize, step: Step, act: Act) -> Self {
        self = self.rule(step, "", act, None);
        self.rules.iter_mut().rev().take(1).for_each(|rule| rule.every = n.max(1));
        self
    }

    /// Does it when the command contains `contains` (a recipient, say).
    pub fn at_command(self, step: Step, contains: &str, act: Act) -> Self {
        self.rule(step, contains, act, None)
    }

    /// What EHLO offers, in place of the usual.
    pub fn offering(self, extensions: &[&str]) -> Self {
        Self { extensions: extensions.iter().map(|e| (*e).to_owned()).collect(), ..self }
    }

    /// Offers PLAIN and LOGIN and takes this user and password.
    pub fn with_login(mut self, user: &str, password: &str) -> Self {
        self.login = Some((user.to_owned(), password.to_owned()));
        self.extensions.push("AUTH PLAIN LOGIN".to_owned());
        self
    }

    /// Counts messages and keeps none: a hundred thousand of them would fill the memory.
    pub fn counting(self) -> Self {
        Self { is_counting: true, ..self }
    }

    /// Offers STARTTLS.
    pub fn with_starttls(mut self, config: Arc<ServerConfig>) -> Self {
        self.extensions.push("STARTTLS".to_owned());
        Self { tls: Some(config), ..self }
    }

    /// TLS from the first byte.
    pub fn with_tls(self, config: Arc<ServerConfig>) -> Self {
        Self { tls: Some(config), is_implicit: true, ..self }
    }

    fn rule(mut self, step: Step, contains: &str, act: Act, left: Option<usize>) -> Self {
        self.rules.push(Rule { step, contains: contains.to_owned(), act, left, every: 1, n_met: 0 });
        self
    }

    /// What to do at `step` after `command`; counts it.
    pub(super) fn act(&mut self, step: Step, command: &str) -> Option<Act> {
        let applies = |r: &&mut Rule| r.step == step && command.contains(&r.contains) && r.left != Some(0);
        let rule = self.rules.iter_mut().find(applies)?;
        rule.left = rule.left.map(|n| n - 1);
        rule.n_met += 1;
        rule.n_met.is_multiple_of(rule.every).then(|| rule.act.clone())
    }
}
