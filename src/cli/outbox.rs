//! `outbox list|show|retry|drop`: mails by hand.

use serde_json::json;

use super::args::{Arguments, OutboxAction, StateName};
use super::output::{Failure, print, print_bytes, print_json};
use super::{open, present};
use crate::domain::MessageId;
use crate::domain::message::MessageState;
use crate::pipeline::Opening;
use crate::store::{OutboxRow, Store, is_locked};

/// Mails that one command handles at most.
const MAILS_MAX: usize = 1_000_000;

pub async fn run(arguments: &Arguments, action: &OutboxAction) -> Result<(), Failure> {
    match action {
        OutboxAction::List { state, limit } => list(arguments, state, *limit),
        OutboxAction::Show { message, raw } => show(arguments, message, *raw),
        OutboxAction::Retry { messages, waiting, given_up } => retry(arguments, messages, *waiting, *given_up).await,
        OutboxAction::Drop { messages } => give_up(arguments, messages).await,
    }
}

/// The mails that the keys name.
pub fn named(store: &Store, keys: &[String]) -> Result<Vec<MessageId>, Failure> {
    let mut ids = Vec::new();
    for key in keys {
        let found = store.messages_named(key)?;
        if found.is_empty() {
            return Err(Failure::words(format!(
                "no mail is named `{}`; `orbitwire outbox list` shows them by number",
                present::safe(key)
            )));
        }
        ids.extend(found);
    }
    Ok(ids)
}

fn list(arguments: &Arguments, states: &[StateName], limit: usize) -> Result<(), Failure> {
    let (config, store) = open::store(arguments)?;
    let states: Vec<MessageState> = states.iter().map(|state| state_of(*state)).collect();
    let mut rows = store.outbox(&states, limit)?;
    if !is_locked(&config.store.path, "deliver") {
        rows.iter_mut().for_each(left_behind);
    }
    if arguments.json {
        rows.iter().for_each(print_json);
    } else if rows.is_empty() {
        print("no mails\n");
    } else {
        rows.iter().for_each(|row| print(&line(row)));
    }
    Ok(())
}

/// An attempt that nobody makes any more: its process was killed over it, and the next delivery begins with it.
fn left_behind(row: &mut OutboxRow) {
    if row.state == MessageState::Sending.name() {
        row.state = MessageState::Uncertain.name().to_owned();
        row.reason = "its attempt was broken off; the same bytes go again".to_owned();
    }
}

fn show(arguments: &Arguments, key: &str, raw: bool) -> Result<(), Failure> {
    let (_, store) = open::store(arguments)?;
    for id in named(&store, std::slice::from_ref(&key.to_owned()))? {
        let bytes = store.message_bytes(id)?;
        if raw {
            print_bytes(&bytes);
            continue;
        }
        let Some(row) = store.outbox_row(id)? else { continue };
        let attempts = store.attempts(id)?;
        let head = head_of(&bytes);
        if arguments.json {
            print_json(&json!({ "message": row, "attempts": attempts, "n_bytes": bytes.len(), "head": head }));
            continue;
        }
        print(&line(&row));
        for attempt in &attempts {
            print(&present::attempt(attempt));
        }
        if bytes.is_empty() {
            print("\nits bytes are no longer kept (`[store] keep_mail_days`)\n");
        } else {
            print(&format!("\n{head}\n{} bytes in all; `--raw` prints them\n", bytes.len()));
        }
    }
    Ok(())
}

async fn retry(arguments: &Arguments, keys: &[String], waiting: bool, given_up: bool) -> Result<(), Failure> {
    let mut states = Vec::new();
    if waiting {
        states.extend([MessageState::Pending, MessageState::Uncertain]);
    }
    if given_up {
        states.extend([MessageState::Failed, MessageState::Expired]);
    }
    let refusal = "was sent or is under way; it is not sent twice";
    change(arguments, keys, &states, "due now", refusal, |store, id, now| store.retry_message(id, now)).await
}

async fn give_up(arguments: &Arguments, keys: &[String]) -> Result<(), Failure> {
    let refusal = "does not wait: it was sent, is under way, or is given up already";
    change(arguments, keys, &[], "dropped", refusal, |store, id, now| store.drop_message(id, now)).await
}

/// Changes the mails named and those in `states`, each in words; fails when one named cannot be changed.
async fn change(
    arguments: &Arguments,
    keys: &[String],
    states: &[MessageState],
    done: &'static str,
    refusal: &'static str,
    work: impl Fn(&mut Store, MessageId, jiff::Timestamp) -> Result<bool, crate::store::StoreError> + Send + 'static,
) -> Result<(), Failure> {
    let (_, looker) = open::store(arguments)?;
    let mut ids = named(&looker, keys)?;
    if !states.is_empty() {
        ids.extend(looker.outbox(states, MAILS_MAX)?.iter().rev().map(|row| MessageId(row.id)));
    }
    drop(looker);
    ids.dedup();
    let service = open::service(arguments, Opening::Looker).await?;
    let now = service.clock.now();
    let changed = service.store.with(move |store| {
        ids.into_iter().map(|id| Ok((id, work(store, id, now)?))).collect::<Result<Vec<_>, crate::store::StoreError>>()
    });
    let changed = changed.await?;
    for (id, is_changed) in &changed {
        if arguments.json {
            print_json(&json!({ "id": id.0, "changed": is_changed }));
        } else {
            print(&format!("M-{} {}\n", id.0, if *is_changed { done } else { refusal }));
        }
    }
    if changed.is_empty() && !arguments.json {
        print("no such mails\n");
    }
    let is_complete = keys.is_empty() || changed.iter().all(|(_, is_changed)| *is_changed);
    if is_complete { Ok(()) } else { Err(Failure::Said) }
}

/// One mail on a line, and below what was said of it.
fn line(row: &OutboxRow) -> String {
    let when = match (row.next_at, row.ended_at) {
        (Some(next), _) => format!("due {}", present::moment(next)),
        (None, Some(ended)) => format!("on {}", present::moment(ended)),
        (None, None) => String::new(),
    };
    let tries = present::counted(row.n_attempts as usize, "attempt", "attempts");
    let mut shown = format!(
        "M-{}  {:<9}  {}  {}  \"{}\"  {when}, {tries}\n",
        row.id,
        row.state,
        present::safe(&row.audience),
        present::safe(&row.to),
        present::safe(&row.subject)
    );
    if !row.reason.is_empty() {
        shown.push_str(&format!("      {}\n", present::safe(&row.reason)));
    }
    shown
}

/// The headers, safe on a terminal.
fn head_of(bytes: &[u8]) -> String {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default());
    head.lines()
        .map(|line| format!("{}{}\n", if line.starts_with([' ', '\t']) { " " } else { "" }, present::safe(line)))
        .collect()
}

fn state_of(name: StateName) -> MessageState {
    match name {
        StateName::Pending => MessageState::Pending,
        StateName::Sending => MessageState::Sending,
        StateName::Sent => MessageState::Sent,
        StateName::Uncertain => MessageState::Uncertain,
        StateName::Failed => MessageState::Failed,
        StateName::Expired => MessageState::Expired,
    }
}
