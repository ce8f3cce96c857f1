//! What the service is told by signals.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// SIGTERM or SIGINT, by its name.
    Stop(&'static str),
    /// SIGHUP.
    Reload,
}

/// The signals, caught from the beginning to the end: one that comes while the service starts or takes over a new
/// configuration waits until it is asked for.
#[derive(Debug)]
pub(super) struct Signals {
    caught: Option<[Signal; 3]>,
}

impl Signals {
    /// Begins to catch them.
    pub(super) fn catch() -> Self {
        let all = || -> std::io::Result<[Signal; 3]> {
            Ok([signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?, signal(SignalKind::hangup())?])
        };
        let caught = all().inspect_err(|error| {
            tracing::error!(%error, "signals cannot be caught; the service ends only when it is killed");
        });
        Self { caught: caught.ok() }
    }

    /// Waits until a stop is asked for; a service that ends takes no other configuration.
    pub(super) async fn stop_asked(&mut self) {
        while self.next().await == Asked::Reload {}
    }

    /// Waits for the next one.
    pub(super) async fn next(&mut self) -> Asked {
        let Some([term, int, hup]) = &mut self.caught else { return std::future::pending().await };
        tokio::select! {
            _ = term.recv() => Asked::Stop("SIGTERM"),
            _ = int.recv() => Asked::Stop("SIGINT"),
            _ = hup.recv() => Asked::Reload,
        }
    }
}
