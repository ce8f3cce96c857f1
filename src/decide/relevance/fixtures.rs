//! A topic of one word, for tests.

use crate::domain::EntityKind;
use crate::domain::topic::{Facet, Topic, TopicEntity};

/// One facet, "red", and a threshold that the word alone just reaches.
pub fn red() -> Topic {
    Topic {
        key: "red".to_owned(),
        threshold: 2.0,
        facets: vec![Facet { key: "red".to_owned(), name: "a red side".to_owned(), needs: 1.0 }],
        entities: vec![TopicEntity {
            id: "red".to_owned(),
            kind: EntityKind::Term,
            name: "red".to_owned(),
            groups: [].into(),
            feeds: [("red".to_owned(), 2.0)].into(),
            forms: vec!["red".to_owned()],
        }],
        ..Topic::default()
    }
}
