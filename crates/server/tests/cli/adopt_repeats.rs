//! Imports that are repeated, stopped and undone.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::adopting::{
    Served, adopted, assert_equal, assert_line, assert_told, line_of, place_of, rows, run_in_file,
};
use crate::moving::{ask, look_into_file, look_into_server, send};
use crate::support::Folder;

#[test]
fn a_later_import_changes_what_has_changed() {
    let (folder, source) = adopted("fieldnotes", &[]);
    rows(&folder, &source, &["--import"]).assert_done();
    let served = Served::start(&folder);
    let second = served.find("notes", "legacy_id", "2");
    served.change("notes", &second["id"], &json!({"text": "Changed here"}));
    served.stop();
    source.run(
        "UPDATE notes SET text = 'Sundew in May', updated_at = '2024-06-01 08:00:00' WHERE id = 1;
         UPDATE notes SET text = 'Changed there' WHERE id = 2;
         UPDATE notes SET answers = NULL WHERE id = 4;
         UPDATE notes SET answers = NULL WHERE id = 1;
         DELETE FROM notes WHERE id = 3;
         INSERT INTO sites (id, name) VALUES (3, 'Fen');",
    );
    let repeated = rows(&folder, &source, &["--import"]);
    repeated.assert_failed();
    let counts =
        "4 rows, 1 created, 1 changed, 0 unchanged, 1 rejected, 0 orphans, 1 left as changed here, 1 gone";
    assert_line(&repeated, "notes", counts);
    assert_line(
        &repeated,
        "sites",
        "3 rows, 1 created, 0 changed, 2 unchanged, 0 rejected, 0 orphans",
    );
    assert_told(
        &repeated,
        &[
            "notes row 2: its record was changed here since, and stays as it is",
            "notes row 3: is gone from the source; its record stays",
            "source and target differ in notes",
        ],
    );
    let forced = rows(&folder, &source, &["--import", "--force", "--delete-gone"]);
    assert_equal(forced.assert_done());
    let counts = "4 rows, 0 created, 1 changed, 2 unchanged, 1 rejected, 0 orphans, 1 gone, 1 removed";
    assert_line(&forced, "notes", counts);
    let served = Served::start_again(&folder);
    assert_eq!(served.find("notes", "legacy_id", "2")["text"], "Changed there");
    let first = served.find("notes", "legacy_id", "1");
    assert_eq!(first["updated_at"], "2024-06-01T08:00:00.000000Z");
    assert_eq!(first["answers"], serde_json::Value::Null);
    served.stop();
}

#[test]
fn what_leads_to_a_rejected_row_waits_for_it() {
    let (folder, source) = adopted("fieldnotes", &[]);
    source.run("UPDATE notes SET answers = 5 WHERE id = 2");
    let first = rows(&folder, &source, &["--import"]);
    assert_equal(first.assert_done());
    let counts = "5 rows, 3 created, 0 changed, 0 unchanged, 2 rejected, 1 orphans, 1 with an empty relation";
    assert_line(&first, "notes", counts);
    assert_told(
        &first,
        &["notes row 2: answers: leads to a row that was rejected: it stays empty"],
    );
    let again = rows(&folder, &source, &["--import"]);
    let counts = "5 rows, 0 created, 0 changed, 3 unchanged, 2 rejected, 1 orphans, 1 with an empty relation";
    assert_line(again.assert_done(), "notes", counts);
    source.run("UPDATE notes SET text = 'Good', measured = NULL WHERE id = 5");
    let repaired = rows(&folder, &source, &["--import"]);
    assert_equal(repaired.assert_done());
    assert_line(
        &repaired,
        "notes",
        "5 rows, 1 created, 0 changed, 3 unchanged, 1 rejected, 1 orphans",
    );
    let served = Served::start(&folder);
    let fifth = served.find("notes", "legacy_id", "5");
    assert_eq!(served.find("notes", "legacy_id", "2")["answers"], fifth["id"]);
    let path = format!(
        "/records/sites/{}",
        served.find("sites", "legacy_id", "1")["id"].as_str().unwrap()
    );
    served.change(
        "sites",
        &served.find("sites", "legacy_id", "2")["id"],
        &json!({"name": "Dunes"}),
    );
    let (status, refused) = send(&served.address, "DELETE", &path, &served.token, &json!(null));
    assert_eq!(status, 204, "{refused}");
    served.stop();
    let differs = rows(&folder, &source, &["--import"]);
    differs.assert_failed();
    assert_told(
        &differs,
        &[
            "sites row 1: its record was deleted here, and stays so",
            "sites row 2: its record was changed here since, and stays as it is",
        ],
    );
}

#[test]
fn an_undoing_removes_what_nobody_has_changed() {
    let (folder, source) = adopted("fieldnotes", &[]);
    let first = rows(&folder, &source, &["--import"]);
    let served = Served::start(&folder);
    let note = served.find("notes", "legacy_id", "2");
    served.change("notes", &note["id"], &json!({"text": "Changed here"}));
    served.stop();
    let undone = rows(&folder, &source, &["--undo"]);
    // The changed note answers another one, which answers a third, and all have their places.
    assert_eq!(
        undone.assert_done().out,
        "notes: 0 removed, 3 kept\nsites: 0 removed, 2 kept\nusers: 2 removed, 0 kept\n"
    );
    assert_told(
        &undone,
        &[
            "row 2: has been changed here since",
            "row 1: other records point to it",
        ],
    );
    let undone = rows(&folder, &source, &["--undo", "--force"]);
    assert!(
        undone.assert_done().out.contains("sites: 2 removed, 0 kept\n"),
        "{}",
        undone.out
    );
    let served = Served::start_again(&folder);
    let path = "/records/notes";
    let (_, list) = send(&served.address, "GET", path, &served.token, &json!(null));
    assert_eq!(list["items"], json!([]));
    served.stop();
    let again = rows(&folder, &source, &["--import"]);
    assert_eq!(again.assert_done().out, first.out);
    let twice = rows(&folder, &source, &["--undo"]);
    assert_eq!(
        twice.assert_done().out,
        "notes: 3 removed, 0 kept\nsites: 2 removed, 0 kept\nusers: 2 removed, 0 kept\n"
    );
}

#[test]
fn there_is_nothing_to_undo_before_an_import() {
    let (folder, source) = adopted("fieldnotes", &[]);
    Served::start(&folder).stop();
    let refused = rows(&folder, &source, &["--undo"]);
    assert_told(
        refused.assert_failed(),
        &["nothing has been imported here, so there is nothing to undo"],
    );
}

/// A file whatever the target is, so that one engine goes to the other, too.
#[test]
fn an_import_that_was_killed_goes_on() {
    const ROWS: i64 = 4_000;
    let folder = Folder::new();
    let path = folder.path("many.db");
    // Each entry follows the one before it, and the first follows the last of all.
    run_in_file(
        &path,
        "CREATE TABLE entries (id INTEGER PRIMARY KEY, text TEXT NOT NULL, follows INTEGER REFERENCES entries (id));
         WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
         INSERT INTO entries SELECT i, 'entry ' || i, CASE WHEN i > 1 THEN i - 1 END FROM n;",
    );
    folder.run(&["adopt", "many.db", "--out", "app"]).assert_done();
    let import = [
        "adopt", "many.db", "--app", "app", "--data", "app/data", "--import",
    ];
    let mut running = folder.spawn(&import);
    let look = match folder.url_of("app/data") {
        Some(url) => look_into_server(&url),
        None => look_into_file(folder.path("app/data/mainstay.db")),
    };
    let began = Instant::now();
    // At first there is no such table.
    while look("SELECT count(*) FROM _adopted").is_none_or(|entries| entries < 1_000) {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "the import never began"
        );
    }
    running.kill().unwrap();
    assert_eq!(
        running.wait().unwrap().code(),
        None,
        "the import was faster than the test"
    );
    let went_on = folder.run(&import);
    assert_equal(went_on.assert_done());
    let line = line_of(&went_on, "entries");
    let unchanged: i64 = line
        .split(", ")
        .nth(3)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1_000..ROWS).contains(&unchanged), "{line}");
    let count = "SELECT count(*) FROM entries";
    assert_eq!(ask(&place_of(&folder), count), [["4000"]]);
    let undone = folder.run(&["adopt", "many.db", "--app", "app", "--data", "app/data", "--undo"]);
    assert_eq!(undone.assert_done().out, "entries: 4000 removed, 0 kept\n");
}
