//! What differs between databases: everything that one of them says in its own way is asked for here, and nowhere else.

mod conversions;
mod pattern;

use mainstay_core::Value;
use mainstay_core::definition::{Definition, FieldKind};
use mainstay_core::rules::{Arithmetic, Type};

/// The database that a statement is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

/// What statements are built for: the definition that they ask about, and the database that runs them.
#[derive(Debug, Clone, Copy)]
pub struct Target<'d> {
    pub definition: &'d Definition,
    pub dialect: Dialect,
}

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnType {
    Id,
    /// Whole numbers, decimals in their smallest unit, and times in microseconds.
    Integer,
    Real,
    Boolean,
    Text,
}

impl ColumnType {
    /// The column of a kind of field; a relation to many has none.
    pub(super) fn of(kind: &FieldKind) -> Self {
        match kind {
            FieldKind::Id | FieldKind::Relation(_) => Self::Id,
            FieldKind::Integer { .. } | FieldKind::Decimal { .. } | FieldKind::DateTime => Self::Integer,
            FieldKind::Boolean => Self::Boolean,
            FieldKind::Number { .. } => Self::Real,
            FieldKind::Text(_)
            | FieldKind::Date
            | FieldKind::Select { .. }
            | FieldKind::MultiSelect { .. }
            | FieldKind::Json { .. }
            | FieldKind::Email
            | FieldKind::Url => Self::Text,
        }
    }

    /// The column that holds the values of a type of expressions; null has none.
    pub(super) fn of_type(ty: Type) -> Option<Self> {
        match ty {
            Type::Id(_) => Some(Self::Id),
            Type::Int | Type::Decimal { .. } | Type::DateTime | Type::Duration => Some(Self::Integer),
            Type::Number => Some(Self::Real),
            Type::Bool => Some(Self::Boolean),
            Type::Text | Type::Date | Type::Texts | Type::Json => Some(Self::Text),
            Type::Null => None,
        }
    }

    /// The type of a constant; null has none.
    pub(super) fn of_value(value: &Value) -> Option<Self> {
        match value {
            Value::Null | Value::Ids(_) => None,
            Value::Bool(_) => Some(Self::Boolean),
            Value::Int(_) => Some(Self::Integer),
            Value::Real(_) => Some(Self::Real),
            Value::Text(_) => Some(Self::Text),
            Value::Id(_) => Some(Self::Id),
        }
    }
}

impl Dialect {
    /// A column's type as tables are made with it.
    pub(super) fn column_type(self, ty: ColumnType) -> &'static str {
        match (self, ty) {
            (Self::Sqlite, ColumnType::Id) => "BLOB",
            (Self::Sqlite, ColumnType::Integer | ColumnType::Boolean) => "INTEGER",
            (Self::Sqlite, ColumnType::Real) => "REAL",
            (Self::Sqlite, ColumnType::Text) => "TEXT",
            // Texts compare by their code points, everywhere and whatever the server's language.
            (Self::Postgres, ColumnType::Text) => "text COLLATE \"C\"",
            (Self::Postgres, ty) => postgres_type(ty),
        }
    }

    /// A placeholder whose type the statement does not tell by itself.
    pub(super) fn typed(self, placeholder: String, ty: Option<ColumnType>) -> String {
        match (self, ty) {
            (Self::Postgres, Some(ColumnType::Text)) => self.by_code_point(&format!("{placeholder}::text")),
            (Self::Postgres, Some(ty)) => format!("{placeholder}::{}", postgres_type(ty)),
            _ => placeholder,
        }
    }

    /// A text that is no column, to be compared as columns are.
    pub(super) fn by_code_point(self, text: &str) -> String {
        match self {
            Self::Sqlite => text.to_owned(),
            Self::Postgres => format!("({text} COLLATE \"C\")"),
        }
    }

    /// What follows the list of columns of a new table.
    pub(super) fn table_options(self, keyed: bool) -> &'static str {
        match (self, keyed) {
            (Self::Sqlite, true) => " STRICT, WITHOUT ROWID",
            (Self::Sqlite, false) => " STRICT",
            (Self::Postgres, _) => "",
        }
    }

    /// Are references made with their table? A database that checks at once cannot: tables may refer to one another.
    pub(super) fn references_inline(self) -> bool {
        self == Self::Sqlite
    }

    /// A constant of the definition as SQL text, for where nothing can be bound: in DDL and in triggers.
    pub(super) fn literal(self, value: &Value) -> String {
        match (self, value) {
            (_, Value::Null | Value::Ids(_)) => "NULL".to_owned(),
            (_, Value::Bool(flag)) => if *flag { "TRUE" } else { "FALSE" }.to_owned(),
            (Self::Sqlite, Value::Int(number)) => number.to_string(),
            // Of the type of every integer: a small number would be of a small type, with sums of its own.
            (Self::Postgres, Value::Int(number)) => format!("'{number}'::bigint"),
            (Self::Sqlite, Value::Real(number)) => format!("{number:?}"),
            (Self::Postgres, Value::Real(number)) => format!("'{number:?}'::double precision"),
            (Self::Postgres, Value::Text(text)) if text.contains('?') => without_question_marks(text),
            (_, Value::Text(text)) => quoted(text),
            (Self::Sqlite, Value::Id(id)) => format!("x'{}'", id.to_string().replace('-', "")),
            (Self::Postgres, Value::Id(id)) => format!("'{id}'::uuid"),
        }
    }

    /// A key of an order: null comes before every value.
    pub(super) fn order(self, name: &str, descending: bool, nullable: bool) -> String {
        let direction = if descending { " DESC" } else { "" };
        let nulls = match (self, nullable, descending) {
            (Self::Postgres, true, false) => " NULLS FIRST",
            (Self::Postgres, true, true) => " NULLS LAST",
            _ => "",
        };
        format!("{name}{direction}{nulls}")
    }

    /// The targets of one record in a join table, in their order, as hexadecimal ids with commas between; null when none.
    pub(super) fn joined_ids(self, join_table: &str, owner: &str) -> String {
        match self {
            Self::Sqlite => format!(
                "(SELECT group_concat(hex(\"target\")) FROM (SELECT \"target\" FROM {join_table} \
                 WHERE \"owner\" = {owner} ORDER BY \"position\"))"
            ),
            Self::Postgres => format!(
                "(SELECT string_agg(replace(\"target\"::text, '-', ''), ',' ORDER BY \"position\") \
                 FROM {join_table} WHERE \"owner\" = {owner})"
            ),
        }
    }

    /// Rows `value` of a JSON array of texts.
    pub(super) fn json_texts(self, array: &str) -> String {
        match self {
            Self::Sqlite => format!("json_each({array})"),
            Self::Postgres => format!("json_array_elements_text(({array})::json)"),
        }
    }

    /// Ids from a JSON array of hexadecimal digits.
    pub(super) fn ids_from_json(self, array: &str) -> String {
        match self {
            Self::Sqlite => format!("(SELECT unhex(value) FROM json_each({array}))"),
            Self::Postgres => {
                format!("(SELECT value::uuid FROM json_array_elements_text(({array})::json))")
            }
        }
    }

    /// Rows `id` and `n`, counted from 0, of a JSON array of hexadecimal ids and nulls.
    pub(super) fn numbered_ids(self, array: &str) -> String {
        match self {
            Self::Sqlite => format!("(SELECT key AS n, unhex(value) AS id FROM json_each({array}))"),
            Self::Postgres => format!(
                "(SELECT n - 1 AS n, value::uuid AS id \
                 FROM json_array_elements_text(({array})::json) WITH ORDINALITY AS e(value, n))"
            ),
        }
    }

    /// Number of items of a JSON array; null of null.
    pub(super) fn json_length(self, array: &str) -> String {
        match self {
            Self::Sqlite => format!("json_array_length({array})"),
            Self::Postgres => format!("json_array_length(({array})::json)::bigint"),
        }
    }

    /// Number of characters of a text; null of null.
    pub(super) fn characters(self, text: &str) -> String {
        match self {
            Self::Sqlite => format!("length({text})"),
            Self::Postgres => format!("length({text})::bigint"),
        }
    }

    /// Does the text match the RE2 pattern anywhere? SQLite has a function for it, registered on every connection.
    pub(super) fn matches(self, text: &str, pattern: &str, constant: impl FnOnce(Value) -> String) -> String {
        match self {
            Self::Sqlite => {
                let pattern = constant(Value::Text(pattern.to_owned()));
                format!("regexp({pattern}, {text})")
            }
            Self::Postgres => {
                let pattern = constant(Value::Text(pattern::advanced(pattern)));
                format!("({text} ~ {pattern})")
            }
        }
    }

    pub(super) fn starts_with(self, text: &str, prefix: &str) -> String {
        match self {
            Self::Sqlite => format!("(substr({text}, 1, length({prefix})) = {prefix})"),
            Self::Postgres => format!("starts_with({text}, {prefix})"),
        }
    }

    pub(super) fn ends_with(self, text: &str, suffix: &str) -> String {
        match self {
            // substr(x, -0) is the whole text in SQLite, so the empty suffix needs a case of its own.
            Self::Sqlite => format!(
                "(CASE WHEN length({suffix}) = 0 THEN {text} IS NOT NULL OR NULL ELSE substr({text}, -length({suffix})) = {suffix} END)"
            ),
            Self::Postgres => format!("(right({text}, length({suffix})) = {suffix})"),
        }
    }

    pub(super) fn contains(self, text: &str, part: &str) -> String {
        match self {
            Self::Sqlite => format!("(instr({text}, {part}) > 0)"),
            Self::Postgres => format!("(strpos({text}, {part}) > 0)"),
        }
    }

    /// The text with its ASCII letters small.
    pub(super) fn lower_ascii(self, text: &str) -> String {
        match self {
            Self::Sqlite => format!("lower({text})"),
            Self::Postgres => format!("lower({text} COLLATE \"C\")"),
        }
    }

    /// Equal, where null equals null.
    pub(super) fn same(self, left: &str, right: &str) -> String {
        match self {
            Self::Sqlite => format!("({left} IS {right})"),
            Self::Postgres => format!("({left} IS NOT DISTINCT FROM {right})"),
        }
    }

    pub(super) fn not_same(self, left: &str, right: &str) -> String {
        match self {
            Self::Sqlite => format!("({left} IS NOT {right})"),
            Self::Postgres => format!("({left} IS DISTINCT FROM {right})"),
        }
    }

    /// The condition, of which the planner is told that few rows meet it; PostgreSQL counts for itself.
    pub(super) fn unlikely(self, condition: &str) -> String {
        match self {
            Self::Sqlite => format!("unlikely({condition})"),
            Self::Postgres => condition.to_owned(),
        }
    }

    /// One step of a sum. A result that is no number of its type is null, then or at the end of the sum.
    pub(super) fn arithmetic(self, operator: Arithmetic, left: &str, right: &str, real: bool) -> String {
        let (sign, name) = match operator {
            Arithmetic::Concatenate if self == Self::Sqlite => return format!("({left} || {right})"),
            Arithmetic::Concatenate => ("||", "_concatenate"),
            Arithmetic::Add => ("+", "_add"),
            Arithmetic::Subtract => ("-", "_subtract"),
            Arithmetic::Multiply => ("*", "_multiply"),
            Arithmetic::Divide => ("/", "_divide"),
            Arithmetic::Modulo => ("%", "_modulo"),
        };
        match self {
            // Too large a number is an error in PostgreSQL, and too long a text is none; functions of ours know better.
            Self::Postgres => format!("{name}({left}, {right})"),
            Self::Sqlite => {
                // Dividing by zero gives null in SQLite and an error elsewhere; null everywhere.
                let text = match operator {
                    Arithmetic::Divide | Arithmetic::Modulo => format!("({left} {sign} NULLIF({right}, 0))"),
                    _ => format!("({left} {sign} {right})"),
                };
                if real { finite_number(&text) } else { text }
            }
        }
    }

    pub(super) fn negate(self, value: &str, real: bool) -> String {
        match self {
            Self::Postgres if !real => format!("_subtract(0::bigint, {value})"),
            // The blank keeps the minus of a negative literal from making it the start of a comment.
            _ => format!("(- {value})"),
        }
    }

    /// The end of a sum of integers. In SQLite one that does not fit has become a floating-point number, which here is
    /// null.
    pub(super) fn exact_integer(self, expression: &str) -> String {
        match self {
            Self::Sqlite => format!("(CASE typeof({expression}) WHEN 'integer' THEN {expression} END)"),
            Self::Postgres => expression.to_owned(),
        }
    }

    pub(super) fn to_real(self, value: &str) -> String {
        match self {
            Self::Sqlite => format!("CAST({value} AS REAL)"),
            Self::Postgres => format!("CAST({value} AS double precision)"),
        }
    }

    /// The condition of a field whose text is a date.
    pub(super) fn is_date(self, name: &str) -> String {
        match self {
            Self::Sqlite => format!("{name} IS date({name})"),
            Self::Postgres => format!("to_char({name}::date, 'YYYY-MM-DD') = {name}"),
        }
    }

    pub(super) fn is_json(self, name: &str) -> String {
        match self {
            Self::Sqlite => format!("json_valid({name})"),
            // What is no JSON is an error of the cast. Unlike most, this test is false of null, not null.
            Self::Postgres => format!("({name} IS NULL OR {name}::json IS NOT NULL)"),
        }
    }

    pub(super) fn is_json_array(self, name: &str) -> String {
        match self {
            Self::Sqlite => format!("json_type({name}) = 'array'"),
            Self::Postgres => format!("json_typeof({name}::json) = 'array'"),
        }
    }

    /// `LIKE` that does not tell small ASCII letters from large ones.
    pub(super) fn like(self, name: &str, pattern: &str) -> String {
        match self {
            Self::Sqlite => format!("{name} LIKE '{pattern}'"),
            Self::Postgres => format!("{name} ILIKE '{pattern}'"),
        }
    }
}

fn postgres_type(ty: ColumnType) -> &'static str {
    match ty {
        ColumnType::Id => "uuid",
        ColumnType::Integer => "bigint",
        ColumnType::Real => "double precision",
        ColumnType::Boolean => "boolean",
        ColumnType::Text => "text",
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// In statements for PostgreSQL each question mark becomes a dollar, for the places of values.
fn without_question_marks(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('?', "\\x3f");
    format!("E{}", quoted(&escaped))
}

/// A finite number or null: the language has no infinity, which SQLite writes as a number too large for it.
fn finite_number(expression: &str) -> String {
    format!("NULLIF(NULLIF({expression}, 9e999), -9e999)")
}
