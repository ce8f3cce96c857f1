//! The perspective bar: who reports a story, as widths and words.

use serde::Serialize;

use super::super::wrap;
use crate::domain::digest::BarPart;
use crate::domain::outlet::OutletKind;

/// A piece of the perspective bar.
#[derive(Debug, Serialize)]
pub(super) struct Bar {
    percent: usize,
    color: &'static str,
    /// `state RU 3`.
    words: String,
}

/// Widths that add up to a hundred, the largest part taking what rounding left.
pub(super) fn bar(parts: &[BarPart], perspective: &str) -> Vec<Bar> {
    let n_all: usize = parts.iter().map(|part| part.n).sum();
    // The words come in the order of the parts.
    let mut words = perspective.split(" · ").map(str::to_owned);
    let mut bar: Vec<Bar> = parts
        .iter()
        .map(|part| Bar {
            percent: part.n * 100 / n_all.max(1),
            color: shade(part.kind),
            words: words.next().unwrap_or_default(),
        })
        .collect();
    let left = 100 - bar.iter().map(|part| part.percent).sum::<usize>().min(100);
    if let Some(widest) = bar.iter_mut().max_by_key(|part| part.percent) {
        widest.percent += left;
    }
    bar
}

/// Told apart also by those who see no red or green: lightness differs from neighbour to neighbour.
fn shade(kind: OutletKind) -> &'static str {
    match kind {
        OutletKind::Government => "#2a5ea8",
        OutletKind::StateAgency => "#d1603d",
        OutletKind::PublicBroadcaster => "#2a8a91",
        OutletKind::Wire => "#d9ae2b",
        OutletKind::Independent => "#6a7cc4",
        OutletKind::Trade => "#8fb8a0",
    }
}

/// A count stays beside its kind when the line is wrapped.
pub(super) fn unbroken(perspective: &str) -> String {
    perspective.split(" · ").map(wrap::unbroken).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_bar(counts: &[usize], expected: &[usize]) {
        let parts: Vec<_> =
            counts.iter().map(|n| BarPart { kind: OutletKind::Wire, country: String::new(), n: *n }).collect();
        assert_eq!(bar(&parts, "").iter().map(|part| part.percent).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_bar_is_always_full() {
        check_bar(&[1, 1, 1], &[33, 33, 34]);
        check_bar(&[3, 1, 2], &[51, 16, 33]);
        check_bar(&[7], &[100]);
        check_bar(&[], &[]);
    }
}
