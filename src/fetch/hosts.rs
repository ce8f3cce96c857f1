//! How many fetches run at once, in all and on one host, and how far apart they start on one host. A crowded or
//! slow host delays only its own feeds: a fetch takes one of the common places last, when its host is ready for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foldhash::fast::RandomState;
use jiff::SignedDuration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::unconstrained;
use tokio::time::Instant;
use url::Url;

use super::address::{AddressGuard, literal};
use super::unsigned;
use crate::domain::policy::HttpPolicy;
use crate::text::url::{is_this_machine, plain_host};

/// Hosts remembered before the idle ones are forgotten.
const HOSTS_KEPT: usize = 1024;

/// Lets fetches in, few at once and apart from each other on each host. Cheap to clone; clones share the count.
///
/// Waiting is first come, first served, in all and on each host. A waiter costs little beside its own task, so that
/// ten thousand feeds of one host may wait here; build the fetch itself only after [`HostGate::enter`].
#[derive(Clone)]
pub struct HostGate {
    gate: Arc<Gate>,
}

struct Gate {
    places: Arc<Semaphore>,
    per_host: usize,
    spacing: Duration,
    guard: AddressGuard,
    hosts: Mutex<Hosts>,
}

#[derive(Default)]
struct Hosts {
    by_name: HashMap<String, Arc<Host>, RandomState>,
    sweep_at: usize,
}

struct Host {
    places: Arc<Semaphore>,
    is_spaced: bool,
    /// Held while waiting for the moment of the next start, so that starts keep their order.
    turn: tokio::sync::Mutex<()>,
    times: Mutex<Times>,
}

#[derive(Clone, Copy, Default)]
struct Times {
    next_start: Option<Instant>,
    rest_until: Option<Instant>,
}

/// Leave to fetch; given back when dropped.
pub struct Permit {
    host: Arc<Host>,
    _host_place: Option<OwnedSemaphorePermit>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Permit {
    /// How much longer the host rests; a fetch must not go on while it does.
    pub fn resting(&self) -> Option<Duration> {
        self.host.resting()
    }
}

impl HostGate {
    /// A gate under `policy`.
    pub fn new(policy: &HttpPolicy) -> Self {
        let gate = Gate {
            places: Arc::new(Semaphore::new(policy.concurrency.max(1))),
            per_host: policy.per_host.max(1),
            spacing: unsigned(policy.host_spacing),
            guard: AddressGuard::new(policy.allow_networks.clone()),
            hosts: Mutex::default(),
        };
        Self { gate: Arc::new(gate) }
    }

    /// Waits until the host of `url` may be asked. At a resting host nobody waits: see [`Permit::resting`].
    pub async fn enter(&self, url: &str) -> Permit {
        // The runtime would put off all behind the first hundred that come at one moment, and wake the last of them first.
        unconstrained(self.wait(url)).await
    }

    async fn wait(&self, url: &str) -> Permit {
        let host = self.gate.host(url);
        // Neither semaphore is ever closed, so that both waits end with a permit.
        let host_place = Arc::clone(&host.places).acquire_owned().await.ok();
        let place = if host.is_spaced {
            let _turn = host.turn.lock().await;
            host.wait_for_start().await;
            let place = self.gate.place().await;
            host.started(self.gate.spacing);
            place
        } else {
            self.gate.place().await
        };
        Permit { host, _host_place: host_place, _place: place }
    }

    /// Lets the host of `url` rest: those who wait for it are let through at once and told so by their permit.
    pub fn rest(&self, url: &str, span: SignedDuration) {
        let host = self.gate.host(url);
        let mut times = lock(&host.times);
        times.rest_until = times.rest_until.max(Instant::now().checked_add(unsigned(span)));
    }
}

impl Gate {
    async fn place(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.places).acquire_owned().await.ok()
    }

    fn host(&self, url: &str) -> Arc<Host> {
        if let Some(host) = plain_host(url).and_then(|name| lock(&self.hosts).by_name.get(name).cloned()) {
            return host;
        }
        let parsed = Url::parse(url.trim()).ok();
        let name = parsed.as_ref().and_then(Url::host_str).unwrap_or_default();
        let mut hosts = lock(&self.hosts);
        if let Some(host) = hosts.by_name.get(name) {
            return Arc::clone(host);
        }
        hosts.sweep();
        let host = Arc::new(Host {
            places: Arc::new(Semaphore::new(self.per_host)),
            is_spaced: !self.spacing.is_zero() && parsed.as_ref().is_some_and(|url| self.is_public(url)),
            turn: tokio::sync::Mutex::default(),
            times: Mutex::default(),
        });
        hosts.by_name.insert(name.to_owned(), Arc::clone(&host));
        host
    }

    /// Names count as public but for `localhost`: what they resolve to is known only later.
    fn is_public(&self, url: &Url) -> bool {
        match literal(url) {
            Some(ip) => !ip.is_loopback() && !self.guard.names(ip),
            None => !url.domain().is_some_and(is_this_machine),
        }
    }
}

impl Hosts {
    /// Forgets hosts that nobody waits for and that owe no pause; rarely, so that entering stays cheap.
    fn sweep(&mut self) {
        if self.by_name.len() < self.sweep_at.max(HOSTS_KEPT) {
            return;
        }
        let now = Instant::now();
        self.by_name.retain(|_, host| Arc::strong_count(host) > 1 || host.times().ends_after(now));
        self.sweep_at = self.by_name.len() * 2;
    }
}

impl Host {
    fn times(&self) -> Times {
        *lock(&self.times)
    }

    fn resting(&self) -> Option<Duration> {
        let left = self.times().rest_until?.checked_duration_since(Instant::now())?;
        (!left.is_zero()).then_some(left)
    }

    async fn wait_for_start(&self) {
        match self.times().next_start {
            Some(at) if self.resting().is_none() => tokio::time::sleep_until(at).await,
            _ => {}
        }
    }

    fn started(&self, spacing: Duration) {
        if self.resting().is_none() {
            lock(&self.times).next_start = Instant::now().checked_add(spacing);
        }
    }
}

impl Times {
    fn ends_after(self, now: Instant) -> bool {
        self.next_start.max(self.rest_until).is_some_and(|at| at > now)
    }
}

/// A panic elsewhere leaves these values whole: they are only ever replaced.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
