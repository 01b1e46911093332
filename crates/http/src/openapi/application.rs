//! The schemas of what an application is.

use mainstay_core::definition::{SecondFactorFor, SignInMethod};
use serde_json::{Map, Value as Json, json};

use super::provider_schemas;
use super::records::schema_ref;

/// The names of the schemas.
pub(super) const NAMES: [&str; 7] = [
    "Application",
    "ApplicationBack",
    "ApplicationCollection",
    "ApplicationDefault",
    "ApplicationField",
    "ApplicationLabelPart",
    "ApplicationSignIn",
];

/// The types of fields, as `FieldKind::type_name` has them.
const TYPES: [&str; 14] = [
    "id",
    "text",
    "integer",
    "number",
    "decimal",
    "boolean",
    "datetime",
    "date",
    "select",
    "multi_select",
    "json",
    "email",
    "url",
    "relation",
];

/// Every schema with its name; those that others refer to stand in front of them.
pub(super) fn schemas() -> [(&'static str, Json); 7] {
    [
        ("ApplicationSignIn", sign_in()),
        ("ApplicationDefault", default()),
        ("ApplicationField", field()),
        ("ApplicationLabelPart", label_part()),
        ("ApplicationBack", back()),
        ("ApplicationCollection", collection()),
        ("Application", application()),
    ]
}

fn application() -> Json {
    let schema = json!({
        "type": "object",
        "description": "What the client for TypeScript calls the schema: the constant that `mainstay types` writes.",
    });
    object(
        "What an application is, for clients that were made for none in particular.",
        &[
            ("name", text("")),
            ("title", text("")),
            ("description", text("")),
            ("digest", text("Another one for each release.")),
            ("auth", schema_ref("ApplicationSignIn")),
            (
                "collections",
                list(
                    &schema_ref("ApplicationCollection"),
                    "In the order of their names.",
                ),
            ),
            ("schema", schema),
        ],
        &[],
    )
}

fn sign_in() -> Json {
    let methods = json!({ "type": "string", "enum": SignInMethod::ALL.map(SignInMethod::as_str) });
    let second_factor = json!({
        "type": "string",
        "enum": SecondFactorFor::ALL.map(SecondFactorFor::as_str),
        "description": "Who must have a second factor.",
    });
    object(
        "How people sign in.",
        &[
            ("sign_up", boolean("May anyone make an account?")),
            ("methods", list(&methods, "")),
            (
                "providers",
                list(&provider_schemas::provider(), "Where else people may sign in."),
            ),
            ("second_factor", second_factor),
            (
                "mails",
                boolean("Does the server send mails, with codes and links?"),
            ),
            ("set_up", boolean("Is there an administrator?")),
        ],
        &[],
    )
}

fn collection() -> Json {
    let trash_days = "Days after which a deleted record goes for good; 0 for never.";
    let share = json!({
        "type": ["string", "null"],
        "description": "The collection of the shares of its records, where they can be shared.",
    });
    object(
        "A collection of an application.",
        &[
            ("name", text("")),
            (
                "first_name",
                text("The first name that it had, by which saved views know it."),
            ),
            ("title", text("")),
            ("description", text("")),
            ("label", label_part_list()),
            ("soft_delete", boolean("Can deleted records be restored?")),
            ("comments", boolean("May people comment on records?")),
            ("trash_days", integer(trash_days)),
            ("share", share),
            ("members", json!({ "anyOf": [members(), { "type": "null" }] })),
            (
                "made",
                boolean("Is it there for members or shares of another collection, or for views?"),
            ),
            ("order", order()),
            ("allows", allows()),
            (
                "fields",
                list(
                    &schema_ref("ApplicationField"),
                    "Those that can be read or given, in the order of the definition.",
                ),
            ),
            ("backs", list(&schema_ref("ApplicationBack"), "")),
        ],
        &[],
    )
}

pub(super) fn label_part_list() -> Json {
    list(&schema_ref("ApplicationLabelPart"), "What a record is called.")
}

fn label_part() -> Json {
    json!({
        "description": "A text, or the value of a field.",
        "oneOf": [object("", &[("text", text(""))], &[]), object("", &[("field", text(""))], &[])],
    })
}

pub(super) fn members() -> Json {
    object(
        "What a collection of members has.",
        &[
            ("parent", text("The field with the record that they belong to.")),
            ("user", text("The field with the user.")),
            ("role", text("The field with the role.")),
            ("owner", text("The role that somebody always has.")),
        ],
        &[],
    )
}

pub(super) fn order() -> Json {
    object(
        "How lists are sorted unless they ask for something else.",
        &[("field", text("")), ("descending", boolean(""))],
        &[],
    )
}

fn allows() -> Json {
    let acts = ["list", "read", "create", "update", "delete"];
    object(
        "Is there anyone but administrators who may do it?",
        &acts.map(|act| (act, boolean(""))),
        &[],
    )
}

pub(super) fn field() -> Json {
    let bound = |description: &str| {
        json!({
            "oneOf": [{ "type": "number" }, { "type": "string", "format": "decimal" }],
            "description": description,
        })
    };
    let json_schema = json!({
        "type": ["object", "boolean"],
        "description": "The JSON Schema of what may be written.",
    });
    object(
        "A field of a collection. What is optional is there for the types that have it.",
        &[
            ("name", text("")),
            ("title", text("")),
            ("description", text("")),
            ("type", json!({ "type": "string", "enum": TYPES })),
            ("system", boolean("Does every record have it?")),
            ("required", boolean("")),
            ("unique", boolean("")),
            ("hidden", boolean("Can it be given, and never read?")),
            ("read_only", boolean("Can it be read, and never given?")),
            ("write_once", boolean("Can it be given once?")),
            (
                "guarded",
                boolean("Is it left out for callers who may not read it?"),
            ),
            (
                "default",
                json!({ "anyOf": [schema_ref("ApplicationDefault"), { "type": "null" }] }),
            ),
        ],
        &[
            ("min", bound("The smallest value, or the fewest characters.")),
            ("max", bound("The largest value, or the most characters.")),
            (
                "pattern",
                text("A regular expression (RE2) that is found in the text."),
            ),
            ("multiline", boolean("")),
            ("rich", boolean("Is the text CommonMark?")),
            ("precision", integer("Digits of a decimal.")),
            ("scale", integer("Digits behind its point.")),
            ("options", list(&json!({ "type": "string" }), "")),
            ("items_max", integer("")),
            ("schema", json_schema),
            ("bytes_max", integer("Of compact JSON.")),
            ("to", text("The collection that a relation leads to.")),
            ("many", boolean("Does it lead to many records?")),
            (
                "on_delete",
                json!({ "type": "string", "enum": ["restrict", "cascade", "set_null"] }),
            ),
            ("back", text("The name of the way back.")),
        ],
    )
}

fn default() -> Json {
    json!({
        "description": "What a record is given that is created without the field: a value, the time of the request, or \
                        the signed-in user.",
        "oneOf": [
            object("", &[("value", json!({}))], &[]),
            object("", &[("now", boolean(""))], &[]),
            object("", &[("auth_id", boolean(""))], &[]),
        ],
    })
}

fn back() -> Json {
    object(
        "A way back: the records of another collection that point here.",
        &[
            ("name", text("")),
            ("collection", text("")),
            ("field", text("The relation that points here.")),
        ],
        &[],
    )
}

/// An object with the members that it always has, and those that it may have, in this order.
pub(super) fn object(description: &str, always: &[(&str, Json)], perhaps: &[(&str, Json)]) -> Json {
    let names = |members: &[(&str, Json)]| -> Vec<String> {
        members.iter().map(|(name, _)| (*name).to_owned()).collect()
    };
    let all = [always, perhaps].concat();
    let properties = all
        .iter()
        .map(|(name, schema)| ((*name).to_owned(), schema.clone()));
    let properties: Map<String, Json> = properties.collect();
    let schema = json!({
        "type": "object",
        "properties": properties,
        "required": names(always),
        "x-order": names(&all),
    });
    described(schema, description)
}

/// The same object with more members that it always has.
pub(super) fn with_members(mut schema: Json, description: &str, more: &[(&str, Json)]) -> Json {
    for (name, member) in more {
        schema["properties"][*name] = member.clone();
        for names in ["required", "x-order"] {
            if let Some(names) = schema[names].as_array_mut() {
                names.push(json!(name));
            }
        }
    }
    described(schema, description)
}

pub(super) fn text(description: &str) -> Json {
    described(json!({ "type": "string" }), description)
}

pub(super) fn boolean(description: &str) -> Json {
    described(json!({ "type": "boolean" }), description)
}

pub(super) fn integer(description: &str) -> Json {
    described(json!({ "type": "integer", "minimum": 0 }), description)
}

pub(super) fn list(items: &Json, description: &str) -> Json {
    described(json!({ "type": "array", "items": items }), description)
}

fn described(mut schema: Json, description: &str) -> Json {
    if !description.is_empty() {
        schema["description"] = json!(description);
    }
    schema
}
