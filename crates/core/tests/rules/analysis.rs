use mainstay_core::rules::{Purpose, fields_of_record, needs_query, reads_auth};

use crate::fixture::{definition, parse};

#[test]
fn a_check_on_one_row_needs_no_query() {
    for text in [
        "record.rank > 0 && record.title != 'x'",
        "record.due == null || record.due - record.created_at > duration('1h')",
        "size(record.title) + record.rank < 10 ? record.done : !record.done",
        "record.status in ['open'] || has(record.room)",
        "record.room == record.room.id",
        "record.title.lowerAscii().startsWith('a')",
        "record.title.trim().upperAscii().indexOf('A') == 0",
    ] {
        assert!(!needs_query(&parse(Purpose::Check, text).unwrap()), "{text}");
    }
}

#[test]
fn a_check_that_looks_further_needs_a_query() {
    for text in [
        "record.room.name == 'x'",
        "record.room.members.exists(m, m.role == 'editor')",
        "size(record.assignees) > 0",
        "record.created_by in record.assignees",
        "record.due > now()",
        "record.title.matches('^a')",
        "'red' in record.tags",
        "record.tags.exists(t, t == 'red')",
        "size(record.tags) > 1",
        // SQLite has these from us alone.
        "int(record.title) > 1",
        "record.title.replace('a', '') == 'b'",
        "record.title.substring(1) == 'b'",
    ] {
        assert!(needs_query(&parse(Purpose::Check, text).unwrap()), "{text}");
    }
}

#[test]
fn fields_of_the_record_are_its_own() {
    let todos = definition().find_collection("todos").unwrap();
    for (purpose, text, expected) in [
        (
            Purpose::Filter,
            "done && title == 'a' || record.done",
            vec!["done", "title"],
        ),
        (Purpose::Filter, "room.owner.nick == 'a'", vec!["room"]),
        (
            Purpose::Filter,
            "room.members.exists(m, m.user in assignees && m.role == status)",
            vec!["room", "assignees", "status"],
        ),
        (
            Purpose::Update,
            "record.rank < input.rank && input.count == 1",
            vec!["rank", "count"],
        ),
        (
            Purpose::Read,
            "auth.team.people.exists(p, p.id == auth.id)",
            vec![],
        ),
    ] {
        let fields = fields_of_record(&parse(purpose, text).unwrap());
        let names: Vec<&str> = fields
            .iter()
            .map(|field| todos.field(*field).name.as_str())
            .collect();
        assert_eq!(names, expected, "{text}");
    }
}

#[test]
fn what_comes_from_auth_stays_unknown_until_it_is_asked_for() {
    for (text, expected) in [
        ("auth.id == record.created_by", true),
        ("auth.administrator", true),
        ("auth.team.people.all(p, p.active)", true),
        ("record.assignees.exists(a, a == auth.id)", true),
        ("has(auth.id) && auth.id != null", false),
        ("has(auth.nick)", true),
        ("auth.nick == null", true),
        ("(auth.age + 1 > 2) == null", true),
        ("record.done", false),
    ] {
        let text = text.replace("a == auth.id", "a.id == auth.id");
        assert_eq!(
            reads_auth(&parse(Purpose::Read, &text).unwrap()),
            expected,
            "{text}"
        );
    }
}
