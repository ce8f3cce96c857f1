//! Every fault a mail server can have, bounded in time, and what becomes of the message.

use std::time::Instant;

use jiff::SignedDuration;

mod hostile;
mod secured;

use super::*;
use crate::domain::message::MessageId;
use crate::domain::policy::Tls;
use crate::mail::sink::{Act, Script, Sink, Step};

/// Patience with servers that answer: enough for a busy machine.
const WAIT: SignedDuration = SignedDuration::from_secs(10);
/// Patience with servers that do not; a whole transaction may take fifteen of them.
const SHORT_WAIT: SignedDuration = SignedDuration::from_millis(300);

fn settings(sink: &Sink) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".to_owned(),
        port: sink.address().port(),
        tls: Tls::None,
        user: None,
        password: None,
        auth: None,
        ca_file: None,
        timeout: WAIT,
    }
}

fn message(to: &str) -> Message {
    Message {
        id: MessageId(1),
        message_id: format!("1.{to}"),
        envelope_from: "orbitwire@example.org".to_owned(),
        envelope_to: to.to_owned(),
        bytes: format!("Message-ID: <1.{to}>\r\nSubject: x\r\n\r\n.dot\r\n..\r\nFrom me\r\n").into_bytes(),
        n_attempts: 1,
        tried_since: jiff::Timestamp::UNIX_EPOCH,
        n_attempts_before: 0,
    }
}

async fn send(smtp: &Smtp, to: &str) -> Attempt {
    smtp.deliver(&message(to)).await
}

/// One message to a server with these manners.
async fn attempt(script: Script) -> (Attempt, usize) {
    attempt_within(script, WAIT).await
}

async fn attempt_within(script: Script, timeout: SignedDuration) -> (Attempt, usize) {
    let sink = Sink::start(script).unwrap();
    let smtp = Smtp::open(&SmtpSettings { timeout, ..settings(&sink) }).unwrap();
    let attempt = send(&smtp, "desk@example.org").await;
    (attempt, sink.accepted().len())
}

/// A server that keeps us waiting costs the limit for a transaction at most, and the message nothing.
async fn check_given_up(script: Script, outcome: &str, words: &str) {
    let started = Instant::now();
    let (attempt, n_accepted) = attempt_within(script, SHORT_WAIT).await;
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}: {attempt:?}", started.elapsed());
    assert!(attempt.name() == outcome && attempt.words().contains(words), "{words}: {attempt:?}");
    assert_eq!(n_accepted, 0);
}

/// What a message becomes whose conversation ends at `step`.
fn outcome(step: Step) -> &'static str {
    match step {
        Step::Greeting | Step::Ehlo | Step::StartTls | Step::Auth => "unreachable",
        Step::Mail | Step::Rcpt | Step::Data => "later",
        _ => "uncertain",
    }
}

/// What becomes of one message is `outcome`, for a reason with these words, and the server has kept nothing.
async fn check(script: Script, outcome: &str, words: &str) {
    let (attempt, n_accepted) = attempt(script).await;
    assert_eq!((attempt.name(), n_accepted), (outcome, 0), "{words}: {attempt:?}");
    assert!(attempt.words().contains(words), "{words}: {attempt:?}");
}

async fn check_later(script: Script, words: &str) {
    check(script, "later", words).await;
}

async fn check_never(script: Script, words: &str) {
    check(script, "never", words).await;
}

async fn check_down(script: Script, words: &str) {
    check(script, "transport_down", words).await;
}

async fn check_unreachable(script: Script, words: &str) {
    check(script, "unreachable", words).await;
}

fn reply(words: &str) -> Act {
    Act::Reply(words.to_owned())
}

fn good() -> Script {
    Script::good()
}

#[tokio::test]
async fn a_good_server_gets_the_message_unchanged() {
    let sink = Sink::start(good()).unwrap();
    let smtp = Smtp::open(&settings(&sink)).unwrap();
    assert_eq!(send(&smtp, "desk@example.org").await, Attempt::Sent { answer: "250 2.0.0 kept".into() });
    let accepted = sink.accepted();
    assert_eq!(accepted[0].bytes, message("desk@example.org").bytes);
    assert_eq!(accepted[0].recipient, "desk@example.org");
    assert_eq!(accepted[0].sender, "orbitwire@example.org");
    assert_eq!(accepted[0].message_id, "1.desk@example.org");
}

#[tokio::test]
async fn one_connection_serves_many_messages_without_a_stall() {
    let sink = Sink::start(good()).unwrap();
    let smtp = Smtp::open(&settings(&sink)).unwrap();
    let started = Instant::now();
    for n in 0..80 {
        assert!(matches!(send(&smtp, &format!("a{n}@example.org")).await, Attempt::Sent { .. }));
    }
    assert_eq!((sink.n_connections(), sink.accepted().len()), (1, 80));
    // Without TCP_NODELAY each message would wait 40 ms for an acknowledgement.
    assert!(started.elapsed() < Duration::from_millis(80 * 30), "{:?}", started.elapsed());
}

#[tokio::test]
async fn what_passes_is_tried_later() {
    check_unreachable(good().at(Step::Greeting, Act::ReplyAndDrop("421 busy".into())), "greeting: 421 busy").await;
    check_unreachable(good().at(Step::Ehlo, reply("421 busy")), "EHLO: 421").await;
    check_later(good().at(Step::Mail, reply("451 busy")), "MAIL: 451").await;
    check_later(good().at(Step::Rcpt, reply("451 greylisted <desk@example.org>")), "RCPT: 451 greylisted <d…@").await;
    check_later(good().at(Step::Data, reply("451 busy")), "DATA: 451").await;
    check_later(good().at(Step::Body, reply("452 disk full")), "end of message: 452").await;
}

#[tokio::test]
async fn a_refused_recipient_or_message_is_refused_for_good() {
    check_never(good().at(Step::Rcpt, reply("550 5.1.1 unknown")), "RCPT: 550").await;
    check_never(good().at(Step::Mail, reply("552 too large")), "MAIL: 552").await;
    check_down(good().at(Step::Mail, reply("550 not this sender")), "MAIL: 550").await;
    check_never(good().at(Step::Data, reply("554 no")), "DATA: 554").await;
    check_never(good().at(Step::Body, reply("552 too big")), "end of message: 552").await;
}

#[tokio::test]
async fn one_refused_recipient_does_not_hinder_the_next() {
    let script = good().at_command(Step::Rcpt, "gone@", reply("550 unknown"));
    let sink = Sink::start(script).unwrap();
    let smtp = Smtp::open(&settings(&sink)).unwrap();
    assert!(matches!(send(&smtp, "a@example.org").await, Attempt::Sent { .. }));
    assert!(matches!(send(&smtp, "gone@example.org").await, Attempt::Never { .. }));
    assert!(matches!(send(&smtp, "b@example.org").await, Attempt::Sent { .. }));
    assert_eq!((sink.n_connections(), sink.accepted().len()), (1, 2));
}

#[tokio::test]
async fn silence_at_any_step_ends() {
    for step in [Step::Greeting, Step::Ehlo, Step::Mail, Step::Rcpt, Step::Data] {
        check_given_up(good().at(step, Act::Silence), outcome(step), "no answer in time").await;
    }
    check_given_up(good().at(Step::Body, Act::Silence), "uncertain", "the same bytes go again").await;
}

#[tokio::test]
async fn floods_and_drips_end() {
    for step in [Step::Greeting, Step::Ehlo, Step::Rcpt] {
        check(good().at(step, Act::Flood), outcome(step), "a line of more than 2048 bytes").await;
        check_given_up(good().at(step, Act::Drip), outcome(step), "no answer in time").await;
    }
    check_unreachable(good().at(Step::Ehlo, Act::FloodLines), "more than 128 lines").await;
    check_unreachable(good().at(Step::Greeting, reply("HTTP/1.0 400 Bad")), "not an SMTP reply").await;
}

#[tokio::test]
async fn a_lost_connection_is_tried_later() {
    for step in [Step::Greeting, Step::Ehlo, Step::Mail, Step::Rcpt, Step::Data] {
        check(good().at(step, Act::Drop), outcome(step), "(").await;
    }
    check(good().at(Step::Body, Act::Drop), "uncertain", "uncertain, the same bytes go again").await;
}

#[tokio::test]
async fn a_connection_lost_before_the_answer_is_uncertain_and_the_repeat_has_the_same_bytes() {
    let sink = Sink::start(good().at_first(1, Step::Ack, Act::Drop)).unwrap();
    let smtp = Smtp::open(&settings(&sink)).unwrap();
    let first = send(&smtp, "desk@example.org").await;
    assert_eq!(first.name(), "uncertain", "{first:?}");
    assert!(matches!(send(&smtp, "desk@example.org").await, Attempt::Sent { .. }));
    let accepted = sink.accepted();
    assert_eq!((accepted.len(), &accepted[0]), (2, &accepted[1]));
}

#[tokio::test]
async fn what_was_accepted_before_the_connection_broke_is_sent() {
    let (attempt, n_accepted) = attempt(good().at(Step::AfterAck, Act::Drop)).await;
    assert!(matches!(attempt, Attempt::Sent { .. }), "{attempt:?}");
    assert_eq!(n_accepted, 1);
}

#[tokio::test]
async fn a_kept_connection_that_died_is_replaced_without_a_lost_attempt() {
    let sink = Sink::start(good().at_first(1, Step::AfterAck, Act::Drop)).unwrap();
    let smtp = Smtp::open(&settings(&sink)).unwrap();
    for to in ["a@example.org", "b@example.org"] {
        assert!(matches!(send(&smtp, to).await, Attempt::Sent { .. }));
    }
    assert_eq!((sink.n_connections(), sink.accepted().len()), (2, 2));
}

#[tokio::test]
async fn a_421_inside_a_kept_connection_costs_nothing() {
    let sink = Sink::start(good()).unwrap();
    let smtp = Smtp::open(&settings(&sink)).unwrap();
    assert!(matches!(send(&smtp, "a@example.org").await, Attempt::Sent { .. }));
    sink.set_script(good().at_first(1, Step::Mail, Act::ReplyAndDrop("421 enough".into())));
    assert!(matches!(send(&smtp, "b@example.org").await, Attempt::Sent { .. }));
    assert_eq!(sink.accepted().len(), 2);
}

#[tokio::test]
async fn nobody_listening_is_tried_later() {
    let sink = Sink::start(good()).unwrap();
    let mut settings = settings(&sink);
    drop(sink);
    std::thread::sleep(Duration::from_millis(50));
    for host in ["127.0.0.1", "nowhere.invalid"] {
        settings.host = host.to_owned();
        let attempt = send(&Smtp::open(&settings).unwrap(), "a@example.org").await;
        assert_eq!(attempt.name(), "unreachable", "{attempt:?}");
    }
}

#[tokio::test]
async fn a_server_without_ehlo_is_greeted_the_old_way() {
    let (attempt, _) = attempt(good().at(Step::Ehlo, reply("502 what?"))).await;
    assert!(matches!(attempt, Attempt::Sent { .. }), "{attempt:?}");
}

#[tokio::test]
async fn a_message_too_large_or_too_wide_for_the_server_is_refused_before_it_is_sent() {
    check_never(good().offering(&["SIZE 20"]), "the server takes 20").await;
    let sink = Sink::start(good().offering(&[])).unwrap();
    let smtp = Smtp::open(&settings(&sink)).unwrap();
    let wide = Message { bytes: "Subject: ж\r\n\r\n".into(), ..message("a@example.org") };
    assert!(matches!(smtp.deliver(&wide).await, Attempt::Never { .. }));
    sink.set_script(good());
    let smtp = Smtp::open(&settings(&sink)).unwrap();
    assert!(matches!(smtp.deliver(&wide).await, Attempt::Sent { .. }));
}

#[tokio::test]
async fn a_server_that_hangs_starves_nobody_else() {
    let sink = Sink::start(good().at(Step::Ehlo, Act::FloodLines)).unwrap();
    let smtp = Smtp::open(&settings(&sink)).unwrap();
    let message = message("a@example.org");
    let sending = smtp.deliver(&message);
    let ticking = async {
        for _ in 0..20 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    let started = Instant::now();
    tokio::join!(sending, ticking);
    assert!(started.elapsed() < WAIT.unsigned_abs(), "the flood is cut off, not waited out");
}

#[tokio::test]
async fn a_probe_says_whether_a_message_could_leave() {
    let sink = Sink::start(good()).unwrap();
    let found = Smtp::open(&settings(&sink)).unwrap().probe().await.unwrap().words().join("; ");
    assert!(found.contains("not encrypted") && found.contains("up to 10.5 MB; also 8BITMIME"), "{found}");
    assert!(sink.accepted().is_empty());
    sink.set_script(good().at(Step::Greeting, reply("554 go away")));
    let words = Smtp::open(&settings(&sink)).unwrap().probe().await.unwrap_err();
    assert!(
        words.contains("127.0.0.1") && words.contains("without encryption") && words.contains("go away"),
        "{words}"
    );
}
