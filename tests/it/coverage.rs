//! Spikes and silence over simulated weeks: one line in the next digest, and not again.

use jiff::SignedDuration;
use orbitwire::pipeline::{self, Service};

use crate::harness::{Entry, World, entry, happening};

/// `n` happenings of a day.
fn crowd(world: &World, day: usize, n: usize) -> Vec<Entry> {
    let one = |k: usize| {
        let (title, lead) = happening(day * 20 + k);
        Entry { at: world.now(), ..entry(&format!("{day}-{k}"), &title, &lead, "2026-03-02T05:30:00Z") }
    };
    (0..n).map(one).collect()
}

/// What the digests of a round say besides the news.
async fn lines(service: &Service) -> Vec<String> {
    let round = pipeline::round(service).await.unwrap();
    let digests = round.digests.into_iter().filter_map(|report| report.digest);
    digests.flat_map(|digest| digest.troubles).map(|line| line.words).collect()
}

#[tokio::test]
async fn a_spike_stands_in_the_next_digest_once() {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass")]).await;
    let service = world.service().await;
    pipeline::round(&service).await.unwrap();
    let mut said = Vec::new();
    for day in 0..13 {
        world.advance(SignedDuration::from_hours(24));
        world.feeds.show("agency", &crowd(&world, day, if day < 10 { 1 } else { 12 }));
        said.push(lines(&service).await);
    }
    assert!(said[..10].iter().all(Vec::is_empty), "{said:?}");
    assert_eq!(said[10], ["12 reports in 24 hours, usually 1.0 a day"]);
    assert_eq!(said[11..], [vec![] as Vec<String>, vec![]], "it rests for three days");
}

#[tokio::test]
async fn an_outlet_that_falls_silent_is_named_once_for_each_silence() {
    let world = World::with(&[("agency", "nasa"), ("wire", "tass")]).await;
    let service = world.service().await;
    pipeline::round(&service).await.unwrap();
    let mut said = Vec::new();
    for day in 0..33 {
        world.advance(SignedDuration::from_hours(24));
        // The wire brings a happening a day; the agency two, but for a week from day 14 and again from day 25, after
        // which its rhythm is slower and the silence must be longer.
        world.feeds.show("wire", &crowd(&world, day, 1));
        if !(14..21).contains(&day) && day < 25 {
            world.feeds.show("agency", &crowd(&world, 100 + day, 2));
        }
        said.push(lines(&service).await);
    }
    let days: Vec<usize> = (0..said.len()).filter(|day| !said[*day].is_empty()).collect();
    assert_eq!(days, [16, 30], "{said:?}");
    assert_eq!(said[16], ["nothing new for 3 days although its feed answers, usually 2.0 items a day"]);
}
