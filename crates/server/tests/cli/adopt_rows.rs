//! Rows of other applications: rehearsed and imported.

use serde_json::json;

use crate::adopting::{
    PASSWORD, Served, Source, adopted, assert_equal, assert_line, assert_told, line_of, outline, place_of,
    rows, run_in_file, sign_in,
};
use crate::moving::{ask, send, serve};
use crate::support::{Folder, repository_file};

#[test]
fn a_rehearsal_tells_what_an_import_does_and_writes_nothing() {
    let (folder, source) = adopted("library", &[]);
    let rehearsed = rows(&folder, &source, &["--rehearse"]);
    rehearsed.assert_done();
    assert!(!folder.path("app/data").exists());
    assert_equal(&rehearsed);
    let counts = "2 rows, 2 created, 0 changed, 0 unchanged, 0 rejected, 0 orphans";
    assert_line(&rehearsed, "books", counts);
    let counts = "5 rows, 2 created, 0 changed, 0 unchanged, 3 rejected, 1 orphans";
    assert_line(&rehearsed, "loans", counts);
    assert_told(
        &rehearsed,
        &[
            "accounts row 2: password_digest: the password is not taken over: its cost is 17, more than 14",
            "accounts row 3: email: is not an e-mail address",
            "loans row 12: book_isbn: 9780000000009 leads nowhere",
            "loans row 13: account_id: leads to a row that was rejected",
            "loans row 14: ",
            ": is not a date",
            "4 rows are rejected",
        ],
    );
    let imported = rows(&folder, &source, &["--import"]);
    assert_eq!(imported.assert_done().out, rehearsed.out);
    let again = rows(&folder, &source, &["--import"]);
    let counts = "2 rows, 0 created, 0 changed, 2 unchanged, 0 rejected, 0 orphans";
    assert_line(again.assert_done(), "books", counts);
    assert_equal(&again);
}

#[test]
fn every_schema_of_the_fixtures_is_imported() {
    for (name, table, counts) in [
        ("sqlalchemy", "annotations", "2 rows, 2 created"),
        ("sqlalchemy", "items", "3 rows, 3 created"),
        ("django", "app_annotation", "2 rows, 2 created"),
        ("django", "auth_user", "2 rows, 2 created"),
    ] {
        let (folder, source) = adopted(name, &[]);
        let imported = rows(&folder, &source, &["--import"]);
        assert_equal(imported.assert_done());
        assert!(line_of(&imported, table).contains(counts), "{}", imported.out);
        assert_told(&imported, &["row 2: ", "its kind is not known"]);
    }
}

#[test]
fn tables_that_point_to_one_another_are_imported_and_undone() {
    let folder = Folder::new();
    let source = Source::make(&folder, "shop");
    let on_server = source.address().starts_with("postgres");
    let more: &[&str] = if on_server { &["--schema", "shop"] } else { &[] };
    outline(&folder, &source, more).assert_done();
    let imported = rows(&folder, &source, &["--import"]);
    assert_equal(imported.assert_done());
    assert_line(
        &imported,
        "Customer",
        "2 rows, 2 created, 0 changed, 0 unchanged, 0 rejected, 0 orphans",
    );
    let served = Served::start(&folder);
    let customer = served.find("customer", "full_name", "%22Ada%22");
    let address = served.find("address", "street", "%22High%20Street%201%22");
    assert_eq!(customer["default_address"], address["id"]);
    assert_eq!(customer["vip"], true);
    let order = served.find("orders", "legacy_id", "%22A-1%22");
    assert_eq!(order["placed"], "2024-03-01T10:00:00.000000Z");
    served.stop();
    // A customer who is pointed to by a record of ours stays, and so does the address in the circle.
    let served = Served::start_again(&folder);
    let body = json!({"legacy_id": "B-1", "customer": customer["id"], "placed": "2024-05-01T00:00:00Z"});
    let token = &served.token;
    let (status, made) = send(&served.address, "POST", "/records/orders", token, &body);
    assert_eq!(
        (status, made["code"].as_str()),
        (422, Some("validation_failed")),
        "{made}"
    );
    let body = json!({"customer": customer["id"], "placed": "2024-05-01T00:00:00Z"});
    let (status, made) = send(&served.address, "POST", "/records/orders", token, &body);
    assert_eq!(status, 201, "{made}");
    served.stop();
    let kept = rows(&folder, &source, &["--undo"]);
    let out = &kept.assert_done().out;
    for line in [
        "orders: 2 removed, 0 kept\n",
        "customer: 1 removed, 1 kept\n",
        "address: 1 removed, 1 kept\n",
    ] {
        assert!(out.contains(line), "{out}");
    }
    assert_told(&kept, &["row 1: other records point to it", "2 records are kept"]);
    let served = Served::start_again(&folder);
    assert_eq!(
        served.find("customer", "full_name", "%22Ada%22")["default_address"],
        address["id"]
    );
    served.stop();
}

/// The hash that the database keeps for the only account whose password we know.
fn stored_hash(folder: &Folder, email: &'static str) -> String {
    let query = match email {
        "ada@example.com" => {
            "SELECT c.password_hash FROM _credentials AS c JOIN users AS u ON u.id = c.user_id WHERE u.email = 'ada@example.com'"
        }
        _ => {
            "SELECT c.password_hash FROM _credentials AS c JOIN users AS u ON u.id = c.user_id WHERE u.email = 'ben@example.com'"
        }
    };
    ask(&place_of(folder), query)[0][0].clone()
}

#[test]
fn old_passwords_sign_in_and_become_ours() {
    for (name, email, kind) in [
        ("library", "ada@example.com", "$2b$"),
        ("fieldnotes", "ada@example.com", "$pbkdf2-sha256$"),
        ("fieldnotes", "ben@example.com", "pbkdf2:sha256:"),
        ("django", "ada@example.com", "pbkdf2_sha256$"),
    ] {
        let (folder, source) = adopted(name, &[]);
        rows(&folder, &source, &["--import"]).assert_done();
        assert!(stored_hash(&folder, email).starts_with(kind), "{name}");
        let (server, address) = serve(&folder, &["--data", "app/data"]);
        assert_eq!(sign_in(&address, email, "an old passwore").0, 401);
        assert_eq!(sign_in(&address, email, PASSWORD).0, 200, "{name}");
        assert_eq!(server.stop(), 0);
        let ours = stored_hash(&folder, email);
        assert!(ours.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{ours}");
        let (server, address) = serve(&folder, &["--data", "app/data"]);
        assert_eq!(sign_in(&address, email, PASSWORD).0, 200, "{name}");
        assert_eq!(sign_in(&address, email, "an old passwore").0, 401);
        assert_eq!(server.stop(), 0);
        // Neither the second sign-in nor another import makes it anew.
        rows(&folder, &source, &["--import"]).assert_done();
        assert_eq!(stored_hash(&folder, email), ours);
    }
}

#[test]
fn times_authors_and_answers_are_taken_over() {
    let (folder, source) = adopted("fieldnotes", &[]);
    let imported = rows(&folder, &source, &["--import"]);
    assert_equal(imported.assert_done());
    assert_line(
        &imported,
        "notes",
        "5 rows, 3 created, 0 changed, 0 unchanged, 2 rejected, 1 orphans",
    );
    assert_told(
        &imported,
        &["notes row 4: answers: 99 leads nowhere", "notes row 5: "],
    );
    let served = Served::start(&folder);
    let first = served.find("notes", "legacy_id", "1");
    assert_eq!(first["created_at"], "2024-05-01T12:00:00.000000Z");
    assert_eq!(first["updated_at"], "2024-05-01T12:00:00.000000Z");
    assert_eq!(first["seen_at"], "2024-05-01T09:00:00.000000Z");
    assert_eq!(
        first["created_by"],
        served.find("users", "email", "%22ada@example.com%22")["id"]
    );
    let third = served.find("notes", "legacy_id", "3");
    if source.address().starts_with("postgres") {
        assert_eq!(first["created_by"], "018f6d2c-0000-7000-8000-000000000001");
    }
    assert_eq!(first["answers"], third["id"]);
    assert_eq!(third["updated_at"], "2024-05-04T12:00:00.000000Z");
    served.stop();
}

/// The commands of the page, and what it says that they answer.
#[test]
fn the_page_can_be_followed_step_by_step() {
    let page = repository_file("docs/adopting.md");
    let example = page.split("\n## ").nth(1).unwrap();
    let folder = Folder::new();
    let mut last = None;
    let mut commands = 0;
    for block in example.split("```").skip(1).step_by(2) {
        let (language, text) = block.split_once('\n').unwrap();
        match language {
            "sql" => run_in_file(&folder.path("field.db"), text),
            "sh" => {
                for line in text.lines() {
                    let args: Vec<&str> = line.split(' ').skip(1).collect();
                    let answer = folder.run(&args);
                    answer.assert_done();
                    last = Some(answer.out);
                    commands += 1;
                }
            }
            _ => assert_eq!(last.take().as_deref(), Some(text)),
        }
    }
    assert_eq!(commands, 7);
}
