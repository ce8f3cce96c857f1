//! `stories`, `story`, `feeds list`, `search`, `status`: looking into the store.

use crate::harness::{FILES, World};
use crate::program::{DEAL, LEAK, ROVER, polled, with_config};
use crate::running::changed;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stories_are_listed_and_shown_by_either_number() {
    let world = polled().await;
    world.ask(&["stories"]).done().says(&["S-1 ", "S-2 ", DEAL.0, LEAK.0, "1 item, 1 outlet"]).without(&[ROVER.0]);
    let stories = world.ask(&["stories", "--json"]).done().json_lines();
    let id = stories.iter().find(|story| story["title"] == DEAL.0).unwrap()["id"].to_string();
    assert_eq!(world.ask(&["stories", "--limit", "1", "--json"]).done().json_lines().len(), 1);
    world.ask(&["stories", "--days", "0"]).done().says(&["--days looks further back"]);
    let said = world.ask(&["story", &id]).done();
    let said = said.says(&[DEAL.0, "What happened", "Voices for", "Jane Miller", "Facts", "2027", "Reports", "NASA"]);
    for other in [format!("S-{id}"), format!("s-{id}")] {
        assert_eq!(world.ask(&["story", &other]).done().out, said.out);
    }
    let value = world.ask(&["story", &id, "--json"]).done().json();
    assert!(value.to_string().contains("Jane Miller"), "{value}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_story_that_is_not_there_is_told_and_no_number_is_a_usage_error() {
    let world = polled().await;
    let said = world.ask(&["story", "4711"]).failed(1, &["no story", "4711"]);
    assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    world.ask(&["story", "S-x"]).failed(2, &["`S-x` is no story number", "S-12"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn feeds_say_how_they_are_in_words() {
    let world = polled().await;
    world.ask(&["feeds", "list"]).done().says(&[
        "ok   agency (nasa)",
        "FAIL broken (rt)",
        "404",
        "next poll",
        "1 failure",
    ]);
    let feeds = world.ask(&["feeds", "list", "--json"]).done().json_lines();
    let healthy: Vec<_> = feeds.iter().map(|feed| (feed["name"].as_str().unwrap(), &feed["healthy"])).collect();
    assert_eq!(healthy, [("agency", &true.into()), ("wire", &true.into()), ("broken", &false.into())]);
    assert!(feeds[2]["last_error"].as_str().unwrap().contains("404"), "{}", feeds[2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_are_found_in_any_form_in_both_languages() {
    let world = polled().await;
    let found = |words: &[&str]| -> Vec<String> {
        let said = world.ask(&[&["search", "--json"], words].concat()).done();
        said.json_lines().iter().map(|line| line["title"].as_str().unwrap().to_owned()).collect()
    };
    for words in [&["agreements"][..], &["AGREEMENT", "seat"], &["Roscosmos"], &["extending"]] {
        assert_eq!(found(words), [DEAL.0], "{words:?}");
    }
    for words in [&["утечка"][..], &["УТЕЧКОЙ", "модули"], &["Роскосмосом"], &["сообщил"]]
    {
        assert_eq!(found(words), [LEAK.0], "{words:?}");
    }
    assert_eq!(found(&["rover"]), Vec::<String>::new());
    assert_eq!(found(&["--all", "rovers"]), [ROVER.0]);
    assert_eq!(found(&["agreement", "утечка"]), Vec::<String>::new(), "all of the words");
    world.ask(&["search", "rover"]).done().says(&["nothing found", "--all"]);
    world.ask(&["search", "seat"]).done().says(&[DEAL.0, "NASA", "story S-"]);
    world.ask(&["search", "--all", "rover"]).done().says(&["matched no topic"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_holds_over_both_kinds_of_items() {
    let world = polled().await;
    for (limit, n) in [("1", 1), ("2", 2), ("0", 0)] {
        // "the" stands in the agency's two items, only one of which is kept.
        let said = world.ask(&["search", "--all", "--json", "--limit", limit, "the"]).done();
        assert_eq!(said.json_lines().len(), n, "--limit {limit}: {}", said.out);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_query_is_an_operator_or_a_fault() {
    let world = polled().await;
    let hostile = [
        "\"",
        "*",
        "AND",
        "OR",
        "NOT",
        "seat AND",
        "NEAR(seat deal)",
        "seat*",
        "title:seat",
        "^seat",
        "'; DROP TABLE items; --",
        "(",
        "seat OR",
        "-",
        "+",
        "{",
        "\u{0430}\u{0301}",
        "🚀",
        " ",
        "",
        "\\",
        "%",
        "seat\nswap",
        "😀 seat",
    ];
    for query in hostile {
        // With `--all` both ways of searching are gone.
        let said = world.ask(&["search", "--all", "--", query]).done();
        assert_eq!(said.err, "", "{query:?}");
    }
    world.ask(&["search", "seat*"]).done().says(&[DEAL.0]);
    world.ask(&["search", "--", &"seat ".repeat(2_000)]).done().says(&[DEAL.0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_counts_everything() {
    let world = polled().await;
    let parts =
        ["feeds      3, 1 failing, 0 never polled", "items      3 seen, 2 kept", "stories    2, 2 developments"];
    world
        .ask(&["status"])
        .done()
        .says(&parts)
        .says(&["outbox     0 waiting, 0 sent, 0 failed", "desk: 0 digests, none yet"]);
    world.ask(&["digest", "send"]).done();
    world.ask(&["status"]).done().says(&["0 waiting, 1 sent", "desk: 1 digest, last "]);
    let value = world.ask(&["status", "--json"]).done().json();
    assert_eq!((&value["n_feeds"], &value["outbox"]["n_sent"]), (&3.into(), &1.into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_is_shown_beside_the_faults_of_the_configuration() {
    let world = polled().await;
    let file = changed(&world, "faulty.toml", |text| text.replace("min_gap", "min_gpa"));
    let said = with_config(&file, &["status"], "").failed(78, &["min_gpa"]);
    assert!(said.out.contains("items      3 seen, 2 kept"), "{}", said.out);
    let said = with_config(&file, &["status", "--check"], "").failed(2, &[]);
    assert!(said.out.contains("the service does not run") && said.out.contains("1 fault"), "{}", said.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_only_looks_reads_no_password_and_runs_no_command_for_one() {
    let world = polled().await;
    let ran = world.folder.path().join("ran");
    let mail = "[mail]\ntransport = \"smtp\"\nhost = \"127.0.0.1\"\nport = 9\nuser = \"bot\"\n";
    let mail = format!("{mail}password_command = \"touch {}; echo pass-word-7\"\n", ran.display());
    let file = changed(&world, "asks.toml", |text| text.replace(&format!("[mail]\n{FILES}"), &mail));
    for asked in [&["status"][..], &["stories"], &["feeds", "list"], &["outbox", "list"]] {
        with_config(&file, asked, "").done();
    }
    assert!(!ran.exists());
    with_config(&file, &["check"], "");
    assert!(ran.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looking_into_a_store_that_is_not_there_says_how_it_comes_to_be() {
    let world = World::with(&[("agency", "nasa")]).await;
    for command in
        [&["status"][..], &["stories"], &["story", "1"], &["explain", "1"], &["search", "x"], &["feeds", "list"]]
    {
        let said = world.ask(command).failed(1, &["news.db", "there is no store here yet", "orbitwire poll"]);
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
    }
    assert!(!world.folder.path().join("news.db").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn looking_changes_nothing() {
    let world = polled().await;
    let before = world.rows();
    for command in
        [&["status"][..], &["stories"], &["story", "1"], &["explain", "1"], &["search", "x"], &["feeds", "list"]]
    {
        world.ask(command).done();
    }
    world.is_unchanged(&before);
}
