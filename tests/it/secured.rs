//! Feeds over HTTPS: whom the program trusts is what the machine says, and what it does not trust it says in words.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

use crate::harness::{FILES, World, happening};
use crate::program::{Said, program, recent, run};

const FEED: &str = "<rss version='2.0'><channel><title>t</title><item><title>A report</title></item></channel></rss>";

fn testdata(name: &str) -> String {
    format!("{}/src/mail/testdata/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Serves the feed to everyone, as `localhost`, on a thread that ends with the tests; returns its port.
fn serve() -> u16 {
    let chain = vec![CertificateDer::from_pem_file(testdata("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(testdata("server.key.pem")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut tcp in listener.incoming().flatten() {
            let mut tls = ServerConnection::new(config.clone()).unwrap();
            let mut stream = Stream::new(&mut tls, &mut tcp);
            // Those who do not trust us hang up.
            let _ = stream.read(&mut [0; 8192]);
            let _ =
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{FEED}", FEED.len());
        }
    });
    port
}

/// Polls this feed, and one without encryption, on a machine whose authorities are in this file.
async fn poll(host: &str, authorities: &str) -> Said {
    let url = format!("https://{host}:{}/feed", serve());
    let feed = format!("every = \"30m\"\n[[feed]]\nurl = \"{url}\"\noutlet = \"nasa\"\nname = \"secured\"\n");
    let world = World::with_pace(&[("plain", "tass")], FILES, &feed).await;
    world.feeds.show("plain", &[happening(1)].map(|(title, lead)| recent("a", &title, &lead, 1)));
    let mut command = program();
    command.env("SSL_CERT_FILE", authorities).env_remove("SSL_CERT_DIR");
    command.arg("--config").arg(world.write_config()).args(["poll", "--all"]);
    run(command, b"")
}

async fn check_rejected(host: &str, authorities: &str, words: &str) {
    let said = poll(host, authorities).await;
    assert!(said.out.contains("1 accepted") && said.out.contains("1 rejected"), "{said:?}");
    assert!(said.out.contains("tls: ") && said.out.contains(words), "{said:?}");
    assert_eq!(said.err, "", "the visit is told once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_whose_authority_the_machine_knows_is_read() {
    let said = poll("localhost", &testdata("ca.pem")).await;
    assert!(said.out.contains("2 accepted"), "{said:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_whose_authority_it_does_not_know_is_told_in_one_line() {
    check_rejected("localhost", &testdata("server.pem"), "this machine does not trust").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_another_name_is_told_in_one_line() {
    check_rejected("127.0.0.1", &testdata("ca.pem"), "is for another name").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_any_authority_the_feeds_that_need_none_are_read() {
    let nobody = tempfile::NamedTempFile::new().unwrap();
    check_rejected(
        "localhost",
        nobody.path().to_str().unwrap(),
        "no TLS with localhost: the authorities of this machine cannot be read",
    )
    .await;
}
