//! The service: three loops beside each other, signals, and word to systemd.
//!
//! Each loop sleeps until the next thing is due or it is told otherwise, and stops only between two steps. A slow mail
//! server never delays a poll, and a slow host delays only itself.

mod visits;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, watch};

use crate::config::{Config, Fault};
use crate::pipeline::{self, Mode, Service, StepError};
use crate::store::StoreError;

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

/// Runs the service until SIGTERM or SIGINT. On SIGHUP `load` reads the configuration anew: a sound one takes over, a
/// faulty one is refused in words and the old one stays.
///
/// # Errors
/// When another instance holds the store, or the store fails.
pub async fn run(mut service: Service, load: impl Fn() -> Result<Config, Vec<Fault>>) -> Result<(), StepError> {
    loop {
        let lock = lock(&service.config.store.path)?;
        match run_loops(&service, &load).await? {
            End::Stop => return Ok(()),
            End::Reload(config) => {
                let clock = service.clock.clone();
                drop((service, lock));
                service = Service::open(*config, clock).await?;
            }
        }
    }
}

async fn run_loops(service: &Service, load: &impl Fn() -> Result<Config, Vec<Fault>>) -> Result<End, StepError> {
    let (stop, stopped) = watch::channel(false);
    let bell = Bell { stop: stopped, digest: Notify::new(), deliver: Notify::new() };
    let (n_feeds, n_audiences) = (service.config.feeds.len(), service.config.audiences.len());
    let words = format!("watching {n_feeds} feeds for {n_audiences} audiences");
    tell_systemd(&[NotifyState::Ready, NotifyState::Status(&words)]);
    tracing::info!(n_feeds, n_audiences, "ready");
    let loops = async {
        tokio::try_join!(
            visits::poll_loop(service, &bell),
            digest_loop(service, &bell),
            deliver_loop(service, &bell),
            care_loop(service, &bell)
        )
    };
    tokio::pin!(loops);
    let end = tokio::select! {
        ended = &mut loops => return ended.map(|_| End::Stop),
        end = wait_for_signal(load) => end,
    };
    let _ = stop.send(true);
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
        let reports = match pipeline::digest(service, None, Mode::Scheduled).await {
            Ok(reports) => reports,
            Err(StepError::Mail(error)) => {
                tracing::error!(error = %error, "the digest cannot be made into mail; nothing is marked as told");
                Vec::new()
            }
            Err(error) => return Err(error),
        };
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

async fn wait_for_signal(load: &impl Fn() -> Result<Config, Vec<Fault>>) -> End {
    let (Ok(mut term), Ok(mut int), Ok(mut hup)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()), signal(SignalKind::hangup()))
    else {
        tracing::error!("signals cannot be caught; the service ends only when it is killed");
        return std::future::pending().await;
    };
    loop {
        let name = tokio::select! {
            _ = term.recv() => "SIGTERM",
            _ = int.recv() => "SIGINT",
            _ = hup.recv() => match reload(load) {
                Some(config) => return End::Reload(Box::new(config)),
                None => continue,
            },
        };
        tracing::info!(signal = name, "stopping");
        tell_systemd(&[NotifyState::Stopping]);
        return End::Stop;
    }
}

/// The new configuration, if it is sound.
fn reload(load: &impl Fn() -> Result<Config, Vec<Fault>>) -> Option<Config> {
    tracing::info!("SIGHUP: reading the configuration anew");
    let since = NotifyState::monotonic_usec_now().ok();
    tell_systemd(&[Some(NotifyState::Reloading), since].into_iter().flatten().collect::<Vec<_>>());
    load()
        .inspect_err(|faults| {
            faults.iter().for_each(|fault| tracing::error!("{fault}"));
            tracing::error!(n_faults = faults.len(), "the new configuration has faults; the old one stays");
            tell_systemd(&[
                NotifyState::Ready,
                NotifyState::Status("the new configuration has faults; the old one stays"),
            ]);
        })
        .ok()
}

fn tell_systemd(states: &[NotifyState<'_>]) {
    // Without systemd there is nobody to tell.
    let _ = sd_notify::notify(states);
}

/// One service a store; a process that is killed loses the lock.
fn lock(store: &Path) -> Result<File, StepError> {
    let mut path = store.to_owned().into_os_string();
    path.push(".lock");
    let path = PathBuf::from(path);
    let file = File::create(&path).map_err(StoreError::Folder)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            Err(StepError::Busy(format!("another orbitwire runs on this store (it holds {})", path.display())))
        }
        Err(TryLockError::Error(error)) => Err(StoreError::Folder(error).into()),
    }
}
