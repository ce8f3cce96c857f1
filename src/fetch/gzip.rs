//! Files of gzip (RFC 1952), read to the end of what was packed: with heads of any length, of several members, and
//! also where the eight bytes behind the last one were lost.

use std::io::Read;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::unpack::Packed;
use crate::text::bytes::room_for;

/// How a member begins.
pub(super) const MARK: [u8; 2] = [0x1f, 0x8b];

/// Checksum and length behind a member, bytes.
const TRAILER_BYTES: usize = 8;

/// No byte of a deflated stream stands for more.
const RATIO_MAX: usize = 1032;

/// Every member, one behind the other (section 2.2), to at most `bytes_max`; what follows them and is none is padding.
pub(super) fn members(unpacked: &mut Vec<u8>, mut bytes: &[u8], bytes_max: usize) -> Result<(), Packed> {
    unpacked.reserve_exact(room_for(claimed(bytes).min(bytes_max + 1)));
    loop {
        let start = unpacked.len();
        let mut member = DeflateDecoder::new(behind_head(bytes).ok_or(Packed::Damaged)?);
        let room = (bytes_max + 1).saturating_sub(start);
        member.by_ref().take(room as u64).read_to_end(unpacked).map_err(|_| Packed::Damaged)?;
        if unpacked.len() > bytes_max {
            return Err(Packed::TooLarge);
        }
        let Some((trailer, rest)) = member.into_inner().split_at_checked(TRAILER_BYTES) else {
            // The stream itself says where it ends, so that nothing is missing but the proof.
            return Ok(());
        };
        if !is_sum_of(trailer, unpacked.get(start..).unwrap_or_default()) {
            return Err(Packed::Damaged);
        }
        if !rest.starts_with(&MARK) {
            return Ok(());
        }
        bytes = rest;
    }
}

/// What the last member says it comes to (section 2.3.1), and no more than can be in so many bytes.
fn claimed(bytes: &[u8]) -> usize {
    let claimed = bytes.last_chunk().map_or(0, |length| u32::from_le_bytes(*length) as usize);
    claimed.min(bytes.len().saturating_mul(RATIO_MAX))
}

/// As much of the first member as there is.
pub(super) fn start(bytes: &[u8]) -> Option<impl Read> {
    behind_head(bytes).map(DeflateDecoder::new)
}

/// What follows the head (section 2.3), whose names and comments may be as long as their writer liked and which may say
/// the time; nothing where it is no gzip.
pub(super) fn behind_head(bytes: &[u8]) -> Option<&[u8]> {
    let (head, mut rest) = bytes.split_at_checked(10)?;
    let [0x1f, 0x8b, 8, flags, ..] = *head else { return None };
    if flags & 4 != 0 {
        let (length, extra) = rest.split_at_checked(2)?;
        rest = extra.get(usize::from(u16::from_le_bytes(length.try_into().ok()?))..)?;
    }
    for text in [8, 16] {
        if flags & text != 0 {
            rest = rest.get(memchr::memchr(0, rest)? + 1..)?;
        }
    }
    if flags & 2 != 0 { rest.get(2..) } else { Some(rest) }
}

fn is_sum_of(trailer: &[u8], unpacked: &[u8]) -> bool {
    let mut crc = Crc::new();
    crc.update(unpacked);
    let length = u32::try_from(unpacked.len() & 0xffff_ffff).unwrap_or_default();
    [crc.sum().to_le_bytes(), length.to_le_bytes()].concat() == trailer
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::write::GzEncoder;
    use flate2::{Compression, GzBuilder};

    use super::*;

    const TEXT: &[u8] = b"<rss><channel><title>a feed</title></channel></rss>";

    fn packed(text: &[u8], head: GzBuilder) -> Vec<u8> {
        let mut gzip: GzEncoder<Vec<u8>> = head.write(Vec::new(), Compression::fast());
        gzip.write_all(text).unwrap();
        gzip.finish().unwrap()
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        packed(text, GzBuilder::new())
    }

    fn check(bytes: &[u8], bytes_max: usize, expected: Result<&[u8], Packed>) {
        let mut unpacked = Vec::new();
        let result = members(&mut unpacked, bytes, bytes_max).map(|()| &unpacked[..]);
        assert_eq!(result, expected);
    }

    #[test]
    fn a_file_of_several_members_is_all_of_them() {
        let members = [gzip(&TEXT[..20]), gzip(b""), gzip(&TEXT[20..])].concat();
        check(&members, 1000, Ok(TEXT));
        check(&members, TEXT.len(), Ok(TEXT));
        check(&members, TEXT.len() - 1, Err(Packed::TooLarge));
        check(&[&members[..], &[0; 512]].concat(), 1000, Ok(TEXT));
    }

    #[test]
    fn a_head_may_be_as_long_as_it_likes() {
        let long = GzBuilder::new().extra(vec![1; 60_000]).filename(vec![b'n'; 100_000]).comment(vec![b'c'; 100_000]);
        check(&packed(TEXT, long), 1000, Ok(TEXT));
        let head = [&[0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 0][..], &[b'n'; 100]].concat();
        check(&head, 1000, Err(Packed::Damaged));
    }

    #[test]
    fn a_lost_trailer_costs_nothing_and_a_lost_end_everything() {
        let whole = gzip(TEXT);
        for n_lost in 1..=TRAILER_BYTES {
            check(&whole[..whole.len() - n_lost], 1000, Ok(TEXT));
        }
        check(&whole[..whole.len() - TRAILER_BYTES - 1], 1000, Err(Packed::Damaged));
        check(&whole[..9], 1000, Err(Packed::Damaged));
    }

    #[test]
    fn a_sum_or_length_that_is_another_is_damage() {
        for back in [1, TRAILER_BYTES] {
            let mut wrong = gzip(TEXT);
            let at = wrong.len() - back;
            wrong[at] ^= 1;
            check(&wrong, 1000, Err(Packed::Damaged));
        }
    }
}
