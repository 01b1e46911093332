//! What one part of an expression is worth: for telling why a rule decided as it did.

use mainstay_core::definition::Collection;
use mainstay_core::rules::Expr;

use super::dialect::Target;
use super::expression::{Compiler, TooComplex};
use super::names::table;
use super::record::RECORD;
use super::statement::{Slot, Statement};

/// What an expression is about.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    /// A record (argument 0), deleted or not, and perhaps the input.
    Stored(&'a Collection),
    /// The input alone, before it is written: `record` is the input too.
    Input,
}

/// 1 for a condition that is true, 0 for one that is false, null for one that is neither.
pub fn select_truth(target: Target<'_>, about: About<'_>, condition: &Expr) -> Result<Statement, TooComplex> {
    select(target, about, |compiler| {
        let (yes, no) = (compiler.truth(condition, true), compiler.truth(condition, false));
        format!("CASE WHEN {yes} THEN 1 WHEN {no} THEN 0 END")
    })
}

/// The value of an expression, as a column of a field of its type holds it.
pub fn select_value(target: Target<'_>, about: About<'_>, value: &Expr) -> Result<Statement, TooComplex> {
    select(target, about, |compiler| compiler.value(value))
}

fn select<'d>(
    target: Target<'d>,
    about: About<'_>,
    column: impl FnOnce(&mut Compiler<'d>) -> String,
) -> Result<Statement, TooComplex> {
    let mut compiler = match about {
        About::Stored(_) => Compiler::new(target, RECORD),
        About::Input => Compiler::new(target, "").reading_record_from_input(),
    };
    let column = column(&mut compiler);
    compiler.push(&format!("SELECT {column}"));
    if let About::Stored(collection) = about {
        compiler.push(&format!(
            " FROM {} AS {RECORD} WHERE {RECORD}.\"id\" = ",
            table(collection)
        ));
        compiler.push_slot(Slot::Argument(0));
    }
    compiler.finish()
}
