use super::{NOTES, Notes, RATED};

#[test]
fn an_applied_migration_that_was_edited_is_refused() {
    let notes = Notes::new(1);
    let path = "app/migrations/0001_begin.toml";
    let text = notes.folder.read(path);
    notes
        .folder
        .write(path, text.replace("title = \"begin\"", "title = \"another\""));
    let before = notes.everything();
    for args in [&["apply"][..], &["plan"], &["apply", "--dry-run"]] {
        let answer = notes.migrate(args);
        answer.assert_failed().assert_err(
            "error: 0001_begin was applied, and its file is another one now: restore it as it was released\n",
        );
    }
    let answer = notes.migrate(&["status"]);
    answer.assert_failed();
    assert!(
        answer
            .out
            .contains("fault        0001_begin was applied, and its file is another one now")
    );
    // Line ends are what version control makes of them.
    notes.folder.write(path, text.replace('\n', "\r\n"));
    notes.migrate(&["status"]).assert_done();
    assert_eq!(notes.everything(), before);
}

#[test]
fn an_applied_migration_whose_file_is_not_here_is_of_a_newer_release() {
    let notes = Notes::new(1);
    notes.change(RATED);
    notes.migrate(&["apply"]).assert_done();
    let path = "app/migrations/0002_add_notes_pinned_change_notes_stars.toml";
    std::fs::remove_file(notes.folder.path(path)).unwrap();
    notes.define(NOTES);
    let before = notes.everything();
    let answer = notes.migrate(&["apply"]);
    assert!(
        answer.assert_done().out.starts_with(
            "The database is ahead of these files: a newer release has applied 0002_add_notes_pinned"
        ),
        "{answer:?}"
    );
    assert_eq!(notes.everything(), before);
}
