use super::{BOOKS, migrated};
use crate::support::{Answer, Folder};

fn check(folder: &Folder, args: &[&str]) -> Answer {
    let args: Vec<&str> = ["migrate", "check", "--app", "app"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    folder.run(&args)
}

#[test]
fn migrate_check_of_good_migrations() {
    let folder = migrated(BOOKS);
    check(&folder, &[])
        .assert_done()
        .assert_out("1 migration, and the definition is what they make: all good\n");
    check(&folder, &["--format", "json"]).assert_done().assert_out("");
}

#[test]
fn migrate_check_of_a_definition_that_is_ahead() {
    let folder = migrated(
        "[fields.title]\ntype = \"text\"\ncheck = \"\"\"\nrecord.title != '' &&\n  record.title != 'x'\"\"\"\n",
    );
    check(&folder, &[]).assert_failed().assert_err(
        "app/collections/books.toml: no migration has this: change books.title: check \"\"\" record.title != '' && record.title \
         != 'x'\"\"\"; write a migration with `mainstay migrate new`\n",
    );
    let json = check(&folder, &["--format", "json"]);
    json.assert_failed().assert_err("");
    let line: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(line["path"], "app/collections/books.toml");
    assert_eq!(line["hint"], "write a migration with `mainstay migrate new`");
    assert!(
        line["message"]
            .as_str()
            .unwrap()
            .starts_with("no migration has this: change books.title")
    );
}

#[test]
fn migrate_check_of_branches_that_met() {
    let folder = migrated("[fields.title]\ntype = \"text\"\n[fields.a]\ntype = \"date\"\n");
    folder
        .run(&["migrate", "new", "--app", "app", "-m", "ours"])
        .assert_done();
    let ours = folder.read("app/migrations/0002_ours.toml");
    folder.write("app/migrations/0002_theirs.toml", ours.replace("\"a\"", "\"b\""));
    check(&folder, &[]).assert_failed().assert_err(
        "app/migrations/0002_theirs.toml: migrations/0002_ours.toml has the same parent: two branches have met; remove the one \
         that is not released yet, and make it anew with `mainstay migrate new`\n",
    );
}

#[test]
fn migrate_check_of_an_edited_parent_and_a_contract_without_its_mark() {
    let folder = migrated("");
    folder.run(&["migrate", "new", "--app", "app"]).assert_done();
    folder
        .run(&["migrate", "new", "--app", "app", "--contract", "--yes"])
        .assert_done();
    check(&folder, &[]).assert_done();
    let contract = folder.read("app/migrations/0003_contract.toml");
    folder.write(
        "app/migrations/0003_contract.toml",
        contract.replace("contract = true\n", ""),
    );
    check(&folder, &[]).assert_failed().assert_err(
        "app/migrations/0003_contract.toml: drop books.title with its values takes something away: it belongs into a migration \
         with `contract = true`\n",
    );
    let first = folder.read("app/migrations/0001_begin.toml");
    folder.write("app/migrations/0001_begin.toml", first.replace("begin", "begun"));
    check(&folder, &[]).assert_failed().assert_err(
        "app/migrations/0002_remove_books_title.toml: it does not follow migrations/0001_begin.toml: its parent is another file, \
         or one that was edited; restore the file before it as it was released; a change goes into a new migration\n",
    );
}

#[test]
fn migrate_check_without_migrations() {
    let folder = Folder::with_files(&[("mainstay.toml", "name = \"shop\"\n")]);
    check(&folder, &[]).assert_failed().assert_err(
        "app/migrations: there are no migrations yet; write a migration with `mainstay migrate new`\n",
    );
    folder.write("app/migrations/0001_x.toml/file", "");
    check(&folder, &[])
        .assert_failed()
        .assert_err("app/migrations/0001_x.toml: it is not a regular file\n");
}
