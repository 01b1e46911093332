use mainstay_core::rules::{Concerns, Purpose, Reach, dependencies};

use crate::fixture::{definition, parse};

/// `collection path|set everyone|user FIELD|themselves: fields`, sorted.
fn read_by(text: &str, guarded: bool) -> Vec<String> {
    let definition = definition();
    let expr = parse(Purpose::Filter, text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let mut found: Vec<String> = dependencies(definition, &expr, guarded)
        .into_iter()
        .map(|dependency| {
            let of = definition.collection(dependency.collection);
            let reach = match dependency.reach {
                Reach::Path => "path",
                Reach::Set => "set",
            };
            let concerns = match dependency.concerns {
                Concerns::Everyone => "everyone".to_owned(),
                Concerns::UserIn(field) => format!("user {}", of.field(field).name),
                Concerns::Themselves => "themselves".to_owned(),
                Concerns::Holders => "holders".to_owned(),
                Concerns::Beyond(field) => format!("beyond {}", of.field(field).name),
            };
            let fields = dependency
                .fields
                .iter()
                .map(|field| of.field(*field).name.to_string());
            let fields: Vec<String> = fields.collect();
            format!("{} {reach} {concerns}: {}", of.name, fields.join(" "))
        })
        .collect();
    found.sort_unstable();
    found
}

#[test]
fn own_fields_and_values_are_no_dependencies() {
    for text in [
        "title == 'a' && rank > 3",
        "created_by == auth.id",
        "'red' in tags",
        "due < now()",
    ] {
        assert_eq!(read_by(text, false), [] as [&str; 0], "{text}");
    }
}

#[test]
fn a_membership_concerns_the_user_whom_its_condition_names() {
    let members = "memberships set user user: room user";
    for (text, expected) in [
        ("room.members.exists(m, m.user == auth.id)", vec![members]),
        ("room.members.exists(m, auth.id == m.user)", vec![members]),
        ("done || room.members.exists(m, m.user == auth.id)", vec![members]),
        ("!(!room.members.exists(m, m.user == auth.id))", vec![members]),
        (
            "room.members.exists(m, m.user == auth.id && m.role == 'editor')",
            vec!["memberships set user user: room user role"],
        ),
        // What nobody is told of a missing membership hangs on all of them.
        (
            "!room.members.exists(m, m.user == auth.id)",
            vec!["memberships set everyone: room user"],
        ),
        (
            "room.members.all(m, m.user == auth.id)",
            vec!["memberships set everyone: room user"],
        ),
        (
            "room.members.exists(m, m.user == auth.id || m.role == 'editor')",
            vec!["memberships set everyone: room user role"],
        ),
    ] {
        assert_eq!(read_by(text, false), expected, "{text}");
    }
}

#[test]
fn paths_read_the_fields_on_their_way() {
    for (text, expected) in [
        ("room.name == 'a'", vec!["rooms path everyone: name"]),
        (
            "room.parent.owner.nick == 'a'",
            vec!["rooms path everyone: parent owner", "users path everyone: nick"],
        ),
        ("auth.nick == title", vec!["users path themselves: nick"]),
        ("auth.id in assignees", vec!["users path themselves: "]),
    ] {
        assert_eq!(read_by(text, false), expected, "{text}");
    }
}
