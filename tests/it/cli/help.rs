//! What the program says of itself.

use crate::program::{program, run};

const COMMANDS: [&str; 26] = [
    "replay",
    "mute",
    "unmute",
    "release",
    "demo",
    "run",
    "check",
    "poll",
    "digest",
    "deliver",
    "read",
    "judge",
    "eval",
    "explain",
    "stories",
    "story",
    "feeds",
    "search",
    "status",
    "db",
    "outbox",
    "audit",
    "unsubscribe",
    "completions",
    "man",
    "help",
];

fn ask(arguments: &[&str]) -> crate::program::Said {
    let mut asked = program();
    asked.args(arguments);
    run(asked, b"")
}

#[test]
fn the_help_names_every_command_and_what_a_newcomer_does_first() {
    ask(&["--help"]).done().says(&COMMANDS).says(&["orbitwire demo", "78 configuration fault"]);
    let version = ask(&["--version"]).done();
    assert_eq!(version.out, format!("orbitwire {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn every_command_that_takes_something_has_an_example() {
    for command in COMMANDS.iter().filter(|command| !["help"].contains(command)) {
        ask(&[command, "--help"]).done().says(&["Example", &format!("orbitwire {command}"), "Usage: orbitwire"]);
    }
}

#[test]
fn what_cannot_be_meant_is_a_usage_error() {
    for (arguments, part) in [
        (&["launch"][..], "launch"),
        (&["poll", "--everything"], "--everything"),
        (&["story"], "<ID>"),
        (&["search"], "WORDS"),
        (&["digest"], "<ACTION>"),
        (&["digest", "show"], "preview"),
        (&["eval", "taste", "x"], "relevance"),
        (&["stories", "--days", "many"], "--days"),
        (&["stories", "--limit", "18446744073709551615"], "1000000"),
        (&["search", "x", "--limit", "-1"], "-1"),
        (&["completions", "abacus"], "bash"),
    ] {
        let said = ask(arguments).failed(2, &[part]);
        assert_eq!(said.out, "", "{arguments:?}");
    }
    assert_eq!(ask(&[]).code, Some(2));
}

#[test]
fn completions_and_the_manual_page_are_printed() {
    ask(&["completions", "bash"]).done().says(&["_orbitwire()", "digest", "--assume-relevant"]);
    for shell in ["zsh", "fish"] {
        ask(&["completions", shell]).done().says(&["orbitwire"]);
    }
    let page = ask(&["man"]).done().says(&[".TH orbitwire", "78 configuration fault"]);
    page.says(&["ORBITWIRE JUDGE", r"\-\-given\-stories", "orbitwire judge < entries.jsonl"]).without(&["judge(1)"]);
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    for command in ["man", "completions bash", "--help"] {
        let line = format!("{} {command} | true; exit ${{PIPESTATUS[0]}}", env!("CARGO_BIN_EXE_orbitwire"));
        let mut shell = std::process::Command::new("bash");
        shell.args(["-c", &line]);
        let said = run(shell, b"");
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{command}");
    }
}
