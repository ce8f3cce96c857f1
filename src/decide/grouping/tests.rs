//! Measures grouping on labelled stories, where they are at hand.

use super::index::StoryIndex;
use super::score::Weights;
use crate::cli::eval::stories::{StoryRow, in_order, place_all, report};
use crate::decide::dev_entities::entities;
use crate::domain::policy::GroupingPolicy;

pub(crate) fn rows<T: serde::de::DeserializeOwned>(name: &str) -> Option<Vec<T>> {
    let path = format!("{}/../shared/data/{name}", env!("CARGO_MANIFEST_DIR"));
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/data is not here");
        return None;
    };
    Some(text.lines().map(|line| serde_json::from_str(line).expect(line)).collect())
}

#[test]
#[ignore = "a sweep of numbers, run by hand"]
fn sweep() {
    let Some(space) = rows::<StoryRow>("stories-space-dev.jsonl") else { return };
    let Some(basil) = rows::<StoryRow>("stories-basil.jsonl") else { return };
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
    for join in [0.10, 0.11, 0.13, 0.14] {
        run(Weights { join, ..base }, &format!("join {join}"));
    }
    for join_across in [0.12, 0.14, 0.2, 0.25] {
        run(Weights { join_across, ..base }, &format!("across {join_across}"));
    }
    for grace_hours in [6.0, 12.0] {
        run(Weights { grace_hours, ..base }, &format!("grace {grace_hours}"));
    }
    for whole_alone in [0.7, 0.85, 1.2] {
        run(Weights { whole_alone, ..base }, &format!("whole {whole_alone}"));
    }
    for other_mood in [0.5, 0.8] {
        run(Weights { other_mood, ..base }, &format!("mood {other_mood}"));
    }
    for same_act in [1.2, 1.6] {
        run(Weights { same_act, ..base }, &format!("same_act {same_act}"));
    }
    for other_act in [0.6, 1.0] {
        run(Weights { other_act, ..base }, &format!("other_act {other_act}"));
    }
    for other_phase in [0.2, 0.4] {
        run(Weights { other_phase, ..base }, &format!("other_phase {other_phase}"));
    }
    for slope in [0.6, 0.8] {
        run(Weights { slope, ..base }, &format!("slope {slope}"));
    }
    for nearest in [0.3, 0.7] {
        run(Weights { nearest, ..base }, &format!("nearest {nearest}"));
    }
    for same_outlet in [0.5, 0.85] {
        run(Weights { same_outlet, ..base }, &format!("outlet {same_outlet}"));
    }
    for decay_hours in [48.0, 72.0, 90.0] {
        run(Weights { decay_hours, ..base }, &format!("decay {decay_hours}"));
    }
    for title in [0.3, 0.6, 0.7] {
        run(Weights { title, ..base }, &format!("title {title}"));
    }
    for reopen in [1.0, 1.5] {
        run(Weights { reopen, ..base }, &format!("reopen {reopen}"));
    }
    for miss in &s.misses {
        println!("{miss}");
    }
}

/// The stories moved to random days of six weeks: a stress, since such a calendar never was.
fn packed(rows: &[(jiff::Timestamp, StoryRow)], seed: u64) -> Vec<(jiff::Timestamp, StoryRow)> {
    let mut first = std::collections::HashMap::new();
    for (at, row) in rows {
        first.entry(row.story.clone()).or_insert(*at);
    }
    let start = jiff::Timestamp::UNIX_EPOCH;
    let mut moved: Vec<_> = rows
        .iter()
        .map(|(at, row)| {
            let mut hash = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xcbf2_9ce4_8422_2325;
            for byte in row.story.bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
            let hours = (hash >> 20) % (45 * 24);
            let since = at.duration_since(first[&row.story]).min(jiff::SignedDuration::from_hours(24 * 15));
            (start + since + jiff::SignedDuration::from_hours(hours as i64), row.clone())
        })
        .collect();
    moved.sort_by(|a, b| (a.0, &a.1.title).cmp(&(b.0, &b.1.title)));
    moved
}

#[derive(serde::Deserialize, Clone)]
pub(crate) struct FactLabel {
    pub kind: String,
    pub text: String,
}
#[derive(serde::Deserialize, Clone)]
pub(crate) struct NovRow {
    #[serde(flatten)]
    pub row: StoryRow,
    pub development: bool,
    #[serde(default)]
    pub what: String,
    pub facts: Vec<FactLabel>,
    pub sure: bool,
}

#[test]
#[ignore = "by hand"]
fn facts_by_hand() {
    let Some(rows) = rows::<NovRow>("novelty-dev.jsonl") else { return };
    let dates = crate::cli::eval::stories::dates_of(rows.iter().map(|r| r.row.date.as_str()));
    let mut tally = std::collections::BTreeMap::<String, [usize; 4]>::new();
    for (r, at) in rows.iter().zip(&dates) {
        let text = r.row.text();
        let found = crate::decide::facts::extract(&text, &entities(&text), *at);
        for f in &found {
            if f.kind.name() == "act" || f.kind.name() == "organisation" {
                continue;
            }
            let t = tally.entry(f.kind.name().into()).or_default();
            t[1] += 1;
            let hit = r
                .facts
                .iter()
                .any(|l| l.kind == f.kind.name() && (l.text.contains(&f.text) || f.text.contains(&l.text)));
            if hit {
                t[0] += 1
            } else {
                println!(
                    "FP {} {:?} = {} | {}",
                    f.kind.name(),
                    f.text,
                    f.value,
                    r.row.title.chars().take(60).collect::<String>()
                )
            }
        }
        for l in &r.facts {
            if l.kind == "act" || l.kind == "organisation" {
                continue;
            }
            let t = tally.entry(l.kind.clone()).or_default();
            t[3] += 1;
            if found.iter().any(|f| l.kind == f.kind.name() && (l.text.contains(&f.text) || f.text.contains(&l.text))) {
                t[2] += 1
            } else {
                println!("FN {} {:?} | {}", l.kind, l.text, r.row.title.chars().take(60).collect::<String>())
            }
        }
    }
    let mut all = [0; 4];
    for (k, t) in tally {
        for i in 0..4 {
            all[i] += t[i]
        }
        println!(
            "{k:12} P {:.2} ({}/{}) R {:.2} ({}/{})",
            t[0] as f64 / t[1].max(1) as f64,
            t[0],
            t[1],
            t[2] as f64 / t[3].max(1) as f64,
            t[2],
            t[3]
        );
    }
    println!("all P {:.3} R {:.3}", all[0] as f64 / all[1] as f64, all[2] as f64 / all[3] as f64);
}

#[test]
#[ignore = "by hand"]
fn novelty_by_hand() {
    use crate::decide::novelty::*;
    use crate::domain::outlet::OutletKind;
    let Some(rows) = rows::<NovRow>("novelty-dev.jsonl") else { return };
    let dates = crate::cli::eval::stories::dates_of(rows.iter().map(|r| r.row.date.as_str()));
    let mut stories = std::collections::HashMap::<String, StorySoFar>::new();
    let mut t = [0; 4];
    for (r, at) in rows.iter().zip(&dates) {
        let text = r.row.text();
        let facts = crate::decide::facts::extract(&text, &entities(&text), *at);
        let copy = crate::decide::copies::origin(&text, &r.row.publisher);
        let item = CandidateItem {
            outlet: &r.row.publisher,
            outlet_name: &r.row.publisher,
            family: &r.row.publisher,
            kind: OutletKind::Independent,
            text,
            at: *at,
        };
        let so_far = stories.entry(r.row.story.clone()).or_default();
        let opens = so_far.items.is_empty();
        let v = judge(&Candidate { item, facts: &facts, quotes: &[], copy_of: copy.as_deref() }, so_far);
        if !opens {
            let told = v.development.is_some();
            if r.sure {
                t[usize::from(told) * 2 + usize::from(r.development)] += 1;
            }
            println!(
                "{}{} {} | {} || {} | WHAT {} | {}",
                if told == r.development {
                    "ok "
                } else if told {
                    "FP "
                } else {
                    "FN "
                },
                if r.sure { "sure" } else { "----" },
                r.row.story,
                r.row.title,
                v.reason,
                r.what,
                v.development.map(|d| d.what).unwrap_or_default()
            );
        }
        so_far.confirmation = Some(v.confirmation);
        so_far.items.push(EarlierItem {
            outlet: r.row.publisher.clone(),
            family: r.row.publisher.clone(),
            kind: OutletKind::Independent,
            at: *at,
            title: r.row.title.clone(),
            lead: r.row.summary.clone(),
            facts,
            quotes: vec![],
            copy_of: copy,
        });
    }
    let (p, rc) = (t[3] as f64 / (t[3] + t[2]) as f64, t[3] as f64 / (t[3] + t[1]) as f64);
    println!("sure later: P {p:.3} R {rc:.3} F {:.3} {t:?}", 2.0 * p * rc / (p + rc));
}

#[derive(serde::Deserialize, Clone)]
pub(crate) struct StatementLabel {
    pub kind: String,
    pub text: String,
    pub speaker: String,
    #[serde(default)]
    pub verb: String,
    pub stance: String,
}
#[derive(serde::Deserialize, Clone)]
pub(crate) struct VoiceRow {
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub summary: String,
    #[serde(default)]
    pub lang: String,
    pub statements: Vec<StatementLabel>,
}

#[test]
#[ignore = "by hand"]
fn voices_by_hand() {
    use crate::domain::item::{ItemText, Lang};
    let Some(rows) = rows::<VoiceRow>("voices-dev.jsonl") else { return };
    let overlap = |a: &str, b: &str| {
        let (a, b) = (crate::text::fold::fold(a), crate::text::fold::fold(b));
        a.contains(&b) || b.contains(&a) || {
            let x: std::collections::HashSet<&str> = a.split(' ').collect();
            let y: std::collections::HashSet<&str> = b.split(' ').collect();
            x.intersection(&y).count() * 2 > x.len().min(y.len()).max(1)
        }
    };
    let mut t = std::collections::BTreeMap::<&str, [usize; 8]>::new();
    for r in &rows {
        let lang = crate::text::lang::detect(&r.title, Some(Lang::from_tag(&r.lang)));
        let found = crate::decide::quotes::extract(&ItemText { title: &r.title, lead: &r.summary, body: "", lang });
        for q in &found {
            let kind = if q.kind == crate::domain::fact::QuoteKind::Direct { "direct" } else { "indirect" };
            let c = t.entry(kind).or_default();
            c[1] += 1;
            match r.statements.iter().filter(|l| l.kind == kind).find(|l| overlap(&l.text, &q.text)) {
                Some(l) => {
                    c[0] += 1;
                    c[4] += 1;
                    if overlap(&l.speaker, &q.speaker) || l.speaker == q.speaker {
                        c[5] += 1
                    } else {
                        println!("SPK {:?} not {:?} | {}", q.speaker, l.speaker, q.text)
                    }
                    if q.stance.name() != "neither" {
                        c[6] += 1;
                        if q.stance.name() == l.stance {
                            c[7] += 1
                        } else {
                            println!("STA {} not {} | {}", q.stance.name(), l.stance, q.text)
                        }
                    }
                }
                None => println!(
                    "FP  {kind} {:?} by {:?} {:?} | {} || {}",
                    q.text,
                    q.speaker,
                    q.verb,
                    r.title,
                    r.statements.iter().map(|l| format!("{}:{}", l.kind, l.text)).collect::<Vec<_>>().join(" # ")
                ),
            }
        }
        for l in &r.statements {
            let kind = if l.kind == "direct" { "direct" } else { "indirect" };
            let c = t.entry(kind).or_default();
            c[3] += 1;
            if found.iter().any(|q| {
                (q.kind == crate::domain::fact::QuoteKind::Direct) == (kind == "direct") && overlap(&l.text, &q.text)
            }) {
                c[2] += 1
            } else {
                println!("FN  {kind} {:?} by {:?} {:?} | {}", l.text, l.speaker, l.verb, r.title)
            }
        }
    }
    for (k, c) in t {
        println!(
            "{k:9} P {:.3} ({}/{}) R {:.3} ({}/{}) speaker {}/{} stance {}/{}",
            c[0] as f64 / c[1] as f64,
            c[0],
            c[1],
            c[2] as f64 / c[3] as f64,
            c[2],
            c[3],
            c[5],
            c[4],
            c[7],
            c[6]
        );
    }
}
