//! A person's verdict on an item, and what it changes at once.

use jiff::Timestamp;

use super::desk::Desk;
use super::follow::{Following, follow};
use super::service::{Service, StepError};
use crate::domain::ItemId;
use crate::store::{Store, StoreError};

/// What a verdict changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// It is taken back for this topic: what it brought and nobody was told is not told.
    TakenBack,
    /// It is followed from now on, with so many developments: none or one.
    Followed(usize),
    /// The decision had been the same; the verdict is kept as a label.
    Nothing,
}

impl Service {
    /// Records that a person said whether an item concerns a topic, and acts on it: `no` takes the item's match back,
    /// `yes` puts it into a story as if it had matched. The verdict is final for the item, whatever it says later.
    ///
    /// # Errors
    /// When there is no such item, its text is gone, or the store cannot be read or written.
    pub async fn verdict(&self, item: ItemId, topic: &str, relevant: bool) -> Result<Changed, StepError> {
        let (topic, now) = (topic.to_owned(), self.clock.now());
        self.at_desk(move |store, desk| decide(store, desk, item, &topic, relevant, now)).await
    }
}

fn decide(
    store: &mut Store,
    desk: &mut Desk,
    item: ItemId,
    topic: &str,
    relevant: bool,
    now: Timestamp,
) -> Result<Changed, StoreError> {
    let stored = store.item(item)?.filter(|stored| !stored.item.title.is_empty());
    let stored = stored.ok_or_else(|| StoreError::Refused(format!("no item {} with its text", item.0)))?;
    let matched = store.matches(item)?.iter().any(|found| found.topic == topic);
    store.add_verdict(&stored.item, topic, relevant, now)?;
    if matched == relevant {
        return Ok(Changed::Nothing);
    }
    if !relevant {
        return Ok(Changed::TakenBack);
    }
    let compiled = desk.topics.iter().find(|compiled| compiled.topic().key == topic);
    let compiled = compiled.ok_or_else(|| StoreError::Refused(format!("no topic `{topic}` is configured")))?;
    let mut relevance = compiled.judge(&stored.item.text(), None);
    relevance.affirm();
    let how = Following { why_quiet: stored.why_quiet(), story: None };
    Ok(Changed::Followed(follow(store, desk, &stored.item, &[relevance], how, now)?))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::decide::relevance::CompiledTopic;
    use crate::decide::relevance::fixtures::red;
    use crate::domain::audience::AudienceState;
    use crate::domain::{Item, Lang, Outlets, Policy};
    use crate::store::NewItem;

    const TOPIC: &str = "red";

    fn now() -> Timestamp {
        "2026-03-02T06:00:00Z".parse().unwrap()
    }

    /// A desk whose topic is one word, and a store with one audience of it and one item, followed if it matched.
    fn world(title: &str) -> (Store, Desk, ItemId) {
        let topics = vec![CompiledTopic::compile(&red())];
        let mut desk = Desk::with_topics(topics, Outlets::default(), Policy::default(), true);
        let mut store = Store::in_memory().unwrap();
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/orbitwire.toml");
        let mut audience = crate::config::load(&shipped).unwrap().audiences.remove(0);
        audience.topics = vec![TOPIC.to_owned()];
        store.sync_audiences(&[audience], now()).unwrap();
        let new = new_item(title);
        let id = store.add_item(&new, true).unwrap();
        follow_if_relevant(&mut store, &mut desk, &new.with_id(id));
        (store, desk, id)
    }

    fn new_item(title: &str) -> NewItem<'_> {
        NewItem {
            outlet: "o",
            outlet_name: "O",
            url: None,
            title,
            lead: "",
            body: "",
            lang: Lang::En,
            at: now(),
            date_reason: "",
            first_seen_at: now(),
            has_video: false,
            quiet: false,
            held_by: None,
        }
    }

    fn follow_if_relevant(store: &mut Store, desk: &mut Desk, item: &Item) {
        let relevance = desk.topics[0].judge(&item.text(), None);
        if relevance.relevant {
            follow(store, desk, item, &[relevance], Following::default(), now()).unwrap();
        }
    }

    fn has_news(store: &Store) -> bool {
        let state: AudienceState = store.audience_state("desk", &[TOPIC.to_owned()], &[], now()).unwrap();
        state.oldest_untold_at.is_some()
    }

    #[test]
    fn a_no_takes_the_news_back_and_stays() {
        let (mut store, mut desk, id) = world("A red flag is raised over the town");
        assert!(has_news(&store));
        assert_eq!(decide(&mut store, &mut desk, id, TOPIC, false, now()).unwrap(), Changed::TakenBack);
        assert!(!has_news(&store));
        let item = store.item(id).unwrap().unwrap().item;
        follow_if_relevant(&mut store, &mut desk, &item);
        assert!(!has_news(&store), "a later version of the item does not bring it back");
        assert_eq!(decide(&mut store, &mut desk, id, TOPIC, true, now()).unwrap(), Changed::Followed(0));
        assert!(has_news(&store), "a change of mind does");
    }

    #[test]
    fn a_yes_follows_what_was_refused() {
        let (mut store, mut desk, id) = world("A blue flag is raised over the town");
        assert!(!has_news(&store));
        assert_eq!(decide(&mut store, &mut desk, id, TOPIC, true, now()).unwrap(), Changed::Followed(1));
        assert!(has_news(&store));
        assert_eq!(store.matches(id).unwrap()[0].line, "your verdict = 2 ≥ 2");
    }

    #[test]
    fn a_verdict_that_agrees_changes_nothing_and_is_a_label() {
        let (mut store, mut desk, id) = world("A red flag is raised over the town");
        assert_eq!(decide(&mut store, &mut desk, id, TOPIC, true, now()).unwrap(), Changed::Nothing);
        let labels: Vec<_> = store.verdicts().unwrap().into_iter().map(|row| (row.item, row.relevant)).collect();
        assert_eq!(labels, [(id, true)]);
    }

    #[test]
    fn a_topic_that_is_new_to_an_audience_brings_no_archive() {
        let (mut store, mut desk, _) = world("A red flag is raised over the town");
        let audience = |topics: &[&str]| {
            let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/orbitwire.toml");
            let mut audience = crate::config::load(&shipped).unwrap().audiences.remove(0);
            audience.name = "other".to_owned();
            audience.topics = topics.iter().map(|topic| (*topic).to_owned()).collect();
            audience
        };
        let later = |hours| now() + jiff::SignedDuration::from_hours(hours);
        let untold = |store: &Store| store.untold("other", &[TOPIC.to_owned()]).unwrap().len();
        let before = "2026-03-01T06:00:00Z".parse().unwrap();
        store.sync_audiences(&[audience(&["blue"])], before).unwrap();
        store.sync_audiences(&[audience(&["blue", TOPIC])], later(1)).unwrap();
        assert_eq!(untold(&store), 0, "what was found before the topic was added is an archive");
        let new = NewItem { title: "A red balloon", first_seen_at: later(2), ..new_item("") };
        let id = store.add_item(&new, true).unwrap();
        let item = new.with_id(id);
        let relevance = desk.topics[0].judge(&item.text(), None);
        follow(&mut store, &mut desk, &item, &[relevance], Following::default(), later(2)).unwrap();
        assert_eq!(untold(&store), 1, "what comes from then on is told");
        store.sync_audiences(&[audience(&["blue"])], later(3)).unwrap();
        store.sync_audiences(&[audience(&["blue", TOPIC])], later(4)).unwrap();
        assert_eq!(untold(&store), 0, "a topic that is back begins anew");
    }

    #[test]
    fn an_item_that_is_not_there_is_told() {
        let (mut store, mut desk, _) = world("A red flag is raised over the town");
        let error = decide(&mut store, &mut desk, ItemId(99), TOPIC, true, now()).unwrap_err();
        assert!(error.to_string().contains("no item 99"), "{error}");
    }
}
