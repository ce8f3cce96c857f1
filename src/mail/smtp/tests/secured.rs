//! Logins and TLS: what is never said in clear, and what stops the whole transport.

use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;
use crate::domain::policy::Mechanism;
use crate::domain::secret::Secret;

fn with_login(sink: &Sink, password: &str) -> SmtpSettings {
    SmtpSettings { user: Some("orbit".into()), password: Some(Secret::fixed(password)), ..settings(sink) }
}

#[tokio::test]
async fn logins_work_and_wrong_ones_stop_the_transport() {
    for offer in ["AUTH PLAIN", "AUTH LOGIN", "AUTH XOAUTH2"] {
        let sink = Sink::start(good().with_login("orbit", "s3cret пароль").offering(&[offer])).unwrap();
        let right = Smtp::open(&with_login(&sink, "s3cret пароль")).unwrap();
        assert!(matches!(send(&right, "a@example.org").await, Attempt::Sent { .. }), "{offer}");
        let wrong = Smtp::open(&with_login(&sink, "wrong")).unwrap();
        match send(&wrong, "a@example.org").await {
            Attempt::TransportDown { reason } => assert!(reason.starts_with("AUTH: 535 "), "{reason}"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_server_that_repeats_what_it_was_told_does_not_give_the_password_away() {
    const PASSWORD: &str = "Hunter2-sEcret";
    let base64 = |text: &str| STANDARD.encode(text);
    let echoes = [
        PASSWORD.to_owned(),
        base64(PASSWORD),
        base64(&format!("\0orbit\0{PASSWORD}")),
        base64(&format!("user=orbit\u{1}auth=Bearer {PASSWORD}\u{1}\u{1}")),
    ];
    for (echo, begin) in echoes.iter().flat_map(|echo| ["535 5.7.8 failed: ", "", "454 4.7.0 "].map(|b| (echo, b))) {
        for offer in ["AUTH PLAIN", "AUTH LOGIN", "AUTH XOAUTH2"] {
            let script = good().offering(&[offer]).at(Step::Auth, reply(&format!("{begin}{echo}")));
            let sink = Sink::start(script).unwrap();
            let attempt = send(&Smtp::open(&with_login(&sink, PASSWORD)).unwrap(), "a@example.org").await;
            assert!(!attempt.words().contains(echo.as_str()), "{attempt:?}");
            let code = if begin.is_empty() { "not an SMTP reply" } else { &begin[..9] };
            assert!(attempt.words().contains(code), "{attempt:?}");
        }
        let script = good().with_login("orbit", PASSWORD).at(Step::Rcpt, reply(&format!("550 5.1.1 {echo}")));
        let sink = Sink::start(script).unwrap();
        let attempt = send(&Smtp::open(&with_login(&sink, PASSWORD)).unwrap(), "a@example.org").await;
        assert!(attempt.name() == "never" && !attempt.words().contains(echo.as_str()), "{attempt:?}");
    }
}

#[tokio::test]
async fn a_server_that_offers_plain_and_does_not_know_it_gets_a_login_unless_plain_is_asked_for() {
    let script = || good().with_login("orbit", "s3cret").at_command(Step::Auth, "PLAIN", reply("504 5.5.4 unknown"));
    let sink = Sink::start(script()).unwrap();
    let attempt = send(&Smtp::open(&with_login(&sink, "s3cret")).unwrap(), "a@example.org").await;
    assert!(matches!(attempt, Attempt::Sent { .. }), "{attempt:?}");
    let plain = SmtpSettings { auth: Some(Mechanism::Plain), ..with_login(&sink, "s3cret") };
    assert_eq!(send(&Smtp::open(&plain).unwrap(), "a@example.org").await.name(), "transport_down");
}

#[tokio::test]
async fn other_faults_of_a_login() {
    let check = async |script: Script, words: &str, is_down: bool| {
        let sink = Sink::start(script).unwrap();
        match send(&Smtp::open(&with_login(&sink, "s3cret")).unwrap(), "a@example.org").await {
            Attempt::TransportDown { reason } => assert!(is_down && reason.contains(words), "{reason}"),
            Attempt::Unreachable { reason } => assert!(!is_down && reason.contains(words), "{reason}"),
            other => panic!("{other:?}"),
        }
    };
    let login = || good().with_login("orbit", "s3cret");
    check(login().at(Step::Auth, reply("454 try later")), "454", false).await;
    check(login().at(Step::Auth, reply("334 ")), "asks on and on", true).await;
    check(good(), "it offers no login at all", true).await;
    check_down(good().at(Step::Mail, reply("530 log in first")), "530").await;
    check_down(good().at(Step::Greeting, reply("554 go away")), "554").await;
}

fn testdata(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "src/mail/testdata", file].iter().collect()
}

fn server_tls() -> Arc<ServerConfig> {
    let chain = CertificateDer::pem_file_iter(testdata("server.pem")).unwrap().collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_file(testdata("server.key.pem")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap())
}

fn encrypted(sink: &Sink, tls: Tls) -> SmtpSettings {
    SmtpSettings { host: "localhost".into(), tls, ca_file: Some(testdata("ca.pem")), ..with_login(sink, "s3cret") }
}

#[tokio::test]
async fn both_kinds_of_tls_carry_login_and_message() {
    let login = || good().with_login("orbit", "s3cret");
    for (script, tls) in
        [(login().with_starttls(server_tls()), Tls::StartTls), (login().with_tls(server_tls()), Tls::Implicit)]
    {
        let sink = Sink::start(script).unwrap();
        let smtp = Smtp::open(&encrypted(&sink, tls)).unwrap();
        for to in ["a@example.org", "b@example.org"] {
            let attempt = send(&smtp, to).await;
            assert!(matches!(attempt, Attempt::Sent { .. }), "{tls:?} {attempt:?}");
        }
        assert_eq!((sink.n_connections(), sink.accepted().len()), (1, 2));
    }
}

async fn check_tls_down(script: Script, change: impl Fn(SmtpSettings) -> SmtpSettings, words: &str) {
    let sink = Sink::start(script).unwrap();
    let smtp = Smtp::open(&change(encrypted(&sink, Tls::StartTls))).unwrap();
    match send(&smtp, "a@example.org").await {
        Attempt::TransportDown { reason } => assert!(reason.contains(words), "{reason}"),
        other => panic!("{words}: {other:?}"),
    }
    assert!(sink.accepted().is_empty());
}

#[tokio::test]
async fn without_trusted_tls_nothing_goes() {
    let offered = || good().with_starttls(server_tls());
    check_tls_down(good(), |s| s, "does not offer STARTTLS").await;
    check_tls_down(offered().at(Step::StartTls, reply("501 no")), |s| s, "STARTTLS: 501").await;
    check_tls_down(offered(), |s| SmtpSettings { ca_file: None, ..s }, "this machine does not trust").await;
    check_tls_down(offered(), |s| SmtpSettings { host: "127.0.0.1".into(), ..s }, "for another name").await;
    let injected = reply("220 go on\r\n250 injected");
    check_tls_down(offered().at(Step::StartTls, injected), |s| s, "went on in clear").await;
}

#[tokio::test]
async fn a_handshake_that_stalls_is_tried_later() {
    let sink = Sink::start(good().with_starttls(server_tls()).at(Step::Greeting, Act::Silence)).unwrap();
    let smtp = Smtp::open(&SmtpSettings { timeout: SHORT_WAIT, ..encrypted(&sink, Tls::Implicit) }).unwrap();
    let attempt = send(&smtp, "a@example.org").await;
    assert!(matches!(&attempt, Attempt::Unreachable { reason } if reason.contains("TLS handshake")), "{attempt:?}");
}

#[test]
fn a_certificate_file_that_is_none_is_refused_at_once() {
    let sink = Sink::start(good()).unwrap();
    for file in ["missing.pem", "server.key.pem"] {
        let settings = SmtpSettings { ca_file: Some(testdata(file)), ..encrypted(&sink, Tls::Implicit) };
        let error = Smtp::open(&settings).unwrap_err();
        assert!(matches!(error, MailError::Certificates { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_token_is_asked_for_at_each_login() {
    let sink = Sink::start(good().with_login("orbit", "token-2").offering(&["AUTH PLAIN XOAUTH2"])).unwrap();
    let n_asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = n_asked.clone();
    let token = Secret::new(move || {
        let n = 1 + counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        Ok(format!("token-{n}").into())
    });
    let settings =
        SmtpSettings { password: Some(token), auth: Some(Mechanism::XOAuth2), ..with_login(&sink, "not asked") };
    let smtp = Smtp::open(&settings).unwrap();
    assert_eq!(send(&smtp, "a@example.org").await.name(), "transport_down", "the first token is of yesterday");
    assert!(matches!(send(&smtp, "a@example.org").await, Attempt::Sent { .. }));
    assert_eq!(n_asked.load(std::sync::atomic::Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_password_that_cannot_be_had_stops_the_transport_in_words() {
    let sink = Sink::start(good().with_login("orbit", "x")).unwrap();
    let gone = Secret::new(|| Err("the command failed (exit status: 1)".to_owned()));
    let smtp = Smtp::open(&SmtpSettings { password: Some(gone), ..with_login(&sink, "x") }).unwrap();
    let attempt = send(&smtp, "a@example.org").await;
    assert_eq!(attempt.name(), "transport_down");
    assert!(attempt.words().contains("cannot be had: the command failed"), "{attempt:?}");
}

#[tokio::test]
async fn junk_and_silence_where_tls_should_begin_end_the_attempt() {
    let offered = || good().with_starttls(server_tls());
    for (act, outcome) in [
        (reply("454 TLS not available"), "unreachable"),
        (Act::Drop, "unreachable"),
        (Act::Flood, "unreachable"),
        (Act::ReplyAndSilence("220 go on".into()), "unreachable"),
        (Act::Bytes(b"220 go on\r\n\x16\x03\x01\xff\xff".to_vec()), "transport_down"),
    ] {
        let sink = Sink::start(offered().at(Step::StartTls, act.clone())).unwrap();
        let smtp = Smtp::open(&SmtpSettings { timeout: SHORT_WAIT, ..encrypted(&sink, Tls::StartTls) }).unwrap();
        let began = Instant::now();
        let attempt = send(&smtp, "a@example.org").await;
        assert_eq!(attempt.name(), outcome, "{act:?}: {attempt:?}");
        assert!(began.elapsed() < Duration::from_secs(8), "{act:?}");
        assert!(sink.accepted().is_empty());
    }
}
