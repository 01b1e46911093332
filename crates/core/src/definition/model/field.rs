//! What a field is.

use std::sync::Arc;

use super::{CollectionId, FieldId};
use crate::ids::Name;
use crate::rules::Expr;
use crate::values::Value;

/// The fields that every record has, at fixed positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SystemField {
    Id,
    Version,
    CreatedAt,
    UpdatedAt,
    CreatedBy,
    /// Only in collections with `soft_delete`.
    DeletedAt,
}

impl SystemField {
    pub const fn id(self) -> FieldId {
        FieldId(self as u16)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Version => "version",
            Self::CreatedAt => "created_at",
            Self::UpdatedAt => "updated_at",
            Self::CreatedBy => "created_by",
            Self::DeletedAt => "deleted_at",
        }
    }
}

/// A typed column, or for a relation with `many` a join table.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one key of the definition, and they combine freely"
)]
pub struct Field {
    pub id: FieldId,
    pub name: Name,
    /// Its column in the database: the name, but while the database serves releases of two shapes.
    pub column: Name,
    /// Names that it had before, the oldest first: under them the journal knows its values of then.
    pub former_names: Vec<String>,
    pub title: String,
    pub description: String,
    pub kind: FieldKind,
    /// One of [`SystemField`]: set by Mainstay alone.
    pub system: bool,
    pub required: bool,
    pub default: Option<DefaultValue>,
    pub unique: bool,
    pub hidden: bool,
    pub read_only: bool,
    pub write_once: bool,
    /// Who may see the value, of those who may read the record. `None`: all of them.
    pub read: Option<Expr>,
    /// Who may set the value, of those who may write the record. `None`: all of them.
    pub write: Option<Expr>,
}

impl Field {
    /// A relation to many lives in a join table; everything else is a column.
    pub fn is_column(&self) -> bool {
        !matches!(self.kind, FieldKind::Relation(Relation { many: true, .. }))
    }

    pub fn relation(&self) -> Option<&Relation> {
        match &self.kind {
            FieldKind::Relation(relation) => Some(relation),
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
pub enum FieldKind {
    /// The record's own id.
    Id,
    Text(TextOptions),
    Integer {
        min: i64,
        max: i64,
    },
    Number {
        min: f64,
        max: f64,
    },
    /// `min` and `max` are scaled like the values.
    Decimal {
        precision: u8,
        scale: u8,
        min: i64,
        max: i64,
    },
    Boolean,
    DateTime,
    Date,
    Select {
        options: Vec<String>,
    },
    MultiSelect {
        options: Vec<String>,
        items_max: usize,
    },
    Json {
        schema: Option<Arc<JsonSchema>>,
        bytes_max: u32,
    },
    Email,
    Url,
    Relation(Relation),
}

impl FieldKind {
    /// The type's name as the definition spells it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Text(_) => "text",
            Self::Integer { .. } => "integer",
            Self::Number { .. } => "number",
            Self::Decimal { .. } => "decimal",
            Self::Boolean => "boolean",
            Self::DateTime => "datetime",
            Self::Date => "date",
            Self::Select { .. } => "select",
            Self::MultiSelect { .. } => "multi_select",
            Self::Json { .. } => "json",
            Self::Email => "email",
            Self::Url => "url",
            Self::Relation(_) => "relation",
        }
    }
}

#[derive(Debug, Clone)]
pub struct TextOptions {
    pub min: u32,
    pub max: u32,
    /// RE2 syntax; searched for in the value, so authors anchor it themselves.
    pub pattern: Option<regex::Regex>,
    pub multiline: bool,
    /// `CommonMark` source.
    pub rich: bool,
}

/// A JSON Schema with its compiled validator.
pub struct JsonSchema {
    pub document: serde_json::Value,
    pub(crate) validator: jsonschema::Validator,
}

impl std::fmt::Debug for JsonSchema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("JsonSchema").field(&self.document).finish()
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub to: CollectionId,
    pub many: bool,
    pub on_delete: OnDelete,
    /// The name of the way back on the target.
    pub back: Option<Name>,
    /// Must not form a cycle (a relation to one, to its own collection).
    pub acyclic: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

#[derive(Debug, Clone, PartialEq)]
pub enum DefaultValue {
    Literal(Value),
    /// The time of the request; for a date its day in UTC.
    Now,
    /// The signed-in user; null for anyone else.
    AuthId,
}
