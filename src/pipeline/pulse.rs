//! The pulse of the loops: each says that it moves, and who has not for too long is found.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// A loop of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Visits to feeds.
    Poll,
    /// Digests.
    Digest,
    /// Delivery.
    Deliver,
    /// Care of the store.
    Care,
}

const PARTS: [(Part, &str); 4] =
    [(Part::Poll, "poll"), (Part::Digest, "digest"), (Part::Deliver, "deliver"), (Part::Care, "care")];
/// Stands for a loop that is not at work.
const RESTS: u64 = u64::MAX;

/// When each loop moved last, in milliseconds since the first beat of the process; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Pulse {
    beats: Arc<[Beat; 4]>,
}

#[derive(Debug)]
struct Beat {
    at: AtomicU64,
    grace: AtomicU64,
}

impl Default for Beat {
    fn default() -> Self {
        Self { at: AtomicU64::new(RESTS), grace: AtomicU64::new(0) }
    }
}

impl Pulse {
    /// This loop moves.
    pub fn beat(&self, part: Part) {
        self.of(part).at.store(now(), Ordering::Relaxed);
    }

    /// This loop is not at work, and nothing is expected of it.
    pub fn rest(&self, part: Part) {
        self.of(part).at.store(RESTS, Ordering::Relaxed);
    }

    /// This loop may be silent for so much longer than the others: it waits for a server.
    pub fn allow(&self, part: Part, grace: Duration) {
        self.of(part).grace.store(u64::try_from(grace.as_millis()).unwrap_or(RESTS), Ordering::Relaxed);
    }

    /// The first loop that was silent for longer than `limit`, by name, and for how long.
    pub fn silent(&self, limit: Duration) -> Option<(&'static str, Duration)> {
        let now = now();
        PARTS.iter().find_map(|(part, name)| {
            let beat = self.of(*part);
            let at = beat.at.load(Ordering::Relaxed);
            let silent = Duration::from_millis(now.saturating_sub(at));
            let grace = Duration::from_millis(beat.grace.load(Ordering::Relaxed));
            (at != RESTS && silent > limit.saturating_add(grace)).then_some((*name, silent))
        })
    }

    fn of(&self, part: Part) -> &Beat {
        &self.beats[part as usize]
    }
}

/// Time that no clock change touches.
fn now() -> u64 {
    static BEGIN: OnceLock<Instant> = OnceLock::new();
    u64::try_from(BEGIN.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_millis(40);

    #[test]
    fn a_loop_that_stopped_moving_is_named_and_one_that_rests_or_moves_is_not() {
        let pulse = Pulse::default();
        pulse.beat(Part::Digest);
        assert_eq!(pulse.silent(LIMIT), None);
        std::thread::sleep(LIMIT * 2);
        let (name, silent) = pulse.silent(LIMIT).unwrap();
        assert_eq!(name, "digest");
        assert!(silent > LIMIT);
        pulse.beat(Part::Digest);
        assert_eq!(pulse.silent(LIMIT), None);
        std::thread::sleep(LIMIT * 2);
        pulse.rest(Part::Digest);
        assert_eq!(pulse.silent(LIMIT), None);
    }

    #[test]
    fn one_loop_cannot_hide_behind_another() {
        let pulse = Pulse::default();
        pulse.beat(Part::Poll);
        std::thread::sleep(LIMIT * 2);
        pulse.beat(Part::Deliver);
        assert_eq!(pulse.silent(LIMIT).map(|(name, _)| name), Some("poll"));
    }

    #[test]
    fn a_loop_that_waits_for_a_server_is_given_its_time() {
        let pulse = Pulse::default();
        pulse.allow(Part::Deliver, Duration::from_secs(60));
        pulse.beat(Part::Deliver);
        std::thread::sleep(LIMIT * 2);
        assert_eq!(pulse.silent(LIMIT), None);
    }
}
