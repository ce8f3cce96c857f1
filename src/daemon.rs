//! The service: loops beside each other, signals, a store that may fail for a while, and word to systemd.
//!
//! Each loop sleeps until the next thing is due or it is told otherwise, and stops only between two steps. A slow mail
//! server never delays a poll, and a slow host delays only itself.

mod anew;
mod bell;
mod board;
mod lock;
mod loops;
mod pause;
mod signals;
mod systemd;
mod visits;

use std::time::Duration;

use tokio::task::JoinHandle;

use crate::clock::Clock;
use crate::config::{Config, Fault};
use crate::domain::policy::{Listen, Transport};
use crate::pipeline::{Part, Pulse, Service, StepError, Unrecorded};
use crate::web::Door;
use anew::Anew;
use bell::Bell;
use board::Board;
use lock::Lock;
use pause::{Pause, is_passing, is_shortage, with_way_back};
use signals::{Asked, Signals};

pub use board::State;
pub use lock::state;

/// Work under way at a stop gets this long to reach a safe point.
const STOP_WITHIN: Duration = Duration::from_secs(5);
/// A transaction with a mail server takes no longer than this many of its waits.
const HANDOVER_WAITS: u32 = 20;

/// Why the loops ended.
enum End {
    Stop,
    Reload(Box<Config>),
    /// It lasted: the store is on trial no longer.
    Sound,
}

/// Runs the service until SIGTERM or SIGINT. On SIGHUP `load` reads the configuration anew: a sound one takes over, one
/// that is faulty or cannot be put to work is refused in words and the old one stays. While the store cannot be written
/// the service waits.
///
/// # Errors
/// When another instance holds the store, the store cannot be opened at the start, or it is damaged.
pub async fn run(
    config: Config,
    clock: Clock,
    load: impl Fn() -> Result<Config, Vec<Fault>> + Send + Sync + 'static,
) -> Result<(), StepError> {
    let mut daemon = Daemon {
        board: Board::new(clock.clone()),
        clock,
        config,
        before: None,
        lock: None,
        pause: None,
        pulse: Pulse::default(),
        unrecorded: Unrecorded::default(),
        door: None,
        signals: Signals::catch(),
        anew: Anew::new(load),
    };
    let (board, pulse) = (daemon.board.clone(), daemon.pulse.clone());
    tokio::select! {
        ended = daemon.drive() => ended,
        () = systemd::watch(&board, &pulse) => Ok(()),
    }
}

struct Daemon {
    config: Config,
    /// The configuration that worked before this one.
    before: Option<Config>,
    clock: Clock,
    board: Board,
    pulse: Pulse,
    unrecorded: Unrecorded,
    lock: Option<Lock>,
    pause: Option<Pause>,
    door: Option<(Listen, JoinHandle<()>)>,
    signals: Signals,
    anew: Anew,
}

impl Daemon {
    async fn drive(&mut self) -> Result<(), StepError> {
        loop {
            let failed = match self.open().await {
                Ok(service) => match self.work(&service).await {
                    Ok(End::Reload(new)) => {
                        self.before = Some(std::mem::replace(&mut self.config, *new));
                        continue;
                    }
                    Ok(_) => return Ok(()),
                    Err(error) => error,
                },
                Err(error) => match self.before.take() {
                    Some(old) => {
                        self.refuse(&format!("the old one comes back, this one cannot be put to work: {error}"));
                        self.config = old;
                        continue;
                    }
                    None if self.pause.is_some() || is_shortage(&error) => error,
                    None => return Err(error),
                },
            };
            if !is_passing(&failed) {
                return Err(with_way_back(failed, &self.config));
            }
            if !self.wait(&failed).await {
                return Ok(());
            }
        }
    }

    /// The lock first: who is refused must not have made the feeds of the store those of another configuration.
    async fn open(&mut self) -> Result<Service, StepError> {
        if !self.lock.as_ref().is_some_and(|lock| lock.is_of(&self.config.store.path)) {
            self.lock = Some(Lock::take(&self.config.store.path)?);
        }
        systemd::publish(&self.board, self.lock.as_ref());
        let mut service = Service::open(self.config.clone(), self.clock.clone()).await?.counting();
        let now = self.clock.now();
        match &mut self.pause {
            Some(pause) => {
                service.store.with(move |store| store.probe(now)).await?;
                pause.opened();
            }
            // A start or a new configuration: somebody may have mended the way out for mail.
            None => drop(service.store.with(move |store| store.wake_outbox(now)).await?),
        }
        let handover = match &self.config.mail.transport {
            Transport::Smtp(smtp) => smtp.timeout.unsigned_abs() * HANDOVER_WAITS,
            _ => Duration::ZERO,
        };
        self.pulse.allow(Part::Deliver, handover);
        self.open_door().await?;
        service.pulse = self.pulse.clone();
        service.unrecorded = self.unrecorded.clone();
        Ok(service)
    }

    /// Opens the door for monitoring, unless it is open already.
    async fn open_door(&mut self) -> Result<(), StepError> {
        let wanted = self.config.web.clone();
        if self.door.as_ref().map(|(listen, _)| listen) == wanted.as_ref() {
            return Ok(());
        }
        if let Some((_, serving)) = self.door.take() {
            serving.abort();
            // The address is free only once it has ended.
            let _ = serving.await;
        }
        if let Some(listen) = wanted {
            let taken = |error| StepError::Busy(format!("`web.listen` {listen} cannot be opened: {error}"));
            let door = Door::open(&listen).await.map_err(taken)?;
            let board = self.board.clone();
            let serving = tokio::spawn(door.serve(move || board.snapshot()));
            self.door = Some((listen, serving));
        }
        Ok(())
    }

    async fn work(&mut self, service: &Service) -> Result<End, StepError> {
        let bell = Bell::new(self.board.clone(), self.pulse.clone(), systemd::nap_max());
        let n_feeds = service.config.feeds.iter().filter(|feed| feed.enabled).count();
        let n_audiences = service.config.audiences.len();
        systemd::ready(&format!("feeds watched: {n_feeds}, audiences: {n_audiences}"));
        if self.pause.is_none() {
            tracing::info!(n_feeds, n_audiences, "ready");
        }
        let loops = loops::run(service, &bell);
        tokio::pin!(loops);
        let mut end = loop {
            let trial = self.pause.as_ref().map(Pause::trial);
            let asked = tokio::select! {
                ended = &mut loops => return ended.map(|()| End::Stop),
                end = self.next_signal() => end,
                () = sleep_if(trial) => End::Sound,
            };
            match (asked, self.pause.take()) {
                (End::Sound, Some(pause)) => {
                    if let Some(words) = pause.end(&self.board) {
                        let now = self.clock.now();
                        service.store.with(move |store| store.add_own_notice(&words, now)).await?;
                    }
                    systemd::publish(&self.board, self.lock.as_ref());
                }
                (End::Sound, None) => {}
                (end, pause) => {
                    self.pause = pause;
                    break end;
                }
            }
        };
        service.stop_between_messages();
        bell.deliver.notify_one();
        // A reload can wait for a message that is being handed over: sent beside it by the next loops, it would go twice.
        // Feeds are polled meanwhile, for a mail server may take ten minutes; what else is asked for holds.
        while let End::Reload(_) = end {
            tokio::select! {
                ended = &mut loops => return ended.map(|()| end),
                () = bell.delivered.notified() => bell.ring_stop(),
                next = self.next_signal() => end = next,
            }
        }
        bell.ring_stop();
        tokio::select! {
            ended = &mut loops => return ended.map(|()| end),
            () = tokio::time::sleep(STOP_WITHIN) => {}
            () = self.signals.stop_asked() => {}
        }
        tracing::warn!("work under way did not end in time and is left; nothing recorded is lost");
        Ok(end)
    }

    /// Waits while the store cannot be written; false when told to stop.
    async fn wait(&mut self, error: &StepError) -> bool {
        let pause = Pause::go_on(self.pause.take(), error, &self.board);
        systemd::publish(&self.board, self.lock.as_ref());
        // Ready as far as it can be: systemd must not end a start that only waits.
        systemd::ready(&self.board.words());
        let until = tokio::time::Instant::now() + pause.wait();
        self.pause = Some(pause);
        tokio::select! {
            () = tokio::time::sleep_until(until) => true,
            end = self.next_signal() => {
                let new = if let End::Reload(new) = end { Some(*new) } else { None };
                new.map(|new| self.config = new).is_some()
            }
        }
    }

    async fn next_signal(&mut self) -> End {
        loop {
            tokio::select! {
                asked = self.signals.next() => match asked {
                    Asked::Stop(signal) => {
                        tracing::info!(signal, "stopping");
                        systemd::stopping();
                        return End::Stop;
                    }
                    Asked::Reload => {
                        tracing::info!("SIGHUP: reading the configuration anew");
                        systemd::reloading();
                        self.anew.begin();
                    }
                },
                read = self.anew.read() => {
                    if let Some(config) = self.taken(read) {
                        return End::Reload(Box::new(config));
                    }
                }
            }
        }
    }

    /// The new configuration, if it is sound.
    fn taken(&mut self, read: anew::Read) -> Option<Config> {
        match read {
            Ok(config) => {
                self.board.change(|state| state.refused = None);
                Some(config)
            }
            Err(faults) => {
                faults.iter().for_each(|fault| tracing::error!("{fault}"));
                let first = faults.first().map(ToString::to_string).unwrap_or_default();
                self.refuse(&format!("the old one stays; faults: {}, the first: {first}", faults.len()));
                None
            }
        }
    }

    /// Tells that the new configuration is not taken.
    fn refuse(&mut self, why: &str) {
        tracing::error!(reason = %why, "the new configuration is refused");
        self.board.change(|state| state.refused = Some(why.to_owned()));
        systemd::publish(&self.board, self.lock.as_ref());
        systemd::ready(&self.board.words());
    }
}

async fn sleep_if(wait: Option<Duration>) {
    match wait {
        Some(wait) => tokio::time::sleep(wait).await,
        None => std::future::pending().await,
    }
}
