//! The SQL of a small application, word for word, so that a change of it is seen and meant.
//!
//! `MAINSTAY_RENEW=1 cargo nextest run -p mainstay-store snapshots` writes the files anew; read the difference before you
//! keep it.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use mainstay_core::Definition;
use mainstay_core::definition::{Collection, FieldAt};
use mainstay_core::rules::{self, Expr, Purpose, Scope};
use mainstay_store::records::Plans;
use mainstay_store::sql::{
    After, Alive, ListShape, OutputColumn, Statement, count_statement, list_statement, output_columns,
    select_back, select_by_ids, select_ids_by_fields, sort_terms, table_sql, update_statement,
};
use mainstay_testkit::files;

const FILES: [(&str, &str); 3] = [
    ("mainstay.toml", "name = \"snapshots\""),
    (
        "collections/rooms.toml",
        r#"
soft_delete = true
order = "name"
fields.name = { type = "text", required = true, min = 1, max = 80, unique = true }
fields.topic = { type = "text", index = true }
rules.list = "record.members.exists(m, m.id == auth.id)"
rules.read = "record.members.exists(m, m.id == auth.id)"
rules.create = "auth.id in input.members"
rules.update = "auth.id in record.members && input.name != ''"
rules.delete = "record.created_by == auth.id"

[fields.members]
type = "relation"
to = "users"
many = true
back = "rooms"
"#,
    ),
    (
        "collections/messages.toml",
        r#"
order = "-sent_at"
fields.sent_at = { type = "datetime", required = true, default = "now()" }
fields.author = { type = "relation", to = "users", required = true, default = "auth.id" }
fields.body = { type = "text", required = true }
fields.kind = { type = "select", options = ["plain", "it's"], required = true, default = "plain" }
fields.tags = { type = "multi_select", options = ["red", "green"] }
fields.fee = { type = "decimal", precision = 6, min = "0" }
fields.weight = { type = "number", min = 0.5 }
fields.stars = { type = "integer", min = 1, max = 5, check = "record.stars != 4" }
fields.day = { type = "date" }
fields.flagged = { type = "boolean" }
fields.data = { type = "json" }
fields.mail = { type = "email" }
fields.link = { type = "url" }
rules.list = "record.room.members.exists(m, m.id == auth.id)"
rules.read = "record.room.members.exists(m, m.id == auth.id)"
rules.create = "input.author == auth.id && auth.id in input.room.members"
rules.update = "record.author == auth.id"

[fields.room]
type = "relation"
to = "rooms"
required = true
on_delete = "restrict"
back = "messages"

[fields.answers]
type = "relation"
to = "messages"
on_delete = "cascade"
acyclic = true
back = "answered_by"

[[indexes]]
fields = ["room", "sent_at"]

[[indexes]]
fields = ["author", "kind"]
unique = true

[[checks]]
name = "free_or_red"
expression = "record.fee == null || record.fee * 2 > 1.5 || record.weight / 2 < -1"
message = "a fee is due"

[[checks]]
name = "same_room"
expression = "record.answers == null || record.answers.room == record.room"
message = "an answer stays in its room"
"#,
    ),
];

static DEFINITION: LazyLock<Definition> =
    LazyLock::new(|| Definition::read(files(&FILES)).expect("the definition is good"));

fn collection(name: &str) -> &'static Collection {
    DEFINITION.find_collection(name).expect("the definition has it")
}

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

/// Compares with the file of this name, or writes it when asked to.
fn assert_same(name: &str, sql: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/store/snapshots")
        .join(name);
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch for whoever runs the test, not a setting of the product"
    )]
    let renew = std::env::var_os("MAINSTAY_RENEW").is_some();
    if renew {
        std::fs::write(&path, sql).expect("the snapshot can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let different = expected.lines().zip(sql.lines()).find(|(old, new)| old != new);
    let hint = "if it is meant, run the test again with MAINSTAY_RENEW=1";
    assert!(
        expected == sql,
        "{name} differs ({hint}); first at {different:#?}\n\nall of it:\n{sql}"
    );
}

/// Statements in lines of readable length, with their titles and the meaning of their placeholders.
#[derive(Default)]
struct Page(String);

impl Page {
    fn add(&mut self, title: &str, statement: &Statement) {
        let mut text = statement.text.clone();
        for word in ["FROM", "WHERE", "ORDER BY", "AND", "OR"] {
            text = text.replace(&format!(" {word} "), &format!("\n  {word} "));
        }
        writeln!(self.0, "-- {title}\n{text};").expect("a string takes all text");
        for (position, slot) in statement.slots.iter().enumerate() {
            writeln!(self.0, "--   ?{} is {slot:?}", position + 1).expect("a string takes all text");
        }
        self.0.push('\n');
    }

    fn add_optional(&mut self, title: &str, statement: Option<&Statement>) {
        match statement {
            Some(statement) => self.add(title, statement),
            None => writeln!(self.0, "-- {title}\n-- nobody may\n").expect("a string takes all text"),
        }
    }
}

#[test]
fn tables() {
    let mut page = Page::default();
    for table in DEFINITION
        .collections
        .iter()
        .flat_map(|collection| table_sql(&DEFINITION, collection))
    {
        writeln!(page.0, "{};", table.create).expect("a string takes all text");
        for (_, index) in table.indexes {
            writeln!(page.0, "{index};").expect("a string takes all text");
        }
        page.0.push('\n');
    }
    assert_same("tables.sql", &page.0);
}

#[test]
fn records() {
    let plans = Plans::build(&DEFINITION).expect("the rules are simple");
    let mut page = Page::default();
    for (collection, changed) in [("messages", "answers"), ("rooms", "topic")] {
        let collection = self::collection(collection);
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
    assert_same("records.sql", &page.0);
}

#[test]
fn lists() {
    let (rooms, messages) = (collection("rooms"), collection("messages"));
    let mut page = Page::default();
    let (by_default, by_two) = (
        sort_terms(messages, [(messages.order.field, messages.order.descending)]),
        sort_terms(
            messages,
            ["fee", "sent_at"].map(|name| (messages.find_field(name).expect("declared").id, name == "fee")),
        ),
    );
    let filter_text = "room.name == 'Lobby' && (stars > 3 || answers.author == auth.id) && 'red' in tags && sent_at < now()";
    let (filter, rule) = (
        filter(messages, filter_text),
        messages.rules.list.as_ref().expect("declared"),
    );
    let (columns, rules) = (public(messages), [rule]);
    let shape = ListShape {
        columns: &columns,
        filter: None,
        guarded: true,
        rules: &rules,
        sort: &by_default,
        after: None,
        alive: Alive::Living,
    };
    let mut list = |title: &str, of: &Collection, shape: &ListShape<'_>| {
        page.add(
            title,
            &list_statement(&DEFINITION, of, shape).expect("it is simple"),
        );
    };
    list("messages", messages, &shape);
    let after = After {
        nulls: vec![false, false],
    };
    list(
        "messages, the next page",
        messages,
        &ListShape {
            after: Some(&after),
            ..shape
        },
    );
    list(
        "messages, filtered",
        messages,
        &ListShape {
            filter: Some(&filter),
            ..shape
        },
    );
    for null in [false, true] {
        let after = After {
            nulls: vec![null, false, false],
        };
        let shape = ListShape {
            sort: &by_two,
            after: Some(&after),
            columns: &[],
            rules: &[],
            ..shape
        };
        list(
            &format!("messages by -fee and sent_at, after one without a fee: {null}"),
            messages,
            &shape,
        );
    }
    let room_columns = public(rooms);
    let room_sort = sort_terms(rooms, [(rooms.order.field, false)]);
    let deleted = ListShape {
        columns: &room_columns,
        sort: &room_sort,
        rules: &[],
        alive: Alive::Deleted,
        ..shape
    };
    list("rooms, the deleted ones", rooms, &deleted);
    page.add(
        "messages, counted",
        &count_statement(
            &DEFINITION,
            messages,
            &ListShape {
                filter: Some(&filter),
                ..shape
            },
        )
        .expect("it is simple"),
    );
    page.add(
        "rooms by their ids",
        &select_by_ids(&DEFINITION, rooms, &room_columns, rooms.rules.read.as_ref()).expect("it is simple"),
    );
    for (of, along) in [(messages, "room"), (rooms, "members")] {
        let at = FieldAt {
            collection: of.id,
            field: of.find_field(along).expect("declared").id,
        };
        let statement =
            select_back(&DEFINITION, at, &public(of), of.rules.read.as_ref()).expect("it is simple");
        page.add(&format!("{} that point back along {along}", of.name), &statement);
    }
    assert_same("lists.sql", &page.0);
}
