//! What a contract takes away.

use mainstay_core::migrations::Migration;

use crate::support::{Files, assert_lines, history, state, steps};

#[track_caller]
fn assert_steps(definitions: &[Option<Files<'_>>], expected: &str) {
    let state = state(definitions);
    assert_lines(&steps(&state.contract_steps()).join("\n"), expected);
    assert_eq!(state.contracted(9).contract_steps(), []);
}

#[test]
fn nothing_to_take_away() {
    let text = |more: &str| format!("[fields.a]\ntype = \"text\"\n{more}");
    let (one, two) = (
        text(""),
        text("[fields.b]\ntype = \"integer\"\nmin = 1\nunique = true\n"),
    );
    assert_steps(&[], "");
    assert_steps(&[Some(&[("things", &one)])], "");
    assert_steps(
        &[
            Some(&[("things", &one)]),
            Some(&[("things", &two), ("parts", &one)]),
        ],
        "",
    );
}

#[test]
fn everything_at_once() {
    let old = "soft_delete = true\n[fields.a]\ntype = \"text\"\nmax = 9\n[fields.gone]\ntype = \"date\"\n[fields.prio]\n\
               type = \"text\"\n[fields.left]\ntype = \"text\"\n[fields.sure]\ntype = \"text\"\ncheck = \"record.sure != ''\"\n";
    let new = "was = \"things\"\n[fields.x]\nwas = \"a\"\ntype = \"text\"\nmax = 5\nrequired = true\n[fields.prio]\n\
               type = \"integer\"\n[fields.left]\ntype = \"integer\"\nup = \"size(record.left)\"\n[fields.safe]\nwas = \"sure\"\n\
               type = \"text\"\ncheck = \"record.safe != ''\"\n\
               [[checks]]\nname = \"later\"\nexpression = \"record.prio != 1\"\n";
    assert_steps(
        &[Some(&[("things", old), ("lost", "")]), Some(&[("goods", new)])],
        "contract: drop lost with its records (no way back)
         contract: drop things.gone with its values (no way back)
         contract: drop things.left with its values (worked out again: string(record.left_2))
         contract: drop things.prio with its values (worked out again: string(record.prio_2))
         contract: drop things.deleted_at with its values (no way back)
         contract: demand of things: a: max 9 -> 5, required (the demand is lifted)
         contract: demand of things: check later (the demand is lifted)",
    );
}

#[test]
fn a_contract_has_its_own_steps_and_no_others() {
    let (old, new) = (
        "[fields.a]\ntype = \"text\"\n",
        "[fields.b]\ntype = \"text\"\nup = \"record.a\"\n",
    );
    let before = history(&[Some(&[("things", old)]), Some(&[("things", new)])]);
    let steps = before.state().contract_steps();
    assert_eq!(steps.len(), 1);
    let mut history = before.clone();
    let fault = history.push(before.next("later", true, Vec::new())).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "migrations/0003_later.toml: a contract has only steps that follow from the migrations before it: drop things.a with \
         its values"
    );
    // Without its mark it is refused too.
    let unmarked = before.next("unmarked", false, steps.clone());
    let fault = history.push(unmarked.clone()).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "migrations/0003_unmarked.toml: drop things.a with its values takes something away: it belongs into a migration with \
         `contract = true`"
    );
    let marked = unmarked.text.replace("\n\n#", "\ncontract = true\n\n#");
    history
        .push(Migration::read("0003_marked", &marked).unwrap())
        .unwrap();
    assert_eq!(history.state().contract_steps(), []);
    // Its number is that of the state, whose shape is the one before.
    assert_eq!(history.state().newest().unwrap().number, 3);
    assert_eq!(history.state().shape(), before.state().shape());
}
