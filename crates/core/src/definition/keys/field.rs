//! The keys of `[fields.<name>]`.

use super::FieldType::{Decimal, Integer, Json, MultiSelect, Number, Relation, Select, Text};
use super::{Choice, Key, Shape, TableKeys, choice};
use crate::limits::{
    DECIMAL_DIGITS_MAX, DESCRIPTION_CHARACTERS_MAX, JSON_BYTES_MAX, PATTERN_CHARACTERS_MAX,
    SELECT_OPTION_CHARACTERS_MAX, SELECT_OPTIONS_MAX, TEXT_CHARACTERS_MAX, TITLE_CHARACTERS_MAX,
};

/// In the order of [`super::FieldType`].
pub(super) const TYPES: &[Choice] = &[
    choice(
        "text",
        "Text of a bounded length.",
        &["string", "str", "varchar", "char"],
    ),
    choice(
        "integer",
        "A whole number of 64 bits.",
        &["int", "bigint", "int64", "long"],
    ),
    choice("number", "A floating-point number.", &["float", "double", "real"]),
    choice(
        "decimal",
        "An exact decimal, such as an amount of money; a string in JSON.",
        &["money", "numeric", "currency"],
    ),
    choice("boolean", "True or false.", &["bool"]),
    choice(
        "datetime",
        "A point in time, in UTC with microseconds.",
        &["timestamp", "time", "date_time"],
    ),
    choice("date", "A calendar day, such as 2026-01-31.", &["day"]),
    choice("select", "One of the declared options.", &["enum", "choice"]),
    choice(
        "multi_select",
        "Any of the declared options, without repeats.",
        &["tags", "array", "list"],
    ),
    choice(
        "json",
        "Any JSON, optionally with a schema.",
        &["object", "map", "jsonb"],
    ),
    choice("email", "An e-mail address.", &["mail", "e-mail"]),
    choice("url", "An absolute http or https URL.", &["link", "uri"]),
    choice(
        "relation",
        "A reference to a record of a collection, or to many.",
        &["reference", "ref", "foreign_key"],
    ),
];

/// Every option of a `multi_select` may be chosen.
#[expect(clippy::cast_possible_wrap, reason = "the limit is a small number")]
const CHOSEN_MAX: i64 = SELECT_OPTIONS_MAX as i64;

const ON_DELETE: &[Choice] = &[
    choice(
        "restrict",
        "The target cannot be deleted while it is referenced.",
        &["no_action", "protect"],
    ),
    choice("cascade", "This record is deleted with its target.", &["delete"]),
    choice("set_null", "The field becomes null.", &["null", "clear"]),
];

pub(in crate::definition) const FIELD: TableKeys = TableKeys {
    noun: "a field",
    doc: "A typed value of every record of the collection.",
    keys: &[
        Key::new("type", Shape::Choice(TYPES), "What the field holds.").required(),
        Key::new(
            "title",
            Shape::Text {
                characters_max: TITLE_CHARACTERS_MAX,
            },
            "The name that people see. Made from the field's name when it is missing.",
        ),
        Key::new(
            "description",
            Shape::Text {
                characters_max: DESCRIPTION_CHARACTERS_MAX,
            },
            "What the field means.",
        ),
        Key::new("required", Shape::Boolean, "The value cannot be null.").default("false"),
        Key::new(
            "default",
            Shape::Literal,
            "The value when none is given: a literal of the type, \"now()\" for a datetime or date, \"auth.id\" for a \
             relation to users.",
        ),
        Key::new(
            "unique",
            Shape::Boolean,
            "No two records that are not deleted have the same value.",
        )
        .default("false")
        .except(&[Json, MultiSelect]),
        Key::new(
            "index",
            Shape::Boolean,
            "Filters and sorts by this field are fast. Relations always have an index.",
        )
        .default("false")
        .except(&[Json, MultiSelect]),
        Key::new(
            "hidden",
            Shape::Boolean,
            "The value never leaves the server, and clients cannot filter or sort by it. Rules may use it.",
        )
        .default("false"),
        Key::new("read_only", Shape::Boolean, "Clients cannot set the value.").default("false"),
        Key::new(
            "write_once",
            Shape::Boolean,
            "Clients can set the value at creation only.",
        )
        .default("false"),
        Key::new(
            "read",
            Shape::Expression,
            "CEL over `record`: who may see the value, of those who may read the record. For others it is left out.",
        ),
        Key::new(
            "write",
            Shape::Expression,
            "CEL over `record` and `input`: who may set the value, of those who may write the record. At creation `record` \
             is the new record too.",
        ),
        Key::new(
            "check",
            Shape::Expression,
            "CEL over `record`; passes when it is true or when a value it needs is null.",
        ),
        Key::new(
            "was",
            Shape::Name,
            "The field's name before it was renamed; for the migration that renames it.",
        ),
        Key::new(
            "up",
            Shape::Expression,
            "CEL over `record` as it was: the value in existing records, for the migration that adds the field or changes \
             its type.",
        ),
        Key::new(
            "down",
            Shape::Expression,
            "CEL over `record` as it is: the value that releases before a change of its type go on seeing.",
        ),
        // text
        Key::new(
            "min",
            Shape::Integer {
                min: 0,
                max: TEXT_CHARACTERS_MAX as i64,
            },
            "The least number of characters.",
        )
        .default("0")
        .only(&[Text]),
        Key::new(
            "max",
            Shape::Integer {
                min: 1,
                max: TEXT_CHARACTERS_MAX as i64,
            },
            "The greatest number of characters.",
        )
        .default("10000")
        .only(&[Text]),
        Key::new(
            "pattern",
            Shape::Text {
                characters_max: PATTERN_CHARACTERS_MAX,
            },
            "A regular expression (RE2 syntax) found in every value; ^ and $ tie it to the whole value.",
        )
        .only(&[Text]),
        Key::new("multiline", Shape::Boolean, "The text may have line breaks.")
            .default("false")
            .only(&[Text]),
        Key::new(
            "rich",
            Shape::Boolean,
            "The text is CommonMark and is shown as such; it may have line breaks.",
        )
        .default("false")
        .only(&[Text]),
        // integer, number, decimal
        Key::new(
            "min",
            Shape::Integer {
                min: i64::MIN,
                max: i64::MAX,
            },
            "The least value.",
        )
        .only(&[Integer]),
        Key::new(
            "max",
            Shape::Integer {
                min: i64::MIN,
                max: i64::MAX,
            },
            "The greatest value.",
        )
        .only(&[Integer]),
        Key::new("min", Shape::Number, "The least value.").only(&[Number]),
        Key::new("max", Shape::Number, "The greatest value.").only(&[Number]),
        Key::new("min", Shape::Decimal, "The least value, as a string.").only(&[Decimal]),
        Key::new("max", Shape::Decimal, "The greatest value, as a string.").only(&[Decimal]),
        Key::new(
            "precision",
            Shape::Integer {
                min: 1,
                max: DECIMAL_DIGITS_MAX as i64,
            },
            "The number of digits in all.",
        )
        .default("18")
        .only(&[Decimal]),
        Key::new(
            "scale",
            Shape::Integer {
                min: 0,
                max: DECIMAL_DIGITS_MAX as i64,
            },
            "The number of digits after the point, at most `precision`.",
        )
        .default("2")
        .only(&[Decimal]),
        // select, multi_select
        Key::new(
            "options",
            Shape::Texts {
                items_max: SELECT_OPTIONS_MAX,
                characters_max: SELECT_OPTION_CHARACTERS_MAX,
            },
            "The texts to choose from.",
        )
        .required()
        .only(&[Select, MultiSelect]),
        Key::new(
            "max",
            Shape::Integer {
                min: 1,
                max: CHOSEN_MAX,
            },
            "The greatest number of chosen options; all of them when it is missing.",
        )
        .only(&[MultiSelect]),
        // json
        Key::new(
            "schema",
            Shape::JsonSchema,
            "A JSON Schema (draft 2020-12) that every value fits.",
        )
        .only(&[Json]),
        Key::new(
            "max_bytes",
            Shape::Integer {
                min: 1,
                max: JSON_BYTES_MAX as i64,
            },
            "The greatest number of bytes as compact JSON.",
        )
        .default("65536")
        .only(&[Json]),
        // relation
        Key::new("to", Shape::Name, "The collection of the targets.")
            .required()
            .only(&[Relation]),
        Key::new(
            "many",
            Shape::Boolean,
            "The field holds a list of targets, at most 1000.",
        )
        .default("false")
        .only(&[Relation]),
        Key::new(
            "on_delete",
            Shape::Choice(ON_DELETE),
            "What happens when a target is deleted.",
        )
        .default("\"restrict\"")
        .only(&[Relation]),
        Key::new(
            "back",
            Shape::Name,
            "The name of the way back on the target, for rules and `expand`.",
        )
        .only(&[Relation]),
        Key::new(
            "acyclic",
            Shape::Boolean,
            "The relation to the same collection must not form a cycle.",
        )
        .default("false")
        .only(&[Relation]),
    ],
};
