//! Measures grouping on labelled stories, where they are at hand.

use super::index::StoryIndex;
use super::score::Weights;
use crate::cli::eval::stories::{in_order, place_all, report, testing};
use crate::cli::jsonl::Row;
use crate::domain::policy::GroupingPolicy;

#[test]
#[ignore = "a sweep of numbers, run by hand"]
fn sweep() {
    let Some(space) = testing::rows("stories-space-dev.jsonl") else { return };
    let Some(basil) = testing::rows("stories-basil.jsonl") else { return };
    let topic = testing::topic().unwrap();
    let entities = |t: &crate::domain::item::ItemText<'_>| topic.entities(t);
    let policy = GroupingPolicy::default();
    let (space, basil) = (in_order(&space), in_order(&basil));
    let packs: Vec<_> = (0..4).map(|seed| packed(&space, seed)).collect();
    let run = |w: Weights, tag: &str| {
        let s = report(&space, &place_all(&space, StoryIndex::with_weights(&policy, w), &entities));
        let n = report(&space, &place_all(&space, StoryIndex::with_weights(&policy, w), &|_| Vec::new()));
        let b = report(&basil, &place_all(&basil, StoryIndex::with_weights(&policy, w), &|_| Vec::new()));
        let (mut pp, mut pr) = (0.0, 0.0);
        for pack in &packs {
            let p = report(pack, &place_all(pack, StoryIndex::with_weights(&policy, w), &entities));
            (pp, pr) = (pp + p.precision / 4.0, pr + p.recall / 4.0);
        }
        println!(
            "{tag:22} space P{:.3} R{:.3} F{:.3} bi{:?} | noent P{:.3} F{:.3} | packed P{pp:.3} R{pr:.3} F{:.3} | basil P{:.3} R{:.3} F{:.3}",
            s.precision,
            s.recall,
            s.f1,
            s.n_bilingual_pairs,
            n.precision,
            n.f1,
            2.0 * pp * pr / (pp + pr),
            b.precision,
            b.recall,
            b.f1
        );
        s
    };
    let base = Weights::default();
    let s = run(base, "base");
    for numbered_decay in [1.5, 2.0, 3.0] {
        run(Weights { numbered_decay, ..base }, &format!("numbered {numbered_decay}"));
    }
    for whole_alone in [0.85, 0.9, 1.0] {
        run(Weights { whole_alone, ..base }, &format!("whole {whole_alone}"));
    }
    for join in [0.12, 0.125, 0.135, 0.14] {
        run(Weights { join, ..base }, &format!("join {join}"));
    }
    for other_phase in [0.2, 0.25, 0.35] {
        run(Weights { other_phase, ..base }, &format!("other_phase {other_phase}"));
    }
    for other_act in [0.7, 0.9, 1.0] {
        run(Weights { other_act, ..base }, &format!("other_act {other_act}"));
    }
    for miss in &s.misses {
        println!("{miss}");
    }
}

/// The stories moved to random days of six weeks: a stress, since such a calendar never was.
fn packed(rows: &[(jiff::Timestamp, Row)], seed: u64) -> Vec<(jiff::Timestamp, Row)> {
    let mut first = std::collections::HashMap::new();
    for (at, row) in rows {
        first.entry(row.story.clone().unwrap()).or_insert(*at);
    }
    let start = jiff::Timestamp::UNIX_EPOCH;
    let mut moved: Vec<_> = rows
        .iter()
        .map(|(at, row)| {
            let mut hash = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xcbf2_9ce4_8422_2325;
            for byte in row.story.as_deref().unwrap().bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
            let hours = (hash >> 20) % (45 * 24);
            let since =
                at.duration_since(first[row.story.as_ref().unwrap()]).min(jiff::SignedDuration::from_hours(24 * 15));
            (start + since + jiff::SignedDuration::from_hours(hours as i64), row.clone())
        })
        .collect();
    moved.sort_by(|a, b| (a.0, &a.1.title).cmp(&(b.0, &b.1.title)));
    moved
}
