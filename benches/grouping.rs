//! How long it takes to put a relevant item into its story and to judge whether it is news, as the stories in the
//! window grow from a hundred to a hundred thousand.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use orbitwire::decide::grouping::{GroupingItem, StoryIndex};
use orbitwire::decide::novelty::{Candidate, CandidateItem, EarlierItem, StorySoFar, judge};
use orbitwire::decide::{facts, quotes};
use orbitwire::domain::outlet::OutletKind;
use orbitwire::domain::policy::GroupingPolicy;
use orbitwire::domain::{ItemId, ItemText, Lang, StoryId};

/// Items placed in one round of the measurement: half of them belong to a story that is there.
const PROBES: usize = 200;
/// Items that a story has when an item is judged against it.
const EARLIER: usize = 10;

/// Made-up words: some that every item has, many that few have.
fn word(n: u64) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "co", "di", "fu", "ga", "he", "li", "mo", "nu", "pe", "ra", "so", "ti", "vu", "wa", "ze"];
    (0..4).map(|k| SYLLABLES[(n >> (4 * k)) as usize % 16]).collect()
}

/// The `k`th report of story `n`: words of the story, of the trade and of its own.
fn report(n: u64, k: u64) -> (String, String) {
    let own = |i: u64| word(n.wrapping_mul(0x9E37_79B9).wrapping_add(i * 7919) >> 3);
    let common = |i: u64| word((n.wrapping_mul(31).wrapping_add(k * 17 + i)) % 300);
    let title = format!("{} {} {} {} {}", own(0), common(0), own(1), common(1), own(2));
    let lead = (0..24).map(|i| if i % 3 == 0 { own(i) } else { common(i) }).collect::<Vec<_>>().join(" ");
    (title, lead)
}

fn item(id: i64, n: u64, k: u64, at: Timestamp) -> GroupingItem {
    let (title, lead) = report(n, k);
    let text = ItemText { title: &title, lead: &lead, body: "", lang: Lang::En };
    GroupingItem::new(ItemId(id), at, &format!("outlet{}", k % 40), &text, &[])
}

/// An index of `n` stories over the last five days.
fn index(n: u64) -> StoryIndex {
    let mut index = StoryIndex::new(&GroupingPolicy::default());
    for (story, id) in (0..n).zip(1_i64..) {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(i64::try_from(story * 432_000 / n).unwrap_or(0));
        index.insert(StoryId(id), &item(id, story, 0, at));
    }
    index
}

fn grouping(c: &mut Criterion) {
    let mut group = c.benchmark_group("grouping");
    group.sample_size(10).throughput(Throughput::Elements(PROBES as u64));
    for n in [100_u64, 1_000, 10_000, 100_000] {
        let index = index(n);
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(120);
        group.bench_function(BenchmarkId::from_parameter(n), |b| {
            b.iter(|| {
                for probe in 0..PROBES as u64 {
                    let story = if probe % 2 == 0 { n - 1 - probe % n } else { n + probe };
                    black_box(index.place(&item(-1, story, 1, at)));
                }
            });
        });
    }
    group.finish();
}

fn novelty(c: &mut Criterion) {
    let at = Timestamp::UNIX_EPOCH;
    let earlier = |k: u64| {
        let (title, lead) = report(7, k);
        let text = ItemText { title: &title, lead: &lead, body: "", lang: Lang::En };
        EarlierItem {
            outlet: format!("outlet{k}"),
            family: format!("outlet{k}"),
            kind: OutletKind::Independent,
            at,
            facts: facts::extract(&text, &[], at),
            quotes: quotes::extract(&text),
            copy_of: None,
            title: title.clone(),
            lead: lead.clone(),
        }
    };
    let so_far = StorySoFar { items: (0..EARLIER as u64).map(earlier).collect(), confirmation: None };
    let mut group = c.benchmark_group("novelty");
    group.throughput(Throughput::Elements(1));
    group.bench_function("facts, quotes and verdict", |b| {
        let (title, lead) = report(7, 99);
        let text = ItemText { title: &title, lead: &lead, body: "", lang: Lang::En };
        b.iter(|| {
            let (facts, quotes) = (facts::extract(&text, &[], at), quotes::extract(&text));
            let item =
                CandidateItem { outlet: "o", outlet_name: "O", family: "o", kind: OutletKind::Independent, text, at };
            black_box(judge(&Candidate { item, facts: &facts, quotes: &quotes, copy_of: None }, &so_far))
        });
    });
    group.finish();
}

criterion_group!(benches, grouping, novelty);
criterion_main!(benches);
