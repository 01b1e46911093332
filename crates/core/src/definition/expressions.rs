//! Rules and checks: expressions of the definition, typed against it.

use std::collections::HashSet;

use super::collections::Draft;
use super::faults::{Faults, Place};
use super::field_rules::{self, FieldRules};
use super::shares;
use super::toml_reader::Table;
use super::{Check, Definition, FieldId, Rules, toml_text};
use crate::ids::Name;
use crate::rules::{self, Expr, Purpose, Scope};

/// Types every expression; all fields of all collections are in the model by now.
pub(super) fn read(definition: &mut Definition, drafts: &[Draft<'_>], faults: &mut Faults) {
    let read: Vec<(Rules, Vec<FieldRules>, Vec<Check>)> = drafts
        .iter()
        .map(|draft| {
            (
                read_rules(definition, draft, faults),
                field_rules::read(definition, draft, faults),
                read_checks(definition, draft, faults),
            )
        })
        .collect();
    for (collection, (rules, of_fields, checks)) in definition.collections.iter_mut().zip(read) {
        collection.rules = rules;
        collection.checks = checks;
        for rules in of_fields {
            let field = &mut collection.fields[usize::from(rules.field.0)];
            field.read = rules.read;
            field.write = rules.write;
        }
    }
    shares::note_deciding(definition);
}

fn read_rules(definition: &Definition, draft: &Draft<'_>, faults: &mut Faults) -> Rules {
    let collection = definition.collection(draft.id);
    let Some(table) = draft
        .table
        .as_ref()
        .and_then(|table| table.table("rules", faults))
    else {
        return shares::with_shares(definition, collection, Rules::default(), None);
    };
    if table.has("share") && collection.sharing.is_none() {
        let message = "there is a rule for sharing, and these records are not shared";
        let hint = "add `share = true` to the collection, or remove the rule";
        faults.add(table.value_place("share"), message, hint);
    }
    if table.has("comment") && !draft.comments {
        let message = "there is a rule for comments, and nobody can comment on these records";
        let hint = "add `comments = true` to the collection, or remove the rule";
        faults.add(table.value_place("comment"), message, hint);
    }
    let mut rule = |key, purpose| {
        let scope = Scope {
            collection: draft.id,
            purpose,
        };
        expression(definition, scope, &table, key, faults)
    };
    let rules = Rules {
        list: rule("list", Purpose::List),
        read: rule("read", Purpose::Read),
        create: rule("create", Purpose::Create),
        update: rule("update", Purpose::Update),
        delete: rule("delete", Purpose::Delete),
        comment: rule("comment", Purpose::Read),
        own: None,
    };
    let share = rule("share", Purpose::Read);
    shares::with_shares(definition, collection, rules, share)
}

/// The checks of the fields, in the order of the fields, and then the declared ones.
fn read_checks(definition: &Definition, draft: &Draft<'_>, faults: &mut Faults) -> Vec<Check> {
    let scope = Scope {
        collection: draft.id,
        purpose: Purpose::Check,
    };
    let mut names: HashSet<Name> = HashSet::new();
    let mut checks = Vec::new();
    for field in draft.fields.iter().filter(|field| field.table.has("check")) {
        names.insert(field.name.clone());
        if let Some(expression) = expression(definition, scope, &field.table, "check", faults) {
            checks.push(check(
                field.name.clone(),
                field.id,
                expression,
                message(&field.table, "check"),
            ));
        }
    }
    let Some(table) = &draft.table else { return checks };
    for table in table.tables("checks", faults) {
        let expression = expression(definition, scope, &table, "expression", faults);
        let Some(name) = table.text("name").and_then(|name| name.parse::<Name>().ok()) else {
            continue;
        };
        if !names.insert(name.clone()) {
            let message = format!("there is a check `{name}` already");
            let hint = "choose another name; the check of a field has the field's name";
            faults.add(table.value_place("name"), message, hint);
        } else if let Some(expression) = expression {
            checks.push(check(name, None, expression, message(&table, "expression")));
        }
    }
    checks
}

fn check(name: Name, field: Option<FieldId>, expression: Expr, message: String) -> Check {
    let in_table = !rules::needs_query(&expression);
    Check {
        name,
        field,
        expression,
        message,
        in_table,
    }
}

fn message(table: &Table<'_>, key: &str) -> String {
    match table.text("message") {
        Some(message) => message.to_owned(),
        None => format!("does not satisfy: {}", table.text(key).unwrap_or_default()),
    }
}

pub(super) fn expression(
    definition: &Definition,
    scope: Scope,
    table: &Table<'_>,
    key: &str,
    faults: &mut Faults,
) -> Option<Expr> {
    let text = table.text(key)?;
    match rules::parse(definition, scope, text) {
        Ok(expression) => Some(expression),
        Err(errors) => {
            if !is_consequence(text, faults) {
                let place = table.value_place(key);
                for error in errors {
                    let span = toml_text::text_span(&place.file.text, &place.span, text, error.span);
                    faults.add_with(
                        Place::new(place.file, span),
                        &error.message,
                        error.hint.as_deref(),
                    );
                }
            }
            None
        }
    }
}

/// Does the expression use something that is missing because of a fault told elsewhere?
fn is_consequence(text: &str, faults: &Faults) -> bool {
    faults.has_unreadable_collection() || identifiers(text).any(|name| faults.is_broken(name))
}

/// The words of an expression outside its string literals.
fn identifiers(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let start = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '"' || c == '\'')?;
            let quote = rest[start..].chars().next().filter(|c| *c == '"' || *c == '\'');
            if let Some(quote) = quote {
                rest = after_literal(&rest[start + 1..], quote);
                continue;
            }
            let word = &rest[start..];
            let end = word
                .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
                .unwrap_or(word.len());
            rest = &word[end..];
            return Some(&word[..end]);
        }
    })
}

fn after_literal(text: &str, quote: char) -> &str {
    let mut characters = text.char_indices();
    while let Some((position, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if character == quote {
            return &text[position + 1..];
        }
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_literals_are_no_identifiers() {
        let found: Vec<_> = identifiers(r#"record.a == "b \" c" && size(d_1) > 2 || x in ['e']"#).collect();
        assert_eq!(found, ["record", "a", "size", "d_1", "x", "in"]);
    }
}
