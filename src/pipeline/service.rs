//! What the three steps share: configuration, clock, store and the edges.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::TryFutureExt;
use jiff::Timestamp;
use tokio::sync::{OnceCell, Semaphore};

use super::desk::Desk;
use super::load::renderer_or_first_fault;
use super::pulse::Pulse;
use super::stops::{Stopped, Stops};
use super::unrecorded::Unrecorded;
use crate::clock::Clock;
use crate::config::Config;
use crate::fetch::hosts::HostGate;
use crate::fetch::{FetchSetupError, Fetcher};
use crate::mail::{MailError, Mailer};
use crate::render::{RenderError, Renderer};
use crate::store::{Handle, Store, StoreError, lock};

/// Documents read at once: reading is pure computing, and more than the cores would only cost memory.
pub(super) const READERS: u32 = 2;

/// Documents between the network and the store beyond those being fetched: they are what takes memory.
const IN_HAND: usize = 8;
/// Visits without a document that may take the place of one with a document.
pub(super) const BARE_VISITS: u32 = 16;

/// A fault that ends a step. A feed's or a recipient's failure is none of these: it is data.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// The store failed: nothing can be promised any more.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The HTTP client cannot be set up.
    #[error(transparent)]
    Fetch(#[from] FetchSetupError),
    /// Mail cannot be made or its way out not be opened.
    #[error(transparent)]
    Mail(#[from] MailError),
    /// The digest cannot be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The templates of the configuration cannot be used.
    #[error("{0}")]
    Templates(String),
    /// Another process holds a lock.
    #[error("{0}")]
    Busy(String),
    /// A test pulled the plug.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Everything a step needs; cheap to clone.
#[derive(Clone)]
pub struct Service {
    /// What is configured.
    pub config: Arc<Config>,
    /// Where time comes from.
    pub clock: Clock,
    /// The store's thread.
    pub store: Handle,
    /// Where tests pull the plug.
    pub stops: Stops,
    /// Where steps say that they move.
    pub pulse: Pulse,
    /// What the store could not take yet.
    pub unrecorded: Unrecorded,
    pub(super) tells_items: bool,
    pub(super) is_stopping: Arc<AtomicBool>,
    pub(super) fetcher: Fetcher,
    pub(super) gate: HostGate,
    /// Answers between the network and the store: what is fetched quicker than it can be recorded waits outside.
    pub(super) in_hand: Arc<Semaphore>,
    pub(super) readers: Arc<Semaphore>,
    /// Own headers of the feeds that have any, by configured URL.
    pub(super) headers: Arc<HashMap<String, Vec<(String, String)>>>,
    /// Held only on the store's thread.
    pub(super) desk: Arc<Mutex<Desk>>,
    pub(super) renderer: Arc<Renderer>,
    mailer: Arc<OnceCell<Mailer>>,
}

/// How a store is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// By the service: the store's feeds and audiences become those of the configuration.
    Master,
    /// By a command: the same, unless the service runs on this store; then its configuration stands.
    Guest,
    /// Only to look: nothing is changed.
    Looker,
}

fn headers(config: &Config) -> HashMap<String, Vec<(String, String)>> {
    let own = config.feeds.iter().filter(|feed| !feed.headers.is_empty());
    own.map(|feed| (feed.url.clone(), feed.headers.clone())).collect()
}

impl Service {
    /// Opens the store, makes its feeds and audiences those of the configuration, and sets up the edges.
    ///
    /// # Errors
    /// When the store or the HTTP client cannot be set up.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, StepError> {
        Self::open_as(config, clock, Opening::Master).await
    }

    /// The same as a guest or a looker-on, see [`Opening`].
    ///
    /// # Errors
    /// When the store or the HTTP client cannot be set up.
    pub async fn open_as(config: Config, clock: Clock, opening: Opening) -> Result<Self, StepError> {
        let renderer = Arc::new(renderer_or_first_fault(&config)?);
        let mut store = Store::open_with(&config.store.path, &config.store.backup_directory)?;
        let now = clock.now();
        let may_change = match opening {
            Opening::Master => true,
            // Held only while the configuration is written: the service is not kept from starting.
            Opening::Guest => lock(&config.store.path, "run")?.is_some(),
            Opening::Looker => false,
        };
        if may_change {
            store.transaction(|store| {
                store.sync_feeds(&config.feeds)?;
                store.sync_audiences(&config.audiences, now)?;
                store.forget_future(now)
            })?;
        }
        Ok(Self {
            fetcher: Fetcher::new(&config.http)?,
            gate: HostGate::new(&config.http),
            in_hand: Arc::new(Semaphore::new((config.http.concurrency + IN_HAND) * BARE_VISITS as usize)),
            headers: Arc::new(headers(&config)),
            readers: Arc::new(Semaphore::new(READERS as usize)),
            desk: Arc::new(Mutex::new(Desk::new(&config))),
            renderer,
            mailer: Arc::default(),
            store: Handle::start(store)?,
            stops: Stops::default(),
            pulse: Pulse::default(),
            unrecorded: Unrecorded::default(),
            tells_items: true,
            is_stopping: Arc::default(),
            config: Arc::new(config),
            clock,
        })
    }

    /// The same with reports that count the new items but do not hold them: the texts of ten thousand feeds are much
    /// to carry for nobody.
    #[must_use]
    pub fn counting(self) -> Self {
        Self { tells_items: false, ..self }
    }

    /// Digests rendered since the start: one for each that was composed, however many recipients it has.
    pub fn n_rendered(&self) -> usize {
        self.renderer.n_rendered()
    }

    /// Lets a delivery under way end behind the message in hand.
    pub fn stop_between_messages(&self) {
        self.is_stopping.store(true, Ordering::SeqCst);
    }

    /// Whether that was asked for.
    pub fn stops_between_messages(&self) -> bool {
        self.is_stopping.load(Ordering::SeqCst)
    }

    /// The way out for mail, opened when first needed.
    pub(super) async fn mailer(&self) -> Result<&Mailer, StepError> {
        Ok(self.mailer.get_or_try_init(|| async { Mailer::open(&self.config.mail) }).await?)
    }

    /// Runs `work` with the store and the desk in one transaction.
    pub(super) fn at_desk<T, F>(&self, work: F) -> impl Future<Output = Result<T, StepError>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnOnce(&mut Store, &mut Desk) -> Result<T, StoreError> + Send + 'static,
    {
        let (desk, now) = (self.desk.clone(), self.clock.now());
        self.store.with(move |store| with_desk(store, &desk, now, work)).map_err(StepError::from)
    }

    /// The same for work that may be done a second time, see [`Handle::with_again`].
    pub(super) fn at_desk_again<T, F>(
        &self,
        mut work: F,
    ) -> impl Future<Output = Result<T, StepError>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: FnMut(&mut Store, &mut Desk) -> Result<T, StoreError> + Send + 'static,
    {
        let (desk, now) = (self.desk.clone(), self.clock.now());
        self.store.with_again(move |store| with_desk(store, &desk, now, &mut work)).map_err(StepError::from)
    }
}

fn with_desk<T>(
    store: &mut Store,
    desk: &Mutex<Desk>,
    now: Timestamp,
    work: impl FnOnce(&mut Store, &mut Desk) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    // A panic under the lock leaves an index that may be half changed; it is made anew.
    let mut desk = desk.lock().unwrap_or_else(|poisoned| {
        desk.clear_poison();
        let mut desk = poisoned.into_inner();
        desk.forget();
        desk
    });
    desk.catch_up(store, now)?;
    let done = work(store, &mut desk);
    if done.is_err() {
        desk.forget();
    }
    done
}
