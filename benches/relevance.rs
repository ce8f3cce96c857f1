//! How long the relevance decision takes on one thread, and that it does not grow with the topic.
#![allow(missing_docs)]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use orbitwire::decide::relevance::CompiledTopic;
use orbitwire::domain::topic::{Facet, Topic, TopicEntity};
use orbitwire::domain::{EntityKind, ItemText, Lang};

/// Items as feeds have them: a headline and, mostly, a lead; two in eight of the topic.
const ITEMS: [(&str, &str); 8] = [
    (
        "NASA and Roscosmos extend their seat swap",
        "The agreement lets cosmonauts fly on Crew Dragon and NASA astronauts on Soyuz, both agencies said on Friday, keeping at least one of each nation aboard the International Space Station.",
    ),
    (
        "Council votes on new cycle lanes",
        "The plan adds forty kilometres of protected lanes over three years; shop owners asked for more loading bays and were told that they would be heard in the autumn.",
    ),
    (
        "Роскосмос сообщил о переносе старта",
        "Запуск корабля «Союз МС» с космонавтами и астронавтом НАСА перенесён на сутки из-за погоды, сообщил гендиректор госкорпорации на Байконуре.",
    ),
    (
        "Home side wins after extra time",
        "A late header settled a match in which neither goalkeeper had much to do until the final minutes of the second half.",
    ),
    (
        "Цены на жильё выросли в трёх городах",
        "Аналитики объяснили рост снижением ставки и сокращением числа новостроек, сданных в первом полугодии.",
    ),
    (
        "Falcon 9 launches another batch of satellites",
        "SpaceX said that all of them separated from the upper stage as planned an hour after liftoff from Florida.",
    ),
    (
        "Talks on a ceasefire adjourned",
        "Diplomats from Washington and Moscow left the hotel without a statement; a further meeting is expected next week.",
    ),
    ("A quiet week for gardeners", ""),
];

fn items() -> Vec<ItemText<'static>> {
    ITEMS.map(|(title, lead)| ItemText { title, lead, body: "", lang: Lang::Other }).to_vec()
}

fn shipped() -> CompiledTopic {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/topics/us-russia-space.toml");
    let text = std::fs::read_to_string(&file).expect("the shipped topic file is there");
    CompiledTopic::compile(&orbitwire::config::topic::parse(&file, &text).0)
}

/// A topic of `n` made-up names beside a handful of words that the items do contain.
fn made_up(n: usize) -> CompiledTopic {
    let letters = |mut i: usize| {
        let mut word = String::new();
        for _ in 0..6 {
            word.push(char::from(b'a' + (i % 26) as u8));
            i = i / 26 + i % 7;
        }
        word
    };
    let entity = |id: String, form: String| TopicEntity {
        name: id.clone(),
        id,
        kind: EntityKind::Term,
        groups: [].into(),
        feeds: [("a".to_owned(), 1.0)].into(),
        forms: vec![form],
    };
    let mut entities: Vec<_> = (0..n).map(|i| entity(format!("e{i}"), format!("{}{i} thing", letters(i)))).collect();
    entities.extend(["nasa", "roscosmos", "космонавт", "space station"].map(|w| entity(w.to_owned(), w.to_owned())));
    let facets = vec![Facet { key: "a".to_owned(), name: "an a".to_owned(), needs: 0.5 }];
    CompiledTopic::compile(&Topic { threshold: 1.0, facets, entities, ..Topic::default() })
}

fn judge(c: &mut Criterion) {
    let items = items();
    let mut group = c.benchmark_group("judge");
    group.throughput(Throughput::Elements(items.len() as u64));
    let mut measure = |name: &str, topic: &CompiledTopic| {
        group.bench_function(name, |b| {
            b.iter(|| {
                for item in &items {
                    black_box(topic.judge(black_box(item), None));
                }
            });
        });
    };
    measure("shipped topic", &shipped());
    for n in [100, 1_000, 10_000] {
        measure(&format!("{n} made-up terms"), &made_up(n));
    }
    group.finish();

    let long = "NASA and Roscosmos ".repeat(60_000);
    let topic = shipped();
    c.bench_function("judge a title of a megabyte", |b| {
        b.iter(|| black_box(topic.judge(&ItemText { title: &long, ..ItemText::default() }, None)));
    });
}

criterion_group!(benches, judge);
criterion_main!(benches);
