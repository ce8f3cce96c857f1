//! What is known as Prometheus reads it: its text format, version 0.0.4.

use std::fmt::Write;

use jiff::Timestamp;

use super::Snapshot;
use super::process::Process;
use crate::domain::vitals::{Level, Vitals};

/// The whole page. Names end in their unit, counters in `_total`; what is not known is left out.
pub(super) fn text(known: &Snapshot, process: &Process) -> String {
    let mut page = Page::default();
    page.gauge(
        "up",
        "1 while the service is not in critical trouble.",
        f64::from(u8::from(known.health.level != Level::Critical)),
    );
    page.gauge("health_level", "0 ok, 1 warning, 2 critical.", f64::from(known.health.level.code()));
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit")]
    page.gauge("start_time_seconds", "Start of the service, seconds since 1970.", known.started_at as f64);
    if let Some(vitals) = &known.vitals {
        vitals_of(&mut page, vitals);
    }
    let tally = &known.tally;
    let polls = [("accepted", tally.n_accepted), ("unchanged", tally.n_unchanged), ("rejected", tally.n_rejected)];
    page.counters("polls_total", "Visits to feeds since the start.", "outcome", &polls);
    let mails = [("sent", tally.n_sent), ("later", tally.n_later), ("failed", tally.n_failed)];
    page.counters("deliveries_total", "Attempts to hand over a mail since the start.", "outcome", &mails);
    page.counter("items_new_total", "New items since the start.", tally.n_items);
    page.counter("items_kept_total", "New items that matched a topic since the start.", tally.n_kept);
    page.counter("developments_total", "Developments found since the start.", tally.n_developments);
    page.counter("messages_enqueued_total", "Mails put into the outbox since the start.", tally.n_enqueued);
    page.counter("store_pauses_total", "Times that the store could not be written.", tally.n_pauses);
    for (name, help, value) in process.gauges() {
        page.gauge(name, help, value);
    }
    page.text
}

fn vitals_of(page: &mut Page, vitals: &Vitals) {
    let counts = [
        ("feeds", "Configured feeds.", vitals.n_feeds),
        ("feeds_failing", "Feeds whose last visit failed.", vitals.n_failing),
        ("outbox_waiting", "Mails that wait.", vitals.n_waiting),
        ("outbox_failed_24h", "Mails given up in the last 24 hours.", vitals.n_failed_lately),
        ("store_faults", "1 when the last check found the store damaged.", usize::from(vitals.check_fault.is_some())),
    ];
    for (name, help, n) in counts {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        page.gauge(name, help, n as f64);
    }
    #[expect(clippy::cast_precision_loss, reason = "a file is far below 2^52 bytes")]
    page.gauge("store_bytes", "Size of the store.", vitals.store_bytes as f64);
    let moments = [
        ("last_poll_timestamp_seconds", "Last visit to any feed.", vitals.last_poll_at),
        ("next_poll_timestamp_seconds", "Next planned visit to any feed.", vitals.due_at),
        ("last_digest_timestamp_seconds", "Last digest for anybody.", vitals.last_digest_at),
        ("oldest_waiting_timestamp_seconds", "Since when the oldest mail waits.", vitals.oldest_waiting_at),
        ("last_check_timestamp_seconds", "Last check of the whole store.", vitals.checked_at),
    ];
    for (name, help, at) in moments {
        if let Some(at) = at {
            page.gauge(name, help, seconds(at));
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit")]
fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1000.0
}

#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn gauge(&mut self, name: &str, help: &str, value: f64) {
        self.head(name, help, "gauge");
        let _ = writeln!(self.text, "orbitwire_{name} {value}");
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) {
        self.head(name, help, "counter");
        let _ = writeln!(self.text, "orbitwire_{name} {value}");
    }

    fn counters(&mut self, name: &str, help: &str, label: &str, values: &[(&str, u64)]) {
        self.head(name, help, "counter");
        for (of, value) in values {
            let _ = writeln!(self.text, "orbitwire_{name}{{{label}=\"{of}\"}} {value}");
        }
    }

    fn head(&mut self, name: &str, help: &str, kind: &str) {
        let _ = writeln!(self.text, "# HELP orbitwire_{name} {help}\n# TYPE orbitwire_{name} {kind}");
    }
}
