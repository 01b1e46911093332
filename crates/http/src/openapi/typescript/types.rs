//! Value types as TypeScript writes them.

use super::literals::{comment, text};
use super::value_type::Member;
use super::{ValueType, fits};

const STEP: usize = 2;

/// The members of an object type, one or more lines each, indented by `indent`.
pub(super) fn members(members: &[Member], indent: usize) -> String {
    members.iter().map(|one| member(one, indent)).collect()
}

fn member(member: &Member, indent: usize) -> String {
    let mark = if member.optional { "?" } else { "" };
    let start = format!("{}readonly {}{mark}:", " ".repeat(indent), member.name);
    let mut out = comment(&member.about, indent);
    out.push_str(&start);
    out.push_str(&after(&member.value, &start, indent));
    out.push_str(";\n");
    out
}

/// A type behind `start`, which ends with `:` or `=` and stands `indent` spaces in: on the same line if there is room.
pub(super) fn after(value: &ValueType, start: &str, indent: usize) -> String {
    let flat = flat(value, indent);
    let is_on_one = flat.contains('\n') || fits(&format!("{start} {flat};"));
    if is_on_one && !has_object(value) {
        return format!(" {flat}");
    }
    match value {
        ValueType::Literals(_) | ValueType::Nullable(_) | ValueType::OneOf(_) => {
            let deeper = indent + STEP;
            let next_line = format!("{}{flat}", " ".repeat(deeper));
            if !flat.contains('\n') && fits(&format!("{next_line};")) {
                return format!("\n{next_line}");
            }
            let lines = alternatives(value)
                .iter()
                .map(|one| alternative(one, deeper))
                .collect::<String>();
            format!("\n{}", lines.trim_end())
        }
        ValueType::List(item) => format!(" {}", broken_list(item, indent)),
        _ => format!(" {flat}"),
    }
}

/// Is one of its alternatives an object?
fn has_object(value: &ValueType) -> bool {
    let is_object = |one: &ValueType| matches!(one, ValueType::Members(_));
    matches!(value, ValueType::OneOf(types) if types.iter().any(is_object))
}

/// `| "low"`, on a line of its own.
fn alternative(value: &ValueType, indent: usize) -> String {
    let margin = " ".repeat(indent);
    let line = format!("{margin}| {}", flat(value, indent + STEP));
    match value {
        ValueType::List(item) if !fits(&line) => format!("{margin}| {}\n", broken_list(item, indent + STEP)),
        _ => format!("{line}\n"),
    }
}

/// A list whose item has too many alternatives for its line: they stand on the next one, or each on one of its own.
fn broken_list(item: &ValueType, indent: usize) -> String {
    let together = format!("{}{}", " ".repeat(indent + STEP), flat(item, indent + STEP));
    if !together.contains('\n') && fits(&together) {
        return format!("readonly (\n{together}\n{})[]", " ".repeat(indent));
    }
    let lines: String = alternatives(item)
        .iter()
        .map(|one| alternative(one, indent + STEP))
        .collect();
    format!("readonly (\n{lines}{})[]", " ".repeat(indent))
}

fn alternatives(value: &ValueType) -> Vec<ValueType> {
    match value {
        ValueType::Literals(texts) => texts
            .iter()
            .map(|text| ValueType::Literals(vec![text.clone()]))
            .collect(),
        ValueType::OneOf(types) => types.clone(),
        ValueType::Nullable(inner) => {
            let mut all = alternatives(inner);
            all.push(ValueType::Named("null".into()));
            all
        }
        other => vec![other.clone()],
    }
}

/// The type without breaking unions; objects stand on several lines always.
fn flat(value: &ValueType, indent: usize) -> String {
    match value {
        ValueType::Text | ValueType::Id | ValueType::DateTime | ValueType::Date | ValueType::Decimal => {
            "string".into()
        }
        ValueType::Integer | ValueType::Number => "number".into(),
        ValueType::Boolean => "boolean".into(),
        ValueType::Json => "Json".into(),
        ValueType::Object => "JsonObject".into(),
        ValueType::Named(name) => name.clone(),
        ValueType::Literals(texts) => {
            let texts: Vec<String> = texts.iter().map(|option| text(option)).collect();
            texts.join(" | ")
        }
        ValueType::OneOf(types) => {
            let types: Vec<String> = types.iter().map(|one| flat(one, indent)).collect();
            types.join(" | ")
        }
        ValueType::Nullable(inner) => format!("{} | null", flat(inner, indent)),
        ValueType::List(item) if alternatives(item).len() > 1 => {
            format!("readonly ({})[]", flat(item, indent))
        }
        ValueType::List(item) => format!("readonly {}[]", flat(item, indent)),
        ValueType::Members(list) if list.is_empty() => "{}".into(),
        ValueType::Members(list) => {
            format!("{{\n{}{}}}", members(list, indent + STEP), " ".repeat(indent))
        }
    }
}
