//! Mail servers that refuse, hang, drop and lie: nothing is lost, and nobody is told twice without need.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use orbitwire::config;
use orbitwire::mail::sink::{Act, Script, Sink, Step};
use orbitwire::pipeline::{self, DeliverySummary, Service};
use orbitwire::store::OutboxRow;

use crate::harness::{World, entry, happening};

pub const TWO: [&str; 2] = ["first@example.org", "second@example.com"];

/// A service with one digest in its outbox, before anything was handed over.
pub struct Post {
    pub world: World,
    pub service: Service,
    pub sink: Sink,
}

impl Post {
    pub async fn with(script: Script, to: &[&str]) -> Self {
        Self::with_login(script, to, "").await
    }

    async fn with_login(script: Script, to: &[&str], login: &str) -> Self {
        let sink = Sink::start(script).unwrap();
        let world = World::with_mail(&[("agency", "nasa")], &format!("{}{login}", smtp(sink.address().port()))).await;
        std::fs::write(world.folder.path().join("password"), "wrong-secret\n").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(world.folder.path().join("password"), mode).unwrap();
        let (title, lead) = happening(1);
        world.feeds.show("agency", &[entry("a", &title, &lead, "2026-03-02T05:00:00Z")]);
        let service = service(&world, to, None).await;
        let due = service.store.with(|store| store.feeds()).await.unwrap();
        pipeline::poll(&service, due, |_| ()).await.unwrap();
        let digests = pipeline::digest(&service, None, pipeline::Mode::Scheduled).await.unwrap();
        assert_eq!(digests[0].n_messages, to.len(), "{}", digests[0].reason);
        Self { world, service, sink }
    }

    /// Polls the happening of that number, an hour old.
    pub async fn polls(&self, n: usize) {
        let (title, lead) = happening(n);
        let at = (self.world.now() - SignedDuration::from_hours(1)).to_string();
        self.world.feeds.show("agency", &[entry(&format!("n{n}"), &title, &lead, &at)]);
        let feeds = self.service.store.with(|store| store.feeds()).await.unwrap();
        pipeline::poll(&self.service, feeds, |_| ()).await.unwrap();
    }

    pub async fn deliver(&self) -> DeliverySummary {
        pipeline::deliver(&self.service).await.unwrap()
    }

    pub async fn deliver_after(&self, minutes: i64) -> DeliverySummary {
        self.world.advance(SignedDuration::from_mins(minutes));
        self.deliver().await
    }

    pub async fn outbox(&self) -> Vec<OutboxRow> {
        let mut rows = self.service.store.with(|store| store.outbox(&[], 100)).await.unwrap();
        rows.reverse();
        rows
    }

    /// Who got something, each as often as it came.
    pub fn recipients(&self) -> Vec<String> {
        let mut all: Vec<String> = self.sink.accepted().into_iter().map(|message| message.recipient).collect();
        all.sort();
        all
    }

    /// Everything that was accepted is one message, byte for byte.
    #[track_caller]
    fn check_same_bytes(&self, n: usize) {
        let accepted = self.sink.accepted();
        assert_eq!(accepted.len(), n);
        assert!(!accepted[0].message_id.is_empty());
        assert!(accepted.iter().all(|message| *message == accepted[0]), "two different texts");
    }
}

fn smtp(port: u16) -> String {
    format!("transport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\ntls = \"none\"\ntimeout = \"1s\"\n")
}

/// The world's service with these recipients, and another mail port if it moved.
pub async fn service(world: &World, to: &[&str], port: Option<(u16, u16)>) -> Service {
    let mut text = std::fs::read_to_string(world.write_config()).unwrap();
    text = text.replace("to = [\"desk@example.org\"]", &format!("to = {to:?}"));
    if let Some((old, new)) = port {
        text = text.replace(&format!("port = {old}\n"), &format!("port = {new}\n"));
    }
    let file = world.folder.path().join("post.toml");
    std::fs::write(&file, text).unwrap();
    let config = config::load(&file).unwrap_or_else(|faults| panic!("{faults:?}"));
    Service::open(config, world.clock.clone()).await.unwrap()
}

/// A server that does so once is asked again a little later, and then takes the same message.
async fn check_once(step: Step, act: Act, reason: &str, n_copies: usize) {
    let post = Post::with(Script::good().at_first(1, step, act.clone()), &["desk@example.org"]).await;
    let first = post.deliver().await;
    assert_eq!((first.n_sent, first.n_later, first.n_failed), (0, 1, 0), "{step:?} {act:?}");
    assert!(first.reasons[0].contains(reason), "{step:?} {act:?}: {:?}", first.reasons);
    assert_eq!(post.deliver().await, DeliverySummary::default(), "not before its time");
    assert_eq!(post.deliver_after(2).await.n_sent, 1, "{step:?} {act:?}");
    assert_eq!(post.deliver_after(600).await, DeliverySummary::default());
    post.check_same_bytes(n_copies);
    assert_eq!((post.outbox().await[0].state.as_str(), post.outbox().await[0].n_attempts), ("sent", 2));
}

#[tokio::test]
async fn a_server_that_refuses_for_now_is_asked_again() {
    let reply = |text: &str| Act::Reply(text.to_owned());
    check_once(Step::Greeting, Act::ReplyAndDrop("421 too busy".to_owned()), "421 too busy", 1).await;
    check_once(Step::Mail, reply("451 later"), "451 later", 1).await;
    check_once(Step::Rcpt, reply("450 greylisted"), "450 greylisted", 1).await;
    check_once(Step::Data, reply("452 no space"), "452 no space", 1).await;
    check_once(Step::Body, reply("451 scanner down"), "451 scanner down", 1).await;
}

#[tokio::test]
async fn a_server_that_drops_the_connection_gets_the_same_bytes_again() {
    check_once(Step::Greeting, Act::Drop, "closed the connection", 1).await;
    check_once(Step::Rcpt, Act::Drop, "closed the connection", 1).await;
    check_once(Step::Data, Act::Drop, "closed the connection", 1).await;
    check_once(Step::Body, Act::Drop, "uncertain, the same bytes go again", 1).await;
    // It kept the message and never said so: the only case of a duplicate.
    check_once(Step::Ack, Act::Drop, "uncertain, the same bytes go again", 2).await;
}

#[tokio::test]
async fn a_server_that_accepts_and_then_drops_has_the_message_once() {
    let post = Post::with(Script::good().at(Step::AfterAck, Act::Drop), &TWO).await;
    assert_eq!(post.deliver().await.n_sent, 2);
    assert_eq!(post.deliver_after(600).await, DeliverySummary::default());
    assert_eq!(post.recipients(), TWO);
}

/// A silent server costs its timeout and no more.
async fn check_silence(step: Step, seconds: u64, n_copies: usize) {
    let begun = Instant::now();
    let post = Post::with(Script::good().at_first(1, step, Act::Silence), &["desk@example.org"]).await;
    let first = post.deliver().await;
    assert_eq!(first.n_later, 1, "{step:?}");
    assert!(first.reasons[0].contains("no answer in time"), "{step:?}: {:?}", first.reasons);
    assert!(begun.elapsed() < Duration::from_secs(seconds + 5), "{step:?} took {:?}", begun.elapsed());
    assert_eq!(post.deliver_after(2).await.n_sent, 1, "{step:?}");
    post.check_same_bytes(n_copies);
}

#[tokio::test]
async fn a_server_that_hangs_costs_its_timeout_and_gets_the_same_bytes_again() {
    // After the final dot a server may take ten times as long.
    tokio::join!(
        check_silence(Step::Greeting, 1, 1),
        check_silence(Step::Ehlo, 1, 1),
        check_silence(Step::Mail, 1, 1),
        check_silence(Step::Rcpt, 1, 1),
        check_silence(Step::Data, 1, 1),
        check_silence(Step::Body, 10, 1),
        check_silence(Step::Ack, 10, 2),
    );
}

#[tokio::test]
async fn an_unknown_recipient_is_given_up_and_the_other_is_told_once() {
    let script =
        Script::good().at_command(Step::Rcpt, "first@", Act::Reply("550 5.1.1 <first@example.org> unknown".into()));
    let post = Post::with(script, &TWO).await;
    let summary = post.deliver().await;
    assert_eq!((summary.n_sent, summary.n_later, summary.n_failed), (1, 0, 1));
    assert!(summary.reasons[0].contains("550"), "{:?}", summary.reasons);
    assert!(!summary.reasons[0].contains("first@example.org"), "addresses are masked: {:?}", summary.reasons);
    assert_eq!(post.deliver_after(600).await, DeliverySummary::default());
    assert_eq!(post.recipients(), TWO[1..]);
    let outbox = post.outbox().await;
    assert_eq!((outbox[0].state.as_str(), outbox[1].state.as_str()), ("failed", "sent"));
    assert!(outbox[0].reason.contains("550"), "{:?}", outbox[0]);
}

#[tokio::test]
async fn a_mail_that_was_given_up_is_told_once_with_the_next_news_and_makes_no_mail_of_its_own() {
    let script = Script::good().at_command(Step::Rcpt, "first@", Act::Reply("550 5.1.1 unknown".into()));
    let post = Post::with(script, &TWO).await;
    assert_eq!(post.deliver().await.n_failed, 1);
    let digest = async |n: usize| {
        post.world.advance(SignedDuration::from_hours(26));
        post.polls(n).await;
        let reports = pipeline::digest(&post.service, None, pipeline::Mode::Scheduled).await.unwrap();
        post.deliver().await;
        reports.into_iter().next().unwrap()
    };
    post.world.advance(SignedDuration::from_hours(49));
    let alone = pipeline::digest(&post.service, None, pipeline::Mode::Scheduled).await.unwrap();
    assert!(!alone[0].composed, "{}", alone[0].reason);
    let text = digest(2).await.text.unwrap();
    assert!(text.contains("a mail to f…@example.org was given up: RCPT: 550"), "{text}");
    let text = digest(3).await.text.unwrap();
    assert!(!text.contains("was given up"), "the second refusal is no news: {text}");
}

#[tokio::test]
async fn one_recipient_who_must_wait_does_not_tell_the_other_twice() {
    let script = Script::good().at_command(Step::Rcpt, "first@", Act::Reply("451 mailbox busy".into()));
    let post = Post::with(script, &TWO).await;
    assert_eq!((post.deliver().await.n_sent, post.recipients()), (1, vec![TWO[1].to_owned()]));
    assert_eq!(post.deliver_after(2).await.n_later, 1);
    post.sink.set_script(Script::good());
    assert_eq!(post.deliver_after(10).await.n_sent, 1);
    assert_eq!(post.recipients(), TWO);
}

#[tokio::test]
async fn a_wrong_password_lets_everything_rest_for_an_hour() {
    let login = "user = \"bot\"\npassword_file = \"password\"\n";
    let post = Post::with_login(Script::good().with_login("bot", "right-secret"), &TWO, login).await;
    let summary = post.deliver().await;
    assert_eq!((summary.n_sent, summary.n_later, summary.n_failed), (0, 1, 0));
    assert!(summary.reasons[0].contains("535"), "{:?}", summary.reasons);
    assert!(!summary.reasons[0].contains("secret"), "{:?}", summary.reasons);
    assert_eq!(post.sink.n_connections(), 1, "the other message is not tried");
    let outbox = post.outbox().await;
    assert_eq!((outbox[0].n_attempts, outbox[1].n_attempts), (1, 0));
    assert!(outbox.iter().all(|row| row.state == "pending" && row.reason.contains("535")), "{outbox:?}");
    assert_eq!(post.deliver_after(59).await, DeliverySummary::default());
    assert_eq!(post.sink.n_connections(), 1, "guessing would lock us out");
    post.sink.set_script(Script::good().with_login("bot", "wrong-secret"));
    assert_eq!(post.deliver_after(2).await.n_sent, 2);
    assert_eq!(post.recipients(), TWO);
}

#[tokio::test]
async fn a_recipient_for_whom_the_server_does_not_relay_keeps_the_others_waiting_once() {
    let denied = Act::Reply("554 5.7.1 Relay access denied".into());
    let post = Post::with(Script::good().at_command(Step::Rcpt, "first@", denied), &TWO).await;
    assert_eq!((post.deliver().await.n_later, post.recipients().len()), (1, 0));
    assert_eq!((post.deliver_after(61).await.n_sent, post.recipients()), (1, vec![TWO[1].to_owned()]));
    assert_eq!(post.outbox().await[0].state, "pending");
}

#[tokio::test]
async fn what_waits_for_a_server_that_is_down_is_sent_when_it_is_up() {
    let post = Post::with(Script::good(), &TWO).await;
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let up = post.sink.address().port();
    drop(post.service);
    let down = service(&post.world, &TWO, Some((up, closed))).await;
    let summary = pipeline::deliver(&down).await.unwrap();
    assert_eq!((summary.n_sent, summary.n_later), (0, 1), "the second one is not even tried");
    assert!(summary.reasons[0].contains("connect"), "{:?}", summary.reasons);
    let waiting = down.store.with(|store| store.status()).await.unwrap().outbox.n_waiting;
    assert_eq!(waiting, 2);
    drop(down);
    post.world.advance(SignedDuration::from_mins(2));
    let post = Post { service: service(&post.world, &TWO, None).await, ..post };
    assert_eq!(post.deliver().await.n_sent, 2);
    assert_eq!(post.recipients(), TWO);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_takes_is_given_up_in_the_end_and_that_is_told() {
    let post =
        Post::with(Script::good().at(Step::Rcpt, Act::Reply("451 never mind".into())), &["desk@example.org"]).await;
    let mut n_attempts = 1;
    let mut summary = post.deliver().await;
    while summary.n_failed == 0 {
        assert!(n_attempts < 100, "it is never given up");
        summary = post.deliver_after(181).await;
        n_attempts += 1;
    }
    // Three hours apart over five days.
    assert!((35..50).contains(&n_attempts), "{n_attempts}");
    assert!(summary.reasons[0].contains("not accepted within 120 h"), "{:?}", summary.reasons);
    let row = post.outbox().await.remove(0);
    assert_eq!((row.state.as_str(), row.n_attempts), ("expired", n_attempts));
    assert!(row.reason.contains("451 never mind"), "{row:?}");
    post.sink.set_script(Script::good());
    assert_eq!(post.deliver_after(600).await, DeliverySummary::default());
    post.world.ask(&["status"]).done().says(&["0 waiting, 0 sent, 1 failed"]);
}
