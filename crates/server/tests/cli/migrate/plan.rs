use serde_json::Value as Json;

use super::{Notes, RATED};

#[test]
fn plan_tells_what_would_happen() {
    let notes = Notes::new(3);
    notes.change(RATED);
    let before = notes.everything();
    let text = notes.migrate(&["plan"]);
    text.assert_done();
    for part in [
        "0002_add_notes_pinned_change_notes_stars\n",
        "  expand: add notes.pinned (boolean); way back: the field is dropped with its values\n",
        "  backfill: change notes.stars: ",
        "way back: the values before are still there, kept in step\n",
        "  step: ",
        "rows, in about ",
    ] {
        assert!(text.out.contains(part), "{part:?} is not in:\n{}", text.out);
    }
    let json = notes.migrate(&["plan", "--format", "json"]);
    let plan: Json = serde_json::from_str(json.assert_done().out.trim()).unwrap();
    assert_eq!(plan["name"], "0002_add_notes_pinned_change_notes_stars");
    assert_eq!(plan["contract"], false);
    assert_eq!(plan["misfits"], Json::Array(Vec::new()));
    let classes: Vec<&str> = plan["operations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|operation| operation["class"].as_str().unwrap())
        .collect();
    assert_eq!(classes, ["expand", "backfill"]);
    assert!(!plan["steps"].as_array().unwrap().is_empty());
    assert_eq!(notes.everything(), before);
}

#[test]
fn plan_of_nothing() {
    let notes = Notes::new(0);
    notes
        .migrate(&["plan"])
        .assert_done()
        .assert_out("The database is at the last migration: nothing is to be done.\n");
    notes
        .migrate(&["plan", "--format", "json"])
        .assert_done()
        .assert_out("");
}
