//! A condition of SQL in the words of our expressions, with the same answer for every record, nulls included.

use super::conditions::{Comparison, Condition};
use super::outline::{Field, Kind};

/// The expression, or `None` where ours would say something else. `field` finds the field of a column.
pub(super) fn translate<'f>(
    condition: &Condition,
    field: &impl Fn(&str) -> Option<&'f Field>,
) -> Option<String> {
    match condition {
        Condition::And(left, right) => Some(format!(
            "({} && {})",
            translate(left, field)?,
            translate(right, field)?
        )),
        Condition::Or(left, right) => Some(format!(
            "({} || {})",
            translate(left, field)?,
            translate(right, field)?
        )),
        Condition::Not(inner) => match inner.as_ref() {
            Condition::IsNull(value) => Some(format!("record.{} != null", column(value, field)?.name)),
            inner => Some(format!("!({})", translate(inner, field)?)),
        },
        Condition::IsNull(value) => Some(format!("record.{} == null", column(value, field)?.name)),
        Condition::Column(name) => {
            let field = field(name).filter(|field| matches!(field.kind, Kind::Boolean))?;
            Some(format!("record.{}", field.name))
        }
        Condition::In(value, items) => {
            let subject = Subject::of(value, field)?;
            let items: Option<Vec<String>> = items.iter().map(|item| subject.literal(item)).collect();
            Some(format!("{} in [{}]", subject.text, items?.join(", ")))
        }
        Condition::Compare(comparison, left, right) => compare(*comparison, left, right, field),
        _ => None,
    }
}

fn column<'f>(value: &Condition, field: &impl Fn(&str) -> Option<&'f Field>) -> Option<&'f Field> {
    match value {
        Condition::Column(name) => field(name),
        _ => None,
    }
}

/// What is compared, and what it can be compared with.
struct Subject<'f> {
    text: String,
    /// `None` for a length.
    field: Option<&'f Field>,
    may_be_null: bool,
}

impl<'f> Subject<'f> {
    fn of(value: &Condition, field: &impl Fn(&str) -> Option<&'f Field>) -> Option<Self> {
        match value {
            Condition::Column(name) => {
                let found = field(name)?;
                Some(Self {
                    text: format!("record.{}", found.name),
                    field: Some(found),
                    may_be_null: !found.required,
                })
            }
            Condition::Length(inner) => {
                let found = column(inner, field)?;
                let is_text = matches!(found.kind, Kind::Text { .. } | Kind::Select(_));
                is_text.then(|| Self {
                    text: format!("size(record.{})", found.name),
                    field: None,
                    may_be_null: !found.required,
                })
            }
            _ => None,
        }
    }

    /// A literal of the subject's type.
    fn literal(&self, value: &Condition) -> Option<String> {
        let kind = self.field.map(|field| &field.kind);
        match (kind, value) {
            (None | Some(Kind::Integer | Kind::Number | Kind::Decimal { .. }), Condition::Number(number)) => {
                Some(number.clone())
            }
            (Some(Kind::Text { .. } | Kind::Select(_) | Kind::Date | Kind::Email), Condition::Text(text)) => {
                Some(serde_json::Value::from(text.as_str()).to_string())
            }
            _ => None,
        }
    }

    /// Are two of them ordered by both languages in the same way? Texts are not: the order of a server is its own.
    fn has_order(&self) -> bool {
        self.field.is_none_or(|field| {
            matches!(
                field.kind,
                Kind::Integer | Kind::Number | Kind::Decimal { .. } | Kind::Date | Kind::DateTime
            )
        })
    }
}

fn compare<'f>(
    comparison: Comparison,
    left: &Condition,
    right: &Condition,
    field: &impl Fn(&str) -> Option<&'f Field>,
) -> Option<String> {
    let Some(subject) = Subject::of(left, field) else {
        // `0 < a` is `a > 0`.
        Subject::of(right, field)?;
        return compare(turned(comparison), right, left, field);
    };
    if subject
        .field
        .is_some_and(|field| matches!(field.kind, Kind::Boolean))
    {
        return truth(comparison, &subject, right);
    }
    let symbol = match comparison {
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::Greater => ">",
        Comparison::AtLeast => ">=",
        Comparison::Equal | Comparison::NotEqual => return equal(comparison, &subject, right, field),
    };
    if !subject.has_order() {
        return None;
    }
    let other = match Subject::of(right, field) {
        Some(other) => other.text,
        None => subject.literal(right)?,
    };
    Some(format!("{} {symbol} {other}", subject.text))
}

/// Our `==` takes null for a value, that of SQL does not; `in` and the order do not either.
fn equal<'f>(
    comparison: Comparison,
    subject: &Subject<'f>,
    right: &Condition,
    field: &impl Fn(&str) -> Option<&'f Field>,
) -> Option<String> {
    let equal = comparison == Comparison::Equal;
    let symbol = if equal { "==" } else { "!=" };
    let this = &subject.text;
    if let Some(literal) = subject.literal(right) {
        return Some(match (subject.may_be_null, equal) {
            (false, _) => format!("{this} {symbol} {literal}"),
            (true, true) => format!("{this} in [{literal}]"),
            (true, false) => format!("!({this} in [{literal}])"),
        });
    }
    let other = Subject::of(right, field)?;
    let that = &other.text;
    if !subject.may_be_null && !other.may_be_null {
        return Some(format!("{this} {symbol} {that}"));
    }
    if !subject.has_order() {
        return None;
    }
    Some(if equal {
        format!("(!({this} < {that}) && !({this} > {that}))")
    } else {
        format!("({this} < {that} || {this} > {that})")
    })
}

/// SQLite writes 1 and 0 for true and false.
fn truth(comparison: Comparison, subject: &Subject<'_>, right: &Condition) -> Option<String> {
    let wanted = match right {
        Condition::Bool(value) => *value,
        Condition::Number(number) if number == "1" => true,
        Condition::Number(number) if number == "0" => false,
        _ => return None,
    };
    match (comparison, wanted) {
        (Comparison::Equal, true) | (Comparison::NotEqual, false) => Some(subject.text.clone()),
        (Comparison::Equal, false) | (Comparison::NotEqual, true) => Some(format!("!{}", subject.text)),
        _ => None,
    }
}

fn turned(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::Greater => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
        same => same,
    }
}

#[cfg(test)]
mod tests {
    use mainstay_store::adopt::Brackets;

    use super::super::conditions::parse;
    use super::*;

    fn fields() -> Vec<Field> {
        let field = |name: &str, kind: Kind, required: bool| Field {
            required,
            ..Field::new(name, kind)
        };
        let text = Kind::Text {
            max: 50,
            multiline: false,
        };
        vec![
            field("name", text, true),
            field("start", Kind::Integer, false),
            field("end", Kind::Integer, false),
            field("active", Kind::Boolean, true),
            field("status", Kind::Select(vec!["a".into(), "b".into()]), false),
        ]
    }

    fn cel(sql: &str) -> Option<String> {
        let fields = fields();
        let find = |name: &str| fields.iter().find(|field| field.name == name);
        translate(&parse(sql, Brackets::Symbols)?, &find)
    }

    #[test]
    fn nulls_mean_the_same() {
        let says = |sql, wanted: &str| assert_eq!(cel(sql).as_deref(), Some(wanted), "{sql}");
        says("start < \"end\"", "record.start < record.end");
        says(
            "start IS NULL OR start >= 0",
            "(record.start == null || record.start >= 0)",
        );
        says("status = 'a'", "record.status in [\"a\"]");
        says("status <> 'a'", "!(record.status in [\"a\"])");
        says("name <> ''", "record.name != \"\"");
        says("char_length(name) >= 3", "size(record.name) >= 3");
        says("0 <= start", "record.start >= 0");
        says("active = 1", "record.active");
        says(
            "start = \"end\"",
            "(!(record.start < record.end) && !(record.start > record.end))",
        );
        says(
            "start BETWEEN 1 AND 5",
            "(record.start >= 1 && record.start <= 5)",
        );
    }

    #[test]
    fn what_would_mean_something_else_is_refused() {
        for sql in [
            "name > 'm'",
            "start > 'x'",
            "missing = 1",
            "length(start) > 1",
            "name",
        ] {
            assert_eq!(cel(sql), None, "{sql}");
        }
    }
}
