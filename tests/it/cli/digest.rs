//! `digest` and `deliver`: a look changes nothing; what is sent is sent once.

use crate::harness::World;
use crate::program::polled;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_preview_shows_the_digest_and_changes_nothing() {
    let world = polled().await;
    let before = world.rows();
    for arguments in [&["digest", "preview"][..], &["digest", "preview", "--audience", "desk"]] {
        world.ask(arguments).done().says(&["To: desk", "Subject: ", "seat-swap", "2027"]);
    }
    world.ask(&["digest", "preview", "--html"]).done().says(&["<html", "seat-swap", "</html>"]);
    let value = world.ask(&["digest", "preview", "--json"]).done().json();
    assert_eq!(
        (&value["audience"], &value["composed"], &value["n_messages"]),
        (&"desk".into(), &true.into(), &0.into())
    );
    world.is_unchanged(&before);
    assert_eq!(world.mails().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_audience_is_told_with_those_there_are() {
    let world = polled().await;
    for action in ["preview", "send"] {
        world.ask(&["digest", action, "--audience", "moon"]).failed(1, &["`moon`", "there are: desk"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_is_not_sent_again() {
    let world = polled().await;
    world.ask(&["digest", "send", "--audience", "desk"]).done().says(&["desk: ", "1 to send", "1 sent"]);
    assert_eq!(world.mails().len(), 1);
    world.ask(&["digest", "send"]).done().says(&["desk: no digest"]);
    world.ask(&["digest", "preview"]).done().says(&["desk: no digest"]);
    assert_eq!(world.mails().len(), 1);
    let rows = world.rows();
    world.ask(&["deliver"]).done().says(&["0 sent, 0 to be tried again, 0 given up"]);
    let value = world.ask(&["deliver", "--json"]).done().json();
    assert_eq!((&value["n_sent"], &value["n_later"], &value["n_failed"]), (&0.into(), &0.into(), &0.into()));
    world.is_unchanged(&rows);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_way_out_that_is_blocked_is_told_and_the_mail_waits() {
    let world = polled().await;
    std::fs::write(world.folder.path().join("outbox"), "in the way").unwrap();
    world.ask(&["digest", "send"]).failed(1, &["outbox"]);
    world.ask(&["status"]).done().says(&["1 waiting, 0 sent"]);
    std::fs::remove_file(world.folder.path().join("outbox")).unwrap();
    world.ask(&["deliver"]).done().says(&["1 sent"]);
    assert_eq!(world.mails().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_new_is_no_digest_and_no_fault() {
    let world = World::with(&[("agency", "nasa")]).await;
    world.ask(&["digest", "preview"]).done().says(&["desk: no digest; "]);
    world.ask(&["digest", "send"]).done().says(&["desk: no digest; "]);
    assert_eq!(world.mails().len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_audience_it_says_that_nobody_is_told() {
    let world = World::with(&[("agency", "nasa")]).await;
    let text = std::fs::read_to_string(world.write_config()).unwrap();
    let (from, to) = (text.find("[[audience]]").unwrap(), text.find("[[feed]]").unwrap());
    let file = world.folder.path().join("nobody.toml");
    std::fs::write(&file, format!("{}{}", &text[..from], &text[to..])).unwrap();
    crate::program::with_config(&file, &["digest", "preview"], "").done().says(&["nobody is told"]);
}
