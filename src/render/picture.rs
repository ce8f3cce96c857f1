//! The coverage of the last days as a PNG, drawn with two colours that stand out on light and on dark ground.

use crate::domain::digest::{CoverageDay, Digest, Occasion};
use crate::domain::message::Picture;

/// By which the HTML names the picture.
pub(super) const CONTENT_ID: &str = "coverage@orbitwire";

/// Pixels of a day's column, its gap included; twice what is shown, for sharp screens.
const COLUMN: usize = 48;
const GAP: usize = 8;
const HEIGHT: usize = 128;
/// A day without reports is a line, so that the days can be counted.
const BAR_MIN: usize = 4;

/// Ground, a day, the last day.
const PALETTE: [[u8; 3]; 3] = [[0xfd, 0xfd, 0xfe], [0x6f, 0x86, 0xa8], [0x2f, 0x7a, 0xd6]];
/// Only the ground lets through what is behind the picture.
const OPACITY: [u8; 3] = [0, 255, 255];

/// The picture that the HTML of a digest shows, if it shows one.
pub fn picture(digest: &Digest) -> Option<Picture> {
    let png = coverage(&digest.coverage).filter(|_| is_shown(digest))?;
    Some(Picture { content_id: CONTENT_ID.to_owned(), png })
}

/// Whether the coverage comes as a picture: a mail on developments is short and has no chart at all.
pub(super) fn is_shown(digest: &Digest) -> bool {
    let has_reports = digest.coverage.iter().any(|day| day.n > 0);
    digest.charts && has_reports && digest.occasion != Occasion::Development
}

/// The picture; `None` when there is nothing to draw. The same days give the same bytes.
fn coverage(days: &[CoverageDay]) -> Option<Vec<u8>> {
    let most = days.iter().map(|day| day.n).max().filter(|most| *most > 0)?;
    let width = days.len() * COLUMN;
    let mut pixels = vec![0; width * HEIGHT];
    for (nth, day) in days.iter().enumerate() {
        let colour = if nth + 1 == days.len() { 2 } else { 1 };
        let height = (day.n * HEIGHT).div_ceil(most).clamp(BAR_MIN, HEIGHT);
        for row in pixels.chunks_mut(width).skip(HEIGHT - height) {
            row[nth * COLUMN..(nth + 1) * COLUMN - GAP].fill(colour);
        }
    }
    encode(&pixels, u32::try_from(width).ok()?).ok()
}

fn encode(pixels: &[u8], width: u32) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, HEIGHT as u32);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette(PALETTE.concat());
    encoder.set_trns(OPACITY.to_vec());
    encoder.set_compression(png::Compression::High);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(counts: &[usize]) -> Vec<CoverageDay> {
        counts.iter().zip(1..).map(|(n, day)| CoverageDay { day: jiff::civil::date(2026, 11, day), n: *n }).collect()
    }

    /// The height of each day's bar, read back from the picture.
    fn heights(bytes: &[u8], n_days: usize) -> Vec<usize> {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let width = info.width as usize;
        let column = |day: usize| pixels.chunks(width).filter(|row| row[day * COLUMN + 1] != 0).count();
        (0..n_days).map(column).collect()
    }

    #[test]
    fn bars_stand_in_proportion_and_the_picture_is_small() {
        let bytes = coverage(&days(&[0, 1, 2, 4])).unwrap();
        assert_eq!(heights(&bytes, 4), [4, 32, 64, 128]);
        assert!(bytes.len() < 2000, "{}", bytes.len());
        assert_eq!(coverage(&days(&[0, 1, 2, 4])).unwrap(), bytes);
    }

    #[test]
    fn without_reports_there_is_none() {
        assert!(coverage(&days(&[0, 0])).is_none() && coverage(&[]).is_none());
    }
}
