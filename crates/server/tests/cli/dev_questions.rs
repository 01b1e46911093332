//! What `mainstay dev` asks before it changes its database.

use crate::support::Folder;
use crate::terminal::Session;

const FILES: [(&str, &str); 2] = [
    ("mainstay.toml", "name = \"shop\"\n"),
    ("collections/books.toml", BOOKS),
];
const BOOKS: &str = "[fields.title]\ntype = \"text\"\n[fields.pages]\ntype = \"integer\"\n";
const RENAMED: &str = "[fields.name]\ntype = \"text\"\n[fields.pages]\ntype = \"integer\"\n";
const SHORTER: &str = "[fields.title]\ntype = \"text\"\n";
const DEV: [&str; 7] = ["dev", "--app", "app", "--data", "data", "--listen", "127.0.0.1:0"];

/// A shop with one book, as `dev` has made it.
fn shop() -> Folder {
    let folder = Folder::with_files(&FILES);
    folder.write("books.csv", "title,pages\nEmma,474\n");
    let args = [
        "import",
        "books",
        "books.csv",
        "--map",
        "title=title",
        "--map",
        "pages=pages",
        "--app",
        "app",
        "--data",
        "data",
    ];
    folder.run(&args).assert_done();
    folder
}

fn books(folder: &Folder) -> String {
    let args = [
        "export", "books", "--format", "csv", "--app", "app", "--data", "data",
    ];
    folder.run(&args).assert_done().out.clone()
}

#[test]
fn dev_asks_about_a_rename_at_its_start() {
    let folder = shop();
    folder.write("app/collections/books.toml", RENAMED);
    let mut session = Session::start(&folder, &DEV);
    session.answer("or nothing to stop: ", "1");
    session.wait_for_out("answers at");
    drop(session);
    let books = books(&folder);
    assert!(books.contains("name") && books.contains("Emma"), "{books}");
}

#[test]
fn dev_asks_before_it_loses_data_while_it_serves() {
    let folder = shop();
    let mut session = Session::start(&folder, &DEV);
    session.wait_for_out("answers at");
    folder.write("app/collections/books.toml", SHORTER);
    session.answer("Type `yes` to lose it: ", "no");
    folder.write("app/collections/books.toml", format!("{SHORTER}max = 99\n"));
    session.answer("Type `yes` to lose it: ", "yes");
    session.wait_for_out("The new definition is in force.");
    drop(session);
    let books = books(&folder);
    assert!(books.contains("Emma") && !books.contains("474"), "{books}");
}

#[test]
fn dev_touches_no_database_of_production() {
    let folder = shop();
    let mut server = folder.start(&["serve", "--app", "app", "--data", "data"]);
    server.wait_for_err("serving");
    server.stop();
    let refused = folder.run(&DEV);
    refused.assert_failed();
    assert!(refused.err.contains("`mainstay dev` touches none"), "{refused:?}");
}
