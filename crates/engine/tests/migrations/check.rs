use mainstay_core::migrations::History;
use mainstay_engine::migrations::{Applied, check_migrations, new_sql};

use super::{definition, files, history};

const A: &str = "[fields.a]\ntype = \"text\"\n";
const AB: &str = "[fields.a]\ntype = \"text\"\n[fields.b]\ntype = \"date\"\n";

fn told(files: &[(String, String)], things: &str, applied: &[Applied]) -> Vec<String> {
    let faults = check_migrations(files, &definition(&[("things", things)]), applied);
    faults.iter().map(ToString::to_string).collect()
}

fn two() -> History {
    history(&[&definition(&[("things", A)]), &definition(&[("things", AB)])])
}

fn applied(history: &History) -> Vec<Applied> {
    let applied = history.migrations().map(|migration| Applied {
        number: migration.number,
        name: migration.name.clone(),
        digest: migration.digest(),
    });
    applied.collect()
}

#[test]
fn all_good() {
    let history = two();
    assert_eq!(told(&files(&history), AB, &applied(&history)), [] as [String; 0]);
    // A database may be behind.
    assert_eq!(
        told(&files(&history), AB, &applied(&history)[..1]),
        [] as [String; 0]
    );
}

#[test]
fn an_edited_migration() {
    let history = two();
    let mut files = files(&history);
    files[1].1.push_str("# A word more.\n");
    let edited = "migrations/0002_add_things_b.toml: it was edited after it was applied; restore it as it was applied; a change \
                  goes into a new migration";
    assert_eq!(told(&files, AB, &applied(&history)), [edited]);
    assert_eq!(
        told(&files, AB, &applied(&history)[..1]),
        [] as [String; 0],
        "it was not applied yet"
    );
    files[1].1.push_str("nonsense");
    let faults = told(&files, AB, &applied(&history));
    assert_eq!(faults[0], edited);
    assert!(
        faults[1].starts_with("migrations/0002_add_things_b.toml: the TOML is not valid"),
        "{faults:?}"
    );
}

#[test]
fn an_applied_migration_is_missing() {
    let history = two();
    let files = files(&history);
    assert_eq!(
        told(&files[..1], A, &applied(&history)),
        [
            "migrations/0002_add_things_b.toml: it was applied to the database and is not here; restore it as it was applied; a \
             change goes into a new migration"
        ]
    );
}

#[test]
fn a_definition_that_is_ahead() {
    let files = files(&two());
    let things = "[fields.b]\ntype = \"json\"\n[fields.c]\ntype = \"text\"\nmax = 5\n";
    assert_eq!(
        told(&files, things, &[]),
        [
            "collections/things.toml: no migration has this: add things.c (text); write a migration with `mainstay migrate new`",
            "collections/things.toml: no migration has this: stop using things.a; write a migration with `mainstay migrate new`",
            "mainstay.toml: how things.b becomes a json from a date is not clear: write up = \"...\" into its declaration, an \
             expression over record.b",
        ]
    );
    assert_eq!(
        told(&[], A, &[]),
        ["migrations: there are no migrations yet; write a migration with `mainstay migrate new`"]
    );
}

#[test]
fn a_step_that_is_not_filled_in() {
    let mut history = two();
    history.push(new_sql(&history, None, "tidy up").unwrap()).unwrap();
    let mut files = files(&history);
    assert_eq!(
        told(&files, AB, &[]),
        [
            "migrations/0003_tidy_up.toml: the step \"tidy up\" has no statement yet; write it under sqlite or postgres, or remove \
             the file"
        ]
    );
    files[2].1 = files[2]
        .1
        .replace("\nsqlite = \"\"", "\nsqlite = \"DELETE FROM things\"");
    assert_eq!(told(&files, AB, &[]), [] as [String; 0]);
}
