//! Statements on single records.

use mainstay_core::definition::{Collection, Field, FieldAt, FieldId, SystemField};
use mainstay_core::rules::Expr;

use super::columns::{OutputColumn, push_columns};
use super::dialect::Target;
use super::expression::{Compiler, TooComplex};
use super::names::{column, join_table, table};
use super::statement::{Slot, Statement};

/// Alias of the record that a statement is about.
pub(super) const RECORD: &str = "r";

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
    compiler.push("SELECT ");
    if columns.is_empty() {
        compiler.push("1");
    }
    push_columns(&mut compiler, collection, columns);
    compiler.push(&format!(
        " FROM {} AS {RECORD} WHERE {RECORD}.\"id\" = ",
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
    compiler.push("SELECT ");
    push_columns(&mut compiler, collection, columns);
    compiler.push(&format!(
        " FROM {} AS {RECORD} WHERE {RECORD}.\"id\" IN ",
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
    compiler.push("SELECT * FROM (SELECT ");
    push_columns(&mut compiler, collection, columns);
    let separator = if columns.is_empty() { "" } else { ", " };
    compiler.push(&format!(
        "{separator}{owner} AS \"the owner\", \
         row_number() OVER (PARTITION BY {owner} ORDER BY {RECORD}.\"id\") AS \"the rank\" FROM {from} WHERE {owner} IN "
    ));
    let ids = compiler.slot(Slot::Argument(0));
    compiler.push(&target.dialect.ids_from_json(&ids));
    push_alive(&mut compiler, collection, Alive::Living);
    push_rule(&mut compiler, rule);
    if rule.is_some() {
        // Along a relation that the caller may not read they do not look back either.
        push_rule(&mut compiler, field.read.as_ref());
    }
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
    let owner = table(collection);
    compiler.push("SELECT ");
    push_columns(&mut compiler, collection, columns);
    if field.is_column() {
        compiler.push(&format!(
            " FROM {owner} AS {RECORD} WHERE {RECORD}.{} = ",
            column(field)
        ));
    } else {
        let join = join_table(collection, field);
        compiler.push(&format!(
            " FROM {join} AS j JOIN {owner} AS {RECORD} ON {RECORD}.\"id\" = j.\"owner\" \
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

/// A column of 1 or 0 for each condition about the record (argument 0), deleted or not, and perhaps the input.
pub fn select_permissions(
    target: Target<'_>,
    collection: &Collection,
    conditions: &[&Expr],
) -> Result<Statement, TooComplex> {
    let mut compiler = compiler(target);
    push_permissions(&mut compiler, conditions);
    compiler.push(&format!(
        " FROM {} AS {RECORD} WHERE {RECORD}.\"id\" = ",
        table(collection)
    ));
    compiler.push_slot(Slot::Argument(0));
    compiler.finish()
}

/// The same about the input alone, before it is written: `record` is the input too.
pub fn select_input_permissions(target: Target<'_>, conditions: &[&Expr]) -> Result<Statement, TooComplex> {
    let mut compiler = Compiler::new(target, "").reading_record_from_input();
    push_permissions(&mut compiler, conditions);
    compiler.finish()
}

fn push_permissions(compiler: &mut Compiler<'_>, conditions: &[&Expr]) {
    for (position, condition) in conditions.iter().enumerate() {
        let permission = compiler.permission(condition);
        compiler.push(if position > 0 { ", " } else { "SELECT " });
        compiler.push(&permission);
    }
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
