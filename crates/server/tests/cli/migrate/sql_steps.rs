use super::Notes;

/// Writes a migration with one step, and fills in its statements.
fn write_step(notes: &Notes, forwards: &str, back: &str) {
    notes.migrate(&["new", "--sql", "one spelling"]).assert_done();
    let path = "app/migrations/0002_one_spelling.toml";
    let mut text = notes.folder.read(path);
    for (key, sql) in [
        ("back_sqlite", back),
        ("back_postgres", back),
        ("sqlite", forwards),
        ("postgres", forwards),
    ] {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("{key} = ")))
            .unwrap()
            .to_owned();
        text = text.replacen(&format!("\n{line}\n"), &format!("\n{key} = \"{sql}\"\n"), 1);
    }
    notes.folder.write(path, text);
}

#[test]
fn sql_steps_run_both_ways() {
    let notes = Notes::new(2);
    let before = notes.everything();
    write_step(
        &notes,
        "UPDATE notes SET title = 'New ' || title",
        "UPDATE notes SET title = substr(title, 5)",
    );
    let plan = notes.migrate(&["plan"]);
    assert!(
        plan.assert_done().out.contains(
            "backfill: one spelling (SQL written by hand); way back: the statements written for it"
        ),
        "{}",
        plan.out
    );
    notes.migrate(&["apply"]).assert_done();
    assert_eq!(
        notes.ask("SELECT title FROM notes ORDER BY id"),
        [["New note 0"], ["New note 1"]]
    );
    notes.migrate(&["down"]).assert_done();
    assert_eq!(notes.everything(), before);
}

#[test]
fn a_sql_step_that_fails_changes_nothing() {
    let notes = Notes::new(2);
    let before = notes.everything();
    write_step(
        &notes,
        "UPDATE notes SET title = 'x'; UPDATE nothing SET a = 1",
        "SELECT 1",
    );
    let answer = notes.migrate(&["apply"]);
    answer.assert_failed();
    for part in [
        "0002_one_spelling failed at the step",
        "the database is as it was before it",
        "the SQL of the step \"one spelling\" failed",
    ] {
        assert!(answer.err.contains(part), "{part:?} is not in:\n{}", answer.err);
    }
    assert_eq!(notes.everything(), before);
}

#[test]
fn a_sql_step_without_a_way_back_is_not_taken_back() {
    let notes = Notes::new(1);
    write_step(&notes, "UPDATE notes SET title = 'x'", "");
    notes.migrate(&["apply"]).assert_done();
    let answer = notes.migrate(&["down"]);
    answer.assert_failed();
    assert!(
        answer
            .err
            .contains("there is no way back from 0002_one_spelling: one spelling"),
        "{}",
        answer.err
    );
}
