//! The coverage of the last days as the templates see it: bars of a table, bars of letters, and the same in words.

use serde::Serialize;

use super::super::words::Words;
use crate::domain::digest::CoverageDay;

/// Height of the tallest bar, pixels.
const HEIGHT: usize = 44;

/// Letters of rising height.
const LETTERS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Reports a day.
#[derive(Debug, Serialize)]
pub(super) struct Chart {
    /// Oldest first.
    days: Vec<Day>,
    /// The same as letters, one a day.
    letters: String,
    /// `11 Nov`, the first day.
    from: String,
    /// `24 Nov`, the last day.
    to: String,
    /// `61 reports in 14 days, most on 19 Nov (12), 7 today`.
    words: String,
    /// Height of the drawing, pixels.
    height: usize,
}

/// A bar.
#[derive(Debug, Serialize)]
struct Day {
    label: String,
    n: usize,
    /// Pixels; no day is without a line, so that the days can be counted.
    height: usize,
    is_last: bool,
}

/// The chart; none when nothing was reported in all these days.
pub(super) fn chart(coverage: &[CoverageDay], w: &Words) -> Option<Chart> {
    let most = coverage.iter().rev().max_by_key(|day| day.n).filter(|day| day.n > 0)?;
    let last = coverage.last()?;
    let n_all: usize = coverage.iter().map(|day| day.n).sum();
    let label = |day: &CoverageDay| w.date(day.day);
    let letter = |n: usize| LETTERS.get((n * (LETTERS.len() - 1)).div_ceil(most.n)).copied().unwrap_or('█');
    Some(Chart {
        days: coverage
            .iter()
            .map(|day| Day {
                label: label(day),
                n: day.n,
                height: (day.n * HEIGHT).div_ceil(most.n).max(2),
                is_last: day.day == last.day,
            })
            .collect(),
        letters: coverage.iter().map(|day| letter(day.n)).collect(),
        from: label(coverage.first()?),
        to: label(last),
        words: w.coverage(n_all, coverage.len(), (&label(most), most.n), last.n),
        height: HEIGHT,
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::words::words;
    use super::*;
    use crate::domain::item::Lang;

    fn days(counts: &[usize]) -> Vec<CoverageDay> {
        counts.iter().zip(11..).map(|(n, day)| CoverageDay { day: jiff::civil::date(2026, 11, day), n: *n }).collect()
    }

    #[test]
    fn bars_stand_in_proportion_and_no_day_is_missing() {
        let chart = chart(&days(&[0, 1, 4, 8]), words(Lang::En)).unwrap();
        assert_eq!(chart.days.iter().map(|day| day.height).collect::<Vec<_>>(), [2, 6, 22, 44]);
        assert_eq!(chart.letters, "▁▂▅█");
        assert_eq!(chart.words, "13 reports in 4 days, most on 14 Nov (8), today 8");
        assert_eq!((chart.from.as_str(), chart.to.as_str()), ("11 Nov", "14 Nov"));
    }

    #[test]
    fn it_speaks_russian_and_is_left_out_when_there_is_nothing_to_show() {
        let of = |counts: &[usize]| chart(&days(counts), words(Lang::Ru));
        assert_eq!(of(&[2, 1]).unwrap().words, "3 сообщения, дней: 2, больше всего 11 ноя (2), сегодня 1");
        assert!(of(&[0, 0]).is_none() && of(&[]).is_none());
    }
}
