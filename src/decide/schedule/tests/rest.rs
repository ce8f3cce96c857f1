//! Hosts that ask for rest.

use super::*;

fn check_rest(outcome: PollOutcome, expected: Option<SignedDuration>) {
    let PollOutcome::Failed(failure) = outcome else { panic!("{outcome:?}") };
    assert_eq!(host_rest_until(&failure, now()), expected.map(|rest| now() + rest), "{failure:?}");
}

#[test]
fn a_host_rests_as_long_as_it_asks_and_a_day_at_most() {
    use FailureClass::RateLimited;
    check_rest(failed(RateLimited, Some(429), Some(MIN * 5)), Some(MIN * 5));
    check_rest(failed(RateLimited, Some(503), Some(MIN * 5)), Some(MIN * 5));
    check_rest(failed(RateLimited, Some(429), Some(DAY * 9)), Some(DAY));
    check_rest(failed(RateLimited, Some(429), Some(-MIN)), Some(SignedDuration::ZERO));
    check_rest(failed(RateLimited, Some(429), None), Some(HOUR));
    check_rest(failed(FailureClass::BotWall, Some(429), None), Some(HOUR));
    check_rest(failed(FailureClass::BotWall, Some(503), Some(HOUR)), Some(HOUR));
}

#[test]
fn other_answers_give_no_rest() {
    check_rest(failed(FailureClass::ServerError, Some(503), None), None);
    check_rest(failed(FailureClass::ServerError, Some(500), Some(HOUR)), None);
}

#[test]
fn the_feed_itself_comes_back_after_the_rest() {
    let limited = |rest| failed(FailureClass::RateLimited, Some(429), rest);
    check_wait(FeedHealth::default(), limited(Some(HOUR * 3)), HOUR * 3);
    check_wait(FeedHealth::default(), limited(Some(MIN)), MIN * 45);
    check_wait(FeedHealth::default(), limited(Some(DAY * 9)), DAY);
    assert_eq!(wait(&feed(FeedHealth::default()), &limited(None), 1.0), HOUR * 2);
    assert_eq!(wait(&feed(FeedHealth::default()), &limited(Some(DAY)), 1.0), DAY);
}
