//! Statements that move the rows of a table into its next shape.

use super::dialect::Dialect;
use super::names::{constraint_name, quote};

/// Follows a table's name while its successor is built; no name can hold it.
pub(crate) const BUILDING: &str = "~new";
/// Follows a table's name when its successor has taken its place.
pub(crate) const LEFT: &str = "~old";

/// Follows the name of a column where a check stands for it that it is not null (PostgreSQL).
pub(crate) const REQUIRED: &str = "~required";

/// Where the value of a new column comes from: SQL over the old row, known as `r`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnSource {
    pub(crate) column: String,
    pub(crate) of_row: String,
}

impl ColumnSource {
    /// The value of a column of the old table.
    pub(crate) fn column(column: &str, old: &str) -> Self {
        Self {
            column: column.to_owned(),
            of_row: format!("r.{}", quote(old)),
        }
    }

    /// The same value for every row.
    pub(crate) fn constant(column: &str, sql: &str) -> Self {
        Self {
            column: column.to_owned(),
            of_row: sql.to_owned(),
        }
    }
}

/// A table on its way to its next shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rebuild {
    pub(crate) old: String,
    /// The name that the new table will have.
    pub(crate) name: String,
    pub(crate) columns: Vec<ColumnSource>,
    pub(crate) key: &'static [&'static str],
}

impl Rebuild {
    pub(crate) fn building(&self) -> String {
        format!("{}{BUILDING}", self.name)
    }

    /// Copies every row.
    pub(crate) fn insert_all(&self) -> String {
        format!("{} FROM {} AS r", self.insert_into(), quote(&self.old))
    }

    fn insert_into(&self) -> String {
        let targets: Vec<String> = self.columns.iter().map(|column| quote(&column.column)).collect();
        let values: Vec<&str> = self.columns.iter().map(|column| column.of_row.as_str()).collect();
        format!(
            "INSERT INTO {} ({}) SELECT {}",
            quote(&self.building()),
            targets.join(", "),
            values.join(", ")
        )
    }

    /// The key of the last row of the next slice: of the `rows` after a key, which is bound, or from the beginning.
    pub(crate) fn slice_end(&self, from_start: bool, rows: usize) -> String {
        let key = self.key_list("r.");
        let order_back: Vec<String> = self
            .key
            .iter()
            .map(|name| format!("{} DESC", quote(name)))
            .collect();
        let after = if from_start {
            String::new()
        } else {
            format!(" WHERE ({key}) > ({})", self.placeholders(1))
        };
        format!(
            "SELECT {} FROM (SELECT {key} FROM {} AS r{after} ORDER BY {key} LIMIT {rows}) AS part ORDER BY {} LIMIT 1",
            self.key_list(""),
            quote(&self.old),
            order_back.join(", ")
        )
    }

    /// Copies the rows up to a key that are not there yet. Bound: the last key, then, unless from the start, the key to
    /// start after.
    pub(crate) fn insert_slice(&self, from_start: bool) -> String {
        let key = self.key_list("r.");
        let after = if from_start {
            String::new()
        } else {
            format!(" AND ({key}) > ({})", self.placeholders(1 + self.key.len()))
        };
        let same: Vec<String> = self
            .key
            .iter()
            .map(|name| format!("n.{name} = r.{name}", name = quote(name)))
            .collect();
        format!(
            "{} FROM {} AS r WHERE ({key}) <= ({}){after} AND NOT EXISTS (SELECT 1 FROM {} AS n WHERE {})",
            self.insert_into(),
            quote(&self.old),
            self.placeholders(1),
            quote(&self.building()),
            same.join(" AND ")
        )
    }

    fn key_list(&self, prefix: &str) -> String {
        let names: Vec<String> = self
            .key
            .iter()
            .map(|name| format!("{prefix}{}", quote(name)))
            .collect();
        names.join(", ")
    }

    fn placeholders(&self, first: usize) -> String {
        let numbers: Vec<String> = (first..first + self.key.len())
            .map(|number| format!("?{number}"))
            .collect();
        numbers.join(", ")
    }

    /// The names and statements of the triggers that bring each change of the old table into the new one (SQLite).
    pub(crate) fn mirrors(&self) -> Vec<(String, String)> {
        let (old, new) = (quote(&self.old), quote(&self.building()));
        let same = |row: &str| -> String {
            let same: Vec<String> = self
                .key
                .iter()
                .map(|name| format!("{name} = {row}.{name}", name = quote(name)))
                .collect();
            same.join(" AND ")
        };
        let remove = |row: &str| format!("DELETE FROM {new} WHERE {};", same(row));
        // The row as it stands: other triggers may have changed it again since, and been brought along already.
        let alike: Vec<String> = self
            .key
            .iter()
            .map(|name| format!("r.{name} = NEW.{name}", name = quote(name)))
            .collect();
        let insert = format!("{} WHERE {};", self.insert_all(), alike.join(" AND "));
        let trigger = |event: &str, body: String| {
            let name = constraint_name(&format!("{}~mirror_{}", self.old, event.to_lowercase()));
            let sql = format!(
                "CREATE TRIGGER {} AFTER {event} ON {old} BEGIN {body} END",
                quote(&name)
            );
            (name, sql)
        };
        vec![
            trigger("INSERT", format!("{} {insert}", remove("NEW"))),
            trigger("UPDATE", format!("{} {} {insert}", remove("OLD"), remove("NEW"))),
            trigger("DELETE", remove("OLD")),
        ]
    }

    /// The names and statements of the triggers that remove from a table left behind what changes in its successor: its
    /// rows must not hold on to records that the application lets go (SQLite).
    pub(crate) fn forgetters(&self) -> Vec<(String, String)> {
        let (table, left) = (quote(&self.name), quote(&format!("{}{LEFT}", self.name)));
        let same: Vec<String> = self
            .key
            .iter()
            .map(|name| format!("{name} = OLD.{name}", name = quote(name)))
            .collect();
        let trigger = |event: &str| {
            let name = constraint_name(&format!("{}~forget_{}", self.name, event.to_lowercase()));
            let sql = format!(
                "CREATE TRIGGER {} AFTER {event} ON {table} BEGIN DELETE FROM {left} WHERE {}; END",
                quote(&name),
                same.join(" AND ")
            );
            (name, sql)
        };
        vec![trigger("UPDATE"), trigger("DELETE")]
    }
}

/// Removes some rows of a table left behind.
pub(crate) fn delete_some(table: &str, key: &[&str], rows: usize) -> String {
    let names: Vec<String> = key.iter().map(|name| quote(name)).collect();
    let key = names.join(", ");
    let table = quote(table);
    format!("DELETE FROM {table} WHERE ({key}) IN (SELECT {key} FROM {table} ORDER BY {key} LIMIT {rows})")
}

/// The statement that makes a table, for another name: only its own name is replaced.
pub(crate) fn create_as(create: &str, name: &str, other: &str) -> String {
    create.replacen(
        &format!("CREATE TABLE {}", quote(name)),
        &format!("CREATE TABLE {}", quote(other)),
        1,
    )
}

/// The statement that makes a table, with references to tables under other names.
pub(crate) fn refer_as(create: &str, name: &dyn Fn(&str) -> Option<String>) -> String {
    let mark = " REFERENCES \"";
    let mut parts = create.split(mark);
    let mut renamed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (target, rest) = part.split_once('"').unwrap_or((part, ""));
        let other = name(target);
        renamed.push_str(&format!("{mark}{}\"{rest}", other.as_deref().unwrap_or(target)));
    }
    renamed
}

/// The statement that makes an index, under another name and on another table.
pub(crate) fn index_as(sql: &str, (name, other): (&str, &str), (table, on): (&str, &str)) -> String {
    let sql = sql.replacen(
        &format!("INDEX {} ON", quote(name)),
        &format!("INDEX {} ON", quote(other)),
        1,
    );
    sql.replacen(
        &format!(" ON {} ", quote(table)),
        &format!(" ON {} ", quote(on)),
        1,
    )
}

/// SQL that is true when two values differ, null being a value like others.
pub(crate) fn differ(dialect: Dialect, left: &str, right: &str) -> String {
    match dialect {
        Dialect::Sqlite => format!("{left} IS NOT {right}"),
        Dialect::Postgres => format!("{left} IS DISTINCT FROM {right}"),
    }
}
