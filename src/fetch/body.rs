//! The body of an answer: all of it, decoded, within the limit, or none of it.

use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, CONTENT_LENGTH};

use super::hop::short;
use super::unpack::{GZIP, KNOWN_CODINGS, Packed, unpack, unpack_into, unpack_start};
use super::{Room, Rules, fault};
use crate::domain::feed::{FailureClass, PollFailure};

/// A body over this waits for one of a few places, which it keeps until it was read, so that memory stays bounded when
/// many are huge.
pub(super) const LARGE_BYTES: usize = 1024 * 1024;

/// Set aside at once for a body that says its size; a size that is a lie costs no more.
const RESERVED_BYTES_MAX: usize = 256 * 1024;

/// How long an error page may take: it is read only for the words of a bot wall.
const PAGE_TIME_MAX: Duration = Duration::from_secs(5);

/// How much of an error page is read, bytes.
const PAGE_BYTES_MAX: usize = 64 * 1024;

/// Reads the whole body; reading stops at the first byte over the limit, counted after decompression.
pub(super) async fn read(answer: &mut reqwest::Response, rules: &Rules) -> Result<(Vec<u8>, Room), PollFailure> {
    let coding = undecoded(answer);
    if let Some(coding) = coding.as_deref().filter(|coding| !KNOWN_CODINGS.contains(coding)) {
        return Err(not_unpacked(coding, Packed::Unknown, rules));
    }
    let announced = announced(answer);
    if announced > rules.body_bytes_max as u64 {
        return Err(too_large(rules));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or_default().min(RESERVED_BYTES_MAX));
    let mut room = Room::default();
    while let Some(chunk) = answer.chunk().await.map_err(|error| fault::of_body(&error, rules))? {
        if bytes.len() + chunk.len() > rules.body_bytes_max {
            return Err(too_large(rules));
        }
        if bytes.len() + chunk.len() > LARGE_BYTES {
            room.take(rules).await;
            bytes.reserve_exact(rules.body_bytes_max - bytes.len());
        }
        bytes.extend_from_slice(&chunk);
    }
    if let Some(coding) = coding {
        bytes = unpacked(&coding, bytes, rules, &mut room).await?;
    }
    match still_packed(&bytes) {
        true => Err(PollFailure::new(FailureClass::Decompress, "body is still compressed after decompression")),
        false => Ok((bytes, room)),
    }
}

/// A large body is unpacked beside the loops: ten megabytes would hold up every other feed.
async fn unpacked(coding: &str, bytes: Vec<u8>, rules: &Rules, room: &mut Room) -> Result<Vec<u8>, PollFailure> {
    let (small, bytes_max) = (rules.body_bytes_max.min(LARGE_BYTES), rules.body_bytes_max);
    let result = match unpack(coding, &bytes, small) {
        Err(Packed::TooLarge) if small < bytes_max => {
            room.take(rules).await;
            // The place goes along, because nobody can stop the work when the time is over.
            let (coding, held) = (coding.to_owned(), std::mem::take(room));
            // Set aside here and at once: each thread that allocates ten megabytes keeps them, and growing to them takes
            // up to three times as much; what is never written to costs nothing.
            let mut whole = Vec::with_capacity(bytes_max + 1);
            let unpacking = tokio::task::spawn_blocking(move || {
                (unpack_into(&mut whole, &coding, &bytes, bytes_max).map(|()| whole), held)
            });
            let (result, held) = unpacking.await.unwrap_or_else(|_| (Err(Packed::Damaged), Room::default()));
            *room = held;
            result
        }
        result => result,
    };
    result.map_err(|packed| not_unpacked(coding, packed, rules))
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
    match undecoded(answer) {
        Some(coding) => unpack_start(&coding, &bytes, PAGE_BYTES_MAX),
        None => bytes,
    }
}

/// The content coding that the client has left in place, because it does not know it.
fn undecoded(answer: &reqwest::Response) -> Option<String> {
    let values = answer.headers().get_all(CONTENT_ENCODING).iter();
    let mut codings = values.map(|value| String::from_utf8_lossy(value.as_bytes()).trim().to_ascii_lowercase());
    codings.find(|coding| !matches!(coding.as_str(), "" | "identity"))
}

fn not_unpacked(coding: &str, packed: Packed, rules: &Rules) -> PollFailure {
    match packed {
        Packed::TooLarge => too_large(rules),
        Packed::Damaged => {
            PollFailure::new(FailureClass::Decompress, format!("body cannot be decompressed: damaged `{coding}`"))
        }
        Packed::Unknown => {
            PollFailure::new(FailureClass::Decompress, format!("unknown Content-Encoding `{}`", short(coding)))
        }
    }
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

/// Packed twice, or packed without saying so: no feed begins with the mark of gzip or zstd.
fn still_packed(bytes: &[u8]) -> bool {
    bytes.starts_with(&GZIP) || bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
}
