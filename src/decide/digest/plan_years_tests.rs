//! Years of civil time lived through with news at random: what must hold in every zone on every day.

use std::collections::BTreeSet;

use jiff::civil::{Time, time};
use proptest::prelude::*;

use super::super::fixtures::audience;
use super::*;
use crate::domain::audience::{Slots, Urgency};

/// Zones with two changes a year, with half hours, without changes, and one that left out a day.
const ZONES: [&str; 6] =
    ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Casablanca"];

/// A mail: when, for which slot, and whether it was urgent news.
#[derive(Debug)]
struct Mail {
    at: Timestamp,
    slot: Option<Timestamp>,
    is_urgent: bool,
}

/// Follows the plans from moment to moment, each news at its time, and keeps the state as the store would.
fn live(audience: &Audience, news: &[(Timestamp, bool)], from: Timestamp, until: Timestamp) -> Vec<Mail> {
    let mut state = AudienceState { since: Some(from), ..AudienceState::default() };
    let (mut mails, mut now, mut coming) = (Vec::new(), from, news.iter().peekable());
    while now < until {
        while let Some((at, is_urgent)) = coming.next_if(|(at, _)| *at <= now) {
            state.oldest_untold_at.get_or_insert(*at);
            if *is_urgent {
                state.oldest_urgent_at.get_or_insert(*at);
            }
        }
        let next_news = coming.peek().map(|(at, _)| *at);
        match plan(audience, &state, now) {
            Plan::Send { slot, .. } => {
                mails.push(Mail { at: now, slot, is_urgent: state.oldest_urgent_at.is_some() });
                state.oldest_untold_at = None;
                state.oldest_urgent_at = None;
                state.last_digest_at = Some(now);
                state.last_slot_at = slot.or(state.last_slot_at);
                state.recent.extend(Some(now).filter(|_| slot.is_none()));
                state.recent.retain(|at| now.duration_since(*at) <= RECENT);
            }
            Plan::Wait { until: look_again, .. } => {
                assert!(look_again.is_none_or(|at| at > now), "a wait that ended before it began at {now}");
                now = [look_again, next_news].into_iter().flatten().min().unwrap_or(until);
            }
        }
    }
    mails
}

fn is_quiet(audience: &Audience, at: Timestamp) -> bool {
    let zone = civil::zone(&audience.timezone);
    audience.quiet.is_some_and(|quiet| civil::is_quiet(quiet, &zone, at))
}

fn some_time() -> impl Strategy<Value = Time> {
    // The hours in which clocks change come often.
    prop_oneof![(0_i8..4, 0_i8..60), (0_i8..24, 0_i8..60)].prop_map(|(hour, minute)| time(hour, minute, 0, 0))
}

prop_compose! {
    fn some_audience()(
        zone in 0..ZONES.len(),
        times in prop::collection::vec(some_time(), 1..3),
        quiet in prop::option::of((some_time(), some_time())),
        on_development in any::<bool>(),
        gap in 0_i64..12,
    ) -> Audience {
        Audience {
            timezone: ZONES[zone].to_owned(),
            slots: Slots { times, ..Slots::default() },
            quiet: quiet.filter(|(from, to)| from != to),
            urgent: if on_development { vec![Urgency::Denied] } else { vec![] },
            on_development,
            min_gap: SignedDuration::from_hours(gap),
            ..audience()
        }
    }
}

/// News at random distances from minutes to days, over two years from some day between 2009 and 2030.
fn some_news() -> impl Strategy<Value = (Timestamp, Vec<(Timestamp, bool)>)> {
    let from = 1_230_768_000_i64..1_893_456_000;
    let gaps = prop::collection::vec((60_i64..200_000, prop::bool::weighted(0.2)), 1..400);
    (from, gaps).prop_map(|(from, gaps)| {
        let mut at = from;
        let news = gaps.into_iter().map(|(gap, is_urgent)| {
            at += gap;
            (Timestamp::from_second(at).unwrap(), is_urgent)
        });
        let news = news.collect();
        (Timestamp::from_second(from).unwrap(), news)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_slot_has_one_digest_and_quiet_hours_are_broken_by_urgent_news_only(
        audience in some_audience(),
        (from, news) in some_news(),
    ) {
        let until = from + SignedDuration::from_hours(24 * 730);
        let mails = live(&audience, &news, from, until);
        let slots: Vec<Timestamp> = mails.iter().filter_map(|mail| mail.slot).collect();
        prop_assert_eq!(slots.iter().collect::<BTreeSet<_>>().len(), slots.len(), "two digests of one slot");
        for mail in &mails {
            prop_assert!(!is_quiet(&audience, mail.at) || mail.is_urgent, "{mail:?} in quiet hours");
        }
        for pair in mails.windows(2).filter(|pair| pair[1].slot.is_none() && !pair[1].is_urgent) {
            let last = mails.iter().rfind(|mail| mail.at < pair[1].at && mail.slot.is_none());
            let gap = last.map_or(SignedDuration::MAX, |last| pair[1].at.duration_since(last.at));
            prop_assert!(gap >= audience.min_gap, "{gap} after the last mail on developments");
        }
    }

    #[test]
    fn no_slot_with_news_before_it_is_skipped(audience in some_audience(), (from, news) in some_news()) {
        let audience = Audience { on_development: false, urgent: vec![], quiet: None, ..audience };
        let until = from + SignedDuration::from_hours(24 * 730);
        let mails = live(&audience, &news, from, until);
        let zone = civil::zone(&audience.timezone);
        let mut told_to = from;
        let mut at = from;
        while let Some(slot) = civil::slot_after(&audience.slots, &zone, at).filter(|slot| *slot < until) {
            let has_news = news.iter().any(|(news, _)| *news > told_to && *news <= slot);
            let answered = mails.iter().filter(|mail| mail.at == slot && mail.slot == Some(slot)).count();
            prop_assert_eq!(answered, usize::from(has_news), "the slot of {}", slot);
            told_to = if has_news { slot } else { told_to };
            at = slot;
        }
    }
}

/// With news before every slot each civil day that there was has one digest for each of its times.
fn check_every_day(zone: &str, cron: bool, from: &str, n_days: usize) {
    let slots = if cron {
        Slots { cron: Some("30 2 * * *".parse().unwrap()), ..Slots::default() }
    } else {
        Slots { times: vec![time(2, 30, 0, 0)], ..Slots::default() }
    };
    let audience = Audience { timezone: zone.to_owned(), slots, on_development: false, ..audience() };
    let from: Timestamp = from.parse().unwrap();
    let until = from + SignedDuration::from_hours(24 * i64::try_from(n_days).unwrap());
    let hours = (0..24 * i64::try_from(n_days).unwrap()).map(|hour| (from + SignedDuration::from_hours(hour), false));
    let mails = live(&audience, &hours.collect::<Vec<_>>(), from, until);
    let days: BTreeSet<_> = mails.iter().map(|mail| civil::zone(zone).to_datetime(mail.at).date()).collect();
    assert_eq!((days.len(), mails.len()), (n_days, n_days), "{zone}");
}

#[test]
fn every_day_of_many_years_has_its_digest_through_every_change_of_the_clock() {
    for cron in [false, true] {
        for zone in ["Europe/Berlin", "America/New_York", "Asia/Kolkata"] {
            check_every_day(zone, cron, "2024-01-01T12:00:00Z", 5 * 365);
        }
        // Apia left out 30 December 2011 and so has lived a day less, by going west around the date line.
        check_every_day("Pacific/Apia", cron, "2012-01-01T12:00:00Z", 5 * 365);
    }
}
