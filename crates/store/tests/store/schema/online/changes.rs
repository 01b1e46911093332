//! Every kind of change, on tables with rows: afterwards the database is as if it had been made that way.

use mainstay_store::schema::{SchemaError, Step, Transition};
use mainstay_store::{Dialect, Tx};
use mainstay_testkit::TestDatabase;

use super::fixture::{Collections, Online, SMALL};
use super::releases::Release;

pub(super) const ROOMS: &str = "fields.name = { type = \"text\", required = true, unique = true }\n";

const NOTES: &str = r#"
fields.title = { type = "text", required = true, max = 100, index = true }
fields.stars = { type = "integer", min = 0, max = 5 }
fields.price = { type = "text" }
fields.code = { type = "text", unique = true }
fields.colour = { type = "select", options = ["red", "green"], required = true, default = "red" }
fields.room = { type = "relation", to = "rooms" }
fields.tags = { type = "relation", to = "rooms", many = true }
fields.gone = { type = "text", index = true }
indexes = [{ fields = ["stars", "title"] }]
checks = [{ name = "dear", expression = "record.stars != 5 || record.price != null" }]
"#;

const MEMOS: &str = r#"
was = "notes"
soft_delete = true
fields.heading = { type = "text", required = true, max = 200, was = "title" }
fields.stars = { type = "integer", min = 0, max = 9, required = true, default = 1 }
fields.price = { type = "decimal", scale = 2, index = true }
fields.code = { type = "text", index = true }
fields.colour = { type = "select", options = ["red", "green", "blue"], default = "green" }
fields.room = { type = "relation", to = "places", on_delete = "set_null" }
fields.tags = { type = "relation", to = "places", many = true }
fields.due = { type = "date" }
fields.weight = { type = "number", required = true, default = 1.5, min = 0.0 }
fields.label = { type = "relation", to = "labels", on_delete = "cascade" }
indexes = [{ fields = ["stars", "heading"] }, { fields = ["due", "stars"], unique = true }]
checks = [{ name = "dear", expression = "record.stars != 9 || record.heading != '\"title\"'" }]
"#;

const PLACES: &str =
    "was = \"rooms\"\nfields.name = { type = \"text\", required = true, unique = true, max = 50 }\n";

const LABELS: &str = "fields.name = { type = \"text\", required = true, index = true }\nfields.of = { type = \"relation\", to = \"places\" }\n";

pub(super) const OLD: Collections<'static> = &[("rooms", ROOMS), ("notes", NOTES), ("waste", ROOMS)];
pub(super) const NEW: Collections<'static> = &[("places", PLACES), ("memos", MEMOS), ("labels", LABELS)];

/// Some rooms, and notes in them.
pub(super) async fn fill(online: &Online) {
    let release = Release::of(online, OLD).await;
    for number in 0..10 {
        let name = format!("'room {number}'");
        release
            .insert(&online.db, "rooms", number, &[("name", &name)])
            .await
            .expect("it fits");
    }
    for number in 0..16 {
        let (title, price) = (format!("'note {number}'"), format!("'{number}.5'"));
        let code = format!("'c{number}'");
        let values = [
            ("title", title.as_str()),
            ("stars", "3"),
            ("price", &price),
            ("code", &code),
        ];
        release
            .insert(&online.db, "notes", number, &values)
            .await
            .expect("it fits");
    }
    for sql in [
        "UPDATE notes SET room = (SELECT id FROM rooms ORDER BY id LIMIT 1)",
        "INSERT INTO notes__tags (owner, target, position) SELECT n.id, r.id, 0 FROM notes n, rooms r WHERE name < 'room 2'",
    ] {
        online.execute(sql).await.expect("it fits");
    }
}

/// The catalog without the order of columns, which a change does not keep.
pub(super) async fn sorted(online: &Online) -> Vec<String> {
    let mut catalog = online.catalog().await;
    catalog.sort();
    catalog
}

async fn expect_as_made(online: &Online) {
    if TestDatabase::dialect() == Dialect::Sqlite {
        // There a table keeps the statement that made it, and an index may have the other form of its name.
        let broken = online.rows("SELECT * FROM pragma_foreign_key_check").await;
        assert_eq!(broken, [[""; 0]; 0], "no reference is broken");
        let left = "SELECT name FROM sqlite_schema WHERE name LIKE '%~new%' OR name LIKE '%~old%' OR name LIKE '%mirror%'";
        assert_eq!(online.rows(left).await, [[""; 0]; 0], "nothing is left over");
        let missing = "SELECT name FROM _schema AS s WHERE kind = 'index' AND NOT EXISTS (SELECT 1 FROM sqlite_schema AS i
                       WHERE i.type = 'index' AND i.tbl_name = s.of_table AND i.name IN (s.name, s.name || '~2'))";
        assert_eq!(online.rows(missing).await, [[""; 0]; 0], "every index is there");
        return;
    }
    let made = Online::made(&online.state().await).await;
    assert_eq!(sorted(online).await, sorted(&made).await);
}

#[tokio::test]
async fn everything_at_once_there_and_to_the_end() {
    let online = Online::of(OLD).await;
    fill(&online).await;
    let expanded = online.expanded(NEW).await;
    online.go(expanded).await;
    assert!(online.is_current(NEW).await);
    assert!(online.is_current(OLD).await);
    expect_as_made(&online).await;
    let (old, new) = (Release::of(&online, OLD).await, Release::of(&online, NEW).await);
    let seen = new
        .read(
            &online.db,
            "memos",
            4,
            &["heading", "stars", "price", "colour", "weight", "due"],
        )
        .await;
    assert_eq!(
        seen.expect("it can be read"),
        ["note 4", "3", "450", "red", "1.5", "null"]
    );
    let seen = old.read(&online.db, "notes", 4, &["title", "price"]).await;
    assert_eq!(seen.expect("it can be read"), ["note 4", "4.5"]);

    let contracted = online.contracted().await;
    online.go(contracted).await;
    assert!(online.is_current(NEW).await);
    assert!(!online.is_current(OLD).await);
    expect_as_made(&online).await;
    let new = Release::of(&online, NEW).await;
    let seen = new.read(&online.db, "memos", 4, &["heading", "price"]).await;
    assert_eq!(seen.expect("it can be read"), ["note 4", "450"]);
    assert_eq!(online.rows("SELECT 1 FROM memos__tags").await.len(), 32);
    let room = online.rows("SELECT DISTINCT room FROM memos").await;
    assert_eq!(room.len(), 1, "the references are still there");
}

/// What only a release before knew is worked out again where it can be.
#[tokio::test]
async fn a_contract_is_taken_back() {
    let online = Online::of(OLD).await;
    fill(&online).await;
    let first = online.state().await;
    let expanded = online.expanded(NEW).await;
    online.go(expanded.clone()).await;
    let contracted = online.contracted().await;
    online.go(contracted).await;
    online
        .start(Some(online.state().await), expanded)
        .await
        .expect("the steps can be told");
    let steps = online.steps().await;
    let alone = steps.iter().any(|step| matches!(step, Step::Alone(_)));
    assert_eq!(alone, TestDatabase::dialect() == Dialect::Sqlite, "{steps:#?}");
    online.run().await.expect("nothing is in the way");
    expect_as_made(&online).await;
    let (old, new) = (Release::of(&online, OLD).await, Release::of(&online, NEW).await);
    let seen = old.read(&online.db, "notes", 4, &["title", "price"]).await;
    assert_eq!(seen.expect("it can be read"), ["note 4", "4.50"]);
    let written = old.update(&online.db, "notes", 4, &[("price", "'7'")]).await;
    written.expect("the release before writes again");
    let seen = new.read(&online.db, "memos", 4, &["heading", "price"]).await;
    assert_eq!(seen.expect("it can be read"), ["note 4", "700"]);
    online.go(first).await;
    assert!(online.is_current(OLD).await);
    expect_as_made(&online).await;
    let old = Release::of(&online, OLD).await;
    let seen = old
        .read(&online.db, "notes", 4, &["title", "price", "code"])
        .await;
    assert_eq!(seen.expect("it can be read"), ["note 4", "7", "c4"]);
}

#[tokio::test]
async fn a_plan_says_what_runs_and_what_it_locks() {
    let online = Online::of(OLD).await;
    fill(&online).await;
    let transition = Transition::new(Some(online.state().await), online.expanded(NEW).await);
    let transition = transition.expect("both states are good");
    let read = move |tx: &mut Tx<'_>| {
        let mut lines = Vec::new();
        for step in transition.steps(tx, SMALL)? {
            let explained = transition.explain(tx, &step)?;
            assert!(!explained.statements.is_empty(), "{step:?}");
            let begin: String = explained.statements[0].chars().take(24).collect();
            lines.push(format!(
                "{} | {} | {}",
                step.name(),
                begin.replace('\n', " "),
                explained.lock
            ));
        }
        Ok::<_, SchemaError>(lines)
    };
    let lines = online.db.read(read).await.expect("it can be told");
    let expected: &[&str] = match online.db.dialect() {
        Dialect::Sqlite => &[
            "create labels | CREATE TABLE \"labels\" (  | write lock, briefly",
            "begin notes | CREATE TABLE \"notes~new\" | write lock, briefly",
            "copy notes | INSERT INTO \"notes~new\"  | write lock, briefly",
            "swap | CREATE TABLE \"notes\" (   | write lock, alone",
        ],
        Dialect::Postgres => &[
            "add columns to notes | ALTER TABLE \"notes\" ADD  | ACCESS EXCLUSIVE",
            "fill notes | UPDATE \"notes\" AS r SET  | ROW EXCLUSIVE",
            "validate notes.due.date | ALTER TABLE \"notes\" VALI | SHARE UPDATE EXCLUSIVE",
            "index notes.index.code | CREATE INDEX CONCURRENTL | SHARE UPDATE EXCLUSIVE",
            "turn | ALTER TABLE \"notes\" DROP | ACCESS EXCLUSIVE",
        ],
    };
    for line in expected {
        assert!(
            lines.iter().any(|known| known == line),
            "{line} is not in {lines:#?}"
        );
    }
}

#[tokio::test]
async fn nothing_to_do_is_a_turning_point_alone() {
    let online = Online::of(OLD).await;
    let state = online.state().await;
    online
        .start(Some(state.clone()), state)
        .await
        .expect("it is the same");
    assert_eq!(online.steps().await.len(), 1);
    let before = online.dump(&[]).await;
    online.run().await.expect("nothing is in the way");
    assert_eq!(online.dump(&[]).await, before);
}
