//! `eval novelty`: facts found and developments told, against labels, with the stories given.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::stories::harmonic;

/// Hits, found and labelled, from which precision and recall come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Found spans that are labelled.
    pub n_right: usize,
    /// Found spans.
    pub n_found: usize,
    /// Labels that were found.
    pub n_hit: usize,
    /// Labels.
    pub n_labelled: usize,
}
