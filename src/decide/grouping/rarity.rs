//! How rare a term is: learnt from the stream, seeded so that the first items are not distorted.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Documents the seed stands for. The stream outweighs it after some weeks of a quiet topic.
const SEED_DOCUMENTS: f64 = 300.0;
/// Above this many documents all counts are halved, so that memory stays bounded and old years fade.
const DOCUMENTS_MAX: f64 = 100_000.0;

/// Hashing for keys that are hashes already (and for running numbers, spread by a multiplication).
pub(super) type ByKey = BuildHasherDefault<Spread>;

/// See [`ByKey`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, key: u64) {
        // Fibonacci hashing: the high bits of the product depend on all bits of the key.
        self.0 = (self.0 ^ key).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32);
    }
}

/// Document frequencies of terms.
#[derive(Clone, Debug, Default)]
pub(super) struct Rarity {
    n_documents: f64,
    n_with: HashMap<u64, f32, ByKey>,
}

impl Rarity {
    /// Counts one document; `terms` without repetition.
    pub(super) fn learn(&mut self, terms: impl Iterator<Item = u64>) {
        self.n_documents += 1.0;
        for term in terms {
            *self.n_with.entry(term).or_default() += 1.0;
        }
        if self.n_documents > DOCUMENTS_MAX {
            self.n_documents /= 2.0;
            self.n_with.retain(|_, n| {
                *n /= 2.0;
                *n >= 1.0
            });
        }
    }

    /// Logarithm of how seldom a term comes; `share` is its share among the seed's documents. Never below 0.05.
    pub(super) fn weight(&self, term: u64, share: f32) -> f64 {
        let n_with =
            f64::from(self.n_with.get(&term).copied().unwrap_or(0.0)) + f64::from(share) * SEED_DOCUMENTS + 0.5;
        ((self.n_documents + SEED_DOCUMENTS) / n_with).ln().max(0.05)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_grows_cheaper_the_more_items_have_it() {
        let mut rarity = Rarity::default();
        let before = rarity.weight(1, 0.0);
        for _ in 0..50 {
            rarity.learn([1].into_iter());
        }
        assert!(rarity.weight(1, 0.0) < before / 2.0);
        assert!(rarity.weight(2, 0.0) > before);
    }

    #[test]
    fn a_seeded_term_is_cheap_from_the_start() {
        let rarity = Rarity::default();
        assert!(rarity.weight(1, 0.1) < rarity.weight(1, 0.0));
    }

    #[test]
    fn old_counts_fade_and_memory_is_bounded() {
        let mut rarity = Rarity::default();
        for n in 0..150_000 {
            rarity.learn([n].into_iter());
        }
        assert!(rarity.n_with.len() < 100_001);
    }
}
