//! What changes from one shape to the next, in the words of a definition.

use serde::{Deserialize, Serialize};
use toml::{Table, Value};

use super::conversion::keeps_column;

/// One step of a migration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Operation {
    AddCollection {
        collection: String,
        declaration: Table,
    },
    RemoveCollection {
        collection: String,
        declaration: Table,
    },
    RenameCollection {
        from: String,
        to: String,
    },
    /// `soft_delete` and `order`, before and after.
    ChangeCollection {
        collection: String,
        from: Table,
        to: Table,
    },
    AddField {
        collection: String,
        field: String,
        declaration: Table,
        /// The value of existing records, over the record as it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        up: Option<String>,
    },
    RemoveField {
        collection: String,
        field: String,
        declaration: Table,
        /// What a release before goes on seeing in records that a newer one writes, over the record as it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        down: Option<String>,
    },
    RenameField {
        collection: String,
        from: String,
        to: String,
    },
    ChangeField {
        collection: String,
        field: String,
        from: Table,
        to: Table,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        up: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        down: Option<String>,
    },
    AddIndex {
        collection: String,
        index: Table,
    },
    RemoveIndex {
        collection: String,
        index: Table,
    },
    AddCheck {
        collection: String,
        check: Table,
    },
    RemoveCheck {
        collection: String,
        check: Table,
    },
    /// Written by hand, for what no other operation says.
    Sql {
        class: Class,
        about: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sqlite: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        postgres: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        back_sqlite: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        back_postgres: Option<String>,
    },
    /// The table of a collection that no release uses any more, with all its records.
    DropTable {
        table: String,
    },
    /// The column of a field that no release uses any more, with its values.
    DropColumn {
        table: String,
        column: String,
        /// The expression that gives the values back, if there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        down: Option<String>,
    },
    RenameTable {
        from: String,
        to: String,
    },
    RenameColumn {
        table: String,
        from: String,
        to: String,
    },
    /// The database demands from now on what only the newest release demanded.
    Tighten {
        table: String,
        what: String,
    },
}

/// When a step may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Adds only: releases before and after can both work.
    Expand,
    /// Works out values of existing records, in slices.
    Backfill,
    /// Takes away what a release before needs.
    Contract,
}

impl Class {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Expand => "expand",
            Self::Backfill => "backfill",
            Self::Contract => "contract",
        }
    }
}

impl Operation {
    pub fn class(&self) -> Class {
        match self {
            Self::AddField { up: Some(_), .. } => Class::Backfill,
            Self::ChangeField { from, to, .. } if !keeps_column(from, to) => Class::Backfill,
            Self::Sql { class, .. } => *class,
            _ if self.is_contract() => Class::Contract,
            _ => Class::Expand,
        }
    }

    /// Does it stand in a contract migration and nowhere else?
    pub(super) fn is_contract(&self) -> bool {
        matches!(
            self,
            Self::DropTable { .. }
                | Self::DropColumn { .. }
                | Self::RenameTable { .. }
                | Self::RenameColumn { .. }
                | Self::Tighten { .. }
        )
    }

    /// The way back in a sentence; `None` when there is none.
    pub fn back(&self) -> Option<String> {
        Some(match self {
            Self::AddCollection { .. } => "the collection is dropped with its records".to_owned(),
            Self::AddField { .. } => "the field is dropped with its values".to_owned(),
            Self::RemoveCollection { .. } | Self::RemoveField { .. } => {
                "nothing is lost before the contract".to_owned()
            }
            Self::ChangeField { from, to, down, .. } if !keeps_column(from, to) => match down {
                Some(_) => "the values before are still there, kept in step".to_owned(),
                None => "the values before are still there, without those of later records".to_owned(),
            },
            Self::Sql {
                sqlite,
                postgres,
                back_sqlite,
                back_postgres,
                ..
            } => {
                // A step that is yet to be filled in has empty statements.
                let is_written =
                    |sql: &Option<String>| sql.as_deref().is_some_and(|sql| !sql.trim().is_empty());
                let lacks = |step, back| is_written(step) && !is_written(back);
                let is_empty = !is_written(sqlite) && !is_written(postgres);
                if is_empty || lacks(sqlite, back_sqlite) || lacks(postgres, back_postgres) {
                    return None;
                }
                "the statements written for it".to_owned()
            }
            Self::DropColumn { down: Some(down), .. } => format!("worked out again: {down}"),
            Self::DropTable { .. } | Self::DropColumn { .. } => return None,
            Self::RenameTable { .. } | Self::RenameColumn { .. } => "the name before".to_owned(),
            Self::Tighten { .. } => "the demand is lifted".to_owned(),
            _ => "as before".to_owned(),
        })
    }

    /// What it does, for a person.
    pub fn sentence(&self) -> String {
        match self {
            Self::AddCollection { collection, .. } => format!("add the collection {collection}"),
            Self::RemoveCollection { collection, .. } => {
                format!("stop using the collection {collection}")
            }
            Self::RenameCollection { from, to } => format!("rename the collection {from} to {to}"),
            Self::ChangeCollection { collection, from, to } => {
                format!("change {collection}: {}", differences(from, to))
            }
            Self::AddField {
                collection,
                field,
                declaration,
                ..
            } => format!("add {collection}.{field} ({})", type_of(declaration)),
            Self::RemoveField {
                collection, field, ..
            } => format!("stop using {collection}.{field}"),
            Self::RenameField { collection, from, to } => {
                format!("rename {collection}.{from} to {to}")
            }
            Self::ChangeField {
                collection,
                field,
                from,
                to,
                ..
            } => format!("change {collection}.{field}: {}", differences(from, to)),
            Self::AddIndex { collection, index } => format!("add {} to {collection}", index_words(index)),
            Self::RemoveIndex { collection, index } => {
                format!("remove {} from {collection}", index_words(index))
            }
            Self::AddCheck { collection, check } => {
                format!("add the check {} to {collection}", name_of(check))
            }
            Self::RemoveCheck { collection, check } => {
                format!("remove the check {} from {collection}", name_of(check))
            }
            Self::Sql { about, .. } => format!("{about} (SQL written by hand)"),
            Self::DropTable { table } => format!("drop {table} with its records"),
            Self::DropColumn { table, column, .. } => format!("drop {table}.{column} with its values"),
            Self::RenameTable { from, to } => format!("call the table {from} {to}"),
            Self::RenameColumn { table, from, to } => format!("call the column {table}.{from} {to}"),
            Self::Tighten { table, what } => format!("demand of {table}: {what}"),
        }
    }
}

fn type_of(declaration: &Table) -> &str {
    declaration.get("type").and_then(Value::as_str).unwrap_or("?")
}

fn name_of(check: &Table) -> &str {
    check.get("name").and_then(Value::as_str).unwrap_or("?")
}

fn index_words(index: &Table) -> String {
    let unique = index.get("unique").and_then(Value::as_bool) == Some(true);
    let fields = index.get("fields").and_then(Value::as_array);
    let fields: Vec<&str> = fields.into_iter().flatten().filter_map(Value::as_str).collect();
    let kind = if unique { "a unique index" } else { "an index" };
    format!("{kind} over {}", fields.join(", "))
}

/// `max 200 -> 500, required`
pub(super) fn differences(from: &Table, to: &Table) -> String {
    let mut keys: Vec<&String> = from.keys().chain(to.keys()).collect();
    keys.sort();
    keys.dedup();
    let changed = keys.into_iter().filter(|key| from.get(*key) != to.get(*key));
    let words = changed.map(|key| match (from.get(key), to.get(key)) {
        (None, Some(Value::Boolean(true))) => key.clone(),
        (Some(Value::Boolean(true)), None) => format!("no longer {key}"),
        (None, Some(value)) => format!("{key} {value}"),
        (Some(value), None) => format!("no {key}, was {value}"),
        (before, after) => {
            let text = |value: Option<&Value>| value.map_or_else(String::new, ToString::to_string);
            format!("{key} {} -> {}", text(before), text(after))
        }
    });
    words.collect::<Vec<_>>().join(", ")
}
