//! What is asked on a terminal.

use super::migrated;
use crate::terminal::Session;

const NEW: [&str; 4] = ["migrate", "new", "--app", "app"];
const TWO: &str = "[fields.name]\ntype = \"text\"\n[fields.label]\ntype = \"text\"\n";
const PROMPT: &str = "or nothing to stop: ";

#[test]
fn migrate_new_asks_about_a_rename() {
    let folder = migrated(TWO);
    let mut session = Session::start(&folder, &NEW);
    session.answer(PROMPT, "title");
    session.answer(PROMPT, "2");
    let (status, shown) = session.end();
    assert_eq!((status, shown.as_str()), (0, ASKED));
    let file = folder.read("app/migrations/0002_rename_books_title_to_name_add_books_label.toml");
    assert!(file.contains("do = \"rename_field\""), "{file}");
}

const ASKED: &str = "\
books.title is gone. What became of it?
  1  it was renamed to books.label
  2  it was renamed to books.name
  3  it was removed
1 to 3, or nothing to stop: title
`title` is none of these
1 to 3, or nothing to stop: 2
";

#[test]
fn migrate_new_asks_about_a_removal() {
    let folder = migrated(TWO);
    let mut session = Session::start(&folder, &NEW);
    session.answer(PROMPT, "3");
    assert_eq!(session.end().0, 0);
    let file = folder.read("app/migrations/0002_add_books_label_add_books_name_remove_books_title.toml");
    assert!(file.contains("do = \"remove_field\""), "{file}");
}

#[test]
fn migrate_new_asks_about_a_collection() {
    let folder = migrated(super::BOOKS);
    std::fs::rename(
        folder.path("app/collections/books.toml"),
        folder.path("app/collections/works.toml"),
    )
    .unwrap();
    let mut session = Session::start(&folder, &NEW);
    session.answer(PROMPT, "1");
    let (status, shown) = session.end();
    assert_eq!(
        (status, shown.as_str()),
        (
            0,
            "The collection books is gone. What became of it?\n  1  it was renamed to works\n  2  it was removed\n1 to 2, or nothing \
             to stop: 1\n"
        )
    );
}

#[test]
fn migrate_new_without_an_answer_writes_nothing() {
    let folder = migrated(TWO);
    let mut session = Session::start(&folder, &NEW);
    session.answer(PROMPT, "");
    let (status, shown) = session.end();
    assert_eq!(status, 1);
    assert!(
        shown.contains("error: the migration cannot be written yet\n  books.title is gone"),
        "{shown}"
    );
    assert_eq!(
        std::fs::read_dir(folder.path("app/migrations")).unwrap().count(),
        1
    );
}

#[test]
fn migrate_new_asks_before_a_contract_that_loses_data() {
    let folder = migrated("");
    folder.run(&NEW).assert_done();
    let contract = [&NEW[..], &["--contract"]].concat();
    let mut session = Session::start(&folder, &contract);
    session.answer("Type `yes` to write it: ", "y");
    let (status, shown) = session.end();
    assert_eq!(
        (status, shown.as_str()),
        (
            1,
            "When it is applied, this is lost for good:\n  drop books.title with its values\nType `yes` to write it: y\nerror: nothing \
             was written\n"
        )
    );
    assert!(!folder.path("app/migrations/0003_contract.toml").exists());
    let mut session = Session::start(&folder, &contract);
    session.answer("Type `yes` to write it: ", "yes");
    assert_eq!(session.end().0, 0);
    assert!(folder.path("app/migrations/0003_contract.toml").exists());
}
