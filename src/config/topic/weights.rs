//! The file of learned weights beside a topic file, as `orbitwire learn` writes it and people may edit it.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::config::table::{Fault, Source};

/// Where the weights of a topic file are: `us-russia-space.weights.toml` beside `us-russia-space.toml`.
pub fn beside(topic: &Path) -> PathBuf {
    topic.with_extension("weights.toml")
}

/// Reads a file of weights. What could be read is returned beside the faults.
pub fn parse(file: &Path, text: &str) -> (Vec<(String, f64)>, Vec<Fault>) {
    let mut source = Source::new(file, text);
    let mut root = source.parse(text);
    let weights = root.table(&mut source, "weights").map(|mut table| table.named_numbers(&mut source, -20.0..=20.0));
    if weights.is_none() && !root.has("weights") {
        root.missing(&mut source, "weights", "a table `[weights]` of evidence or ~stems and what they add");
    }
    root.finish(&mut source);
    let weights = weights.unwrap_or_default().into_iter().map(|(name, _, weight)| (name, weight)).collect();
    (weights, source.into_faults())
}

/// Writes weights, the strongest first.
pub fn show(weights: &[(String, f64)]) -> String {
    let mut text = String::from(
        "# Learned from labels by `orbitwire learn`; delete this file to judge by the topic file alone.\n\
         # A name is a piece of evidence as `explain` shows it (numbers as #), \"~...\" the stem of a word; the number is\n\
         # what it adds to the score of an item that touches every facet. All together move a score by 3 at most.\n\n\
         [weights]\n",
    );
    let mut strongest: Vec<_> = weights.iter().collect();
    strongest.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
    for (name, weight) in strongest {
        let _ = writeln!(text, "{} = {weight:?}", toml::Value::String(name.clone()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let weights = vec![("~moon \"base\"".to_owned(), -1.25), ("Soyuz MS-#".to_owned(), 2.0)];
        let (read, faults) = parse(Path::new("w.toml"), &show(&weights));
        assert_eq!(faults, []);
        let mut read = read;
        read.sort_by(|a, b| a.1.total_cmp(&b.1));
        assert_eq!(read, weights);
    }

    #[test]
    fn faults_name_line_and_key() {
        let (_, faults) = parse(Path::new("w.toml"), "[weights]\n\"a\" = \"much\"\n");
        assert_eq!(faults.len(), 1);
        assert!(faults[0].to_string().starts_with("w.toml:2: `weights.a`"), "{}", faults[0]);
        assert!(!parse(Path::new("w.toml"), "").1.is_empty());
    }

    #[test]
    fn they_stand_beside_their_topic() {
        assert_eq!(beside(Path::new("topics/a-b.toml")), Path::new("topics/a-b.weights.toml"));
    }
}
