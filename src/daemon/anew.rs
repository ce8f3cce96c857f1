//! The configuration read anew, beside the loops: a command that gives a password may take its time.

use std::sync::Arc;

use tokio::task::JoinHandle;

use crate::config::{Config, Fault};

/// What was read.
pub(super) type Read = Result<Config, Vec<Fault>>;

/// The way to the configuration, and a reading under way.
pub(super) struct Anew {
    load: Arc<dyn Fn() -> Read + Send + Sync>,
    under_way: Option<JoinHandle<Read>>,
}

impl Anew {
    pub(super) fn new(load: impl Fn() -> Read + Send + Sync + 'static) -> Self {
        Self { load: Arc::new(load), under_way: None }
    }

    /// Begins to read; what an earlier reading would bring is no longer asked for.
    pub(super) fn begin(&mut self) {
        let load = Arc::clone(&self.load);
        self.under_way = Some(tokio::task::spawn_blocking(move || load()));
    }

    /// Waits for the reading under way, for ever when there is none. Dropped and called again it goes on waiting.
    pub(super) async fn read(&mut self) -> Read {
        let Some(reading) = &mut self.under_way else { return std::future::pending().await };
        let read = reading.await;
        self.under_way = None;
        read.unwrap_or_else(|error| Err(vec![Fault::whole("".as_ref(), format!("reading it broke off: {error}"))]))
    }
}
