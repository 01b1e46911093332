//! Types and defaults of columns.

use mainstay_core::limits::{
    DECIMAL_DIGITS_MAX, SELECT_OPTION_CHARACTERS_MAX, SELECT_OPTIONS_MAX, TEXT_CHARACTERS_MAX,
};
use mainstay_store::adopt::{Brackets, SourceColumn, Token, tokenize};

use super::outline::Kind;

/// Texts that are longer than this may have several lines.
const LINE_CHARACTERS_MAX: u32 = 255;

/// What a type becomes, and what is lost or guessed with it. `None`: nothing.
pub(super) fn kind_of(column: &SourceColumn) -> (Option<Kind>, Option<String>) {
    let (base, numbers) = parts(&column.ty);
    if base.ends_with("[]") || base.starts_with('_') {
        return (
            None,
            Some("an array cannot be expressed and is left out".to_owned()),
        );
    }
    if !column.labels.is_empty() {
        return options(&column.labels);
    }
    let first = numbers.first().copied();
    let plain = |kind| (Some(kind), None);
    match base.as_str() {
        "bool" | "boolean" => plain(Kind::Boolean),
        "json" | "jsonb" => plain(Kind::Json),
        "date" => plain(Kind::Date),
        "timestamp with time zone" | "timestamptz" => plain(Kind::DateTime),
        "datetime" | "timestamp" | "timestamp without time zone" => (
            Some(Kind::DateTime),
            Some("has no time zone: its times are taken for UTC".to_owned()),
        ),
        "real" | "float" | "double" | "double precision" | "float4" | "float8" => plain(Kind::Number),
        "numeric" | "decimal" => decimal(&numbers),
        "uuid" => plain(line(36)),
        "text" | "clob" | "citext" => plain(line(TEXT_CHARACTERS_MAX)),
        _ if is_integer(&base) => plain(Kind::Integer),
        _ if base.contains("char") || base == "string" => text(first),
        "bytea" | "blob" | "binary" | "varbinary" => (
            None,
            Some("bytes cannot be expressed and are left out".to_owned()),
        ),
        "" | "any" => (
            Some(line(TEXT_CHARACTERS_MAX)),
            Some("has no type: it becomes text".to_owned()),
        ),
        "time"
        | "time without time zone"
        | "time with time zone"
        | "interval"
        | "inet"
        | "cidr"
        | "macaddr"
        | "xml"
        | "money"
        | "name" => (
            Some(line(TEXT_CHARACTERS_MAX)),
            Some(format!("the type {} becomes text", column.ty)),
        ),
        _ => (
            None,
            Some(format!(
                "the type {} cannot be expressed and is left out",
                column.ty
            )),
        ),
    }
}

/// `numeric(10,2)` is `numeric` with 10 and 2.
fn parts(ty: &str) -> (String, Vec<u32>) {
    let lower = ty.trim().to_ascii_lowercase();
    let Some((before, rest)) = lower.split_once('(') else {
        return (lower, Vec::new());
    };
    let (inside, after) = rest.split_once(')').unwrap_or((rest, ""));
    let numbers = inside.split(',').filter_map(|number| number.trim().parse().ok());
    let base = format!("{} {}", before.trim(), after.trim());
    // `character varying(10)[]`.
    (base.trim().replace(" []", "[]"), numbers.collect())
}

fn is_integer(base: &str) -> bool {
    let word = base.split(' ').next().unwrap_or_default();
    matches!(
        word,
        "int"
            | "integer"
            | "bigint"
            | "smallint"
            | "tinyint"
            | "mediumint"
            | "int2"
            | "int4"
            | "int8"
            | "serial"
            | "bigserial"
            | "smallserial"
    )
}

fn line(max: u32) -> Kind {
    Kind::Text {
        max,
        multiline: max > LINE_CHARACTERS_MAX,
    }
}

fn text(length: Option<u32>) -> (Option<Kind>, Option<String>) {
    match length {
        Some(0) | None => (Some(line(TEXT_CHARACTERS_MAX)), None),
        Some(max) if max > TEXT_CHARACTERS_MAX => (
            Some(line(TEXT_CHARACTERS_MAX)),
            Some(format!("{max} characters become {TEXT_CHARACTERS_MAX}")),
        ),
        Some(max) => (Some(line(max)), None),
    }
}

fn decimal(numbers: &[u32]) -> (Option<Kind>, Option<String>) {
    let digits = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
    match *numbers {
        [] => (
            Some(Kind::Decimal {
                precision: DECIMAL_DIGITS_MAX,
                scale: 6,
            }),
            Some("says no digits: it becomes a decimal of 18 digits, 6 of them after the point".to_owned()),
        ),
        [precision, ref rest @ ..] => {
            let scale = digits(rest.first().copied().unwrap_or(0)).min(DECIMAL_DIGITS_MAX);
            let fits = digits(precision) <= DECIMAL_DIGITS_MAX;
            let precision = digits(precision).min(DECIMAL_DIGITS_MAX).max(scale).max(1);
            let told = format!("has more than {DECIMAL_DIGITS_MAX} digits, and a decimal has no more");
            (Some(Kind::Decimal { precision, scale }), (!fits).then_some(told))
        }
    }
}

/// A select, or text where the values cannot be options.
pub(super) fn options(labels: &[String]) -> (Option<Kind>, Option<String>) {
    let fits = |label: &String| {
        let length = label.chars().count();
        (1..=SELECT_OPTION_CHARACTERS_MAX).contains(&length) && !label.contains('|') && label.trim() == label
    };
    let mut distinct: Vec<&String> = labels.iter().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if labels.len() <= SELECT_OPTIONS_MAX && labels.iter().all(fits) && distinct.len() == labels.len() {
        return (Some(Kind::Select(labels.to_vec())), None);
    }
    let told = "its values cannot be the options of a select: it becomes text".to_owned();
    (Some(line(TEXT_CHARACTERS_MAX)), Some(told))
}

/// The default of a column as TOML; an error where it cannot be said.
pub(super) fn default_of(text: &str, kind: &Kind, brackets: Brackets) -> Result<Option<String>, ()> {
    let tokens = tokenize(text, brackets).ok_or(())?;
    let mut tokens: Vec<Token> = tokens.into_iter().map(|(token, _)| token).collect();
    if let Some(cast) = tokens.iter().position(|token| *token == Token::Symbol("::")) {
        tokens.truncate(cast);
    }
    while tokens.first() == Some(&Token::Symbol("(")) && tokens.last() == Some(&Token::Symbol(")")) {
        tokens.pop();
        tokens.remove(0);
    }
    // A cast may have taken the end of a bracket with it.
    while tokens.first() == Some(&Token::Symbol("(")) {
        tokens.remove(0);
    }
    if is_now(&tokens) {
        let timed = matches!(kind, Kind::DateTime | Kind::Date);
        return if timed { Ok(Some(quoted("now()"))) } else { Err(()) };
    }
    match &tokens[..] {
        [Token::Word(word)] if word.eq_ignore_ascii_case("null") => Ok(None),
        [Token::Word(word)] => literal(&word.to_ascii_lowercase(), kind).map(Some),
        // SQLite takes a name in quotes for a text where no column has it.
        [Token::Text(text) | Token::Number(text) | Token::Quoted(text)] => literal(text, kind).map(Some),
        [Token::Symbol("-"), Token::Number(number)] => literal(&format!("-{number}"), kind).map(Some),
        _ => Err(()),
    }
}

fn is_now(tokens: &[Token]) -> bool {
    let word = match tokens.first() {
        Some(Token::Word(word)) => word.to_ascii_lowercase(),
        _ => return false,
    };
    match tokens.len() {
        1 => ["current_timestamp", "current_date", "localtimestamp"].contains(&word.as_str()),
        3 => word == "now" && tokens[1] == Token::Symbol("("),
        4 => ["datetime", "date"].contains(&word.as_str()) && tokens[2] == Token::Text("now".to_owned()),
        _ => false,
    }
}

fn literal(text: &str, kind: &Kind) -> Result<String, ()> {
    match kind {
        Kind::Boolean => match text {
            "true" | "t" | "1" => Ok("true".to_owned()),
            "false" | "f" | "0" => Ok("false".to_owned()),
            _ => Err(()),
        },
        Kind::Integer => text.parse::<i64>().map(|number| number.to_string()).map_err(drop),
        Kind::Number => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(format!("{number:?}")),
            _ => Err(()),
        },
        Kind::Decimal { precision, scale } => {
            let known = mainstay_core::decimal::parse(text, *precision, *scale);
            known.map(|_| quoted(text)).map_err(drop)
        }
        Kind::Text { max, .. }
            if text.chars().count() <= *max as usize && text != "now()" && text != "auth.id" =>
        {
            Ok(quoted(text))
        }
        Kind::Select(options) if options.iter().any(|option| option == text) => Ok(quoted(text)),
        Kind::Json if ["{}", "[]"].contains(&text) => Ok(text.to_owned()),
        _ => Err(()),
    }
}

/// A key as TOML: on one line, whatever is in it.
pub(super) fn quoted_key(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    json.replace('\u{7f}', "\\u007f")
}

/// A text as TOML.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(ty: &str) -> Option<Kind> {
        kind_of(&SourceColumn {
            ty: ty.to_owned(),
            ..SourceColumn::default()
        })
        .0
    }

    #[test]
    fn types_of_both_databases_are_known() {
        assert_eq!(kind("VARCHAR(50)"), Some(line(50)));
        assert_eq!(kind("character varying(50)"), Some(line(50)));
        assert_eq!(kind("character varying(50)[]"), None);
        assert_eq!(kind("integer unsigned"), Some(Kind::Integer));
        assert_eq!(kind("timestamp(3) with time zone"), Some(Kind::DateTime));
        assert_eq!(
            kind("NUMERIC(10, 2)"),
            Some(Kind::Decimal {
                precision: 10,
                scale: 2
            })
        );
        assert_eq!(kind("interval"), Some(line(TEXT_CHARACTERS_MAX)));
        assert_eq!(kind("point"), None);
    }

    #[test]
    fn defaults_of_both_databases_are_known() {
        let of = |text: &str, kind: &Kind| default_of(text, kind, Brackets::Symbols);
        assert_eq!(
            of("'draft'::character varying", &line(9)),
            Ok(Some("\"draft\"".to_owned()))
        );
        assert_eq!(of("(-1)", &Kind::Integer), Ok(Some("-1".to_owned())));
        assert_eq!(of("('-1'::integer)", &Kind::Integer), Ok(Some("-1".to_owned())));
        assert_eq!(of("now()", &Kind::DateTime), Ok(Some("\"now()\"".to_owned())));
        assert_eq!(
            of("CURRENT_TIMESTAMP", &Kind::DateTime),
            Ok(Some("\"now()\"".to_owned()))
        );
        assert_eq!(of("NULL::character varying", &line(9)), Ok(None));
        assert_eq!(of("'{}'::jsonb", &Kind::Json), Ok(Some("{}".to_owned())));
        assert_eq!(of("gen_random_uuid()", &line(36)), Err(()));
        assert_eq!(of("now()", &line(9)), Err(()));
    }
}
