//! Replies of a server, read within limits whatever it sends.

use std::fmt;
use std::io::{self, Read};

use super::fault::Fault;
use super::veil::Veil;
use crate::mail::mask;
use crate::text::clean;

/// Longest line believed; RFC 5321 section 4.5.3.1.5 allows 512.
const LINE_BYTES_MAX: usize = 2048;
/// Most lines of one reply.
const LINES_MAX: usize = 128;
/// Characters kept of a reply for people.
const WORDS_MAX: usize = 300;

/// A whole reply.
#[derive(Debug)]
pub(super) struct Reply {
    /// Three digits, 200 to 599.
    pub(super) code: u16,
    /// The lines without their codes, as sent.
    pub(super) lines: Vec<String>,
}

impl Reply {
    /// 2xx.
    pub(super) fn is_ok(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// 4xx or 5xx.
    pub(super) fn is_refusal(&self) -> bool {
        (400..600).contains(&self.code)
    }

    /// 4xx: come again.
    pub(super) fn is_transient(&self) -> bool {
        (400..500).contains(&self.code)
    }
}

impl fmt::Display for Reply {
    /// Code and words in one clean line, addresses masked: it goes into logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = clean::line(&mask::addresses(&self.lines.join(" ")), WORDS_MAX);
        write!(f, "{}{}{words}", self.code, if words.is_empty() { "" } else { " " })
    }
}

/// Bytes that came and are not read yet.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    bytes: Vec<u8>,
    start: usize,
    veil: Veil,
}

impl Buffer {
    /// Whether the server has said more than it was asked: after STARTTLS that is an attack (CVE-2011-0411).
    pub(super) fn is_empty(&self) -> bool {
        self.start == self.bytes.len()
    }

    /// From now on no reply shows what `veil` hides.
    pub(super) fn put_on(&mut self, veil: Veil) {
        self.veil = veil;
    }

    /// Reads one reply.
    pub(super) fn reply(&mut self, from: &mut impl Read, step: &str) -> Result<Reply, Fault> {
        let mut lines = Vec::new();
        let mut first = None;
        loop {
            let line = self.line(from, step)?;
            let (code, is_last, words) = parts(&line).ok_or_else(|| {
                let shown = clean::line(&mask::addresses(self.veil.line(&line)), 80);
                Fault::protocol(format!("{step}: not an SMTP reply: {shown}"))
            })?;
            // RFC 5321 section 4.2.1: each line has the same code; a reply that says both yes and no says nothing.
            if *first.get_or_insert(code) != code {
                return Err(Fault::protocol(format!("{step}: a reply with two codes, {code} among others")));
            }
            lines.push(words.to_owned());
            if is_last {
                return Ok(Reply { code, lines: self.veil.words(lines) });
            }
            if lines.len() >= LINES_MAX {
                return Err(Fault::protocol(format!("{step}: a reply of more than {LINES_MAX} lines")));
            }
        }
    }

    fn line(&mut self, from: &mut impl Read, step: &str) -> Result<String, Fault> {
        loop {
            let unread = self.bytes.get(self.start..).unwrap_or_default();
            let end = unread.iter().position(|byte| *byte == b'\n');
            if end.unwrap_or(unread.len()) > LINE_BYTES_MAX {
                return Err(Fault::protocol(format!("{step}: a line of more than {LINE_BYTES_MAX} bytes")));
            }
            if let Some(end) = end {
                let line = String::from_utf8_lossy(unread.get(..end).unwrap_or_default()).trim_end().to_owned();
                self.start += end + 1;
                return Ok(line);
            }
            self.fill(from).map_err(|error| Fault::io(step, &error))?;
        }
    }

    fn fill(&mut self, from: &mut impl Read) -> io::Result<()> {
        self.bytes.drain(..self.start);
        self.start = 0;
        let mut chunk = [0; LINE_BYTES_MAX];
        let n = from.read(&mut chunk)?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.bytes.extend_from_slice(chunk.get(..n).unwrap_or_default());
        Ok(())
    }
}

/// Code, whether the reply ends here, words.
fn parts(line: &str) -> Option<(u16, bool, &str)> {
    let code = line.get(..3).filter(|code| code.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
    let rest = line.get(3..)?;
    let is_last = !rest.starts_with('-');
    let words = rest.strip_prefix(['-', ' ']).or(rest.is_empty().then_some(""))?;
    (200..600).contains(&code).then_some((code, is_last, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], expected: Result<&str, &str>) {
        let found = Buffer::default().reply(&mut &bytes[..], "greeting");
        let found = found.map(|reply| reply.to_string()).map_err(|fault| match fault.into_attempt() {
            crate::domain::Attempt::Later { reason } => reason,
            other => panic!("{other:?}"),
        });
        assert_eq!(found.as_deref().map_err(String::as_str), expected);
    }

    #[test]
    fn replies_of_one_and_many_lines_are_read() {
        check(b"220 mx ready\r\n", Ok("220 mx ready"));
        check(b"250-mx\r\n250-SIZE 1\r\n250 HELP\r\n", Ok("250 mx SIZE 1 HELP"));
        check(b"250\n", Ok("250"));
    }

    #[test]
    fn words_for_people_are_clean_and_without_addresses() {
        check(b"550 no \x1b[31m<desk@example.org>\xff\r\n", Ok("550 no [31m<d…@example.org>\u{fffd}"));
    }

    #[test]
    fn what_is_no_reply_is_said_so() {
        check(b"HTTP/1.1 400 Bad Request\r\n", Err("greeting: not an SMTP reply: HTTP/1.1 400 Bad Request"));
        check(b"250_x\r\n", Err("greeting: not an SMTP reply: 250_x"));
        check(b"999 x\r\n", Err("greeting: not an SMTP reply: 999 x"));
        check("ж50 x\r\n".as_bytes(), Err("greeting: not an SMTP reply: ж50 x"));
        check(b"250-x\r\n550 y\r\n", Err("greeting: a reply with two codes, 550 among others"));
        check(b"220 cut", Err("the server closed the connection (greeting)"));
    }

    #[test]
    fn floods_are_cut_off() {
        let mut endless = io::repeat(b'x');
        let fault = Buffer::default().reply(&mut endless, "greeting").unwrap_err();
        assert!(format!("{fault:?}").contains("a line of more than 2048 bytes"));
        check(&b"250-x\r\n".repeat(1000), Err("greeting: a reply of more than 128 lines"));
        check(&[b"220 ".as_slice(), &[b'x'; 2040], b"\r\n"].concat(), Ok(&format!("220 {}…", "x".repeat(299))));
    }

    #[test]
    fn the_next_reply_waits_in_the_buffer() {
        let mut buffer = Buffer::default();
        let mut bytes = &b"250 a\r\n250 b\r\n"[..];
        assert_eq!(buffer.reply(&mut bytes, "x").unwrap().lines, ["a"]);
        assert!(!buffer.is_empty());
        assert_eq!(buffer.reply(&mut bytes, "x").unwrap().lines, ["b"]);
        assert!(buffer.is_empty());
    }
}
