//! The configuration file.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{Fault, Origin};
use super::resolve::{Layer, find_setting, unknown_key};
use super::setting::{Kind, Setting, SettingValue};

/// Reads the values of a file's text, and what is wrong with it.
pub(super) fn read(path: &Path, text: &str, layer: &mut Layer, faults: &mut Vec<Fault>) {
    let origin = |span: std::ops::Range<usize>| Origin::File {
        path: path.to_owned(),
        line: line_of(text, span.start),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let message = format!("the TOML is not valid: {}", error.message());
        faults.push(Fault {
            origin: origin(error.span().unwrap_or(0..0)),
            message,
        });
    }
    let first = faults.len();
    for (section, value) in table.get_ref() {
        let DeValue::Table(keys) = value.get_ref() else {
            let message = format!("{section} stands outside a section such as [server]");
            faults.push(Fault {
                origin: origin(section.span()),
                message,
            });
            continue;
        };
        for (key, value) in keys {
            let origin = origin(key.span());
            match find_setting(section.get_ref(), key.get_ref()) {
                None => {
                    let message = unknown_key(&format!("{}.{}", section.get_ref(), key.get_ref()));
                    faults.push(Fault { origin, message });
                }
                Some(setting) => match read_value(setting.kind, value) {
                    Ok(value) => layer.set(setting, value, origin),
                    Err(message) => faults.push(Fault {
                        origin,
                        message: told(setting, &message),
                    }),
                },
            }
        }
    }
    // The tables of the parser are in the order of names.
    faults[first..].sort_by_key(|fault| match fault.origin {
        Origin::File { line, .. } => line,
        _ => 0,
    });
}

fn read_value(kind: Kind, value: &Spanned<DeValue<'_>>) -> Result<SettingValue, String> {
    let refusal = || format!("must be {}", kind.describe());
    match (kind, value.get_ref()) {
        (Kind::Integer { .. }, DeValue::Integer(number)) => {
            let parsed = i64::from_str_radix(number.as_str(), number.radix()).map_err(|_| refusal())?;
            kind.read_integer(parsed)
        }
        (Kind::Boolean, DeValue::Boolean(value)) => Ok(SettingValue::Boolean(*value)),
        (
            Kind::Address | Kind::Choice(_) | Kind::Database | Kind::Redis | Kind::PublicUrl | Kind::Text(_),
            DeValue::String(text),
        ) => kind.read_text(text),
        (Kind::Networks | Kind::Origins | Kind::Domains | Kind::Databases, DeValue::Array(items)) => {
            let texts: Option<Vec<&str>> = items.iter().map(|item| item.get_ref().as_str()).collect();
            kind.read_list(texts.ok_or_else(refusal)?.into_iter())
        }
        _ => Err(refusal()),
    }
}

pub(super) fn told(setting: &Setting, message: &str) -> String {
    format!("{} {message}", setting.path())
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).map_or(0, |before| before.matches('\n').count()) + 1
}
