//! One field of every kind, declared as an application would.

use mainstay_core::Definition;
use mainstay_core::Field;
use mainstay_core::definition::SourceFile;

const THINGS: &str = r#"
[fields.line]
type = "text"
min = 2
max = 5
[fields.text]
type = "text"
multiline = true
[fields.rich]
type = "text"
rich = true
[fields.code]
type = "text"
pattern = '^[A-Z]+$'
[fields.integer]
type = "integer"
[fields.small]
type = "integer"
min = -5
max = 5
[fields.number]
type = "number"
[fields.share]
type = "number"
min = 0
max = 0.5
[fields.decimal]
type = "decimal"
[fields.price]
type = "decimal"
precision = 5
scale = 2
min = "0"
max = "99.50"
[fields.whole]
type = "decimal"
precision = 3
scale = 0
[fields.boolean]
type = "boolean"
[fields.datetime]
type = "datetime"
[fields.date]
type = "date"
[fields.select]
type = "select"
options = ["low", "high"]
[fields.multi_select]
type = "multi_select"
options = ["b", "a", "say \"c\""]
max = 2
[fields.all]
type = "multi_select"
options = ["b", "a", "say \"c\""]
[fields.json]
type = "json"
[fields.shape]
type = "json"
max_bytes = 60
[fields.shape.schema]
type = "object"
required = ["x"]
properties = { x = { type = "integer" }, y = { items = { type = "string" } } }
[fields.email]
type = "email"
[fields.url]
type = "url"
[fields.relation]
type = "relation"
to = "users"
[fields.many]
type = "relation"
to = "users"
many = true
[fields.required]
type = "text"
required = true
[fields.required_many]
type = "relation"
to = "users"
many = true
required = true
"#;

pub(crate) fn definition() -> Definition {
    let source = |path: &str, text: &str| SourceFile {
        path: path.into(),
        text: text.into(),
    };
    Definition::read(vec![
        source("mainstay.toml", "name = \"test\""),
        source("collections/things.toml", THINGS),
    ])
    .expect("the definition is good")
}

pub(crate) fn field<'d>(definition: &'d Definition, name: &str) -> &'d Field {
    definition
        .find_collection("things")
        .and_then(|things| things.find_field(name))
        .expect("the field is declared")
}
