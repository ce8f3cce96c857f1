//! `eval`: each decision measured on labelled rows.

use serde_json::json;

use crate::harness::World;
use crate::program::{DEAL, LEAK, ROVER, Said};

async fn eval(what: &str, rows: &str, arguments: &[&str]) -> Said {
    let world = World::with(&[("agency", "nasa")]).await;
    let file = world.folder.path().join("labels.jsonl");
    std::fs::write(&file, rows).unwrap();
    world.ask(&[&["eval", what, &file.to_string_lossy()], arguments].concat())
}

fn rows() -> String {
    let rows = [
        json!({ "id": "a", "title": DEAL.0, "summary": DEAL.1, "date": "2026-03-01", "publisher": "NASA", "lang": "en",
            "relevant": true, "story": "deal", "development": true,
            "facts": [{ "kind": "date", "text": "through 2027" }],
            "statements": [{ "kind": "direct", "text": "We welcome the extension", "speaker": "Jane Miller",
                "stance": "welcoming" }] }),
        json!({ "id": "b", "title": LEAK.0, "summary": LEAK.1, "date": "2026-03-02", "publisher": "TASS", "lang": "ru",
            "relevant": true, "story": "leak", "development": true }),
        json!({ "id": "c", "title": ROVER.0, "summary": ROVER.1, "date": "2026-03-03", "publisher": "NASA",
            "relevant": true, "story": "rover" }),
        json!({ "id": "d", "title": DEAL.0, "summary": DEAL.1, "date": "2026-03-03", "publisher": "RT", "lang": "en",
            "relevant": true, "story": "deal", "development": false }),
    ];
    rows.map(|row| format!("{row}\n")).concat()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn relevance_counts_what_is_kept_against_the_labels() {
    let value = eval("relevance", &rows(), &["--json", "--misses"]).await.done().json();
    let all = &value["figures"][0];
    assert_eq!((&all["rows"], &all["n"], &all["n_relevant"]), (&"all".into(), &4.into(), &4.into()));
    assert_eq!((all["precision"].as_f64(), all["recall"].as_f64()), (Some(1.0), Some(0.75)));
    let misses = value["misses"].as_array().unwrap();
    assert_eq!((misses.len(), &misses[0]["id"]), (1, &"c".into()));
    eval("relevance", &rows(), &["--misses"]).await.done().says(&["0.75", ROVER.0]);
    eval("relevance", &rows(), &[]).await.done().without(&[ROVER.0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stories_novelty_and_quotes_are_measured() {
    let stories = eval("stories", &rows(), &["--json"]).await.done().json();
    assert_eq!((&stories["n_items"], &stories["n_stories"], &stories["f1"]), (&4.into(), &3.into(), &1.0.into()));
    let novelty = eval("novelty", &rows(), &["--json"]).await.done().json();
    assert_eq!(novelty["sure"], json!({ "n_right": 0, "n_found": 0, "n_hit": 0, "n_labelled": 0 }));
    assert_eq!(novelty["by_kind"]["date"]["n_hit"], 1, "{novelty}");
    let quotes = eval("quotes", &rows(), &["--json"]).await.done().json();
    assert_eq!(quotes["direct"]["statements"]["n_hit"], 1, "{quotes}");
    assert_eq!(quotes["direct"]["n_stance_right"], 1, "{quotes}");
    for what in ["stories", "novelty", "quotes"] {
        eval(what, &rows(), &[]).await.done().says(&["precision", "recall"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_or_absent_file_is_told_with_its_line() {
    for what in ["relevance", "stories", "novelty", "quotes"] {
        eval(what, "{}\n{\"title\": 5}\n", &[]).await.failed(1, &["labels.jsonl:2: "]);
        for unlabelled in ["", "{\"title\": \"Harbour opens\"}\n"] {
            eval(what, unlabelled, &[]).await.failed(1, &["labels.jsonl", "no row", "nothing to measure by"]);
        }
    }
    let world = World::with(&[("agency", "nasa")]).await;
    world.ask(&["eval", "quotes", "absent.jsonl"]).failed(1, &["absent.jsonl"]);
}
