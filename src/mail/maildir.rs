//! Messages in a Maildir, as mail programs and IMAP servers read it: whole in `new`, or not there at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::MailError;
use super::file::{file_name, write_whole};
use crate::domain::message::{Attempt, Message};

/// The folders of a Maildir.
const FOLDERS: [&str; 3] = ["tmp", "new", "cur"];

/// A Maildir that takes messages.
#[derive(Clone, Debug)]
pub(super) struct Maildir {
    path: PathBuf,
}

impl Maildir {
    /// Creates what is absent of it.
    pub(super) fn open(path: &Path) -> Result<Self, MailError> {
        let maildir = Self { path: path.to_owned() };
        maildir.create().map_err(|source| MailError::Directory { path: path.to_owned(), source })?;
        Ok(maildir)
    }

    /// Whether a file can be written there.
    pub(super) fn probe(&self) -> Result<String, String> {
        let part = self.path.join("tmp").join(".probe");
        match fs::File::create(&part).and_then(|_| fs::remove_file(&part)) {
            Ok(()) => Ok(format!("messages go into the Maildir `{}`", self.path.display())),
            Err(error) => Err(format!("failed to write to `{}`: {error}", part.display())),
        }
    }

    /// Puts the message into `new`, by way of `tmp`.
    pub(super) async fn deliver(&self, message: &Message) -> Attempt {
        let (maildir, message) = (self.clone(), message.clone());
        let written = tokio::task::spawn_blocking(move || maildir.write(&message)).await;
        match written.map_err(io::Error::other).and_then(|written| written) {
            Ok(answer) => Attempt::Sent { answer },
            Err(error) => {
                Attempt::Unreachable { reason: format!("failed to write to `{}`: {error}", self.path.display()) }
            }
        }
    }

    fn create(&self) -> io::Result<()> {
        FOLDERS.iter().try_for_each(|folder| fs::create_dir_all(self.path.join(folder)))
    }

    /// The Message-ID is the name, so that an attempt repeated after a crash leaves one message, also when a reader has
    /// moved it to `cur` meanwhile. The format wants a name without `/` and `:` that nobody else takes.
    fn write(&self, message: &Message) -> io::Result<String> {
        self.create()?;
        let name = file_name(&message.message_id);
        if message.n_attempts > 1 && self.is_in_cur(&name)? {
            return Ok(format!("in `{}` already", self.path.join("cur").display()));
        }
        let path = self.path.join("new").join(&name);
        write_whole(&message.bytes, &self.path.join("tmp").join(&name), &path)?;
        Ok(format!("written to `{}`", path.display()))
    }

    fn is_in_cur(&self, name: &str) -> io::Result<bool> {
        // Nobody can have read what was never written.
        for entry in fs::read_dir(self.path.join("cur"))? {
            let found = entry?.file_name();
            let found = found.to_string_lossy();
            if found.strip_prefix(name).is_some_and(|flags| flags.is_empty() || flags.starts_with(':')) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::MessageId;

    fn message() -> Message {
        Message {
            id: MessageId(1),
            message_id: "7.ab@example.org".to_owned(),
            envelope_from: "orbitwire@example.org".to_owned(),
            envelope_to: "desk@example.org".to_owned(),
            bytes: b"Subject: x\r\n\r\ny\r\n".to_vec(),
            n_attempts: 1,
            tried_since: jiff::Timestamp::UNIX_EPOCH,
            n_attempts_before: 0,
        }
    }

    fn files(path: &Path, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(path.join(folder)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[tokio::test]
    async fn a_message_stands_in_new_once_however_often_it_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let maildir = Maildir::open(&dir.path().join("mail")).unwrap();
        maildir.probe().unwrap();
        for _ in 0..2 {
            assert!(matches!(maildir.deliver(&message()).await, Attempt::Sent { .. }));
        }
        assert_eq!(files(&maildir.path, "new"), ["7.ab@example.org"]);
        assert_eq!(files(&maildir.path, "tmp").len() + files(&maildir.path, "cur").len(), 0);
        assert_eq!(fs::read(maildir.path.join("new/7.ab@example.org")).unwrap(), message().bytes);
    }

    #[tokio::test]
    async fn a_message_that_was_read_meanwhile_is_not_put_there_again() {
        let dir = tempfile::tempdir().unwrap();
        let maildir = Maildir::open(dir.path()).unwrap();
        maildir.deliver(&message()).await;
        fs::rename(dir.path().join("new/7.ab@example.org"), dir.path().join("cur/7.ab@example.org:2,S")).unwrap();
        let again = Message { n_attempts: 2, ..message() };
        assert!(matches!(maildir.deliver(&again).await, Attempt::Sent { answer } if answer.contains("already")));
        assert!(files(dir.path(), "new").is_empty());
    }

    #[tokio::test]
    async fn what_cannot_be_written_waits() {
        let dir = tempfile::tempdir().unwrap();
        let maildir = Maildir::open(dir.path()).unwrap();
        fs::create_dir(dir.path().join("new/7.ab@example.org")).unwrap();
        assert!(matches!(maildir.deliver(&message()).await, Attempt::Unreachable { .. }));
        assert!(files(dir.path(), "tmp").is_empty());
    }
}
