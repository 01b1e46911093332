//! Tables, constraints and indexes of a collection.
//!
//! What the definition demands of a value the database demands too, so that direct SQL cannot write what the API would
//! refuse. Only patterns, JSON Schemas and checks that follow relations are left to the server.

use mainstay_core::Value;
use mainstay_core::definition::{Check, Collection, Definition, Field, FieldKind, OnDelete};

use super::dialect::{self, column_type};
use super::expression::Compiler;
use super::names::{column, join_table, quote, table};

/// The statements that make one table with its indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSql {
    pub name: String,
    pub create: String,
    /// Names and statements.
    pub indexes: Vec<(String, String)>,
    /// Columns in their order, for copying rows when a table is rebuilt.
    pub columns: Vec<String>,
}

/// The table of a collection, then the join tables of its relations to many.
pub fn table_sql(definition: &Definition, collection: &Collection) -> Vec<TableSql> {
    let mut tables = vec![own_table(definition, collection)];
    for field in collection.fields.iter().filter(|field| !field.is_column()) {
        tables.push(join_table_sql(definition, collection, field));
    }
    tables
}

fn own_table(definition: &Definition, collection: &Collection) -> TableSql {
    let mut lines = Vec::new();
    let mut columns = Vec::new();
    for field in collection.fields.iter().filter(|field| field.is_column()) {
        lines.push(column_line(definition, field));
        columns.push(field.name.to_string());
    }
    for field in collection.fields.iter().filter(|field| field.is_column()) {
        lines.extend(field_constraints(collection, field));
    }
    for check in collection.checks.iter().filter(|check| !check.needs_query) {
        lines.push(check_constraint(definition, collection, check));
    }
    let name = collection.name.to_string();
    TableSql {
        create: format!(
            "CREATE TABLE {} (\n  {}\n) STRICT",
            quote(&name),
            lines.join(",\n  ")
        ),
        indexes: index_sql(collection),
        columns,
        name,
    }
}

fn column_line(definition: &Definition, field: &Field) -> String {
    let mut line = format!("{} {}", column(&field.name), column_type(&field.kind));
    if matches!(field.kind, FieldKind::Id) {
        line.push_str(" PRIMARY KEY");
    }
    if field.required {
        line.push_str(" NOT NULL");
    }
    // Authorship outlives the author, so `created_by` is no foreign key.
    if let Some(relation) = field.relation().filter(|_| !field.system) {
        let target = definition.collection(relation.to);
        line.push_str(&format!(
            " REFERENCES {} (\"id\") ON DELETE {}",
            table(target),
            on_delete(relation.on_delete)
        ));
    }
    line
}

fn on_delete(action: OnDelete) -> &'static str {
    match action {
        OnDelete::Restrict => "RESTRICT",
        OnDelete::Cascade => "CASCADE",
        OnDelete::SetNull => "SET NULL",
    }
}

/// The bounds of a field's type. Each constraint is named `collection.field.what`, so that a breach names its field.
fn field_constraints(collection: &Collection, field: &Field) -> Vec<String> {
    let name = column(&field.name);
    let one_of = |options: &[String]| {
        let options: Vec<String> = options
            .iter()
            .map(|option| dialect::literal(&Value::Text(option.clone())))
            .collect();
        options.join(", ")
    };
    let bounds: Vec<(&str, String)> = match &field.kind {
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
            return vec![format!(
                "CONSTRAINT {} CHECK ({name} BETWEEN {min} AND {max})",
                quote(&decimal_constraint(collection, field, *scale))
            )];
        }
        FieldKind::Number { min, max } => vec![("range", format!("{name} BETWEEN {min:?} AND {max:?}"))],
        FieldKind::Boolean => vec![("boolean", format!("{name} IN (0, 1)"))],
        FieldKind::Date => vec![("date", format!("{name} IS date({name})"))],
        FieldKind::Select { options } => vec![("option", format!("{name} IN ({})", one_of(options)))],
        FieldKind::MultiSelect { .. } => vec![("list", format!("json_type({name}) = 'array'"))],
        FieldKind::Json { .. } => vec![("json", format!("json_valid({name})"))],
        FieldKind::Email => vec![("email", format!("{name} LIKE '%_@_%' AND length({name}) <= 254"))],
        FieldKind::Url => vec![(
            "url",
            format!("{name} LIKE 'http%://_%' AND length({name}) <= 2048"),
        )],
        FieldKind::Integer { .. } | FieldKind::DateTime | FieldKind::Relation(_) => Vec::new(),
    };
    let named = |(what, condition): (&str, String)| {
        format!(
            "CONSTRAINT {} CHECK ({condition})",
            quote(&format!("{}.{}.{what}", collection.name, field.name))
        )
    };
    bounds.into_iter().map(named).collect()
}

fn decimal_constraint(collection: &Collection, field: &Field, scale: u8) -> String {
    format!("{}.{}.decimal_{scale}", collection.name, field.name)
}

/// A declared check; one whose values are missing passes, as SQL's CHECK does with null.
fn check_constraint(definition: &Definition, collection: &Collection, check: &Check) -> String {
    let mut compiler = Compiler::with_inline_constants(definition, "");
    let broken = compiler.truth(&check.expression, false);
    let name = quote(&format!("{}.check.{}", collection.name, check.name));
    format!("CONSTRAINT {name} CHECK ({broken} IS NOT TRUE)")
}

fn index_sql(collection: &Collection) -> Vec<(String, String)> {
    let own = table(collection);
    let mut statements = Vec::new();
    for index in &collection.indexes {
        let names: Vec<&str> = index
            .fields
            .iter()
            .map(|id| collection.field(*id).name.as_str())
            .collect();
        let mut columns: Vec<String> = names.iter().map(|name| quote(name)).collect();
        let unique = if index.unique { "UNIQUE " } else { "" };
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
        let name = format!("{}.{kind}.{}", collection.name, names.join("."));
        let sql = format!(
            "CREATE {unique}INDEX {} ON {own} ({}){living}",
            quote(&name),
            columns.join(", ")
        );
        statements.push((name, sql));
    }
    if collection.soft_delete {
        let name = format!("{}.deleted", collection.name);
        let sql = format!(
            "CREATE INDEX {} ON {own} (\"deleted_at\", \"id\") WHERE \"deleted_at\" IS NOT NULL",
            quote(&name)
        );
        statements.push((name, sql));
    }
    statements
}

fn join_table_sql(definition: &Definition, collection: &Collection, field: &Field) -> TableSql {
    let relation = field.relation().expect("only relations are no columns");
    let target = definition.collection(relation.to);
    let name = format!("{}__{}", collection.name, field.name);
    let create = format!(
        "CREATE TABLE {} (\n  \"owner\" BLOB NOT NULL REFERENCES {} (\"id\") ON DELETE CASCADE,\n  \
         \"target\" BLOB NOT NULL REFERENCES {} (\"id\") ON DELETE {},\n  \"position\" INTEGER NOT NULL,\n  \
         PRIMARY KEY (\"owner\", \"target\")\n) STRICT, WITHOUT ROWID",
        join_table(collection, field),
        table(collection),
        table(target),
        on_delete(relation.on_delete),
    );
    let index = format!("{name}.target");
    let index_sql = format!(
        "CREATE INDEX {} ON {} (\"target\", \"owner\")",
        quote(&index),
        quote(&name)
    );
    TableSql {
        name,
        create,
        indexes: vec![(index, index_sql)],
        columns: ["owner", "target", "position"].map(str::to_owned).to_vec(),
    }
}
