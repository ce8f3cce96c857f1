//! Text of strangers on a terminal and in the log: no escape, no second line, no turned direction, whichever command
//! shows it.

use serde_json::Value;

use crate::harness::{Answer, World};
use crate::program::{program, recent, run};
use crate::running::{Running, changed};

/// What turns a terminal, hides text or turns its direction, in one breath.
const EVIL: &str = "\u{1b}[31m\u{1b}]0;title\u{7}\u{9b}2J\u{202e}\u{2066}\u{200b}\u{feff}\r\u{8}\u{0}\u{2028}";

#[track_caller]
fn is_clean(said: &str, from: &str) {
    let is_bad = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let bad: Vec<char> = said.chars().filter(is_bad).collect();
    assert!(bad.is_empty(), "{from}: {bad:?} in {said:?}");
}

/// A feed of which every part is hostile, and one whose server says something hostile.
async fn hostile() -> World {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass")]).await;
    let evil = html_escape::encode_text(&EVIL.replace(['\0', '\u{8}', '\u{1b}', '\u{7}'], "")).into_owned();
    let as_references = "&#27;[31m&#x9b;2J&#8238;&#x2066;&#8203;&#13;&#10;";
    let title = format!("NASA {evil}{as_references}and Roscosmos extend seat-swap agreement through 2027");
    let quote = format!("\"We {as_references}welcome the extension,\" said NASA spokeswoman {evil}Jane Miller.");
    let date = jiff::fmt::rfc2822::to_string(&recent("x", "", "", 1).at.to_zoned(jiff::tz::TimeZone::UTC)).unwrap();
    world.feeds.set(
        "agency",
        Answer::xml(format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\"><channel><title>{title}</title>\
             <item><guid>{evil}{as_references}</guid><title>{title}</title><author>{title}</author>\
             <link>https://outlet.example/{evil}?a={as_references}</link><category>{title}</category>\
             <description>Roscosmos and NASA have extended the agreement on cross-flights to the International Space \
             Station through 2027. {quote}</description><pubDate>{date}</pubDate></item></channel></rss>"
        )),
    );
    // A server's own words: a redirect that cannot be followed.
    world.feeds.set("wire", Answer::status(302).with("location", "javascript:%1b[31m"));
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_command_lets_the_text_of_a_feed_do_anything_to_a_terminal() {
    let world = hostile().await;
    world.ask(&["poll", "--all"]).done();
    let ask = |arguments: &[&str]| {
        let mut asked = program();
        asked.arg("--config").arg(world.write_config()).args(arguments);
        let said = run(asked, b"");
        is_clean(&said.out, &arguments.join(" "));
        is_clean(&said.err, &arguments.join(" "));
        said
    };
    let shown = ["seat-swap"];
    for json in [false, true] {
        let with = |arguments: &[&'static str]| [arguments, if json { &["--json"] } else { &[] }].concat();
        ask(&with(&["digest", "preview"])).done().says(&shown);
        ask(&with(&["stories"])).done().says(&shown);
        ask(&with(&["story", "1"])).done().says(&shown);
        ask(&with(&["search", "agreement"])).done().says(&shown);
        ask(&with(&["explain", "1"])).done().says(&shown);
        ask(&with(&["poll", "--all"])).done();
        ask(&with(&["feeds", "list"])).done();
        ask(&with(&["read", &*world.feeds.url("agency").leak()])).done().says(&shown);
        ask(&with(&["check", "--network"]));
    }
    ask(&["digest", "preview", "--html"]).done().says(&shown);
    ask(&["feeds", "discover", &world.feeds.url("agency")]);
    ask(&["verdict", "1", "yes"]).done();
    ask(&["verdicts"]).done();
    ask(&["digest", "send"]).done();
    for json in [&["status"][..], &["status", "--json"], &["status", "--check"]] {
        ask(json);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_has_one_object_a_line_with_the_same_keys_for_the_same_thing() {
    let world = hostile().await;
    let config = changed(&world, "json.toml", |text| {
        text.replace("every = \"30m\"\nceiling = \"30m\"", "every = \"1s\"\nfloor = \"1s\"\nceiling = \"1s\"")
            + "\n[log]\nformat = \"json\"\n"
    });
    let mut service = Running::ready(&config);
    service.says(&["polled", "/wire"]);
    service.says(&["polled", "/agency"]);
    service.says(&["delivery"]);
    service.stops("-TERM");
    let mut keys: Option<Vec<String>> = None;
    let mut n_polls = 0;
    for line in &service.said {
        is_clean(line, "log");
        let object: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        for key in ["timestamp", "level", "message"] {
            assert!(object[key].is_string(), "{key}: {line}");
        }
        if object["message"] == "polled" {
            let found: Vec<String> = object.as_object().unwrap().keys().cloned().collect();
            assert_eq!(keys.get_or_insert_with(|| found.clone()), &found);
            n_polls += 1;
        }
    }
    assert!(n_polls >= 2, "{:?}", service.said);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn journald_gets_a_priority_with_each_line() {
    let world = World::with(&[("agency", "nasa")]).await;
    let config = world.write_config();
    let mut command = program();
    command.args(["run", "--config"]).arg(&config).env("JOURNAL_STREAM", "8:1");
    let mut service = Running::of(command, &config, None);
    service.says(&["polled", "/agency"]);
    std::fs::write(&config, "[[feed]").unwrap();
    service.signal("-HUP");
    service.says(&["the new configuration is refused"]);
    service.stops("-TERM");
    for line in &service.said {
        let level = &line[..3];
        let word = if line.contains("ERROR ") { "<3>" } else { "<6>" };
        assert_eq!(level, word, "{line}");
    }
}
