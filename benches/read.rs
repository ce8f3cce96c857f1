//! How fast documents are read on one thread, with and without sanitised HTML, beside a general feed parser that keeps
//! texts as they are. `ORBITWIRE_DOCUMENTS` may name a folder of documents, which are read too, all of them together.
#![allow(missing_docs)]

use std::fmt::Write;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use orbitwire::domain::policy::ReadLimits;
use orbitwire::read;

/// Entries in a document.
const ENTRIES: usize = 40;

const ENGLISH: &str = "The crew of four reached the station on Friday after a day in orbit, both agencies said; R&D on the new \
                       docking port goes on until the autumn, and the caf\u{e9} at the visitors\u{2019} centre is open.";
const RUSSIAN: &str = "Экипаж из четырёх человек прибыл на станцию в пятницу, сообщили оба агентства; работы над новым \
                       стыковочным узлом продолжатся до осени, а музей открыт для посетителей ежедневно, кроме понедельника.";

#[derive(Clone, Copy)]
enum Wrap {
    Cdata,
    Escaped,
}

fn html(words: &str, i: usize) -> String {
    let words = words.replace('&', "&amp;");
    let paragraph = format!("<p>{words} <a href=\"https://news.example/ref/{i}?a=1&amp;b=2\">More</a></p>");
    paragraph.repeat(4)
}

fn wrapped(html: &str, wrap: Wrap) -> String {
    match wrap {
        Wrap::Cdata => format!("<![CDATA[{html}]]>"),
        Wrap::Escaped => html.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
    }
}

fn rss(words: &str, wrap: Wrap) -> String {
    let mut document = "<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\" \
        xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><channel><title>News</title><link>https://news.example/</link>"
        .to_owned();
    for i in 0..ENTRIES {
        let _ = write!(
            document,
            "<item><title>{} {i}</title><link>https://news.example/2026/{i}?utm_source=rss</link>\
             <guid isPermaLink=\"false\">n-{i}</guid><pubDate>Mon, 23 Nov 2026 12:{i:02}:00 GMT</pubDate>\
             <dc:creator>A. Writer</dc:creator><category>space</category><description>{}</description></item>",
            words.split(',').next().unwrap_or(words).replace('&', "&amp;"),
            wrapped(&html(words, i), wrap),
        );
    }
    document + "</channel></rss>"
}

fn atom(words: &str, wrap: Wrap) -> String {
    let mut document =
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>News</title><id>tag:news.example,2026:f</id>\
        <updated>2026-11-23T12:00:00Z</updated>"
            .to_owned();
    for i in 0..ENTRIES {
        let _ = write!(
            document,
            "<entry><title type=\"html\">{} {i}</title><link rel=\"alternate\" href=\"https://news.example/2026/{i}\"/>\
             <id>tag:news.example,2026:{i}</id><updated>2026-11-23T12:{i:02}:00Z</updated>\
             <author><name>A. Writer</name></author><summary type=\"html\">{}</summary></entry>",
            words.split(',').next().unwrap_or(words).replace('&', "&amp;"),
            wrapped(&html(words, i), wrap),
        );
    }
    document + "</feed>"
}

fn documents(c: &mut Criterion) {
    let documents = [
        ("RSS, English, CDATA", rss(ENGLISH, Wrap::Cdata)),
        ("RSS, Russian, escaped", rss(RUSSIAN, Wrap::Escaped)),
        ("Atom, English, escaped", atom(ENGLISH, Wrap::Escaped)),
        ("Atom, Russian, CDATA", atom(RUSSIAN, Wrap::Cdata)),
    ];
    for (name, document) in &documents {
        let mut group = c.benchmark_group(*name);
        group.throughput(Throughput::Bytes(document.len() as u64));
        for (what, html) in [("texts", false), ("texts and HTML", true)] {
            let limits = ReadLimits { html, ..ReadLimits::default() };
            let read = || read::read(black_box(document.as_bytes()), Some("text/xml; charset=utf-8"), None, &limits);
            assert_eq!(read().map(|read| read.entries.len()), Ok(ENTRIES), "{name}");
            group.bench_function(what, |b| b.iter(read));
        }
        group.bench_function("feed-rs, texts left as they are", |b| {
            b.iter(|| feed_rs::parser::parse(black_box(document.as_bytes())));
        });
        group.finish();
    }
}

#[expect(clippy::disallowed_methods, reason = "what is given to a bench behind `--` are names of benches")]
fn folder(c: &mut Criterion) {
    let Some(folder) = std::env::var_os("ORBITWIRE_DOCUMENTS") else { return };
    let files = std::fs::read_dir(&folder).expect("a folder of documents");
    let documents: Vec<Vec<u8>> =
        files.map(|file| std::fs::read(file.expect("a file").path()).expect("a document")).collect();
    let mut group = c.benchmark_group("the folder");
    group.sample_size(10).throughput(Throughput::Bytes(documents.iter().map(|document| document.len() as u64).sum()));
    for (what, html) in [("texts", false), ("texts and HTML", true)] {
        let limits = ReadLimits { html, ..ReadLimits::default() };
        group.bench_function(what, |b| {
            b.iter(|| {
                documents.iter().filter(|document| read::read(document.as_slice(), None, None, &limits).is_ok()).count()
            });
        });
    }
    group.bench_function("feed-rs, texts left as they are", |b| {
        b.iter(|| documents.iter().filter(|document| feed_rs::parser::parse(document.as_slice()).is_ok()).count());
    });
    group.finish();
}

criterion_group!(benches, documents, folder);
criterion_main!(benches);
