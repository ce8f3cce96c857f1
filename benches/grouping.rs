//! How long a relevant item takes from its text to its story and the verdict whether it is news, as the stories in the
//! window grow from a hundred to a hundred thousand: all that the pipeline decides of it, without the store.
#![allow(missing_docs)]

use std::cell::OnceCell;
use std::hint::black_box;
use std::sync::LazyLock;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::{SignedDuration, Timestamp};
use orbitwire::config::topic::parse;
use orbitwire::decide::copies::{self, Print};
use orbitwire::decide::facts::Lexicon;
use orbitwire::decide::grouping::{GroupingItem, StoryIndex};
use orbitwire::decide::novelty::{Candidate, CandidateItem, EarlierItem, StorySoFar, judge};
use orbitwire::decide::{facts, outlook, quotes};
use orbitwire::domain::outlet::OutletKind;
use orbitwire::domain::policy::GroupingPolicy;
use orbitwire::domain::{ItemId, ItemText, Lang, StoryId};

/// Items placed in one round of the measurement: half of them belong to a story that is there.
const PROBES: usize = 200;
/// Items that a story has when an item is judged against it.
const EARLIER: u64 = 10;

/// The words of all news and of the topic that ships.
static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/config/topics/us-russia-space.toml");
    let (topic, faults) = parse(file.as_ref(), include_str!("../config/topics/us-russia-space.toml"));
    assert_eq!(faults, []);
    Lexicon::new([&topic.words])
});

/// A report as a feed brings it.
struct Report {
    outlet: String,
    title: String,
    lead: String,
}

/// Made-up words: some that every item has, many that few have.
fn word(n: u64) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "co", "di", "fu", "ga", "he", "li", "mo", "nu", "pe", "ra", "so", "ti", "vu", "wa", "ze"];
    (0..4).map(|k| SYLLABLES[(n >> (4 * k)) as usize % 16]).collect()
}

/// The `k`th report of story `n`: words of the story, of the trade and of its own, in sentences with a person, what she
/// says, a sum, a day and a year to come, as news have them.
fn report(n: u64, k: u64) -> Report {
    const ACTS: [&str; 6] = ["extends", "signs", "delays", "plans", "cancels", "opens"];
    const GIVEN: [&str; 4] = ["Anna", "Igor", "Maria", "Peter"];
    let own = |i: u64| word(n.wrapping_mul(0x9E37_79B9).wrapping_add(i * 7919) >> 3);
    let common = |i: u64| word((n.wrapping_mul(31).wrapping_add(k * 17 + i)) % 300);
    let words = |from: u64, to: u64| {
        (from..to).map(|i| if i % 3 == 0 { own(i) } else { common(i) }).collect::<Vec<_>>().join(" ")
    };
    let act = ACTS[(n % 6) as usize];
    let title = format!("{} {} {act} {} {} {}", own(0), common(0), own(1), common(1), own(2));
    let who = format!("{} Q{}", GIVEN[(n % 4) as usize], own(3));
    let lead = format!(
        "The {} {act} the {} for ${}.5 million until {}. Mayor {who} said on Friday that the {} will go on. \
         It began on March {}, {who} told a {}.",
        words(0, 9),
        words(9, 15),
        n % 90 + k % 3,
        2033 + k % 2,
        words(15, 23),
        n % 28 + 1,
        words(23, 27),
    );
    Report { outlet: format!("outlet{}", k % 40), title, lead }
}

impl Report {
    fn text(&self) -> ItemText<'_> {
        ItemText { title: &self.title, lead: &self.lead, body: "", lang: Lang::En }
    }

    fn grouping(&self, id: i64, at: Timestamp) -> GroupingItem {
        GroupingItem::new(ItemId(id), at, &self.outlet, &self.text(), &[], &LEXICON)
    }

    fn earlier(&self, at: Timestamp) -> EarlierItem {
        EarlierItem {
            outlet: self.outlet.clone(),
            outlet_name: String::new(),
            family: self.outlet.clone(),
            kind: OutletKind::Independent,
            at,
            facts: facts::extract(&self.text(), &[], at, &LEXICON),
            quotes: quotes::extract(&self.text(), &LEXICON),
            copy_of: None,
            title: self.title.clone(),
            lead: self.lead.clone(),
            body: String::new(),
            print: OnceCell::new(),
        }
    }
}

/// An index of `n` stories over the last five days.
fn index(n: u64) -> StoryIndex {
    let mut index = StoryIndex::new(&GroupingPolicy::default());
    for (story, id) in (0..n).zip(1_i64..) {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(i64::try_from(story * 432_000 / n).unwrap_or(0));
        index.insert(StoryId(id), &report(story, 0).grouping(id, at));
    }
    index
}

/// Reports to place among `n` stories.
fn probes(n: u64) -> Vec<(u64, Report)> {
    let story = |probe: u64| if probe.is_multiple_of(2) { n - 1 - probe % n } else { n + probe };
    (0..PROBES as u64).map(story).map(|story| (story, report(story, 99))).collect()
}

/// What is found in a report, and whether it is news in its story.
fn decide(report: &Report, so_far: &StorySoFar, at: Timestamp) {
    let text = report.text();
    let (facts, quotes) = (facts::extract(&text, &[], at, &LEXICON), quotes::extract(&text, &LEXICON));
    let own = Print::new(&text);
    let is_twin = |other: &&EarlierItem| other.outlet != report.outlet && own.is_like(other.print());
    let twin = || so_far.items.iter().find(is_twin).map(|other| other.outlet.clone());
    let copy_of = copies::origin(&text, &report.outlet).or_else(twin);
    let (outlet, kind) = (report.outlet.as_str(), OutletKind::Independent);
    let item = CandidateItem { outlet, outlet_name: outlet, family: outlet, kind, text, at };
    let copy_of = copy_of.as_deref();
    let candidate = Candidate { item, facts: &facts, quotes: &quotes, copy_of, lexicon: &LEXICON };
    black_box(judge(&candidate, so_far));
    black_box(outlook::extract(&text, &facts, &quotes, at, &LEXICON));
}

fn stories(c: &mut Criterion) {
    let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(120);
    let mut group = c.benchmark_group("stories");
    group.sample_size(10).throughput(Throughput::Elements(PROBES as u64));
    for n in [100_u64, 1_000, 10_000, 100_000] {
        let (index, probes) = (index(n), probes(n));
        let so_far = |story| StorySoFar {
            items: (0..EARLIER).map(|k| report(story, k).earlier(at)).collect(),
            confirmation: None,
        };
        let mut so_far: Vec<StorySoFar> = probes.iter().map(|(story, _)| so_far(*story)).collect();
        let place = |probe: &Report| black_box(index.place(&probe.grouping(-1, at)));
        group.bench_function(BenchmarkId::new("place", n), |b| {
            b.iter(|| probes.iter().for_each(|(_, probe)| drop(place(probe))));
        });
        group.bench_function(BenchmarkId::new("whole", n), |b| {
            b.iter(|| {
                for ((_, probe), so_far) in probes.iter().zip(&mut so_far) {
                    // Each item's story comes out of the store anew, without what its texts are compared by.
                    so_far.items.iter_mut().for_each(|item| item.print = OnceCell::new());
                    place(probe);
                    decide(probe, so_far, at);
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, stories);
criterion_main!(benches);
