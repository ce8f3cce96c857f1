//! What two sorted lists have in common.

/// Places in `a` and in `b` of each number that both have; each list sorted and without repetition. Linear in both.
pub(super) fn common<'l>(a: &'l [u64], b: &'l [u64]) -> impl Iterator<Item = (usize, usize)> {
    let (mut at, mut there) = (0, 0);
    std::iter::from_fn(move || {
        while let (Some(x), Some(y)) = (a.get(at), b.get(there)) {
            let found = (at, there);
            // Without a branch: which of the two is the smaller cannot be foretold.
            (at, there) = (at + usize::from(x <= y), there + usize::from(y <= x));
            if x == y {
                return Some(found);
            }
        }
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_have_is_found_at_its_places() {
        assert_eq!(common(&[1, 3, 5, 9], &[2, 3, 9]).collect::<Vec<_>>(), [(1, 1), (3, 2)]);
        assert_eq!(common(&[1], &[]).count(), 0);
    }
}
