//! Whose turn it is among those that wait: few at once of each host, so that no host's queue is in another's way.

use std::collections::{HashMap, VecDeque};

use foldhash::fast::RandomState;

/// What waits, by host, and the hosts of which one may start.
#[derive(Debug)]
pub(super) struct Turns<T> {
    waiting: HashMap<String, VecDeque<T>, RandomState>,
    open: VecDeque<String>,
}

impl<T> Turns<T> {
    /// Puts all in line, each with its host; `per_host` of one host may be under way together.
    pub fn new(all: impl Iterator<Item = (String, T)>, per_host: usize) -> Self {
        let mut turns = Self { waiting: HashMap::default(), open: VecDeque::new() };
        for (host, one) in all {
            let queue = turns.waiting.entry(host.clone()).or_default();
            queue.push_back(one);
            if queue.len() <= per_host {
                turns.open.push_back(host);
            }
        }
        turns
    }

    /// The next one with its host; `None` when whatever waits does so for another of its host to end.
    pub fn next(&mut self) -> Option<(String, T)> {
        loop {
            let host = self.open.pop_front()?;
            let next = self.waiting.get_mut(&host).and_then(VecDeque::pop_front);
            if let Some(next) = next {
                return Some((host, next));
            }
        }
    }

    /// One of `host` has ended.
    pub fn ended(&mut self, host: String) {
        if self.waiting.get(&host).is_some_and(|queue| !queue.is_empty()) {
            self.open.push_back(host);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(turns: &mut Turns<u32>) -> Vec<u32> {
        std::iter::from_fn(|| turns.next().map(|(_, one)| one)).collect()
    }

    #[test]
    fn a_crowded_host_leaves_the_others_their_turn() {
        let all = [("a", 1), ("a", 2), ("a", 3), ("b", 4)].map(|(host, one)| (host.to_owned(), one));
        let mut turns = Turns::new(all.into_iter(), 2);
        assert_eq!(started(&mut turns), [1, 2, 4]);
        turns.ended("b".to_owned());
        assert_eq!(started(&mut turns), [0; 0]);
        turns.ended("a".to_owned());
        turns.ended("a".to_owned());
        assert_eq!(started(&mut turns), [3]);
        turns.ended("a".to_owned());
        assert_eq!(started(&mut turns), [0; 0]);
    }
}
