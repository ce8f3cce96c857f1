//! A small SMTP client (RFC 5321) that no server can hold, fill or fool.
//!
//! It works with blocking sockets on a thread of its own. Every read and write has a deadline, every line and reply a
//! limit of bytes, and the whole of a transaction a limit of time: `wire`. One envelope has one recipient, so that the
//! fate of one never touches another. A connection is kept for the next message; one that died meanwhile is replaced
//! once, unless the message was already handed over.

mod auth;
mod envelope;
mod fault;
mod found;
mod reply;
mod server;
mod session;
mod tls;
mod veil;
mod wire;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use tokio::sync::oneshot;

use super::MailError;
use crate::domain::message::{Attempt, Message};
use crate::domain::policy::SmtpSettings;
use fault::Fault;
use found::Found;
use server::Server;
use session::Session;

/// An idle connection is closed after this long, before servers lose patience.
const IDLE_MAX: Duration = Duration::from_secs(20);

/// The handle of the mail thread; it ends when the handle is dropped.
#[derive(Debug)]
pub(super) struct Smtp {
    jobs: Sender<Job>,
    server: Arc<Server>,
}

struct Job {
    message: Message,
    done: oneshot::Sender<Attempt>,
}

impl Smtp {
    /// Checks the settings and starts the thread.
    pub(super) fn open(settings: &SmtpSettings) -> Result<Self, MailError> {
        let server = Arc::new(Server::new(settings)?);
        let (jobs, queue) = channel();
        let thread = std::thread::Builder::new().name("mail".to_owned());
        let for_thread = Arc::clone(&server);
        thread.spawn(move || work(&for_thread, &queue)).map_err(MailError::Thread)?;
        Ok(Self { jobs, server })
    }

    /// Greets the server as for a message, logs in, and says good-bye.
    pub(super) async fn probe(&self) -> Result<Found, String> {
        let server = Arc::clone(&self.server);
        let look = move || {
            Session::open(&server).map(|session| {
                let found = session.found();
                session.quit();
                found
            })
        };
        match tokio::task::spawn_blocking(look).await {
            Ok(Ok(found)) => Ok(found),
            Ok(Err(fault)) => Err(format!("{}: {}", self.server.words(), fault.into_attempt().words())),
            Err(_) => Err("the probe stumbled".to_owned()),
        }
    }

    /// One attempt; waits for those before it.
    pub(super) async fn deliver(&self, message: &Message) -> Attempt {
        let (done, attempt) = oneshot::channel();
        let job = Job { message: message.clone(), done };
        let gone = || Attempt::Later { reason: "the mail thread has ended".to_owned() };
        if self.jobs.send(job).is_err() {
            return gone();
        }
        attempt.await.unwrap_or_else(|_| gone())
    }
}

fn work(server: &Server, queue: &Receiver<Job>) {
    let mut kept: Option<Session> = None;
    loop {
        match queue.recv_timeout(IDLE_MAX) {
            Ok(job) => {
                let attempt = catch_unwind(AssertUnwindSafe(|| attempt(server, &mut kept, &job.message)));
                let panicked = |_| Attempt::Later { reason: "the mail thread stumbled over this message".to_owned() };
                // Nobody waits any more when the service is stopping; the row stays counted as tried.
                let _ = job.done.send(attempt.unwrap_or_else(panicked));
            }
            Err(RecvTimeoutError::Timeout) => quit(kept.take()),
            Err(RecvTimeoutError::Disconnected) => return quit(kept.take()),
        }
    }
}

fn quit(session: Option<Session>) {
    if let Some(session) = session {
        session.quit();
    }
}

fn attempt(server: &Server, kept: &mut Option<Session>, message: &Message) -> Attempt {
    if let Some(mut session) = kept.take() {
        match session.deliver(message) {
            // Nothing was handed over: the connection had died of age, or the server has enough of it (some count
            // messages), and a fresh one may try.
            Err(fault) if !session.handed_over && (fault.ends_session() || session.refused_at_once) => {}
            result => return finish(result, session, kept),
        }
    }
    match Session::open(server) {
        Ok(mut session) => finish(session.deliver(message), session, kept),
        Err(fault) => fault.into_unopened(),
    }
}

fn finish(result: Result<String, Fault>, session: Session, kept: &mut Option<Session>) -> Attempt {
    if !result.as_ref().is_err_and(Fault::ends_session) {
        *kept = Some(session);
    }
    match result {
        Ok(answer) => Attempt::Sent { answer },
        Err(fault) => fault.into_attempt(),
    }
}

#[cfg(test)]
mod tests;
