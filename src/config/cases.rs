//! What a configuration may say and what is a fault, section by section, both sides of every rule.

use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;

use super::load::load_with;
use super::secret::Secrets;
use super::*;
use crate::domain::policy::{Tls, Transport};

const OUTLETS: &str =
    "[outlet.nasa]\nkind = \"government\"\ndomains = [\"nasa.gov\"]\n\n[outlet.tass]\nkind = \"state_agency\"\n";
pub(super) const FEED: &str = "[[feed]]\nurl = \"https://www.nasa.gov/feed/\"\noutlet = \"nasa\"\n";
pub(super) const AUDIENCE: &str = "[[audience]]\nname = \"desk\"\nto = [\"desk@example.org\"]\non = \"development\"\n";

/// Loads `text` with two outlets, one topic and a file `secret` beside it.
pub(super) fn load_text(text: &str) -> Result<Config, Vec<Fault>> {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    write("outlets.toml", OUTLETS);
    write("topic.toml", &std::fs::read_to_string(topic_file()).unwrap());
    write("secret", "correct horse\n");
    write("orbitwire.toml", &format!("topics = [\"topic.toml\"]\n{text}"));
    let secrets = Secrets { base: directory.path().to_owned(), credentials: None, are_read: true };
    load_with(&directory.path().join("orbitwire.toml"), &secrets).0
}

fn topic_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/topics/us-russia-space.toml")
}

/// The configuration of `section` beside a feed and an audience.
#[track_caller]
fn fine(section: &str) -> Config {
    load_text(&format!("{section}\n{FEED}{AUDIENCE}")).unwrap_or_else(|faults| panic!("{section}: {faults:#?}"))
}

/// `section`, in which line 2 is the first, has exactly these faults, each given as `line key: part of the message`.
#[track_caller]
pub(super) fn faulty(section: &str, expected: &[&str]) {
    let text = if section.contains("[[feed]]") { section.to_owned() } else { format!("{section}\n{FEED}") };
    let faults = load_text(&text).expect_err(section);
    let mut found = String::new();
    for fault in &faults {
        let _ = writeln!(found, "{} {}: {}", fault.line, fault.key, fault.message);
    }
    assert_eq!(faults.len(), expected.len(), "{section}\n{found}");
    for (line, part) in found.lines().zip(expected) {
        let (place, message) = part.split_once(": ").unwrap();
        assert!(line.starts_with(&format!("{place}: ")) && line.contains(message), "{section}\n{line}\n{part}");
    }
}

#[test]
fn no_fault_shows_a_login_or_a_token() {
    faulty(
        "[http]\nproxy = \"ftp://u:s3cret@proxy.example\"\n",
        &["3 http.proxy: found the string \"ftp://***@proxy.example\""],
    );
    faulty(
        "[[feed]]\nurl = \"http://e e.example/f?token=s3cret\"\noutlet = \"nasa\"\n",
        &["3 feed[1].url: found the string \"http://e e.example/f?token=***\""],
    );
}

#[test]
fn ten_faults_are_told_at_once_each_with_its_line() {
    faulty(
        "[store]\npath = 3\n[poll]\nevry = \"30m\"\njitter = 2\n[http]\nallow_networks = [\"10.0.0.0/8\",\n  \"ten\"]\n\
         [mail]\ntransport = \"pigeon\"\n[log]\nlevel = \"loud\"\n[[feed]]\nurl = \"ftp://nasa.gov/feed\"\n\
         outlet = \"nsaa\"\n[[audience]]\nname = \"desk\"\nto = [\"nobody\"]\nat = \"25:00\"\n",
        &[
            "3 store.path: found the number 3, expected the path of a file",
            "5 poll.evry: unknown key, did you mean `every`?",
            "6 poll.jitter: found the number 2, expected a number from 0 to 1",
            "9 http.allow_networks: found \"ten\", expected a network",
            "11 mail.transport: found the string \"pigeon\", expected \"file\" or \"smtp\"",
            "13 log.level: expected \"error\" or \"warn\"",
            "15 feed[1].url: found the string \"ftp://nasa.gov/feed\", expected an http:// or https:// address",
            "16 feed[1].outlet: which the outlet file does not have, did you mean `nasa`?",
            "19 audience[1].to: found \"nobody\", expected a mailbox",
            "20 audience[1].at: found \"25:00\", expected a time of day",
        ],
    );
}

#[test]
fn a_syntax_fault_is_told_without_blaming_what_it_hides() {
    faulty("[[feed]]\nurl = \"https://www.nasa.gov/feed/\noutlet = \"nasa\"\n", &["3 : invalid basic string"]);
}

#[test]
fn a_topic_in_place_of_the_configuration_is_one_fault_that_says_so() {
    let found = load(&topic_file()).unwrap_err();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].message.starts_with("this is a topic, not a configuration"), "{found:?}");
}

#[test]
fn a_missing_feed_is_not_told_when_its_header_was_not_understood() {
    let faults = load_text(&format!("[[feed]\n{AUDIENCE}")).unwrap_err();
    assert!(faults.iter().all(|fault| !fault.message.contains("at least one")), "{faults:?}");
    assert_eq!(faults[0].line, 2, "{faults:?}");
}

#[test]
fn faults_of_the_other_files_come_after_those_of_the_first() {
    let text = |outlets: &str| format!("outlets = \"{outlets}\"\n{FEED}");
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("o.toml");
    std::fs::write(&file, format!("{OUTLETS}[outlet.x]\nkind = \"blog\"\n")).unwrap();
    let faults = load_text(&format!("{}every = 3\n", text(&file.display().to_string()))).unwrap_err();
    let places: Vec<_> = faults.iter().map(|fault| (fault.line, fault.key.as_str())).collect();
    assert_eq!(places, [(6, "feed[1].every"), (8, "outlet.x.kind")]);
    std::fs::write(&file, OUTLETS).unwrap();
    assert!(load_text(&text(&file.display().to_string())).is_ok());
}

#[test]
fn a_feed_is_needed_and_an_audience_is_advised() {
    let faults = load_text(AUDIENCE).unwrap_err();
    assert_eq!((faults.len(), faults[0].key.as_str()), (1, "feed"));
    let config = load_text(FEED).unwrap();
    assert!(config.warnings[0].message.contains("nobody is told"), "{:?}", config.warnings);
    assert_eq!(fine("").warnings, []);
}

#[test]
fn files_that_are_not_there_are_told_where_they_are_named() {
    let (feed, audience) = (FEED, AUDIENCE.replace("on", "topics = [\"moon\"]\non"));
    let faults = load_text(&format!("outlets = \"absent.toml\"\n{feed}{audience}")).unwrap_err();
    assert_eq!((faults[0].line, faults[0].key.as_str()), (2, "outlets"));
    assert!(faults[0].message.contains("cannot be read"), "{faults:?}");
    assert_eq!(faults.len(), 2, "{faults:?}");
}

#[test]
fn numbers_have_their_ranges_and_order() {
    let config = fine("[poll]\nevery = \"1h\"\nfloor = \"1h\"\nceiling = \"1h\"\nconcurrency = 4\nper_host = 4\n");
    assert_eq!(config.policy.poll.every, jiff::SignedDuration::from_hours(1));
    assert_eq!((config.http.concurrency, config.warnings.len()), (4, 0));
    faulty("[poll]\nfloor = \"2h\"\nceiling = \"1h\"\n", &["3 poll.floor: `floor` is 2h and `ceiling` 1h"]);
    faulty("[poll]\nconcurrency = 1\nper_host = 2\n", &["4 poll.per_host: found 2, expected no more than"]);
    faulty("[grouping]\nwindow = \"15d\"\n", &["3 grouping.window: `window` is 15d and `reopen` 14d"]);
    faulty(
        "[http]\ntotal_timeout = \"5s\"\n",
        &[
            "3 http.total_timeout: `connect_timeout` is 10s and `total_timeout` 5s",
            "3 http.total_timeout: `idle_timeout` is 15s",
        ][..],
    );
    faulty("[http]\nbody_bytes_max = \"2 parsecs\"\n", &["3 http.body_bytes_max: expected a size from 1KiB to 1GiB"]);
    faulty("[retry]\nwaits = [\"1m\", \"soon\"]\n", &["3 retry.waits: found the string \"soon\", expected a duration"]);
    faulty("[retry]\nwaits = []\n", &["3 retry.waits: found 0 waits"]);
    assert_eq!(fine("[retry]\nwaits = [\"2m\"]\n").policy.retry.waits.len(), 1);
}

#[test]
fn an_interval_below_the_floor_is_told_but_lived_with() {
    let config = fine("[poll]\nevery = \"1m\"\n");
    assert!(config.warnings[0].message.contains("polled every 10m"), "{:?}", config.warnings);
}

#[test]
fn feeds_are_checked_one_by_one_and_against_each_other() {
    let config =
        load_text("[[feed]]\nurl = \"https://blogs.nasa.gov/x/feed/\"\nheaders = { Accept-Language = \"en\" }\n")
            .unwrap();
    assert_eq!((config.feeds[0].outlet.as_str(), config.feeds[0].name.as_str()), ("nasa", "blogs.nasa.gov/x/feed"));
    assert_eq!(config.feeds[0].headers, [("Accept-Language".to_owned(), "en".to_owned())]);
    let second = |lines: &str| format!("{FEED}[[feed]]\n{lines}");
    faulty(&second("url = \"http://www.nasa.gov/feed/#top\"\n"), &["6 feed[2].url: the same address as `feed[1].url`"]);
    faulty(
        &second("url = \"https://example.org/feed\"\n"),
        &["5 feed[2].outlet: missing, expected a key of the outlet file"],
    );
    faulty(&second("outlet = \"nasa\"\n"), &["5 feed[2].url: missing, expected the address of the feed"]);
    faulty(
        &second("url = \"https://a:b@nasa.gov/feed\"\n"),
        &["6 feed[2].url: a login in the address would be logged"],
    );
    faulty(
        &second("url = \"https://nasa.gov/x\"\nheaders = { Host = \"x\", \"a b\" = \"x\", Accept = \"\\n\" }\n"),
        &[
            "7 feed[2].headers.Host: orbitwire sets this header itself",
            "7 feed[2].headers.a b: expected the name of an HTTP header",
            "7 feed[2].headers.Accept: expected printable ASCII",
        ][..],
    );
}

#[test]
fn a_feed_behind_a_login_gets_its_header_and_no_debug_print_shows_it() {
    let text = "[[feed]]\nurl = \"https://nasa.gov/x\"\nuser = \"desk\"\npassword_file = \"secret\"\n";
    let config = load_text(text).unwrap();
    assert_eq!(config.feeds[0].headers[0].1, "Basic ZGVzazpjb3JyZWN0IGhvcnNl");
    assert!(!format!("{config:?}").contains("ZGVzazpjb3JyZWN0"));
    faulty(
        "[[feed]]\nurl = \"https://nasa.gov/x\"\npassword_file = \"secret\"\n",
        &["4 feed[1].password_file: without `user`"],
    );
    faulty("[[feed]]\nurl = \"https://nasa.gov/x\"\nuser = \"desk\"\n", &["4 feed[1].user: without a password"]);
}

#[test]
fn a_feed_behind_a_token_gets_it_in_the_header_that_it_asks_for() {
    let feed = "[[feed]]\nurl = \"https://nasa.gov/x\"\n";
    let headers = |text: &str| load_text(&format!("{feed}{text}")).unwrap().feeds[0].headers.clone();
    let pair = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    assert_eq!(headers("token_file = \"secret\"\n"), pair("Authorization", "Bearer correct horse"));
    let own = "token_file = \"secret\"\ntoken_header = \"X-Api-Key\"\n";
    assert_eq!(headers(own), pair("X-Api-Key", "correct horse"));
    faulty(&format!("{feed}token_header = \"X-Api-Key\"\n"), &["4 feed[1].token_header: a header without a token"]);
    faulty(
        &format!("{feed}{}", own.replace("X-Api-Key", "Host")),
        &["5 feed[1].token_header: expected the name of an HTTP header"],
    );
    let both = "user = \"desk\"\npassword_file = \"secret\"\ntoken_file = \"secret\"\n";
    faulty(&format!("{feed}{both}"), &["6 feed[1].token_file: a token beside `user`"]);
}

#[test]
fn a_mail_server_is_checked_and_its_password_never_shown() {
    let smtp = "[mail]\ntransport = \"smtp\"\nfrom = \"a@example.org\"\nhost = \"mail.example.org\"\n";
    let config = fine(&format!("{smtp}user = \"desk\"\npassword_file = \"secret\"\n"));
    assert!(!format!("{config:?}").contains("correct horse"));
    let Transport::Smtp(server) = config.mail.transport else { panic!("not smtp") };
    assert_eq!((server.port, server.tls, server.password.is_some()), (465, Tls::Implicit, true));
    faulty("[mail]\ntransport = \"smtp\"\n", &["2 mail.from: missing", "2 mail.host: missing"]);
    faulty(&format!("{smtp}user = \"desk\"\n"), &["6 mail.user: a user without a password"]);
    faulty(&format!("{smtp}password_file = \"secret\"\n"), &["6 mail.password_file: a password without `user`"]);
    faulty(&format!("{smtp}password = \"secret\"\n"), &["6 mail.password: unknown key"]);
    faulty(&smtp.replace("a@", "a b@"), &["4 mail.from: expected a mailbox"]);
    faulty(&smtp.replace("mail.example", "smtp://mail.example"), &["5 mail.host: expected a host name"]);
}

#[test]
fn plain_mail_leaves_this_machine_only_when_said() {
    let smtp = "[mail]\ntransport = \"smtp\"\nfrom = \"a@example.org\"\ntls = \"none\"\n";
    for host in ["localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]", "mail.localhost"] {
        fine(&format!("{smtp}host = \"{host}\"\n"));
    }
    for host in ["mail.example.org", "10.0.0.1", "localhost.example.org", "::2"] {
        faulty(&format!("{smtp}host = \"{host}\"\n"), &["5 mail.tls: mail to another machine would be readable"]);
        fine(&format!("{smtp}host = \"{host}\"\nallow_plain = true\n"));
    }
}

#[test]
fn server_keys_beside_the_file_transport_are_told_but_lived_with() {
    let config = fine("[mail]\nhost = \"mail.example.org\"\npassword_file = \"absent\"\n");
    assert_eq!(config.warnings.len(), 1);
}
