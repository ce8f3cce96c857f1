//! Claims, ends, rests and crashes of the outbox.

use jiff::SignedDuration;

use super::*;
use crate::domain::message::Rest;
use crate::store::NewDigest;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + 60 * minute).unwrap()
}

/// An outbox with so many messages, put in at minute 0.
fn outbox(n: usize) -> Store {
    let mut store = Store::in_memory().unwrap();
    store.connection.execute("INSERT INTO audiences (name, since) VALUES ('desk', 0)", []).unwrap();
    store.enqueue(&digest(), &(0..n).map(message).collect::<Vec<_>>()).unwrap();
    store
}

fn digest() -> NewDigest {
    NewDigest {
        audience: "desk".to_owned(),
        at: at(0),
        slot_at: None,
        thread: None,
        reason: String::new(),
        subject: String::new(),
        json: "{}".to_owned(),
        told: Vec::new(),
        notice: 1,
        configuration: "{}".to_owned(),
        body: b"body\r\n".to_vec(),
    }
}

fn message(n: usize) -> NewMessage {
    NewMessage {
        message_id: format!("{n}@example.org"),
        envelope_from: "o@example.org".to_owned(),
        envelope_to: format!("r{n}@example.org"),
        subject: String::new(),
        head: b"A: b\r\n\r\n".to_vec(),
    }
}

fn state(store: &Store, id: i64) -> (String, u32, Option<Timestamp>) {
    let row = store.outbox_row(MessageId(id)).unwrap().unwrap();
    (row.state, row.n_attempts, row.next_at)
}

fn ended(id: i64, attempt: Attempt, state: MessageState, again: Option<i64>) -> Ended {
    let reason = attempt.words().to_owned();
    Ended { message: MessageId(id), attempt, state, again_at: again.map(at), reason, at: at(1) }
}

#[test]
fn a_claim_counts_the_attempt_and_has_head_and_body() {
    let mut store = outbox(3);
    let claimed = store.claim_messages(2, at(0)).unwrap();
    assert_eq!(claimed.iter().map(|message| message.id.0).collect::<Vec<_>>(), [1, 2]);
    assert_eq!((claimed[0].bytes.as_slice(), claimed[0].n_attempts), (b"A: b\r\n\r\nbody\r\n".as_slice(), 1));
    assert_eq!(state(&store, 1), ("sending".to_owned(), 1, Some(at(0))));
    assert_eq!(store.claim_messages(9, at(0)).unwrap().len(), 1, "nobody claims it twice");
}

#[test]
fn what_was_claimed_and_not_tried_goes_back_as_it_was() {
    let mut store = outbox(2);
    store.claim_messages(2, at(0)).unwrap();
    let lost = Attempt::Uncertain { reason: "lost".into() };
    store.record_delivery(&ended(1, lost, MessageState::Uncertain, Some(2))).unwrap();
    store.release_message(MessageId(2)).unwrap();
    assert_eq!(state(&store, 2), ("pending".to_owned(), 0, Some(at(0))));
    store.claim_messages(2, at(5)).unwrap();
    store.release_message(MessageId(1)).unwrap();
    assert_eq!(state(&store, 1), ("uncertain".to_owned(), 1, Some(at(2))), "it still may have arrived");
}

#[test]
fn an_attempt_without_an_end_is_uncertain_and_on_record() {
    let mut store = outbox(1);
    store.claim_messages(1, at(3)).unwrap();
    let open = store.open_attempts().unwrap();
    assert_eq!(open, [OpenAttempt { message: MessageId(1), n_tries: 1, begun_at: at(3) }]);
    store.reopen_attempt(open[0], at(4)).unwrap();
    assert_eq!(state(&store, 1), ("uncertain".to_owned(), 1, Some(at(4))));
    assert_eq!(store.attempts(MessageId(1)).unwrap()[0].outcome, "uncertain");
    assert!(store.open_attempts().unwrap().is_empty());
}

#[test]
fn what_rests_for_the_way_out_wakes_with_the_first_success_and_others_keep_their_time() {
    let mut store = outbox(3);
    store.claim_messages(2, at(0)).unwrap();
    let busy = Attempt::Later { reason: "451".into() };
    store.record_delivery(&ended(1, busy, MessageState::Pending, Some(50))).unwrap();
    let gone = Attempt::Unreachable { reason: "refused".into() };
    store.record_delivery(&ended(2, gone, MessageState::Pending, Some(20))).unwrap();
    assert_eq!(store.rest_outbox(&rest(false, 20)).unwrap(), 2);
    assert_eq!(store.next_delivery_at().unwrap(), Some(at(20)));
    store.wake_outbox(at(2)).unwrap();
    assert_eq!(state(&store, 3).2, Some(at(2)));
    assert_eq!((state(&store, 1).2, state(&store, 2).2), (Some(at(50)), Some(at(2))));
    assert_eq!(store.outbox_rest(at(2)).unwrap(), None);
}

fn rest(is_shut: bool, until: i64) -> Rest {
    Rest { at: at(1), until: at(until), reason: "refused".into(), is_shut }
}

#[test]
fn a_new_digest_rests_with_the_others_while_a_person_is_needed_and_not_for_a_way_that_may_open_by_itself() {
    for (is_shut, due) in [(true, 61), (false, 5)] {
        let mut store = outbox(1);
        store.rest_outbox(&rest(is_shut, 61)).unwrap();
        let again = NewDigest { notice: 2, at: at(5), ..digest() };
        store.enqueue(&again, &[message(7)]).unwrap();
        assert_eq!(state(&store, 2).2, Some(at(due)));
    }
    let mut store = outbox(1);
    store.rest_outbox(&rest(true, 61)).unwrap();
    store.enqueue(&NewDigest { notice: 2, at: at(70), ..digest() }, &[message(7)]).unwrap();
    assert_eq!(state(&store, 2).2, Some(at(70)), "the rest is over");
    assert_eq!(store.outbox_rest(at(0)).unwrap(), None, "of a clock that ran ahead");
}

#[test]
fn a_rest_that_began_while_a_digest_was_composed_holds_for_it_and_one_of_a_clock_that_ran_ahead_does_not() {
    let before = |span| at(1) - span;
    for (composed_at, due) in [
        (before(SignedDuration::from_secs(1)), at(61)),
        (before(SignedDuration::from_hours(1)), before(SignedDuration::from_hours(1))),
    ] {
        let mut store = outbox(0);
        store.rest_outbox(&rest(true, 61)).unwrap();
        store.enqueue(&NewDigest { notice: 2, at: composed_at, ..digest() }, &[message(7)]).unwrap();
        assert_eq!(store.next_delivery_at().unwrap(), Some(due));
    }
}

#[test]
fn what_is_due_is_found_in_the_index_without_sorting_what_waits() {
    let store = outbox(0);
    let sql = "EXPLAIN QUERY PLAN SELECT next_at, id FROM messages WHERE state = 'pending' AND next_at <= 0
               ORDER BY next_at, id LIMIT 9";
    let mut plan = store.connection.prepare(sql).unwrap();
    let steps: Vec<String> = plan.query_map([], |row| row.get(3)).unwrap().collect::<Result<_, _>>().unwrap();
    assert!(steps.len() == 1 && steps[0].contains("COVERING INDEX messages_by_due"), "{steps:?}");
}
