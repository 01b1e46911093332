//! A conversion inside a trigger, and a text that would become too long.

use mainstay_core::Value;
use mainstay_store::sql::{table, value_sql};
use mainstay_store::{Dialect, Priority, StoreError, Tx, WriteTx};
use mainstay_testkit::TestDatabase;

use super::{parse, target, thing, things, world_of};
use crate::expressions::world::{self, store};

/// Statements that set `other` of each new thing.
fn trigger(value: &str) -> Vec<String> {
    let things = table(things());
    match TestDatabase::dialect() {
        Dialect::Sqlite => vec![format!(
            "CREATE TRIGGER convert AFTER INSERT ON {things} BEGIN \
             UPDATE {things} SET \"other\" = {value} WHERE \"id\" = NEW.\"id\"; END"
        )],
        Dialect::Postgres => vec![
            format!(
                "CREATE FUNCTION convert() RETURNS trigger LANGUAGE plpgsql AS $convert$ \
                 BEGIN NEW.\"other\" := {value}; RETURN NEW; END $convert$"
            ),
            format!(
                "CREATE TRIGGER convert BEFORE INSERT ON {things} FOR EACH ROW EXECUTE FUNCTION convert()"
            ),
        ],
    }
}

#[tokio::test]
async fn a_trigger_converts_the_new_row() {
    let expr = parse(
        "record.words.matches('^[0-9]+$') && record.words != 'why?' && record.words.replace('0', '') in ['12', '7'] \
         ? string(decimal(record.words, 2)) + ' ' + string(timestamp(int(record.words))) \
         : record.words.trim().upperAscii() + string(record.ratio) \
           + string('green' in record.tags) + string(record.tags.exists(t, t.startsWith('r')))",
    );
    let value = value_sql(target(), "NEW", &expr).expect("the expression is small");
    let stored = store(&super::DEFINITION, world_of(Vec::new())).await;
    let written = stored
        .db
        .write(Priority::Interactive, move |tx: &mut WriteTx<'_>| {
            for statement in trigger(&value) {
                tx.execute(&statement, &[])?;
            }
            for (number, words) in ["120", " it's\n"].into_iter().enumerate() {
                let values = [
                    ("words", Value::Text(words.to_owned())),
                    ("ratio", Value::Real(1e23)),
                    ("tags", Value::Text("[\"red\"]".to_owned())),
                ];
                world::insert(tx, &super::DEFINITION, things(), &thing(number, &values))?;
            }
            Ok::<(), StoreError>(())
        });
    written.await.expect("the trigger may call the functions");
    let read = stored.db.read(|tx: &mut Tx<'_>| {
        let mut found = Vec::new();
        let statement = format!("SELECT \"other\" FROM {} ORDER BY \"id\"", table(things()));
        tx.query(&statement, &[], |row| {
            found.push(row.text(0)?.to_owned());
            Ok::<(), StoreError>(())
        })?;
        Ok::<_, StoreError>(found)
    });
    assert_eq!(
        read.await.expect("the things can be read"),
        ["120.00 1970-01-01T00:02:00.000000Z", "IT'S1e+23falsetrue"]
    );
}

#[tokio::test]
async fn a_text_that_would_be_too_long_is_an_error() {
    let long = Value::Text("a".repeat(1_000_000));
    let row = thing(1, &[("words", long.clone()), ("other", long)]);
    let stored = store(&super::DEFINITION, world_of(vec![row])).await;
    for text in [
        "record.words.replace('a', record.other)",
        "record.words.replace('', record.other)",
        "record.words.replace('a', '12345678901234567')",
    ] {
        let value = value_sql(target(), "r", &parse(text)).expect("the expression is small");
        let statement = format!("SELECT length({value}) FROM {} AS r", table(things()));
        let read = move |tx: &mut Tx<'_>| tx.query(&statement, &[], |_| Ok::<(), StoreError>(()));
        let error = stored
            .db
            .read(read)
            .await
            .expect_err("16 MB is the most that a text has");
        assert!(matches!(error, StoreError::TooLarge), "{text}: {error:?}");
    }
}
