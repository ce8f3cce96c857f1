//! Care of the store by hand and by the service: checks, copies, the way back, what goes by age.

use std::path::{Path, PathBuf};

use orbitwire::clock::Clock;
use rusqlite::Connection;

use crate::harness::World;
use crate::program::{polled, with_config};
use crate::running::{Running, changed, get};

fn store(world: &World) -> PathBuf {
    world.folder.path().join("news.db")
}

/// Overwrites the middle of a file: pages that are read later than the first.
fn damage(path: &Path) {
    Connection::open(path).unwrap().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let mut bytes = std::fs::read(path).unwrap();
    let length = bytes.len();
    bytes[8192..length].chunks_mut(8192).for_each(|page| page[..64].fill(0xa5));
    std::fs::write(path, bytes).unwrap();
}

fn count(path: &Path, what: &str) -> usize {
    let sql = format!("SELECT count(*) FROM {what}");
    Connection::open(path).unwrap().query_row(&sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_whole_store_is_checked_and_a_damaged_one_is_told_with_the_way_back() {
    let world = polled().await;
    world.ask(&["db", "check"]).done().says(&["news.db is whole", "KiB"]);
    assert_eq!(world.ask(&["db", "check", "--json"]).done().json()["ok"], true);
    let copy = world.folder.path().join("backups/news-20260301T000000Z.db");
    world.ask(&["db", "backup", copy.to_str().unwrap()]).done().says(&["whole and checked"]);
    damage(&store(&world));
    let said = world.ask(&["db", "check"]).failed(1, &[]);
    let way = format!("orbitwire db restore {}", copy.display());
    let said = said.says(&["DAMAGED", &way]);
    assert_eq!(said.err, "");
    world.ask(&["poll", "--all"]).failed(65, &["is damaged", &way]);
    std::fs::write(store(&world), [0xff; 10_000]).unwrap();
    let said = world.ask(&["status", "--check"]).failed(2, &[]);
    assert!(said.out.starts_with("CRITICAL: ") && said.out.contains("damaged"), "{}", said.out);
    // An emptied one is none to begin anew with.
    std::fs::write(store(&world), "").unwrap();
    world.ask(&["poll", "--all"]).failed(65, &["is damaged", &way, "the file is empty"]);
    let said = world.ask(&["db", "restore", copy.to_str().unwrap()]).done();
    said.says(&["is in place of", "news.aside-", "may be told again"]);
    world.ask(&["db", "check"]).done();
    world.ask(&["status"]).done().says(&["items      3 seen"]);
    world.ask(&["poll", "--all"]).done();
    // Nor is one that is gone.
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", store(&world).display()));
    }
    world.ask(&["poll", "--all"]).failed(65, &["is gone, and copies of it are there", &way]);
    assert!(!store(&world).exists());
    world.ask(&["db", "restore", copy.to_str().unwrap()]).done();
    world.ask(&["poll", "--all"]).done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_goes_into_no_folder_that_is_not_there() {
    let world = polled().await;
    let file = world.folder.path().join("misspelt/copy.db");
    world.ask(&["db", "backup", file.to_str().unwrap()]).failed(1, &["there is no folder", "misspelt"]);
    assert!(!file.parent().unwrap().exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_is_made_beside_the_running_service_and_only_over_a_copy() {
    let world = polled().await;
    let mut service = Running::ready(&world.write_config());
    let copy = world.folder.path().join("copy.db");
    for _ in 0..2 {
        let said = world.ask(&["db", "backup", copy.to_str().unwrap(), "--json"]).done().json();
        assert_eq!(said["bytes"], std::fs::metadata(&copy).unwrap().len());
    }
    assert_eq!(count(&copy, "items"), 3);
    let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&copy).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let into = world.folder.path().join("many");
    std::fs::create_dir(&into).unwrap();
    world.ask(&["db", "backup", into.to_str().unwrap()]).done().says(&["many/news-20"]);
    let other = world.folder.path().join("letter.txt");
    std::fs::write(&other, "dear reader").unwrap();
    world.ask(&["db", "backup", other.to_str().unwrap()]).failed(1, &["letter.txt", "another file stands there"]);
    world.ask(&["db", "backup", "/dev/null"]).failed(1, &["/dev/null", "what stands there is no file"]);
    assert_eq!(std::fs::read_to_string(&other).unwrap(), "dear reader");
    world.ask(&["db", "backup", store(&world).to_str().unwrap()]).failed(1, &["that is the store itself"]);
    world.ask(&["db", "restore", copy.to_str().unwrap()]).failed(1, &["the service works on", "stop it first"]);
    service.stops("-TERM");
    world.ask(&["db", "restore", other.to_str().unwrap()]).failed(65, &["letter.txt", "not a database"]);
    world.ask(&["db", "restore", "nowhere.db"]).failed(1, &["there is no file `nowhere.db`"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_old_goes_and_never_returns_as_new() {
    let world = polled().await;
    let years = |n: i64| (Clock::System.now() - jiff::SignedDuration::from_hours(24 * 366 * n)).as_millisecond();
    let sql =
        format!("UPDATE items SET first_seen_at = {0}; UPDATE messages SET ended_at = {0}, state = 'sent'", years(3));
    world.ask(&["digest", "send"]).done();
    Connection::open(store(&world)).unwrap().execute_batch(&sql).unwrap();
    let (n_items, n_kept) = (count(&store(&world), "items"), count(&store(&world), "items WHERE kept = 1"));
    let before = world.rows();
    let counts = ["1 texts", "1 rows", "1 mails"];
    let dry = world.ask(&["db", "prune", "--dry-run"]).done().says(&["would go"]).says(&counts[..2]);
    assert!(dry.out.contains("mails sent"));
    world.is_unchanged(&before);
    world.ask(&["db", "prune"]).done().says(&["gone: 1 texts"]).says(&counts[..2]);
    assert_eq!((n_items, n_kept, count(&store(&world), "items")), (3, 2, 2));
    assert_eq!(count(&store(&world), "messages WHERE length(bytes) > 0"), 0);
    world.ask(&["db", "prune"]).done().says(&["gone: 0 texts"]);
    world.ask(&["db", "check"]).done();
    // The feeds still show everything.
    Connection::open(store(&world)).unwrap().execute_batch("UPDATE feeds SET etag = NULL, body_hash = NULL").unwrap();
    world.ask(&["poll", "--all"]).done().says(&["0 items new"]);
}

/// The service's schedules are for days; its files say how long ago something was done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_copies_and_checks_by_itself_and_keeps_few_copies() {
    let world = polled().await;
    let folder = world.folder.path().join("backups");
    std::fs::create_dir(&folder).unwrap();
    let old = |n: usize| folder.join(format!("news-2026010{n}T000000Z.db"));
    (1..=4).for_each(|n| assert!(with_backup(&world, &old(n))));
    std::fs::write(folder.join("news-20260109T000000Z.db.part"), "cut short").unwrap();
    let checked = "INSERT INTO meta VALUES ('checked_at', '1767225600000')";
    Connection::open(store(&world)).unwrap().execute_batch(checked).unwrap();
    let mut service = Running::ready(&world.write_config());
    service.says(&["the store was checked and is whole"]);
    service.says(&["the store was copied", "news-20"]);
    service.stops("-TERM");
    let names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
    let copies = names.iter().filter(|name| name.to_string_lossy().ends_with(".db")).count();
    assert_eq!(copies, 3, "{names:?}");
    assert!(!old(1).exists() && old(4).exists());
    world.ask(&["status"]).done().says(&["care       checked", "whole; copied"]);
}

fn with_backup(world: &World, to: &Path) -> bool {
    world.ask(&["db", "backup", to.to_str().unwrap()]).done().code == Some(0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damage_that_a_check_finds_is_told_everywhere() {
    let world = polled().await;
    let listen = world.folder.path().join("web.sock");
    let config = changed(&world, "web.toml", |text| format!("{text}\n[web]\nlisten = \"unix:{}\"\n", listen.display()));
    // A reference that leads nowhere: the file can be read, and yet something is missing.
    let sql = "PRAGMA foreign_keys = OFF; INSERT INTO notices (feed, at, words) VALUES (999, 0, 'x');
               INSERT INTO meta VALUES ('checked_at', '1767225600000')";
    Connection::open(store(&world)).unwrap().execute_batch(sql).unwrap();
    let mut service = Running::ready(&config);
    service.says(&["the store is damaged", "notices 1: its row in feeds is missing"]);
    let said = with_config(&config, &["status", "--check"], "").failed(2, &[]);
    said.says(&["CRITICAL: the store is damaged: notices 1"]);
    let said = get(&listen, "/healthz");
    assert!(said.starts_with("HTTP/1.1 503 ") && said.contains("CRITICAL: the store is damaged"), "{said}");
    service.stops("-TERM");
    // Readers are told too, once.
    let told = with_config(&config, &["digest", "preview"], "").done();
    told.says(&["the store is damaged and must be restored"]);
    let mut again = Running::ready(&config);
    again.says(&["ready"]);
    again.stops("-TERM");
    let own = "notices WHERE words LIKE 'the store is damaged%'";
    assert_eq!(count(&store(&world), own), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_on_a_disk_that_can_only_be_read_is_shown() {
    let world = polled().await;
    let folder = world.folder.path().join("frozen");
    let Some(disk) = crate::bad_store::Disk::mounted(&folder, "8m") else {
        println!("skipped: no file system can be mounted here");
        return;
    };
    let copy = folder.join("news.db");
    world.ask(&["db", "backup", copy.to_str().unwrap()]).done();
    Connection::open(&copy).unwrap().pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(())).unwrap();
    disk.grown("ro");
    let config = changed(&world, "frozen.toml", |text| text.replace("\"news.db\"", "\"frozen/news.db\""));
    for command in [&["status"][..], &["search", "agreement"], &["db", "check"], &["db", "prune", "--dry-run"]] {
        let said = with_config(&config, command, "").done();
        let is_told = said.err.contains("can only be read");
        assert_eq!(is_told, command[0] != "db", "{command:?}: {}", said.err);
    }
    let out = world.folder.path().join("out.db");
    with_config(&config, &["db", "backup", out.to_str().unwrap()], "").done();
    assert_eq!(count(&out, "items"), 3);
    with_config(&config, &["poll"], "").failed(1, &["cannot be written"]);
}
