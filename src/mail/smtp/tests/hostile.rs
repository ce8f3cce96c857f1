//! Servers that flood, stall, babble, lie and break off: each costs its time limit at most, and no message more than a
//! later attempt.

use super::*;

/// A megabyte and more, so that it cannot vanish in the buffers of the system.
fn large() -> Message {
    let line = format!("{}\r\n", "x".repeat(76));
    Message { bytes: format!("Subject: x\r\n\r\n{}", line.repeat(100_000)).into_bytes(), ..message("a@example.org") }
}

struct Case {
    what: &'static str,
    script: Script,
    outcome: &'static str,
}

fn case(what: &'static str, script: Script, outcome: &'static str) -> Case {
    Case { what, script, outcome }
}

fn raw(bytes: &[u8]) -> Act {
    Act::Bytes(bytes.to_vec())
}

fn at(step: Step, act: Act) -> Script {
    good().at(step, act)
}

/// What goes wrong before a message can be spoken of.
fn openings() -> Vec<Case> {
    let many: String = (0..500).map(|n| format!("250-X{n}\r\n")).collect();
    vec![
        case("greets in many lines without end", at(Step::Greeting, Act::FloodLines), "unreachable"),
        case("greets without a line end", at(Step::Greeting, Act::Flood), "unreachable"),
        case("greets with null bytes", at(Step::Greeting, raw(&[0; 600])), "unreachable"),
        case("greets with escape sequences only", at(Step::Greeting, reply("\x1b[2J\x1b]0;x\x07")), "unreachable"),
        case("greets with a code alone and goes", at(Step::Greeting, raw(b"220")), "unreachable"),
        case("greets with two codes", at(Step::Greeting, reply("220-a\r\n554 b")), "unreachable"),
        case(
            "greets and answers what was not asked",
            at(Step::Greeting, reply("220 a\r\n250 b\r\n250 c")),
            "unreachable",
        ),
        case("greets as a web server", at(Step::Greeting, reply("HTTP/1.1 400 Bad Request")), "unreachable"),
        case("greets as an SSH server", at(Step::Greeting, reply("SSH-2.0-OpenSSH_9.2")), "unreachable"),
        case("greets with an intermediate code", at(Step::Greeting, reply("354 go on")), "unreachable"),
        case("greets with a yes", at(Step::Greeting, reply("250 hello")), "unreachable"),
        case("greets with a no", at(Step::Greeting, reply("554 no SMTP service here")), "transport_down"),
        case("offers five hundred things", at(Step::Ehlo, Act::Reply(format!("{many}250 OK"))), "unreachable"),
        case("breaks off in the offers", at(Step::Ehlo, raw(b"250-sink\r\n250-SI")), "unreachable"),
        case("answers EHLO with a challenge", at(Step::Ehlo, reply("334 ")), "unreachable"),
        case("answers EHLO with a go-on", at(Step::Ehlo, reply("354 go on")), "unreachable"),
        case("answers EHLO for now", at(Step::Ehlo, reply("451 later")), "unreachable"),
    ]
}

/// What goes wrong with one message.
fn transactions() -> Vec<Case> {
    vec![
        case("answers MAIL with a go-on", at(Step::Mail, reply("354 go on")), "later"),
        case("answers RCPT with half a line", at(Step::Rcpt, raw(b"25")), "later"),
        case("answers RCPT with letters for digits", at(Step::Rcpt, reply("2S0 ok")), "later"),
        case("answers RCPT with a code out of range", at(Step::Rcpt, reply("999 ok")), "later"),
        case("answers RCPT with yes and no", at(Step::Rcpt, reply("250-ok\r\n550 no")), "later"),
        case("answers RCPT in bytes that are no text", at(Step::Rcpt, raw(b"550 \xff\xfe\x80 no\r\n")), "never"),
        case("answers DATA with a yes", at(Step::Data, reply("250 ok")), "later"),
        case("says yes before it has the message", at(Step::Data, reply("354 go on\r\n250 2.0.0 kept")), "later"),
        case("says yes to DATA in advance", at(Step::Rcpt, reply("250 ok\r\n354 go on\r\n250 kept")), "later"),
        case("hangs up at the message", at(Step::Data, Act::ReplyAndDrop("354 go on".into())), "uncertain"),
        case("has lost step at RCPT", at(Step::Rcpt, reply("503 5.5.1 MAIL first")), "later"),
        case("knows no RCPT", at(Step::Rcpt, reply("502 what?")), "later"),
        case("has lost step at DATA", at(Step::Data, reply("503 5.5.1 RCPT first")), "later"),
        case("has lost step after the message", at(Step::Body, reply("503 5.5.1 DATA first")), "uncertain"),
        case("relays for nobody", at(Step::Rcpt, reply("554 5.7.1 Relay access denied")), "transport_down"),
        case("wants a login", at(Step::Rcpt, reply("550 5.7.1 Authentication required")), "transport_down"),
        case("dislikes the recipient", at(Step::Rcpt, reply("550 5.7.1 recipient blocks you")), "never"),
        case("says yes and no to the message", at(Step::Body, reply("250 kept\r\n554 5.7.1 spam")), "uncertain"),
        case("answers the message with a go-on", at(Step::Body, reply("354 more")), "uncertain"),
        case("answers the message with noise", at(Step::Body, reply("ok, thanks")), "uncertain"),
        case("answers the message with a flood", at(Step::Body, Act::Flood), "uncertain"),
        case("answers the message in lines without end", at(Step::Body, Act::FloodLines), "uncertain"),
        case("answers the message with half a yes", at(Step::Body, raw(b"25")), "uncertain"),
        case(
            "refuses the message for now and hangs up",
            at(Step::Body, Act::ReplyAndDrop("421 bye".into())),
            "uncertain",
        ),
        case("drips its answer to the message", at(Step::Body, Act::Drip), "uncertain"),
    ]
}

async fn check_all(cases: Vec<Case>) {
    for Case { what, script, outcome } in cases {
        let (began, limit) = (Instant::now(), Duration::from_secs(8));
        let (attempt, n_accepted) = attempt_within(script, SHORT_WAIT).await;
        assert_eq!((attempt.name(), n_accepted), (outcome, 0), "{what}: {attempt:?}");
        assert!(began.elapsed() < limit, "{what}: {:?}", began.elapsed());
        assert!(!attempt.words().chars().any(char::is_control), "{what}: {attempt:?}");
    }
}

#[tokio::test]
async fn a_server_that_cannot_be_talked_to_is_unreachable_or_needs_a_person() {
    check_all(openings()).await;
}

#[tokio::test]
async fn a_server_that_loses_its_wits_over_a_message_gets_it_again() {
    check_all(transactions()).await;
}

#[tokio::test]
async fn a_server_that_closes_after_its_yes_has_the_message() {
    let (attempt, n_accepted) = attempt(at(Step::Ack, reply("250 2.0.0 kept\r\n421 enough for today"))).await;
    assert!(matches!(attempt, Attempt::Sent { .. }) && n_accepted == 1, "{attempt:?}");
}

#[tokio::test]
async fn a_server_that_has_lost_step_gets_the_message_over_a_fresh_connection() {
    let sink = Sink::start(good()).unwrap();
    let smtp = Smtp::open(&settings(&sink)).unwrap();
    assert!(matches!(send(&smtp, "a@example.org").await, Attempt::Sent { .. }));
    sink.set_script(good().at_first(1, Step::Rcpt, reply("503 5.5.1 MAIL first")));
    assert!(matches!(send(&smtp, "b@example.org").await, Attempt::Sent { .. }));
    assert_eq!((sink.n_connections(), sink.accepted().len()), (2, 2));
}

#[tokio::test]
async fn a_server_that_reads_no_more_ends_the_attempt() {
    let sink = Sink::start(at(Step::Data, Act::ReplyAndSilence("354 go on".into()))).unwrap();
    let smtp = Smtp::open(&SmtpSettings { timeout: SHORT_WAIT, ..settings(&sink) }).unwrap();
    let began = Instant::now();
    let attempt = smtp.deliver(&large()).await;
    assert_eq!(attempt.name(), "uncertain", "{attempt:?}");
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}

#[tokio::test]
async fn a_server_that_refuses_midway_has_said_why() {
    let sink = Sink::start(at(Step::Data, Act::RefuseMidway("552 5.3.4 too big for me".into()))).unwrap();
    let attempt = Smtp::open(&settings(&sink)).unwrap().deliver(&large()).await;
    assert_eq!(attempt, Attempt::Never { reason: "end of message: 552 5.3.4 too big for me".into() });
    sink.set_script(at(Step::Data, Act::RefuseMidway("250 2.0.0 kept".into())));
    let attempt = Smtp::open(&settings(&sink)).unwrap().deliver(&large()).await;
    assert_eq!(attempt.name(), "uncertain", "a yes to half a message is none: {attempt:?}");
}

#[tokio::test]
async fn a_slow_server_that_is_right_is_waited_for() {
    let (attempt, n_accepted) = attempt(at(Step::Rcpt, Act::Bytewise)).await;
    assert!(matches!(attempt, Attempt::Sent { .. }) && n_accepted == 1, "{attempt:?}");
}

#[tokio::test]
async fn a_server_that_has_enough_of_a_connection_gets_the_next_message_over_another() {
    for refusal in ["421 4.7.0 too many messages", "452 4.5.3 too many messages in this session"] {
        let sink = Sink::start(good()).unwrap();
        let smtp = Smtp::open(&settings(&sink)).unwrap();
        assert!(matches!(send(&smtp, "a@example.org").await, Attempt::Sent { .. }));
        sink.set_script(good().at_first(1, Step::Mail, reply(refusal)));
        assert!(matches!(send(&smtp, "b@example.org").await, Attempt::Sent { .. }), "{refusal}");
        assert_eq!((sink.n_connections(), sink.accepted().len()), (2, 2), "{refusal}");
    }
}

#[tokio::test]
async fn a_good_bye_without_answer_or_with_a_flood_holds_nobody_up() {
    for act in [Act::Silence, Act::Flood, Act::Drop] {
        let sink = Sink::start(at(Step::Quit, act)).unwrap();
        let smtp = Smtp::open(&settings(&sink)).unwrap();
        let began = Instant::now();
        smtp.probe().await.unwrap();
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    }
}
