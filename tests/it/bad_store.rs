//! Store files that cannot be used: one clear line that names the file, exit code 1, and the file as it was.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use rusqlite::Connection;

use crate::harness::World;
use crate::program::{Said, polled, program, recent, run, with_config};

/// What looks into the store, what writes into it, and what stays in it.
const COMMANDS: [&[&str]; 3] = [&["status"], &["poll", "--all"], &["run"]];

/// The world's configuration with its store elsewhere.
pub fn config_with(world: &World, store: &Path) -> PathBuf {
    let text = std::fs::read_to_string(world.write_config()).unwrap();
    let file = world.folder.path().join("elsewhere.toml");
    std::fs::write(&file, text.replace("\"news.db\"", &format!("{store:?}"))).unwrap();
    file
}

/// One line that names the store and says all of this; a damaged one has a code of its own.
#[track_caller]
fn is_one_line(said: Said, store: &Path, parts: &[&str]) {
    let shown = store.to_string_lossy();
    let code = if parts.iter().any(|part| part.contains("damaged")) { 65 } else { 1 };
    let said = said.failed(code, &[&shown, "orbitwire: store "]).failed(code, parts);
    assert_eq!((said.out.as_str(), said.err.lines().count()), ("", 1), "{}", said.err);
    for part in parts {
        assert_eq!(said.err.matches(part).count(), 1, "said twice: {}", said.err);
    }
}

/// Every command refuses such a file in the same words and leaves it as it is.
async fn check(make: impl Fn(&Path), parts: &[&str]) {
    let world = World::with(&[("agency", "nasa")]).await;
    for command in COMMANDS {
        let store = world.folder.path().join("other.db");
        make(&store);
        let before = std::fs::read(&store).unwrap();
        is_one_line(with_config(&config_with(&world, &store), command, ""), &store, parts);
        assert_eq!(std::fs::read(&store).unwrap(), before, "{command:?} changed the file");
        let beside: Vec<_> = ["-wal", "-shm", "-journal"].map(|end| format!("{}{end}", store.display())).into();
        assert!(beside.iter().all(|path| !Path::new(path).exists()), "{command:?} left something beside it");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_no_database_is_refused() {
    let words = "no database at all. ".repeat(500);
    check(|store| std::fs::write(store, &words).unwrap(), &["is not a database or is damaged", "move it aside"]).await;
    check(|store| std::fs::write(store, [0xff; 10_000]).unwrap(), &["is not a database or is damaged"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_of_another_program_is_refused() {
    let foreign = |store: &Path, id: i64| {
        let _ = std::fs::remove_file(store);
        let other = Connection::open(store).unwrap();
        other.pragma_update(None, "application_id", id).unwrap();
        other.execute_batch("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')").unwrap();
    };
    check(|store| foreign(store, 0), &["another program's database", "[store] path"]).await;
    check(|store| foreign(store, 0x1234), &["another program's database", "0x00001234"]).await;
}

/// A sound store made by the program.
fn sound(store: &Path) {
    drop(orbitwire::store::Store::open(store).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_store_of_a_later_program_is_refused() {
    let newer = |store: &Path| {
        let _ = std::fs::remove_file(store);
        sound(store);
        Connection::open(store).unwrap().pragma_update(None, "user_version", 99).unwrap();
    };
    check(newer, &["newer than this program", "schema 99", "install"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_was_cut_short_is_refused() {
    for share in [0.9, 0.5, 0.05] {
        let cut = |store: &Path| {
            let _ = std::fs::remove_file(store);
            sound(store);
            let file = std::fs::OpenOptions::new().write(true).open(store).unwrap();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a size"
            )]
            file.set_len((file.metadata().unwrap().len() as f64 * share) as u64).unwrap();
        };
        check(cut, &["is damaged", "restore a backup"]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_file_becomes_a_store() {
    let world = World::with(&[("agency", "nasa")]).await;
    let store = world.folder.path().join("empty.db");
    std::fs::write(&store, "").unwrap();
    let config = config_with(&world, &store);
    is_one_line(with_config(&config, &["status"], ""), &store, &["there is no store here yet"]);
    with_config(&config, &["poll"], "").done();
    with_config(&config, &["status"], "").done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_where_no_file_can_be_is_told() {
    let world = World::with(&[("agency", "nasa")]).await;
    let file = world.folder.path().join("file");
    std::fs::write(&file, "in the way").unwrap();
    for command in &COMMANDS[1..] {
        for store in [file.join("news.db"), file.join("deep/news.db"), world.folder.path().to_owned()] {
            let said = with_config(&config_with(&world, &store), command, "");
            is_one_line(said, &store, &[]);
        }
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "in the way");
}

/// Runs a command as somebody whom file modes bind; `None` when that cannot be arranged.
fn as_a_plain_user(config: &Path, arguments: &[&str]) -> Option<Said> {
    use std::os::unix::process::CommandExt;
    let mut command = program();
    command.arg("--config").arg(config).args(arguments);
    let user = Command::new("id").arg("-u").output().ok()?;
    if user.stdout.starts_with(b"0\n") {
        let mut probe = program();
        probe.arg("--version").uid(65534);
        probe.output().ok()?;
        command.uid(65534);
    }
    Some(run(command, b""))
}

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_may_not_be_written_is_told_with_what_to_look_at() {
    let world = polled().await;
    let (config, store) = (world.write_config(), world.folder.path().join("news.db"));
    let before = std::fs::read(&store).unwrap();
    for (file_mode, folder_mode) in [(0o444, 0o555), (0o444, 0o777), (0o000, 0o755)] {
        for file in std::fs::read_dir(world.folder.path()).unwrap().map(|file| file.unwrap().path()) {
            set_mode(&file, if file.starts_with(&store) { file_mode } else { 0o444 });
        }
        set_mode(&store, file_mode);
        set_mode(world.folder.path(), folder_mode);
        let Some(said) = as_a_plain_user(&config, &["poll", "--all"]) else {
            println!("skipped: the program cannot be run as another user here");
            return;
        };
        is_one_line(said, &store, &["cannot be written", "owner and mode"]);
        set_mode(world.folder.path(), 0o755);
        assert_eq!(std::fs::read(&store).unwrap(), before);
    }
}

/// A file system of its own, taken away at the end.
pub struct Disk(pub PathBuf);

impl Disk {
    pub fn mounted(path: &Path, size: &str) -> Option<Self> {
        std::fs::create_dir(path).unwrap();
        let options = format!("size={size}");
        let mount = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(path).output();
        mount.ok().filter(|mount| mount.status.success()).map(|_| Self(path.to_owned()))
    }

    pub fn grown(&self, options: &str) {
        let mount = Command::new("mount").args(["-o", &format!("remount,{options}")]).arg(&self.0).status();
        assert!(mount.unwrap().success());
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_told_and_what_was_missed_is_polled_again() {
    let world = World::with(&[("small", "nasa"), ("large", "tass")]).await;
    let Some(disk) = Disk::mounted(&world.folder.path().join("disk"), "1m") else {
        println!("skipped: no file system can be mounted here");
        return;
    };
    let store = disk.0.join("news.db");
    let config = config_with(&world, &store);
    world.feeds.show("small", &[recent("one", crate::program::DEAL.0, "", 1)]);
    with_config(&config, &["poll", "small"], "").done().says(&["1 item new"]);
    let long = "Nothing of note happened in the district today. ".repeat(80);
    let many: Vec<_> =
        (0..300).map(|n| recent(&n.to_string(), &format!("Report {n}"), &format!("{n} {long}"), 1)).collect();
    world.feeds.show("large", &many);
    let said = with_config(&config, &["poll", "large"], "");
    is_one_line(said, &store, &["the disk is full", "free some space"]);
    with_config(&config, &["status"], "").done().says(&["items      1 seen, 1 kept"]);
    disk.grown("size=64m");
    with_config(&config, &["poll", "large"], "").done().says(&["300 items new"]);
    with_config(&config, &["status"], "").done().says(&["items      301 seen"]);
    let integrity: String =
        Connection::open(&store).unwrap().query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(integrity, "ok");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_can_only_be_read_is_told() {
    let world = World::with(&[("agency", "nasa")]).await;
    let Some(disk) = Disk::mounted(&world.folder.path().join("disk"), "4m") else {
        println!("skipped: no file system can be mounted here");
        return;
    };
    let store = disk.0.join("news.db");
    let config = config_with(&world, &store);
    with_config(&config, &["poll", "--all"], "").done();
    disk.grown("ro");
    is_one_line(with_config(&config, &["poll", "--all"], ""), &store, &["cannot be written"]);
    disk.grown("rw");
    with_config(&config, &["poll", "--all"], "").done();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_store_is_waited_for_and_then_told() {
    let world = polled().await;
    let store = world.folder.path().join("news.db");
    let other = Connection::open(&store).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    world.ask(&["status"]).done();
    let begun = Instant::now();
    is_one_line(world.ask(&["poll", "--all"]), &store, &["is locked by another program"]);
    let waited = begun.elapsed().as_secs();
    assert!((7..20).contains(&waited), "it waited {waited} s");
    other.execute_batch("ROLLBACK").unwrap();
    world.ask(&["poll", "--all"]).done();
}
