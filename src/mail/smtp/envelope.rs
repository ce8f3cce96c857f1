//! What is said around a message: sender, recipient, size, whom to tell of a failure, and the dots of its end.

use super::fault::Fault;
use crate::domain::message::Message;

/// The final dot.
pub(super) const END: &[u8] = b".\r\n";

/// The commands MAIL and RCPT, with what the server's extensions make of them: SIZE (RFC 1870), 8BITMIME (RFC 6152),
/// DSN (RFC 3461: who cannot be reached is told with our number for the message, and without its text).
pub(super) fn commands<'a>(
    message: &Message,
    extension: impl Fn(&'static str) -> Option<&'a str>,
) -> Result<(String, String), Fault> {
    let n_bytes = message.bytes.len();
    let mut mail = format!("MAIL FROM:<{}>", address(&message.envelope_from)?);
    if let Some(size) = extension("SIZE") {
        if size.trim().parse().is_ok_and(|max: usize| max > 0 && n_bytes > max) {
            return Err(Fault::never(format!("the message has {n_bytes} bytes, the server takes {}", size.trim())));
        }
        mail.push_str(&format!(" SIZE={n_bytes}"));
    }
    if !message.bytes.is_ascii() {
        if extension("8BITMIME").is_none() {
            return Err(Fault::never("the message has 8-bit bytes and the server takes none"));
        }
        mail.push_str(" BODY=8BITMIME");
    }
    let mut rcpt = format!("RCPT TO:<{}>", address(&message.envelope_to)?);
    if extension("DSN").is_some() {
        mail.push_str(&format!(" RET=HDRS ENVID=M-{}", message.id.0));
        rcpt.push_str(" NOTIFY=FAILURE");
    }
    Ok((mail, rcpt))
}

/// An address that stays inside its brackets.
fn address(bare: &str) -> Result<&str, Fault> {
    let is_plain =
        bare.contains('@') && bare.len() <= 254 && bare.bytes().all(|b| b.is_ascii_graphic() && !b"<>".contains(&b));
    if is_plain { Ok(bare) } else { Err(Fault::never("an address of the envelope is none")) }
}

/// The message with a dot doubled where it begins a line, and the final dot (RFC 5321 section 4.5.2).
pub(super) fn dot_stuffed(message: &[u8]) -> Vec<u8> {
    let mut stuffed = Vec::with_capacity(message.len() + message.len() / 64 + 8);
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            stuffed.push(b'.');
        }
        stuffed.extend_from_slice(line);
    }
    if !stuffed.ends_with(b"\r\n") {
        stuffed.extend_from_slice(b"\r\n");
    }
    stuffed.extend_from_slice(END);
    stuffed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_at_line_starts_are_doubled_and_the_end_is_marked() {
        assert_eq!(dot_stuffed(b"a\r\n.\r\n..b\r\nc.\r\n"), b"a\r\n..\r\n...b\r\nc.\r\n.\r\n");
        assert_eq!(dot_stuffed(b"a"), b"a\r\n.\r\n");
        assert_eq!(dot_stuffed(b""), b"\r\n.\r\n");
    }

    #[test]
    fn an_address_cannot_leave_its_brackets() {
        assert!(address("desk@example.org").is_ok());
        for bad in ["a@b> SIZE=1", "a@b\r\nDATA", "desk", "ж@example.org", ""] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
