use serde_json::Value as Json;

use super::{NOTES, Notes, RATED};

#[test]
fn apply_runs_each_migration_once() {
    let notes = Notes::new(3);
    notes.migrate(&["status"]).assert_done();
    notes.change(RATED);
    let answer = notes.migrate(&["status"]);
    answer.assert_failed();
    assert!(answer.out.contains("pending      0002_"), "{}", answer.out);
    let answer = notes.migrate(&["apply"]);
    answer.assert_done();
    assert!(
        answer
            .err
            .contains("0002_add_notes_pinned_change_notes_stars is applied"),
        "{}",
        answer.err
    );
    assert!(answer.out.contains("The tables are what the migrations ask for."));
    // The words are those of people, and not of the columns.
    assert!(
        answer
            .out
            .contains("drop notes.stars as it was before 0002 with its values"),
        "{}",
        answer.out
    );
    let stars = notes.run(&["export", "notes", "--format", "jsonl"]).out;
    let stars: Vec<Json> = stars
        .lines()
        .map(|line| serde_json::from_str::<Json>(line).unwrap()["stars"].clone())
        .collect();
    assert_eq!(stars, [0, 1, 2]);
    let before = notes.everything();
    let answer = notes.migrate(&["apply"]);
    answer.assert_done();
    assert!(
        answer
            .out
            .contains("The database is at the last migration already.")
    );
    assert_eq!(notes.everything(), before);
    let journal = notes.ask("SELECT count(*) FROM _journal WHERE kind = 'schema.migrated'");
    assert_eq!(journal, [["2"]]);
}

#[test]
fn apply_dry_run_changes_nothing() {
    let notes = Notes::new(3);
    notes.change(RATED);
    let before = notes.everything();
    let answer = notes.migrate(&["apply", "--dry-run"]);
    answer.assert_done();
    assert!(answer.out.contains("change notes.stars"), "{}", answer.out);
    assert_eq!(notes.everything(), before);
}

#[test]
fn apply_refuses_records_that_do_not_fit() {
    let notes = Notes::new(0);
    notes
        .folder
        .write("notes.csv", "title,stars\ngood,5\nbad,many\nnone,\n");
    let args = [
        "import",
        "notes",
        "notes.csv",
        "--map",
        "title=title",
        "--map",
        "stars=stars",
    ];
    notes.run(&args).assert_done();
    notes.change(RATED);
    let sql = if notes.is_on_server() {
        "SELECT id::text FROM notes WHERE stars = 'many'"
    } else {
        "SELECT lower(hex(id)) FROM notes WHERE stars = 'many'"
    };
    let id = notes.ask(sql)[0][0].replace('-', "");
    let before = notes.everything();
    let answer = notes.migrate(&["apply"]);
    answer.assert_failed();
    let told = answer.err.replace('-', "");
    assert!(told.contains(&id), "{}", answer.err);
    assert!(answer.err.contains("notes.stars: 1 record"), "{}", answer.err);
    assert!(answer.err.contains("nothing was changed"), "{}", answer.err);
    assert_eq!(notes.everything(), before);
    let plan = notes.migrate(&["plan"]);
    plan.assert_failed();
    assert!(
        plan.out.contains("does not fit: notes.stars: 1 record"),
        "{}",
        plan.out
    );
}

#[test]
fn down_gives_everything_back() {
    let notes = Notes::new(3);
    let before = notes.everything();
    notes.change(RATED);
    notes.change(&format!("{RATED}[fields.note]\ntype = \"text\"\n"));
    notes.migrate(&["apply"]).assert_done();
    let answer = notes.migrate(&["down", "2"]);
    answer.assert_done();
    assert!(answer.err.contains("is taken back"), "{}", answer.err);
    assert_eq!(notes.everything(), before);
    notes
        .migrate(&["down", "2"])
        .assert_failed()
        .assert_err("error: 2 migrations were to be taken back, and 1 are applied\n");
}

#[test]
fn down_without_a_way_back_is_refused() {
    let notes = Notes::new(0);
    notes.change("[fields.title]\ntype = \"text\"\nrequired = true\n[fields.stars]\ntype = \"text\"\nindex = true\n[fields.x]\ntype = \"text\"\n");
    notes.define(NOTES);
    notes.migrate(&["new", "--remove", "notes.x"]).assert_done();
    notes.migrate(&["new", "--contract", "--yes"]).assert_done();
    notes.migrate(&["apply"]).assert_done();
    let before = notes.everything();
    let answer = notes.migrate(&["down"]);
    answer.assert_failed();
    assert!(
        answer.err.contains("there is no way back from 0004_contract"),
        "{}",
        answer.err
    );
    assert_eq!(notes.everything(), before);
}

/// Where values would come back otherwise, the plan says so, and `down` refuses.
#[test]
fn down_from_a_contract_that_alters_values_is_refused() {
    let notes = Notes::new(0);
    notes.folder.write("notes.csv", "title,stars\ngood,5\nodd,05\n");
    let args = [
        "import",
        "notes",
        "notes.csv",
        "--map",
        "title=title",
        "--map",
        "stars=stars",
    ];
    notes.run(&args).assert_done();
    notes.change(RATED);
    notes.migrate(&["apply"]).assert_done();
    notes.migrate(&["new", "--contract", "--yes"]).assert_done();
    let plan = notes.migrate(&["plan"]);
    let told = "notes.stars as it was before 0002 would come back with another value in 1 record";
    assert!(
        plan.out.contains(&format!("gone for good: {told}")),
        "{}",
        plan.out
    );
    notes.migrate(&["apply"]).assert_done();
    let answer = notes.migrate(&["down"]);
    answer.assert_failed();
    assert!(
        answer
            .err
            .contains(&format!("there is no way back from 0003_contract: {told}")),
        "{}",
        answer.err
    );
}
