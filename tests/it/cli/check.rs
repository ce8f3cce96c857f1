//! `check`: all faults at once, where and what was expected; and where no configuration is.

use std::path::PathBuf;

use crate::harness::World;
use crate::program::{program, run, with_config};

/// The world's configuration with one text in place of another.
fn changed(world: &World, from: &str, to: &str) -> PathBuf {
    let text = std::fs::read_to_string(world.write_config()).unwrap();
    assert!(text.contains(from), "{text}");
    let file = world.folder.path().join("changed.toml");
    std::fs::write(&file, text.replacen(from, to, 1)).unwrap();
    file
}

const TEN_FAULTS: &str = "topics = [\"absent.toml\"]
[store]
path = 7
[http]
allow_networks = [\"everywhere\"]
body_bytes_max = \"huge\"
[poll]
evry = \"30m\"
jitter = 7.5
[mail]
transport = \"pigeon\"
[retry]
waits = [\"soon\"]
[[audience]]
name = \"desk\"
to = [\"nobody\"]
on = \"development\"
timezone = \"Mars/Olympus\"
[[feed]]
url = \"gopher://example.org/\"
outlet = \"nobody-knows\"
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sound_configuration_is_told_in_words_and_in_json() {
    let world = World::with(&[("agency", "nasa")]).await;
    world.ask(&["check"]).done().says(&["is in order", "1 feed of 1 outlet", "us-russia-space", "desk@example.org"]);
    let value = world.ask(&["check", "--json"]).done().json();
    assert_eq!((&value["ok"], &value["n_feeds"]), (&true.into(), &1.into()));
    assert!(!world.folder.path().join("news.db").exists(), "check makes no store");
}

#[test]
fn every_fault_is_told_at_once_with_line_and_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("faulty.toml");
    std::fs::write(&file, TEN_FAULTS).unwrap();
    let said = with_config(&file, &["check"], "");
    let keys = [
        "`topics`",
        "`store.path`",
        "`http.allow_networks`",
        "`http.body_bytes_max`",
        "`poll.evry`",
        "`poll.jitter`",
        "`mail.transport`",
        "`retry.waits`",
        "`audience[1].to`",
        "`audience[1].timezone`",
        "`feed[1].url`",
    ];
    let said = said.failed(78, &keys);
    assert_eq!(said.out, "");
    let lines = said.err.lines().filter(|line| line.contains("faulty.toml:")).count();
    assert!(lines >= 10, "{}", said.err);
    let value = with_config(&file, &["check", "--json"], "").failed(78, &[]).json();
    assert_eq!(value["ok"], false);
    assert_eq!(value["faults"].as_array().unwrap().len(), lines);
    for fault in value["faults"].as_array().unwrap() {
        assert!(fault["file"].is_string() && fault["line"].is_u64() && fault["key"].is_string(), "{fault}");
        assert!(fault["message"].as_str().unwrap().len() > 10, "{fault}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_key_is_told_with_the_one_that_was_meant() {
    let world = World::with(&[("agency", "nasa")]).await;
    let file = changed(&world, "min_gap", "min_gpa");
    with_config(&file, &["check"], "").failed(78, &["min_gpa", "`min_gap`"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_faulty_configuration_stops_every_command_before_it_begins() {
    let world = World::with(&[("agency", "nasa")]).await;
    let file = changed(&world, "min_gap", "min_gpa");
    for command in
        [&["run"][..], &["poll"], &["deliver"], &["status"], &["stories"], &["judge"], &["digest", "preview"]]
    {
        with_config(&file, command, "").failed(78, &["min_gpa"]);
    }
    assert!(!world.folder.path().join("news.db").exists());
}

#[test]
fn without_a_configuration_it_says_where_it_looked_and_what_to_do() {
    if std::path::Path::new("/etc/orbitwire/orbitwire.toml").exists() {
        println!("skipped: this machine has a configuration of its own");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for command in ["check", "run", "status"] {
        let mut asked = program();
        asked.arg(command).current_dir(folder.path());
        run(asked, b"").failed(78, &["no configuration found", "orbitwire.toml", "orbitwire demo"]);
    }
    with_config(&folder.path().join("nowhere.toml"), &["check"], "").failed(78, &["nowhere.toml", "no such file"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_network_is_asked_without_a_trace() {
    let world = World::with(&[("agency", "nasa")]).await;
    world.ask(&["check", "--network"]).done().says(&["is in order", "ok", "mail"]);
    world.feeds.set("agency", crate::harness::Answer::status(404));
    world.ask(&["check", "--network"]).failed(1, &["cannot be used"]).says(&["FAIL", "404"]);
    assert!(!world.folder.path().join("news.db").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn templates_are_written_changed_and_proved_before_they_are_taken() {
    let world = World::with(&[("agency", "nasa")]).await;
    let folder = world.folder.path().join("own");
    let name = folder.display().to_string();
    world.ask(&["templates", "write", &name]).done().says(&["digest.html.j2", "templates = "]);
    world.ask(&["templates", "write", &name]).failed(1, &["failed to write templates", "exists"]);
    let file = changed(&world, "[store]", "templates = \"own\"\n[store]");
    with_config(&file, &["check"], "").done().says(&["is in order", "templates  "]);
    let page = folder.join("digest.html.j2");
    let source = std::fs::read_to_string(&page).unwrap();
    std::fs::write(&page, source.replace("ORBITWIRE", "THE DESK")).unwrap();
    with_config(&file, &["templates", "sample", "--html", "--language", "ru"], "")
        .done()
        .says(&["THE DESK", "lang=\"ru\""]);
    std::fs::write(&page, source.replace("{{ title }}", "{{ titel }}")).unwrap();
    with_config(&file, &["check"], "").failed(78, &["digest.html.j2:", "undefined value"]);
}
