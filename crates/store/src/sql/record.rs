//! Statements on single records.

use mainstay_core::definition::{Collection, Field, FieldAt, FieldId, SystemField};
use mainstay_core::rules::Expr;

use super::dialect::{Dialect, Target};
use super::expression::{Compiler, TooComplex};
use super::names::{column, join_table, table};
use super::statement::{Slot, Statement};

/// Alias of the record that a statement is about.
pub(super) const RECORD: &str = "r";

/// A field of an answer, in the order of the statement's columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputColumn {
    pub field: FieldId,
    /// The key with its quotes and colon, ready to write: names need no escaping. Empty: read, but not written.
    pub key: Vec<u8>,
}

impl OutputColumn {
    /// A column that is read for its value and left out of the answer.
    pub fn unwritten(field: FieldId) -> Self {
        Self {
            field,
            key: Vec::new(),
        }
    }
}

/// The columns for the wanted fields, in the order of the definition.
pub fn output_columns(collection: &Collection, wanted: impl Fn(&Field) -> bool) -> Vec<OutputColumn> {
    let wanted = collection.fields.iter().filter(|field| wanted(field));
    wanted
        .map(|field| OutputColumn {
            field: field.id,
            key: format!("\"{}\":", field.name).into_bytes(),
        })
        .collect()
}

/// `r."id", r."title", ...`
pub fn column_names(dialect: Dialect, collection: &Collection, columns: &[OutputColumn]) -> String {
    let names: Vec<String> = columns
        .iter()
        .map(|output| column_sql(dialect, collection, collection.field(output.field)))
        .collect();
    names.join(", ")
}

fn column_sql(dialect: Dialect, collection: &Collection, field: &Field) -> String {
    if field.is_column() {
        format!("{RECORD}.{}", column(field))
    } else {
        dialect.joined_ids(&join_table(collection, field), &format!("{RECORD}.\"id\""))
    }
}

/// Which records a statement sees where deletion is soft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Alive {
    Living,
    Deleted,
    /// Deleted at the very time of argument 1: what one delete took with it.
    DeletedAtArgument1,
    Either,
}

pub(super) fn push_alive(compiler: &mut Compiler<'_>, collection: &Collection, alive: Alive) {
    if !collection.soft_delete {
        return;
    }
    match alive {
        Alive::Either => {}
        Alive::Living => compiler.push(" AND r.\"deleted_at\" IS NULL"),
        Alive::Deleted => {
            // Few records are: without saying so, a list of them walks the whole table in its order.
            let deleted = compiler.dialect.unlikely("r.\"deleted_at\" IS NOT NULL");
            compiler.push(&format!(" AND {deleted}"));
        }
        Alive::DeletedAtArgument1 => {
            compiler.push(" AND r.\"deleted_at\" = ");
            compiler.push_slot(Slot::Argument(1));
        }
    }
}

fn compiler(target: Target<'_>) -> Compiler<'_> {
    Compiler::new(target, RECORD)
}

/// One record by its id (argument 0), if it passes the rule.
pub fn select_by_id(
    target: Target<'_>,
    collection: &Collection,
    columns: &[OutputColumn],
    rule: Option<&Expr>,
    alive: Alive,
) -> Result<Statement, TooComplex> {
    let mut compiler = compiler(target);
    let names = if columns.is_empty() {
        "1".to_owned()
    } else {
        column_names(target.dialect, collection, columns)
    };
    compiler.push(&format!(
        "SELECT {names} FROM {} AS {RECORD} WHERE {RECORD}.\"id\" = ",
        table(collection)
    ));
    compiler.push_slot(Slot::Argument(0));
    push_alive(&mut compiler, collection, alive);
    push_rule(&mut compiler, rule);
    compiler.finish()
}

/// Records whose ids stand in a JSON array of hexadecimal digits (argument 0), if they pass the rule.
pub fn select_by_ids(
    target: Target<'_>,
    collection: &Collection,
    columns: &[OutputColumn],
    rule: Option<&Expr>,
    alive: Alive,
) -> Result<Statement, TooComplex> {
    let mut compiler = compiler(target);
    let names = column_names(target.dialect, collection, columns);
    compiler.push(&format!(
        "SELECT {names} FROM {} AS {RECORD} WHERE {RECORD}.\"id\" IN ",
        table(collection)
    ));
    let ids = compiler.slot(Slot::Argument(0));
    compiler.push(&target.dialect.ids_from_json(&ids));
    push_alive(&mut compiler, collection, alive);
    push_rule(&mut compiler, rule);
    compiler.finish()
}

/// The records that point along `at` to any of the ids in a JSON array (argument 0): the first `argument 1` of each
/// owner by id. The last column is the owner's id.
pub fn select_back(
    target: Target<'_>,
    at: FieldAt,
    columns: &[OutputColumn],
    rule: Option<&Expr>,
) -> Result<Statement, TooComplex> {
    let collection = target.definition.collection(at.collection);
    let field = collection.field(at.field);
    let mut compiler = compiler(target);
    let names = column_names(target.dialect, collection, columns);
    let (from, owner) = if field.is_column() {
        (
            format!("{} AS {RECORD}", table(collection)),
            format!("{RECORD}.{}", column(field)),
        )
    } else {
        let join = join_table(collection, field);
        (
            format!(
                "{join} AS j JOIN {} AS {RECORD} ON {RECORD}.\"id\" = j.\"owner\"",
                table(collection)
            ),
            "j.\"target\"".to_owned(),
        )
    };
    let inner_columns = if names.is_empty() {
        String::new()
    } else {
        format!("{names}, ")
    };
    compiler.push(&format!(
        "SELECT * FROM (SELECT {inner_columns}{owner} AS \"the owner\", \
         row_number() OVER (PARTITION BY {owner} ORDER BY {RECORD}.\"id\") AS \"the rank\" FROM {from} WHERE {owner} IN "
    ));
    let ids = compiler.slot(Slot::Argument(0));
    compiler.push(&target.dialect.ids_from_json(&ids));
    push_alive(&mut compiler, collection, Alive::Living);
    push_rule(&mut compiler, rule);
    compiler.push(") AS ranked WHERE \"the rank\" <= ");
    compiler.push_slot(Slot::Argument(1));
    compiler.push(" ORDER BY \"the owner\", \"the rank\"");
    compiler.finish()
}

/// The records that point along `at` to one id (argument 0), as many as argument 2 at most.
pub fn select_referring(
    target: Target<'_>,
    at: FieldAt,
    columns: &[OutputColumn],
    alive: Alive,
) -> Result<Statement, TooComplex> {
    let collection = target.definition.collection(at.collection);
    let field = collection.field(at.field);
    let mut compiler = compiler(target);
    let names = column_names(target.dialect, collection, columns);
    let owner = table(collection);
    if field.is_column() {
        compiler.push(&format!(
            "SELECT {names} FROM {owner} AS {RECORD} WHERE {RECORD}.{} = ",
            column(field)
        ));
    } else {
        let join = join_table(collection, field);
        compiler.push(&format!(
            "SELECT {names} FROM {join} AS j JOIN {owner} AS {RECORD} ON {RECORD}.\"id\" = j.\"owner\" \
             WHERE j.\"target\" = "
        ));
    }
    compiler.push_slot(Slot::Argument(0));
    push_alive(&mut compiler, collection, alive);
    compiler.push(" LIMIT ");
    compiler.push_slot(Slot::Argument(2));
    compiler.finish()
}

/// `1` when the stored record (argument 0) breaks a check: its expression is false.
pub fn select_broken(
    target: Target<'_>,
    collection: &Collection,
    check: &Expr,
) -> Result<Statement, TooComplex> {
    let mut compiler = compiler(target);
    compiler.push(&format!(
        "SELECT 1 FROM {} AS {RECORD} WHERE {RECORD}.\"id\" = ",
        table(collection)
    ));
    compiler.push_slot(Slot::Argument(0));
    compiler.push(" AND ");
    compiler.push_false(check);
    compiler.finish()
}

/// `1` when the input breaks a check, before it is written: every column is read from the input.
pub fn select_input_broken(target: Target<'_>, check: &Expr) -> Result<Statement, TooComplex> {
    let mut compiler = Compiler::new(target, "").reading_record_from_input();
    compiler.push("SELECT 1 WHERE ");
    compiler.push_false(check);
    compiler.finish()
}

/// `1` when the input fulfils a condition over the record's own fields: every column is read from the input.
pub fn select_input_fulfils(target: Target<'_>, condition: &Expr) -> Result<Statement, TooComplex> {
    let mut compiler = Compiler::new(target, "").reading_record_from_input();
    compiler.push("SELECT 1 WHERE ");
    compiler.push_true(condition);
    compiler.finish()
}

/// Inserts the input if it passes the rule; changes no row when it does not.
pub fn insert_statement(
    target: Target<'_>,
    collection: &Collection,
    rule: Option<&Expr>,
) -> Result<Statement, TooComplex> {
    let mut compiler = compiler(target);
    let fields: Vec<&Field> = collection
        .fields
        .iter()
        .filter(|field| field.is_column())
        .collect();
    let names: Vec<String> = fields.iter().map(|field| column(field)).collect();
    compiler.push(&format!(
        "INSERT INTO {} ({}) SELECT ",
        table(collection),
        names.join(", ")
    ));
    for (position, field) in fields.iter().enumerate() {
        if position > 0 {
            compiler.push(", ");
        }
        let input = compiler.input(field);
        compiler.push(&input);
    }
    if let Some(rule) = rule {
        compiler.push(" WHERE ");
        compiler.push_true(rule);
    }
    compiler.finish()
}

/// Sets some columns from the input, and the version, where id (argument 0) and version (argument 1) are still these.
pub fn update_statement(collection: &Collection, changed: &[FieldId]) -> Statement {
    let mut statement = Statement::default();
    statement.push(&format!("UPDATE {} SET ", table(collection)));
    let system = [SystemField::Version.id(), SystemField::UpdatedAt.id()];
    for (position, id) in system.iter().chain(changed).enumerate() {
        statement.push(if position > 0 { ", " } else { "" });
        statement.push(&column(collection.field(*id)));
        statement.push(" = ");
        statement.push_slot(Slot::Input(*id));
    }
    statement.push(" WHERE \"id\" = ");
    statement.push_slot(Slot::Argument(0));
    statement.push(" AND \"version\" = ");
    statement.push_slot(Slot::Argument(1));
    statement
}

/// Removes one record by its id (argument 0).
pub fn delete_statement(collection: &Collection) -> Statement {
    let mut statement = Statement::default();
    statement.push(&format!("DELETE FROM {} WHERE \"id\" = ", table(collection)));
    statement.push_slot(Slot::Argument(0));
    statement
}

pub(super) fn push_rule(compiler: &mut Compiler<'_>, rule: Option<&Expr>) {
    if let Some(rule) = rule {
        compiler.push(" AND ");
        compiler.push_true(rule);
    }
}
