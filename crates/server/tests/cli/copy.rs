//! Moving an installation. Tests that need a PostgreSQL cluster fail without one; `.config/one-engine.txt` lists them.

use std::collections::HashMap;

use mainstay_store::Place;
use mainstay_testkit::TestDatabase;
use serde_json::{Value as Json, json};

use crate::moving::{
    EMAIL, Look, SOURCE, ask, change, cluster, copy, file, kill_copy, look_into_file, look_into_server,
    populated, send, send_with, serve, server, sign_in,
};
use crate::support::Folder;

const KINDS: &str = r#"
[fields.note]
type = "text"
[fields.count]
type = "integer"
[fields.price]
type = "decimal"
scale = 2
[fields.ratio]
type = "number"
[fields.done]
type = "boolean"
[fields.day]
type = "date"
[fields.at]
type = "datetime"
[fields.colour]
type = "select"
options = ["red", "green"]
[fields.tags]
type = "multi_select"
options = ["a", "b"]
[fields.data]
type = "json"
[fields.mail]
type = "email"
[fields.site]
type = "url"
[fields.other]
type = "relation"
to = "kinds"
[fields.others]
type = "relation"
to = "kinds"
many = true
[rules]
create = "true"
"#;

fn values() -> Json {
    json!({
        "note": "Größe 'naïve' \"😀\" ?1 \\x00 $1",
        "count": i64::MIN + 1,
        "price": "-12345.67",
        "ratio": 0.1,
        "done": true,
        "day": "0001-02-03",
        "at": "2026-03-10T18:01:00.123456Z",
        "colour": "green",
        "tags": ["b", "a"],
        "data": {"b": [1, 2.50, null], "a": "\u{7f}"},
        "mail": "ada@example.com",
        "site": "https://example.com/?q=1",
    })
}

/// The session goes on, and the journal takes the next number for the next change.
fn assert_lives_on(folder: &Folder, place: &[&str], database: &Place, token: &str) {
    const JOURNAL: &str = "SELECT max(seq), count(*) FROM _journal";
    let before = ask(database, JOURNAL);
    let (server, address) = serve(folder, place);
    let (status, me) = send(&address, "GET", "/auth/me", token, &Json::Null);
    assert_eq!((status, me["email"].as_str()), (200, Some(EMAIL)), "{me}");
    let project = json!({"name": "Moved", "type": "text_classification"});
    let (status, made) = send(&address, "POST", "/records/projects", token, &project);
    assert_eq!(status, 201, "{made}");
    assert_eq!(server.stop(), 0);
    let number = |rows: &[Vec<String>], column: usize| rows[0][column].parse::<i64>().unwrap();
    let after = ask(database, JOURNAL);
    assert_eq!(number(&after, 0), number(&before, 0) + 1);
    assert_eq!(number(&after, 1), number(&before, 1) + 1);
}

#[test]
fn ten_thousand_records_go_to_postgres_and_back() {
    let rooms = populated();
    let folder = &rooms.folder;
    let token = sign_in(folder, &["--data", "app/data"]);
    let database = TestDatabase::create(&folder.path("."));
    let url = cluster(&database);

    let there = copy(folder, SOURCE, &url);
    assert!(
        there.assert_done().err.ends_with("source and target are equal\n"),
        "{}",
        there.err
    );
    let items = there.out.lines().find(|line| line.starts_with("items ")).unwrap();
    let items: Vec<&str> = items.split_whitespace().collect();
    assert_eq!((items[1], items[2].len()), ("10050", 64));
    let look = look_into_file(folder.path("back/mainstay.db"));
    kill_copy(folder, &url, "sqlite:back", &look, 4_000);
    let back = copy(folder, &url, "sqlite:back");
    assert_eq!(back.assert_done().out, there.out);

    let tables = "SELECT type, name, sql FROM sqlite_schema ORDER BY name";
    assert_eq!(
        ask(&file(folder, "back"), tables),
        ask(&file(folder, "app/data"), tables)
    );
    assert_eq!(
        ask(&file(folder, "back"), "PRAGMA foreign_key_check"),
        [[""; 0]; 0]
    );
    let keys = folder.read("app/data/keys.toml");
    for data in ["served", "back"] {
        folder.write(&format!("{data}/keys.toml"), &keys);
        folder.make_private(&format!("{data}/keys.toml"));
    }
    assert_lives_on(
        folder,
        &["--data", "served", "--database", &url],
        &server(&url),
        &token,
    );
    assert_lives_on(folder, &["--data", "back"], &file(folder, "back"), &token);
}

#[test]
fn every_kind_of_value_goes_to_postgres_and_back() {
    let folder = Folder::with_files(&[
        ("mainstay.toml", "name = \"kinds\"\n[auth]\nsign_up = true\n"),
        ("collections/kinds.toml", KINDS),
    ])
    .in_files();
    let (server, address) = serve(&folder, &["--data", "app/data"]);
    let mut ids: Vec<Json> = Vec::new();
    for number in 0..3 {
        // The first has nothing in it, the last points to the others in an order of its own.
        let mut record = if number == 0 { json!({}) } else { values() };
        record["others"] = ids.iter().rev().cloned().collect();
        let key = format!("Idempotency-Key: \"kind {number}\"\r\n");
        let (status, made) = send_with(&address, "POST", "/records/kinds", &key, &record);
        assert_eq!(status, 201, "{made}");
        ids.push(made["id"].clone());
    }
    assert_eq!(server.stop(), 0);

    let database = TestDatabase::create(&folder.path("."));
    let url = cluster(&database);
    let there = copy(&folder, SOURCE, &url);
    let back = copy(&folder, &url, "sqlite:back");
    assert_eq!(back.assert_done().out, there.assert_done().out);
    let rows = |line: &str| {
        let mut words = line.split_whitespace();
        (words.next().unwrap().to_owned(), words.next().unwrap().to_owned())
    };
    let rows: HashMap<String, String> = there.out.lines().map(rows).collect();
    assert_eq!(
        (rows["kinds"].as_str(), rows["kinds__others"].as_str()),
        ("3", "3")
    );
    assert_eq!(rows["_idempotency"], "3");
    let export = |place: &[&str]| {
        let args = ["export", "kinds", "--format", "jsonl", "--app", "app"];
        let args: Vec<&str> = args.iter().chain(place).copied().collect();
        folder.run(&args).assert_done().out.clone()
    };
    let wanted = export(&["--data", "app/data"]);
    assert_eq!(export(&["--data", "served", "--database", &url]), wanted);
    assert_eq!(export(&["--data", "back"]), wanted);
}

#[test]
fn a_copy_in_postgres_has_the_shape_of_a_new_database() {
    let folder = Folder::with_template("todo").in_files();
    folder.run(&["seed", "--app", "app"]).assert_done();
    let (copied, new) = (
        TestDatabase::create(&folder.path(".")),
        TestDatabase::create(&folder.path(".")),
    );
    copy(&folder, SOURCE, &cluster(&copied)).assert_done();
    let list = [
        "user",
        "list",
        "--app",
        "app",
        "--data",
        "x",
        "--database",
        &cluster(&new),
    ];
    folder.run(&list).assert_done();
    for sql in [
        "SELECT kind, name, of_table, sql FROM _schema ORDER BY kind, name",
        "SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint ORDER BY conname, conrelid::regclass::text",
        "SELECT indexname::text, indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY indexname",
        "SELECT table_name::text, column_name::text FROM information_schema.columns
         WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position",
    ] {
        let wanted = ask(&server(&cluster(&new)), sql);
        assert_eq!(ask(&server(&cluster(&copied)), sql), wanted);
        assert!(wanted.len() > 10, "{sql}");
    }
}

/// Kills a copy at three moments, goes on each time, and ends with the sums of a copy that was never stopped.
fn kill_and_go_on(folder: &Folder, to: &str, look: &Look) {
    let whole = copy(folder, SOURCE, "sqlite:whole");
    whole.assert_done();
    for above in [0, 4_000, 8_000] {
        kill_copy(folder, SOURCE, to, look, above);
        assert_eq!(look("SELECT count(*) FROM _copy"), Some(1));
    }
    let on = copy(folder, SOURCE, to);
    assert_eq!(on.assert_done().out, whole.out);
}

#[test]
fn a_killed_copy_to_postgres_goes_on() {
    let rooms = populated();
    let database = TestDatabase::create(&rooms.folder.path("."));
    let url = cluster(&database);
    kill_and_go_on(&rooms.folder, &url, &look_into_server(&url));
}

#[test]
fn a_killed_copy_to_a_file_goes_on() {
    let rooms = populated();
    let look = look_into_file(rooms.folder.path("moved/mainstay.db"));
    kill_and_go_on(&rooms.folder, "sqlite:moved", &look);
}

#[test]
fn a_source_that_changes_meanwhile_is_found_out() {
    let rooms = populated();
    let folder = &rooms.folder;
    let look = look_into_file(folder.path("moved/mainstay.db"));
    kill_copy(folder, SOURCE, "sqlite:moved", &look, 0);

    // Another installation of the same application does not mix with what is there.
    folder
        .run(&["seed", "--app", "app", "--data", "other"])
        .assert_done();
    copy(folder, "sqlite:other", "sqlite:moved")
        .assert_failed()
        .assert_err(
            "error: the copy cannot be begun
  because: the target holds the beginning of another copy: name a new database, or empty this one
",
        );

    // A record that has been copied already.
    change(
        &file(folder, "app/data"),
        "UPDATE items SET content = 'changed' WHERE id = (SELECT min(id) FROM items)",
    );
    let answer = copy(folder, SOURCE, "sqlite:moved");
    answer.assert_failed().assert_err(
        "error: source and target differ in items: somebody wrote to one of them meanwhile; empty the target, stop every \
         server and copy again\n",
    );
    let items = answer.out.lines().filter(|line| line.starts_with("items "));
    let sides: Vec<&str> = items.filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(sides, ["source", "target"]);
    let export = folder.run(&[
        "export", "items", "--format", "csv", "--app", "app", "--data", "moved",
    ]);
    let wanted =
        "because: a copy into the database has not come to its end: run the same `mainstay copy` again\n";
    assert!(export.assert_failed().err.ends_with(wanted), "{}", export.err);
    let onward = copy(folder, "sqlite:moved", "sqlite:again");
    let wanted = "because: the source is a copy that has not come to its end\n";
    assert!(onward.assert_failed().err.ends_with(wanted), "{}", onward.err);
}

#[test]
fn copying_into_a_database_of_somebody_else_changes_nothing() {
    let folder = Folder::with_template("todo").in_files();
    folder.run(&["seed", "--app", "app"]).assert_done();
    let database = TestDatabase::create(&folder.path("."));
    let url = cluster(&database);
    change(&server(&url), "CREATE TABLE letters (letter text)");
    copy(&folder, SOURCE, &url).assert_failed().assert_err(
        "error: the copy cannot be begun
  because: the target is not empty, and nothing was changed in it: name a new database
",
    );
    let tables =
        "SELECT table_name::text FROM information_schema.tables WHERE table_schema = current_schema()";
    assert_eq!(ask(&server(&url), tables), [["letters"]]);
}
