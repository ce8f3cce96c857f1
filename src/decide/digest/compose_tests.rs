//! Sections, order, limits and subject of a digest.

use super::super::fixtures::{
    FOOTER, NASA, REUTERS, ROSCOSMOS, SPACENEWS, TASS, Who, audience, item, story as brief, ts,
};
use super::*;
use crate::domain::item::Lang;
use crate::domain::story::Confirmation;

const NOW: &str = "2026-11-23T12:00:00Z";

/// What there is to tell, with nothing beside the stories.
fn material(briefs: &[StoryBrief]) -> Material<'_> {
    static NO_THREADS: BTreeMap<StoryId, String> = BTreeMap::new();
    Material {
        briefs,
        running: vec![],
        ahead: &[],
        reports: &[],
        troubles: &[],
        footer: FOOTER,
        topics: &[],
        threads: &NO_THREADS,
        since: ts("2026-11-16T12:00:00Z"),
    }
}

fn composed(audience: &Audience, briefs: &[StoryBrief]) -> Option<Digest> {
    compose(audience, &material(briefs), (Occasion::Slot, "slot"), ts(NOW))
}

fn one(id: i64, who: Who, title: &str) -> StoryBrief {
    brief(id, vec![item(id, who, "2026-11-23T10:00:00Z", title, "")])
}

fn headlines(stories: &[DigestStory]) -> Vec<&str> {
    stories.iter().map(|story| story.headline.as_str()).collect()
}

#[test]
fn nothing_untold_makes_no_digest() {
    assert!(composed(&audience(), &[]).is_none());
    let mut told = one(1, TASS, "A");
    told.untold.clear();
    assert!(composed(&audience(), &[told]).is_none());
}

#[test]
fn feeds_in_trouble_make_a_digest_when_there_is_no_news_and_go_along_when_there_is() {
    let trouble = |feed: &str| FeedTrouble {
        feed: feed.into(),
        words: "broken since 2 Mar 06:00 UTC".into(),
        is_coverage: false,
    };
    let told = |briefs: &[StoryBrief], troubles: &[FeedTrouble]| {
        let material = Material { troubles, ..material(briefs) };
        compose(&audience(), &material, (Occasion::Troubles, "feeds in trouble"), ts(NOW)).unwrap()
    };
    let alone = told(&[], &[trouble("TASS")]);
    assert_eq!(alone.subject, "Feed TASS: broken since 2 Mar 06:00 UTC");
    assert!(alone.new.is_empty() && alone.told.is_empty());
    assert_eq!(
        told(&[], &[trouble("TASS"), trouble("RT")]).subject,
        "Feed TASS: broken since 2 Mar 06:00 UTC — and 1 more"
    );
    let spike = FeedTrouble { feed: "Ferries".into(), words: "31 reports, usually 4".into(), is_coverage: true };
    assert_eq!(told(&[], &[spike]).subject, "Ferries: 31 reports, usually 4");
    let beside = told(&[one(1, TASS, "Fresh")], &[trouble("RT")]);
    assert_eq!((beside.subject.as_str(), beside.troubles.len()), ("Fresh", 1));
}

#[test]
fn known_stories_are_developments_and_others_are_new() {
    let known = StoryBrief { told_before: true, ..one(1, TASS, "Known") };
    let digest = composed(&audience(), &[known, one(2, SPACENEWS, "Fresh")]).unwrap();
    assert_eq!(headlines(&digest.new), ["Fresh"]);
    assert_eq!(headlines(&digest.developments), ["Known"]);
}

#[test]
fn the_best_story_comes_first_and_gives_the_subject() {
    let official =
        StoryBrief { confirmation: Confirmation::Official, ..one(3, REUTERS, "ISS partnership extended to 2030") };
    let digest = composed(&audience(), &[one(1, TASS, "A"), one(2, SPACENEWS, "B"), official]).unwrap();
    assert_eq!(digest.subject, "ISS partnership extended to 2030 — and 2 more");
    assert_eq!(headlines(&digest.new), ["ISS partnership extended to 2030", "A", "B"]);
    assert_eq!(digest.new[0].rank_reason, "official");
}

#[test]
fn of_equals_the_latest_comes_first() {
    let late = brief(2, vec![item(2, SPACENEWS, "2026-11-23T11:00:00Z", "Late", "")]);
    let digest = composed(&audience(), &[one(1, TASS, "Early"), late]).unwrap();
    assert_eq!(headlines(&digest.new), ["Late", "Early"]);
}

#[test]
fn what_a_mail_has_no_room_to_name_is_left_for_the_next_one() {
    let stories: Vec<_> = (1..=45).map(|id| one(id, NASA, &format!("T{id}"))).collect();
    let digest = composed(&audience(), &stories).unwrap();
    assert_eq!((digest.new.len() + digest.more.len(), digest.told.len(), digest.n_waiting), (40, 40, 5));
    let all = composed(&Audience { stories_max: 50, ..audience() }, &stories).unwrap();
    assert_eq!((all.told.len(), all.n_waiting), (45, 0));
}

#[test]
fn what_does_not_fit_is_told_by_its_headline_and_counts_as_told() {
    let stories: Vec<_> =
        (1..=30).map(|id| one(id, if id % 2 == 0 { TASS } else { NASA }, &format!("T{id}"))).collect();
    let narrow = Audience { stories_max: 5, ..audience() };
    let digest = composed(&narrow, &stories).unwrap();
    assert_eq!((digest.new.len(), digest.more.len(), digest.n_more), (5, 25, 25));
    assert_eq!(digest.told.len(), 30);
    let both: BTreeSet<_> = digest.new.iter().map(|s| s.id).chain(digest.more.iter().map(|s| s.id)).collect();
    assert_eq!(both.len(), 30);
}

#[test]
fn one_outlet_leads_at_most_three() {
    let stories: Vec<_> = (1..=4).map(|id| one(id, SPACENEWS, &format!("T{id}"))).chain([one(5, TASS, "T5")]).collect();
    let digest = composed(&audience(), &stories).unwrap();
    assert_eq!(headlines(&digest.new), ["T1", "T2", "T3", "T5"]);
    assert_eq!(digest.more.iter().map(|s| s.headline.as_str()).collect::<Vec<_>>(), ["T4"]);
}

fn check_subject(title: &str, n_stories: i64, expected: &str) {
    let stories: Vec<_> = (1..=n_stories).map(|id| one(id, TASS, if id == 1 { title } else { "Other" })).collect();
    assert_eq!(composed(&audience(), &stories).unwrap().subject, expected);
}

#[test]
fn a_single_story_is_the_whole_subject() {
    check_subject("Seat swap extended", 1, "Seat swap extended");
}

#[test]
fn a_long_headline_is_cut_between_words_and_the_count_stays() {
    let long = "Roscosmos and NASA agree to extend the cross-flight programme aboard the station through 2027";
    check_subject(long, 4, "Roscosmos and NASA agree to extend the cross-flight… — and 3 more");
    check_subject(&"я".repeat(300), 1, &format!("{}…", "я".repeat(69)));
}

#[test]
fn a_subject_is_in_the_audiences_language_where_a_fresh_report_is() {
    let official = item(1, ROSCOSMOS, "2026-11-23T10:00:00Z", "Обмен местами продлён", "");
    let english = item(2, SPACENEWS, "2026-11-23T10:30:00Z", "Seat swap extended", "");
    let mut story = brief(1, vec![official, english]);
    let check = |story: &StoryBrief, expected: &str| {
        let digest = composed(&audience(), std::slice::from_ref(story)).unwrap();
        assert_eq!((digest.subject.as_str(), digest.new[0].headline.as_str()), (expected, "Обмен местами продлён"));
    };
    check(&story, "Seat swap extended");
    story.items[1].copy_of = Some("tass".into());
    check(&story, "Обмен местами продлён");
    story.items[1].copy_of = None;
    story.items[1].at = ts("2026-11-20T10:00:00Z");
    story.untold.truncate(1);
    check(&story, "Обмен местами продлён");
}

#[test]
fn a_subject_is_one_line_without_tricks() {
    check_subject("ISS\r\nBcc: all@example.org \u{202e}🚀 news", 1, "ISS Bcc: all@example.org news");
}

#[test]
fn the_frame_speaks_the_audiences_language() {
    let russian = Audience { language: Lang::Ru, ..audience() };
    let digest = composed(&russian, &[one(1, TASS, "Обмен местами продлён"), one(2, NASA, "B")]).unwrap();
    assert_eq!(digest.subject, "B — и ещё 1");
    assert_eq!(digest.at_words, "понедельник, 23 ноября 2026, 13:00 CET");
    assert_eq!(digest.new[1].perspective, "гос. СМИ RU 1");
}

#[test]
fn the_same_input_gives_the_same_digest() {
    let stories = [one(1, TASS, "A"), one(2, NASA, "B")];
    assert_eq!(composed(&audience(), &stories), composed(&audience(), &stories));
}

fn on_development(briefs: &[StoryBrief], threads: &BTreeMap<StoryId, String>) -> Digest {
    let material = Material { threads, ..material(briefs) };
    compose(&audience(), &material, (Occasion::Development, "a development was found"), ts(NOW)).unwrap()
}

#[test]
fn a_mail_on_developments_belongs_to_the_thread_of_its_first_story_and_counts_nothing_in_its_subject() {
    let digest = on_development(&[one(1, TASS, "Swap extended"), one(2, NASA, "Launch moved")], &BTreeMap::new());
    assert_eq!((digest.subject.as_str(), digest.thread), ("Launch moved", Some(StoryId(2))));
    let slot = composed(&audience(), &[one(1, TASS, "Swap extended"), one(2, NASA, "Launch moved")]).unwrap();
    assert_eq!((slot.subject.as_str(), slot.thread), ("Launch moved — and 1 more", None));
}

#[test]
fn a_thread_keeps_its_first_subject_and_another_story_has_its_own() {
    let threads = BTreeMap::from([(StoryId(2), "Launch set for 3 October".to_owned())]);
    let known = StoryBrief { told_before: true, ..one(2, NASA, "Launch moved to 5 October") };
    assert_eq!(on_development(std::slice::from_ref(&known), &threads).subject, "Launch set for 3 October");
    assert_eq!(on_development(&[one(3, NASA, "A leak was found")], &threads).subject, "A leak was found");
}

#[test]
fn a_heartbeat_says_how_long_there_was_nothing_and_how_the_feeds_are() {
    let quiet = |audience: &Audience, occasion| compose(audience, &material(&[]), (occasion, "quiet"), ts(NOW));
    let digest = quiet(&audience(), Occasion::Heartbeat).unwrap();
    assert_eq!(digest.subject, "Nothing new this week — 40/41 feeds healthy");
    let russian = Audience { language: Lang::Ru, ..audience() };
    assert_eq!(quiet(&russian, Occasion::Heartbeat).unwrap().subject, "Ничего нового за неделю; исправных лент: 40/41");
    assert!(quiet(&audience(), Occasion::Slot).is_none());
}

#[test]
fn days_to_come_are_all_told_in_a_digest_and_only_those_of_its_stories_in_a_mail_on_developments() {
    let planned = |id, title: &str| {
        let mut brief = one(id, NASA, title);
        let date = |value: &str| crate::domain::Fact {
            field: crate::domain::Field::Title,
            ..super::super::fixtures::fact("date", value, "Dec. 2")
        };
        brief.items[0].facts = vec![date("2026-12-02")];
        brief
    };
    let briefs = [planned(1, "Launch on Dec. 2"), planned(2, "Talks on Dec. 2")];
    let told = |occasion| {
        let material = Material { ahead: &briefs, ..material(&briefs[..1]) };
        compose(&audience(), &material, (occasion, "why"), ts(NOW)).unwrap().ahead
    };
    assert_eq!(told(Occasion::Slot).len(), 2);
    let of_story = told(Occasion::Development);
    assert_eq!(of_story.iter().map(|line| line.said.text.as_str()).collect::<Vec<_>>(), ["Launch on Dec. 2"]);
}
