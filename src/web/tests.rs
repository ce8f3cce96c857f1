//! Both pages over real connections, and what else may come along.

use std::time::Instant;

use tokio::net::{TcpStream, UnixStream};

use super::*;

fn known(level: Level) -> Snapshot {
    let health = Health { level, reasons: vec!["3 feeds".to_owned(), "x".to_owned()] };
    let vitals = Vitals { n_feeds: 3, n_waiting: 2, store_bytes: 8192, ..Vitals::default() };
    Snapshot {
        health,
        vitals: Some(vitals),
        tally: Tally { n_accepted: 7, ..Tally::default() },
        started_at: 1_800_000_000,
    }
}

/// The answer to these bytes over a socket and over TCP, which is the same.
async fn asked(request: &str, level: Level) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("web.sock");
    let door = Door::open(&Listen::Unix(path.clone())).await.unwrap();
    let serving = tokio::spawn(door.serve(move || known(level)));
    let mut stream = UnixStream::connect(&path).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    serving.abort();
    let _ = serving.await;
    assert!(!path.exists(), "a door that is shut leaves no socket");
    said
}

#[tokio::test]
async fn health_is_told_in_one_line_and_by_the_status() {
    let said = asked("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", Level::Ok).await;
    assert!(said.starts_with("HTTP/1.1 200 OK\r\n") && said.ends_with("\r\n\r\nOK: 3 feeds; x\n"), "{said}");
    let said = asked("GET /healthz HTTP/1.1\r\n\r\n", Level::Warning).await;
    assert!(said.starts_with("HTTP/1.1 200 ") && said.ends_with("WARNING: 3 feeds; x\n"), "{said}");
    let said = asked("GET /healthz HTTP/1.1\r\n\r\n", Level::Critical).await;
    assert!(said.starts_with("HTTP/1.1 503 ") && said.ends_with("CRITICAL: 3 feeds; x\n"), "{said}");
}

#[tokio::test]
async fn metrics_have_a_help_a_type_and_a_value_each() {
    let said = asked("GET /metrics?x=1 HTTP/1.1\r\n\r\n", Level::Warning).await;
    let (head, body) = said.split_once("\r\n\r\n").unwrap();
    assert!(head.contains("text/plain; version=0.0.4"), "{head}");
    assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
    for line in [
        "orbitwire_up 1",
        "orbitwire_health_level 1",
        "orbitwire_feeds 3",
        "orbitwire_outbox_waiting 2",
        "orbitwire_store_bytes 8192",
        "orbitwire_polls_total{outcome=\"accepted\"} 7",
    ] {
        assert!(body.lines().any(|found| found == line), "{line}: {body}");
    }
    assert!(body.contains("\norbitwire_process_resident_memory_bytes "), "{body}");
    let mut lines = body.lines().peekable();
    while let Some(help) = lines.next() {
        let name = help.strip_prefix("# HELP ").unwrap().split(' ').next().unwrap();
        assert!(lines.next().unwrap().starts_with(&format!("# TYPE {name} ")));
        let mut n = 0;
        while let Some(value) = lines.next_if(|line| !line.starts_with('#')) {
            assert!(value.starts_with(name) && value.rsplit(' ').next().unwrap().parse::<f64>().is_ok(), "{value}");
            n += 1;
        }
        assert!(n > 0, "{name}");
    }
}

#[tokio::test]
async fn what_is_no_question_of_monitoring_is_refused() {
    assert!(asked("GET / HTTP/1.1\r\n\r\n", Level::Ok).await.starts_with("HTTP/1.1 404 "));
    assert!(asked("POST /healthz HTTP/1.1\r\n\r\n", Level::Ok).await.starts_with("HTTP/1.1 400 "));
    assert!(asked("\u{1b}[31m\n\n", Level::Ok).await.starts_with("HTTP/1.1 400 "));
    let long = format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(REQUEST_BYTES_MAX));
    assert!(asked(&long, Level::Ok).await.starts_with("HTTP/1.1 400 "));
    let head = asked("HEAD /healthz HTTP/1.1\r\n\r\n", Level::Ok).await;
    assert!(head.starts_with("HTTP/1.1 200 ") && head.ends_with("\r\n\r\n"), "{head}");
}

#[tokio::test]
async fn those_who_say_nothing_keep_nobody_else_waiting_for_long() {
    let door = Door::open(&Listen::Tcp("127.0.0.1:0".parse().unwrap())).await.unwrap();
    let Listener::Tcp(listener) = &door.listener else { panic!("another listener") };
    let address = listener.local_addr().unwrap();
    let serving = tokio::spawn(door.serve(|| known(Level::Ok)));
    let mut silent = Vec::new();
    for _ in 0..AT_ONCE {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    let begun = Instant::now();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\n\r\n").await.unwrap();
    let mut said = String::new();
    stream.read_to_string(&mut said).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 200 "), "{said}");
    assert!(begun.elapsed() < PATIENCE * 2, "{:?}", begun.elapsed());
    serving.abort();
}

#[tokio::test]
async fn a_socket_that_was_left_behind_is_replaced_and_one_in_use_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let listen = Listen::Unix(folder.path().join("web.sock"));
    let first = Door::open(&listen).await.unwrap();
    assert!(Door::open(&listen).await.is_err());
    drop(first);
    Door::open(&listen).await.unwrap();
}
