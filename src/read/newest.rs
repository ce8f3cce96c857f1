//! The limit on the entries of one document: of too many the newest stay, wherever they stand in it.

use std::cmp::Reverse;

use jiff::Timestamp;

use super::raw::RawFeed;

/// Makes room when twice as many entries have come as may stay: once in so many, so that the work stays linear.
pub fn make_room(feed: &mut RawFeed, entries_max: usize) {
    if feed.entries.len() >= entries_max.saturating_mul(2) {
        keep(feed, entries_max);
    }
}

/// Leaves the `entries_max` newest in the order of the document. One without a date is as old as the one before it,
/// and of those that are equally old the first stay, since most documents begin with the newest.
pub fn keep(feed: &mut RawFeed, entries_max: usize) {
    let n_left_out = feed.entries.len().saturating_sub(entries_max);
    if n_left_out == 0 {
        return;
    }
    let mut last = Timestamp::MAX;
    let dated = feed.entries.iter().enumerate().map(|(place, entry)| {
        last = entry.updated.max(entry.published).max(entry.dated).unwrap_or(last);
        (Reverse(last), place)
    });
    let mut dated: Vec<_> = dated.collect();
    dated.sort_unstable();
    let mut stays = vec![false; feed.entries.len()];
    for (_, place) in dated.into_iter().take(entries_max) {
        stays[place] = true;
    }
    let mut stays = stays.into_iter();
    feed.entries.retain(|_| stays.next() == Some(true));
    feed.repairs.note("# {entry|entries} beyond the limit left out, the oldest", n_left_out);
}

#[cfg(test)]
mod tests {
    use super::super::raw::RawEntry;
    use super::*;

    fn check(hours: &[Option<i64>], expected: &[usize]) {
        let dated = |hours: &Option<i64>| hours.map(|hours| Timestamp::from_second(hours * 3600).unwrap());
        let entry = |(place, hours): (usize, &Option<i64>)| RawEntry {
            language: Some(place.to_string()),
            published: dated(hours),
            ..RawEntry::default()
        };
        let mut feed = RawFeed { entries: hours.iter().enumerate().map(entry).collect(), ..RawFeed::default() };
        keep(&mut feed, 2);
        let kept: Vec<usize> =
            feed.entries.iter().map(|entry| entry.language.as_ref().unwrap().parse().unwrap()).collect();
        assert_eq!(kept, expected, "{hours:?}");
    }

    #[test]
    fn the_newest_stay_whichever_way_the_document_is_sorted() {
        check(&[Some(4), Some(3), Some(2), Some(1)], &[0, 1]);
        check(&[Some(1), Some(2), Some(3), Some(4)], &[2, 3]);
        check(&[Some(1), Some(9), Some(2), Some(8)], &[1, 3]);
        check(&[Some(1), Some(2)], &[0, 1]);
    }

    #[test]
    fn without_dates_the_first_stay() {
        check(&[None, None, None], &[0, 1]);
        check(&[Some(1), Some(5), None, Some(2)], &[1, 2]);
    }
}
