//! Migrations as files: what is written is read back.

use mainstay_core::migrations::{Answer, Migration, Operation, compare};

use crate::support::{definition, shape};

/// Every operation there is, with texts that a file has to hold as they are.
fn every_operation() -> Vec<Operation> {
    let table: toml::Table = OPERATIONS.parse().unwrap();
    table["operations"].clone().try_into().unwrap()
}

const OPERATIONS: &str = r#"
operations = [
    { do = "add_collection", collection = "things", declaration = { soft_delete = true, fields = { a = { type = "json", default = { b = [1, { c = 1.5 }] } } } } },
    { do = "add_collection", collection = "empty", declaration = {} },
    { do = "rename_collection", from = "empty", to = "full" },
    { do = "change_collection", collection = "things", from = { soft_delete = true }, to = {} },
    { do = "add_field", collection = "things", field = "owner", declaration = { type = "text", default = "a \"b\"\n# c" }, up = "record.created_by.name + '\\'" },
    { do = "change_field", collection = "things", field = "owner", from = { type = "text" }, to = { type = "json" }, up = "'''x\r\n'''", down = '"""' },
    { do = "rename_field", collection = "things", from = "owner", to = "keeper" },
    { do = "add_index", collection = "things", index = { fields = ["owner", "created_at"], unique = true } },
    { do = "add_check", collection = "things", check = { name = "owned", expression = "record.owner != 'x' &&\n\t record.owner != \"\"" } },
    { do = "remove_check", collection = "things", check = { name = "owned", expression = "\nrecord.owner != 'x'\n" } },
    { do = "remove_index", collection = "things", index = { fields = ["owner"] } },
    { do = "remove_field", collection = "things", field = "owner", declaration = { type = "text" }, down = "'\u0000'" },
    { do = "remove_collection", collection = "things", declaration = { order = "a", fields = { a = { type = "text" } } } },
    { do = "sql", class = "contract", about = "by hand\nover two lines", sqlite = "DELETE FROM a\nWHERE b = 'it''s \"\"\"';\n", back_sqlite = "" },
    { do = "drop_table", table = "things" },
    { do = "drop_column", table = "things", column = "a" },
    { do = "drop_column", table = "things", column = "b", down = "record.a" },
    { do = "rename_table", from = "things_2", to = "things" },
    { do = "rename_column", table = "things", from = "a_2", to = "a" },
    { do = "tighten", table = "things", what = "a: required" },
]
"#;

#[test]
fn every_operation_is_read_back() {
    let first = Migration::write(1, "Everything, at once!", None, false, every_operation());
    assert_eq!(first.name, "0001_everything_at_once");
    assert_eq!(first.path(), "migrations/0001_everything_at_once.toml");
    for contract in [false, true] {
        let written = Migration::write(2, "\"Quoted\"\n[x]", Some(&first), contract, every_operation());
        let read = Migration::read(&written.name, &written.text);
        assert_eq!(
            read.unwrap_or_else(|error| panic!("{error}\n{}", written.text)),
            written
        );
    }
    // None is forgotten: each has its word in the file.
    let kinds: std::collections::BTreeSet<&str> = first
        .text
        .lines()
        .filter(|line| line.starts_with("do = "))
        .collect();
    assert_eq!(kinds.len(), 18);
}

#[test]
fn line_ends_do_not_count() {
    let written = Migration::write(1, "everything", None, false, every_operation());
    let read = Migration::read(&written.name, &written.text.replace('\n', "\r\n")).unwrap();
    assert_eq!(read.digest(), written.digest());
    assert_eq!(read.operations, written.operations);
    let edited = Migration::read(&written.name, &written.text.replace("keeper", "holder")).unwrap();
    assert_ne!(edited.digest(), written.digest());
}

#[test]
fn names_of_files() {
    let name = |number, title: &str| Migration::write(number, title, None, false, Vec::new()).name;
    assert_eq!(name(7, "add todos.due"), "0007_add_todos_due");
    assert_eq!(name(12345, "Größe"), "12345_gr_e");
    assert_eq!(name(1, "変更"), "0001_change");
    assert_eq!(name(1, ""), "0001_change");
    let long = name(1, &"word ".repeat(50));
    assert!(long.len() <= 70, "{long}");
    assert_eq!(long.trim_end_matches("_word"), "0001");
}

/// The file as people see it in a review.
#[test]
fn a_realistic_file() {
    let before = shape(&[
        (
            "todos",
            "soft_delete = true\norder = \"-made\"\n[fields.title]\ntype = \"text\"\nmax = 200\n[fields.prio]\ntype = \"text\"\n\
             [fields.made]\ntype = \"datetime\"\n[fields.old]\ntype = \"boolean\"\n",
        ),
        ("tags", "[fields.name]\ntype = \"text\"\nunique = true\n"),
    ]);
    let after = definition(&[
        (
            "todos",
            "soft_delete = true\norder = \"-made\"\n[fields.headline]\ntype = \"text\"\nmax = 500\nwas = \"title\"\n\
             [fields.prio]\ntype = \"integer\"\nmin = 1\n[fields.made]\ntype = \"datetime\"\n[fields.due]\ntype = \"date\"\n\
             [fields.list]\ntype = \"relation\"\nto = \"lists\"\nrequired = true\non_delete = \"cascade\"\n\
             [[indexes]]\nfields = [\"list\", \"due\"]\n[[checks]]\nname = \"due_later\"\n\
             expression = '''record.prio != 1 ||\n  record.due != null'''\n",
        ),
        (
            "lists",
            "soft_delete = true\n[fields.name]\ntype = \"text\"\nrequired = true\n[fields.made]\ntype = \"datetime\"\n\
             default = \"now()\"\n[[indexes]]\nfields = [\"name\", \"made\"]\n",
        ),
        (
            "labels",
            "was = \"tags\"\n[fields.name]\ntype = \"text\"\nunique = true\n",
        ),
    ]);
    let comparison = compare(&before, &after.shape, &after.marks, &mut |_| Answer::Removed);
    let parent = Migration::write(6, "before", None, false, Vec::new());
    let written = Migration::write(7, "lists of todos", Some(&parent), false, comparison.operations);
    assert!(written.text == FILE, "found:\n{}", written.text);
}

const FILE: &str = r#"# Made by `mainstay migrate new`. Once it is released it is never edited: write another one.
title = "lists of todos"
parent = "df306e88ec7ae8d2fb207026c712d4e366eb626602fd387bf57cb811717eac82"

# rename the collection tags to labels
[[operations]]
do = "rename_collection"
class = "expand"
back = "as before"
from = "tags"
to = "labels"

# add the collection lists
[[operations]]
do = "add_collection"
class = "expand"
back = "the collection is dropped with its records"
collection = "lists"
[operations.declaration]
indexes = [{ fields = ["name", "made"] }]
soft_delete = true
fields.made = { default = "now()", type = "datetime" }
fields.name = { required = true, type = "text" }

# rename todos.title to headline
[[operations]]
do = "rename_field"
class = "expand"
back = "as before"
collection = "todos"
from = "title"
to = "headline"

# add todos.due (date)
[[operations]]
do = "add_field"
class = "expand"
back = "the field is dropped with its values"
collection = "todos"
field = "due"
declaration = { type = "date" }

# change todos.headline: max 200 -> 500
[[operations]]
do = "change_field"
class = "expand"
back = "as before"
collection = "todos"
field = "headline"
from = { max = 200, type = "text" }
to = { max = 500, type = "text" }

# add todos.list (relation)
[[operations]]
do = "add_field"
class = "expand"
back = "the field is dropped with its values"
collection = "todos"
field = "list"
declaration = { on_delete = "cascade", required = true, to = "lists", type = "relation" }

# change todos.prio: min 1, type "text" -> "integer"
[[operations]]
do = "change_field"
class = "backfill"
back = "the values before are still there, kept in step"
collection = "todos"
field = "prio"
from = { type = "text" }
to = { min = 1, type = "integer" }
down = "string(record.prio)"
up = "int(record.prio)"

# add an index over list, due to todos
[[operations]]
do = "add_index"
class = "expand"
back = "as before"
collection = "todos"
index = { fields = ["list", "due"] }

# add the check due_later to todos
[[operations]]
do = "add_check"
class = "expand"
back = "as before"
collection = "todos"
check = { expression = """
record.prio != 1 ||
  record.due != null""", name = "due_later" }

# stop using todos.old
[[operations]]
do = "remove_field"
class = "expand"
back = "nothing is lost before the contract"
collection = "todos"
field = "old"
declaration = { type = "boolean" }
"#;
