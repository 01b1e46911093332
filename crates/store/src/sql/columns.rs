//! The columns of an answer, and who sees which of them.

use mainstay_core::definition::{Collection, Field, FieldId};

use super::dialect::Dialect;
use super::expression::Compiler;
use super::names::{column, join_table};
use super::record::RECORD;

/// A column of an answer, in the order of the statement's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    pub field: FieldId,
    /// The key with its quotes and colon, ready to write: names need no escaping. Empty: read, but not written.
    pub key: Vec<u8>,
    pub content: Content,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    Value,
    /// The value, or null for a caller whom the field's rule does not let see it.
    Masked,
    /// 1 where the caller may read the field, 0 where not. The value is in the next column.
    Permission,
}

impl OutputColumn {
    /// A field as JSON has it.
    pub fn written(field: &Field) -> Self {
        Self {
            field: field.id,
            key: format!("\"{}\":", field.name).into_bytes(),
            content: Content::Value,
        }
    }

    /// A column that is read for its value and left out of the answer.
    pub fn unwritten(field: FieldId) -> Self {
        Self {
            field,
            key: Vec::new(),
            content: Content::Value,
        }
    }

    /// A column that is read for its value, as far as the caller may, and left out of the answer.
    pub fn followed(field: FieldId) -> Self {
        Self {
            content: Content::Masked,
            ..Self::unwritten(field)
        }
    }

    /// Whether the caller may read a field.
    pub fn permission(field: FieldId) -> Self {
        Self {
            content: Content::Permission,
            ..Self::unwritten(field)
        }
    }
}

/// The columns for the wanted fields, in the order of the definition, for a caller who may read them all.
pub fn output_columns(collection: &Collection, wanted: impl Fn(&Field) -> bool) -> Vec<OutputColumn> {
    let wanted = collection.fields.iter().filter(|field| wanted(field));
    wanted.map(OutputColumn::written).collect()
}

/// The same for a caller who is bound by the rules of fields: a column in front of each field with such a rule tells
/// whether they may read it.
pub fn guarded_columns(collection: &Collection, wanted: impl Fn(&Field) -> bool) -> Vec<OutputColumn> {
    let mut columns = Vec::new();
    for field in collection.fields.iter().filter(|field| wanted(field)) {
        if field.read.is_some() {
            columns.push(OutputColumn::permission(field.id));
        }
        columns.push(OutputColumn::written(field));
    }
    columns
}

/// `r."id", r."title", ...`
pub(super) fn push_columns(compiler: &mut Compiler<'_>, collection: &Collection, columns: &[OutputColumn]) {
    for (position, output) in columns.iter().enumerate() {
        let field = collection.field(output.field);
        let value = column_sql(compiler.dialect, collection, field);
        let sql = match (output.content, &field.read) {
            (Content::Permission, Some(rule)) => compiler.permission(rule),
            (Content::Permission, None) => "1".to_owned(),
            (Content::Masked, _) => compiler.masked_value(field, value),
            (Content::Value, _) => value,
        };
        compiler.push(if position > 0 { ", " } else { "" });
        compiler.push(&sql);
    }
}

fn column_sql(dialect: Dialect, collection: &Collection, field: &Field) -> String {
    if field.is_column() {
        format!("{RECORD}.{}", column(field))
    } else {
        dialect.joined_ids(&join_table(collection, field), &format!("{RECORD}.\"id\""))
    }
}
