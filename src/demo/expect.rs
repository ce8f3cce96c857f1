//! What the demo must tell, by the labels of the press, and the verdict on what it told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::Serialize;

use super::press::Press;

/// How a happening is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ToldKind {
    /// For the first time.
    New,
    /// As a known story with something new.
    Development,
}

impl fmt::Display for ToldKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::New => "new",
            Self::Development => "development",
        })
    }
}

/// One telling: simulated day from 1, label of the happening, kind.
pub type Told = (usize, String, ToldKind);

/// Label under which a telling counts that is about nothing of the topic.
pub const OFF_TOPIC: &str = "off-topic";

/// Label under which a telling counts that mixes several happenings into one story.
pub const MIXED: &str = "mixed";

/// What must be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    told: BTreeSet<Told>,
    n_days: usize,
}

/// What was told, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Happenings told for the first time.
    pub n_new: usize,
    /// Developments of known stories.
    pub n_developments: usize,
    /// Days on which nothing was told, and nothing was to be told.
    pub silent_days: Vec<usize>,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days: Vec<String> = self.silent_days.iter().map(usize::to_string).collect();
        write!(
            f,
            "{} happenings told, each once; {} developments of them, each once; no mail on day {}",
            self.n_new,
            self.n_developments,
            days.join(", ")
        )
    }
}

impl Expectation {
    /// By the labels: a happening is new on the day of its first `told` article, and develops on later such days.
    pub fn of(press: &Press) -> Self {
        let mut days: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
        for article in press.articles().iter().filter(|article| article.told) {
            days.entry(article.happening.as_deref().unwrap_or(OFF_TOPIC)).or_default().insert(article.day);
        }
        let told = days
            .into_iter()
            .flat_map(|(happening, days)| {
                days.into_iter().enumerate().map(move |(i, day)| {
                    let kind = if i == 0 { ToldKind::New } else { ToldKind::Development };
                    (day, happening.to_owned(), kind)
                })
            })
            .collect();
        Self { told, n_days: press.days().len() }
    }

    /// What must be told on that day.
    pub fn on(&self, day: usize) -> impl Iterator<Item = (&str, ToldKind)> {
        self.told.iter().filter(move |(d, ..)| *d == day).map(|(_, happening, kind)| (happening.as_str(), *kind))
    }

    /// Days, from 1, on which nothing may be told.
    pub fn silent_days(&self) -> Vec<usize> {
        (1..=self.n_days).filter(|day| self.on(*day).next().is_none()).collect()
    }

    /// The verdict on what one audience was told: every telling expected and each once, or every fault in words.
    pub fn check(&self, told: &[Told]) -> Result<Summary, Vec<String>> {
        let mut n_times: BTreeMap<&Told, usize> = BTreeMap::new();
        for one in told {
            *n_times.entry(one).or_default() += 1;
        }
        let missed = self.told.iter().filter(|one| !n_times.contains_key(one));
        let mut faults: Vec<String> = missed.map(|(d, h, k)| format!("day {d}: `{h}` was not told as {k}")).collect();
        for (one, n) in &n_times {
            let (d, h, k) = one;
            if !self.told.contains(*one) {
                faults.push(format!("day {d}: `{h}` was told as {k}, which was not to be told"));
            } else if *n > 1 {
                faults.push(format!("day {d}: `{h}` was told as {k} {n} times"));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let n_new = self.told.iter().filter(|(.., kind)| *kind == ToldKind::New).count();
        Ok(Summary { n_new, n_developments: self.told.len() - n_new, silent_days: self.silent_days() })
    }
}

/// The label of the happening that a story is about, by the links of its items: the one on which all agree that are known
/// to the press, [`MIXED`] when they do not, [`OFF_TOPIC`] when one of them is about none.
pub fn happening<'l>(press: &Press, links: impl IntoIterator<Item = &'l str>) -> String {
    let labels: BTreeSet<Option<&str>> =
        links.into_iter().filter_map(|link| press.article(link)).map(|article| article.happening.as_deref()).collect();
    let mut labels = labels.into_iter();
    match (labels.next(), labels.next()) {
        (Some(Some(label)), None) => label.to_owned(),
        (Some(Some(_)), Some(_)) => MIXED.to_owned(),
        _ => OFF_TOPIC.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expectation() -> (Expectation, Vec<Told>) {
        let expectation = Expectation::of(&Press::bundled().unwrap());
        let told = expectation.told.iter().cloned().collect();
        (expectation, told)
    }

    fn told_on(day: usize) -> Vec<String> {
        expectation().0.on(day).map(|(happening, kind)| format!("{happening}: {kind}")).collect()
    }

    #[test]
    fn the_labels_say_what_each_day_must_tell() {
        assert_eq!(told_on(1), ["iss-extension: new", "seat-swap: new"]);
        assert_eq!(told_on(2), ["crew-5: new", "engine-halt: new", "nauka-leak: new"]);
        assert_eq!(told_on(3), ["engine-halt: development", "iss-extension: development", "joint-launch: new"]);
        assert!(told_on(4).is_empty());
        assert_eq!(told_on(5), ["crew-5: development", "docking-talks: new", "seat-swap: development"]);
        assert_eq!(told_on(6), ["iss-extension-us: new", "nauka-leak: development"]);
    }

    #[test]
    fn telling_everything_once_passes() {
        let (expectation, told) = expectation();
        let summary = expectation.check(&told).unwrap();
        assert_eq!((summary.n_new, summary.n_developments, summary.silent_days), (8, 5, vec![4]));
    }

    #[test]
    fn a_missed_a_double_and_a_needless_telling_are_each_a_fault() {
        let (expectation, mut told) = expectation();
        let missed = told.remove(0);
        told.push(told[0].clone());
        told.push((4, OFF_TOPIC.to_owned(), ToldKind::New));
        let faults = expectation.check(&told).unwrap_err();
        assert_eq!(faults.len(), 3, "{faults:?}");
        assert!(faults[0].contains(&format!("`{}` was not told", missed.1)), "{faults:?}");
        assert!(faults.iter().any(|fault| fault.contains("2 times")), "{faults:?}");
        assert!(faults.iter().any(|fault| fault.contains("not to be told")), "{faults:?}");
    }

    #[test]
    fn a_story_is_known_by_the_links_of_its_items() {
        let press = Press::bundled().unwrap();
        let swap = "http://nasa.example/press-release/seat-exchange-agreement?utm_source=x";
        let same = "https://m.rt.example/russia/563001-roscosmos-nasa-seat-swap";
        let leak = "https://www.roscosmos.example/38151/";
        let rain = "https://www.interfax.example/moscow/862490";
        assert_eq!(happening(&press, [swap, same]), "seat-swap");
        assert_eq!(happening(&press, [swap, leak]), MIXED);
        assert_eq!(happening(&press, [swap, rain]), OFF_TOPIC);
        assert_eq!(happening(&press, ["https://elsewhere.example/"]), OFF_TOPIC);
    }
}
