//! Outlets: who publishes, where they sit and who owns them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// What kind of publisher an outlet is: a fact of ownership, never a judgement of truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutletKind {
    /// A government, a ministry or an agency speaking for itself (NASA, Roscosmos).
    Government,
    /// A news agency or channel owned and steered by a state (TASS, RT).
    StateAgency,
    /// Publicly funded with editorial independence by law (BBC).
    PublicBroadcaster,
    /// A wire whose texts others reprint (Reuters, AP).
    Wire,
    /// A commercial or reader-funded newsroom.
    Independent,
    /// The trade press of a field (SpaceNews).
    Trade,
}

impl OutletKind {
    /// Every kind, in the order in which the perspective bar shows them.
    pub const ALL: [Self; 6] =
        [Self::Government, Self::StateAgency, Self::PublicBroadcaster, Self::Wire, Self::Independent, Self::Trade];

    /// The name used in `outlets.toml` and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Government => "government",
            Self::StateAgency => "state_agency",
            Self::PublicBroadcaster => "public_broadcaster",
            Self::Wire => "wire",
            Self::Independent => "independent",
            Self::Trade => "trade",
        }
    }

    /// The kind of that name, if there is one.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A publisher.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outlet {
    /// The key that feeds name, e.g. `nasa`.
    pub key: String,
    /// The name as readers know it, e.g. `NASA`.
    pub name: String,
    /// ISO 3166 alpha-2 code, upper case; empty when unknown.
    pub country: String,
    /// Ownership.
    pub kind: OutletKind,
    /// Outlets of one family count as one independent source.
    pub family: String,
    /// Host names whose articles are this outlet's (without `www.`); subdomains count too.
    pub domains: Vec<String>,
    /// Entity of a topic that everything in this outlet's own feeds concerns, e.g. `roscosmos`.
    pub speaks_for: Option<String>,
    /// Why it is classed so: a fact of ownership that a reader can check.
    pub reason: String,
}

impl Outlet {
    /// An outlet of which only the name is known: independent, a family of its own.
    pub fn unknown(key: &str, name: &str) -> Self {
        Self {
            key: key.to_owned(),
            name: name.to_owned(),
            country: String::new(),
            kind: OutletKind::Independent,
            family: key.to_owned(),
            domains: Vec::new(),
            speaks_for: None,
            reason: "not in the outlet file".to_owned(),
        }
    }
}

/// All outlets by key, with look-up by host and by name. A copy is another handle to the same.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outlets(Arc<Index>);

#[derive(Debug, Default, PartialEq)]
struct Index {
    by_key: BTreeMap<String, Outlet>,
    key_by_domain: BTreeMap<String, String>,
    key_by_name: BTreeMap<String, String>,
}

impl Outlets {
    /// Builds the look-ups; of two outlets with one key or one domain the later wins.
    pub fn new(outlets: impl IntoIterator<Item = Outlet>) -> Self {
        let outlets: Vec<Outlet> = outlets.into_iter().collect();
        // Each map is made at once: what grows one by one stays half empty.
        let domains = outlets.iter().flat_map(|outlet| outlet.domains.iter().map(|domain| (domain, &outlet.key)));
        Self(Arc::new(Index {
            key_by_domain: domains.map(|(domain, key)| (domain.to_lowercase(), key.clone())).collect(),
            key_by_name: outlets.iter().map(|outlet| (outlet.name.to_lowercase(), outlet.key.clone())).collect(),
            by_key: outlets.into_iter().map(|outlet| (outlet.key.clone(), outlet)).collect(),
        }))
    }

    /// The outlet of that key.
    pub fn get(&self, key: &str) -> Option<&Outlet> {
        self.0.by_key.get(key)
    }

    /// The outlet of that key, or one of which only the key is known.
    pub fn get_or_unknown(&self, key: &str) -> Outlet {
        self.get(key).cloned().unwrap_or_else(|| Outlet::unknown(key, key))
    }

    /// The outlet whose domain is `host` or a parent of it.
    pub fn by_host(&self, host: &str) -> Option<&Outlet> {
        let host = host.to_lowercase();
        let mut rest = host.as_str();
        loop {
            if let Some(key) = self.0.key_by_domain.get(rest) {
                return self.0.by_key.get(key);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// The outlet of that name, letter case aside.
    pub fn by_name(&self, name: &str) -> Option<&Outlet> {
        self.0.key_by_name.get(&name.to_lowercase()).and_then(|key| self.0.by_key.get(key))
    }

    /// All outlets in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = &Outlet> {
        self.0.by_key.values()
    }
}
