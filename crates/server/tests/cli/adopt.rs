//! From a schema to a definition.

use mainstay_store::Dialect;
use mainstay_testkit::TestDatabase;

use crate::adopting::{Source, outline, rows, run_in_file};
use crate::support::Folder;

/// Adopts a schema of the fixtures, and checks what was written.
fn adopted(name: &str, more: &[&str]) -> Folder {
    let folder = Folder::new();
    let source = Source::make(&folder, name);
    outline(&folder, &source, more).assert_done();
    folder.run(&["check", "app"]).assert_done();
    // The first migration makes the tables.
    folder.run(&["migrate", "check", "--app", "app"]).assert_done();
    assert!(folder.path("app/migrations/0001_adopted.toml").exists());
    folder
}

fn assert_has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in\n{text}");
    }
}

fn on_postgres() -> bool {
    TestDatabase::dialect() == Dialect::Postgres
}

#[test]
fn a_library_becomes_a_definition() {
    let folder = adopted("library", &[]);
    let loans = folder.read("app/collections/loans.toml");
    let wanted = [
        "[fields.loan_no]\ntype = \"integer\"\nunique = true\n",
        "[fields.account]\ntype = \"relation\"\nto = \"users\"\non_delete = \"restrict\"\nrequired = true\n",
        "[fields.state]\ntype = \"select\"\noptions = [\"out\", \"back\", \"lost\"]\nrequired = true\ndefault = \"out\"\n",
        "[[indexes]]\nfields = [\"account\", \"out_on\"]\n",
        "name = \"due_after_out\"\nexpression = \"record.due_on >= record.out_on\"\n",
        "name = \"lost_has_no_return\"\n",
    ];
    assert_has(&loans, &wanted);
    let books = folder.read("app/collections/books.toml");
    let wanted = [
        "[fields.isbn]\ntype = \"text\"\nmax = 13\nrequired = true\nunique = true\n",
        "[fields.price]\ntype = \"decimal\"\nprecision = 8\nscale = 2\nrequired = true\ndefault = \"0\"\n",
        "fields = [\"shelf\", \"title\"]\nunique = true\n",
        "expression = \"size(record.isbn) in [10, 13]\"\n",
        "expression = \"(record.pages >= 1 && record.pages <= 5000)\"\n",
    ];
    assert_has(&books, &wanted);
    assert!(
        !books.contains("cover") && !books.contains("created_at"),
        "{books}"
    );
    let pairs = folder.read("app/collections/book_authors.toml");
    assert_has(
        &pairs,
        &[
            "on_delete = \"cascade\"",
            "fields = [\"book\", \"author\"]\nunique = true\n",
        ],
    );
    let users = folder.read("app/collections/users.toml");
    assert_has(
        &users,
        &["[fields.legacy_id]", "[fields.full_name]", "default = \"now()\""],
    );
    assert!(
        !users.contains("password") && !users.contains("enabled"),
        "{users}"
    );
}

#[test]
fn what_cannot_be_expressed_is_listed() {
    let folder = adopted("library", &[]);
    let listing = folder.read("app/ADOPTED.md");
    let mut wanted = vec![
        "- No rules are written",
        "- the view overdue is left out\n",
        "- the trigger books_touch",
        "- books.cover: bytes cannot be expressed",
        "- books: the index books_lower_title is left out: CREATE INDEX",
        "- loans: the index loans_out is left out: CREATE INDEX",
        "- loans: the check ",
        "- accounts: becomes the collection users\n",
        "| password_digest | (credentials) | hash of a password |\n",
        "| enabled | active | boolean |\n",
    ];
    if on_postgres() {
        wanted.extend([
            "- the function touch is left out\n",
            "- the sequence tickets is left out\n",
            "- books.tags: an array cannot be expressed",
        ]);
    }
    assert_has(&listing, &wanted);
    let map = folder.read("app/adopt.toml");
    assert_has(
        &map,
        &[
            "[tables.\"accounts\"]\ncollection = \"users\"\nkey = [\"id\"]\npassword = \"password_digest\"\n",
            "\"book_isbn\" = \"book_isbn\"\n",
            "\"account_id\" = \"account\"\n",
        ],
    );
}

#[test]
fn keys_of_every_kind_and_names_that_cannot_be_taken() {
    let more: &[&str] = if on_postgres() { &["--schema", "shop"] } else { &[] };
    let folder = adopted("shop", more);
    let listing = folder.read("app/ADOPTED.md");
    assert_has(
        &listing,
        &[
            "- no table is clearly that of the accounts",
            "- Customer: becomes the collection customer\n",
            "- Customer.version: becomes the field source_version\n",
            "- log: has no primary key",
            "- orders.total: is worked out from other columns",
            "- parcel.line: its foreign key to order_line (order_id, line) has several columns",
        ],
    );
    let lines = folder.read("app/collections/order_line.toml");
    assert_has(
        &lines,
        &[
            "fields = [\"order\", \"line\"]\nunique = true\n",
            "expression = \"(record.amount > 0 && record.amount != 13)\"\n",
        ],
    );
    let customers = folder.read("app/collections/customer.toml");
    assert_has(
        &customers,
        &["[fields.vip]\ntype = \"boolean\"\nrequired = true\ndefault = false\n"],
    );
    assert!(!folder.read("app/adopt.toml").contains("\"log\""));
}

#[test]
fn schemas_of_sqlalchemy_and_django_become_definitions() {
    for name in ["sqlalchemy", "django"] {
        let folder = adopted(name, &[]);
        let django = name == "django";
        let of = |collection: &str| {
            let prefix = if django { "app_" } else { "" };
            let plain = if django {
                collection.trim_end_matches('s')
            } else {
                collection
            };
            folder.read(&format!("app/collections/{prefix}{plain}.toml"))
        };
        assert_has(
            &of("annotations"),
            &[
                "[fields.item]\ntype = \"relation\"\n",
                "[fields.data]\ntype = \"json\"\nmax_bytes = 1048576\nrequired = true\n",
                "expression = \"record.start_offset < record.end_offset\"\n",
            ],
        );
        assert_has(
            &of("items"),
            &[
                "[fields.parent]\ntype = \"relation\"\n",
                "fields = [\"container\", \"sequence\"]\nunique = true\n",
            ],
        );
        let users = folder.read("app/collections/users.toml");
        assert_has(
            &users,
            &["[fields.username]\ntype = \"text\"\nmax = 50\nrequired = true\nunique = true\n"],
        );
        assert!(!of("projects").contains("created_by"));
        if !django {
            assert_has(&users, &["options = [\"admin\", \"annotator\", \"reviewer\"]"]);
            assert_has(
                &users,
                &["(size(record.username) >= 3 && size(record.username) <= 50)"],
            );
        }
    }
}

#[test]
fn the_source_stays_as_it_is_and_a_full_folder_too() {
    let folder = Folder::new();
    let source = Source::make(&folder, "fieldnotes");
    folder.write("app/mine.txt", "mine");
    let refused = outline(&folder, &source, &[]);
    refused.assert_failed();
    assert_has(&refused.err, &["the folder app is not empty"]);
    let before = std::fs::read(folder.path("source.db")).ok();
    let other = [
        "adopt",
        &source.address(),
        "--out",
        "other",
        "--name",
        "field-notes",
    ];
    folder.run(&other).assert_done();
    assert_eq!(std::fs::read(folder.path("source.db")).ok(), before);
    assert_has(&folder.read("other/mainstay.toml"), &["name = \"field-notes\"\n"]);
}

#[test]
fn what_is_no_source_is_refused_without_its_password() {
    let folder = Folder::new();
    let cases = [
        (
            &["adopt", "none.db", "--out", "app"][..],
            "there is no file none.db",
        ),
        (
            &["adopt", "mysql://a:secret@b/c", "--out", "app"],
            "the source must be a SQLite file",
        ),
        (
            &["adopt", "postgres://a:secret@127.0.0.1:1/c", "--out", "app"],
            "the source cannot be opened",
        ),
    ];
    for (args, wanted) in cases {
        let refused = folder.run(args);
        refused.assert_failed();
        assert_has(&refused.err, &[wanted]);
        assert!(!refused.err.contains("secret"), "{refused:?}");
    }
    folder.write(
        "text.db",
        "this is no database, and longer than a hundred bytes ".repeat(9),
    );
    folder.run(&["adopt", "text.db", "--out", "app"]).assert_failed();
    assert_eq!(folder.run(&["adopt", "text.db"]).status, 2);
}

#[test]
fn a_database_of_ours_and_an_empty_one_are_refused() {
    let folder = Folder::with_template("blank").in_files();
    folder.run(&["user", "list", "--app", "app"]).assert_failed();
    let create = [
        "user",
        "create",
        "--app",
        "app",
        "--email",
        "a@example.com",
        "--password-stdin",
    ];
    folder
        .run_with(&create, &[], "a long enough password\n")
        .assert_done();
    let refused = folder.run(&["adopt", "app/data/mainstay.db", "--out", "other"]);
    refused.assert_failed();
    assert_has(&refused.err, &["this is a database of Mainstay"]);
    run_in_file(&folder.path("empty.db"), "VACUUM;");
    let refused = folder.run(&["adopt", "empty.db", "--out", "other"]);
    refused.assert_failed();
    assert_has(&refused.err, &["the schema main has no tables"]);
    run_in_file(
        &folder.path("odd.db"),
        "CREATE TABLE \"odd\n 'name'?\" (\"a\n\"\"b\" INTEGER PRIMARY KEY, \"?\" TEXT DEFAULT 'two\nlines');
         INSERT INTO \"odd\n 'name'?\" VALUES (1, 'x');",
    );
    folder.run(&["adopt", "odd.db", "--out", "odd"]).assert_done();
    folder.run(&["check", "odd"]).assert_done();
    let rehearsed = folder.run(&["adopt", "odd.db", "--app", "odd", "--rehearse"]);
    assert_has(&rehearsed.assert_done().out, &["1 rows, 1 created"]);
}

#[test]
fn checks_that_the_language_refuses_are_listed() {
    let folder = Folder::new();
    run_in_file(
        &folder.path("doors.db"),
        "CREATE TABLE doors (id INTEGER PRIMARY KEY, state TEXT CHECK (state IN ('open', 'shut')),
           width INTEGER CHECK (width > 0), opened DATE,
           CHECK (state <> 'ajar'), CHECK (opened > 'long ago'), CHECK (width < 99999999999999999999));",
    );
    folder.run(&["adopt", "doors.db", "--out", "app"]).assert_done();
    folder.run(&["check", "app"]).assert_done();
    let doors = folder.read("app/collections/doors.toml");
    assert_eq!(doors.matches("[[checks]]").count(), 1, "{doors}");
    assert_has(&doors, &["expression = \"record.width > 0\""]);
    let wanted = [
        "- doors: the check state <> 'ajar' cannot be expressed\n",
        "- doors: the check opened > 'long ago' cannot be expressed\n",
        "- doors: the check width < 99999999999999999999 cannot be expressed\n",
    ];
    assert_has(&folder.read("app/ADOPTED.md"), &wanted);
}

#[test]
fn a_table_of_accounts_can_be_named() {
    let folder = Folder::new();
    let source = Source::make(&folder, "fieldnotes");
    source.run("CREATE TABLE people (id INTEGER PRIMARY KEY, mail TEXT, passwd TEXT)");
    outline(&folder, &source, &["--users", "people"]).assert_done();
    folder.run(&["check", "app"]).assert_done();
    assert_has(
        &folder.read("app/adopt.toml"),
        &[
            "[tables.\"people\"]\ncollection = \"users\"\n",
            "collection = \"source_users\"\n",
        ],
    );
    let refused = Folder::new().run(&["adopt", &source.address(), "--out", "app", "--users", "sites"]);
    refused.assert_failed();
    assert_has(&refused.err, &["sites has no column for e-mail addresses"]);
}

#[test]
fn a_map_that_does_not_fit_is_told_whole() {
    let folder = Folder::new();
    let source = Source::make(&folder, "fieldnotes");
    outline(&folder, &source, &[]).assert_done();
    let map = folder.read("app/adopt.toml");
    folder.write("app/adopt.toml", format!("{map}\n[tables.sites2]\nkay = []\n"));
    let refused = rows(&folder, &source, &["--rehearse"]);
    refused.assert_failed();
    assert_has(&refused.err, &["unknown field `kay`"]);
    let changed = map
        .replace("\"latitude\" = \"latitude\"", "\"depth\" = \"latitude\"")
        .replace("\"text\" = \"text\"", "\"text\" = \"version\"")
        .replace("\"name\" = \"name\"\n", "");
    folder.write("app/adopt.toml", changed);
    let refused = rows(&folder, &source, &["--import"]);
    refused.assert_failed();
    assert_has(
        &refused.err,
        &[
            "sites: the table has no column depth",
            "notes.text: an import cannot set version",
            "sites: sites needs `name`",
            "notes: notes needs `text`",
        ],
    );
}
