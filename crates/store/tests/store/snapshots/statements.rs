//! Tables, and the statements on single records.

use std::fmt::Write as _;

use mainstay_store::records::Plans;
use mainstay_store::sql::{Dialect, select_ids_by_fields, table_sql, update_statement};

use super::application::{DEFINITION, collection, target};
use super::{DIALECTS, Page, assert_same};

#[test]
fn tables() {
    for (dialect, ending) in DIALECTS {
        assert_same(&format!("tables.{ending}"), &tables_in(dialect));
    }
}

fn tables_in(dialect: Dialect) -> String {
    let mut page = Page::default();
    for table in DEFINITION
        .collections
        .iter()
        .flat_map(|collection| table_sql(target(dialect), collection))
    {
        writeln!(page.0, "{};", table.create).expect("a string takes all text");
        for (_, part) in table.indexes.into_iter().chain(table.references) {
            writeln!(page.0, "{part};").expect("a string takes all text");
        }
        page.0.push('\n');
    }
    page.0
}

#[test]
fn records() {
    for (dialect, ending) in DIALECTS {
        assert_same(&format!("records.{ending}"), &records_in(dialect));
    }
}

fn records_in(dialect: Dialect) -> String {
    let plans = Plans::build(target(dialect)).expect("the rules are simple");
    let mut page = Page::default();
    for (collection, changed) in [("messages", "answers"), ("rooms", "topic")] {
        let collection = super::application::collection(collection);
        let plan = plans.of(collection.id);
        let changed = [collection.find_field(changed).expect("declared").id];
        let title = |what: &str| format!("{} {}", what, collection.name);
        page.add_optional(&title("read"), plan.bound.read.as_ref());
        page.add_optional(&title("create"), plan.bound.insert.as_ref());
        page.add_optional(&title("may update"), plan.bound.may_update.as_ref());
        page.add_optional(&title("may delete"), plan.bound.may_delete.as_ref());
        page.add_optional(&title("may restore"), plan.bound.may_restore.as_ref());
        page.add(&title("update"), &update_statement(collection, &changed));
        page.add(&title("delete"), &plan.delete);
        page.add(
            &title("read for the journal, deleted or not, of"),
            &plan.select_all_either,
        );
        for (position, broken) in &plan.broken {
            page.add(
                &title(&format!("stored record that breaks check {position} of")),
                broken,
            );
        }
        for (position, broken) in &plan.input_broken {
            page.add(&title(&format!("input that breaks check {position} of")), broken);
        }
        for reference in &plan.references {
            let from = DEFINITION.collection(reference.at.collection);
            let along = &from.field(reference.at.field).name;
            page.add(
                &title(&format!("{}.{along} that points to", from.name)),
                &reference.living,
            );
            page.add(
                &title(&format!("{}.{along} deleted with", from.name)),
                &reference.deleted_with,
            );
        }
    }
    let email = collection("users")
        .find_field("email")
        .expect("users have one")
        .id;
    page.add(
        "look up users by their address",
        &select_ids_by_fields(collection("users"), &[email]),
    );
    page.0
}
