//! The bytes of a message, and what a receiver reads in them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::*;
use crate::domain::policy::Transport;

fn settings(from: &str) -> MailSettings {
    MailSettings { from: from.to_owned(), bounce: None, transport: Transport::File { directory: "outbox".into() } }
}

fn rendered(subject: &str, text: &str) -> Rendered {
    Rendered {
        subject: subject.to_owned(),
        preheader: String::new(),
        text: text.to_owned(),
        html: format!("<!DOCTYPE html>\n<p>{text}</p>\n"),
    }
}

fn composed_with(subject: &str, text: &str, recipient: &str, references: &[String]) -> NewMessage {
    let topics = ["US–Russia space".to_owned()];
    let head = Head {
        audience: "Morning desk",
        topics: &topics,
        digest_id: "42",
        instance: "a1b2",
        at: "2026-11-23T06:30:00Z".parse().unwrap(),
        references,
    };
    compose(&settings("orbitwire <orbitwire@news.example.org>"), &rendered(subject, text), recipient, &head).unwrap()
}

fn composed(subject: &str) -> NewMessage {
    composed_with(subject, "Text\n", "Desk <desk@example.org>", &[])
}

/// Header lines, unfolded.
fn headers(message: &NewMessage) -> Vec<String> {
    let text = String::from_utf8(message.bytes.clone()).unwrap();
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    head.replace("\r\n ", " ").split("\r\n").map(str::to_owned).collect()
}

fn header_of<'a>(headers: &'a [String], name: &str) -> &'a str {
    let mut found = headers.iter().filter_map(|line| line.strip_prefix(&format!("{name}: ")));
    let value = found.next().unwrap_or_else(|| panic!("no {name} in {headers:#?}"));
    assert!(found.next().is_none(), "{name} twice");
    value
}

#[test]
fn the_headers_are_these_each_once() {
    let headers = headers(&composed("ISS partnership extended — and 3 more"));
    let names: Vec<_> = headers.iter().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(
        names,
        [
            "From",
            "To",
            "Subject",
            "Date",
            "Message-ID",
            "List-Id",
            "Auto-Submitted",
            "Precedence",
            "X-Orbitwire-Digest",
            "MIME-Version",
            "Content-Type",
        ]
    );
    assert_eq!(header_of(&headers, "Date"), "Mon, 23 Nov 2026 06:30:00 +0000");
    assert_eq!(header_of(&headers, "From"), "orbitwire <orbitwire@news.example.org>");
    assert_eq!(header_of(&headers, "To"), "Desk <desk@example.org>");
    assert_eq!(header_of(&headers, "Auto-Submitted"), "auto-generated");
    assert_eq!(header_of(&headers, "Precedence"), "list");
    assert_eq!(header_of(&headers, "MIME-Version"), "1.0");
    assert!(header_of(&headers, "List-Id").ends_with(" <morning-desk.orbitwire.news.example.org>"));
}

#[test]
fn a_message_composed_twice_is_the_same_message() {
    assert_eq!(composed("Subject"), composed("Subject"));
    let other = composed_with("Subject", "Text\n", "night@example.org", &[]);
    assert_ne!(other.message_id, composed("Subject").message_id);
}

#[test]
fn the_message_id_has_the_senders_domain_and_no_address() {
    let id = composed("Subject").message_id;
    assert!(id.starts_with("42.") && id.ends_with("@news.example.org") && !id.contains("desk"), "{id}");
}

#[test]
fn text_comes_first_and_html_last() {
    let text = String::from_utf8(composed("Subject").bytes).unwrap();
    let places: Vec<_> = ["multipart/alternative", "text/plain; charset=utf-8", "text/html; charset=utf-8"]
        .map(|part| text.find(part).unwrap_or_else(|| panic!("{part}\n{text}")))
        .into();
    assert!(places.is_sorted());
    assert_eq!(text.matches("--orbitwire-").count(), 3);
}

fn check_wire_format(message: &NewMessage) {
    assert!(message.bytes.is_ascii());
    let text = String::from_utf8(message.bytes.clone()).unwrap();
    assert!(!text.replace("\r\n", "").contains(['\r', '\n']), "bare CR or LF");
    let longest = text.split("\r\n").map(str::len).max().unwrap();
    assert!(longest <= 998, "{longest}");
}

#[test]
fn every_line_is_ascii_ends_in_crlf_and_is_short() {
    check_wire_format(&composed("Subject"));
    check_wire_format(&composed(&"Роскосмос ".repeat(60)));
    let long = format!("{}\nа\r\nб\rв\n.\nFrom me\n", "x".repeat(5000));
    check_wire_format(&composed_with("S", &long, &format!("{} <desk@example.org>", "имя ".repeat(30)), &[]));
    check_wire_format(&composed_with("S", &"ж".repeat(5000), "desk@example.org", &[]));
}

#[test]
fn a_russian_subject_is_encoded_in_whole_characters() {
    let subject = "Роскосмос и НАСА продлили соглашение о перекрёстных полётах — и ещё 3";
    let headers = headers(&composed(subject));
    let encoded = header_of(&headers, "Subject");
    // Blanks between two encoded words do not count, others do (RFC 2047 section 6.2).
    let mut decoded = String::new();
    let mut was_encoded = true;
    for word in encoded.split(' ') {
        assert!(word.len() <= 75, "{word}");
        let inside = word.strip_prefix("=?utf-8?b?").and_then(|w| w.strip_suffix("?="));
        if !(was_encoded && inside.is_some()) {
            decoded.push(' ');
        }
        was_encoded = inside.is_some();
        let whole =
            inside.map(|inside| String::from_utf8(BASE64.decode(inside).unwrap()).expect("a character is split"));
        decoded.push_str(&whole.unwrap_or_else(|| word.to_owned()));
    }
    assert_eq!(decoded, subject);
}

#[test]
fn nothing_in_a_field_becomes_a_header() {
    let evil = "News\r\nBcc: all@example.org\r\n\r\nbody \u{202e}";
    let message = composed(evil);
    assert_eq!(message.subject, "News Bcc: all@example.org body");
    let plain = headers(&composed("News")).len();
    assert_eq!(headers(&message).len(), plain);
    let topics = [evil.to_owned()];
    let head = Head {
        audience: evil,
        topics: &topics,
        digest_id: "1",
        instance: evil,
        at: Timestamp::UNIX_EPOCH,
        references: &[evil.to_owned()],
    };
    let message = compose(&settings("o@example.org"), &rendered("News", "x"), "d@example.org", &head).unwrap();
    assert_eq!(headers(&message).len(), plain);
    assert!(!headers(&message).iter().any(|line| line.starts_with("Bcc")));
}

#[test]
fn a_follow_up_refers_to_its_thread_by_the_first_and_the_latest() {
    let ids: Vec<String> = (1..=30).map(|n| format!("{n}.x@example.org")).collect();
    let headers = headers(&composed_with("S", "T", "desk@example.org", &ids));
    assert_eq!(header_of(&headers, "In-Reply-To"), "<30.x@example.org>");
    let references = header_of(&headers, "References");
    assert!(references.starts_with("<1.x@example.org> <22.x@example.org>"), "{references}");
    assert_eq!(references.split(' ').count(), 10);
}

#[test]
fn the_bounce_address_is_the_envelope_sender_only() {
    let topics = [];
    let head = Head {
        audience: "Ночь",
        topics: &topics,
        digest_id: "1",
        instance: "i",
        at: Timestamp::UNIX_EPOCH,
        references: &[],
    };
    let settings = MailSettings { bounce: Some("bounces@example.org".into()), ..settings("o@пример.рф") };
    let message = compose(&settings, &rendered("S", "T"), "d@example.org", &head).unwrap();
    assert_eq!(message.envelope_from, "bounces@example.org");
    assert_eq!(message.envelope_to, "d@example.org");
    let headers = headers(&message);
    assert_eq!(header_of(&headers, "From"), "o@xn--e1afmkfd.xn--p1ai");
    assert!(header_of(&headers, "List-Id").ends_with(".orbitwire.xn--e1afmkfd.xn--p1ai>"));
}

#[test]
fn a_bad_recipient_is_said_clearly() {
    let head =
        Head { audience: "a", topics: &[], digest_id: "1", instance: "i", at: Timestamp::UNIX_EPOCH, references: &[] };
    let error = compose(&settings("o@example.org"), &rendered("S", "T"), "desk@", &head).unwrap_err().to_string();
    assert_eq!(error, "`desk@` is no mailbox that can be used: the part after `@` is no host name");
}
