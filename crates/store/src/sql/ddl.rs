//! Tables, constraints and indexes of a collection.
//!
//! What the definition demands of a value the database demands too, so that direct SQL cannot write what the API would
//! refuse. Only patterns, JSON Schemas and checks that follow relations are left to the server.

use mainstay_core::Value;
use mainstay_core::definition::{Check, Collection, Field, FieldKind, OnDelete, Relation};

use super::dialect::{ColumnType, Dialect, Target};
use super::expression::Compiler;
use super::names::{
    bound_name, check_name, column, constraint_name, index_name, join_table_name, quote, table,
};

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
    /// Columns of the primary key.
    pub key: &'static [&'static str],
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
    let mut lines = Vec::new();
    let mut columns = Vec::new();
    for field in collection.fields.iter().filter(|field| field.is_column()) {
        lines.push(column_line(target, field));
        columns.push(field.name.to_string());
    }
    for field in collection.fields.iter().filter(|field| field.is_column()) {
        lines.extend(field_constraints(target.dialect, collection, field));
    }
    for check in collection.checks.iter().filter(|check| !check.needs_query) {
        lines.push(check_constraint(target, collection, check));
    }
    let name = collection.name.to_string();
    TableSql {
        create: format!(
            "CREATE TABLE {} (\n  {}\n){}",
            quote(&name),
            lines.join(",\n  "),
            target.dialect.table_options(false)
        ),
        indexes: index_sql(target.dialect, collection),
        references: later_references(target, collection),
        columns,
        key: &["id"],
        name,
    }
}

fn column_line(target: Target<'_>, field: &Field) -> String {
    let ty = target.dialect.column_type(ColumnType::of(&field.kind));
    let mut line = format!("{} {ty}", column(&field.name));
    if matches!(field.kind, FieldKind::Id) {
        line.push_str(" PRIMARY KEY");
    }
    if field.required {
        line.push_str(" NOT NULL");
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
fn later_references(target: Target<'_>, collection: &Collection) -> Vec<(String, String)> {
    if target.dialect.references_inline() {
        return Vec::new();
    }
    let fields = collection
        .fields
        .iter()
        .filter(|field| field.is_column() && !field.system);
    fields
        .filter_map(|field| {
            let name = constraint_name(&format!("{}.{}.reference", collection.name, field.name));
            let reference = reference(target, field.relation()?);
            let sql = format!(
                "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) {reference} DEFERRABLE",
                table(collection),
                quote(&name),
                column(&field.name)
            );
            Some((name, sql))
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
fn field_constraints(dialect: Dialect, collection: &Collection, field: &Field) -> Vec<String> {
    let name = column(&field.name);
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
            return vec![format!(
                "CONSTRAINT {} CHECK ({name} BETWEEN {min} AND {max})",
                quote(&decimal_constraint(collection, field, *scale))
            )];
        }
        FieldKind::Number { min, max } => vec![("range", format!("{name} BETWEEN {min:?} AND {max:?}"))],
        FieldKind::Boolean => vec![("boolean", format!("{name} IN (0, 1)"))],
        FieldKind::Date => vec![("date", dialect.is_date(&name))],
        FieldKind::Select { options } => vec![("option", format!("{name} IN ({})", one_of(options)))],
        FieldKind::MultiSelect { .. } => vec![("list", dialect.is_json_array(&name))],
        FieldKind::Json { .. } => vec![("json", dialect.is_json(&name))],
        FieldKind::Email => vec![("email", format!("{name} LIKE '%_@_%' AND length({name}) <= 254"))],
        FieldKind::Url => vec![(
            "url",
            format!("{} AND length({name}) <= 2048", dialect.like(&name, "http%://_%")),
        )],
        FieldKind::Integer { .. } | FieldKind::DateTime | FieldKind::Relation(_) => Vec::new(),
    };
    let named = |(what, condition): (&str, String)| {
        format!(
            "CONSTRAINT {} CHECK ({condition})",
            quote(&bound_name(collection, field, what))
        )
    };
    bounds.into_iter().map(named).collect()
}

fn decimal_constraint(collection: &Collection, field: &Field, scale: u8) -> String {
    bound_name(collection, field, &format!("decimal_{scale}"))
}

/// A declared check; one whose values are missing passes, as SQL's CHECK does with null.
fn check_constraint(target: Target<'_>, collection: &Collection, check: &Check) -> String {
    let mut compiler = Compiler::with_inline_constants(target, "");
    let broken = compiler.truth(&check.expression, false);
    let name = quote(&check_name(collection, check));
    format!("CONSTRAINT {name} CHECK ({broken} IS NOT TRUE)")
}

fn index_sql(dialect: Dialect, collection: &Collection) -> Vec<(String, String)> {
    let own = table(collection);
    let mut statements = Vec::new();
    for index in &collection.indexes {
        let fields: Vec<&Field> = index.fields.iter().map(|id| collection.field(*id)).collect();
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        let mut columns: Vec<String> = fields
            .iter()
            .map(|field| dialect.order(&column(&field.name), false, !field.required))
            .collect();
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
        let name = index_name(collection, kind, &names);
        let sql = format!(
            "CREATE {unique}INDEX {} ON {own} ({}){living}",
            quote(&name),
            columns.join(", ")
        );
        statements.push((name, sql));
    }
    if collection.soft_delete {
        let name = constraint_name(&format!("{}.deleted", collection.name));
        let sql = format!(
            "CREATE INDEX {} ON {own} (\"deleted_at\", \"id\") WHERE \"deleted_at\" IS NOT NULL",
            quote(&name)
        );
        statements.push((name, sql));
    }
    statements
}

fn join_table_sql(target: Target<'_>, collection: &Collection, field: &Field) -> TableSql {
    let relation = field.relation().expect("only relations are no columns");
    let dialect = target.dialect;
    let name = join_table_name(collection, field);
    let own = table(collection);
    let members = table(target.definition.collection(relation.to));
    let action = on_delete(relation.on_delete);
    let (id, position) = (
        dialect.column_type(ColumnType::Id),
        dialect.column_type(ColumnType::Integer),
    );
    let references = [
        ("owner", format!("REFERENCES {own} (\"id\") ON DELETE CASCADE")),
        (
            "target",
            format!("REFERENCES {members} (\"id\") ON DELETE {action}"),
        ),
    ];
    let lines = references.iter().map(|(column, reference)| {
        if dialect.references_inline() {
            format!("\"{column}\" {id} NOT NULL {reference}")
        } else {
            format!("\"{column}\" {id} NOT NULL")
        }
    });
    let lines: Vec<String> = lines.collect();
    let create = format!(
        "CREATE TABLE {} (\n  {},\n  \"position\" {position} NOT NULL,\n  PRIMARY KEY (\"owner\", \"target\")\n){}",
        quote(&name),
        lines.join(",\n  "),
        dialect.table_options(true),
    );
    let later = references.iter().filter(|_| !dialect.references_inline());
    let later = later.map(|(column, reference)| {
        let key = constraint_name(&format!("{name}.{column}.reference"));
        let sql = format!(
            "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY (\"{column}\") {reference} DEFERRABLE",
            quote(&name),
            quote(&key)
        );
        (key, sql)
    });
    let index = constraint_name(&format!("{name}.target"));
    let index_sql = format!(
        "CREATE INDEX {} ON {} (\"target\", \"owner\")",
        quote(&index),
        quote(&name)
    );
    TableSql {
        create,
        indexes: vec![(index, index_sql)],
        references: later.collect(),
        columns: ["owner", "target", "position"].map(str::to_owned).to_vec(),
        key: &["owner", "target"],
        name,
    }
}
