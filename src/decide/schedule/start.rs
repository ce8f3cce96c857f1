//! When many feeds are due at the same moment, as after the start or a long sleep of the machine: who waits how long.

use jiff::SignedDuration;

/// So many set out at once, as many as are fetched at once by default: a handful of feeds never waits.
const AT_ONCE: usize = 32;
/// Between two of the others …
const STEP: SignedDuration = SignedDuration::from_millis(50);
/// … but all have set out within this time, however many there are.
const SPREAD_MAX: SignedDuration = SignedDuration::from_mins(5);

/// How long the feed at `place` (from 0) of `n_due` that are due together waits before its visit.
///
/// All at once would be ten thousand name look-ups and handshakes in one second, and would come again in one crowd
/// after each interval. One-off commands do not spread: someone waits for them.
pub fn start_after(place: usize, n_due: usize) -> SignedDuration {
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let (before, waiting) = (place.saturating_sub(AT_ONCE - 1), n_due.saturating_sub(AT_ONCE));
    // In whole milliseconds a crowd of millions would set out at once, in nanoseconds none does.
    let step = STEP.min(SPREAD_MAX / count(waiting).max(1));
    step.saturating_mul(count(before)).min(SPREAD_MAX)
}
