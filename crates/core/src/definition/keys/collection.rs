//! The keys of `collections/<name>.toml`.

use super::{FIELD, Key, Shape, TableKeys};
use crate::limits::{
    CHECKS_MAX, DESCRIPTION_CHARACTERS_MAX, INDEX_FIELDS_MAX, INDEXES_MAX, LABEL_CHARACTERS_MAX,
    SELECT_OPTIONS_MAX, TITLE_CHARACTERS_MAX, TRASH_DAYS_MAX,
};

pub(in crate::definition) const COLLECTION: TableKeys = TableKeys {
    noun: "a collection",
    doc: "A collection of records. The file's name is the collection's name.",
    keys: &[
        Key::new(
            "title",
            Shape::Text {
                characters_max: TITLE_CHARACTERS_MAX,
            },
            "The name that people see. Made from the collection's name when it is missing.",
        ),
        Key::new(
            "description",
            Shape::Text {
                characters_max: DESCRIPTION_CHARACTERS_MAX,
            },
            "What the collection holds.",
        ),
        Key::new(
            "label",
            Shape::Text {
                characters_max: LABEL_CHARACTERS_MAX,
            },
            "How a record is called: a text with {field} placeholders. A brace itself is written twice.",
        )
        .default("\"{id}\""),
        Key::new(
            "was",
            Shape::Name,
            "The collection's name before it was renamed; for the migration that renames it.",
        ),
        Key::new(
            "soft_delete",
            Shape::Boolean,
            "Deleted records are kept and can be restored; their unique values are free for others.",
        )
        .default("false"),
        Key::new(
            "comments",
            Shape::Boolean,
            "People may comment on records. Turning it off later hides the comments and deletes none.",
        )
        .default("false"),
        Key::new(
            "share",
            Shape::Boolean,
            "Records can be shared one by one, with users and by links: makes a collection, named after this one with \
             `_shares` behind it.",
        )
        .default("false"),
        Key::new(
            "log_reads",
            Shape::Boolean,
            "The journal tells who read a single record, once a minute for each reader and record.",
        )
        .default("false"),
        Key::new(
            "trash_days",
            Shape::Integer {
                min: 0,
                max: TRASH_DAYS_MAX,
            },
            "Days after which a deleted record goes for good; 0 keeps it for ever. Only with soft_delete.",
        )
        .default("30"),
        Key::new(
            "order",
            Shape::Order,
            "The default sort of lists: a field, with - in front for descending.",
        )
        .default("\"id\""),
        Key::new(
            "fields",
            Shape::NamedTables(&FIELD),
            "The fields of a record, by name.",
        ),
        Key::new(
            "members",
            Shape::Table(&MEMBERS),
            "Each record has members, with roles of its own.",
        ),
        Key::new(
            "rules",
            Shape::Table(&RULES),
            "Who may do what. A missing rule means: nobody but administrators.",
        ),
        Key::new(
            "indexes",
            Shape::Tables {
                keys: &INDEX,
                items_max: INDEXES_MAX,
            },
            "Indexes over several fields. Relations and fields with `unique` or `index` have their own.",
        ),
        Key::new(
            "checks",
            Shape::Tables {
                keys: &CHECK,
                items_max: CHECKS_MAX,
            },
            "Conditions over several fields that every record fulfils.",
        ),
    ],
};

pub(super) const MEMBERS: TableKeys = TableKeys {
    noun: "[members]",
    doc: "Who belongs to a record and in which role: makes a collection, named after this one with `_members` behind it.",
    keys: &[
        Key::new(
            "roles",
            Shape::Names {
                items_max: SELECT_OPTIONS_MAX,
            },
            "The roles. The first is that of owners: whoever creates a record gets it, and somebody always has it. New \
             members get the last one unless another is given.",
        )
        .required(),
        Key::new(
            "managers",
            Shape::Names {
                items_max: SELECT_OPTIONS_MAX,
            },
            "Roles that add, change and remove members who are no owners, beside owners, who manage everybody.",
        ),
        Key::new(
            "group",
            Shape::Boolean,
            "Are the members of a record a group, that records can be shared with? One collection may say so.",
        )
        .default("false"),
    ],
};

pub(super) const RULES: TableKeys = TableKeys {
    noun: "[rules]",
    doc: "Who may do what, as CEL expressions. \"true\" means everyone; a missing rule means nobody but administrators.",
    keys: &[
        Key::new(
            "list",
            Shape::Expression,
            "Which records a caller sees in lists; over `auth`, `record`, `request`.",
        ),
        Key::new(
            "read",
            Shape::Expression,
            "Which records a caller can read by id; over `auth`, `record`, `request`.",
        ),
        Key::new(
            "create",
            Shape::Expression,
            "Which records a caller may create; over `auth`, `input`, `request`.",
        ),
        Key::new(
            "update",
            Shape::Expression,
            "Which changes a caller may make; over `auth`, `record` (before), `input` (after), `request`.",
        ),
        Key::new(
            "delete",
            Shape::Expression,
            "Which records a caller may delete and restore; over `auth`, `record`, `request`.",
        ),
        Key::new(
            "comment",
            Shape::Expression,
            "Which records a signed-in reader may comment on; over `auth`, `record`, `request`. When it is missing: all \
             that they may read.",
        ),
        Key::new(
            "share",
            Shape::Expression,
            "Which records a reader may share; over `auth`, `record`, `request`. When it is missing: those that they may \
             change by the rules.",
        ),
    ],
};

pub(super) const INDEX: TableKeys = TableKeys {
    noun: "[[indexes]]",
    doc: "An index over one or more fields.",
    keys: &[
        Key::new(
            "fields",
            Shape::Names {
                items_max: INDEX_FIELDS_MAX,
            },
            "The fields, in the order in which the index sorts.",
        )
        .required(),
        Key::new(
            "unique",
            Shape::Boolean,
            "No two records that are not deleted have the same values in all these fields.",
        )
        .default("false"),
    ],
};

pub(super) const CHECK: TableKeys = TableKeys {
    noun: "[[checks]]",
    doc: "A condition that every record fulfils.",
    keys: &[
        Key::new(
            "name",
            Shape::Name,
            "The check's name, for messages; unique in the collection.",
        )
        .required(),
        Key::new(
            "expression",
            Shape::Expression,
            "CEL over `record`; passes when it is true or when a value it needs is null.",
        )
        .required(),
        Key::new(
            "message",
            Shape::Text {
                characters_max: TITLE_CHARACTERS_MAX,
            },
            "What a person reads when the check fails. The expression itself when it is missing.",
        ),
    ],
};
