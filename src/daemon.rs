//! The service: three loops beside each other, signals, and word to systemd.
//!
//! Each loop sleeps until the next thing is due or it is told otherwise, and stops only between two steps. A slow mail
//! server never delays a poll, and a slow host delays only itself.

mod lock;
mod signals;
mod systemd;
mod visits;

use std::fs::File;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};

use crate::clock::Clock;
use crate::config::{Config, Fault};
use crate::pipeline::{self, Mode, Service, StepError};
use signals::{Asked, Signals};

/// Looks again at least this often, whatever the clock did meanwhile.
const LOOK_EVERY: SignedDuration = SignedDuration::from_secs(60);
/// Between two looks at least this long, so that something due that cannot be done does not spin.
const LOOK_PAUSE: SignedDuration = SignedDuration::from_millis(200);
/// Work under way at a stop gets this long to reach a safe point.
const STOP_WITHIN: Duration = Duration::from_secs(8);
/// Texts that matched nothing are dropped in small batches so that no poll waits for it.
const DROP_BATCH: usize = 2_000;

/// Wakes loops and tells them to stop.
#[derive(Debug)]
struct Bell {
    stop: watch::Receiver<bool>,
    digest: Notify,
    deliver: Notify,
}

/// Why the loops ended.
enum End {
    Stop,
    Reload(Box<Config>),
}

/// Runs the service until SIGTERM or SIGINT. On SIGHUP `load` reads the configuration anew: a sound one takes over, one
/// that is faulty or cannot be put to work is refused in words and the old one stays.
///
/// # Errors
/// When another instance holds the store, or the store fails.
pub async fn run(
    mut config: Config,
    clock: Clock,
    load: impl Fn() -> Result<Config, Vec<Fault>>,
) -> Result<(), StepError> {
    let mut signals = Signals::catch();
    let mut before: Option<Config> = None;
    loop {
        let (lock, service) = match (open(config, clock.clone()).await, before.take()) {
            (Ok(opened), _) => opened,
            (Err(error), None) => return Err(error),
            (Err(error), Some(old)) => {
                tracing::error!(%error, "the new configuration cannot be put to work; the old one comes back");
                config = old;
                continue;
            }
        };
        match run_loops(&service, &mut signals, &load).await? {
            End::Stop => return Ok(()),
            End::Reload(new) => {
                before = Some(Config::clone(&service.config));
                config = *new;
            }
        }
        drop((service, lock));
    }
}

/// The lock first: who is refused must not have made the feeds of the store those of another configuration.
async fn open(config: Config, clock: Clock) -> Result<(File, Service), StepError> {
    let lock = lock::take(&config.store.path)?;
    Ok((lock, Service::open(config, clock).await?.counting()))
}

async fn run_loops(
    service: &Service,
    signals: &mut Signals,
    load: &impl Fn() -> Result<Config, Vec<Fault>>,
) -> Result<End, StepError> {
    let (stop, stopped) = watch::channel(false);
    let bell = Bell { stop: stopped, digest: Notify::new(), deliver: Notify::new() };
    let n_feeds = service.config.feeds.iter().filter(|feed| feed.enabled).count();
    let n_audiences = service.config.audiences.len();
    let words = format!("feeds watched: {n_feeds}, audiences: {n_audiences}");
    systemd::ready(&words);
    tracing::info!(n_feeds, n_audiences, "ready");
    let loops = async {
        tokio::try_join!(
            visits::poll_loop(service, &bell),
            digest_loop(service, &bell),
            deliver_loop(service, &bell),
            care_loop(service, &bell),
            alive_loop(service, &bell)
        )
    };
    tokio::pin!(loops);
    let mut end = tokio::select! {
        ended = &mut loops => return ended.map(|_| End::Stop),
        end = wait_for_signal(signals, load) => end,
    };
    let _ = stop.send(true);
    service.stop_between_messages();
    if let End::Reload(_) = end {
        // A reload can wait for a message that is being handed over: sent beside it by the next loops, it would go twice.
        tokio::select! {
            ended = &mut loops => return ended.map(|_| end),
            () = signals.stop_asked() => end = End::Stop,
        }
    }
    match tokio::time::timeout(STOP_WITHIN, loops).await {
        Ok(ended) => ended.map(|_| end),
        Err(_) => {
            tracing::warn!("work under way did not end in time and is left; nothing recorded is lost");
            Ok(end)
        }
    }
}

/// Decides who is told what, when the schedule says so or something new was found.
async fn digest_loop(service: &Service, bell: &Bell) -> Result<(), StepError> {
    while !bell.is_stopping() {
        let reports = pipeline::digest(service, None, Mode::Scheduled).await?;
        if reports.iter().any(|report| report.n_messages > 0) {
            bell.deliver.notify_one();
        }
        let next = reports.iter().filter_map(|report| report.look_again_at).min();
        tokio::select! {
            () = bell.sleep_until(service, next) => {}
            () = bell.digest.notified() => {}
        }
    }
    Ok(())
}

/// Hands over what is due.
async fn deliver_loop(service: &Service, bell: &Bell) -> Result<(), StepError> {
    while !bell.is_stopping() {
        match pipeline::deliver(service).await {
            Ok(_) => {}
            // Someone runs `orbitwire deliver` by hand, or the way out cannot be opened: the mails wait.
            Err(StepError::Busy(words)) => tracing::info!(reason = %words, "delivery waits"),
            Err(StepError::Mail(error)) => tracing::error!(error = %error, "the way out for mail cannot be opened"),
            Err(error) => return Err(error),
        }
        let next = service.store.with(|store| store.next_delivery_at()).await?;
        tokio::select! {
            () = bell.sleep_until(service, next) => {}
            () = bell.deliver.notified() => {}
        }
    }
    Ok(())
}

/// Forgets the texts that nobody needs any more, once an hour.
async fn care_loop(service: &Service, bell: &Bell) -> Result<(), StepError> {
    while !bell.is_stopping() {
        let kept_for = SignedDuration::from_hours(24 * i64::from(service.config.store.keep_text_days));
        let before = service.clock.now().saturating_sub(kept_for).unwrap_or(Timestamp::MIN);
        let n = service.store.with(move |store| store.drop_old_texts(before, DROP_BATCH)).await?;
        let pause = if n == DROP_BATCH { SignedDuration::from_secs(5) } else { SignedDuration::from_hours(1) };
        bell.sleep(pause).await;
    }
    Ok(())
}

/// Proves to systemd that the service moves, by way of the store's thread, which everything waits for in the end.
async fn alive_loop(service: &Service, bell: &Bell) -> Result<(), StepError> {
    let every = systemd::alive_every().and_then(|every| SignedDuration::try_from(every).ok());
    let Some(every) = every else { return Ok(()) };
    while !bell.is_stopping() {
        service.store.with(|_| Ok(())).await?;
        systemd::alive();
        bell.sleep(every).await;
    }
    Ok(())
}

impl Bell {
    fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Sleeps until `at` by the service's clock, [`LOOK_EVERY`] at most, or until told to stop.
    async fn sleep_until(&self, service: &Service, at: Option<Timestamp>) {
        let wait = at.map_or(LOOK_EVERY, |at| at.duration_since(service.clock.now()));
        self.sleep(wait.clamp(LOOK_PAUSE, LOOK_EVERY)).await;
    }

    async fn sleep(&self, wait: SignedDuration) {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = tokio::time::sleep(wait.unsigned_abs()) => {}
            _ = stop.wait_for(|stopping| *stopping) => {}
        }
    }
}

async fn wait_for_signal(signals: &mut Signals, load: &impl Fn() -> Result<Config, Vec<Fault>>) -> End {
    loop {
        match signals.next().await {
            Asked::Stop(signal) => {
                tracing::info!(signal, "stopping");
                systemd::stopping();
                return End::Stop;
            }
            Asked::Reload => {
                if let Some(config) = reload(load) {
                    return End::Reload(Box::new(config));
                }
            }
        }
    }
}

/// The new configuration, if it is sound.
fn reload(load: &impl Fn() -> Result<Config, Vec<Fault>>) -> Option<Config> {
    tracing::info!("SIGHUP: reading the configuration anew");
    systemd::reloading();
    load()
        .inspect_err(|faults| {
            faults.iter().for_each(|fault| tracing::error!("{fault}"));
            tracing::error!(n_faults = faults.len(), "the new configuration has faults; the old one stays");
            systemd::ready("the new configuration has faults; the old one stays");
        })
        .ok()
}
