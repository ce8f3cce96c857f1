//! Stopped between any two steps and started again: every development told, nothing told twice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use orbitwire::pipeline::{self, Service, StepError};

use crate::harness::{World, entry, happening};

const FEEDS: [(&str, &str); 2] = [("agency", "nasa"), ("wire", "tass")];
/// Rounds of the scenario.
const ROUNDS: usize = 3;

/// In every round each feed shows one more happening, and the second feed repeats the first one's.
fn publish(world: &World, round: usize) {
    let show = |prefix: &str, range: std::ops::Range<usize>| -> Vec<_> {
        range
            .map(|n| {
                let (title, lead) = happening(n);
                entry(&format!("{prefix}-{n}"), &title, &lead, &format!("2026-03-02T0{}:00:00Z", 5 + n / 2))
            })
            .collect()
    };
    world.feeds.show("agency", &show("agency", 0..round + 1));
    world.feeds.show("wire", &show("wire", 0..round + 1));
}

async fn rounds(world: &World, service: &Service, from: usize) -> Result<(), (usize, StepError)> {
    for round in from..ROUNDS {
        publish(world, round);
        pipeline::round(service).await.map_err(|error| (round, error))?;
        world.advance(SignedDuration::from_mins(31));
    }
    Ok(())
}

/// Every development told exactly once, in exactly one message, whose bytes are those of the outbox.
async fn check(world: &World, service: &Service, stopped_after: u32) {
    let desk = "desk".to_owned();
    let topics = vec!["us-russia-space".to_owned()];
    let (untold, status, outbox) = service
        .store
        .with(move |store| Ok((store.untold(&desk, &topics)?, store.status()?, store.outbox(&[], 1000)?)))
        .await
        .unwrap();
    assert!(untold.is_empty(), "step {stopped_after}: untold {untold:?}");
    assert_eq!(status.n_stories, ROUNDS, "step {stopped_after}: one story a happening");
    assert_eq!(status.n_items, 2 * ROUNDS, "step {stopped_after}: each article once");
    assert_eq!(status.outbox.n_waiting, 0, "step {stopped_after}");
    assert!(outbox.iter().all(|row| row.state == "sent"), "step {stopped_after}: {outbox:?}");
    let mails = world.mails();
    assert_eq!(mails.len(), outbox.len(), "step {stopped_after}: one file a message, also after sending twice");
    let mut told_in: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, bytes) in &mails {
        let text = String::from_utf8_lossy(bytes);
        for n in 0..ROUNDS {
            let mission = format!("MS-{}", 40 + n);
            if text.contains(&format!("Soyuz {mission}")) {
                told_in.entry(mission).or_default().insert(name.clone());
            }
        }
    }
    assert_eq!(told_in.len(), ROUNDS, "step {stopped_after}: {told_in:?}");
    assert!(told_in.values().all(|mails| mails.len() == 1), "step {stopped_after}: told twice: {told_in:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_at_every_step_and_started_again_nothing_is_lost_or_told_twice() {
    let mut n_stopped = 0;
    for n in 0.. {
        let world = World::with(&FEEDS).await;
        let service = world.service_that_stops(n).await;
        let ended = rounds(&world, &service, 0).await;
        drop(service);
        let again = world.service().await;
        match ended {
            Err((round, StepError::Stopped(_))) => {
                n_stopped += 1;
                rounds(&world, &again, round).await.unwrap();
                // What was due at the stop and waits for a later look.
                pipeline::round(&again).await.unwrap();
            }
            Err((_, error)) => panic!("step {n}: {error}"),
            Ok(()) => {
                check(&world, &again, n).await;
                break;
            }
        }
        check(&world, &again, n).await;
    }
    assert!(n_stopped >= 20, "the scenario passes many steps, here {n_stopped}");
}
