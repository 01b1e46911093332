//! What type the values of a field have in expressions.

use super::expr::Type;
use crate::definition::{Collection, Field, FieldKind};

pub(super) fn type_of(field: &Field, collection: &Collection) -> Type {
    match &field.kind {
        FieldKind::Id => Type::Id(Some(collection.id)),
        FieldKind::Text(_) | FieldKind::Select { .. } | FieldKind::Email | FieldKind::Url => Type::Text,
        FieldKind::Integer { .. } => Type::Int,
        FieldKind::Number { .. } => Type::Number,
        FieldKind::Decimal { scale, .. } => Type::Decimal { scale: *scale },
        FieldKind::Boolean => Type::Bool,
        FieldKind::DateTime => Type::DateTime,
        FieldKind::Date => Type::Date,
        FieldKind::MultiSelect { .. } => Type::Texts,
        FieldKind::Json { .. } => Type::Json,
        FieldKind::Relation(relation) => Type::Id(Some(relation.to)),
    }
}

pub(super) fn options_of(kind: &FieldKind) -> Option<&[String]> {
    match kind {
        FieldKind::Select { options } | FieldKind::MultiSelect { options, .. } => Some(options),
        _ => None,
    }
}
