//! The parts of a table, for changing one of them and leaving the others.

use super::names::quote;

/// What a table consists of, for whoever changes a part of it and leaves the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TableParts {
    pub(crate) columns: Vec<ColumnSql>,
    pub(crate) checks: Vec<CheckSql>,
    pub(crate) indexes: Vec<IndexSql>,
    /// References that stand apart from their table.
    pub(crate) references: Vec<ReferenceSql>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ColumnSql {
    pub(crate) name: String,
    pub(crate) ty: &'static str,
    pub(crate) required: bool,
    pub(crate) default: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CheckSql {
    pub(crate) name: String,
    pub(crate) condition: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IndexSql {
    pub(crate) name: String,
    pub(crate) unique: bool,
    /// The columns with their order, in brackets, and which rows it holds.
    pub(crate) keys: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReferenceSql {
    pub(crate) name: String,
    pub(crate) column: String,
    /// The table that it leads to.
    pub(crate) target: String,
    pub(crate) action: &'static str,
}

impl CheckSql {
    pub(crate) fn constraint(&self) -> String {
        format!("CONSTRAINT {} CHECK ({})", quote(&self.name), self.condition)
    }
}

impl IndexSql {
    pub(crate) fn create(&self, table: &str) -> String {
        let unique = if self.unique { "UNIQUE " } else { "" };
        format!(
            "CREATE {unique}INDEX {} ON {} {}",
            quote(&self.name),
            quote(table),
            self.keys
        )
    }
}

impl ReferenceSql {
    pub(crate) fn add(&self, table: &str) -> String {
        format!(
            "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) REFERENCES {} (\"id\") ON DELETE {} DEFERRABLE",
            quote(table),
            quote(&self.name),
            quote(&self.column),
            quote(&self.target),
            self.action
        )
    }
}

/// A statement with other names for some identifiers: those in double quotes, outside of texts. In our texts every quote
/// is doubled, so that one reads as two side by side, which is as good here.
pub(crate) fn renamed_identifiers(sql: &str, rename: &dyn Fn(&str) -> Option<String>) -> String {
    let mut renamed = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(['\'', '"']) {
        let (before, quoted) = rest.split_at(at);
        let mark = &quoted[..1];
        let (inside, after) = quoted[1..].split_once(mark).unwrap_or((&quoted[1..], ""));
        renamed.push_str(before);
        if mark == "\"" {
            renamed.push_str(&quote(rename(inside).as_deref().unwrap_or(inside)));
        } else {
            renamed.push_str(&format!("'{inside}'"));
        }
        rest = after;
    }
    renamed.push_str(rest);
    renamed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_renamed_and_texts_are_not() {
        let rename = |name: &str| (name == "a").then(|| "b".to_owned());
        for (sql, expected) in [
            (
                r#""a" = 'a' AND "aa" = '"a"' OR "a""#,
                r#""b" = 'a' AND "aa" = '"a"' OR "b""#,
            ),
            (r#"'it''s "a"' = "a""#, r#"'it''s "a"' = "b""#),
            (r#"E'''"a"\x3f\\' = r."a""#, r#"E'''"a"\x3f\\' = r."b""#),
            ("length(x) > 1", "length(x) > 1"),
        ] {
            assert_eq!(renamed_identifiers(sql, &rename), expected);
        }
    }
}
