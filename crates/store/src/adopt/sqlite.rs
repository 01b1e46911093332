//! The shape of a file.

use super::model::{
    DeleteAction, Other, SourceCheck, SourceColumn, SourceForeignKey, SourceIndex, SourceSchema, SourceTable,
    SourceUnique,
};
use super::tokens::{Brackets, Token, tokenize};
use crate::db::StoreError;
use crate::sql::Dialect;
use crate::tx::{Bind, Tx};

const TABLES: &str = "SELECT l.name, l.type, s.sql FROM pragma_table_list AS l
     LEFT JOIN sqlite_schema AS s ON s.name = l.name AND s.type IN ('table', 'view')
     WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY l.name";
const TRIGGERS: &str = "SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name";
/// Hidden columns 2 and 3 are generated ones, 1 belongs to virtual tables.
const COLUMNS: &str = "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1) WHERE hidden <> 1 ORDER BY cid";
const FOREIGN_KEYS: &str =
    "SELECT id, \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list(?1) ORDER BY id, seq";
const INDEXES: &str =
    "SELECT l.name, l.\"unique\", l.origin, l.partial, s.sql FROM pragma_index_list(?1) AS l
     LEFT JOIN sqlite_schema AS s ON s.name = l.name AND s.type = 'index' ORDER BY l.name";
const INDEX_COLUMNS: &str = "SELECT cid, name FROM pragma_index_xinfo(?1) WHERE \"key\" = 1 ORDER BY seqno";

pub(super) fn read_schema(tx: &mut Tx<'_>) -> Result<SourceSchema, StoreError> {
    let (mut found, mut others) = (Vec::new(), Vec::new());
    tx.query(TABLES, &[], |row| {
        let name = row.text(0)?.to_owned();
        match row.text(1)? {
            "table" => found.push((name, row.optional_text(2)?.unwrap_or_default().to_owned())),
            "view" => others.push(Other { kind: "view", name }),
            "virtual" => others.push(Other {
                kind: "virtual table",
                name,
            }),
            // The insides of a virtual table.
            _ => {}
        }
        Ok::<(), StoreError>(())
    })?;
    tx.query(TRIGGERS, &[], |row| {
        let name = row.text(0)?.to_owned();
        others.push(Other {
            kind: "trigger",
            name,
        });
        Ok::<(), StoreError>(())
    })?;
    let mut tables = Vec::with_capacity(found.len());
    for (name, sql) in found {
        tables.push(read_table(tx, name, &sql)?);
    }
    resolve_targets(&mut tables);
    Ok(SourceSchema {
        dialect: Dialect::Sqlite,
        name: "main".to_owned(),
        tables,
        others,
    })
}

fn read_table(tx: &mut Tx<'_>, name: String, sql: &str) -> Result<SourceTable, StoreError> {
    let mut table = SourceTable {
        checks: checks_of(sql),
        name,
        ..SourceTable::default()
    };
    let mut key = Vec::new();
    let name = table.name.clone();
    tx.query(COLUMNS, &[Bind::Text(&name)], |row| {
        let column = SourceColumn {
            name: row.text(0)?.to_owned(),
            ty: row.text(1)?.to_owned(),
            required: row.int(2)? == 1,
            default: row.optional_text(3)?.map(str::to_owned),
            generated: row.int(5)? > 1,
            ..SourceColumn::default()
        };
        if row.int(4)? > 0 {
            key.push((row.int(4)?, column.name.clone()));
        }
        table.columns.push(column);
        Ok::<(), StoreError>(())
    })?;
    key.sort_unstable();
    table.primary_key = key.into_iter().map(|(_, name)| name).collect();
    if let [only] = &table.primary_key[..] {
        let key = table.columns.iter_mut().find(|column| column.name == *only);
        // Another name for the number that every row has.
        if let Some(key) = key.filter(|column| column.ty.eq_ignore_ascii_case("integer")) {
            key.numbered = true;
            key.required = true;
        }
    }
    read_foreign_keys(tx, &mut table)?;
    read_indexes(tx, &mut table)?;
    Ok(table)
}

fn read_foreign_keys(tx: &mut Tx<'_>, table: &mut SourceTable) -> Result<(), StoreError> {
    let name = table.name.clone();
    let mut last = None;
    tx.query(FOREIGN_KEYS, &[Bind::Text(&name)], |row| {
        let id = row.int(0)?;
        if last != Some(id) {
            last = Some(id);
            table.foreign_keys.push(SourceForeignKey {
                name: format!("number {id}"),
                columns: Vec::new(),
                to_table: row.text(1)?.to_owned(),
                to_columns: Vec::new(),
                on_delete: match row.text(4)? {
                    "CASCADE" => DeleteAction::Cascade,
                    "SET NULL" => DeleteAction::SetNull,
                    "SET DEFAULT" => DeleteAction::SetDefault,
                    _ => DeleteAction::Restrict,
                },
            });
        }
        if let Some(key) = table.foreign_keys.last_mut() {
            key.columns.push(row.text(2)?.to_owned());
            key.to_columns.extend(row.optional_text(3)?.map(str::to_owned));
        }
        Ok::<(), StoreError>(())
    })?;
    // The database tells the last one first.
    table.foreign_keys.reverse();
    Ok(())
}

fn read_indexes(tx: &mut Tx<'_>, table: &mut SourceTable) -> Result<(), StoreError> {
    let mut found = Vec::new();
    tx.query(INDEXES, &[Bind::Text(&table.name)], |row| {
        let sql = row.optional_text(4)?.unwrap_or_default().to_owned();
        let origin = row.text(2)?.to_owned();
        found.push((
            row.text(0)?.to_owned(),
            row.int(1)? == 1,
            origin,
            row.int(3)? == 1,
            sql,
        ));
        Ok::<(), StoreError>(())
    })?;
    for (name, unique, origin, partial, sql) in found {
        let (mut columns, mut expression) = (Vec::new(), false);
        tx.query(INDEX_COLUMNS, &[Bind::Text(&name)], |row| {
            expression |= row.int(0)? < 0;
            columns.extend(row.optional_text(1)?.map(str::to_owned));
            Ok::<(), StoreError>(())
        })?;
        match origin.as_str() {
            "pk" => {}
            "u" => table.uniques.push(SourceUnique { columns }),
            _ => table.indexes.push(SourceIndex {
                name,
                columns,
                unique,
                special: (partial || expression).then_some(sql),
            }),
        }
    }
    Ok(())
}

/// Names are the same in capitals and small letters, and a key may leave out the columns that it leads to.
fn resolve_targets(tables: &mut [SourceTable]) {
    let known: Vec<(String, Vec<String>, Vec<String>)> = tables
        .iter()
        .map(|table| {
            let columns = table.columns.iter().map(|column| column.name.clone());
            (table.name.clone(), table.primary_key.clone(), columns.collect())
        })
        .collect();
    for table in tables {
        let own: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        for key in &mut table.foreign_keys {
            respell(&mut key.columns, &own);
            let target = known
                .iter()
                .find(|(name, ..)| name.eq_ignore_ascii_case(&key.to_table));
            let Some((name, primary_key, columns)) = target else {
                continue;
            };
            key.to_table.clone_from(name);
            if key.to_columns.is_empty() {
                key.to_columns.clone_from(primary_key);
            }
            respell(&mut key.to_columns, columns);
        }
    }
}

fn respell(names: &mut [String], known: &[String]) {
    for name in names {
        if let Some(spelt) = known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
            name.clone_from(spelt);
        }
    }
}

/// The checks in the text of a table: SQLite tells them nowhere else.
fn checks_of(sql: &str) -> Vec<SourceCheck> {
    let Some(tokens) = tokenize(sql, Brackets::Quotes) else {
        return Vec::new();
    };
    let (mut checks, mut depth, mut place) = (Vec::new(), 0_usize, 0);
    while let Some((token, _)) = tokens.get(place) {
        match token {
            Token::Symbol("(") => depth += 1,
            Token::Symbol(")") => depth = depth.saturating_sub(1),
            Token::Word(word) if depth == 1 && word.eq_ignore_ascii_case("check") => {
                let Some(end) = closing(&tokens, place + 1) else {
                    return checks;
                };
                let condition = &sql[tokens[place + 1].1.end..tokens[end].1.start];
                checks.push(SourceCheck {
                    name: name_before(&tokens, place),
                    condition: condition.trim().to_owned(),
                });
                place = end;
            }
            _ => {}
        }
        place += 1;
    }
    checks
}

/// The bracket that ends what the one at `open` begins.
fn closing(tokens: &[(Token, std::ops::Range<usize>)], open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (place, (token, _)) in tokens.iter().enumerate().skip(open) {
        match token {
            Token::Symbol("(") => depth += 1,
            Token::Symbol(")") => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return (place > open).then_some(place);
        }
    }
    None
}

/// `CONSTRAINT name CHECK`.
fn name_before(tokens: &[(Token, std::ops::Range<usize>)], check: usize) -> Option<String> {
    let before = tokens.get(check.checked_sub(2)?..check)?;
    match (&before[0].0, &before[1].0) {
        (Token::Word(word), Token::Word(name) | Token::Quoted(name))
            if word.eq_ignore_ascii_case("constraint") =>
        {
            Some(name.clone())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::checks_of;

    #[test]
    fn checks_are_found_in_the_text_of_a_table() {
        let sql = "CREATE TABLE a (n INTEGER DEFAULT (1) CHECK (n > (0)), -- CHECK (no)
            \"check\" TEXT, CONSTRAINT \"both\" CHECK (n < 9 AND \"check\" <> ')'))";
        let found: Vec<(Option<String>, String)> = checks_of(sql)
            .into_iter()
            .map(|check| (check.name, check.condition))
            .collect();
        let wanted = [
            (None, "n > (0)".to_owned()),
            (Some("both".to_owned()), "n < 9 AND \"check\" <> ')'".to_owned()),
        ];
        assert_eq!(found, wanted);
    }
}
