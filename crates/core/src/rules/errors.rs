//! What is wrong with an expression, where, and the way out.

use std::ops::Range;

/// One fault of an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// Bytes of the expression's text.
    pub span: Range<usize>,
    /// One sentence that says what is wrong.
    pub message: String,
    /// What to do about it, when that is known.
    pub hint: Option<String>,
}

impl ExpressionError {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            hint: None,
        }
    }

    #[must_use]
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    #[must_use]
    pub(super) fn maybe_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

/// The fault is in the list of errors already; whoever meets this only has to stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reported;

pub(super) type Typed<T> = Result<T, Reported>;

/// Names in a hint at most; a collection may have hundreds of fields.
const NAMES_SHOWN_MAX: usize = 20;

/// For an unknown name: the names that look like it, else the names there are.
pub(super) fn hint_names(wanted: &str, noun: &str, names: &[&str]) -> Option<String> {
    if let Some(close) = hint_close(wanted, names) {
        return Some(close);
    }
    let shown: Vec<String> = names
        .iter()
        .take(NAMES_SHOWN_MAX)
        .map(|name| format!("`{name}`"))
        .collect();
    let rest = names.len() - shown.len();
    match (shown.len(), rest) {
        (0, _) => None,
        (_, 0) => Some(format!("the {noun} are {}", shown.join(", "))),
        _ => Some(format!("the {noun} are {} and {rest} more", shown.join(", "))),
    }
}

/// "did you mean `title`?", when a name looks like the wanted one.
pub(super) fn hint_close(wanted: &str, names: &[&str]) -> Option<String> {
    let limit = (wanted.len() / 3).clamp(1, 3);
    let mut close: Vec<(usize, &str)> = names
        .iter()
        .filter(|name| name.len().abs_diff(wanted.len()) <= limit)
        .map(|name| (edit_distance(wanted, name), *name))
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    close.sort_unstable();
    close.dedup();
    close.truncate(3);
    let quoted: Vec<String> = close.iter().map(|(_, name)| format!("`{name}`")).collect();
    (!quoted.is_empty()).then(|| format!("did you mean {}?", quoted.join(" or ")))
}

/// Insertions, deletions, replacements and swaps of neighbours between two short texts, by bytes: optimal string
/// alignment, the restricted form of Damerau and Levenshtein's distance.
fn edit_distance(left: &str, right: &str) -> usize {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let replaced = above[j] + usize::from(!a.eq_ignore_ascii_case(b));
            let mut best = replaced.min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_hand_are_close() {
        let names = ["title", "titles", "done", "position"];
        assert_eq!(hint_close("titel", &names).unwrap(), "did you mean `title`?");
        assert_eq!(hint_close("Done", &names).unwrap(), "did you mean `done`?");
        assert_eq!(hint_close("colour", &names), None);
        assert_eq!(
            hint_names("colour", "fields", &names[..2]).unwrap(),
            "the fields are `title`, `titles`"
        );
        assert_eq!(hint_names("colour", "fields", &[]), None);
    }

    #[test]
    fn a_long_list_of_names_is_cut() {
        let names = vec!["abcdefgh"; 25];
        assert!(
            hint_names("x", "fields", &names)
                .unwrap()
                .ends_with("`abcdefgh` and 5 more")
        );
    }
}
