//! Statements that move the rows of any table from one database to another, in the order of its key.

use super::names::quote;

/// A table of a definition, or one of our own. The names were validated, or are ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MovedTable {
    pub(crate) name: String,
    pub(crate) columns: Vec<String>,
    /// Columns of the primary key, in its order.
    pub(crate) key: &'static [&'static str],
}

impl MovedTable {
    /// At most `rows` rows from the beginning, in the order of the key.
    pub(crate) fn select_first(&self, rows: usize) -> String {
        self.select("", rows)
    }

    /// At most `rows` rows that come after a key, whose values are the arguments.
    pub(crate) fn select_after(&self, rows: usize) -> String {
        let condition = format!(
            " WHERE ({}) > ({})",
            list(self.key),
            placeholders(0, self.key.len())
        );
        self.select(&condition, rows)
    }

    fn select(&self, condition: &str, rows: usize) -> String {
        format!(
            "SELECT {} FROM {}{condition} ORDER BY {} LIMIT {rows}",
            list(&self.columns),
            quote(&self.name),
            list(self.key)
        )
    }

    /// The greatest key.
    pub(crate) fn select_last_key(&self) -> String {
        let descending: Vec<String> = self.key.iter().map(|name| quote(name) + " DESC").collect();
        format!(
            "SELECT {} FROM {} ORDER BY {} LIMIT 1",
            list(self.key),
            quote(&self.name),
            descending.join(", ")
        )
    }

    pub(crate) fn count(&self) -> String {
        format!("SELECT count(*) FROM {}", quote(&self.name))
    }

    /// Inserts `rows` rows at once; their values are the arguments, row after row.
    pub(crate) fn insert(&self, rows: usize) -> String {
        let width = self.columns.len();
        let values: Vec<String> = (0..rows)
            .map(|row| format!("({})", placeholders(row * width, width)))
            .collect();
        format!(
            "INSERT INTO {} ({}) VALUES {}",
            quote(&self.name),
            list(&self.columns),
            values.join(", ")
        )
    }
}

/// PostgreSQL: the next row gets the number after the greatest one there is. SQLite numbers rows like this by itself.
pub(crate) fn continue_numbers(table: &str, column: &str) -> String {
    format!(
        "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce(max({column}), 0) + 1, false) FROM {table}"
    )
}

fn list<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<String> = names.iter().map(|name| quote(name.as_ref())).collect();
    names.join(", ")
}

/// `?3, ?4`
fn placeholders(before: usize, count: usize) -> String {
    let placeholders: Vec<String> = (1..=count)
        .map(|number| format!("?{}", before + number))
        .collect();
    placeholders.join(", ")
}

#[cfg(test)]
mod tests {
    use super::MovedTable;

    fn links() -> MovedTable {
        MovedTable {
            name: "todos__labels".to_owned(),
            columns: ["owner", "target", "position"].map(str::to_owned).to_vec(),
            key: &["owner", "target"],
        }
    }

    #[test]
    fn rows_are_read_in_the_order_of_the_key() {
        assert_eq!(
            links().select_first(500),
            r#"SELECT "owner", "target", "position" FROM "todos__labels" ORDER BY "owner", "target" LIMIT 500"#
        );
        assert_eq!(
            links().select_after(500),
            r#"SELECT "owner", "target", "position" FROM "todos__labels" WHERE ("owner", "target") > (?1, ?2) ORDER BY "owner", "target" LIMIT 500"#
        );
        assert_eq!(
            links().select_last_key(),
            r#"SELECT "owner", "target" FROM "todos__labels" ORDER BY "owner" DESC, "target" DESC LIMIT 1"#
        );
    }

    #[test]
    fn rows_are_written_together() {
        assert_eq!(
            links().insert(2),
            r#"INSERT INTO "todos__labels" ("owner", "target", "position") VALUES (?1, ?2, ?3), (?4, ?5, ?6)"#
        );
    }
}
