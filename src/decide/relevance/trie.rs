//! All forms of all entities in one trie over word keys: the longest form that begins at a word wins.
//!
//! A hash look-up a word, so the time does not grow with the number of forms; an automaton over characters
//! (aho-corasick) would need a pass of its own over stemmed text and a map back to the words as written.

use super::capitals::{Capitals, capitals};
use super::token::{Key, Token, Vocabulary, each_part, fold_word, name_stem};
use crate::text::stem::stem;

/// The longest form, in words. Bounds the walk from one word.
pub(super) const FORM_WORDS_MAX: usize = 8;

/// What one word of a form asks of a word of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Stem(Key),
    Name(Key),
    Number,
}

#[derive(Clone, Debug, Default)]
struct Node {
    steps: Vec<(Step, usize)>,
    ends: Vec<End>,
}

#[derive(Clone, Debug, PartialEq)]
struct End {
    entity: usize,
    capitals: Vec<Capitals>,
}

/// The forms, ready to be looked for.
#[derive(Clone, Debug, Default)]
pub(super) struct Trie {
    nodes: Vec<Node>,
    by_stem: Vec<usize>,
    by_name: Vec<usize>,
    by_number: usize,
}

/// A form found at a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub entity: usize,
    pub n_words: usize,
    /// Index of the known word that stands for `#`.
    pub number: Option<usize>,
}

impl Trie {
    /// Adds a form; one without words or with too many is left out (the topic file's reader says so).
    pub fn add(&mut self, form: &str, entity: usize, is_name: bool, vocabulary: &mut Vocabulary) {
        let (steps, capitals) = steps(form, is_name, vocabulary);
        if steps.is_empty() || steps.len() > FORM_WORDS_MAX {
            return;
        }
        if self.nodes.is_empty() {
            self.nodes.push(Node::default());
        }
        let node = steps.into_iter().fold(0, |node, step| self.child(node, step));
        let end = End { entity, capitals };
        if !self.nodes[node].ends.contains(&end) {
            self.nodes[node].ends.push(end);
            // The form that demands more capitals is the more particular one.
            self.nodes[node].ends.sort_by(|a, b| b.capitals.cmp(&a.capitals));
        }
    }

    /// Orders and indexes the steps; called once after the last [`Trie::add`].
    pub fn finish(&mut self) {
        for node in &mut self.nodes {
            node.steps.sort_unstable();
        }
        for (step, node) in self.nodes.first().map(|root| root.steps.clone()).unwrap_or_default() {
            match step {
                Step::Stem(key) => put(&mut self.by_stem, key, node),
                Step::Name(key) => put(&mut self.by_name, key, node),
                Step::Number => self.by_number = node,
            }
        }
    }

    /// The longest form that begins at the known word `at`.
    pub fn longest(&self, tokens: &[Token], at: usize) -> Option<Match> {
        let token = tokens.get(at)?;
        let by_stem = self.by_stem.get(token.stem as usize).copied().unwrap_or(0);
        let by_name = self.by_name.get(token.name as usize).copied().unwrap_or(0);
        let by_number = if token.is_number { self.by_number } else { 0 };
        let number = (by_number != 0).then_some(at);
        // Of equals the last wins: the word itself before the number that it might stand for.
        [(by_number, number), (by_name, None), (by_stem, None)]
            .into_iter()
            .filter(|(node, _)| *node != 0)
            .filter_map(|(node, number)| self.walk(tokens, at, 1, node, number))
            .max_by_key(|found| found.n_words)
    }

    fn walk(&self, tokens: &[Token], at: usize, n_words: usize, node: usize, number: Option<usize>) -> Option<Match> {
        let here = &self.nodes[node];
        let next = tokens.get(at + n_words).filter(|next| next.nth as usize == tokens[at].nth as usize + n_words);
        let longer = next.filter(|_| !here.steps.is_empty()).and_then(|token| {
            [Step::Number, Step::Name(token.name), Step::Stem(token.stem)]
                .into_iter()
                .filter(|step| *step != Step::Number || token.is_number)
                .filter_map(|step| {
                    let place = here.steps.binary_search_by_key(&step, |(known, _)| *known).ok()?;
                    let number = if step == Step::Number { Some(at + n_words) } else { number };
                    self.walk(tokens, at, n_words + 1, here.steps[place].1, number)
                })
                .max_by_key(|found| found.n_words)
        });
        longer.or_else(|| {
            let words = &tokens[at..at + n_words];
            let end = here.ends.iter().find(|end| end.capitals.iter().zip(words).all(|(a, b)| *a <= b.capitals))?;
            Some(Match { entity: end.entity, n_words, number })
        })
    }

    fn child(&mut self, node: usize, step: Step) -> usize {
        if let Some((_, child)) = self.nodes[node].steps.iter().find(|(known, _)| *known == step) {
            return *child;
        }
        self.nodes.push(Node::default());
        let child = self.nodes.len() - 1;
        self.nodes[node].steps.push((step, child));
        child
    }
}

fn put(index: &mut Vec<usize>, key: Key, node: usize) {
    let key = key as usize;
    if index.len() <= key {
        index.resize(key + 1, 0);
    }
    index[key] = node;
}

fn steps(form: &str, is_name: bool, vocabulary: &mut Vocabulary) -> (Vec<Step>, Vec<Capitals>) {
    // `#` is no word to the splitter: a letter that no form has stands for it.
    const NUMBER: &str = "\u{1D7D9}";
    let form = form.replace('#', NUMBER);
    let (mut steps, mut all, mut folded) = (Vec::new(), Vec::new(), String::new());
    each_part(&form, |word| {
        let word = word.text;
        fold_word(word, &mut folded);
        steps.push(match word {
            NUMBER => Step::Number,
            _ if is_name => Step::Name(vocabulary.learn_name(name_stem(&folded))),
            _ => Step::Stem(vocabulary.learn_stem(&stem(&folded))),
        });
        all.push(if word == NUMBER { Capitals::None } else { capitals(word) });
    });
    (steps, all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(forms: &[&str], is_name: bool, text: &str, expected: &[&str]) {
        let (mut trie, mut vocabulary) = (Trie::default(), Vocabulary::default());
        for (i, form) in forms.iter().enumerate() {
            trie.add(form, i, is_name, &mut vocabulary);
        }
        trie.finish();
        let mut found = Vec::new();
        vocabulary.tokens(text, |tokens| {
            let mut at = 0;
            while at < tokens.len() {
                let hit = trie.longest(tokens, at);
                let n_words = hit.map_or(1, |hit| hit.n_words);
                if hit.is_some() {
                    found.push(&text[tokens[at].place().0..tokens[at + n_words - 1].place().1]);
                }
                at += n_words;
            }
        });
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn inflected_words_match_and_parts_of_words_do_not() {
        check(&["astronaut", "космонавт"], false, "astronauts' космонавтами", &["astronauts", "космонавтами"]);
        check(&["space"], false, "airspace cyberspace spaceman", &[]);
    }

    #[test]
    fn the_longest_form_wins() {
        check(&["space", "office space"], false, "office space in space", &["office space", "space"]);
        check(&["space", "office space"], false, "office of space", &["space"]);
    }

    #[test]
    fn capitals_of_a_form_are_demanded() {
        check(&["US"], false, "the US told us about U.S. and Us", &["US", "U.S"]);
        check(&["Союз"], false, "союз писателей и «Союза»", &["Союза"]);
        check(&["sanction"], false, "Sanctions SANCTIONS", &["Sanctions", "SANCTIONS"]);
    }

    #[test]
    fn a_hash_is_any_number() {
        check(
            &["Crew-#", "Soyuz MS-#"],
            false,
            "Crew-9, Crew 10, crew 9, Soyuz MS-29",
            &["Crew-9", "Crew 10", "Soyuz MS-29"],
        );
    }

    #[test]
    fn names_match_declined() {
        check(&["Борисов"], true, "Борисову Борисовым Борису Борисоглебск", &["Борисову", "Борисовым"]);
    }
}
