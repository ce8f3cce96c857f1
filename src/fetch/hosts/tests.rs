//! The gate, in real time but with short pauses: what is checked are counts and lower bounds.

use super::*;
use futures_util::StreamExt;
use std::sync::atomic::{AtomicUsize, Ordering};

fn gate(concurrency: usize, per_host: usize, spacing_ms: i64) -> HostGate {
    let host_spacing = SignedDuration::from_millis(spacing_ms);
    let allow_networks = vec!["10.0.0.0/8".parse().expect("network")];
    HostGate::new(&HttpPolicy { concurrency, per_host, host_spacing, allow_networks, ..HttpPolicy::default() })
}

/// Most that were inside together when each of `urls` stays a moment.
async fn most_at_once(gate: &HostGate, urls: impl Iterator<Item = String>) -> usize {
    let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let visits = urls.map(|url| {
        let (inside, most) = (&inside, &most);
        async move {
            let _permit = gate.enter(&url).await;
            most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(5)).await;
            inside.fetch_sub(1, Ordering::SeqCst);
        }
    });
    futures_util::future::join_all(visits).await;
    most.load(Ordering::SeqCst)
}

/// Time from now until `n` visits to `url` have started.
async fn time_of(gate: &HostGate, url: &str, n: usize) -> Duration {
    let start = Instant::now();
    for _ in 0..n {
        drop(gate.enter(url).await);
    }
    start.elapsed()
}

#[tokio::test]
async fn one_host_is_asked_by_few_at_once() {
    let urls = |host: &str| (0..20).map(|i| format!("http://{host}/{i}")).collect::<Vec<_>>().into_iter();
    assert_eq!(most_at_once(&gate(32, 2, 0), urls("127.0.0.1")).await, 2);
    assert_eq!(most_at_once(&gate(32, 3, 1), urls("example.org")).await, 3);
}

#[tokio::test]
async fn many_hosts_are_asked_by_as_many_as_the_policy_says() {
    let urls = (0..100).map(|i| format!("http://host{i}.example/"));
    assert_eq!(most_at_once(&gate(7, 2, 5000), urls).await, 7);
}

#[tokio::test]
async fn starts_on_a_public_host_keep_their_distance() {
    let gate = gate(32, 2, 50);
    assert!(time_of(&gate, "https://example.org/", 4).await >= Duration::from_millis(150));
    assert!(time_of(&gate, "https://93.184.216.34/", 2).await >= Duration::from_millis(50));
}

#[tokio::test]
async fn the_users_own_hosts_are_not_spared() {
    let gate = gate(32, 2, 3_600_000);
    for url in [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://news.localhost./",
        "http://10.1.1.1/",
        "http://[::1]/",
        "no url",
    ] {
        let all = tokio::time::timeout(Duration::from_secs(60), time_of(&gate, url, 4));
        assert!(all.await.is_ok(), "{url} is spaced");
    }
}

#[tokio::test]
async fn a_crowded_host_delays_only_itself() {
    let gate = gate(4, 2, 3_600_000);
    let enter = |_| {
        let gate = gate.clone();
        tokio::spawn(async move { gate.enter("https://crowded.example/").await })
    };
    let crowd: Vec<_> = (0..1000).map(enter).collect();
    tokio::task::yield_now().await;
    let quiet = tokio::time::timeout(Duration::from_secs(60), gate.enter("https://quiet.example/"));
    assert!(quiet.await.is_ok());
    crowd.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test]
async fn hundreds_that_come_at_one_moment_are_let_in_as_they_came() {
    let (gate, entered) = (gate(8, 8, 0), Mutex::new(Vec::new()));
    let visits = (0..400).map(|n| {
        let (gate, entered) = (&gate, &entered);
        async move {
            let _permit = gate.enter(&format!("http://host{}.example/", n % 50)).await;
            lock(entered).push(n);
            tokio::task::yield_now().await;
        }
    });
    visits.collect::<futures_util::stream::FuturesUnordered<_>>().count().await;
    assert!(lock(&entered).is_sorted(), "{:?}", lock(&entered));
}

#[tokio::test]
async fn a_resting_host_lets_its_waiters_go_at_once_and_says_so() {
    let gate = gate(4, 2, 3_600_000);
    drop(gate.enter("https://example.org/a").await);
    gate.rest("https://example.org/a", SignedDuration::from_mins(10));
    gate.rest("https://example.org/a", SignedDuration::ZERO);
    for _ in 0..100 {
        let permit = tokio::time::timeout(Duration::from_secs(60), gate.enter("https://example.org/b")).await;
        assert!(permit.expect("no wait").resting().is_some());
    }
    assert!(gate.enter("https://example.com/").await.resting().is_none());
}

#[tokio::test]
async fn a_rest_ends() {
    let gate = gate(4, 2, 0);
    gate.rest("https://example.org/", SignedDuration::from_millis(20));
    assert!(gate.enter("https://example.org/").await.resting().is_some());
    tokio::time::sleep(Duration::from_millis(25)).await;
    assert!(gate.enter("https://example.org/").await.resting().is_none());
}

#[tokio::test]
async fn idle_hosts_are_forgotten_and_pausing_ones_are_not() {
    let gate = gate(32, 2, 1);
    gate.rest("https://resting.example/", SignedDuration::from_hours(1));
    for i in 0..3 * HOSTS_KEPT {
        drop(gate.enter(&format!("https://host{i}.example/")).await);
        if i % HOSTS_KEPT == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    let kept = lock(&gate.gate.hosts).by_name.len();
    assert!(kept <= 2 * HOSTS_KEPT, "{kept} hosts kept");
    assert!(gate.enter("https://resting.example/").await.resting().is_some());
}
