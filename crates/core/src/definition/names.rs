//! Names: which are reserved, and which one was meant.

use crate::ids::Name;
use crate::limits::NAME_CHARACTERS_MAX;

/// Every record has these already, or expressions use them for something else.
const RESERVED_FIELDS: &[&str] = &[
    "id",
    "version",
    "created_at",
    "updated_at",
    "created_by",
    "deleted_at",
    "auth",
    "record",
    "input",
    "request",
    "now",
    "expand",
];

/// Reserved by CEL (its language definition, "Syntax"): such a field could not be named in a filter.
const RESERVED_BY_CEL: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "false",
    "for",
    "function",
    "if",
    "import",
    "in",
    "let",
    "loop",
    "namespace",
    "null",
    "package",
    "return",
    "true",
    "var",
    "void",
    "while",
];

/// Why a well-formed name cannot be that of a field or a way back.
pub fn reserved(name: &str) -> Option<&'static str> {
    if RESERVED_FIELDS.contains(&name) {
        Some("every record or every expression has it already")
    } else if RESERVED_BY_CEL.contains(&name) {
        Some("it is a word of the expression language")
    } else {
        None
    }
}

/// The known names of [`reserved`], for the JSON Schema.
pub(super) fn all_reserved() -> impl Iterator<Item = &'static str> {
    RESERVED_FIELDS.iter().chain(RESERVED_BY_CEL).copied()
}

/// The beginning of a collection's name that databases keep for their own tables, or take for a function of theirs.
pub fn kept_by_databases(name: &str) -> Option<&'static str> {
    ["sqlite_", "pragma_", "json_", "pg_"]
        .into_iter()
        .find(|prefix| name.starts_with(prefix))
}

/// Is the text a [`Name`]? Otherwise the fault and the way out.
pub(super) fn check_name(text: &str) -> Result<(), (String, String)> {
    match text.parse::<Name>() {
        Ok(_) => Ok(()),
        Err(error) => Err((format!("`{text}` is not a name: {error}"), name_hint(text))),
    }
}

/// A name near to what was written.
pub(super) fn name_hint(text: &str) -> String {
    let mut near = String::new();
    for character in text.trim().chars() {
        match character {
            'A'..='Z' => {
                if near
                    .chars()
                    .last()
                    .is_some_and(|last| last.is_ascii_lowercase() || last.is_ascii_digit())
                {
                    near.push('_');
                }
                near.push(character.to_ascii_lowercase());
            }
            'a'..='z' | '0'..='9' => near.push(character),
            _ if near.is_empty() || near.ends_with('_') => {}
            _ => near.push('_'),
        }
    }
    let near = near.trim_end_matches('_');
    if near.parse::<Name>().is_ok() && near != text {
        format!("for example `{near}`")
    } else {
        format!(
            "use the letters a to z, digits and single underscores, at most {NAME_CHARACTERS_MAX} characters"
        )
    }
}

/// Is the text a name for an application? Otherwise the fault and the way out.
pub(super) fn check_application_name(text: &str) -> Result<(), (String, String)> {
    let good = text.len() <= NAME_CHARACTERS_MAX
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if good {
        return Ok(());
    }
    let hint = format!(
        "use the letters a to z, digits and hyphens, a letter first, at most {NAME_CHARACTERS_MAX} characters"
    );
    Err((format!("`{text}` is not a name for an application"), hint))
}

/// The candidate that `written` is most likely a misspelling of.
pub(super) fn nearest<'a>(written: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = match written.chars().count() {
        0..=4 => 1,
        5..=7 => 2,
        _ => 3,
    };
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(written.len()) <= allowed)
        .map(|candidate| (distance(written, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= allowed && *distance < candidate.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits (insert, remove, replace, swap neighbours) from one text to the other: the optimal string alignment distance.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut before = vec![0; right.len() + 1];
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (row, a) in left.iter().enumerate() {
        let mut current = vec![row + 1; right.len() + 1];
        for (column, b) in right.iter().enumerate() {
            let replaced = above[column] + usize::from(a != b);
            let mut best = replaced.min(above[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *a == right[column - 1] && left[row - 1] == *b {
                best = best.min(before[column - 1] + 1);
            }
            current[column + 1] = best;
        }
        before = above;
        above = current;
    }
    above[right.len()]
}

/// A hint for a name that does not exist: the one that was meant, or all there are.
pub(super) fn did_you_mean<'a>(
    written: &str,
    known: impl IntoIterator<Item = &'a str>,
    noun: &str,
) -> String {
    const SHOWN_MAX: usize = 30;
    let known: Vec<&str> = known.into_iter().collect();
    if let Some(name) = nearest(written, known.iter().copied()) {
        return format!("did you mean `{name}`?");
    }
    if known.is_empty() {
        return format!("there are no {noun} yet");
    }
    let shown: Vec<String> = known
        .iter()
        .take(SHOWN_MAX)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = if known.len() > SHOWN_MAX { ", ..." } else { "" };
    format!("the {noun} are {}{more}", shown.join(", "))
}

/// A name as people read it: `list_items` is "List items".
pub(super) fn title_of(name: &str) -> String {
    let spaced = name.replace(['_', '-'], " ");
    let mut characters = spaced.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => spaced,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_found() {
        let known = ["title", "type", "description", "to"];
        assert_eq!(nearest("titel", known), Some("title"));
        assert_eq!(nearest("desciption", known), Some("description"));
        assert_eq!(nearest("typ", known), Some("type"));
        assert_eq!(nearest("colour", known), None);
        assert_eq!(nearest("xy", known), None);
    }

    #[test]
    fn titles_are_readable() {
        assert_eq!(title_of("list_items"), "List items");
        assert_eq!(title_of("my-app"), "My app");
    }
}
