//! The outbox by hand: listed, shown, tried again, dropped, accounted for and forgotten.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use orbitwire::clock::Clock;
use orbitwire::mail::sink::{Act, Script, Step};
use orbitwire::pipeline::{self, DeliverySummary};

use crate::bad_mail::{Post, TWO};
use crate::harness::{entry, happening};
use crate::program::{program, run, with_config};
use crate::running::changed;

fn refusing(code: &str) -> Script {
    Script::good().at(Step::Rcpt, Act::Reply(format!("{code} no")))
}

/// The world's clock is moved to that of the commands.
fn to_present(post: &Post) {
    post.world.clock.set(Clock::System.now() + SignedDuration::from_secs(1));
}

fn json(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_are_listed_by_state_and_shown_with_every_attempt() {
    let script = Script::good().at_command(Step::Rcpt, "first@", Act::Reply("451 busy".into()));
    let post = Post::with(script, &TWO).await;
    post.deliver().await;
    let world = &post.world;
    world.ask(&["outbox", "list"]).done().says(&["M-1  pending", "M-2  sent", "451 busy", "first@example.org"]);
    let waiting = world.ask(&["outbox", "list", "--state", "pending", "--state", "uncertain"]).done();
    assert!(waiting.out.contains("M-1") && !waiting.out.contains("M-2"), "{}", waiting.out);
    world.ask(&["outbox", "list", "--state", "expired"]).done().says(&["no mails"]);
    let rows = json(&world.ask(&["outbox", "list", "--json"]).done().out);
    assert_eq!((rows[0]["state"].as_str(), rows[0]["audience"].as_str()), (Some("sent"), Some("desk")));
    let shown = world.ask(&["outbox", "show", "M-1"]).done();
    let root = |mail: &str| mail.split("References: ").nth(1).map(|rest| rest.lines().next().unwrap().to_owned());
    assert!(root(&shown.out).is_some(), "a mail on a story stands in its thread: {}", shown.out);
    shown.says(&["later: RCPT: 451 busy", "To: first@example.org", "List-Unsubscribe:", "bytes in all"]);
    let mut raw = program();
    raw.arg("--config").arg(world.write_config()).args(["outbox", "show", "2", "--raw"]);
    let raw = raw.output().unwrap().stdout;
    assert_eq!(raw, post.sink.accepted()[0].bytes, "what is shown raw is what went out");
    assert_eq!(world.ask(&["outbox", "show", "99"]).code, Some(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_old_mail_that_was_given_up_is_tried_again_as_if_it_were_new() {
    let post = Post::with(refusing("451"), &["desk@example.org"]).await;
    while post.deliver_after(200).await.n_failed == 0 {}
    assert_eq!(post.outbox().await[0].state, "expired");
    let n_before = post.outbox().await[0].n_attempts;
    post.world.ask(&["outbox", "retry", "1"]).done().says(&["M-1 due now"]);
    to_present(&post);
    assert_eq!(post.deliver().await.n_later, 1, "its age does not end it at once");
    let row = post.outbox().await.remove(0);
    assert_eq!((row.state.as_str(), row.n_attempts), ("pending", n_before + 1));
    assert!(row.reason.starts_with("attempt 1:"), "{}", row.reason);
    assert_eq!(row.next_at, Some(post.world.now() + SignedDuration::from_mins(1)), "waits begin anew");
    post.sink.set_script(Script::good());
    assert_eq!(post.deliver_after(2).await.n_sent, 1);
    let refused = post.world.ask(&["outbox", "retry", "1"]);
    assert_eq!(refused.code, Some(1));
    refused.says(&["not sent twice"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_that_wait_or_were_given_up_are_tried_again_together() {
    let refuse = |who, code: &str| (Step::Rcpt, who, Act::Reply(format!("{code} no")));
    let [(a, b, c), (d, e, f)] = [refuse("first@", "550"), refuse("second@", "451")];
    let post = Post::with(Script::good().at_command(a, b, c).at_command(d, e, f), &TWO).await;
    assert_eq!(post.deliver().await.reasons.len(), 2);
    post.sink.set_script(Script::good());
    let changed = post.world.ask(&["outbox", "retry", "--given-up", "--waiting"]).done();
    changed.says(&["M-1 due now", "M-2 due now"]);
    to_present(&post);
    assert_eq!(post.deliver().await.n_sent, 2);
    post.world.ask(&["outbox", "retry", "--waiting"]).done().says(&["no such mails"]);
    assert_eq!(post.world.ask(&["outbox", "retry"]).code, Some(2), "nothing named");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dropped_mail_does_not_go_out_and_can_be_had_back() {
    let post = Post::with(Script::good(), &TWO).await;
    post.world.ask(&["outbox", "drop", "1"]).done().says(&["M-1 dropped"]);
    assert_eq!(post.deliver().await.n_sent, 1);
    assert_eq!(post.recipients(), TWO[1..]);
    let twice = post.world.ask(&["outbox", "drop", "1"]);
    assert_eq!(twice.code, Some(1));
    post.world.ask(&["outbox", "list"]).done().says(&["dropped by hand"]);
    post.world.ask(&["outbox", "retry", "1"]).done();
    to_present(&post);
    assert_eq!(post.deliver().await.n_sent, 1);
    assert_eq!(post.recipients(), TWO);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_audit_says_what_was_told_to_whom_when_why_and_from_which_configuration() {
    let post = Post::with(Script::good().at_first(1, Step::Body, Act::Drop), &["desk@example.org"]).await;
    assert_eq!((post.deliver().await.n_later, post.outbox().await[0].state.as_str()), (1, "uncertain"));
    assert_eq!(post.deliver_after(2).await.n_sent, 1);
    let said = post.world.ask(&["audit", "1"]).done();
    let said = said.says(&[
        "M-1  sent",
        "to         desk@example.org (audience desk)",
        "2 attempts",
        "uncertain:",
        "sent: 250",
    ]);
    let said = said.says(&["post.toml", "us-russia-space.toml", "1 development", "S-1", "new because", "kept because"]);
    let id = post.outbox().await[0].message_id.clone();
    let by_id = post.world.ask(&["audit", &format!("<{id}>"), "--json"]).done();
    let audit = &json(&by_id.out)[0];
    assert_eq!(audit["told"][0]["story"], 1);
    assert_eq!(audit["attempts"][0]["outcome"], "uncertain");
    assert_eq!(audit["digest"]["configuration"]["version"], env!("CARGO_PKG_VERSION"));
    let digest = id.split('.').next().unwrap();
    assert_eq!(post.world.ask(&["audit", digest]).done().out, said.out);
    let mut unknown = program();
    unknown.arg("--config").arg(post.world.write_config()).args(["audit", "x@y"]);
    assert!(run(unknown, b"").err.contains("no mail is named `x@y`"));
}

#[tokio::test]
async fn mail_is_forgotten_in_the_end_but_not_that_it_was_told() {
    let post = Post::with(Script::good(), &TWO).await;
    let forget =
        async |before: Timestamp| post.service.store.with(move |store| store.forget_mail(before, 100)).await.unwrap();
    assert_eq!(forget(Timestamp::MAX).await, 0, "what waits is never forgotten");
    post.deliver().await;
    assert_eq!(forget(post.world.now()).await, 0);
    assert_eq!(forget(post.world.now() + SignedDuration::from_hours(1)).await, 2);
    assert!(post.outbox().await.is_empty());
    let n_bodies = rusqlite::Connection::open(post.world.folder.path().join("news.db"))
        .and_then(|store| store.query_row("SELECT count(*) FROM bodies", [], |row| row.get::<_, i64>(0)));
    assert_eq!(n_bodies, Ok(0));
    let again = pipeline::digest(&post.service, None, pipeline::Mode::Now).await.unwrap();
    assert!(!again[0].composed, "nothing is told again");
    assert_eq!(post.deliver_after(600).await, DeliverySummary::default());
}

#[tokio::test]
async fn a_thousand_mails_wait_for_a_server_that_is_down_and_leave_when_it_is_up() {
    let to: Vec<String> = (0..1000).map(|n| format!("r{n}@example.org")).collect();
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    let post = Post::with(Script::good().at(Step::Greeting, Act::ReplyAndDrop("421 busy".into())), &to).await;
    let summary = post.deliver().await;
    assert_eq!((summary.n_later, post.sink.n_connections()), (1, 1), "one attempt tells for all");
    post.sink.set_script(Script::good().at_first(3, Step::Body, Act::Drop));
    let summary = post.deliver_after(2).await;
    assert_eq!((summary.n_sent, summary.n_later), (997, 3));
    assert_eq!(post.deliver_after(10).await.n_sent, 3);
    let mut recipients = post.recipients();
    recipients.dedup();
    assert_eq!(recipients.len(), 1000);
    assert_eq!(post.sink.accepted().len(), 1000, "each once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_mail_goes_to_one_address_and_counts_for_nothing() {
    let post = Post::with(Script::good(), &TWO).await;
    let before = post.world.rows();
    let said = post.world.ask(&["digest", "send", "--test", "Me <me@example.org>"]).done();
    said.says(&["[test] orbitwire, desk", "sent, 250"]);
    assert_eq!(post.world.rows(), before, "the store learns nothing of it");
    let mail = post.sink.accepted().remove(0);
    assert_eq!(mail.recipient, "me@example.org");
    assert!(String::from_utf8_lossy(&mail.bytes).contains("Subject: [test] "));
    post.sink.set_script(Script::good().at(Step::Rcpt, Act::Reply("550 no".into())));
    let refused = post.world.ask(&["digest", "send", "--test", "me@example.org", "--json"]);
    assert_eq!((refused.code, refused.json()["outcome"].as_str()), (Some(1), Some("never")));
    post.world.ask(&["digest", "send", "--test", "nobody"]).failed(1, &["no `@`"]);
    post.world.ask(&["digest", "preview", "--test", "me@example.org"]).failed(1, &["goes to nobody"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_clicks_gets_no_more_mail_and_the_others_do() {
    let post = Post::with(Script::good(), &TWO).await;
    let config = post.world.folder.path().join("post.toml");
    let ask = |arguments: &[&str]| with_config(&config, arguments, "");
    let (instance, audience) = (post.service.store.with(|store| store.instance()).await.unwrap(), "desk");
    let to = orbitwire::text::mailbox::parse(TWO[0]).unwrap();
    let token = orbitwire::mail::token(&instance, audience, &to);
    ask(&["unsubscribe", &token]).done().says(&["first@example.org gets no more mails for desk, 1 waiting given up"]);
    assert_eq!(post.deliver().await.n_sent, 1);
    ask(&["unsubscribe"]).done().says(&["desk  first@example.org  since"]);
    let (title, lead) = happening(2);
    post.world.feeds.show("agency", &[entry("b", &title, &lead, "2026-03-02T06:10:00Z")]);
    post.world.next_round(&post.service).await;
    assert_eq!(post.recipients(), [TWO[1], TWO[1]]);
    ask(&["unsubscribe", "--undo", TWO[0]]).done().says(&["again"]);
    ask(&["unsubscribe"]).done().says(&["everybody gets their mails"]);
    ask(&["unsubscribe", "0123456789abcdef"]).failed(1, &["nobody"]);
}

#[tokio::test]
async fn nothing_is_sent_to_an_address_that_was_taken_out_of_the_configuration() {
    let post = Post::with(Script::good(), &TWO).await;
    let service = crate::bad_mail::service(&post.world, &TWO[1..], None).await;
    let post = Post { service, ..post };
    assert_eq!(post.deliver().await.n_sent, 1);
    assert_eq!(post.recipients(), TWO[1..]);
    assert!(post.outbox().await[0].reason.contains("in no audience any more"), "{:?}", post.outbox().await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_found_during_an_outage_comes_in_one_mail_after_it() {
    let down = Script::good().at(Step::Greeting, Act::ReplyAndDrop("421 busy".into()));
    let post = Post::with(down, &["desk@example.org"]).await;
    assert_eq!(post.deliver().await.n_later, 1);
    let digest = async || pipeline::digest(&post.service, None, pipeline::Mode::Scheduled).await.unwrap().remove(0);
    for n in 2..4 {
        post.world.advance(SignedDuration::from_hours(5));
        post.polls(n).await;
        let held = digest().await;
        assert!(!held.composed && held.reason.contains("still waits to be delivered"), "{}", held.reason);
        assert_eq!(post.deliver().await.n_later, 1);
    }
    post.world.ask(&["status"]).done().says(&["what is new comes together after it"]);
    let newest = post.world.ask(&["search", &happening(3).0, "--json"]).done().json_lines()[0]["id"].to_string();
    let explained = |config: &Path| with_config(config, &["explain", &newest], "").done();
    explained(&post.world.write_config())
        .says(&["told       not yet; the last mail still waits to be delivered to desk"]);
    let of_another_topic = changed(&post.world, "another.toml", |text| {
        let topics =
            format!("topics = [{:?}, ", concat!(env!("CARGO_MANIFEST_DIR"), "/config/topics/eu-india-trade.toml"));
        let text = text.replacen("topics = [", &topics, 1);
        text.replace("[\"us-russia-space\"]", "[\"eu-india-trade\"]")
    });
    let unconcerned = explained(&of_another_topic).out;
    assert!(unconcerned.contains("told") && !unconcerned.contains("delivered to desk"), "{unconcerned}");
    post.sink.set_script(Script::good());
    assert_eq!(post.deliver_after(200).await.n_sent, 1);
    let after = digest().await;
    assert!(after.composed && after.digest.unwrap().told.len() >= 2, "{}", after.reason);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_of_a_killed_process_is_not_shown_as_under_way() {
    let post = Post::with(Script::good(), &["desk@example.org"]).await;
    let now = post.world.now();
    post.service.store.with(move |store| store.claim_messages(1, now)).await.unwrap();
    post.world.ask(&["outbox", "list"]).done().says(&["M-1  uncertain", "its attempt was broken off"]);
    let folder = post.world.folder.path().join("news.db");
    let _delivering = orbitwire::store::lock(&folder, "deliver").unwrap().unwrap();
    post.world.ask(&["outbox", "list"]).done().says(&["M-1  sending"]);
}
