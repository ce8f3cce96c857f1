//! Mail servers of ill will against the real service: no mail is lost, none comes under two names, feeds are polled on.

use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::StreamExt;
use orbitwire::mail::sink::{Accepted, Act, Script, Sink, Step};
use rusqlite::Connection;

use super::count;
use crate::bad_mail::TWO;
use crate::harness::{PACE_AND_RETRIES, World, happening};
use crate::program::recent;
use crate::running::{Running, changed, smtp};

/// Services at once.
const AT_ONCE: usize = 12;
/// Longer than the wait for the answer to a message, twice.
const PATIENCE: Duration = Duration::from_secs(60);

/// What becomes of a digest for two.
#[derive(Clone, Copy, Debug)]
enum End {
    /// Each got it once.
    Once,
    /// The server kept one message and never said so: it comes again, byte for byte.
    Again,
    /// The first is refused for good, the second got it.
    Second,
    /// Both are refused for good.
    Refused,
    /// It waits for a person, and the server is left in peace.
    Rests,
}

struct Behaviour {
    name: &'static str,
    script: Script,
    more: &'static str,
    end: End,
}

fn once(name: &'static str, step: Step, act: Act) -> Behaviour {
    Behaviour { name, script: Script::good().at_first(1, step, act), more: "", end: End::Once }
}

fn always(name: &'static str, step: Step, act: Act, end: End) -> Behaviour {
    Behaviour { name, script: Script::good().at(step, act), more: "", end }
}

fn offering(name: &'static str, offers: &[&str], end: End) -> Behaviour {
    Behaviour { name, script: Script::good().offering(offers), more: "", end }
}

fn reply(words: &str) -> Act {
    Act::Reply(words.to_owned())
}

fn last_words(words: &str) -> Act {
    Act::ReplyAndDrop(words.to_owned())
}

fn bytes(bytes: &[u8]) -> Act {
    Act::Bytes(bytes.to_vec())
}

/// Before a message is spoken of.
fn openings() -> Vec<Behaviour> {
    let many: String = (0..500).map(|n| format!("250-X{n}\r\n")).collect();
    let secured = |name, script: Script, end| Behaviour { name, script, more: "starttls", end };
    let login = |name, script: Script, end| Behaviour { name, script, more: "login", end };
    let tls = || Script::good().offering(&["STARTTLS", "AUTH PLAIN"]);
    vec![
        once("is busy at the greeting", Step::Greeting, last_words("421 too busy")),
        once("hangs up at once", Step::Greeting, Act::Drop),
        once("says nothing", Step::Greeting, Act::Silence),
        once("greets late", Step::Greeting, Act::Wait(Duration::from_secs(3))),
        once("greets for ever", Step::Greeting, Act::FloodLines),
        once("greets in a line for ever", Step::Greeting, Act::Flood),
        once("drips its greeting", Step::Greeting, Act::Drip),
        once("greets in zeros", Step::Greeting, bytes(&[0; 4000])),
        once("greets in half a code", Step::Greeting, bytes(b"22")),
        once("greets as a web server", Step::Greeting, last_words("HTTP/1.1 400 Bad Request")),
        once("greets in escapes", Step::Greeting, last_words("\x1b[2J\x1b]0;owned\x07")),
        once(
            "greets and answers in advance",
            Step::Greeting,
            reply("220 a\r\n250 b\r\n250 c\r\n250 d\r\n354 e\r\n250 f"),
        ),
        always("knows no extensions", Step::Ehlo, reply("502 what?"), End::Once),
        once("is busy at the second word", Step::Ehlo, reply("421 busy")),
        once("offers without end", Step::Ehlo, Act::FloodLines),
        once("offers five hundred things", Step::Ehlo, Act::Reply(format!("{many}250 OK"))),
        once("breaks off in its offers", Step::Ehlo, last_words("250-sink\r\n250-SI")),
        once("offers in a line of ten kilobytes", Step::Ehlo, Act::Reply(format!("250 {}", "x".repeat(10_000)))),
        offering("offers nothing", &[], End::Once),
        offering("takes what no number holds", &["SIZE 99999999999999999999999"], End::Once),
        offering("takes less than nothing", &["SIZE -1", "SIZE", "SIZE abc"], End::Once),
        offering("takes ten bytes", &["SIZE 10"], End::Refused),
        offering("offers escapes", &["\x1b[2J", "8BITMIME\0", "AUTH", "AUTH=", "STARTTLS STARTTLS"], End::Once),
        always("refuses everybody", Step::Greeting, reply("554 no service here"), End::Rests),
        secured("offers no encryption where it is wanted", Script::good(), End::Rests),
        secured("refuses encryption for now", tls().at(Step::StartTls, reply("454 later")), End::Rests),
        secured(
            "slips in a word before encryption",
            tls().at(Step::StartTls, last_words("220 go\r\n250 injected\r\n250 ok")),
            End::Rests,
        ),
        secured(
            "answers encryption with noise",
            tls().at(Step::StartTls, bytes(b"220 go\r\n\x15\x03\x01\0\x02\x02\x28")),
            End::Rests,
        ),
        login("refuses the password", Script::good().with_login("bot", "another"), End::Rests),
        login(
            "asks for the password for ever",
            Script::good().with_login("bot", "secret").at(Step::Auth, reply("334 ")),
            End::Rests,
        ),
        login("wants a login and offers none", Script::good(), End::Rests),
    ]
}

/// With a message in hand.
fn transactions() -> Vec<Behaviour> {
    let first = |name, step, act, end| Behaviour {
        name,
        script: Script::good().at_command(step, "first@", act),
        more: "",
        end,
    };
    vec![
        once("has enough in the middle", Step::Mail, last_words("421 enough")),
        once("refuses the sender for now", Step::Mail, reply("451 later")),
        once("answers the sender in two voices", Step::Mail, reply("250-ok\r\n550 no")),
        once("answers the sender byte by byte", Step::Mail, Act::Bytewise),
        once("drops the line at the sender", Step::Mail, Act::Drop),
        always("refuses the sender", Step::Mail, reply("550 not this sender"), End::Rests),
        always("finds every message too large", Step::Mail, reply("552 too large"), End::Refused),
        first("does not know the first", Step::Rcpt, reply("550 5.1.1 <first@example.org> unknown"), End::Second),
        first(
            "does not know the first in bytes that are no text",
            Step::Rcpt,
            bytes(b"550 \xff\xfe\x1b[2J\r\n"),
            End::Second,
        ),
        once("is busy for the first", Step::Rcpt, reply("451 4.7.1 greylisted")),
        once("has enough at the recipient", Step::Rcpt, last_words("421 enough")),
        once("answers the recipient in advance", Step::Rcpt, reply("250 ok\r\n354 go on\r\n250 kept")),
        once("answers the recipient in lines without end", Step::Rcpt, Act::FloodLines),
        once("answers the recipient with a code out of range", Step::Rcpt, reply("999 ok")),
        once("will forward and forgets to whom", Step::Rcpt, reply("251 will forward")),
        once("says yes in place of go on", Step::Data, reply("250 ok")),
        once("says yes before it has the message", Step::Data, reply("354 go on\r\n250 2.0.0 kept")),
        once("hangs up at the message", Step::Data, last_words("354 go on")),
        once("refuses midway", Step::Data, Act::RefuseMidway("451 full".to_owned())),
        once("is full behind the message", Step::Body, reply("452 full")),
        once("drops the line behind the message", Step::Body, Act::Drop),
        once("answers the message with a flood", Step::Body, Act::Flood),
        once("answers the message in half a word", Step::Body, last_words("25")),
        once("answers the message with noise", Step::Body, reply("ok, thanks")),
        always("refuses every message", Step::Body, reply("554 spam"), End::Refused),
        Behaviour { end: End::Again, ..once("keeps it and drops the line", Step::Ack, Act::Drop) },
        Behaviour { end: End::Again, ..once("keeps it and says no", Step::Ack, reply("451 perhaps")) },
        once("drops the line behind its yes", Step::AfterAck, Act::Drop),
        always("never says good-bye", Step::Quit, Act::Silence, End::Once),
    ]
}

/// The states of the messages in the store, sorted; one that is being tried is still to come.
fn states(store: &Path) -> Vec<String> {
    let store = Connection::open(store).unwrap();
    let mut rows = store.prepare("SELECT replace(state, 'sending', 'pending') FROM messages ORDER BY 1").unwrap();
    rows.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn has_come(end: End, sink: &Sink, store: &Path) -> bool {
    let states = states(store);
    let accepted = sink.accepted();
    let got = |to: &str| accepted.iter().filter(|mail| mail.recipient == to).count();
    let n_got = (got(TWO[0]), got(TWO[1]));
    match end {
        End::Once => states == ["sent", "sent"] && n_got == (1, 1),
        End::Again => states == ["sent", "sent"] && (n_got == (2, 1) || n_got == (1, 2)),
        End::Second => states == ["failed", "sent"] && n_got == (0, 1),
        End::Refused => states == ["failed", "failed"] && n_got == (0, 0),
        End::Rests => sink.n_connections() > 0 && states == ["pending", "pending"] && n_got == (0, 0),
    }
}

/// Each Message-ID stands for the same bytes.
fn are_one_text(accepted: &[Accepted]) -> bool {
    accepted.iter().all(|a| accepted.iter().all(|b| a.message_id != b.message_id || a.bytes == b.bytes))
}

async fn faults_of(behaviour: Behaviour) -> Vec<String> {
    let Behaviour { name, script, more, end } = behaviour;
    let sink = Sink::start(script).unwrap();
    let world = World::with_pace(&[("agency", "nasa")], &smtp(&sink), PACE_AND_RETRIES).await;
    let (title, lead) = happening(1);
    world.feeds.show("agency", &[recent("a", &title, &lead, 1)]);
    let secret = world.folder.path().join("password");
    std::fs::write(&secret, "secret\n").unwrap();
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&secret, mode).unwrap();
    let config = changed(&world, "ill.toml", |text| {
        let text = text.replace("to = [\"desk@example.org\"]", &format!("to = {TWO:?}"));
        let text = text.replace("[mail]\n", "[mail]\ntimeout = \"1s\"\n");
        match more {
            "starttls" => text.replace("tls = \"none\"\n", "tls = \"starttls\"\n"),
            "login" => {
                text.replace("tls = \"none\"\n", "tls = \"none\"\nuser = \"bot\"\npassword_file = \"password\"\n")
            }
            _ => text,
        }
    });
    let mut service = Running::ready(&config);
    let store = world.folder.path().join("news.db");
    let begun = Instant::now();
    while !has_come(end, &sink, &store) && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Nothing more comes of it.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let mut faults = Vec::new();
    if !has_come(end, &sink, &store) {
        let n: Vec<_> = sink.accepted().into_iter().map(|mail| mail.recipient).collect();
        faults.push(format!("{name}: {end:?} does not come: {:?}, got {n:?}", states(&store)));
    }
    if matches!(end, End::Rests) && sink.n_connections() > 5 {
        faults.push(format!("{name}: asked {} times", sink.n_connections()));
    }
    if !are_one_text(&sink.accepted()) {
        faults.push(format!("{name}: two texts under one Message-ID"));
    }
    if count(&store, "feeds WHERE polled_at > full_fetch_at") < 1 {
        faults.push(format!("{name}: the feed is not polled on"));
    }
    service.stops("-TERM");
    let is_bad = |line: &&String| line.contains("panicked") || line.chars().any(|c| c.is_control() && c != '\t');
    faults.extend(service.said.iter().filter(is_bad).map(|line| format!("{name}: {line}")));
    if !faults.is_empty() {
        faults.extend(service.said.iter().rev().filter(|line| !line.contains("polled")).take(3).cloned());
    }
    faults
}

async fn check(behaviours: Vec<Behaviour>) {
    let (n, begun) = (behaviours.len(), Instant::now());
    let each = behaviours.into_iter().map(|behaviour| tokio::spawn(faults_of(behaviour)));
    let all: Vec<_> = futures_util::stream::iter(each).buffer_unordered(AT_ONCE).collect().await;
    let faults: Vec<String> = all.into_iter().flat_map(Result::unwrap).collect();
    println!("{n} mail servers of ill will in {:.0?}", begun.elapsed());
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_cannot_be_talked_to_costs_no_mail_and_no_poll() {
    check(openings()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_loses_its_wits_over_a_message_costs_no_mail_and_no_poll() {
    check(transactions()).await;
}
