//! Migrations of a database that is served.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::{Value as Json, json};

use super::{APPLICATION, MANY, NOTES, Notes, RATED};
use crate::moving::{ask, copy, file, send_with};
use crate::support::{Folder, Server, address_in};

const SERVE: [&str; 5] = ["serve", "--app", "app", "--data", "data"];

fn serve(notes: &Notes) -> (Server, String) {
    let mut server = notes.folder.start(&SERVE);
    let address = address_in(&server.wait_for_err("\"serving\"")).to_owned();
    (server, address)
}

fn create(address: &str, body: &Json) -> (u16, Json) {
    send_with(address, "POST", "/records/notes", "", body)
}

#[test]
fn serve_applies_what_is_pending() {
    let notes = Notes::new(3);
    notes.change(RATED);
    let (server, address) = serve(&notes);
    let (status, note) = create(&address, &json!({"title": "new", "stars": 4}));
    assert_eq!((status, &note["stars"]), (201, &json!(4)));
    assert_eq!(server.stop(), 0);
    notes.migrate(&["status"]).assert_done();
}

#[test]
fn serve_that_may_not_migrate_refuses() {
    let notes = Notes::new(3);
    notes.change(RATED);
    notes
        .folder
        .write("data/config.toml", "[database]\nmigrate = \"refuse\"\n");
    let before = notes.everything();
    let answer = notes
        .folder
        .run(&[&SERVE[..], &["--listen", "127.0.0.1:0"]].concat());
    answer.assert_failed();
    assert!(
        answer
            .err
            .contains("the last of its migrations is number 1: bring it there with"),
        "{}",
        answer.err
    );
    assert_eq!(notes.everything(), before);
    notes.migrate(&["apply"]).assert_done();
    let (server, _) = serve(&notes);
    assert_eq!(server.stop(), 0);
}

#[test]
fn serve_refuses_a_definition_that_has_no_migration() {
    let notes = Notes::new(0);
    notes.define(RATED);
    let answer = notes
        .folder
        .run(&[&SERVE[..], &["--listen", "127.0.0.1:0"]].concat());
    answer.assert_failed();
    assert!(
        answer
            .err
            .contains("write the difference with `mainstay migrate new`"),
        "{}",
        answer.err
    );
}

/// Writes without an end, in the form of the old API until that is refused, then in that of the new one. Tells how many
/// notes were made in each.
fn write_until(address: &str, stop: &AtomicBool) -> (usize, usize) {
    let (mut old, mut new) = (0, 0);
    while !stop.load(Ordering::SeqCst) || new == 0 {
        if new == 0 {
            let (status, answer) = create(address, &json!({"title": "old", "stars": "3"}));
            if status == 201 {
                old += 1;
                continue;
            }
            assert_eq!(answer["errors"][0]["field"], "stars", "{status} {answer}");
        }
        let (status, answer) = create(address, &json!({"title": "new", "stars": 4}));
        assert_eq!(status, 201, "{answer}");
        new += 1;
    }
    (old, new)
}

#[test]
fn a_reload_migrates_while_clients_write() {
    let notes = Notes::new(MANY);
    let (mut server, address) = serve(&notes);
    let stop = AtomicBool::new(false);
    let (old, new) = thread::scope(|scope| {
        let writers = scope.spawn(|| write_until(&address, &stop));
        notes.change(RATED);
        server.hang_up();
        server.wait_for_err("a new definition is in force");
        stop.store(true, Ordering::SeqCst);
        writers.join().unwrap()
    });
    assert_eq!(server.stop(), 0);
    assert!(old > 0 && new > 0, "{old} and {new}");
    notes.migrate(&["status"]).assert_done();
    let all = notes.run(&["export", "notes", "--format", "jsonl"]).out;
    let stars = |title: &str, stars: i64| {
        let of = all
            .lines()
            .map(|line| serde_json::from_str::<Json>(line).unwrap());
        of.filter(|note| note["title"] == title && note["stars"] == stars)
            .count()
    };
    assert_eq!(all.lines().count(), MANY + old + new);
    assert_eq!((stars("old", 3), stars("new", 4)), (old, new));
}

#[test]
fn a_reload_that_cannot_migrate_changes_nothing() {
    let notes = Notes::new(1);
    let (mut server, address) = serve(&notes);
    create(&address, &json!({"title": "bad", "stars": "many"}));
    notes.change(RATED);
    server.hang_up();
    let line = server.wait_for_err("the one before stays in force");
    assert!(line.contains("1 records would not fit"), "{line}");
    let (status, _) = create(&address, &json!({"title": "old", "stars": "3"}));
    assert_eq!(status, 201);
    assert_eq!(server.stop(), 0);
}

#[test]
fn dev_touches_no_database_of_production() {
    let notes = Notes::new(1);
    let before = notes.everything();
    let answer = notes
        .folder
        .run(&["dev", "--app", "app", "--data", "data", "--listen", "127.0.0.1:0"]);
    answer.assert_failed();
    assert!(
        answer.err.contains("the database is one of production"),
        "{}",
        answer.err
    );
    assert_eq!(notes.everything(), before);
}

/// `dev` follows the files of the definition; whatever lies in the folder of migrations is nothing to it.
#[test]
fn dev_never_reads_migrations() {
    let folder = Folder::with_files(&[
        ("mainstay.toml", APPLICATION),
        ("collections/notes.toml", NOTES),
        ("migrations/0001_spoiled.toml", "this is no migration"),
    ]);
    let mut server = folder.start(&["dev", "--app", "app", "--data", "data"]);
    server.wait_for_out("127.0.0.1:");
    assert_eq!(server.stop(), 0);
    let answer = folder.run(&["migrate", "status", "--app", "app", "--data", "data"]);
    answer.assert_failed();
    assert!(answer.err.contains("0001_spoiled"), "{}", answer.err);
    folder.write("app/migrations/0001_spoiled.toml", "");
    std::fs::remove_file(folder.path("app/migrations/0001_spoiled.toml")).unwrap();
    folder.run(&["migrate", "new", "--app", "app"]).assert_done();
    // From the first migration on the database is none for development.
    folder
        .run(&["migrate", "apply", "--app", "app", "--data", "data"])
        .assert_done();
    let refused = folder.run(&["dev", "--app", "app", "--data", "data"]);
    refused.assert_failed();
    assert!(refused.err.contains("`mainstay dev` touches none"), "{refused:?}");
}

#[test]
fn a_database_without_migrations_is_recognised() {
    let notes = Notes {
        folder: Folder::with_files(&[("mainstay.toml", APPLICATION)]),
    };
    notes.define(NOTES);
    let (server, address) = serve(&notes);
    create(&address, &json!({"title": "first", "stars": "3"}));
    assert_eq!(server.stop(), 0);
    notes.migrate(&["new"]).assert_done();
    notes.change(RATED);
    let answer = notes.migrate(&["apply"]);
    answer.assert_done();
    assert!(!answer.err.contains("0001_begin begins"), "{}", answer.err);
    assert_eq!(notes.ask("SELECT name FROM _migrations ORDER BY number").len(), 2);
    let stars = notes.run(&["export", "notes", "--format", "jsonl"]).out;
    assert!(stars.contains("\"stars\":3"), "{stars}");
}

#[test]
fn a_database_to_which_no_migration_leads_is_refused() {
    let notes = Notes {
        folder: Folder::with_files(&[("mainstay.toml", APPLICATION)]),
    };
    notes.define(NOTES);
    let (server, _) = serve(&notes);
    assert_eq!(server.stop(), 0);
    notes.change(RATED);
    let answer = notes.migrate(&["apply"]);
    answer.assert_failed();
    assert!(
        answer
            .err
            .contains("the database has a shape to which no migration leads"),
        "{}",
        answer.err
    );
}

#[test]
fn a_copy_keeps_its_migrations() {
    let notes = Notes::new(3);
    notes.change(RATED);
    notes.migrate(&["apply"]).assert_done();
    let names = "SELECT name FROM _migrations ORDER BY number";
    let wanted = notes.ask(names);
    let from = notes
        .folder
        .url_of("data")
        .unwrap_or_else(|| "sqlite:data".to_owned());
    copy(&notes.folder, &from, "sqlite:there").assert_done();
    assert_eq!(ask(&file(&notes.folder, "there"), names), wanted);
    let args = ["migrate", "status", "--app", "app", "--data", "there"];
    if !notes.is_on_server() {
        notes.folder.run(&args).assert_done();
    }
}
