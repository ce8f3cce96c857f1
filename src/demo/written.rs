//! The bundled files as they are written; what they mean is settled in `load`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use crate::domain::item::Lang;

use super::article::{Charset, Ids, PressFormat};

#[derive(Deserialize)]
pub(super) struct OutletsFile {
    pub outlet: BTreeMap<String, OutletLine>,
}

#[derive(Deserialize)]
pub(super) struct OutletLine {
    pub name: String,
    pub domains: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeedsFile {
    pub feed: Vec<FeedLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FeedLine {
    pub slug: String,
    pub outlet: String,
    pub format: PressFormat,
    #[serde(default)]
    pub charset: Charset,
    pub title: String,
    pub lang: Lang,
    pub ids: Ids,
    pub scheme: Option<String>,
    pub host: Option<String>,
    #[serde(default)]
    pub tracking: String,
    #[serde(default)]
    pub zone_hours: i8,
    #[serde(default)]
    pub aggregator: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DayFile {
    pub title: String,
    pub date: Option<Date>,
    pub article: Vec<ArticleLine>,
    #[serde(default)]
    pub again: Vec<AgainLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ArticleLine {
    pub outlet: String,
    pub at: String,
    #[serde(default)]
    pub feeds: Vec<String>,
    #[serde(default)]
    pub also: Vec<AlsoLine>,
    pub happening: Option<String>,
    #[serde(default)]
    pub told: bool,
    pub title: String,
    pub retitled: Option<RetitledLine>,
    pub lead: String,
    pub content: Option<String>,
    pub path: String,
    pub video: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AlsoLine {
    pub feed: String,
    pub at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RetitledLine {
    pub at: String,
    pub title: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AgainLine {
    pub outlet: String,
    pub path: String,
    pub feed: String,
    pub at: String,
}
