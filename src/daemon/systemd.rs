//! Word to systemd; without it there is nobody to tell, and that is no fault.

use std::time::Duration;

use sd_notify::NotifyState;

/// Ready, with what is going on in words.
pub(super) fn ready(words: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(words)]);
}

/// The configuration is being read anew.
pub(super) fn reloading() {
    let since = NotifyState::monotonic_usec_now().ok();
    tell(&[Some(NotifyState::Reloading), since].into_iter().flatten().collect::<Vec<_>>());
}

/// The end has begun.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// Still moving.
pub(super) fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// How often [`alive`] is to be said, if at all: twice in the span after which systemd kills.
pub(super) fn alive_every() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|span| span / 2)
}

fn tell(states: &[NotifyState<'_>]) {
    let _ = sd_notify::notify(states);
}
