//! Sentences in English. Another language is another module like this one.

use mainstay_core::{ActorKind, limits};

use super::told::{ChangedField, Told};

/// One sentence without a full stop: `Nora Quinn changed Due from 2026-03-01 to 2026-03-04 in "Buy rye flour"`.
pub(super) fn sentence(told: &Told<'_>) -> String {
    let who = who(told);
    let what = match &told.label {
        Some(label) if !label.trim().is_empty() => format!("\"{}\"", shortened(label)),
        _ => format!("a record of {}", told.collection),
    };
    match told.entry.kind.as_str() {
        "record.created" => format!("{who} created {what} in {}", told.collection),
        "record.updated" if told.fields.is_empty() => format!("{who} changed {what}"),
        "record.updated" => format!("{who} {} in {what}", changes(&told.fields)),
        "record.deleted" => format!("{who} deleted {what}"),
        "record.restored" => format!("{who} restored {what}"),
        "record.purged" => format!("{who} removed {what} for good"),
        "comment.created" => format!("{who} commented on {what}"),
        "comment.edited" => format!("{who} edited a comment on {what}"),
        "comment.deleted" => format!("{who} deleted a comment on {what}"),
        "comment.resolved" => format!("{who} resolved a thread on {what}"),
        "comment.reopened" => format!("{who} reopened a thread on {what}"),
        "comment.reacted" => format!("{who} reacted to a comment on {what}"),
        "comment.unreacted" => format!("{who} took back a reaction to a comment on {what}"),
        "share.created" => format!("{who} shared {what}"),
        "share.changed" => format!("{who} changed a share of {what}"),
        "share.revoked" => format!("{who} ended a share of {what}"),
        "share.expired" => format!("a share of {what} expired"),
        "share.opened" => format!("{who} opened a link to {what}"),
        "share.refused" => format!("{who} gave a wrong password for a link to {what}"),
        other => format!("{who}: {} for {what}", other.replace(['.', '_'], " ")),
    }
}

fn who(told: &Told<'_>) -> String {
    match &told.actor {
        Some(label) => shortened(label),
        None if told.is_by(ActorKind::System) => "Mainstay".to_owned(),
        None => "Somebody".to_owned(),
    }
}

/// `changed Due from 1 to 2, set Colour to red and emptied Place`.
fn changes(fields: &[ChangedField]) -> String {
    let named = fields.len().min(limits::SENTENCE_FIELDS_MAX);
    let mut parts: Vec<String> = fields[..named].iter().map(change).collect();
    match fields.len() - named {
        0 => {}
        1 => parts.push("changed another field".to_owned()),
        more => parts.push(format!("changed {more} other fields")),
    }
    let last = parts.pop().unwrap_or_default();
    if parts.is_empty() {
        return last;
    }
    format!("{} and {last}", parts.join(", "))
}

fn change(field: &ChangedField) -> String {
    let title = &field.title;
    let Some((old, new)) = &field.texts else {
        return format!("changed {title}");
    };
    match (field.old.is_null(), field.new.is_null()) {
        (true, _) => format!("set {title} to {}", shortened(new)),
        (false, true) => format!("emptied {title}"),
        (false, false) => format!("changed {title} from {} to {}", shortened(old), shortened(new)),
    }
}

/// On one line, and no longer than a sentence takes.
fn shortened(text: &str) -> String {
    let text: Vec<&str> = text.split_whitespace().collect();
    let text = text.join(" ");
    if text.chars().count() <= limits::SENTENCE_VALUE_CHARACTERS_MAX {
        return text;
    }
    let kept: String = text
        .chars()
        .take(limits::SENTENCE_VALUE_CHARACTERS_MAX - 1)
        .collect();
    format!("{}…", kept.trim_end())
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn long_values_are_shortened_and_stay_on_one_line() {
        assert_eq!(shortened("a\n b\t c"), "a b c");
        let short = shortened(&"é".repeat(100));
        assert_eq!((short.chars().count(), short.ends_with('…')), (60, true));
    }
}
