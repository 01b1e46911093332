//! Lists, their next pages, and related records.

use mainstay_core::definition::{Collection, FieldAt};
use mainstay_core::rules::{self, Expr, Purpose, Scope};
use mainstay_store::sql::{
    After, Alive, Dialect, ListShape, OutputColumn, SortTerm, count_statement, list_statement,
    output_columns, select_back, select_by_ids, sort_terms,
};

use super::application::{DEFINITION, collection, target};
use super::{DIALECTS, Page, assert_same};

const FILTER: &str = "room.name == 'Lobby' && (stars > 3 || answers.author == auth.id) && 'red' in tags \
                      && sent_at < now()";

fn filter(collection: &Collection, text: &str) -> Expr {
    let scope = Scope {
        collection: collection.id,
        purpose: Purpose::Filter,
    };
    rules::parse(&DEFINITION, scope, text).expect("the filter is good")
}

fn public(collection: &Collection) -> Vec<OutputColumn> {
    output_columns(collection, |field| !field.hidden)
}

/// Living records without a rule.
fn plain<'a>(columns: &'a [OutputColumn], sort: &'a [SortTerm]) -> ListShape<'a> {
    ListShape {
        columns,
        filter: None,
        guarded: true,
        rules: &[],
        sort,
        after: None,
        alive: Alive::Living,
    }
}

impl Page {
    fn add_list(&mut self, title: &str, dialect: Dialect, of: &Collection, shape: &ListShape<'_>) {
        let statement = list_statement(target(dialect), of, shape);
        self.add(title, &statement.expect("the list is simple"));
    }
}

#[test]
fn lists() {
    for (dialect, ending) in DIALECTS {
        assert_same(&format!("lists.{ending}"), &lists_in(dialect));
    }
}

fn lists_in(dialect: Dialect) -> String {
    let (rooms, messages) = (collection("rooms"), collection("messages"));
    let (columns, sort) = (
        public(messages),
        sort_terms(messages, [(messages.order.field, true)]),
    );
    let (rules, filter) = (
        [messages.rules.list.as_ref().expect("it has one")],
        filter(messages, FILTER),
    );
    let shape = ListShape {
        rules: &rules,
        ..plain(&columns, &sort)
    };
    let after = After {
        nulls: vec![false, false],
    };
    let mut page = Page::default();
    page.add_list("messages", dialect, messages, &shape);
    page.add_list(
        "messages, the next page",
        dialect,
        messages,
        &ListShape {
            after: Some(&after),
            ..shape
        },
    );
    let filtered = ListShape {
        filter: Some(&filter),
        ..shape
    };
    page.add_list("messages, filtered", dialect, messages, &filtered);
    let counted = count_statement(target(dialect), messages, &filtered);
    page.add(
        "messages, filtered and counted",
        &counted.expect("the list is simple"),
    );
    let (columns, sort) = (public(rooms), sort_terms(rooms, [(rooms.order.field, false)]));
    let deleted = ListShape {
        alive: Alive::Deleted,
        ..plain(&columns, &sort)
    };
    page.add_list("rooms, the deleted ones", dialect, rooms, &deleted);
    page.0
}

#[test]
fn pages_of_an_order_with_nulls_and_two_directions() {
    for (dialect, ending) in DIALECTS {
        assert_same(&format!("pages.{ending}"), &pages_in(dialect));
    }
}

fn pages_in(dialect: Dialect) -> String {
    let messages = collection("messages");
    let key = |name: &str| messages.find_field(name).expect("it is declared").id;
    let sort = sort_terms(messages, [(key("fee"), true), (key("sent_at"), false)]);
    let mut page = Page::default();
    for (title, null) in [("after one with a fee", false), ("after one without a fee", true)] {
        let after = After {
            nulls: vec![null, false, false],
        };
        page.add_list(
            title,
            dialect,
            messages,
            &ListShape {
                after: Some(&after),
                ..plain(&[], &sort)
            },
        );
    }
    page.0
}

#[test]
fn related_records() {
    for (dialect, ending) in DIALECTS {
        assert_same(&format!("related.{ending}"), &related_in(dialect));
    }
}

fn related_in(dialect: Dialect) -> String {
    let (rooms, messages) = (collection("rooms"), collection("messages"));
    let mut page = Page::default();
    let by_ids = select_by_ids(
        target(dialect),
        rooms,
        &public(rooms),
        rooms.rules.read.as_ref(),
        Alive::Living,
    );
    page.add("rooms by their ids", &by_ids.expect("the rule is simple"));
    for (of, along) in [(messages, "room"), (rooms, "members")] {
        let at = FieldAt {
            collection: of.id,
            field: of.find_field(along).expect("it is declared").id,
        };
        let back = select_back(target(dialect), at, &public(of), of.rules.read.as_ref());
        page.add(
            &format!("{} that point back along {along}", of.name),
            &back.expect("the rule is simple"),
        );
    }
    page.0
}
