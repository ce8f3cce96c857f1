//! `stories merge`, `stories split`, `mute`, `unmute`, `release`, through the real program.

use jiff::SignedDuration;
use orbitwire::clock::Clock;

use crate::harness::{World, happening};
use crate::program::{DEAL, LEAK, Said, polled, recent};

fn subjects(world: &World) -> usize {
    world.mails().len()
}

pub fn story_of(world: &World, title: &str) -> i64 {
    let stories = world.ask(&["stories", "--json"]).done().json_lines();
    stories.iter().find(|story| story["title"] == title).unwrap()["id"].as_i64().unwrap()
}

fn items_of(world: &World, story: i64) -> Vec<i64> {
    let dossier = world.ask(&["story", &story.to_string(), "--json"]).done().json();
    dossier["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()).collect()
}

fn preview(world: &World) -> Said {
    world.ask(&["digest", "preview"]).done()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stories_are_put_together_and_later_reports_follow() {
    let world = polled().await;
    let (deal, leak) = (story_of(&world, DEAL.0), story_of(&world, LEAK.0));
    let (deal_id, leak_id) = (format!("S-{deal}"), leak.to_string());
    world.ask(&["stories", "merge", &deal_id, &leak_id]).done().says(&[&format!("S-{leak} is in S-{deal} now")]);
    assert_eq!(world.ask(&["stories", "--json"]).done().json_lines().len(), 1);
    world.ask(&["story", &leak_id]).done().says(&[&format!("S-{deal}: {}", DEAL.0), LEAK.0, "put here by hand"]);
    world.feeds.show("agency", &[recent("again", LEAK.0, "", 1)]);
    world.ask(&["poll", "--all"]).done();
    assert_eq!(items_of(&world, deal).len(), 3, "what is near to the other story's items follows them");
    world.ask(&["stories", "merge", &deal_id, &leak_id]).failed(1, &["are one story already"]);
    world.ask(&["stories", "merge", &deal_id, "4711"]).failed(1, &["there is no story S-4711"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_told_is_not_told_again_after_a_merge_and_what_was_not_still_is() {
    let world = polled().await;
    world.ask(&["digest", "send"]).done();
    let title = "NASA and Roscosmos name crew of Soyuz MS-41";
    let text = "NASA astronaut Jane Roe will fly on Soyuz MS-41 with cosmonauts on 5 December 2031, the agencies said.";
    world.feeds.show("agency", &[recent("crew", title, text, 1)]);
    world.ask(&["poll", "--all"]).done();
    let (deal, leak, crew) = (story_of(&world, DEAL.0), story_of(&world, LEAK.0), story_of(&world, title));
    world.ask(&["stories", "merge", &deal.to_string(), &leak.to_string(), &crew.to_string()]).done();
    let said = preview(&world);
    let news: Vec<&str> = said.out.lines().filter(|line| line.contains("> New")).collect();
    assert!(news.len() == 1 && news[0].contains("Jane Roe"), "{news:?}");
    world.ask(&["digest", "send"]).done();
    assert_eq!(subjects(&world), 2);
    preview(&world).says(&["nothing new to tell"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_told_by_two_stories_is_told_once_after_a_merge() {
    let world = polled().await;
    let twin = "Seat exchange of Roscosmos, NASA prolonged through 2027";
    world.feeds.show("wire", &[recent("leak", LEAK.0, LEAK.1, 2), recent("twin", twin, DEAL.1, 1)]);
    world.ask(&["poll", "--all"]).done();
    let deal = story_of(&world, DEAL.0);
    let items = items_of(&world, deal);
    assert_eq!(items.len(), 2, "grouping joins them by itself");
    let split = world.ask(&["stories", "split", &deal.to_string(), &items[1].to_string(), "--json"]).done().json();
    let other = split["story"].as_i64().unwrap();
    preview(&world).says(&[DEAL.0, twin]);
    world.ask(&["stories", "merge", &deal.to_string(), &other.to_string()]).done();
    let lines = preview(&world).out.lines().filter(|line| line.contains("2027") && line.contains("1.")).count();
    assert!(lines <= 1, "{}", preview(&world).out);
    let explained = world.ask(&["explain", &items[1].to_string()]).done();
    explained.says(&["its story was put into another one"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn items_taken_out_are_a_story_of_their_own_and_are_told_as_such() {
    let world = polled().await;
    world.feeds.show("wire", &[recent("leak", LEAK.0, LEAK.1, 2), recent("twin", DEAL.0, DEAL.1, 1)]);
    world.ask(&["poll", "--all"]).done();
    world.ask(&["digest", "send"]).done();
    let deal = story_of(&world, DEAL.0);
    let items = items_of(&world, deal);
    preview(&world).says(&["nothing new to tell"]);
    world.ask(&["stories", "split", &deal.to_string(), "99"]).failed(1, &["item 99 is not in S-"]);
    let all: Vec<String> = items.iter().map(ToString::to_string).collect();
    world.ask(&["stories", "split", &deal.to_string(), &all[0], &all[1]]).failed(1, &["at least one must stay"]);
    world.ask(&["stories", "split", &deal.to_string(), &all[1]]).done().says(&["1 item is a story of its own now"]);
    preview(&world).says(&[DEAL.0]);
    world.ask(&["digest", "send"]).done();
    preview(&world).says(&["nothing new to tell"]);
    world.ask(&["poll", "--all"]).done();
    assert_eq!(items_of(&world, deal), items[..1], "it stays apart when its feed is read again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_muted_story_is_in_no_mail_and_comes_back_with_what_it_brought() {
    let world = polled().await;
    let (deal, leak) = (story_of(&world, DEAL.0).to_string(), story_of(&world, LEAK.0).to_string());
    world.ask(&["mute", "story", &deal]).done().says(&["is muted"]);
    world.ask(&["mute", "story", &deal]).done().says(&["was muted already"]);
    world.ask(&["stories"]).done().says(&["official, muted"]);
    world.ask(&["story", &deal]).done().says(&["muted since"]);
    preview(&world).says(&["утечке"]).without(&["2027"]);
    world.ask(&["unmute", "story", &deal]).done().says(&["told in the next digest"]);
    preview(&world).says(&["2027"]);
    world.ask(&["mute", "story", &leak]).done();
    world.ask(&["unmute", "story", &leak, "--from-now"]).done();
    preview(&world).says(&["утечке"]);
    world.ask(&["mute", "story", "4711"]).failed(1, &["there is no story S-4711"]);
    world.ask(&["mute", "feed", "1"]).failed(2, &["story"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_came_while_muted_is_not_told_when_it_is_heard_from_now_only() {
    let world = polled().await;
    world.ask(&["digest", "send"]).done();
    let deal = story_of(&world, DEAL.0).to_string();
    world.ask(&["mute", "story", &deal]).done();
    let changed = recent("new", &DEAL.0.replace("2027", "2031"), &DEAL.1.replace("2027", "2031"), 1);
    world.feeds.show("wire", &[changed]);
    world.ask(&["poll", "--all"]).done().says(&["1 development"]);
    preview(&world).says(&["nothing new to tell"]);
    world.ask(&["story", &deal]).done().says(&["2031"]);
    world.ask(&["unmute", "story", &deal, "--from-now"]).done();
    preview(&world).says(&["nothing new to tell"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_is_held_until_it_is_released() {
    let world = polled().await;
    world.ask(&["digest", "send"]).done();
    let old = Clock::System.now() - SignedDuration::from_hours(24 * 100);
    let flood: Vec<_> = (0..60)
        .map(|n| {
            let (title, lead) = happening(n);
            crate::harness::Entry { at: old, ..recent(&format!("moved-{n}"), &title, &lead, 1) }
        })
        .collect();
    world.feeds.show("agency", &flood);
    world.ask(&["poll", "--all"]).done();
    world.ask(&["feeds", "list"]).done().says(&["60 old entries came at once", "`orbitwire release` tells them"]);
    preview(&world).without(&["MS-41"]);
    let held = world.ask(&["search", "MS-41", "--json"]).done().json_lines()[0]["id"].to_string();
    world.ask(&["explain", &held]).done().says(&["told       no: it came in a flood of old entries"]);
    world.ask(&["release", "nowhere"]).failed(1, &["no feed has the URL, name or outlet `nowhere`"]);
    world.ask(&["release", "agency"]).done().says(&["60 items are released; 60 developments are to be told"]);
    preview(&world).says(&["MS-"]);
    world.ask(&["release", "agency"]).done().says(&["nothing of `agency` is held back"]);
    world.ask(&["digest", "send"]).done();
    // One mail has room for forty stories; the others come with the next.
    preview(&world).says(&["and 19 more"]);
    world.ask(&["digest", "send"]).done();
    preview(&world).says(&["nothing new to tell"]);
}
