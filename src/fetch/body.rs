//! The body of an answer: all of it, within the limit as it comes and again unpacked, or none of it.

use std::borrow::Cow;
use std::time::Duration;

use reqwest::header::{CONTENT_LENGTH, HeaderMap};

use super::coding::{Undone, undo};
use super::unpack::unpack_start;
use super::{Room, Rules, coding, fault};
use crate::domain::feed::{FailureClass, PollFailure};
use crate::text::bytes::room_for;

/// A body over this waits for one of a few places, which it keeps until it was read, so that memory stays bounded when
/// many are huge.
pub(super) const LARGE_BYTES: usize = 512 * 1024;

/// Set aside at once for a body that says its size; a size that is a lie costs no more.
const RESERVED_BYTES_MAX: usize = 256 * 1024;

/// How long an error page may take: it is read only for the words of a bot wall.
const PAGE_TIME_MAX: Duration = Duration::from_secs(5);

/// How much of an error page is read, bytes.
const PAGE_BYTES_MAX: usize = 64 * 1024;

/// Reads the whole body as it comes; reading stops at the first byte over the limit.
pub(super) async fn read(answer: &mut reqwest::Response, rules: &Rules) -> Result<(Vec<u8>, Room), PollFailure> {
    let announced = announced(answer);
    if announced > rules.body_bytes_max as u64 {
        return Err(too_large(rules));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or_default().min(RESERVED_BYTES_MAX));
    let mut room = Room::default();
    while let Some(chunk) = next(answer, rules).await? {
        let chunk = chunk.as_ref();
        if bytes.len() + chunk.len() > rules.body_bytes_max {
            return Err(too_large(rules));
        }
        if bytes.len() + chunk.len() > LARGE_BYTES {
            room.take(rules).await;
            bytes.reserve_exact(room_for(rules.body_bytes_max) - bytes.len());
        }
        bytes.extend_from_slice(chunk);
    }
    Ok((bytes, room))
}

/// The time is measured here, because the client's own goes on while a body waits for its place.
async fn next(answer: &mut reqwest::Response, rules: &Rules) -> Result<Option<impl AsRef<[u8]> + use<>>, PollFailure> {
    match tokio::time::timeout(rules.idle_timeout, answer.chunk()).await {
        Ok(chunk) => chunk.map_err(|error| fault::of_body(&error)),
        Err(_) => Err(fault::no_more(rules)),
    }
}

/// What the body is without its codings, to the same limit. A large one is unpacked beside the loops: ten megabytes
/// would hold up every other feed.
pub(super) async fn unpacked(
    headers: &HeaderMap,
    bytes: Vec<u8>,
    rules: &Rules,
    room: &mut Room,
) -> Result<Vec<u8>, PollFailure> {
    let codings = coding::named(headers);
    let (small, bytes_max) = (rules.body_bytes_max.min(LARGE_BYTES), rules.body_bytes_max);
    let result = match undo(&codings, &bytes, small, false) {
        Ok(Cow::Borrowed(_)) => return Ok(bytes),
        Err(Undone::TooLarge) if small < bytes_max => {
            room.take(rules).await;
            // The place goes along, because nobody can stop the work when the time is over.
            let held = std::mem::take(room);
            // Set aside at once, because growing to ten megabytes takes up to three times as much.
            let work = move || (undo(&codings, &bytes, bytes_max, true).map(Cow::into_owned), held);
            let stumbled = |_| (Err(Undone::Not("the decompressor failed on this body".to_owned())), Room::default());
            let (result, held) = tokio::task::spawn_blocking(work).await.unwrap_or_else(stumbled);
            *room = held;
            result
        }
        result => result.map(Cow::into_owned),
    };
    result.map_err(|undone| match undone {
        Undone::TooLarge => too_large(rules),
        Undone::Not(words) => PollFailure::new(FailureClass::Decompress, words),
    })
}

/// The beginning of an error page, as far as it comes quickly and undamaged.
pub(super) async fn page_start(answer: &mut reqwest::Response) -> Vec<u8> {
    let mut bytes = Vec::new();
    let read = async {
        while let Ok(Some(chunk)) = answer.chunk().await {
            let room = PAGE_BYTES_MAX - bytes.len();
            bytes.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if bytes.len() == PAGE_BYTES_MAX {
                break;
            }
        }
    };
    // A page that takes longer is judged by what has come.
    let _ = tokio::time::timeout(PAGE_TIME_MAX, read).await;
    let codings = coding::named(answer.headers());
    let unpacked =
        codings.first().filter(|_| codings.len() == 1).map(|name| unpack_start(name, &bytes, PAGE_BYTES_MAX));
    unpacked.filter(|unpacked| !unpacked.is_empty()).unwrap_or(bytes)
}

fn announced(answer: &reqwest::Response) -> u64 {
    let length = answer.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    length.unwrap_or_default()
}

fn too_large(rules: &Rules) -> PollFailure {
    let limit = rules.body_bytes_max;
    let words = match limit {
        _ if limit.is_multiple_of(1024 * 1024) => format!("{} MiB", limit / 1024 / 1024),
        _ if limit.is_multiple_of(1024) => format!("{} KiB", limit / 1024),
        _ => format!("{limit} bytes"),
    };
    PollFailure::new(FailureClass::TooLarge, format!("body over {words}"))
}
