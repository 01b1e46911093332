//! Texts that a spreadsheet would take for a formula.
//!
//! A cell that starts with `=`, `+`, `-`, `@`, a tab or a carriage return is run when the file is opened in a spreadsheet
//! (OWASP, "CSV Injection"). An apostrophe in front makes it a text. An import takes the apostrophe away again; a text that
//! has apostrophes in front of such a character itself gets one more, so that nothing is lost on the way.

use mainstay_core::definition::FieldKind;

/// Does the text need an apostrophe in front?
pub(super) fn needs_guard(kind: &FieldKind, text: &[u8]) -> bool {
    is_text(kind) && is_formula(text)
}

fn is_formula(text: &[u8]) -> bool {
    let first = text.iter().find(|byte| **byte != b'\'');
    matches!(first, Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'))
}

/// A cell that may hold anything, with the apostrophe where it needs one.
pub(crate) fn guarded(mut cell: Vec<u8>) -> Vec<u8> {
    if is_formula(&cell) {
        cell.insert(0, b'\'');
    }
    cell
}

/// The text as it was before an export guarded it.
pub(super) fn without_guard<'t>(kind: &FieldKind, text: &'t str) -> &'t str {
    match text.strip_prefix('\'') {
        Some(rest) if needs_guard(kind, rest.as_bytes()) => rest,
        _ => text,
    }
}

/// Numbers, times, ids and json cannot be formulas, and a minus in front of a number must stay.
fn is_text(kind: &FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Text(_)
            | FieldKind::Select { .. }
            | FieldKind::MultiSelect { .. }
            | FieldKind::Email
            | FieldKind::Url
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guarded_texts_come_back() {
        let kind = FieldKind::Email;
        for text in [
            "=1+1", "+1", "-1", "@x", "\tx", "\rx", "'=1", "''@x", "'quoted'", "plain", "", "'", "a=1",
        ] {
            let guarded = if needs_guard(&kind, text.as_bytes()) {
                format!("'{text}")
            } else {
                text.to_owned()
            };
            assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r']), "{text:?}");
            assert_eq!(without_guard(&kind, &guarded), text);
        }
    }

    #[test]
    fn numbers_stay_as_they_are() {
        let kind = FieldKind::Integer {
            min: i64::MIN,
            max: i64::MAX,
        };
        assert!(!needs_guard(&kind, b"-5"));
        assert_eq!(without_guard(&kind, "'-5"), "'-5");
    }
}
