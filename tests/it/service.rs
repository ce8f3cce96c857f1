//! The service itself: what it tells systemd, how it stops, reloads, refuses a second one, and what it logs.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use orbitwire::mail::sink::{Act, Script, Sink, Step};

use crate::harness::{Answer, FILES, PACE, World, happening};
use crate::program::{recent, with_config};
use crate::running::{Running, changed, smtp, until, with_feed};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_says_when_it_is_ready_and_stops_on_either_signal() {
    let world = World::with(&[("agency", "nasa")]).await;
    for signal in ["-TERM", "-INT"] {
        let mut service = Running::ready(&world.write_config());
        service.says(&["ready", "n_feeds=1"]);
        service.stops(signal);
        service.is_told("STOPPING=1", 1);
        service.says(&["stopping", &format!("SIG{}", &signal[1..])]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_while_a_feed_hangs() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/feed", silent.local_addr().unwrap());
    let world = World::with(&[]).await;
    let mut service = Running::ready(&changed(&world, "hangs.toml", |text| with_feed(&text, &url, "silent")));
    let _asked = silent.accept().unwrap();
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stops_while_a_mail_server_hangs_and_the_mail_waits() {
    let sink = Sink::start(Script::good().at(Step::Mail, Act::Silence)).unwrap();
    let world = World::with_mail(&[("agency", "nasa")], &smtp(&sink)).await;
    let (title, lead) = happening(1);
    world.feeds.show("agency", &[recent("a", &title, &lead, 1)]);
    let mut service = Running::ready(&world.write_config());
    until("a mail", || sink.n_connections() > 0).await;
    service.stops("-INT");
    world.ask(&["status"]).done().says(&["1 waiting, 0 sent"]);
    sink.set_script(Script::good());
    world.ask(&["deliver"]).done().says(&["1 sent"]);
    assert_eq!(sink.accepted().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_one_is_refused_and_does_not_disturb_the_first() {
    let world = World::with(&[("agency", "nasa")]).await;
    let mut service = Running::ready(&world.write_config());
    service.says(&["polled"]);
    let before = world.rows();
    // The same store under a configuration with other feeds.
    let other = changed(&world, "other.toml", |text| text.replace("/agency\"", "/elsewhere\""));
    for config in [&world.write_config(), &other] {
        let said =
            with_config(config, &["run"], "").failed(1, &["another orbitwire runs on this store", "news.db.run.lock"]);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
    world.is_unchanged(&before);
    // Looking and lending a hand are no second service.
    world.ask(&["status"]).done();
    world.ask(&["poll"]).done();
    service.stops("-TERM");
    let mut again = Running::ready(&world.write_config());
    again.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_faulty_configuration_is_refused_and_a_sound_one_takes_over() {
    let world = World::with(&[("agency", "nasa")]).await;
    world.feeds.show("wire", &[recent("w", "Weather of the week", "", 1)]);
    let config = changed(&world, "live.toml", |text| text);
    let mut service = Running::ready(&config);
    service.says(&["polled", "/agency"]);
    let sound = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, sound.replace("min_gap", "min_gpa")).unwrap();
    service.signal("-HUP");
    service.says(&["live.toml", "min_gpa", "`min_gap`"]);
    service.says(&["the old one stays"]);
    service.is_told("RELOADING=1", 1);
    service.is_told("READY=1", 2);
    std::fs::write(&config, with_feed(&sound, &world.feeds.url("wire"), "wire")).unwrap();
    service.signal("-HUP");
    service.says(&["polled", "/wire", "accepted"]);
    service.is_told("READY=1", 3);
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_configuration_that_cannot_be_put_to_work_is_refused_too() {
    let world = World::with(&[("agency", "nasa")]).await;
    let config = changed(&world, "live.toml", |text| text);
    let mut service = Running::ready(&config);
    let sound = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, sound.replace("\"news.db\"", "\"live.toml/news.db\"")).unwrap();
    service.signal("-HUP");
    service.says(&["live.toml/news.db`", "the old one comes back"]);
    service.is_told("READY=1", 2);
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_to_stop_is_heard_while_it_takes_over_a_configuration() {
    let world = World::with(&[("agency", "nasa")]).await;
    for _ in 0..5 {
        let mut service = Running::ready(&world.write_config());
        service.signal("-HUP");
        service.stops("-TERM");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn feeds_are_polled_while_a_new_configuration_waits_for_a_mail_and_the_last_one_counts() {
    let sink = Sink::start(Script::good().at(Step::Mail, Act::Silence)).unwrap();
    let mail = format!("{}timeout = \"8s\"\n", smtp(&sink));
    let world = World::with_pace(&[("agency", "nasa")], &mail, PACE).await;
    let (title, lead) = happening(1);
    world.feeds.show("agency", &[recent("a", &title, &lead, 1)]);
    world.feeds.show("wire", &[recent("w", "Weather of the week", "", 1)]);
    let config = changed(&world, "live.toml", |text| text);
    let mut service = Running::ready(&config);
    until("a mail", || sink.n_connections() > 0).await;
    service.signal("-HUP");
    service.says(&["reading the configuration anew"]);
    service.said.clear();
    service.says(&["polled", "/agency"]);
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, with_feed(&text, &world.feeds.url("wire"), "wire")).unwrap();
    service.signal("-HUP");
    service.says(&["reading the configuration anew"]);
    service.said.clear();
    service.says(&["polled", "/agency"]);
    assert_eq!(service.n_told("READY=1"), 1, "it did not wait for the mail");
    sink.set_script(Script::good());
    service.says(&["polled", "/wire", "accepted"]);
    service.stops("-TERM");
    assert!(sink.accepted().len() <= 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_that_begins_to_fail_is_a_warning_and_its_further_failures_are_none() {
    let world = World::with_pace(&[("agency", "nasa")], FILES, PACE).await;
    world.feeds.set("agency", Answer::status(404));
    let mut service = Running::ready(&changed(&world, "live.toml", |text| text));
    service.says(&["WARN", "polled", "404"]);
    service.says(&["INFO", "polled", "404"]);
    assert_eq!(service.said.iter().filter(|line| line.contains("WARN")).count(), 1, "{:#?}", service.said);
    service.stops("-TERM");
}

/// The service with one piece of news and this way out for mail.
async fn with_news(mail: &str) -> (World, PathBuf, Running) {
    let world = World::with_pace(&[("agency", "nasa")], mail, PACE).await;
    let (title, lead) = happening(1);
    world.feeds.show("agency", &[recent("a", &title, &lead, 1)]);
    let config = changed(&world, "live.toml", |text| text);
    let service = Running::ready(&config);
    (world, config, service)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_login_is_told_at_once_and_a_mended_password_and_a_reload_let_the_mails_out() {
    let sink = Sink::start(Script::good().with_login("bot", "pass-word-7")).unwrap();
    let login = format!("{}user = \"bot\"\npassword_command = \"echo pass-word-8\"\n", smtp(&sink));
    let (_world, config, mut service) = with_news(&login).await;
    service.says(&["ERROR", "the way out for mail is shut; the outbox rests", "535"]);
    let check = with_config(&config, &["status", "--check"], "");
    assert_eq!(check.code, Some(1));
    check.says(&["WARNING: the way out for mail is shut: AUTH: 535"]);
    with_config(&config, &["status"], "").done().says(&["the outbox rests until"]);
    assert_eq!(sink.n_connections(), 1);
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("pass-word-8", "pass-word-7")).unwrap();
    service.signal("-HUP");
    until("the mail", || !sink.accepted().is_empty()).await;
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_credential_is_said_once_and_makes_a_warning() {
    let sink = Sink::start(Script::good()).unwrap();
    let login = format!("{}user = \"bot\"\npassword_credential = \"mail\"\n", smtp(&sink));
    let (_world, config, mut service) = with_news(&login).await;
    service.says(&["digest enqueued"]);
    std::thread::sleep(Duration::from_secs(2));
    let check = with_config(&config, &["status", "--check"], "");
    assert_eq!(check.code, Some(1));
    check.says(&["WARNING: the way out for mail is shut: the password for the mail server is not available"]);
    with_config(&config, &["outbox", "list"], "").done().says(&["rests for the way out: the password"]);
    service.stops("-TERM");
    let n_said = service.said.iter().filter(|line| line.contains("cannot be opened")).count();
    assert_eq!(n_said, 1, "{:#?}", service.said);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_moves_while_a_new_configuration_waits_for_a_slow_password_command() {
    let sink = Sink::start(Script::good().with_login("bot", "pass-word-7")).unwrap();
    let login = format!("{}user = \"bot\"\npassword_command = \"echo pass-word-7\"\n", smtp(&sink));
    let world = World::with_mail(&[("agency", "nasa")], &login).await;
    let config = world.write_config();
    let mut service = Running::start(&config, Some(Duration::from_millis(500)));
    service.is_told("READY=1", 1);
    let text = std::fs::read_to_string(&config).unwrap();
    std::fs::write(&config, text.replace("echo pass-word-7", "sleep 2; echo pass-word-7")).unwrap();
    let n_before = service.n_told("WATCHDOG=1");
    service.signal("-HUP");
    service.is_told("READY=1", 2);
    assert!(service.n_told("WATCHDOG=1") >= n_before + 4, "it stood still while the command ran");
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_proves_to_the_watchdog_that_it_moves() {
    let world = World::with(&[("agency", "nasa")]).await;
    let mut service = Running::start(&world.write_config(), Some(Duration::from_millis(500)));
    let begun = Instant::now();
    service.is_told("WATCHDOG=1", 4);
    assert!(begun.elapsed() < Duration::from_secs(10));
    service.stops("-TERM");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_poll_is_one_line_and_no_secret_is_in_the_log() {
    let sink = Sink::start(Script::good().with_login("bot", "pass-word-7").at_command(
        Step::Rcpt,
        "desk@",
        Act::Reply("550 5.1.1 <desk@example.org> unknown".into()),
    ))
    .unwrap();
    let login = format!("{}user = \"bot\"\npassword_command = \"echo pass-word-7\"\n", smtp(&sink));
    let world =
        World::with_mail(&[("agency", "nasa"), ("broken", "rt"), ("keyed?api_key=k3y-s3cret", "tass")], &login).await;
    let (title, lead) = happening(1);
    world.feeds.show("agency", &[recent("a", &title, &lead, 1)]);
    world.feeds.show("keyed", &[recent("k", "Weather of the week", "", 1)]);
    world.feeds.set("broken", Answer::status(500));
    let mut service = Running::ready(&world.write_config());
    service.says(&["polled", "/agency", "accepted", "n_new=1"]);
    service.says(&["polled", "/broken", "rejected", "500"]);
    service.says(&["polled", "/keyed", "accepted"]);
    service.says(&["delivery", "550"]);
    service.stops("-TERM");
    let log = service.said.join("\n");
    assert_eq!(service.said.iter().filter(|line| line.contains("polled")).count(), 3, "{log}");
    assert!(!log.contains('\u{1b}'), "{log}");
    for secret in ["pass-word-7", "k3y-s3cret", "desk@example.org", "orbitwire@example.org"] {
        assert!(!log.contains(secret), "{secret}: {log}");
    }
}
