//! The real program, run as a command.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::SignedDuration;
use orbitwire::clock::Clock;
use rusqlite::types::ValueRef;
use serde_json::Value;

use crate::harness::{Entry, World};

/// What a command left behind.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

/// The program with its surroundings fixed; what it is to do comes behind.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orbitwire"));
    command.env("TZ", "UTC").env("COLUMNS", "100").env_remove("NOTIFY_SOCKET").env_remove("RUST_BACKTRACE");
    command
}

/// Runs it to its end with these bytes on standard input.
pub fn run(mut command: Command, input: &[u8]) -> Said {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut pipe, input) = (child.stdin.take().unwrap(), input.to_vec());
    // In a thread of its own, since the program may answer before it has read everything.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    let said = Said { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
    assert!(!said.err.contains("panicked"), "{}", said.err);
    for text in [&said.out, &said.err] {
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "a control character is on the way out: {text:?}");
    }
    said
}

/// Runs a command over a configuration file.
pub fn with_config(config: &Path, arguments: &[&str], input: &str) -> Said {
    let mut command = program();
    command.arg("--config").arg(config).args(arguments);
    run(command, input.as_bytes())
}

impl World {
    /// Runs a command over the world's configuration.
    pub fn ask(&self, arguments: &[&str]) -> Said {
        self.ask_with(arguments, "")
    }

    /// The same with a standard input.
    pub fn ask_with(&self, arguments: &[&str], input: &str) -> Said {
        with_config(&self.write_config(), arguments, input)
    }

    /// Every row of the store that says something, as text; what SQLite keeps for itself apart.
    pub fn rows(&self) -> BTreeSet<String> {
        let store = rusqlite::Connection::open(self.folder.path().join("news.db")).unwrap();
        let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let mut tables = store.prepare(sql).unwrap();
        let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        assert!(tables.len() > 10, "{tables:?}");
        let mut all = BTreeSet::new();
        for table in tables {
            let mut rows = store.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let n = rows.column_count();
            let mut rows = rows.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let values: Vec<String> = (0..n).map(|at| shown(row.get_ref(at).unwrap())).collect();
                all.insert(format!("{table}: {}", values.join("|")));
            }
        }
        all
    }

    /// Nothing in the store differs from before.
    #[track_caller]
    pub fn is_unchanged(&self, before: &BTreeSet<String>) {
        let now = self.rows();
        let differences: Vec<&String> = now.symmetric_difference(before).collect();
        assert!(differences.is_empty(), "{differences:#?}");
    }
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        other => format!("{other:?}"),
    }
}

impl Said {
    /// It did what it was asked.
    #[track_caller]
    pub fn done(self) -> Self {
        assert_eq!(self.code, Some(0), "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// It ended with this code, and said all of this on standard error.
    #[track_caller]
    pub fn failed(self, code: i32, parts: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "out: {}\nerr: {}", self.out, self.err);
        for part in parts {
            assert!(self.err.contains(part), "`{part}` is not in: {}", self.err);
        }
        self
    }

    /// All of this is on standard output.
    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.out.contains(part), "`{part}` is not in: {}", self.out);
        }
        self
    }

    /// None of this is on standard output.
    #[track_caller]
    pub fn without(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(!self.out.contains(part), "`{part}` is in: {}", self.out);
        }
        self
    }

    /// Standard output as one JSON value.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}", self.out))
    }

    /// Standard output as JSON Lines.
    #[track_caller]
    pub fn json_lines(&self) -> Vec<Value> {
        let line = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        self.out.lines().map(line).collect()
    }
}

/// The keys of an object, sorted.
pub fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    keys
}

/// An entry published some hours before the present of the machine.
pub fn recent(key: &str, title: &str, lead: &str, hours: i64) -> Entry {
    Entry {
        guid: format!("id-{key}"),
        link: format!("https://outlet.example/{key}"),
        title: title.to_owned(),
        lead: lead.to_owned(),
        at: Clock::System.now() - SignedDuration::from_hours(hours),
    }
}

pub const DEAL: (&str, &str) = (
    "Roscosmos and NASA extend seat-swap agreement through 2027",
    "Roscosmos and NASA have extended the agreement on cross-flights to the International Space Station through 2027. \
     \"We welcome the extension,\" said NASA spokeswoman Jane Miller.",
);
pub const LEAK: (&str, &str) = (
    "Роскосмос сообщил НАСА об утечке воздуха в модуле «Звезда»",
    "Специалисты Роскосмоса передали НАСА данные об утечке воздуха в модуле и о том, как её закроют, на этой неделе.",
);
pub const ROVER: (&str, &str) =
    ("Mars rover finds clay in an old river bed", "The rover will drill three more samples this month.");

/// Two feeds with news of the last hours and one that is not there, polled once by the program.
pub async fn polled() -> World {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass"), ("broken", "rt")]).await;
    world.feeds.show("agency", &[recent("deal", DEAL.0, DEAL.1, 3), recent("rover", ROVER.0, ROVER.1, 4)]);
    world.feeds.show("wire", &[recent("leak", LEAK.0, LEAK.1, 2)]);
    world.feeds.set("broken", crate::harness::Answer::status(404));
    world.ask(&["poll", "--all"]).done();
    world
}
