//! The schemas of questions about rules.

use serde_json::{Value as Json, json};

use crate::openapi::application::{boolean, integer, list, object, text};
use crate::openapi::examples;
use crate::openapi::records::schema_ref;

const RULES: [&str; 8] = [
    "list", "read", "create", "update", "delete", "comment", "share", "write",
];
const ACTIONS: [&str; 8] = [
    "list", "read", "create", "update", "delete", "restore", "comment", "share",
];

pub(super) fn schemas() -> [(&'static str, Json); 10] {
    [
        ("TriedRule", tried()),
        ("NewRuleTest", new_test()),
        ("RulePart", part()),
        ("RuleStep", step()),
        ("RuleTest", test()),
        ("NewRuleCheck", new_check()),
        ("RuleFault", fault()),
        ("RuleCompletion", completion()),
        ("RuleCompletions", completions()),
        ("RuleCheck", check()),
    ]
}

pub(super) fn new_check_example() -> Json {
    json!({ "collection": "users", "rule": "read", "text": "record.id == auth.", "at": 18 })
}

fn new_check() -> Json {
    let rules = RULES.iter().chain(&["check", "filter"]);
    object(
        "Is this a rule, and what could be written here?",
        &[
            ("collection", text("")),
            (
                "rule",
                json!({ "type": "string", "enum": rules.collect::<Vec<_>>() }),
            ),
            ("text", text("The expression.")),
        ],
        &[
            (
                "field",
                nullable_text("The field whose rule it is: `read` or `write`."),
            ),
            (
                "at",
                json!({
                    "type": ["integer", "null"],
                    "minimum": 0,
                    "description": "Where somebody writes, in UTF-16 code units; without it nothing is offered.",
                }),
            ),
        ],
    )
}

fn fault() -> Json {
    object(
        "What is wrong with a part of an expression.",
        &[
            ("start", integer("In UTF-16 code units of the text.")),
            ("end", integer("")),
            ("message", text("One sentence.")),
            ("hint", nullable_text("What to do about it.")),
        ],
        &[],
    )
}

fn completion() -> Json {
    let kinds = ["name", "variable", "field", "back", "function", "option"];
    object(
        "Something that could be written.",
        &[
            ("text", text("")),
            ("kind", json!({ "type": "string", "enum": kinds })),
            ("detail", text("A few words about it.")),
        ],
        &[],
    )
}

fn completions() -> Json {
    object(
        "What could be written.",
        &[
            (
                "start",
                integer("What a choice takes the place of, in UTF-16 code units."),
            ),
            ("end", integer("")),
            ("items", list(&schema_ref("RuleCompletion"), "")),
        ],
        &[],
    )
}

fn check() -> Json {
    object(
        "What is wrong with an expression, and what could be written in it.",
        &[
            ("errors", list(&schema_ref("RuleFault"), "None for a good one.")),
            (
                "completions",
                json!({ "anyOf": [schema_ref("RuleCompletions"), { "type": "null" }] }),
            ),
        ],
        &[],
    )
}

pub(super) fn new_test_example() -> Json {
    json!({ "user": examples::ID, "collection": "users", "action": "read", "record": examples::ID })
}

fn new_test() -> Json {
    let id = |description: &str| json!({ "type": ["string", "null"], "format": "uuid", "description": description });
    object(
        "May this user do that?",
        &[
            ("collection", text("")),
            ("action", json!({ "type": "string", "enum": ACTIONS })),
        ],
        &[
            ("user", id("Who would do it; null for nobody who is signed in.")),
            (
                "record",
                id("The record that it would be done to; left out for `create`."),
            ),
            (
                "input",
                json!({ "type": ["object", "null"], "description": "What would be sent with `create` and `update`." }),
            ),
            (
                "expression",
                json!({ "anyOf": [schema_ref("TriedRule"), { "type": "null" }] }),
            ),
        ],
    )
}

fn tried() -> Json {
    object(
        "A rule to be tried out in the place of the one that is in force.",
        &[("rule", rule()), ("text", text("The expression."))],
        &[(
            "field",
            nullable_text("The field whose rule it is: `read` or `write`."),
        )],
    )
}

fn test() -> Json {
    let code = json!({
        "type": ["string", "null"],
        "enum": ["not_found", "unauthenticated", "forbidden", null],
        "description": "What the rules would have the request answered with; for `list`, `not_found` says that the \
                        record is in no list.",
    });
    object(
        "What the rules say of an act.",
        &[
            ("allowed", boolean("Do they let the user do it?")),
            ("code", code),
            (
                "bound",
                boolean("Is the user bound by rules? Administrators are not."),
            ),
            (
                "steps",
                list(
                    &schema_ref("RuleStep"),
                    "The rules that were asked, in this order. None where the record is deleted, or is not.",
                ),
            ),
        ],
        &[],
    )
}

fn step() -> Json {
    object(
        "A rule that was asked.",
        &[
            ("rule", rule()),
            ("field", nullable_text("The field whose rule it is.")),
            ("passes", boolean("")),
            (
                "decides",
                boolean("Is it the one that refused, or the last that could have?"),
            ),
            (
                "text",
                nullable_text("As it is written; null where there is no such rule."),
            ),
            ("draft", boolean("Is it the one that was tried out?")),
            (
                "tree",
                json!({ "anyOf": [schema_ref("RulePart"), { "type": "null" }] }),
            ),
        ],
        &[],
    )
}

fn part() -> Json {
    let kinds = [
        "and",
        "or",
        "not",
        "if",
        "compare",
        "in",
        "has",
        "text",
        "exists",
        "all",
        "exists_one",
        "count",
        "value",
        "shared",
        "rule",
    ];
    let place =
        |description: &str| json!({ "type": ["integer", "null"], "minimum": 0, "description": description });
    let truth = json!({
        "type": ["string", "null"],
        "enum": ["true", "false", "unknown", null],
        "description": "Null for what is no condition.",
    });
    object(
        "A part of a rule, with what it is worth.",
        &[
            ("kind", json!({ "type": "string", "enum": kinds })),
            (
                "start",
                place("In UTF-16 code units of the text; null for what is not written."),
            ),
            ("end", place("")),
            ("truth", truth),
            (
                "value",
                json!({
                    "anyOf": [{}, { "type": "null" }],
                    "description": "Of what is no condition; null where it is not there, or not shown.",
                }),
            ),
            ("known", boolean("Is the value there?")),
            ("decides", boolean("Did it make the whole what it is?")),
            (
                "some",
                boolean(
                    "Does it stand in a question about many? It is `true` then where it is for at least one of them.",
                ),
            ),
            ("records", place("How many records it asks about.")),
            (
                "rule",
                nullable_text("The rule of the collection that is asked along."),
            ),
            (
                "level",
                nullable_text("The level to which the record has to be shared."),
            ),
            ("parts", list(&schema_ref("RulePart"), "")),
        ],
        &[],
    )
}

fn rule() -> Json {
    json!({ "type": "string", "enum": RULES })
}

fn nullable_text(description: &str) -> Json {
    json!({ "type": ["string", "null"], "description": description })
}
