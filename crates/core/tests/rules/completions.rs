//! What editors are offered while an expression is written.

use mainstay_core::definition::{Definition, SourceFile};
use mainstay_core::rules::{Purpose, Scope, completions};

const FILES: [(&str, &str); 4] = [
    ("mainstay.toml", "name = \"test\""),
    (
        "collections/lists.toml",
        "[members]\nroles = ['lead', 'guest']\n[fields.name]\ntype = 'text'",
    ),
    (
        "collections/todos.toml",
        "[fields.list]\ntype = 'relation'\nto = 'lists'\nback = 'todos'\n[fields.title]\ntype = 'text'\n\
         [fields.level]\ntype = 'select'\noptions = ['low', 'high']\n[fields.tags]\ntype = 'multi_select'\n\
         options = ['red', 'green']\n[fields.pin]\ntype = 'text'\nhidden = true",
    ),
    ("collections/users.toml", "[fields.nick]\ntype = 'text'"),
];

/// What is offered at `|`, and what it takes the place of.
fn offered(purpose: Purpose, text: &str) -> (Vec<String>, String) {
    let files = FILES.map(|(path, text)| SourceFile {
        path: path.to_owned(),
        text: text.to_owned(),
    });
    let definition = Definition::read(files.into()).expect("the definition is valid");
    let collection = definition.find_collection("todos").expect("it is declared").id;
    let at = text.find('|').expect("the text has a place");
    let text = text.replace('|', "");
    let found = completions(&definition, Scope { collection, purpose }, &text, at);
    let texts = found.items.into_iter().map(|item| item.text).collect();
    (texts, text[found.span].to_owned())
}

fn has(purpose: Purpose, text: &str, wanted: &[&str], unwanted: &[&str]) {
    let (found, _) = offered(purpose, text);
    for name in wanted {
        assert!(
            found.iter().any(|known| known == name),
            "{text}: {name} in {found:?}"
        );
    }
    for name in unwanted {
        assert!(
            found.iter().all(|known| known != name),
            "{text}: {name} in {found:?}"
        );
    }
}

#[test]
fn names_follow_from_the_purpose() {
    has(
        Purpose::Create,
        "|",
        &["input", "auth", "now", "true"],
        &["record", "title"],
    );
    has(Purpose::Update, "true && |", &["input", "record"], &[]);
    has(Purpose::Check, "|", &["record"], &["input", "auth", "request"]);
    has(
        Purpose::Filter,
        "|",
        &["title", "list", "auth"],
        &["pin", "input"],
    );
    assert_eq!(offered(Purpose::Read, "rec|").0, ["record"]);
    assert_eq!(offered(Purpose::Read, "ä == rec|").1, "rec");
}

#[test]
fn a_path_offers_what_it_leads_to() {
    has(
        Purpose::Read,
        "record.|",
        &["id", "title", "pin", "list"],
        &["record", "exists"],
    );
    has(
        Purpose::Read,
        "record.list.|",
        &["name", "todos", "members"],
        &["title"],
    );
    has(
        Purpose::Read,
        "record.title.|",
        &["startsWith", "trim"],
        &["title"],
    );
    has(Purpose::Read, "record.tags.|", &["exists"], &["trim"]);
    has(
        Purpose::Read,
        "record.list.members.|",
        &["exists", "includes", "size"],
        &["name"],
    );
    has(Purpose::Read, "record.list.todos.|", &["exists"], &["includes"]);
    has(
        Purpose::Read,
        "auth.|",
        &["id", "email", "nick", "verified"],
        &["title"],
    );
    has(Purpose::Read, "request.|", &["method", "time"], &["id"]);
    has(Purpose::Read, "nothing.|", &[], &["id"]);
    assert_eq!(
        offered(Purpose::Read, "record.list.na|me == 'x'"),
        (vec!["name".to_owned()], "na".to_owned())
    );
}

#[test]
fn variables_stand_for_the_records_of_their_set() {
    let start = "record.list.members.exists(m, m.user == auth.id && ";
    has(Purpose::Read, &format!("{start}|"), &["m", "record"], &[]);
    has(
        Purpose::Read,
        &format!("{start}m.|"),
        &["user", "role"],
        &["title"],
    );
    has(
        Purpose::Read,
        &format!("{start}m.user.|"),
        &["email", "nick"],
        &["role"],
    );
    has(
        Purpose::Read,
        &format!("{start}m.parent.todos.exists(t, t.|"),
        &["title"],
        &["role"],
    );
    // Behind its bracket it is not known.
    has(
        Purpose::Read,
        "record.list.todos.exists(t, t.title == '') && |",
        &["record"],
        &["t"],
    );
    has(Purpose::Read, "record.tags.exists(t, t.|", &["trim"], &["title"]);
}

#[test]
fn a_select_offers_its_options() {
    assert_eq!(
        offered(Purpose::Read, "record.level == 'l|"),
        (vec!["low".to_owned()], "l".to_owned())
    );
    has(Purpose::Read, "record.level in ['low', \"|", &["high"], &[]);
    has(Purpose::Read, "record.title == '|", &[], &["low"]);
    has(Purpose::Filter, "level != '|", &["low", "high"], &[]);
}

#[test]
fn nonsense_offers_nothing_and_never_fails() {
    for text in [
        "|",
        ".|",
        "((((|",
        "'|",
        "\\|",
        "a.b.c.|",
        "exists(|",
        ".exists(m,|",
        "é.|",
        "record..|",
    ] {
        offered(Purpose::Read, text);
        offered(Purpose::Filter, text);
    }
}
