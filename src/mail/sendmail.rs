//! Messages by way of a program that takes them as `sendmail` does (Postfix, Exim, OpenSMTPD, msmtp, nullmailer).

use std::io;
use std::process::Stdio;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use super::mask;
use crate::domain::message::{Attempt, Message};
use crate::text::clean;

/// Bytes read of what the program says; the rest is thrown away.
const WORDS_BYTES_MAX: u64 = 8 * 1024;
/// Characters kept of it for people.
const WORDS_MAX: usize = 300;

// Exit codes by `sysexits.h`.
const EX_DATAERR: i32 = 65;
const EX_NOUSER: i32 = 67;
const EX_NOHOST: i32 = 68;
const EX_USAGE: i32 = 64;
const EX_NOPERM: i32 = 77;
const EX_CONFIG: i32 = 78;

/// The program.
#[derive(Debug)]
pub(super) struct Sendmail {
    command: Vec<String>,
    timeout: Duration,
}

impl Sendmail {
    /// Starts nothing yet.
    pub(super) fn new(command: &[String], timeout: SignedDuration) -> Self {
        Self { command: command.to_vec(), timeout: timeout.unsigned_abs() }
    }

    /// Whether the program is there.
    pub(super) fn probe(&self) -> Result<String, String> {
        let program = self.command.first().map(String::as_str).unwrap_or_default();
        let is_path = program.contains('/');
        if is_path && !std::path::Path::new(program).is_file() {
            return Err(format!("there is no program `{program}`"));
        }
        Ok(format!("messages go to `{}`, which is not asked before the first one", self.command.join(" ")))
    }

    /// Hands one message over and waits for the program's end.
    pub(super) async fn deliver(&self, message: &Message) -> Attempt {
        let Some(to) = bare(&message.envelope_to).filter(|_| bare(&message.envelope_from).is_some()) else {
            return Attempt::Never { reason: "an address of the envelope is none".to_owned() };
        };
        let mut child = match self.start(&message.envelope_from, to) {
            Ok(child) => child,
            Err(error) => {
                let reason = format!("cannot start `{}`: {error}", self.command.join(" "));
                return Attempt::TransportDown { reason };
            }
        };
        match tokio::time::timeout(self.timeout, hand_over(&mut child, &message.bytes)).await {
            Ok(Ok((code, words))) => attempt(code, &words),
            Ok(Err(error)) => Attempt::Later { reason: format!("the program broke off: {error}") },
            Err(_) => {
                let _ = child.kill().await;
                let seconds = self.timeout.as_secs();
                // It has read all of it, perhaps; whether it kept it nobody knows.
                Attempt::Uncertain { reason: format!("the program did not end within {seconds} s and was killed") }
            }
        }
    }

    fn start(&self, from: &str, to: &str) -> io::Result<Child> {
        let (program, arguments) = self.command.split_first().ok_or(io::ErrorKind::NotFound)?;
        Command::new(program)
            .args(arguments)
            // `-i`: a line with a single dot does not end the message. `--`: an address is never an option.
            .args(["-i", "-f", from, "--", to])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    }
}

/// Writes the message and reads what is said, side by side, so that neither side waits for the other.
async fn hand_over(child: &mut Child, bytes: &[u8]) -> io::Result<(Option<i32>, String)> {
    let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
    // Lines end as local programs expect it; a signature does not care, the way out writes CRLF again.
    let local = String::from_utf8_lossy(bytes).replace("\r\n", "\n");
    let write = async {
        if let Some(mut stdin) = stdin {
            // A program that refuses early reads no further; its exit code says why.
            let _ = stdin.write_all(local.as_bytes()).await;
            let _ = stdin.shutdown().await;
        }
    };
    let read = async {
        let mut words = Vec::new();
        if let Some(stderr) = stderr {
            let mut stderr = stderr;
            let _ = (&mut stderr).take(WORDS_BYTES_MAX).read_to_end(&mut words).await;
            let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
        }
        words
    };
    let ((), words) = tokio::join!(write, read);
    let status = child.wait().await?;
    Ok((status.code(), String::from_utf8_lossy(&words).into_owned()))
}

fn attempt(code: Option<i32>, words: &str) -> Attempt {
    let words = clean::line(&mask::addresses(words), WORDS_MAX);
    let said = if words.is_empty() { String::new() } else { format!(": {words}") };
    let Some(code) = code else {
        return Attempt::Uncertain { reason: format!("the program was killed by a signal{said}") };
    };
    let reason = format!("exit code {code}{said}");
    match code {
        0 => Attempt::Sent { answer: format!("taken by the program{said}") },
        EX_USAGE | EX_DATAERR | EX_NOUSER | EX_NOHOST => Attempt::Never { reason },
        // 126 and 127: a shell script in between found no program.
        EX_NOPERM | EX_CONFIG | 126 | 127 => Attempt::TransportDown { reason },
        // EX_TEMPFAIL, a mail system that is down, and whatever has no meaning for mail.
        _ => Attempt::Later { reason },
    }
}

fn bare(address: &str) -> Option<&str> {
    let is_plain = address.contains('@') && address.bytes().all(|b| b.is_ascii_graphic());
    is_plain.then_some(address)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::domain::message::MessageId;

    fn message(bytes: &[u8]) -> Message {
        Message {
            id: MessageId(1),
            message_id: "7.ab@example.org".to_owned(),
            envelope_from: "orbitwire@example.org".to_owned(),
            envelope_to: "-desk@example.org".to_owned(),
            bytes: bytes.to_vec(),
            n_attempts: 1,
            tried_since: jiff::Timestamp::UNIX_EPOCH,
            n_attempts_before: 0,
        }
    }

    async fn run(script: &str, bytes: &[u8], folder: &Path) -> Attempt {
        let command = ["/bin/sh", "-c", script, folder.to_str().unwrap()].map(str::to_owned);
        Sendmail::new(&command, SignedDuration::from_secs(2)).deliver(&message(bytes)).await
    }

    #[tokio::test]
    async fn the_program_gets_the_message_with_local_line_ends_and_a_safe_command_line() {
        let folder = tempfile::tempdir().unwrap();
        let script = "cat > \"$0/mail\"; echo \"$@\" > \"$0/arguments\"";
        let attempt = run(script, b"Subject: x\r\n\r\n.\r\ny\r\n", folder.path()).await;
        assert_eq!(attempt, Attempt::Sent { answer: "taken by the program".into() });
        assert_eq!(std::fs::read(folder.path().join("mail")).unwrap(), b"Subject: x\n\n.\ny\n");
        let arguments = std::fs::read_to_string(folder.path().join("arguments")).unwrap();
        assert_eq!(arguments, "-i -f orbitwire@example.org -- -desk@example.org\n");
    }

    #[tokio::test]
    async fn exit_codes_mean_what_sysexits_says() {
        let folder = tempfile::tempdir().unwrap();
        for (code, outcome) in [
            (75, "later"),
            (71, "later"),
            (1, "later"),
            (67, "never"),
            (65, "never"),
            (78, "transport_down"),
            (127, "transport_down"),
        ] {
            let attempt = run(&format!("echo no >&2; exit {code}"), b"x", folder.path()).await;
            assert_eq!(attempt.name(), outcome, "{code}: {attempt:?}");
            assert!(attempt.words().starts_with(&format!("exit code {code}")), "{attempt:?}");
        }
        let attempt = run("echo 'unknown user <desk@example.org>' >&2; exit 67", b"x", folder.path()).await;
        assert_eq!(attempt.words(), "exit code 67: unknown user <d…@example.org>");
        assert_eq!(run("kill -9 $$", b"x", folder.path()).await.name(), "uncertain");
    }

    #[tokio::test]
    async fn a_program_that_hangs_floods_or_does_not_read_ends() {
        let folder = tempfile::tempdir().unwrap();
        let large = vec![b'x'; 1 << 20];
        assert_eq!(run("sleep 60", &large, folder.path()).await.name(), "uncertain");
        assert_eq!(run("yes >&2", b"x", folder.path()).await.name(), "uncertain");
        assert_eq!(run("exec 0<&-; exit 75", &large, folder.path()).await.name(), "later");
        assert_eq!(run("yes | head -c 10000000 >&2; cat >/dev/null", &large, folder.path()).await.name(), "sent");
    }

    #[tokio::test]
    async fn a_program_that_is_not_there_stops_the_transport() {
        let command = ["/nowhere/sendmail".to_owned()];
        let sendmail = Sendmail::new(&command, SignedDuration::from_secs(2));
        assert_eq!(sendmail.deliver(&message(b"x")).await.name(), "transport_down");
        assert!(sendmail.probe().unwrap_err().contains("no program"));
    }
}
