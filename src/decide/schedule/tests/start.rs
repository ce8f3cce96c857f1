//! Many feeds due at once.

use super::*;

#[test]
fn a_handful_of_feeds_sets_out_at_once() {
    for place in 0..32 {
        assert_eq!(start_after(place, 32), SignedDuration::ZERO);
        assert_eq!(start_after(place, 10_000), SignedDuration::ZERO);
    }
}

#[test]
fn many_feeds_set_out_one_after_another() {
    assert_eq!(start_after(32, 100), SignedDuration::from_millis(50));
    assert_eq!(start_after(33, 100), SignedDuration::from_millis(100));
    assert_eq!(start_after(999, 1_000), SignedDuration::from_millis(968 * 50));
}

#[test]
fn a_crowd_has_set_out_within_five_minutes_and_keeps_its_order() {
    for n in [10_000, 1_000_000] {
        let last = start_after(n - 1, n);
        assert!(last <= MIN * 5 && last > MIN * 4, "{n}: {last:?}");
        assert!(start_after(n / 2, n) < last && start_after(n / 2, n) > MIN * 2);
    }
    assert!(start_after(usize::MAX, usize::MAX) <= MIN * 5);
}
