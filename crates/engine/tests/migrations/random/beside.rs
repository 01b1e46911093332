//! What others write while a migration runs.

use mainstay_core::migrations::History;
use serde_json::json;

use super::base::Base;
use super::{next, pushed};
use crate::definition;

/// Somebody takes a value twice that is to become unique. Whoever comes second is refused: the record, or the migration,
/// which then leaves the database as it was.
#[test]
fn a_value_that_is_taken_twice_meanwhile() {
    let plain = definition(&[("things", "[fields.a]\ntype = \"text\"\n")]);
    let unique = definition(&[("things", "[fields.a]\ntype = \"text\"\nunique = true\n")]);
    let first = pushed(&History::default(), next(&History::default(), &plain).unwrap());
    let second = pushed(&first, next(&first, &unique).unwrap());
    let base = Base::new(&first, plain, 1);
    let record = |value: &str| json!({ "a": value }).as_object().unwrap().clone();
    for number in 0..200 {
        base.create("things", record(&number.to_string())).unwrap();
    }
    let before = base.everything();
    let written = std::sync::Mutex::new(Vec::new());
    let meanwhile = || {
        // Of the last record, which a copy that begins with the first has not come to.
        let mut written = written.lock().unwrap();
        if written.is_empty() {
            written.push(base.create("things", record("199")));
        }
    };
    let applied = base.apply_with(&second, &meanwhile);
    let written = written.into_inner().unwrap().pop().expect("there is a step");
    let after = base.everything();
    assert_ne!(applied.is_ok(), written.is_ok(), "{applied:?} {written:?}");
    if applied.is_err() {
        assert_eq!(after.made, before.made);
        assert_eq!(after.kept, before.kept);
        assert_eq!(after.rows["things"].len(), 201);
        // Somebody mends it.
        base.delete("things", written.unwrap()).unwrap();
        base.apply(&second).unwrap();
    }
    assert_eq!(base.everything().rows["things"].len(), 200);
    assert_eq!(base.drift(), Vec::<String>::new());
}
