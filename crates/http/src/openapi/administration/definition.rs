//! The schemas of the definition, as administrators see it.

use serde_json::{Value as Json, json};

use crate::openapi::application::{
    boolean, field, integer, label_part_list, list, members, object, order, text, with_members,
};
use crate::openapi::records::schema_ref;

pub(super) fn schemas() -> [(&'static str, Json); 10] {
    [
        ("WrittenExpression", expression()),
        ("DefinitionFile", file()),
        ("DefinitionField", of_field()),
        ("DefinitionCheck", check()),
        ("DefinitionIndex", index()),
        ("DefinitionCollection", collection()),
        ("ApplicationDefinition", definition()),
        ("NewDefinitionChange", new_change()),
        ("DefinitionFault", fault()),
        ("DefinitionChange", change()),
    ]
}

pub(super) fn new_change_example() -> Json {
    json!({ "text": "[fields.name]\ntype = \"text\"\n", "dry_run": true })
}

fn new_change() -> Json {
    object(
        "Another text for the file of a collection.",
        &[("text", text("The whole file, as TOML."))],
        &[
            (
                "before",
                nullable_text("The `digest` of the definition that was read: another one is refused."),
            ),
            ("dry_run", boolean("Is it only looked at?")),
            ("accept_loss", boolean("May values be lost?")),
        ],
    )
}

fn fault() -> Json {
    let place = || json!({ "type": ["integer", "null"], "minimum": 1 });
    object(
        "What is wrong with a file of the definition.",
        &[
            ("path", text("Within the folder of the application.")),
            ("line", place()),
            ("column", place()),
            ("message", text("One sentence.")),
            ("hint", nullable_text("What to do about it.")),
        ],
        &[],
    )
}

fn change() -> Json {
    object(
        "What became of a change, or would.",
        &[
            (
                "written",
                boolean("Is it in the file? It is in force once the definition has this `digest`."),
            ),
            (
                "errors",
                list(&schema_ref("DefinitionFault"), "Faults of the whole definition."),
            ),
            ("steps", texts("What it makes of the database.")),
            (
                "losses",
                texts("Steps that take values away: they are done with `accept_loss` alone."),
            ),
            (
                "refused",
                texts("What keeps it from being done, each with the way out."),
            ),
            (
                "digest",
                nullable_text("Of the definition as it would be; null with errors."),
            ),
        ],
        &[],
    )
}

fn definition() -> Json {
    object(
        "The definition as it is in force.",
        &[
            ("name", text("")),
            ("title", text("")),
            ("description", text("")),
            ("digest", text("Another one for each release.")),
            (
                "writable",
                boolean("May administrators change the files? Only where `mainstay dev` runs."),
            ),
            (
                "files",
                list(&schema_ref("DefinitionFile"), "In the order of their paths."),
            ),
            (
                "collections",
                list(
                    &schema_ref("DefinitionCollection"),
                    "In the order of their names.",
                ),
            ),
        ],
        &[],
    )
}

fn file() -> Json {
    object(
        "A file of the definition.",
        &[
            ("path", text("Within the folder of the application.")),
            ("collection", nullable_text("The collection that it declares.")),
            ("text", text("")),
        ],
        &[],
    )
}

fn collection() -> Json {
    let made_by = json!({
        "type": ["string", "null"],
        "enum": ["members", "share", "views", null],
        "description": "The key that made it, where it has no file of its own.",
    });
    let trash_days = "Days after which a deleted record goes for good; 0 for never.";
    object(
        "A collection with all that its definition says.",
        &[
            ("name", text("")),
            ("first_name", text("The first name that it had.")),
            ("former_names", texts("The oldest first.")),
            ("title", text("")),
            ("description", text("")),
            (
                "file",
                nullable_text("The file that declares it, or whose key made it; null for users without one."),
            ),
            ("made_by", made_by),
            (
                "made_for",
                nullable_text("The collection whose members or shares its records are."),
            ),
            ("label", label_part_list()),
            ("soft_delete", boolean("Can deleted records be restored?")),
            ("comments", boolean("May people comment on records?")),
            ("log_reads", boolean("Does the journal tell who read a record?")),
            ("trash_days", integer(trash_days)),
            (
                "share",
                nullable_text("The collection of the shares of its records."),
            ),
            ("members", json!({ "anyOf": [members(), { "type": "null" }] })),
            ("order", order()),
            (
                "fields",
                list(
                    &schema_ref("DefinitionField"),
                    "All of them, in the order of the definition.",
                ),
            ),
            ("rules", rules()),
            ("checks", list(&schema_ref("DefinitionCheck"), "")),
            (
                "indexes",
                list(
                    &schema_ref("DefinitionIndex"),
                    "Declared ones, and those that follow from fields.",
                ),
            ),
            ("backs", list(&schema_ref("ApplicationBack"), "")),
        ],
        &[],
    )
}

fn rules() -> Json {
    let acts = ["list", "read", "create", "update", "delete", "comment", "share"];
    object(
        "Null where nobody but administrators may; for comments everybody who is signed in and may read, for shares \
         everybody who may update.",
        &acts.map(|act| (act, perhaps_expression())),
        &[],
    )
}

fn of_field() -> Json {
    let more = [
        ("former_names", texts("The oldest first.")),
        ("read", perhaps_expression()),
        ("write", perhaps_expression()),
        (
            "line",
            json!({ "type": ["integer", "null"], "minimum": 1, "description": "Where it begins in the file." }),
        ),
    ];
    with_members(field(), "A field with its rules.", &more)
}

fn check() -> Json {
    object(
        "What a record has to look like.",
        &[
            ("name", text("")),
            ("field", nullable_text("The field whose check it is.")),
            ("expression", perhaps_expression()),
            ("message", text("What whoever breaks it is told.")),
            (
                "in_table",
                boolean("Does the table of the database hold to it by itself?"),
            ),
        ],
        &[],
    )
}

fn index() -> Json {
    object(
        "",
        &[
            ("fields", texts("")),
            ("unique", boolean("Among records that are not deleted.")),
        ],
        &[],
    )
}

fn expression() -> Json {
    let place = |what: &str| {
        json!({
            "type": ["integer", "null"],
            "minimum": 1,
            "description": format!("{what} at which it begins in the file; null for a collection that was made."),
        })
    };
    object(
        "An expression as it was written.",
        &[
            ("text", text("")),
            ("line", place("The line")),
            ("column", place("The column, in characters,")),
        ],
        &[],
    )
}

fn perhaps_expression() -> Json {
    json!({ "anyOf": [schema_ref("WrittenExpression"), { "type": "null" }] })
}

fn nullable_text(description: &str) -> Json {
    json!({ "type": ["string", "null"], "description": description })
}

fn texts(description: &str) -> Json {
    list(&json!({ "type": "string" }), description)
}
