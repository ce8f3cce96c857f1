//! The two parts of a mail as a reader gets them.

use super::sample::plain;
use super::*;
use crate::domain::digest::{MoreStory, Occasion};
use crate::domain::item::Lang;
use crate::domain::story::StoryId;

fn desk() -> Digest {
    sample(Lang::En).unwrap()
}

fn rendered(digest: &Digest) -> Rendered {
    Renderer::new().render(digest).unwrap_or_else(|e| panic!("{e}: {:?}", std::error::Error::source(&e)))
}

fn check_golden(found: &str, expected: &str, file: &str) {
    let first = found.lines().zip(expected.lines()).position(|(a, b)| a != b);
    assert!(found == expected, "src/render/tests/{file} differs from line {first:?}; see `bless`");
}

#[test]
fn the_mail_of_the_desk_is_as_kept() {
    let mail = rendered(&desk());
    check_golden(&mail.text, include_str!("desk.txt"), "desk.txt");
    check_golden(&mail.html, include_str!("desk.html"), "desk.html");
    let russian = rendered(&Digest { language: Lang::Ru, ..desk() });
    check_golden(&russian.text, include_str!("desk-ru.txt"), "desk-ru.txt");
}

#[test]
#[ignore = "writes the files that the test above compares with; look at them before keeping them"]
fn bless() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/src/render/tests");
    let mail = rendered(&desk());
    let russian = rendered(&Digest { language: Lang::Ru, ..desk() });
    for (file, content) in [("desk.txt", mail.text), ("desk.html", mail.html), ("desk-ru.txt", russian.text)] {
        std::fs::write(format!("{dir}/{file}"), content).unwrap();
    }
}

#[test]
fn both_parts_list_the_same_stories_with_the_same_links() {
    let mail = rendered(&desk());
    let links_of_text: Vec<String> =
        mail.text.lines().filter_map(|l| l.trim().split_once("] http")).map(|(_, l)| format!("http{l}")).collect();
    assert!(links_of_text.len() >= 10);
    for link in &links_of_text {
        assert!(mail.html.contains(&format!("href=\"{}\"", link.replace('&', "&amp;"))), "{link}");
    }
    let mut at = (0, 0);
    for story in desk().new.iter().chain(&desk().developments) {
        let next = (place(&mail.text, story.id), place(&mail.html, story.id));
        assert!(next > at && next.1 > at.1, "{:?}", story.id);
        at = next;
    }
}

fn place(part: &str, id: StoryId) -> usize {
    part.find(&format!("orbitwire story {}", id.0)).unwrap()
}

#[test]
fn text_keeps_to_72_columns_but_for_links() {
    for language in [Lang::En, Lang::Ru] {
        let mail = rendered(&Digest { language, ..desk() });
        for line in mail.text.lines().filter(|line| !line.contains("://")) {
            assert!(line.chars().count() <= 72, "{line}");
        }
        assert!(!mail.text.contains("\n\n\n") && !mail.text.contains(" \n"));
    }
}

#[test]
fn html_holds_nothing_that_loads_runs_or_tracks() {
    let html = rendered(&desk()).html;
    for banned in
        ["<script", "<img", "<link", "<form", "<iframe", "<svg", "url(", "@import", "position:", "javascript:"]
    {
        assert!(!html.contains(banned), "{banned}");
    }
    assert_eq!(html.matches("role=\"main\"").count(), 1);
    assert!(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\""));
    let headings: Vec<_> = ["<h1", "<h2", "<h3"].map(|h| html.find(h).unwrap()).into();
    assert!(headings.is_sorted());
}

#[test]
fn every_text_says_its_own_language() {
    let html = rendered(&desk()).html;
    assert!(html.contains("lang=\"ru\" dir=\"auto\""));
    let russian = rendered(&Digest { language: Lang::Ru, ..desk() }).html;
    assert!(russian.contains("<html lang=\"ru\"") && russian.contains("lang=\"en\" dir=\"auto\""));
    assert!(russian.contains("Развитие") && !russian.contains("Also covered"));
}

#[test]
fn hostile_fields_stay_text() {
    let mut digest = desk();
    let evil = "<script>alert(1)</script> \"><img src=x onerror=y> {{ subject }}";
    digest.topics = vec![evil.into()];
    digest.audience = evil.into();
    let story = &mut digest.new[0];
    story.headline = evil.into();
    story.matched = evil.into();
    story.lead.outlet = evil.into();
    story.lead.country = evil.into();
    story.lead.url = Some("https://a.example/\"><script>".into());
    story.excerpts[0].text = evil.into();
    story.quotes[0].quote.speaker = evil.into();
    story.also[0].title = evil.into();
    story.also[0].url = Some("javascript:alert(1)".into());
    story.differences = vec![evil.into()];
    story.perspective = evil.into();
    let mail = rendered(&digest);
    for banned in ["<script", "<img", "javascript:"] {
        let allowed = rendered(&desk()).html.matches(banned).count();
        assert_eq!(mail.html.matches(banned).count(), allowed, "{banned}");
    }
    assert!(mail.html.contains("href=\"https://a.example/%22%3E%3Cscript%3E\""));
    assert!(mail.text.contains("{{ subject }}"), "a field is no template");
}

#[test]
fn a_word_without_end_may_be_broken_in_html_and_is_in_text() {
    let mut digest = desk();
    digest.new[0].headline = "я".repeat(200);
    let mail = rendered(&digest);
    assert!(!mail.html.contains(&"я".repeat(29)) && mail.text.lines().all(|line| !line.contains(&"я".repeat(73))));
    assert!(!mail.text.contains('\u{200B}'));
}

#[test]
fn the_topics_of_a_story_are_named_where_there_are_several() {
    let mut digest = desk();
    assert!(digest.new[0].topics.is_empty());
    digest.new[0].topics = vec!["Space law".into()];
    let mail = rendered(&digest);
    assert!(mail.text.contains("   Space law · official · 5 outlets") && mail.html.contains("Space law ·"));
}

#[test]
fn a_picture_comes_for_those_who_want_it_and_is_named_by_the_html() {
    let digest = Digest { charts: true, ..desk() };
    let mail = rendered(&digest);
    let picture = picture(&digest).unwrap();
    assert!(
        mail.html.contains(&format!("<img src=\"cid:{}\"", picture.content_id))
            && mail.html.contains("alt=\"46 reports")
    );
    assert!(picture.png.starts_with(b"\x89PNG"));
    let has_none = |digest: &Digest| super::picture(digest).is_none() && !rendered(digest).html.contains("<img");
    assert!(has_none(&desk()));
    assert!(has_none(&Digest { charts: true, occasion: Occasion::Development, ..desk() }));
}

#[test]
fn the_context_of_templates_is_documented() {
    fn check(value: &serde_json::Value, manual: &str) {
        match value {
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    assert!(manual.contains(&format!("`{key}`")), "docs/templates.md does not name `{key}`");
                    check(value, manual);
                }
            }
            serde_json::Value::Array(values) => values.iter().for_each(|value| check(value, manual)),
            _ => {}
        }
    }
    let view = view::View::of(&desk(), 10);
    check(&serde_json::to_value(&view).unwrap(), include_str!("../../../docs/templates.md"));
}

#[test]
fn the_same_digest_gives_the_same_bytes() {
    assert_eq!(rendered(&desk()), rendered(&desk()));
}

#[test]
fn the_preheader_adds_to_the_subject() {
    let mail = rendered(&desk());
    let n = mail.preheader.chars().count();
    assert!((40..=110).contains(&n), "{n}: {}", mail.preheader);
    assert_ne!(mail.preheader, mail.subject);
    let body = &mail.html[mail.html.find("<body").unwrap()..];
    assert!(body.find(&mail.preheader[..20]).unwrap() < 400, "it is the first text of the body");
}

#[test]
fn the_preheader_of_a_thread_says_what_its_subject_keeps_to_itself() {
    let mut digest = Digest { thread: Some(StoryId(98)), subject: "An older subject".into(), ..desk() };
    let preheader = rendered(&digest).preheader;
    assert!(preheader.starts_with("Changed: seat swap runs “through 2028” (was “through 2027”)"), "{preheader}");
    digest.developments[0].news[0].what = "launch on 5 October".into();
    let preheader = rendered(&digest).preheader;
    assert!(preheader.starts_with("Changed: launch on 5 October · and 2 more"), "{preheader}");
}

#[test]
fn a_heartbeat_is_a_whole_mail() {
    let mut digest = Digest { occasion: Occasion::Heartbeat, ..desk() };
    digest.subject = "Nothing new this week — 41 feeds healthy".into();
    digest.new.clear();
    digest.developments.clear();
    digest.running.clear();
    digest.troubles.clear();
    let mail = rendered(&digest);
    assert!(mail.text.contains("\nNothing new this week") && mail.html.contains("Nothing new this week"));
    assert!((40..=110).contains(&mail.preheader.chars().count()), "{}", mail.preheader);
}

#[test]
fn a_mail_on_developments_has_no_chart_and_a_digest_has_one() {
    let digest = desk();
    assert!(
        rendered(&digest).text.contains("reports in 14 days") && rendered(&digest).html.contains("reports in 14 days")
    );
    let instant = rendered(&Digest { occasion: Occasion::Development, ..digest });
    assert!(!instant.text.contains("reports in 14 days") && !instant.html.contains("reports in 14 days"));
}

#[test]
fn a_digest_of_one_plain_story_renders_too() {
    let digest = plain(desk());
    let mail = rendered(&digest);
    assert!(mail.preheader.chars().count() >= 40, "{}", mail.preheader);
    assert!(!mail.text.contains("Also covered") && !mail.html.contains("Also covered"));
}

#[test]
fn a_flood_stays_below_what_gmail_shows_and_loses_no_headline_in_silence() {
    let mut digest = desk();
    let story = digest.new[0].clone();
    digest.new = (1000..1025).map(|id| crate::domain::DigestStory { id: StoryId(id), ..story.clone() }).collect();
    for story in &mut digest.new {
        for also in &mut story.also {
            also.title = "«Длинный заголовок» ".repeat(15);
        }
    }
    let headline = |id| MoreStory {
        id: StoryId(id),
        headline: "заголовок ".repeat(16),
        outlet: "TASS".into(),
        url: Some(format!("https://tass.example/{id}")),
        lang: Lang::Ru,
    };
    digest.more = (1..=400).map(headline).collect();
    digest.n_more = 400;
    let mail = rendered(&digest);
    assert!(mail.html.len() <= HTML_BYTES_MAX && mail.html.len() > HTML_BYTES_MAX / 2, "{}", mail.html.len());
    let n_shown = mail.text.matches("orbitwire story ").count() - digest.running.len() - digest.ahead.len();
    let n_counted = digest.new.len() + digest.developments.len() + 400 - n_shown;
    assert!(n_counted > 0 && mail.text.contains(&format!("and {n_counted} more: orbitwire stories")), "{n_counted}");
}
