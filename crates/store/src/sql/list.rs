//! Lists: filter, rule, sort and key-set page in one statement.

use mainstay_core::definition::{Collection, FieldId, SystemField};
use mainstay_core::rules::{Expr, Node, Root};

use super::columns::{OutputColumn, push_columns};
use super::dialect::Target;
use super::expression::{Compiler, TooComplex};
use super::names::{column, table};
use super::record::{Alive, RECORD, push_alive, push_rule};
use super::statement::{Slot, Statement};

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortTerm {
    pub field: FieldId,
    pub descending: bool,
    /// Can the column be null? Nulls sort before every value.
    pub nullable: bool,
}

/// Where a page starts: after the row with these sort values. Which of them are null shapes the statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    pub nulls: Vec<bool>,
}

/// Everything that shapes the statement of a list; its values come as arguments.
#[derive(Debug)]
pub struct ListShape<'a> {
    pub columns: &'a [OutputColumn],
    /// What the client wrote.
    pub filter: Option<&'a Expr>,
    /// Must what the filter reaches, and what the list is sorted by, be readable by the client?
    pub guarded: bool,
    pub rules: &'a [&'a Expr],
    /// Ends with the id, so that no two rows are equal.
    pub sort: &'a [SortTerm],
    pub after: Option<&'a After>,
    pub alive: Alive,
}

/// Argument 0 is the number of rows, the arguments after it the sort values to start after.
///
/// The answer has the columns of the shape and then one column for each sort term.
pub fn list_statement(
    target: Target<'_>,
    collection: &Collection,
    shape: &ListShape<'_>,
) -> Result<Statement, TooComplex> {
    let mut compiler = Compiler::new(target, RECORD);
    let sort_names: Vec<String> = shape
        .sort
        .iter()
        .map(|term| sort_column(&mut compiler, collection, *term, shape.guarded))
        .collect();
    compiler.push("SELECT ");
    push_columns(&mut compiler, collection, shape.columns);
    let separator = if shape.columns.is_empty() { "" } else { ", " };
    compiler.push(&format!("{separator}{}", sort_names.join(", ")));
    push_source(&mut compiler, collection, shape);
    if let Some(after) = shape.after {
        compiler.push(" AND ");
        push_after(&mut compiler, &sort_names, shape.sort, after);
    }
    let order: Vec<String> = shape
        .sort
        .iter()
        .zip(&sort_names)
        .map(|(term, name)| target.dialect.order(name, term.descending, term.nullable))
        .collect();
    compiler.push(&format!(" ORDER BY {} LIMIT ", order.join(", ")));
    compiler.push_slot(Slot::Argument(0));
    compiler.finish()
}

/// Counts what the list holds, up to `argument 0`.
pub fn count_statement(
    target: Target<'_>,
    collection: &Collection,
    shape: &ListShape<'_>,
) -> Result<Statement, TooComplex> {
    let mut compiler = Compiler::new(target, RECORD);
    compiler.push("SELECT count(*) FROM (SELECT 1");
    push_source(&mut compiler, collection, shape);
    compiler.push(" LIMIT ");
    compiler.push_slot(Slot::Argument(0));
    compiler.push(") AS counted");
    compiler.finish()
}

fn push_source(compiler: &mut Compiler<'_>, collection: &Collection, shape: &ListShape<'_>) {
    compiler.push(&format!(" FROM {} AS {RECORD} WHERE TRUE", table(collection)));
    push_alive(compiler, collection, shape.alive);
    for rule in shape.rules {
        push_rule(compiler, Some(rule));
    }
    let Some(filter) = shape.filter else { return };
    let parts = match &filter.node {
        Node::And(parts) => parts.as_slice(),
        _ => std::slice::from_ref(filter),
    };
    if !shape.guarded {
        for part in parts {
            push_rule(compiler, Some(part));
        }
        return;
    }
    let (plain, others): (Vec<&Expr>, Vec<&Expr>) = parts.iter().partition(|part| is_plain(collection, part));
    for part in plain {
        compiler.push(" AND ");
        compiler.push_guarded(part);
    }
    push_after_rules(compiler, shape.rules, &others);
}

/// A comparison of the record's own column with a constant: it may use an index, and takes the same time for every row.
fn is_plain(collection: &Collection, expr: &Expr) -> bool {
    let is_column = |expr: &Expr| {
        matches!(&expr.node, Node::Field { record, field } if record.root == Root::Record && record.steps.is_empty()
            && collection.field(*field).read.is_none())
    };
    let is_constant = |expr: &Expr| matches!(expr.node, Node::Literal(_) | Node::Now | Node::AuthId);
    match &expr.node {
        Node::Compare { left, right, .. } => {
            (is_column(left) && is_constant(right)) || (is_constant(left) && is_column(right))
        }
        Node::InList { item, options } => is_column(item) && options.iter().all(is_constant),
        Node::Has(inner) | Node::Not(inner) => is_column(inner),
        Node::Field { .. } => is_column(expr),
        _ => false,
    }
}

/// What a client's filter works out, it works out on rows that the client may see and on no others: the time that it
/// takes would tell about the others. SQL promises no order among conditions but in CASE.
fn push_after_rules(compiler: &mut Compiler<'_>, rules: &[&Expr], filters: &[&Expr]) {
    if filters.is_empty() {
        return;
    }
    compiler.push(" AND CASE WHEN TRUE");
    for rule in rules {
        push_rule(compiler, Some(rule));
    }
    compiler.push(" THEN TRUE");
    for filter in filters {
        compiler.push(" AND ");
        compiler.push_guarded(filter);
    }
    compiler.push(" ELSE FALSE END");
}

/// What the client may not read sorts as null: where a record stands in the list would tell its value.
fn sort_column(
    compiler: &mut Compiler<'_>,
    collection: &Collection,
    term: SortTerm,
    guarded: bool,
) -> String {
    let field = collection.field(term.field);
    let value = format!("{RECORD}.{}", column(field));
    if guarded {
        compiler.masked_value(field, value)
    } else {
        value
    }
}

/// The rows strictly after the given sort values.
fn push_after(compiler: &mut Compiler<'_>, names: &[String], sort: &[SortTerm], after: &After) {
    let uniform = sort
        .iter()
        .all(|term| term.descending == sort[0].descending && !term.nullable);
    if uniform {
        // A row value comparison is one range of an index.
        let sign = if sort[0].descending { "<" } else { ">" };
        compiler.push(&format!("({}) {sign} (", names.join(", ")));
        for position in 0..sort.len() {
            compiler.push(if position > 0 { ", " } else { "" });
            compiler.push_slot(argument(position));
        }
        compiler.push(")");
        return;
    }
    // a > x OR (a = x AND (b > y OR ...)); the bound on the first key, said again in front, gives the index its range.
    compiler.push("(");
    push_bound(compiler, &names[0], sort[0], after.nulls[0]);
    for position in 0..sort.len() {
        compiler.push(" AND (");
        push_beyond(
            compiler,
            &names[position],
            sort[position],
            position,
            after.nulls[position],
        );
        if position + 1 < sort.len() {
            compiler.push(" OR (");
            push_same(compiler, &names[position], position, after.nulls[position]);
        }
    }
    for position in 0..sort.len() {
        compiler.push(if position + 1 < sort.len() { "))" } else { ")" });
    }
    compiler.push(")");
}

fn argument(position: usize) -> Slot {
    Slot::Argument(u16::try_from(position + 1).expect("a sort has few fields"))
}

/// At or after the first key's value.
fn push_bound(compiler: &mut Compiler<'_>, name: &str, term: SortTerm, null: bool) {
    match (term.descending, null) {
        (false, true) => compiler.push("TRUE"),
        (true, true) => compiler.push(&format!("{name} IS NULL")),
        (false, false) => push_comparison(compiler, name, ">=", 0),
        (true, false) if term.nullable => {
            compiler.push("(");
            push_comparison(compiler, name, "<=", 0);
            compiler.push(&format!(" OR {name} IS NULL)"));
        }
        (true, false) => push_comparison(compiler, name, "<=", 0),
    }
}

/// Strictly after one key's value; nulls come first, or last when descending.
fn push_beyond(compiler: &mut Compiler<'_>, name: &str, term: SortTerm, position: usize, null: bool) {
    match (term.descending, null) {
        (false, true) => compiler.push(&format!("{name} IS NOT NULL")),
        (true, true) => compiler.push("FALSE"),
        (false, false) => push_comparison(compiler, name, ">", position),
        (true, false) => {
            compiler.push("(");
            push_comparison(compiler, name, "<", position);
            compiler.push(&format!(" OR {name} IS NULL)"));
        }
    }
}

fn push_same(compiler: &mut Compiler<'_>, name: &str, position: usize, null: bool) {
    if null {
        compiler.push(&format!("{name} IS NULL"));
    } else {
        push_comparison(compiler, name, "=", position);
    }
}

fn push_comparison(compiler: &mut Compiler<'_>, name: &str, sign: &str, position: usize) {
    compiler.push(&format!("{name} {sign} "));
    compiler.push_slot(argument(position));
}

/// The sort terms of an order, with the id at the end.
pub fn sort_terms(collection: &Collection, keys: impl IntoIterator<Item = (FieldId, bool)>) -> Vec<SortTerm> {
    let mut terms: Vec<SortTerm> = Vec::new();
    for (field, descending) in keys {
        if !terms.iter().any(|term| term.field == field) {
            terms.push(SortTerm {
                field,
                descending,
                nullable: !collection.field(field).required || collection.field(field).read.is_some(),
            });
        }
    }
    let id = SystemField::Id.id();
    if !terms.iter().any(|term| term.field == id) {
        let descending = terms.last().is_some_and(|term| term.descending);
        terms.push(SortTerm {
            field: id,
            descending,
            nullable: false,
        });
    }
    terms
}
