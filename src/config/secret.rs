//! Passwords: never in the configuration itself, but in a file, from a command or from systemd.

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::command;
use super::table::{Source, Table};
use crate::domain::secret::Secret;

/// Longest secret, bytes: more is the wrong file. A key of 4096 bits takes 3,300.
const BYTES_MAX: u64 = 4096;
const KEYS: [&str; 3] = ["password_file", "password_command", "password_credential"];
const TOKEN_KEYS: [&str; 3] = ["token_file", "token_command", "token_credential"];
/// Keys of one secret: where it may stand.
type Keys = [&'static str];

/// Where secrets are looked for.
#[derive(Clone, Debug)]
pub struct Secrets {
    /// Relative files count from here.
    pub base: PathBuf,
    /// systemd's `$CREDENTIALS_DIRECTORY`.
    pub credentials: Option<PathBuf>,
    /// Whether they are read at all: who only looks at the store needs none, may not be allowed to read them and must
    /// not run the command that gives one.
    pub are_read: bool,
}

impl Secrets {
    /// Looks for secrets beside the configuration and where systemd puts credentials.
    #[expect(clippy::disallowed_methods, reason = "systemd names the directory of credentials in the environment only")]
    pub fn of_process(base: &Path) -> Self {
        Self {
            base: base.to_owned(),
            credentials: std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from),
            are_read: true,
        }
    }

    /// Resolves the password of `table`, if it names one; whatever goes wrong is a fault that does not tell it.
    pub fn resolve(&self, table: &mut Table<'_>, source: &mut Source) -> Option<SecretString> {
        self.resolved(table, source, &KEYS)
    }

    /// Resolves the token of `table`, if it names one, in the same way.
    pub fn token(&self, table: &mut Table<'_>, source: &mut Source) -> Option<SecretString> {
        self.resolved(table, source, &TOKEN_KEYS)
    }

    fn resolved(&self, table: &mut Table<'_>, source: &mut Source, keys: &Keys) -> Option<SecretString> {
        let (key, text) = self.place(table, source, keys)?;
        match self.read(key, &text).and_then(trimmed) {
            Ok(secret) => Some(secret),
            Err(message) => {
                table.wrong(source, key, message);
                None
            }
        }
    }

    /// The password of `table` as something to be asked for at each use: tokens age. It is asked for once here, so that
    /// whatever is wrong is a fault now.
    pub fn renewed(&self, table: &mut Table<'_>, source: &mut Source) -> Option<Secret> {
        let (key, text) = self.place(table, source, &KEYS)?;
        let secrets = self.clone();
        let secret = Secret::new(move || secrets.read(key, &text).and_then(trimmed));
        match secret.get() {
            Ok(_) => Some(secret),
            Err(message) => {
                table.wrong(source, key, message);
                None
            }
        }
    }

    /// The contents of the file or credential that one of `keys` names, at most 4 KiB of it.
    pub fn contents(&self, table: &mut Table<'_>, source: &mut Source, keys: &Keys) -> Option<(&'static str, Vec<u8>)> {
        let (key, text) = self.place(table, source, keys)?;
        match self.read(key, &text) {
            Ok(bytes) => Some((key, bytes)),
            Err(message) => {
                table.wrong(source, key, message);
                None
            }
        }
    }

    /// Which of `keys` is given, and what it says.
    fn place(&self, table: &mut Table<'_>, source: &mut Source, keys: &Keys) -> Option<(&'static str, String)> {
        let given = given_of(table, keys);
        if let [_, second, ..] = given[..] {
            let message = format!("more than one given, expected only one of {}", given.join(", "));
            table.wrong(source, second, message);
            return None;
        }
        let key = *given.first()?;
        let text = table.string(source, key).filter(|_| self.are_read)?;
        if key.ends_with("_credential") && self.credentials.is_none() {
            let message = "$CREDENTIALS_DIRECTORY is not set, so that this process works without the secret: only a \
                           service that systemd starts with `LoadCredential=` has credentials";
            source.warn(table.place(key), &table.key(key), message.to_owned());
            return None;
        }
        Some((key, text))
    }

    fn read(&self, key: &str, text: &str) -> Result<Vec<u8>, String> {
        match key {
            key if key.ends_with("_file") => from_file(&self.base.join(text)),
            key if key.ends_with("_command") => command::answer(text, BYTES_MAX),
            _ => self.credential(text),
        }
    }

    fn credential(&self, name: &str) -> Result<Vec<u8>, String> {
        let directory = self.credentials.as_deref().unwrap_or(Path::new(""));
        if name.is_empty() || name.contains('/') || name.starts_with('.') {
            return Err("expected the name of a credential, not a path".to_owned());
        }
        read_limited(&directory.join(name))
    }
}

/// The keys of `table` that give a password, asking for each.
pub fn given(table: &mut Table<'_>) -> Vec<&'static str> {
    given_of(table, &KEYS)
}

/// The same of a token.
pub fn tokens_given(table: &mut Table<'_>) -> Vec<&'static str> {
    given_of(table, &TOKEN_KEYS)
}

fn given_of(table: &mut Table<'_>, keys: &Keys) -> Vec<&'static str> {
    keys.iter().copied().filter(|key| table.has(key)).collect()
}

fn from_file(path: &Path) -> Result<Vec<u8>, String> {
    let metadata = std::fs::metadata(path).map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o007 != 0 {
        let path = path.display();
        return Err(format!("everybody may read `{path}` (mode {mode:04o}), expected `chmod 600 {path}`"));
    }
    read_limited(path)
}

fn read_limited(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(BYTES_MAX + 1).read_to_end(&mut bytes))
        .map_err(|error| format!("cannot read `{}`: {error}", path.display()))?;
    Ok(bytes)
}

/// The first line without its end; anything else in the file is a mistake better told now than by the mail server.
fn trimmed(bytes: Vec<u8>) -> Result<SecretString, String> {
    if bytes.len() as u64 > BYTES_MAX {
        return Err(format!("longer than {BYTES_MAX} bytes, expected a password"));
    }
    let text = String::from_utf8(bytes).map_err(|_| "not UTF-8 text, expected a password".to_owned())?;
    let text = text.trim_end_matches(['\r', '\n']);
    match text {
        "" => Err("empty, expected a password".to_owned()),
        text if text.contains(char::is_control) => Err("more than one line, expected a password".to_owned()),
        text => Ok(SecretString::from(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    /// What the `[x]` of `text` resolves to, or its faults.
    fn resolve(text: &str, base: &Path) -> Result<Option<String>, Vec<String>> {
        let mut source = Source::new(Path::new("x.toml"), text);
        let mut root = source.parse(text);
        let secrets = Secrets { base: base.to_owned(), credentials: Some(base.to_owned()), are_read: true };
        let secret = secrets.resolve(&mut root, &mut source);
        root.finish(&mut source);
        match source.into_faults() {
            faults if faults.is_empty() => Ok(secret.map(|secret| secret.expose_secret().to_owned())),
            faults => Err(faults.iter().map(ToString::to_string).collect()),
        }
    }

    fn with_file(mode: u32, contents: &[u8]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        std::fs::write(&path, contents).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        directory
    }

    #[test]
    fn a_password_comes_from_a_file_a_command_or_a_credential() {
        let directory = with_file(0o600, b"hunter2\n");
        for text in
            ["password_file = \"secret\"", "password_command = \"echo hunter2\"", "password_credential = \"secret\""]
        {
            assert_eq!(resolve(text, directory.path()), Ok(Some("hunter2".to_owned())), "{text}");
        }
        assert_eq!(resolve("", directory.path()), Ok(None));
    }

    #[test]
    fn a_file_that_everybody_may_read_is_refused_and_not_told() {
        let directory = with_file(0o644, b"hunter2\n");
        let faults = resolve("password_file = \"secret\"", directory.path()).unwrap_err();
        assert!(faults[0].contains("(mode 0644), expected `chmod 600"), "{faults:?}");
        assert!(!faults[0].contains("hunter2"), "{faults:?}");
        let shared_with_a_group = with_file(0o640, b"hunter2");
        assert!(resolve("password_file = \"secret\"", shared_with_a_group.path()).is_ok());
    }

    #[test]
    fn what_is_no_password_is_a_fault() {
        for contents in [b"".as_slice(), b"\n", b"a\nb\n", b"\xff\xfe", &[b'x'; 5000]] {
            let directory = with_file(0o600, contents);
            assert!(resolve("password_file = \"secret\"", directory.path()).is_err(), "{contents:?}");
        }
    }

    #[test]
    fn a_command_that_fails_and_a_name_that_leads_away_are_faults() {
        let directory = with_file(0o600, b"hunter2\n");
        for text in [
            "password_command = \"echo hunter2; exit 3\"",
            "password_credential = \"../secret\"",
            "password_credential = \"/etc/hostname\"",
            "password_credential = \"absent\"",
            "password_file = \"absent\"",
            "password_file = 3",
        ] {
            assert!(resolve(text, directory.path()).is_err(), "{text}");
        }
    }

    #[test]
    fn only_one_password_may_be_given() {
        let directory = with_file(0o600, b"hunter2\n");
        let text = "password_file = \"secret\"\npassword_command = \"echo x\"\n";
        let faults = resolve(text, directory.path()).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert!(faults[0].starts_with("x.toml:2: `password_command`: more than one given"), "{faults:?}");
    }
}
