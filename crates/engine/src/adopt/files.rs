//! The files of the folder.

use std::fmt::Write as _;

use super::outline::{Collection, Field, Finding, Kind};
use super::types::quoted;

pub(super) fn application(name: &str) -> String {
    format!(
        "name = {}\ndescription = {}\n",
        quoted(name),
        quoted("Adopted from an existing database: see ADOPTED.md.")
    )
}

pub(super) fn collection(collection: &Collection) -> String {
    let mut text = format!(
        "# From the table {}.\n",
        collection.table.replace(char::is_control, " ")
    );
    let mut labels = ["name", "title", "username"].iter();
    let label = labels.find(|name| {
        let of = |field: &Field| field.name == **name && matches!(field.kind, Kind::Text { .. });
        collection.fields.iter().any(|(_, field)| of(field))
    });
    if let Some(label) = label {
        text += &format!("label = \"{{{label}}}\"\n");
    }
    text += "# Nobody but administrators may do anything here until there are rules: see docs/rules.md.\n[rules]\n";
    for (_, declared) in collection.fields.iter().filter(|(_, field)| !field.built_in) {
        field(declared, &mut text);
    }
    for (fields, unique) in &collection.indexes {
        let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
        text += &format!("\n[[indexes]]\nfields = [{}]\n", fields.join(", "));
        if *unique {
            text += "unique = true\n";
        }
    }
    for check in &collection.checks {
        write!(
            text,
            "\n[[checks]]\nname = {}\nexpression = {}\n",
            quoted(&check.name),
            quoted(&check.expression)
        )
        .expect("texts can be written to");
    }
    text
}

fn field(field: &Field, text: &mut String) {
    let mut line = |key: &str, value: &str| *text += &format!("{key} = {value}\n");
    let kind = &field.kind;
    line(
        &format!("\n[fields.{}]\ntype", field.name),
        &quoted(kind.type_name()),
    );
    match kind {
        Kind::Text { max, multiline } => {
            line("max", &max.to_string());
            if *multiline {
                line("multiline", "true");
            }
        }
        Kind::Decimal { precision, scale } => {
            line("precision", &precision.to_string());
            line("scale", &scale.to_string());
        }
        Kind::Select(options) => {
            let options: Vec<String> = options.iter().map(|option| quoted(option)).collect();
            line("options", &format!("[{}]", options.join(", ")));
        }
        Kind::Json => line("max_bytes", &mainstay_core::limits::JSON_BYTES_MAX.to_string()),
        Kind::Relation { to, on_delete } => {
            line("to", &quoted(to));
            line("on_delete", &quoted(on_delete));
        }
        _ => {}
    }
    let flags = [
        ("required", field.required),
        ("unique", field.unique),
        ("index", field.index && !field.unique),
        ("read_only", field.read_only),
    ];
    for (key, _) in flags.iter().filter(|(_, set)| *set) {
        line(key, "true");
    }
    if let Some(default) = &field.default {
        line("default", default);
    }
}

/// `ADOPTED.md`: what became what, and what became nothing.
pub(super) fn listing(source: &str, collections: &[Collection], findings: &[Finding]) -> String {
    let mut text = format!("# Adopted from {source}\n\n## What to look at\n\n");
    text += "- No rules are written: nobody but administrators may read or change anything. Begin with `[rules]` of each\n  \
             collection.\n";
    for finding in findings {
        text += &format!("- {}\n", line(&finding.to_string()));
    }
    text += "\n## What became what\n";
    for collection in collections {
        write!(
            text,
            "\n### {} becomes {}\n\n| column | field | type |\n|---|---|---|\n",
            line(&collection.table),
            collection.name
        )
        .expect("texts can be written to");
        if let Some(password) = &collection.password {
            text += &format!("| {} | (credentials) | hash of a password |\n", cell(password));
        }
        for (column, field) in &collection.fields {
            text += &format!(
                "| {} | {} | {} |\n",
                cell(column),
                field.name,
                described(&field.kind)
            );
        }
        for check in &collection.checks {
            text += &format!(
                "\nThe check `{}` is `{}`.\n",
                line(&check.condition),
                line(&check.expression)
            );
        }
    }
    text
}

fn described(kind: &Kind) -> String {
    match kind {
        Kind::Relation { to, on_delete } => format!("relation to {to}, {on_delete}"),
        Kind::Decimal { precision, scale } => {
            format!("decimal of {precision} digits, {scale} after the point")
        }
        Kind::Text { max, .. } => format!("text of {max} characters"),
        other => other.type_name().to_owned(),
    }
}

/// On one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn cell(text: &str) -> String {
    line(text).replace('|', "\\|")
}
