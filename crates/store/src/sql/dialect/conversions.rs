//! Conversions and text functions in the words of each database.
//!
//! Both databases know the same functions of ours, whose names begin with an underscore: SQLite by
//! `crates/store/src/db/sqlite/functions.rs`, PostgreSQL by `crates/store/src/schema/system/functions.rs`. Each operand
//! stands in the text once, so that conversions of conversions stay small.

use mainstay_core::Value;
use mainstay_core::rules::{TextFunction, Type};

use super::Dialect;

/// What CEL reads as true, and as false.
const TRUE: [&str; 5] = ["1", "t", "true", "TRUE", "True"];
const FALSE: [&str; 5] = ["0", "f", "false", "FALSE", "False"];

/// Unicode's `White_Space`, as CEL's `trim` has it: code points.
const WHITE_SPACE: [u32; 25] = [
    0x9, 0xa, 0xb, 0xc, 0xd, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005,
    0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000,
];

impl Dialect {
    /// A value of one type as one of another, null when there is none; typing lets no other pairs through.
    pub(in crate::sql) fn convert(self, from: Type, to: Type, value: &str) -> String {
        use Type::{Bool, Date, DateTime, Decimal, Int, Number, Text};
        match (from, to) {
            (_, Text | Date) => self.by_code_point(&to_text(from, to, value)),
            (Text, Int) => format!("_int_of_text({value})"),
            (Number, Int) => format!("_int_of_number({value})"),
            // Both databases divide integers towards zero.
            (Decimal { scale }, Int) => format!("({value} / {})", 10_i64.pow(scale.into())),
            (Bool, Int) => {
                let (one, zero) = (self.literal(&Value::Int(1)), self.literal(&Value::Int(0)));
                format!("(CASE {value} WHEN TRUE THEN {one} WHEN FALSE THEN {zero} END)")
            }
            (DateTime, Int) => format!("_seconds_of_time({value})"),
            (Text, Number) => format!("_number_of_text({value})"),
            // By its digits, so that there is one rounding and not two.
            (Decimal { scale }, Number) => format!("_number_of_text(_text_of_decimal({value}, {scale}))"),
            (Text, Bool) => {
                let when = |texts: [&str; 5], answer| {
                    texts.map(|text| format!(" WHEN '{text}' THEN {answer}")).concat()
                };
                format!("(CASE {value}{}{} END)", when(TRUE, "TRUE"), when(FALSE, "FALSE"))
            }
            (Int, Bool) => format!("(CASE {value} WHEN 0 THEN FALSE WHEN 1 THEN TRUE END)"),
            (Text, DateTime) => format!("_time_of_text({value})"),
            (Date, DateTime) => format!("_time_of_date({value})"),
            (Int, DateTime) => format!("_time_of_seconds({value})"),
            (Text, Decimal { scale }) => format!("_decimal_of_text({value}, {scale})"),
            (Number, Decimal { scale }) => format!("_decimal_of_number({value}, {scale})"),
            (Int, Decimal { scale }) => format!("_decimal_of_decimal({value}, 0, {scale})"),
            (Decimal { scale: one }, Decimal { scale: other }) if one != other => {
                format!("_decimal_of_decimal({value}, {one}, {other})")
            }
            _ => value.to_owned(),
        }
    }

    /// A function of CEL's string extensions; `operands` are the text and what stands in the brackets.
    pub(in crate::sql) fn text_function(self, function: TextFunction, operands: &[String]) -> String {
        let list = operands.join(", ");
        let text = match (self, function) {
            (Self::Sqlite, TextFunction::IndexOf) => return format!("(instr({list}) - 1)"),
            (Self::Postgres, TextFunction::IndexOf) => return format!("(strpos({list}) - 1)::bigint"),
            (_, TextFunction::LastIndexOf) => return format!("_last_index_of({list})"),
            (Self::Sqlite, TextFunction::UpperAscii) => format!("upper({list})"),
            (Self::Postgres, TextFunction::UpperAscii) => format!("upper({list} COLLATE \"C\")"),
            (Self::Sqlite, TextFunction::Trim) => format!("trim({list}, {})", self.white_space()),
            (Self::Postgres, TextFunction::Trim) => format!("btrim({list}, {})", self.white_space()),
            (_, TextFunction::Replace) => format!("_replace({list})"),
            (_, TextFunction::Substring) => format!("_substring({list})"),
            (_, TextFunction::CharAt) => format!("_char_at({list})"),
        };
        self.by_code_point(&text)
    }

    /// A text of all blanks, none of which shows in the statement.
    fn white_space(self) -> String {
        match self {
            Self::Sqlite => format!("char({})", WHITE_SPACE.map(|point| point.to_string()).join(", ")),
            Self::Postgres => format!(
                "E'{}'",
                WHITE_SPACE.map(|point| format!("\\u{point:04x}")).concat()
            ),
        }
    }
}

fn to_text(from: Type, to: Type, value: &str) -> String {
    match (from, to) {
        (Type::Text, Type::Date) => format!("_date_of_text({value})"),
        (Type::DateTime, Type::Date) => format!("_date_of_time({value})"),
        (Type::Int, _) => format!("CAST({value} AS text)"),
        (Type::Number, _) => format!("_text_of_number({value})"),
        (Type::Decimal { scale }, _) => format!("_text_of_decimal({value}, {scale})"),
        (Type::Bool, _) => format!("(CASE {value} WHEN TRUE THEN 'true' WHEN FALSE THEN 'false' END)"),
        (Type::DateTime, _) => format!("_text_of_time({value})"),
        // A date is kept as its text.
        _ => value.to_owned(),
    }
}
