//! When a message is handed over again, if ever.

use jiff::{SignedDuration, Timestamp};

use crate::domain::message::Attempt;
use crate::domain::policy::RetryPolicy;
use crate::text::span;

/// A mail server that refused the login is asked at most once an hour: more looks like guessing passwords.
const TRANSPORT_PAUSE: SignedDuration = SignedDuration::from_hours(1);

/// Wait when the policy names none.
const WAIT_UNSAID: SignedDuration = SignedDuration::from_hours(1);

/// What becomes of a message after an attempt.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// It is out.
    Done,
    /// Another attempt.
    At {
        /// Not before.
        at: Timestamp,
        /// Why not now.
        reason: String,
    },
    /// Refused for good.
    Refused {
        /// In whose words.
        reason: String,
    },
    /// Nobody took it in time.
    Expired {
        /// What was tried.
        reason: String,
    },
}

/// What the outbox remembers of a message's attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tries {
    /// Attempts so far, from 1; those before somebody asked for it by hand do not count.
    pub n: u32,
    /// Since when it is tried.
    pub since: Timestamp,
}

/// The next step for a message after an attempt.
///
/// Everything is computed from the row, so a restart changes nothing. Time alone never gives a message up: a clock that
/// leaps or a machine that slept for days must have tried every wait of the policy first.
pub fn after(attempt: &Attempt, tries: Tries, policy: &RetryPolicy, now: Timestamp) -> Next {
    let wait = wait(tries.n, policy);
    match attempt {
        Attempt::Sent { .. } => Next::Done,
        Attempt::Never { reason } => Next::Refused { reason: reason.clone() },
        Attempt::Later { reason } | Attempt::Uncertain { reason } | Attempt::Unreachable { reason } => {
            later(reason, wait, tries, policy, now)
        }
        Attempt::TransportDown { reason } => later(reason, wait.max(TRANSPORT_PAUSE), tries, policy, now),
    }
}

/// When a way out is tried again that cannot even be opened.
pub fn after_shut(now: Timestamp) -> Timestamp {
    now.saturating_add(TRANSPORT_PAUSE).unwrap_or(Timestamp::MAX)
}

/// When a message is due again whose attempt was begun at `begun_at` and never ended: the process died over it. The
/// first time at once, for most likely it was told to; from then on as after any other attempt, so that a message over
/// which the process dies each time does not go out in an endless row.
pub fn after_crash(n_tries: u32, begun_at: Timestamp, policy: &RetryPolicy, now: Timestamp) -> Timestamp {
    match n_tries.checked_sub(1) {
        None | Some(0) => now,
        Some(n) => {
            begun_at.checked_add(wait(n, policy)).unwrap_or(now).min(now.saturating_add(wait(n, policy)).unwrap_or(now))
        }
    }
}

fn wait(n_tries: u32, policy: &RetryPolicy) -> SignedDuration {
    let nth = usize::try_from(n_tries.saturating_sub(1)).unwrap_or(usize::MAX);
    policy.waits.get(nth).or(policy.waits.last()).copied().unwrap_or(WAIT_UNSAID)
}

fn later(reason: &str, wait: SignedDuration, tries: Tries, policy: &RetryPolicy, now: Timestamp) -> Next {
    let is_old = now.duration_since(tries.since) >= policy.give_up_after;
    let has_tried = usize::try_from(tries.n).is_ok_and(|n| n > policy.waits.len());
    let n = tries.n;
    if is_old && has_tried {
        let hours = policy.give_up_after.as_hours();
        let is_whole = hours > 0 && SignedDuration::from_hours(hours) == policy.give_up_after;
        let limit = if is_whole { format!("{hours} h") } else { span::show(policy.give_up_after) };
        return Next::Expired { reason: format!("not accepted within {limit}, {n} attempts; last: {reason}") };
    }
    let at = now.checked_add(wait).unwrap_or(Timestamp::MAX);
    Next::At { at, reason: format!("attempt {n}: {reason}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENQUEUED: &str = "2026-11-23T07:30:00Z";

    fn next(attempt: &Attempt, n_attempts: u32, minutes: i64) -> Next {
        let enqueued_at: Timestamp = ENQUEUED.parse().unwrap();
        let now = enqueued_at + SignedDuration::from_mins(minutes);
        after(attempt, Tries { n: n_attempts, since: enqueued_at }, &RetryPolicy::default(), now)
    }

    fn busy() -> Attempt {
        Attempt::Later { reason: "451 busy".to_owned() }
    }

    fn check_wait(attempt: &Attempt, n_attempts: u32, minutes: i64) {
        let expected = ENQUEUED.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes);
        match next(attempt, n_attempts, 0) {
            Next::At { at, .. } => assert_eq!(at, expected, "after attempt {n_attempts}"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn waits_grow_and_the_last_one_repeats() {
        for (n_attempts, minutes) in [(1, 1), (2, 5), (3, 15), (4, 60), (5, 180), (6, 180), (400, 180)] {
            check_wait(&busy(), n_attempts, minutes);
        }
    }

    #[test]
    fn sent_is_done_and_never_is_given_up_with_the_servers_words() {
        assert_eq!(next(&Attempt::Sent { answer: "250 ok".into() }, 1, 0), Next::Done);
        let refused = Attempt::Never { reason: "550 no such user".into() };
        assert_eq!(next(&refused, 1, 0), Next::Refused { reason: "550 no such user".into() });
    }

    #[test]
    fn after_five_days_a_message_is_given_up_but_not_a_minute_before() {
        assert!(matches!(next(&busy(), 28, 120 * 60 - 1), Next::At { .. }));
        let Next::Expired { reason } = next(&busy(), 28, 120 * 60) else { panic!() };
        assert_eq!(reason, "not accepted within 120 h, 28 attempts; last: 451 busy");
    }

    #[test]
    fn a_limit_of_minutes_is_told_in_minutes() {
        let policy = RetryPolicy { waits: vec![], give_up_after: SignedDuration::from_mins(1) };
        let since: Timestamp = ENQUEUED.parse().unwrap();
        let now = since + SignedDuration::from_mins(2);
        let Next::Expired { reason } = after(&busy(), Tries { n: 2, since }, &policy, now) else { panic!() };
        assert_eq!(reason, "not accepted within 1m, 2 attempts; last: 451 busy");
    }

    #[test]
    fn a_leaping_clock_does_not_give_up_what_was_hardly_tried() {
        assert!(matches!(next(&busy(), 1, 10 * 365 * 24 * 60), Next::At { .. }));
        assert!(matches!(next(&busy(), 5, 10 * 365 * 24 * 60), Next::At { .. }));
        assert!(matches!(next(&busy(), 6, 10 * 365 * 24 * 60), Next::Expired { .. }));
        assert!(matches!(next(&busy(), 30, -600), Next::At { .. }), "clock set back");
    }

    #[test]
    fn a_refused_login_is_tried_at_most_once_an_hour() {
        let down = Attempt::TransportDown { reason: "535 bad login".into() };
        check_wait(&down, 1, 60);
        check_wait(&down, 5, 180);
    }

    #[test]
    fn an_attempt_without_an_answer_and_a_way_out_that_is_gone_wait_like_any_other() {
        check_wait(&Attempt::Uncertain { reason: "lost".into() }, 2, 5);
        check_wait(&Attempt::Unreachable { reason: "refused".into() }, 2, 5);
    }

    #[test]
    fn a_crash_costs_nothing_once_and_the_usual_wait_from_then_on() {
        let begun: Timestamp = ENQUEUED.parse().unwrap();
        let minutes = SignedDuration::from_mins;
        let again = |n, now| after_crash(n, begun, &RetryPolicy::default(), now);
        assert_eq!(again(1, begun + minutes(3)), begun + minutes(3));
        assert_eq!(again(3, begun + minutes(2)), begun + minutes(5));
        assert_eq!(again(3, begun - minutes(60)), begun - minutes(55), "a clock set back does not hold it up");
    }

    #[test]
    fn a_policy_without_waits_still_waits() {
        let policy = RetryPolicy { waits: vec![], ..RetryPolicy::default() };
        let now = ENQUEUED.parse().unwrap();
        let Next::At { at, .. } = after(&busy(), Tries { n: 1, since: now }, &policy, now) else { panic!() };
        assert_eq!(at, now + SignedDuration::from_hours(1));
    }
}
