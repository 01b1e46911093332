use super::migrated;
use crate::support::Folder;

fn new(folder: &Folder, args: &[&str]) -> crate::support::Answer {
    let args: Vec<&str> = ["migrate", "new", "--app", "app"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    folder.run(&args)
}

/// The names of the files, in their order.
fn files(folder: &Folder) -> Vec<String> {
    let entries = std::fs::read_dir(folder.path("app/migrations")).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn migrate_new_writes_what_changed() {
    let folder = migrated("[fields.title]\ntype = \"integer\"\n[fields.due]\ntype = \"date\"\n");
    new(&folder, &["-m", "due dates"]).assert_done().assert_out(WROTE);
    assert_eq!(files(&folder), ["0001_begin.toml", "0002_due_dates.toml"]);
    let text = folder.read("app/migrations/0002_due_dates.toml");
    assert!(text.contains("title = \"due dates\"\nparent = \""), "{text}");
    assert!(text.contains("class = \"backfill\"\n"), "{text}");
    let again = new(&folder, &[]);
    again.assert_failed().assert_err(
        "error: the definition is what the migrations make of a database: there is nothing to write\n",
    );
    assert_eq!(files(&folder).len(), 2);
}

const WROTE: &str = "\
Wrote app/migrations/0002_due_dates.toml
  expand    add books.due (date)
            way back: the field is dropped with its values
  backfill  change books.title: type \"text\" -> \"integer\"
            way back: the values before are still there, kept in step
Next: read the file, and commit it together with the definition.
";

#[test]
fn migrate_new_does_not_guess() {
    let folder = migrated("[fields.name]\ntype = \"text\"\n");
    new(&folder, &[]).assert_failed().assert_err(
        "error: the migration cannot be written yet\n  books.title is gone, and name is new: if it was renamed, write was = \
         \"title\" into [fields.name] of books; if not, say --remove books.title\n",
    );
    assert_eq!(files(&folder), ["0001_begin.toml"]);
    new(&folder, &["--remove", "books.name"])
        .assert_failed()
        .assert_err("error: `--remove books.name` names nothing that is gone from the definition\n");
    let removed = new(&folder, &["--remove", "books.title"]);
    assert!(
        removed.assert_done().out.contains("stop using books.title"),
        "{removed:?}"
    );
}

#[test]
fn migrate_new_follows_marks() {
    let folder = migrated("[fields.name]\ntype = \"text\"\nwas = \"title\"\n");
    let renamed = new(&folder, &[]);
    assert!(
        renamed.assert_done().out.contains("rename books.title to name"),
        "{renamed:?}"
    );
    assert_eq!(files(&folder)[1], "0002_rename_books_title_to_name.toml");
}

#[test]
fn migrate_new_contract() {
    let folder = migrated("");
    new(&folder, &["--contract"]).assert_failed().assert_err(
        "error: the definition has changes that are in no migration: write them with `mainstay migrate new` first\n",
    );
    new(&folder, &[]).assert_done();
    new(&folder, &["--contract"]).assert_failed().assert_err(
        "When it is applied, this is lost for good:\n  drop books.title with its values\nerror: there is no terminal to ask on: \
         say --yes if it may be lost\n",
    );
    assert_eq!(files(&folder).len(), 2);
    new(&folder, &["--contract", "--yes"]).assert_done().assert_out(
        "Wrote app/migrations/0003_contract.toml\n  contract  drop books.title with its values\n            way back: none\n\
         Next: commit the file, and apply it when no release before the newest runs any more.\n",
    );
    assert!(
        folder
            .read("app/migrations/0003_contract.toml")
            .contains("contract = true\n")
    );
    new(&folder, &["--contract"])
        .assert_failed()
        .assert_err("error: no release before the newest needs anything: there is nothing to take away\n");
}

#[test]
fn migrate_new_sql() {
    let folder = migrated(super::BOOKS);
    new(&folder, &["--sql", "one spelling\nof each city"]).assert_done().assert_out(
        "Wrote app/migrations/0002_one_spelling_of_each_city.toml\n  backfill  one spelling of each city (SQL written by hand)\n\
        \x20           way back: none\nNext: write the statements of each engine that you use, and those of the way back; then \
         commit the file.\n",
    );
    let path = "app/migrations/0002_one_spelling_of_each_city.toml";
    let text = folder.read(path);
    folder.run(&["migrate", "check", "--app", "app"]).assert_failed();
    folder.write(path, text.replace("sqlite = \"\"", "sqlite = \"SELECT 1\""));
    folder.run(&["migrate", "check", "--app", "app"]).assert_done();
}

#[test]
fn migrate_new_beside_faulty_files() {
    let folder = migrated("");
    folder.write("app/migrations/0002_x.toml", "titel = 1");
    new(&folder, &[]).assert_failed().assert_err(
        "error: the migrations have 1 fault\n  migrations/0002_x.toml: `titel` is not a key of a migration; there are title, \
         parent, contract, operations\n",
    );
    folder.write("app/collections/books.toml", "nonsense");
    assert!(
        new(&folder, &[])
            .assert_failed()
            .err
            .ends_with("error: the definition has 1 fault\n")
    );
}

#[test]
fn migrate_new_takes_flags_that_go_together() {
    let folder = migrated("");
    for args in [
        &["--contract", "--sql", "x"][..],
        &["--yes"],
        &["--remove", "books.title", "--contract"],
    ] {
        assert_eq!(new(&folder, args).status, 2, "{args:?}");
    }
}
