//! Values of fields made from other columns of a row.

use std::fmt::Write as _;

use mainstay_core::rules::{self, Purpose, Scope};
use mainstay_store::sql::{Dialect, value_sql};

use super::application::{DEFINITION, collection, target};
use super::{DIALECTS, assert_same};

/// A field, and its value.
const VALUES: [(&str, &str); 22] = [
    ("body", "string(record.stars)"),
    ("body", "string(record.fee) + ' it\\'s?\\\\'"),
    ("body", "string(record.sent_at)"),
    ("body", "string(record.flagged)"),
    ("body", "record.body.trim().upperAscii()"),
    ("body", "record.body.substring(record.body.indexOf(':') + 1)"),
    ("body", "record.body.matches('^[a-z]+?$') ? record.body : null"),
    ("body", "record.body.replace('a', 'b').charAt(0)"),
    ("kind", "record.stars > 3 ? 'plain' : 'it\\'s'"),
    ("stars", "int(record.body)"),
    ("stars", "int(record.fee)"),
    ("stars", "int(record.flagged)"),
    ("weight", "record.stars"),
    ("weight", "double(record.fee)"),
    ("fee", "record.stars"),
    ("fee", "decimal(record.weight, 2) * 2"),
    ("flagged", "bool(record.body)"),
    ("flagged", "'red' in record.tags"),
    ("sent_at", "timestamp(record.day)"),
    ("day", "'2026-01-31'"),
    ("day", "null"),
    ("room", "record.room"),
];

#[test]
fn conversions() {
    for (dialect, ending) in DIALECTS {
        assert_same(&format!("conversions.{ending}"), &conversions_in(dialect));
    }
}

fn conversions_in(dialect: Dialect) -> String {
    let messages = collection("messages");
    let scope = Scope {
        collection: messages.id,
        purpose: Purpose::Convert,
    };
    let mut page = String::new();
    for (field, text) in VALUES {
        let wanted = messages.find_field(field).expect("a message has it");
        let value = rules::parse_value(&DEFINITION, scope, text, wanted)
            .unwrap_or_else(|errors| panic!("{text}: {errors:#?}"));
        let sql = value_sql(target(dialect), "NEW", &value).expect("the expression is small");
        writeln!(page, "-- {field} = {text}\n{sql}\n").expect("a string takes all text");
    }
    page
}
