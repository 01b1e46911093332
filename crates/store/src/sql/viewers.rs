//! One record and many viewers: who of them sees it.

use mainstay_core::definition::Collection;
use mainstay_core::rules::Expr;

use super::columns::{OutputColumn, push_columns};
use super::dialect::Target;
use super::expression::{Compiler, TooComplex};
use super::names::table;
use super::record::RECORD;
use super::statement::{Slot, Statement};

/// The numbers of those viewers who see a record; after each, for the `asked` rules of fields, 1 where the viewer may
/// read the field and 0 where not.
///
/// Argument 0 is a JSON array of the viewers: hexadecimal ids, or null for whoever is not signed in. The record is given
/// by its values, as input, so that one can be asked about that stands no longer in its table: as it was before a change,
/// or removed for good. Everything else that `rule` and `filter` read is read from the tables, as it is now.
///
/// Without a rule every viewer passes it. What a client's filter reaches counts for those whom rules bind only where
/// they may read it; `guarded` says whether they do.
pub fn viewers_statement(
    target: Target<'_>,
    rule: Option<&Expr>,
    filter: Option<&Expr>,
    guarded: bool,
    asked: &[&Expr],
) -> Result<Statement, TooComplex> {
    let mut compiler = Compiler::new(target, "")
        .reading_record_from_input()
        .reading_user_from("v.id");
    let viewers = compiler.slot(Slot::Argument(0));
    let rows = target.dialect.numbered_ids(&viewers);
    compiler.push("SELECT v.n");
    for rule in asked {
        let permission = compiler.permission(rule);
        compiler.push(&format!(", {permission}"));
    }
    compiler.push(&format!(" FROM {rows} AS v WHERE "));
    match (rule, filter) {
        (None, None) => compiler.push("TRUE"),
        (Some(rule), None) => compiler.push_true(rule),
        (None, Some(filter)) => push_filter(&mut compiler, filter, guarded),
        (Some(rule), Some(filter)) => {
            // A filter works nothing out for whom the rule refuses: the time that it takes would tell. SQL promises no
            // order among conditions but in CASE.
            compiler.push("CASE WHEN ");
            compiler.push_true(rule);
            compiler.push(" THEN ");
            push_filter(&mut compiler, filter, guarded);
            compiler.push(" ELSE FALSE END");
        }
    }
    compiler.finish()
}

fn push_filter(compiler: &mut Compiler<'_>, filter: &Expr, guarded: bool) {
    if guarded {
        compiler.push_guarded(filter);
    } else {
        compiler.push_true(filter);
    }
}

/// Records whose ids stand in a JSON array of hexadecimal digits (argument 0), deleted or not, without a rule.
pub fn select_by_ids_either(
    target: Target<'_>,
    collection: &Collection,
    columns: &[OutputColumn],
) -> Statement {
    let mut compiler = Compiler::new(target, RECORD);
    compiler.push("SELECT ");
    push_columns(&mut compiler, collection, columns);
    compiler.push(&format!(
        " FROM {} AS {RECORD} WHERE {RECORD}.\"id\" IN ",
        table(collection)
    ));
    let ids = compiler.slot(Slot::Argument(0));
    compiler.push(&target.dialect.ids_from_json(&ids));
    compiler.finish().expect("there is no expression in it")
}
