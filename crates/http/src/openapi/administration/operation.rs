//! The schemas of settings, migrations, and what runs beside requests.

use serde_json::{Value as Json, json};

use crate::openapi::answers::reader;
use crate::openapi::application::{boolean, integer, list, object, text};
use crate::openapi::records::schema_ref;

pub(super) fn schemas() -> [(&'static str, Json); 8] {
    [
        ("Setting", setting()),
        (
            "SettingList",
            list_of("Setting", "The settings in force, in the order of the reference."),
        ),
        ("AppliedMigration", applied()),
        ("MigrationStatus", migrations()),
        ("JournalReader", reader()),
        ("Loop", of_loop()),
        ("Outbox", outbox()),
        ("JobList", jobs()),
    ]
}

fn list_of(name: &str, description: &str) -> Json {
    object(description, &[("items", list(&schema_ref(name), ""))], &[])
}

fn setting() -> Json {
    let value = |description: &str| json!({ "anyOf": [{}, { "type": "null" }], "description": description });
    let sources = ["default", "file", "environment", "argument"];
    object(
        "A setting of the server.",
        &[
            ("name", text("With its section, such as `server.listen`.")),
            ("section", text("")),
            (
                "value",
                value("Null where nothing is set; of a secret that is set, `********`."),
            ),
            ("default", value("")),
            ("secret", boolean("")),
            ("source", json!({ "type": "string", "enum": sources })),
            (
                "from",
                nullable_text("The file with the line, the variable or the flag that gave the value."),
            ),
            ("variable", text("The variable of the environment that sets it.")),
            ("takes", text("What it takes, in words.")),
            ("description", text("What it means.")),
        ],
        &[],
    )
}

fn applied() -> Json {
    object(
        "A migration that was applied.",
        &[("name", text("")), ("applied_at", time(""))],
        &[],
    )
}

fn migrations() -> Json {
    object(
        "Where the database stands beside the migrations of the application.",
        &[
            (
                "development",
                boolean("Does the database follow the definition, without migrations?"),
            ),
            (
                "applied",
                list(&schema_ref("AppliedMigration"), "The oldest first."),
            ),
            ("pending", texts("Migrations that are not applied yet.")),
            (
                "ahead",
                texts("Migrations that a newer release has applied, and whose files are not here."),
            ),
            (
                "interrupted",
                nullable_text("The migration that was interrupted."),
            ),
            (
                "fault",
                nullable_text("What is wrong between files and database."),
            ),
            ("shapes", integer("How many shapes of the database are served.")),
            (
                "contract",
                texts("What a contract would take away, once no older release runs."),
            ),
            (
                "drift",
                texts("Differences between the tables and what the migrations ask for."),
            ),
        ],
        &[],
    )
}

fn of_loop() -> Json {
    object(
        "Work that a process does by time.",
        &[
            ("name", text("")),
            ("every_us", integer("Microseconds between two turns.")),
            ("last_run", perhaps_time("Null before the first.")),
            ("next_run", perhaps_time("")),
            (
                "took_us",
                json!({ "type": ["integer", "null"], "minimum": 0, "description": "Microseconds of the last turn." }),
            ),
            ("last_error", nullable_text("What failed in the last turn.")),
        ],
        &[],
    )
}

fn outbox() -> Json {
    object(
        "What waits to be sent.",
        &[
            ("waiting", integer("At most 10,000 are counted.")),
            (
                "failed",
                integer("Those that are not tried any more; counted likewise."),
            ),
            (
                "oldest_waiting",
                perhaps_time("When the first of those that wait was written."),
            ),
        ],
        &[],
    )
}

fn jobs() -> Json {
    object(
        "What runs beside requests.",
        &[
            (
                "readers",
                list(
                    &schema_ref("JournalReader"),
                    "Who follows the journal, and how far each has come.",
                ),
            ),
            (
                "loops",
                list(&schema_ref("Loop"), "Those of the process that answers."),
            ),
            ("mails", schema_ref("Outbox")),
            ("webhooks", schema_ref("Outbox")),
        ],
        &[],
    )
}

fn texts(description: &str) -> Json {
    list(&json!({ "type": "string" }), description)
}

fn nullable_text(description: &str) -> Json {
    json!({ "type": ["string", "null"], "description": description })
}

fn time(description: &str) -> Json {
    json!({ "type": "string", "format": "date-time", "description": description })
}

fn perhaps_time(description: &str) -> Json {
    json!({ "type": ["string", "null"], "format": "date-time", "description": description })
}
