//! From any definition to any other and back, with data: nothing is lost where a way back is said to be.

mod base;
mod beside;
mod definitions;

use std::collections::BTreeMap;

use mainstay_core::migrations::{Answer, History, Migration, Shape};
use mainstay_core::{Definition, RecordId};
use mainstay_engine::migrations::{MigrateError, new_contract, new_migration};
use mainstay_testkit::{Dialect, TestDatabase};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

use base::{Base, Everything};
use definitions::{Change, Model, changed, changes, mixed, model};

/// Records that are tried for each collection; some do not fit their definition.
const RECORDS: u64 = 7;

/// A server takes its time to make databases, of which each case needs three.
fn cases() -> u32 {
    match TestDatabase::dialect() {
        Dialect::Sqlite => 80,
        Dialect::Postgres => 16,
    }
}

fn next(history: &History, definition: &Definition) -> Option<Migration> {
    new_migration(history, definition, None, &mut |_| Answer::Removed).ok()
}

fn pushed(history: &History, migration: Migration) -> History {
    let mut next = history.clone();
    next.push(migration).unwrap();
    next
}

/// Creates records as the definition in force takes them; every third is changed or deleted again.
fn write_some(base: &Base, model: &Model, seed: u64) -> Vec<(&'static str, RecordId)> {
    let mut ids: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut written = Vec::new();
    let mut names: Vec<&'static str> = model.collections().collect();
    // Others lead to users.
    names.sort_by_key(|name| *name != "users");
    for (place, name) in (0_u64..).zip(names.iter().cycle().take(2 * names.len())) {
        for number in 0..RECORDS {
            let seed = mixed(seed, place * 100 + number);
            let of = |collection: &str| ids.get(collection).cloned().unwrap_or_default();
            let mut values = model.values(name, seed, &of);
            if *name == "users" {
                values.insert("email".to_owned(), format!("u{seed}@example.org").into());
            }
            let Ok(id) = base.create(name, values) else {
                continue;
            };
            ids.entry(name).or_default().push(id.to_string());
            written.push((*name, id));
            let of = |collection: &str| ids.get(collection).cloned().unwrap_or_default();
            match seed % 6 {
                0 => drop(base.update(name, id, model.values(name, mixed(seed, 1), &of))),
                1 => drop(base.delete(name, id)),
                _ => {}
            }
        }
    }
    written
}

struct Way {
    a: Shape,
    b: Definition,
    first: History,
    second: History,
}

/// Applies the second migration, with all that has to be true afterwards; false when records do not fit.
fn there(base: &Base, way: &Way) -> Result<bool, TestCaseError> {
    let (before, old) = (base.everything(), base.contents(&way.a));
    let planned = base.plan(&way.second);
    assert_same(&base.everything(), &before)?;
    match base.apply(&way.second) {
        Ok(names) => prop_assert_eq!(names.len(), 1),
        Err(MigrateError::Misfits { misfits, .. }) => {
            assert_same(&base.everything(), &before)?;
            prop_assert_eq!(&planned[0].misfits, &misfits);
            prop_assert!(misfits.iter().all(|misfit| !misfit.ids.is_empty()));
            return Ok(false);
        }
        Err(error) => return Err(TestCaseError::fail(told(&error))),
    }
    prop_assert!(planned[0].misfits.is_empty());
    prop_assert_eq!(base.drift(), Vec::<String>::new());
    assert_same_lines(
        "read by the release before",
        &lines(&base.contents(&way.a)),
        &lines(&old),
    )?;
    prop_assert_eq!(base.state(), way.second.state());
    Ok(true)
}

fn told(error: &MigrateError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(&format!(": {cause}"));
        source = cause.source();
    }
    text
}

fn assert_same(found: &Everything, wanted: &Everything) -> Result<(), TestCaseError> {
    assert_same_lines("catalog", &found.made.catalog, &wanted.made.catalog)?;
    assert_same_lines("_schema", &found.made.schema, &wanted.made.schema)?;
    assert_same_lines("ours", &found.kept, &wanted.kept)?;
    let lines = |everything: &Everything| -> Vec<String> {
        let rows = everything.rows.iter();
        rows.flat_map(|(table, rows)| rows.iter().map(move |row| format!("{table}: {row}")))
            .collect()
    };
    assert_same_lines("rows", &lines(found), &lines(wanted))
}

/// A failure tells only what differs.
fn assert_same_lines(what: &str, found: &[String], wanted: &[String]) -> Result<(), TestCaseError> {
    let without = |lines: &[String], known: &[String]| -> Vec<String> {
        lines
            .iter()
            .filter(|line| !known.contains(line))
            .cloned()
            .collect()
    };
    prop_assert_eq!((what, without(found, wanted)), (what, without(wanted, found)));
    prop_assert_eq!(found.len(), wanted.len());
    Ok(())
}

/// What a release reads, a line for each value.
fn lines(contents: &BTreeMap<String, Vec<BTreeMap<String, String>>>) -> Vec<String> {
    let records = contents
        .iter()
        .flat_map(|(name, records)| records.iter().map(move |record| (name, record)));
    records
        .flat_map(|(name, record)| {
            let values = record.iter();
            values.map(move |(field, value)| format!("{name} {}: {field} = {value}", record["id"]))
        })
        .collect()
}

/// There and back at once, there again with writes of both releases, and back.
fn try_way(model: &Model, changes: &[Change], seed: u64, rows_small: u64) -> Result<(), TestCaseError> {
    let a = model.definition().unwrap();
    let first = pushed(&History::default(), next(&History::default(), &a).unwrap());
    let accepts = |definition: &Definition| next(&first, definition).is_some() || definition.shape == a.shape;
    let model_b = changed(model, changes, &accepts);
    let b = model_b.definition().unwrap();
    let Some(migration) = next(&first, &b) else {
        return Ok(());
    };
    let way = Way {
        a: a.shape.clone(),
        second: pushed(&first, migration),
        first,
        b,
    };
    let base = Base::new(&way.first, a.clone(), rows_small);
    write_some(&base, model, seed);
    let before = base.everything();
    if !there(&base, &way)? {
        return Ok(());
    }
    let made = base.everything().made;
    base.down(1).map_err(|error| TestCaseError::fail(told(&error)))?;
    assert_same(&base.everything(), &before)?;
    prop_assert!(there(&base, &way)?);
    assert_same_lines("again", &base.everything().made.schema, &made.schema)?;

    // Both releases write.
    base.serve(a);
    write_some(&base, model, seed + 1);
    base.serve(way.b.clone());
    write_some(&base, &model_b, seed + 2);
    prop_assert_eq!(base.drift(), Vec::<String>::new());
    back_after_writes(&base, &way)?;
    contract_and_back(&base, &way)?;
    from_empty(&way, rows_small)
}

/// Takes the migration back, unless a record of the newer release does not fit, and applies it again.
fn back_after_writes(base: &Base, way: &Way) -> Result<(), TestCaseError> {
    let (before, old) = (base.everything(), base.contents(&way.a));
    match base.down(1) {
        Ok(_) => {
            assert_same_lines("back", &lines(&base.contents(&way.a)), &lines(&old))?;
            prop_assert_eq!(base.drift(), Vec::<String>::new());
        }
        Err(MigrateError::Misfits { .. }) => assert_same(&base.everything(), &before)?,
        Err(error) => return Err(TestCaseError::fail(told(&error))),
    }
    if base.state() == way.first.state() && !there(base, way)? {
        // What the release before wrote meanwhile need not fit.
        base.serve(way.a.definition().unwrap());
    }
    Ok(())
}

/// Takes away what only the release before needs, and gives it back where that is said to be possible.
fn contract_and_back(base: &Base, way: &Way) -> Result<(), TestCaseError> {
    if base.state() != way.second.state() {
        return Ok(());
    }
    let Ok(contract) = new_contract(&way.second, &way.b, None) else {
        return Ok(());
    };
    let third = pushed(&way.second, contract);
    let (before, old, new) = (
        base.everything(),
        base.contents(&way.a),
        base.contents(&way.b.shape),
    );
    let planned = base.plan(&third);
    match base.apply(&third) {
        Ok(_) => {}
        Err(MigrateError::Misfits { .. }) => return assert_same(&base.everything(), &before),
        Err(error) => return Err(TestCaseError::fail(told(&error))),
    }
    prop_assert_eq!(base.drift(), Vec::<String>::new());
    assert_same_lines("contracted", &lines(&base.contents(&way.b.shape)), &lines(&new))?;
    let after = base.everything();
    let is_back = match base.down(1) {
        Ok(_) => true,
        Err(MigrateError::NoWayBack { .. }) => false,
        Err(error) => return Err(TestCaseError::fail(told(&error))),
    };
    prop_assert_eq!(planned[0].has_way_back(), is_back);
    if is_back {
        assert_same_lines(
            "back from the contract",
            &lines(&base.contents(&way.a)),
            &lines(&old),
        )?;
        assert_same_lines(
            "back from the contract",
            &lines(&base.contents(&way.b.shape)),
            &lines(&new),
        )?;
        assert_same_lines("_schema", &base.everything().made.schema, &before.made.schema)?;
    } else {
        assert_same(&base.everything(), &after)?;
    }
    Ok(())
}

/// An empty database that takes all files at once is made as one that took them one by one.
fn from_empty(way: &Way, rows_small: u64) -> Result<(), TestCaseError> {
    let at_once = Base::new(&way.second, way.b.clone(), rows_small);
    let one_by_one = Base::new(&way.first, way.a.definition().unwrap(), rows_small);
    one_by_one
        .apply(&way.second)
        .map_err(|error| TestCaseError::fail(told(&error)))?;
    let (at_once, one_by_one) = (at_once.everything(), one_by_one.everything());
    assert_same(&at_once, &one_by_one)
}

/// The files of both definitions, for whoever looks into a failure.
fn texts_of(model: &Model, changes: &[Change]) -> String {
    let a = model.definition().unwrap();
    let first = pushed(&History::default(), next(&History::default(), &a).unwrap());
    let accepts = |definition: &Definition| next(&first, definition).is_some() || definition.shape == a.shape;
    let files = model
        .files()
        .into_iter()
        .chain(changed(model, changes, &accepts).files());
    files.fold(String::new(), |texts, file| {
        format!("{texts}--- {}\n{}\n", file.path, file.text)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), rng_seed: RngSeed::Fixed(1), failure_persistence: None, max_shrink_iters: 150, ..ProptestConfig::default() })]

    #[test]
    fn there_and_back_gives_everything_back(
        model in model(),
        changes in changes(),
        seed in 0_u64..1_000_000,
        // Both ways of changing a table: at once, and beside the work of others.
        rows_small in select(&[1_u64, 2_000][..]),
    ) {
        try_way(&model, &changes, seed, rows_small)
            .map_err(|error| TestCaseError::fail(format!("{error}\n\n{}", texts_of(&model, &changes))))?;
    }
}
