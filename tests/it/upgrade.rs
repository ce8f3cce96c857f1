//! A store of each earlier program, with data in it, is brought up to date: copied first, nothing lost, nothing told
//! again.

use std::path::Path;

use rusqlite::Connection;

use crate::harness::World;
use crate::program::polled;

fn migrations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

fn names(store: &Connection, sql: &str) -> Vec<String> {
    store.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// A store as the program of schema `version` left it, with the rows of `present` that it knew.
fn earlier(present: &Path, version: usize, at: &Path) {
    let store = Connection::open(at).unwrap();
    migrations()[..version].iter().for_each(|step| store.execute_batch(step).unwrap());
    store.execute("ATTACH ?1 AS present", [present.to_str().unwrap()]).unwrap();
    store.execute_batch("PRAGMA foreign_keys = OFF; BEGIN").unwrap();
    let tables = "SELECT name FROM main.sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'
                  AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'item_words%'";
    for table in names(&store, tables) {
        let columns =
            |schema: &str| names(&store, &format!("SELECT name FROM pragma_table_info('{table}', '{schema}')"));
        let known = columns("present");
        let common: Vec<_> = columns("main").into_iter().filter(|column| known.contains(column)).collect();
        let common = common.join(", ");
        store
            .execute_batch(&format!("INSERT INTO main.{table} ({common}) SELECT {common} FROM present.{table}"))
            .unwrap();
    }
    let sql = format!("COMMIT; PRAGMA application_id = {}; PRAGMA user_version = {version}", 0x4F52_4257);
    store.execute_batch(&sql).unwrap();
}

/// What must be the same before and after.
fn rows(world: &World) -> Vec<String> {
    let kept = |row: &String| {
        ["items:", "stories:", "developments:", "digest_developments:"].iter().any(|table| row.starts_with(table))
    };
    world.rows().into_iter().filter(kept).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_earlier_schema_is_brought_up_to_date_with_its_data() {
    let known = migrations().len();
    for version in 1..known {
        let world = polled().await;
        world.ask(&["digest", "send"]).done();
        let (before, n_mails) = (rows(&world), world.mails().len());
        assert!(n_mails > 0 && before.len() > 8, "{n_mails} {before:?}");
        let store = world.folder.path().join("news.db");
        let old = world.folder.path().join("old.db");
        earlier(&store, version, &old);
        for end in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(world.folder.path().join(format!("news.db{end}")));
        }
        std::fs::rename(&old, &store).unwrap();
        let words = format!("schema {version}");
        world.ask(&["status"]).failed(1, &["is of an earlier program", &words, "orbitwire run"]);
        world.ask(&["poll", "--all"]).done().says(&["0 items new"]);
        let copy = world.folder.path().join(format!("backups/news-before-schema-{known}.db"));
        let left: usize =
            Connection::open(&copy).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        assert_eq!(left, version, "the copy is of the earlier program");
        assert_eq!(rows(&world).len(), before.len());
        // Some are known by their links only, until their feeds say their ids again.
        let n = |table: &str| world.rows().iter().filter(|row| row.starts_with(table)).count();
        assert!(n("identity_keys:") >= n("items:") && n("items:") > 0);
        world.ask(&["db", "check"]).done();
        world.ask(&["digest", "send"]).done();
        assert_eq!(world.mails().len(), n_mails, "nothing is told again");
        // The way back: the copy is a store of the earlier program.
        world.ask(&["db", "restore", copy.to_str().unwrap()]).done();
        world.ask(&["poll"]).done();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_cannot_be_copied_first_is_left_as_it_is() {
    let world = polled().await;
    let store = world.folder.path().join("news.db");
    let old = world.folder.path().join("old.db");
    earlier(&store, 1, &old);
    for end in ["-wal", "-shm"] {
        let _ = std::fs::remove_file(world.folder.path().join(format!("news.db{end}")));
    }
    std::fs::rename(&old, &store).unwrap();
    std::fs::write(world.folder.path().join("backups"), "in the way of the folder").unwrap();
    world.ask(&["poll"]).failed(1, &["cannot be copied to", "backups/news-before-schema-"]);
    let left: usize =
        Connection::open(&store).unwrap().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(left, 1);
}
