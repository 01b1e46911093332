use std::fs;

use crate::moving::{SOURCE, copy};
use crate::support::Folder;

fn seeded() -> Folder {
    let folder = Folder::with_template("todo").in_files();
    folder.run(&["seed", "--app", "app"]).assert_done();
    folder
}

#[test]
fn copy_within_sqlite() {
    let folder = seeded();
    let there = copy(&folder, SOURCE, "sqlite:moved");
    assert!(there.assert_done().out.contains("\n_journal "), "{}", there.out);
    let again = copy(&folder, "sqlite:moved", "sqlite:again");
    assert_eq!(again.assert_done().out, there.out);
    let export = |data| {
        folder.run(&[
            "export", "todos", "--format", "jsonl", "--app", "app", "--data", data,
        ])
    };
    assert_eq!(
        export("again").assert_done().out,
        export("app/data").assert_done().out
    );
    // A copy inside the application is kept out of Git.
    copy(&folder, SOURCE, "sqlite:app/moved").assert_done();
    assert_eq!(folder.read("app/moved/.gitignore"), "*\n");
}

#[test]
fn copy_without_a_source() {
    let folder = Folder::with_template("todo").in_files();
    copy(&folder, "sqlite:nowhere", "sqlite:moved")
        .assert_failed()
        .assert_err("error: there is no database in nowhere\n");
    assert!(!folder.path("nowhere").exists() && !folder.path("moved").exists());
    folder.write("other/mainstay.db", "");
    copy(&folder, "sqlite:other", "sqlite:moved")
        .assert_failed()
        .assert_err(
            "error: the copy cannot be begun
  because: the source has no installation of Mainstay in it
",
        );
}

#[test]
fn copy_to_the_same_place() {
    let folder = seeded();
    for (from, to) in [
        (SOURCE, "sqlite:./app/../app/data"),
        (
            "postgres://a:secret@localhost/b",
            "postgres://a:secret@localhost/b",
        ),
    ] {
        copy(&folder, from, to)
            .assert_failed()
            .assert_err("error: --from and --to name the same place\n");
    }
}

#[test]
fn addresses_that_are_none_are_not_repeated() {
    let folder = Folder::with_template("todo").in_files();
    copy(&folder, "mysql://a:secret@b/c", "sqlite:moved")
        .assert_failed()
        .assert_err(
            "error: --from must be sqlite:DIR or an address such as postgres://user:password@host/name
  because: it begins neither with postgres:// nor with postgresql://
",
        );
    copy(&folder, SOURCE, "sqlite:")
        .assert_failed()
        .assert_err("error: --to names no folder: write sqlite:DIR\n");
}

#[test]
fn copy_into_a_folder_with_data_changes_nothing() {
    let folder = seeded();
    folder
        .run(&["seed", "--app", "app", "--data", "other"])
        .assert_done();
    let before = fs::read(folder.path("other/mainstay.db")).unwrap();
    copy(&folder, SOURCE, "sqlite:other").assert_failed().assert_err(
        "error: the copy cannot be begun
  because: the target is not empty, and nothing was changed in it: name a new database
",
    );
    assert!(before == fs::read(folder.path("other/mainstay.db")).unwrap());
}

#[test]
fn copy_with_another_definition() {
    let folder = seeded();
    let todos = folder.read("app/collections/todos.toml");
    folder.write(
        "app/collections/todos.toml",
        todos.replacen(
            "[fields.due]",
            "[fields.place]\ntype = \"text\"\n\n[fields.due]",
            1,
        ),
    );
    let answer = copy(&folder, SOURCE, "sqlite:moved");
    let wanted = "because: the source does not have the shape that this application";
    assert!(answer.assert_failed().err.contains(wanted), "{}", answer.err);
    assert!(!folder.path("moved/mainstay.db").exists());
}

#[test]
fn copy_while_a_server_runs() {
    let folder = seeded();
    let mut server = folder.start(&["serve", "--app", "app", "--data", "app/data"]);
    server.wait_for_err("serving");
    let answer = copy(&folder, SOURCE, "sqlite:moved");
    assert!(
        answer
            .assert_failed()
            .err
            .contains("app/data is in use by process"),
        "{}",
        answer.err
    );
    assert_eq!(server.stop(), 0);
}
