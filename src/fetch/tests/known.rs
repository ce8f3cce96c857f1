//! Bodies whose bytes are known from the visit before.

use super::exchange::{GZIP, unhex};
use super::server::{Answer, FEED, Server, answer};
use super::*;

fn is_unchanged(fetched: &Fetched) -> bool {
    matches!(fetched, Fetched::NotModified { .. })
}

#[tokio::test]
async fn the_bytes_we_had_are_not_modified_and_other_bytes_are() {
    let server = Server::start(|_| Answer::Bytes(answer("200 OK", &["Cache-Control: max-age=60"], FEED))).await;
    let with_hash = |of: &[u8]| {
        let body_hash = Some(blake3::hash(of).to_hex().to_string());
        FetchRequest { validators: Validators { body_hash, ..Validators::default() }, ..request(&server.url) }
    };
    let fetcher = fetcher(&policy());
    let same = fetch_with(&fetcher, &with_hash(FEED)).await.expect("answer");
    let Fetched::NotModified { hints, .. } = same else { panic!("{same:?}") };
    assert_eq!(hints.fresh_for, Some(SignedDuration::from_secs(60)));
    assert!(!is_unchanged(&fetch_with(&fetcher, &with_hash(b"other")).await.expect("answer")));
}

#[tokio::test]
async fn packed_bytes_are_known_by_what_was_sent_and_not_unpacked_again() {
    let check = async |packed: &[u8], known: &[u8]| {
        let server = Server::bytes(answer("200 OK", &["Content-Encoding: gzip"], packed)).await;
        let body_hash = Some(blake3::hash(known).to_hex().to_string());
        let ask =
            FetchRequest { validators: Validators { body_hash, ..Validators::default() }, ..request(&server.url) };
        fetch_with(&fetcher(&policy()), &ask).await
    };
    let broken = &unhex(GZIP)[..12];
    assert!(is_unchanged(&check(broken, &broken[10..]).await.expect("known")));
    // The fifth byte is the first of the time.
    let later = [&unhex(GZIP)[..4], &[9], &unhex(GZIP)[5..]].concat();
    assert!(is_unchanged(&check(&later, &unhex(GZIP)[10..]).await.expect("known")));
    check_failure_of(check(broken, FEED).await, FailureClass::Decompress, "gzip");
}
