use std::collections::BTreeSet;

use mainstay_core::migrations::{Answer, History};
use mainstay_engine::migrations::{NewError, check_removals, new_contract, new_migration, new_sql};

use super::{definition, history};

const A: &str = "[fields.a]\ntype = \"text\"\n";

/// The name of the migration from one file of `things` to another.
fn name(old: &str, new: &str, title: Option<&str>) -> String {
    let history = history(&[&definition(&[("things", old)])]);
    let new = definition(&[("things", new)]);
    new_migration(&history, &new, title, &mut |_| Answer::Removed)
        .unwrap()
        .name
}

#[test]
fn titles_say_what_is_done() {
    let first = new_migration(&History::default(), &definition(&[]), None, &mut |_| {
        Answer::Unknown
    })
    .unwrap();
    assert_eq!(
        (first.number, first.name.as_str(), first.parent),
        (1, "0001_begin", None)
    );
    let due = format!("{A}[fields.due]\ntype = \"date\"\n");
    assert_eq!(name(A, &due, None), "0002_add_things_due");
    assert_eq!(name(A, &due, Some("Due dates")), "0002_due_dates");
    assert_eq!(
        name(A, "[fields.b]\ntype = \"text\"\nwas = \"a\"\n", None),
        "0002_rename_things_a_to_b"
    );
    let many = "soft_delete = true\norder = \"b\"\n[fields.b]\ntype = \"date\"\n[fields.c]\ntype = \"url\"\n\
                [[indexes]]\nfields = [\"b\", \"c\"]\n[[checks]]\nname = \"x\"\nexpression = \"record.b != null\"\n";
    let history = history(&[&definition(&[("things", A)])]);
    let migration = new_migration(&history, &definition(&[("things", many)]), None, &mut |_| {
        Answer::Unknown
    });
    assert_eq!(
        migration.unwrap().title,
        "add things.b, add things.c, change things and 3 more"
    );
}

#[test]
fn what_stands_in_the_way() {
    let history = history(&[&definition(&[("things", A)])]);
    let next = |text: &str| {
        new_migration(&history, &definition(&[("things", text)]), None, &mut |_| {
            Answer::Unknown
        })
    };
    assert!(matches!(next(A), Err(NewError::Nothing)));
    match next("[fields.b]\ntype = \"text\"\n") {
        Err(NewError::InTheWay { unanswered, refused }) => {
            assert_eq!((unanswered.len(), refused.len()), (1, 0));
        }
        other => panic!("{other:?}"),
    }
    match next("[fields.a]\ntype = \"json\"\n") {
        Err(NewError::InTheWay { unanswered, refused }) => {
            assert_eq!((unanswered.len(), refused.len()), (0, 1));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_contract_comes_after_its_expansion() {
    let (a, b) = (
        definition(&[("things", A)]),
        definition(&[("things", "[fields.a]\ntype = \"date\"\n")]),
    );
    let mut history = history(&[&a]);
    assert!(matches!(
        new_contract(&history, &a, None),
        Err(NewError::NothingToContract)
    ));
    assert!(matches!(new_contract(&history, &b, None), Err(NewError::Changed)));
    history
        .push(new_migration(&history, &b, None, &mut |_| Answer::Unknown).unwrap())
        .unwrap();
    let c = definition(&[("things", "[fields.a]\ntype = \"datetime\"\n")]);
    match new_migration(&history, &c, None, &mut |_| Answer::Unknown) {
        Err(error @ NewError::Unfit(_)) => assert!(
            error
                .to_string()
                .ends_with("with `mainstay migrate new --contract`")
        ),
        other => panic!("{other:?}"),
    }
    let contract = new_contract(&history, &b, None).unwrap();
    assert_eq!(
        (contract.name.as_str(), contract.contract),
        ("0003_contract", true)
    );
    history.push(contract).unwrap();
    assert!(new_migration(&history, &c, None, &mut |_| Answer::Unknown).is_ok());
}

#[test]
fn a_step_by_hand_is_empty_at_first() {
    let history = history(&[&definition(&[("things", A)])]);
    let migration = new_sql(&history, None, "One spelling of each city").unwrap();
    assert_eq!(migration.name, "0002_one_spelling_of_each_city");
    assert_eq!(migration.operations[0].back(), None);
    let step = migration.sql_steps().next().unwrap();
    assert_eq!((step.sqlite, step.back_postgres), (Some(""), Some("")));
}

#[test]
fn names_to_remove_are_of_something_that_is_gone() {
    let history = history(&[&definition(&[("things", A), ("lost", "")])]);
    let now = definition(&[("things", "")]);
    let check = |name: &str, asked: &[&str]| {
        let asked: BTreeSet<String> = asked.iter().map(|name| (*name).to_owned()).collect();
        check_removals(&history, &now, &[name.to_owned()], &asked).is_ok()
    };
    for (name, asked, is_good) in [
        ("things.a", &[][..], true),
        ("lost", &[], true),
        ("things", &[], false),
        ("things.b", &[], false),
        ("goods.a", &[], false),
        ("goods.a", &["goods.a"], true),
    ] {
        assert_eq!(check(name, asked), is_good, "{name}");
    }
}
