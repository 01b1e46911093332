//! The SQL of a small application, word for word, so that a change of it is seen and meant.
//!
//! `MAINSTAY_RENEW=1 cargo nextest run -p mainstay-store snapshots` writes the files anew; read the difference before you
//! keep it.

mod application;
mod conversions;
mod lists;
mod statements;

use std::fmt::Write as _;
use std::path::Path;

use mainstay_store::sql::{Dialect, Statement};

/// Both databases, each with what its files end in.
const DIALECTS: [(Dialect, &str); 2] = [(Dialect::Sqlite, "sql"), (Dialect::Postgres, "postgres.sql")];

/// Compares with the file of this name, or writes it when asked to.
fn assert_same(name: &str, sql: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/store/snapshots")
        .join(name);
    #[expect(
        clippy::disallowed_methods,
        reason = "a switch for whoever runs the test, not a setting of the product"
    )]
    let renew = std::env::var_os("MAINSTAY_RENEW").is_some();
    if renew {
        std::fs::write(&path, sql).expect("the snapshot can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    let different = expected.lines().zip(sql.lines()).find(|(old, new)| old != new);
    let hint = "if it is meant, run the test again with MAINSTAY_RENEW=1";
    assert!(
        expected == sql,
        "{name} differs ({hint}); first at {different:#?}\n\nall of it:\n{sql}"
    );
}

/// Statements in lines of readable length, with their titles and the meaning of their placeholders.
#[derive(Default)]
struct Page(String);

impl Page {
    fn add(&mut self, title: &str, statement: &Statement) {
        let mut text = statement.text.clone();
        for word in ["FROM", "WHERE", "ORDER BY", "AND", "OR"] {
            text = text.replace(&format!(" {word} "), &format!("\n  {word} "));
        }
        writeln!(self.0, "-- {title}\n{text};").expect("a string takes all text");
        for (position, slot) in statement.slots.iter().enumerate() {
            writeln!(self.0, "--   ?{} is {slot:?}", position + 1).expect("a string takes all text");
        }
        self.0.push('\n');
    }

    fn add_optional(&mut self, title: &str, statement: Option<&Statement>) {
        match statement {
            Some(statement) => self.add(title, statement),
            None => writeln!(self.0, "-- {title}\n-- nobody may\n").expect("a string takes all text"),
        }
    }
}
