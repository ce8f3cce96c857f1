//! `judge`: entries in, verdicts out, line for line.

use serde_json::{Value, json};

use crate::harness::World;
use crate::program::{DEAL, LEAK, ROVER, keys};

const KEYS: [&str; 10] =
    ["development", "facts", "id", "item", "new", "quotes", "reasons", "relevant", "score", "story"];

async fn judge(arguments: &[&str], rows: &[Value]) -> Vec<Value> {
    let world = World::with(&[("agency", "nasa")]).await;
    let input: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let verdicts = world.ask_with(&[&["judge"], arguments].concat(), &input).done().json_lines();
    assert_eq!(verdicts.len(), rows.len());
    for (row, verdict) in rows.iter().zip(&verdicts) {
        assert_eq!(row["id"], verdict["id"], "the order is kept");
        assert_eq!(keys(verdict), KEYS);
    }
    assert!(!world.folder.path().join("news.db").exists(), "the store is an empty one in memory");
    verdicts
}

fn row(id: Value, (title, lead): (&str, &str), date: &str, publisher: &str) -> Value {
    json!({ "id": id, "title": title, "summary": lead, "date": date, "publisher": publisher })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_row_gets_its_verdict_in_the_same_order() {
    let verdicts = judge(
        &[],
        &[
            row(json!("late"), LEAK, "2026-03-03", "TASS"),
            row(json!(17), DEAL, "2026-03-01T06:00:00Z", "NASA"),
            row(json!(null), ROVER, "2026-03-02", "NASA"),
        ],
    )
    .await;
    let relevant: Vec<&Value> = verdicts.iter().map(|verdict| &verdict["relevant"]).collect();
    assert_eq!(relevant, [true, true, false]);
    let deal = &verdicts[1];
    assert!(deal["score"].as_f64().unwrap() > 0.0 && deal["item"].is_i64() && deal["story"].is_i64(), "{deal}");
    assert_eq!(deal["development"], true);
    assert!(deal["new"].is_string() && deal["reasons"].as_array().unwrap().len() >= 3, "{deal}");
    assert!(deal["facts"].as_array().unwrap().iter().any(|fact| fact["text"].as_str().unwrap().contains("2027")));
    for fact in deal["facts"].as_array().unwrap() {
        assert!(fact["kind"].is_string() && fact["text"].is_string(), "{fact}");
    }
    let quote = &deal["quotes"][0];
    for key in ["kind", "text", "speaker", "verb", "stance"] {
        assert!(quote[key].is_string(), "{key}: {quote}");
    }
    assert_eq!((&quote["kind"], &quote["stance"]), (&"direct".into(), &"welcoming".into()));
    let rover = &verdicts[2];
    assert_eq!((&rover["story"], &rover["development"], &rover["new"]), (&Value::Null, &false.into(), &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_entry_twice_is_the_same_item_and_new_once() {
    let url = json!("https://www.nasa.gov/deal/?utm_source=x");
    let mut first = row(json!("a"), DEAL, "2026-03-01", "NASA");
    let mut second = row(json!("b"), DEAL, "2026-03-01", "NASA");
    (first["url"], second["url"]) = (url, json!("https://nasa.gov/deal"));
    let verdicts = judge(&[], &[first.clone(), second, first]).await;
    assert_eq!(verdicts[0]["item"], verdicts[1]["item"]);
    assert_eq!(verdicts[0]["item"], verdicts[2]["item"]);
    let developments: Vec<&Value> = verdicts.iter().map(|verdict| &verdict["development"]).collect();
    assert_eq!(developments, [true, false, false]);
    assert!(verdicts.iter().all(|verdict| verdict["relevant"] == true), "{verdicts:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_without_a_date_arrives_with_the_one_before_it() {
    let undated = json!({ "id": "b", "title": "NASA confirms seat-swap agreement with Roscosmos through 2027",
        "publisher": "SpaceNews", "summary": DEAL.1 });
    let verdicts = judge(&[], &[row(json!("a"), DEAL, "2026-03-01", "NASA"), undated.clone()]).await;
    assert_eq!(verdicts[0]["story"], verdicts[1]["story"]);
    assert!(judge(&[], &[undated]).await[0]["relevant"] == true, "also as the first one");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn relevance_and_stories_can_be_given() {
    let rows: Vec<Value> = [(json!("x"), DEAL), (json!("x"), ROVER), (json!(7), LEAK)]
        .iter()
        .enumerate()
        .map(|(n, (story, text))| {
            let mut row = row(json!(n), *text, &format!("2026-03-0{}", n + 1), &format!("Outlet {n}"));
            row["story"] = json!(story);
            row
        })
        .collect();
    let verdicts = judge(&["--assume-relevant", "--given-stories"], &rows).await;
    assert!(verdicts.iter().all(|verdict| verdict["relevant"] == true && verdict["story"].is_i64()), "{verdicts:?}");
    assert_eq!(verdicts[0]["story"], verdicts[1]["story"]);
    assert_ne!(verdicts[0]["story"], verdicts[2]["story"]);
    let own = judge(&["--assume-relevant"], &rows).await;
    assert_ne!(own[0]["story"], own[1]["story"], "without the switch the label is not looked at");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_line_is_answered_by_a_verdict_and_told() {
    let world = World::with(&[("agency", "nasa")]).await;
    let good = row(json!("good"), DEAL, "2026-03-01", "NASA");
    let input = format!("{good}\n{{\"id\": \"cut\n\n[1]\n{{\"id\":5,\"title\":7}}\n{good}");
    let said = world.ask_with(&["judge"], &input).failed(1, &["line 2 ", "line 4 ", "line 5 "]);
    let verdicts = said.json_lines();
    assert_eq!(verdicts.len(), 5, "{}", said.out);
    assert_eq!(verdicts[0]["id"], "good");
    for broken in &verdicts[1..4] {
        assert_eq!((&broken["id"], &broken["relevant"], keys(broken)), (&Value::Null, &false.into(), KEYS.to_vec()));
        assert!(broken["reasons"][0].as_str().unwrap().contains("is no row"), "{broken}");
    }
    assert_eq!((&verdicts[4]["id"], &verdicts[4]["item"]), (&"good".into(), &verdicts[0]["item"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_is_no_text_costs_itself_only() {
    let world = World::with(&[("agency", "nasa")]).await;
    let mut asked = crate::program::program();
    asked.arg("judge").arg("--config").arg(world.write_config());
    let said =
        crate::program::run(asked, b"{\"id\":1}\n{\"id\":2,\"title\":\"\xff\"}\n{\"id\":3}\n").failed(1, &["line 2 "]);
    let ids: Vec<Value> = said.json_lines().iter().map(|verdict| verdict["id"].clone()).collect();
    assert_eq!(ids, [json!(1), json!(null), json!(3)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_and_empty_rows_get_a_verdict_too() {
    let rows = [
        json!({ "id": 1 }),
        json!({ "id": 2, "title": "", "date": "never", "url": "javascript:alert(1)", "lang": "xx", "publisher": "" }),
        json!({ "id": [3], "title": "\u{0}\u{1b}[2J\u{202e}".repeat(50), "summary": "<".repeat(20_000) }),
        json!({ "id": { "four": 4 }, "title": "\"NASA\" * AND \"Roscosmos\" OR NEAR(", "date": "9999-12-31T23:59:59Z" }),
        json!({ "id": 5, "title": DEAL.0, "date": "0001-01-01" }),
    ];
    let verdicts = judge(&[], &rows).await;
    assert_eq!(verdicts[0]["score"].to_string(), "0.0", "not -0.0, the sum of nothing");
    judge(&["--assume-relevant"], &rows).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_in_is_nothing_out_and_an_unknown_topic_is_told() {
    let world = World::with(&[("agency", "nasa")]).await;
    for input in ["", "\n", "  \n\n"] {
        assert_eq!(world.ask_with(&["judge"], input).done().out, "");
    }
    world.ask(&["judge", "--topic", "moon"]).failed(1, &["`moon`", "us-russia-space"]);
    world.ask(&["judge", "--topic", "us-russia-space"]).done();
}
