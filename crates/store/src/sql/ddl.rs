//! Tables, constraints and indexes of a collection.
//!
//! What the definition demands of a value the database demands too, so that direct SQL cannot write what the API would
//! refuse. Only patterns, JSON Schemas and checks that follow relations are left to the server.

use mainstay_core::Value;
use mainstay_core::definition::{Check, Collection, DefaultValue, Field, FieldKind, OnDelete, Relation};

use super::dialect::{ColumnType, Dialect, Target};
use super::expression::Compiler;
use super::names::{
    bound_name, check_name, column, constraint_name, index_name, join_table_name, quote, table,
};
use super::parts::{CheckSql, ColumnSql, IndexSql, ReferenceSql, TableParts};

/// The statements that make one table with its indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSql {
    pub name: String,
    pub create: String,
    /// Names and statements.
    pub indexes: Vec<(String, String)>,
    /// Names and statements of the references that are made once every table is there.
    pub references: Vec<(String, String)>,
    /// Columns in their order, for copying rows.
    pub columns: Vec<String>,
    /// Columns that are never null.
    pub required: Vec<String>,
    /// Columns of the primary key.
    pub key: &'static [&'static str],
    pub(crate) parts: TableParts,
}

/// The table of a collection, then the join tables of its relations to many.
pub fn table_sql(target: Target<'_>, collection: &Collection) -> Vec<TableSql> {
    let mut tables = vec![own_table(target, collection)];
    for field in collection.fields.iter().filter(|field| !field.is_column()) {
        tables.push(join_table_sql(target, collection, field));
    }
    tables
}

fn own_table(target: Target<'_>, collection: &Collection) -> TableSql {
    let dialect = target.dialect;
    let fields: Vec<&Field> = collection
        .fields
        .iter()
        .filter(|field| field.is_column())
        .collect();
    let columns: Vec<ColumnSql> = fields.iter().map(|field| column_sql(dialect, field)).collect();
    let mut lines: Vec<String> = fields.iter().map(|field| column_line(target, field)).collect();
    let bounds = fields
        .iter()
        .flat_map(|field| field_constraints(dialect, collection, field));
    let declared = collection.checks.iter().filter(|check| check.in_table);
    let declared = declared.map(|check| check_constraint(target, collection, check));
    let checks: Vec<CheckSql> = bounds.chain(declared).collect();
    lines.extend(checks.iter().map(CheckSql::constraint));
    let name = collection.table.to_string();
    let parts = TableParts {
        checks,
        indexes: index_sql(dialect, collection),
        references: later_references(target, collection),
        columns,
    };
    let required = parts.columns.iter().filter(|column| column.required);
    TableSql {
        create: format!(
            "CREATE TABLE {} (\n  {}\n){}",
            quote(&name),
            lines.join(",\n  "),
            dialect.table_options(false)
        ),
        required: required.map(|column| column.name.clone()).collect(),
        columns: parts.columns.iter().map(|column| column.name.clone()).collect(),
        key: &["id"],
        ..table_of_parts(name, parts)
    }
}

/// The table with its indexes and references.
fn table_of_parts(name: String, parts: TableParts) -> TableSql {
    let indexes = parts.indexes.iter();
    let references = parts.references.iter();
    TableSql {
        create: String::new(),
        indexes: indexes
            .map(|index| (index.name.clone(), index.create(&name)))
            .collect(),
        references: references
            .map(|reference| (reference.name.clone(), reference.add(&name)))
            .collect(),
        columns: Vec::new(),
        required: Vec::new(),
        key: &[],
        parts,
        name,
    }
}

fn column_sql(dialect: Dialect, field: &Field) -> ColumnSql {
    ColumnSql {
        name: field.column.to_string(),
        ty: dialect.column_type(ColumnType::of(&field.kind)),
        required: field.required,
        // A release that does not know the column leaves it out.
        default: match &field.default {
            Some(DefaultValue::Literal(value)) => Some(dialect.literal(value)),
            _ => None,
        },
    }
}

fn column_line(target: Target<'_>, field: &Field) -> String {
    let ColumnSql {
        ty,
        required,
        default,
        ..
    } = column_sql(target.dialect, field);
    let mut line = format!("{} {ty}", column(field));
    if matches!(field.kind, FieldKind::Id) {
        line.push_str(" PRIMARY KEY");
    }
    if required {
        line.push_str(" NOT NULL");
    }
    if let Some(default) = default {
        line.push_str(&format!(" DEFAULT {default}"));
    }
    // Authorship outlives the author, so `created_by` is no foreign key.
    if let Some(relation) = field.relation().filter(|_| !field.system)
        && target.dialect.references_inline()
    {
        line.push(' ');
        line.push_str(&reference(target, relation));
    }
    line
}

fn reference(target: Target<'_>, relation: &Relation) -> String {
    format!(
        "REFERENCES {} (\"id\") ON DELETE {}",
        table(target.definition.collection(relation.to)),
        on_delete(relation.on_delete)
    )
}

/// The references of a collection's own columns, where they are not part of its table's statement.
fn later_references(target: Target<'_>, collection: &Collection) -> Vec<ReferenceSql> {
    if target.dialect.references_inline() {
        return Vec::new();
    }
    let fields = collection
        .fields
        .iter()
        .filter(|field| field.is_column() && !field.system);
    fields
        .filter_map(|field| {
            let relation = field.relation()?;
            Some(ReferenceSql {
                name: constraint_name(&format!("{}.{}.reference", collection.table, field.column)),
                column: field.column.to_string(),
                target: target.definition.collection(relation.to).table.to_string(),
                action: on_delete(relation.on_delete),
            })
        })
        .collect()
}

fn on_delete(action: OnDelete) -> &'static str {
    match action {
        OnDelete::Restrict => "RESTRICT",
        OnDelete::Cascade => "CASCADE",
        OnDelete::SetNull => "SET NULL",
    }
}

/// The bounds of a field's type. Each constraint is named `collection.field.what`, so that a breach names its field.
fn field_constraints(dialect: Dialect, collection: &Collection, field: &Field) -> Vec<CheckSql> {
    let bounds = field_bounds(dialect, field, &column(field));
    let named = |(what, condition): (String, String)| CheckSql {
        name: bound_name(collection, field, &what),
        condition,
    };
    bounds.into_iter().map(named).collect()
}

/// What the type of a field demands of a value in SQL: what it is called, and the condition.
pub(crate) fn field_bounds(dialect: Dialect, field: &Field, name: &str) -> Vec<(String, String)> {
    let one_of = |options: &[String]| {
        let options: Vec<String> = options
            .iter()
            .map(|option| dialect.literal(&Value::Text(option.clone())))
            .collect();
        options.join(", ")
    };
    let bounds: Vec<(&str, String)> = match &field.kind {
        // A column of its own type holds nothing else.
        FieldKind::Id | FieldKind::Boolean if dialect == Dialect::Postgres => Vec::new(),
        FieldKind::Id => vec![("id", format!("length({name}) = 16"))],
        FieldKind::Text(text) => vec![(
            "length",
            format!("length({name}) BETWEEN {} AND {}", text.min, text.max),
        )],
        FieldKind::Integer { min, max } if (*min, *max) != (i64::MIN, i64::MAX) => {
            vec![("range", format!("{name} BETWEEN {min} AND {max}"))]
        }
        FieldKind::Decimal { min, max, scale, .. } => {
            // The name tells the scale: the same digits mean something else at another.
            let what = format!("decimal_{scale}");
            return vec![(what, format!("{name} BETWEEN {min} AND {max}"))];
        }
        FieldKind::Number { min, max } => vec![("range", format!("{name} BETWEEN {min:?} AND {max:?}"))],
        FieldKind::Boolean => vec![("boolean", format!("{name} IN (0, 1)"))],
        FieldKind::Date => vec![("date", dialect.is_date(name))],
        FieldKind::Select { options } => vec![("option", format!("{name} IN ({})", one_of(options)))],
        FieldKind::MultiSelect { .. } => vec![("list", dialect.is_json_array(name))],
        FieldKind::Json { .. } => vec![("json", dialect.is_json(name))],
        FieldKind::Email => vec![("email", format!("{name} LIKE '%_@_%' AND length({name}) <= 254"))],
        FieldKind::Url => vec![(
            "url",
            format!("{} AND length({name}) <= 2048", dialect.like(name, "http%://_%")),
        )],
        FieldKind::Integer { .. } | FieldKind::DateTime | FieldKind::Relation(_) => Vec::new(),
    };
    let bounds = bounds.into_iter();
    bounds
        .map(|(what, condition)| (what.to_owned(), condition))
        .collect()
}

/// SQL over bare columns that is true when a check is broken.
pub(crate) fn check_condition(target: Target<'_>, check: &Check) -> String {
    Compiler::with_inline_constants(target, "").truth(&check.expression, false)
}

/// A declared check; one whose values are missing passes, as SQL's CHECK does with null.
fn check_constraint(target: Target<'_>, collection: &Collection, check: &Check) -> CheckSql {
    let broken = check_condition(target, check);
    CheckSql {
        name: check_name(collection, check),
        condition: format!("{broken} IS NOT TRUE"),
    }
}

fn index_sql(dialect: Dialect, collection: &Collection) -> Vec<IndexSql> {
    let mut indexes = Vec::new();
    for index in &collection.indexes {
        let fields: Vec<&Field> = index.fields.iter().map(|id| collection.field(*id)).collect();
        let names: Vec<&str> = fields.iter().map(|field| field.column.as_str()).collect();
        let mut columns: Vec<String> = fields
            .iter()
            .map(|field| dialect.order(&column(field), false, !field.required))
            .collect();
        // The id at the end makes an index serve the order of a key-set page to the last tie.
        if !index.unique && !names.contains(&"id") {
            columns.push(quote("id"));
        }
        let living = if index.unique && collection.soft_delete {
            " WHERE \"deleted_at\" IS NULL"
        } else {
            ""
        };
        let kind = if index.unique { "unique" } else { "index" };
        indexes.push(IndexSql {
            name: index_name(collection, kind, &names),
            unique: index.unique,
            keys: format!("({}){living}", columns.join(", ")),
        });
    }
    if collection.soft_delete {
        indexes.push(IndexSql {
            name: constraint_name(&format!("{}.deleted", collection.table)),
            unique: false,
            keys: "(\"deleted_at\", \"id\") WHERE \"deleted_at\" IS NOT NULL".to_owned(),
        });
    }
    indexes
}

fn join_table_sql(target: Target<'_>, collection: &Collection, field: &Field) -> TableSql {
    let relation = field.relation().expect("only relations are no columns");
    let dialect = target.dialect;
    let name = join_table_name(collection, field);
    let (id, integer) = (
        dialect.column_type(ColumnType::Id),
        dialect.column_type(ColumnType::Integer),
    );
    let members = target.definition.collection(relation.to);
    let references = [
        ("owner", collection, "CASCADE"),
        ("target", members, on_delete(relation.on_delete)),
    ];
    let lines = references.iter().map(|(column, to, action)| {
        if dialect.references_inline() {
            let to = table(to);
            format!("\"{column}\" {id} NOT NULL REFERENCES {to} (\"id\") ON DELETE {action}")
        } else {
            format!("\"{column}\" {id} NOT NULL")
        }
    });
    let lines: Vec<String> = lines.collect();
    let create = format!(
        "CREATE TABLE {} (\n  {},\n  \"position\" {integer} NOT NULL,\n  PRIMARY KEY (\"owner\", \"target\")\n){}",
        quote(&name),
        lines.join(",\n  "),
        dialect.table_options(true),
    );
    let later = references.iter().filter(|_| !dialect.references_inline());
    let later = later.map(|(column, to, action)| ReferenceSql {
        name: constraint_name(&format!("{name}.{column}.reference")),
        column: (*column).to_owned(),
        target: to.table.to_string(),
        action,
    });
    let columns = [("owner", id), ("target", id), ("position", integer)];
    let columns = columns.map(|(name, ty)| ColumnSql {
        name: name.to_owned(),
        ty,
        required: true,
        default: None,
    });
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let parts = TableParts {
        references: later.collect(),
        indexes: vec![IndexSql {
            name: constraint_name(&format!("{name}.target")),
            unique: false,
            keys: "(\"target\", \"owner\")".to_owned(),
        }],
        checks: Vec::new(),
        columns: columns.to_vec(),
    };
    TableSql {
        create,
        columns: names.clone(),
        required: names,
        key: &["owner", "target"],
        ..table_of_parts(name, parts)
    }
}
