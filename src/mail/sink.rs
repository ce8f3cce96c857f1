//! A mail server for tests on loopback, with faults on demand. It keeps what it accepted.
//!
//! Blocking sockets and a thread a connection: it works beside any runtime and none.

mod conversation;
mod script;
mod text;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

pub use script::{Act, Script, Step};

/// A message that the sink took responsibility for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// `Message-ID` without brackets; empty when there is none.
    pub message_id: String,
    /// Envelope sender.
    pub sender: String,
    /// Envelope recipient; a message for two is kept twice.
    pub recipient: String,
    /// As sent, dots unstuffed.
    pub bytes: Vec<u8>,
}

/// A listening server; dropped, it stops.
#[derive(Debug)]
pub struct Sink {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    script: Mutex<Script>,
    accepted: Mutex<Vec<Accepted>>,
    n_accepted: AtomicUsize,
    n_connections: AtomicUsize,
    is_stopped: AtomicBool,
}

impl Sink {
    /// Listens on a free port of loopback.
    ///
    /// # Errors
    /// No port or no thread to be had.
    pub fn start(script: Script) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            accepted: Mutex::default(),
            n_accepted: AtomicUsize::new(0),
            n_connections: AtomicUsize::new(0),
            is_stopped: AtomicBool::new(false),
        });
        let for_thread = shared.clone();
        std::thread::Builder::new().name("sink".to_owned()).spawn(move || listen(&listener, &for_thread))?;
        Ok(Self { address, shared })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What it accepted so far, in order.
    pub fn accepted(&self) -> Vec<Accepted> {
        lock(&self.shared.accepted).clone()
    }

    /// Messages accepted so far, those that were counted only included.
    pub fn n_accepted(&self) -> usize {
        self.shared.n_accepted.load(Ordering::SeqCst)
    }

    /// Connections so far.
    pub fn n_connections(&self) -> usize {
        self.shared.n_connections.load(Ordering::SeqCst)
    }

    /// From now on another script.
    pub fn set_script(&self, script: Script) {
        *lock(&self.shared.script) = script;
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.shared.is_stopped.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

impl Shared {
    pub(crate) fn is_stopped(&self) -> bool {
        self.is_stopped.load(Ordering::SeqCst)
    }

    fn count(&self, n: usize) {
        self.n_accepted.fetch_add(n, Ordering::SeqCst);
    }

    fn accept(&self, accepted: Accepted) {
        self.count(1);
        lock(&self.accepted).push(accepted);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn listen(listener: &TcpListener, shared: &Arc<Shared>) {
    for tcp in listener.incoming().flatten() {
        if shared.is_stopped() {
            return;
        }
        shared.n_connections.fetch_add(1, Ordering::SeqCst);
        let shared = shared.clone();
        let _ = std::thread::Builder::new().name("sink-conn".to_owned()).spawn(move || {
            let _ = tcp.set_nodelay(true);
            // Wakes up often enough to see that it shall stop.
            let _ = tcp.set_read_timeout(Some(Duration::from_millis(200)));
            let _ = tcp.set_write_timeout(Some(Duration::from_millis(200)));
            conversation::serve(tcp, &shared);
        });
    }
}

/// A stream with or without TLS.
pub(crate) trait Wire: Read + Write + Send {}

impl<T: Read + Write + Send> Wire for T {}
