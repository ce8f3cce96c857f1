//! Word to systemd; without it there is nobody to tell, and that is no fault.

use std::sync::LazyLock;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Duration;

use sd_notify::NotifyState;

use super::board::Board;
use super::lock::Lock;
use crate::pipeline::Pulse;

/// Words that wait for a systemd that does not listen.
const WAITING_MAX: usize = 32;
/// Without a watchdog nobody waits for a sign of life; the words are still kept fresh.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// Ready, with what is going on in words.
pub(super) fn ready(words: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(words)]);
}

/// What is going on, in words.
pub(super) fn status(words: &str) {
    tell(&[NotifyState::Status(words)]);
}

/// The configuration is being read anew.
pub(super) fn reloading() {
    let since = NotifyState::monotonic_usec_now().ok();
    tell(&[Some(NotifyState::Reloading), since].into_iter().flatten().collect::<Vec<_>>());
}

/// The end has begun.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
}

/// The span after which systemd kills a service that gives no sign of life, if it does.
pub(super) fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

/// How long a loop may sleep in one go: it shows four times in the watchdog's span that it moves.
pub(super) fn nap_max() -> Duration {
    watchdog().map_or(LOOK_EVERY, |span| span / 4)
}

/// Gives systemd a sign of life as long as every loop moves, and keeps the words fresh; never ends.
///
/// It runs on the thread of the loops, so that whatever holds up that thread holds up the signs of life as well.
pub(super) async fn watch(board: &Board, pulse: &Pulse) {
    let span = watchdog();
    let (mut said, mut is_silent) = (String::new(), false);
    loop {
        tokio::time::sleep(nap_max()).await;
        let silent = span.and_then(|span| pulse.silent(span));
        match silent {
            None if span.is_some() => alive(),
            None => {}
            Some((part, silent)) if !is_silent => {
                let seconds = silent.as_secs();
                tracing::error!(part, seconds, "a loop does not move; systemd will start the service again");
            }
            Some(_) => {}
        }
        is_silent = silent.is_some();
        let words = board.words();
        if words != said {
            status(&words);
            said = words;
        }
    }
}

/// Still moving.
fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// Never waits: a systemd that does not listen just then must hold up nothing, so that the words go by way of a thread.
/// What it cannot take is dropped; the next sign of life comes soon.
fn tell(states: &[NotifyState<'_>]) {
    static WAY: LazyLock<SyncSender<String>> = LazyLock::new(|| {
        let (way, words) = sync_channel::<String>(WAITING_MAX);
        let told = move || {
            for words in words {
                let _ = sd_notify::notify(&[NotifyState::Custom(&words)]);
            }
        };
        // Without a thread to be had nobody is told, and the channel says so.
        let _ = std::thread::Builder::new().name("systemd".to_owned()).spawn(told);
        way
    });
    let words: Vec<String> = states.iter().map(ToString::to_string).collect();
    let _ = WAY.try_send(words.join("\n"));
}

/// Writes the state where other processes find it.
pub(super) fn publish(board: &Board, lock: Option<&Lock>) {
    if let Some(lock) = lock {
        lock.write(&board.state());
    }
}
