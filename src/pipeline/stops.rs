//! Places between two steps where a test can pull the plug.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Counts the steps passed and, for tests, ends the work at one of them as a crash would.
#[derive(Clone, Debug, Default)]
pub struct Stops {
    remaining: Option<Arc<AtomicI64>>,
}

/// The work was ended between two steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("stopped after the step `{0}`")]
pub struct Stopped(pub &'static str);

impl Stops {
    /// Stops at the `n`th step passed from now on, counted from 0.
    pub fn after(n: u32) -> Self {
        Self { remaining: Some(Arc::new(AtomicI64::new(i64::from(n)))) }
    }

    /// Passes a step.
    ///
    /// # Errors
    /// `Stopped` when this is the one to stop at, and at every later one.
    pub fn pass(&self, step: &'static str) -> Result<(), Stopped> {
        match &self.remaining {
            Some(remaining) if remaining.fetch_sub(1, Ordering::SeqCst) <= 0 => Err(Stopped(step)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_service_never_stops_between_steps() {
        assert!((0..100).all(|_| Stops::default().pass("x").is_ok()));
    }

    #[test]
    fn a_test_stops_at_the_step_it_names() {
        let stops = Stops::after(1);
        assert!(stops.pass("a").is_ok());
        assert_eq!(stops.pass("b"), Err(Stopped("b")));
        assert_eq!(stops.pass("c"), Err(Stopped("c")));
    }
}
