//! Names of fields inside expressions over one record.

use crate::rules::{WordKind, words};

/// The expression with each `record.<field>` under its new name. A text that is no expression stays as it is.
pub(super) fn renamed_fields(expression: &str, name: &impl Fn(&str) -> String) -> String {
    let mut renamed = String::new();
    let mut copied = 0;
    for field in fields_in(expression) {
        renamed.push_str(&expression[copied..field.start]);
        renamed.push_str(&name(&expression[field.clone()]));
        copied = field.end;
    }
    renamed.push_str(&expression[copied..]);
    renamed
}

/// The fields of `record` that an expression reads, each once.
pub(super) fn fields_read(expression: &str) -> Vec<String> {
    let mut fields: Vec<String> = fields_in(expression)
        .into_iter()
        .map(|field| expression[field].to_owned())
        .collect();
    fields.sort();
    fields.dedup();
    fields
}

/// Where the names after `record.` stand. Such expressions follow no relation, so every one of them is a field.
fn fields_in(expression: &str) -> Vec<std::ops::Range<usize>> {
    let words = words(expression);
    let is = |at: usize, text: &str| {
        words
            .get(at)
            .is_some_and(|(_, span)| &expression[span.clone()] == text)
    };
    let starts_path = |at: usize| at == 0 || !is(at - 1, ".");
    (0..words.len())
        .filter(|at| is(*at, "record") && starts_path(*at) && is(at + 1, "."))
        .filter_map(|at| words.get(at + 2))
        .filter(|(kind, _)| *kind == WordKind::Name)
        .map(|(_, span)| span.clone())
        .collect()
}
