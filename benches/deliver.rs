//! How fast mail leaves: one digest for five thousand recipients, written, signed, put into the outbox, and handed to a
//! mail server on loopback. Prints messages a second of each step.
//!
//! `cargo bench --bench deliver`

use std::time::Instant;

use orbitwire::clock::Clock;
use orbitwire::config;
use orbitwire::domain::message::Rendered;
use orbitwire::domain::signing::SigningKey;
use orbitwire::mail::sink::{Script, Sink};
use orbitwire::mail::{Head, Letter};
use orbitwire::pipeline::{self, Service};
use orbitwire::store::NewDigest;

const RECIPIENTS: usize = 5_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(run());
}

async fn run() {
    let sink = Sink::start(Script::good().counting()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orbitwire.toml");
    let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let text = format!(
        "topics = [{:?}]\noutlets = {:?}\n[mail]\ntransport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n\
         from = \"orbitwire <orbitwire@example.org>\"\n[[feed]]\nurl = \"https://example.org/\"\noutlet = \"nasa\"\n\
         [[audience]]\nname = \"desk\"\nto = {:?}\non = \"development\"\n",
        shipped.join("topics/us-russia-space.toml"),
        shipped.join("outlets.toml"),
        sink.address().port(),
        (0..RECIPIENTS).map(|n| format!("r{n}@example.org")).collect::<Vec<_>>()
    );
    std::fs::write(&file, text).unwrap();
    let config = config::load(&file).unwrap_or_else(|faults| panic!("{faults:?}"));
    let service = Service::open(config, Clock::System).await.unwrap();
    for (name, key) in [("unsigned", None), ("signed with RSA", Some("src/mail/testdata/dkim.key.pem"))] {
        println!("{name}, {RECIPIENTS} recipients:");
        enqueue(&service, name, key).await;
        let (before, began) = (sink.n_connections(), Instant::now());
        let summary = pipeline::deliver(&service).await.unwrap();
        assert_eq!(summary.n_sent, RECIPIENTS, "{:?}", summary.reasons);
        told("handed over and recorded", began);
        println!("  connections: {}", sink.n_connections() - before);
    }
    assert_eq!(sink.n_accepted(), 2 * RECIPIENTS);
}

async fn enqueue(service: &Service, name: &str, key: Option<&str>) {
    let line = "<p style=\"margin:0 0 12px 0\">Роскосмос и НАСА продлили соглашение. The agencies agreed.</p>\n";
    let rendered = Rendered {
        subject: "NASA, Roscosmos Extend Crew Seat Exchange Agreement Through 2027 — and 3 more".to_owned(),
        preheader: String::new(),
        text: "Роскосмос и НАСА продлили соглашение. The agencies agreed.\n".repeat(150),
        html: format!("<!DOCTYPE html>\n{}", line.repeat(500)),
    };
    let mut settings = service.config.mail.clone();
    settings.dkim = key.map(|file| orbitwire::domain::policy::Dkim {
        domain: "example.org".to_owned(),
        selector: "s1".to_owned(),
        key: SigningKey::from_pem(&std::fs::read(file).unwrap()).ok(),
    });
    let began = Instant::now();
    let at = service.clock.now();
    let head =
        Head { audience: "desk", topics: &[], digest_id: &name.replace(' ', "-"), instance: "i", at, root: None };
    let letter = Letter::new(&settings, &rendered, &head).unwrap();
    let messages: Vec<_> = (0..RECIPIENTS).map(|n| letter.to(&format!("r{n}@example.org")).unwrap()).collect();
    told(&format!("written ({} KiB each)", (letter.body().len() + messages[0].head.len()) / 1024), began);
    let digest = NewDigest {
        audience: "desk".to_owned(),
        at,
        slot_at: None,
        thread: None,
        reason: String::new(),
        subject: rendered.subject.clone(),
        json: "{}".to_owned(),
        told: Vec::new(),
        notice: 1 + name.len() as i64,
        configuration: "{}".to_owned(),
        body: letter.body().to_vec(),
    };
    let began = Instant::now();
    let n = service.store.with(move |store| store.enqueue(&digest, &messages)).await.unwrap();
    assert_eq!(n, RECIPIENTS);
    told("put into the outbox", began);
}

fn told(what: &str, began: Instant) {
    let seconds = began.elapsed().as_secs_f64();
    println!("  {what}: {:.2} s, {:.0} a second", seconds, RECIPIENTS as f64 / seconds);
}
