//! Messages as files: one `.eml` a message, complete or not there at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::MailError;
use crate::domain::message::{Attempt, Message};

/// File systems take names of 255 bytes; this leaves room for the endings.
const NAME_BYTES_MAX: usize = 180;

/// A directory that takes messages.
#[derive(Clone, Debug)]
pub(super) struct Directory {
    path: PathBuf,
}

impl Directory {
    /// Creates the directory when it is absent.
    pub(super) fn open(path: &Path) -> Result<Self, MailError> {
        fs::create_dir_all(path).map_err(|source| MailError::Directory { path: path.to_owned(), source })?;
        Ok(Self { path: path.to_owned() })
    }

    /// Whether a file can be written there.
    pub(super) fn probe(&self) -> Result<String, String> {
        let part = self.path.join(".probe.part");
        let tried = File::create(&part).and_then(|_| fs::remove_file(&part));
        match tried {
            Ok(()) => Ok(format!("files go to `{}`", self.path.display())),
            Err(error) => Err(format!("failed to write to `{}`: {error}", self.path.display())),
        }
    }

    /// Writes the message. The same Message-ID is the same file, so that a repeated attempt leaves one message.
    pub(super) async fn deliver(&self, message: &Message) -> Attempt {
        let (directory, message) = (self.clone(), message.clone());
        let written = tokio::task::spawn_blocking(move || directory.write(&message)).await;
        match written.map_err(io::Error::other).and_then(|written| written) {
            Ok(path) => Attempt::Sent { answer: format!("written to `{}`", path.display()) },
            Err(error) => {
                Attempt::Unreachable { reason: format!("failed to write to `{}`: {error}", self.path.display()) }
            }
        }
    }

    fn write(&self, message: &Message) -> io::Result<PathBuf> {
        fs::create_dir_all(&self.path)?;
        let name = file_name(&message.message_id);
        let path = self.path.join(format!("{name}.eml"));
        write_whole(&message.bytes, &self.path.join(format!(".{name}.part")), &path)?;
        Ok(path)
    }
}

/// Writes a file by way of `part`: synced before it gets its name, and the name after, so that after a power cut there
/// is a whole file or none.
pub(super) fn write_whole(bytes: &[u8], part: &Path, path: &Path) -> io::Result<()> {
    let written = File::create(part).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    if let Err(error) = written.and_then(|()| fs::rename(part, path)) {
        let _ = fs::remove_file(part);
        return Err(error);
    }
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// The Message-ID in letters that every file system takes; where that loses something, a hash keeps names apart.
pub(super) fn file_name(message_id: &str) -> String {
    let safe = |c: char| if c.is_ascii_alphanumeric() || "-_.@+".contains(c) { c } else { '_' };
    let name: String = message_id.chars().map(safe).take(NAME_BYTES_MAX).collect();
    let name = name.trim_start_matches('.').to_owned();
    if name == message_id { name } else { format!("{name}-{}", &blake3::hash(message_id.as_bytes()).to_hex()[..16]) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::MessageId;

    fn message(message_id: &str, bytes: &[u8]) -> Message {
        Message {
            id: MessageId(1),
            message_id: message_id.to_owned(),
            envelope_from: "orbitwire@example.org".to_owned(),
            envelope_to: "desk@example.org".to_owned(),
            bytes: bytes.to_vec(),
            n_attempts: 1,
            tried_since: jiff::Timestamp::UNIX_EPOCH,
            n_attempts_before: 0,
        }
    }

    fn files(path: &Path) -> Vec<String> {
        let mut names: Vec<_> =
            fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[tokio::test]
    async fn a_message_is_one_file_however_often_it_is_written() {
        let dir = tempfile::tempdir().unwrap();
        let directory = Directory::open(&dir.path().join("a/outbox")).unwrap();
        for _ in 0..2 {
            let attempt = directory.deliver(&message("7.ab@example.org", b"Subject: x\r\n\r\ny\r\n")).await;
            assert!(matches!(attempt, Attempt::Sent { .. }), "{attempt:?}");
        }
        assert_eq!(files(&directory.path), ["7.ab@example.org.eml"]);
        assert_eq!(fs::read(directory.path.join("7.ab@example.org.eml")).unwrap(), b"Subject: x\r\n\r\ny\r\n");
    }

    #[tokio::test]
    async fn what_cannot_be_written_is_tried_later_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let directory = Directory::open(dir.path()).unwrap();
        fs::create_dir(dir.path().join("7.ab@example.org.eml")).unwrap();
        let attempt = directory.deliver(&message("7.ab@example.org", b"x")).await;
        assert!(matches!(attempt, Attempt::Unreachable { .. }), "{attempt:?}");
        assert_eq!(files(dir.path()), ["7.ab@example.org.eml"]);
    }

    #[test]
    fn a_directory_that_cannot_be_is_refused_at_once() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert!(matches!(Directory::open(&file.path().join("x")), Err(MailError::Directory { .. })));
    }

    #[test]
    fn names_stay_inside_the_directory_and_apart() {
        assert_eq!(file_name("7.ab@example.org"), "7.ab@example.org");
        let up = file_name("../../etc/passwd");
        assert!(!up.contains('/') && !up.starts_with('.'), "{up}");
        assert_ne!(file_name("a/b"), file_name("a:b"));
        assert!(file_name(&"x".repeat(1000)).len() < 220);
    }
}
