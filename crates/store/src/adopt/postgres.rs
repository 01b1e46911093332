//! The shape of a schema on a server, from its system catalogues (PostgreSQL, chapter 53).

use super::model::{
    DeleteAction, Other, SourceCheck, SourceColumn, SourceForeignKey, SourceIndex, SourceSchema, SourceTable,
    SourceUnique,
};
use crate::db::StoreError;
use crate::sql::Dialect;
use crate::tx::{Bind, Row, Tx};

/// Stands between the names of one text: the unit separator, which no name has.
const SEPARATOR: char = '\u{1f}';

const SCHEMA: &str = "SELECT current_schema()::text";
const SCHEMA_EXISTS: &str = "SELECT count(*) FROM pg_namespace WHERE nspname = ?1";
const TABLES: &str =
    "SELECT c.relname::text FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = ?1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
       AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
     ORDER BY c.relname::text COLLATE \"C\"";
const COLUMNS: &str = "SELECT a.attname::text,
       CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(a.atttypid, a.atttypmod) END::text,
       CASE WHEN t.typtype = 'd' THEN t.typname END::text, a.attnotnull, pg_get_expr(d.adbin, d.adrelid)::text,
       a.attgenerated <> '', a.attidentity <> '',
       (SELECT string_agg(e.enumlabel::text, chr(31) ORDER BY e.enumsortorder) FROM pg_enum AS e WHERE e.enumtypid = t.oid)
     FROM pg_attribute AS a
     JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     JOIN pg_type AS t ON t.oid = a.atttypid
     LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
     WHERE n.nspname = ?1 AND c.relname = ?2 AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
       AND strpos(a.attname, chr(63)) = 0
     ORDER BY a.attnum";
const CONSTRAINTS: &str = "SELECT k.conname::text, k.contype::text, pg_get_constraintdef(k.oid)::text, k.confdeltype::text,
       CASE WHEN fn.nspname = n.nspname THEN f.relname::text ELSE fn.nspname || '.' || f.relname END::text,
       (SELECT string_agg(a.attname::text, chr(31) ORDER BY o.place) FROM unnest(k.conkey) WITH ORDINALITY AS o (number, place)
        JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = o.number),
       (SELECT string_agg(a.attname::text, chr(31) ORDER BY o.place) FROM unnest(k.confkey) WITH ORDINALITY AS o (number, place)
        JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = o.number)
     FROM pg_constraint AS k
     JOIN pg_class AS c ON c.oid = k.conrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     LEFT JOIN pg_class AS f ON f.oid = k.confrelid LEFT JOIN pg_namespace AS fn ON fn.oid = f.relnamespace
     WHERE n.nspname = ?1 AND c.relname = ?2 AND k.contype IN ('p', 'u', 'f', 'c', 'x')
     ORDER BY k.conname::text COLLATE \"C\"";
const INDEXES: &str = "SELECT i.relname::text, x.indisunique,
       x.indpred IS NOT NULL OR x.indexprs IS NOT NULL OR m.amname <> 'btree', pg_get_indexdef(x.indexrelid)::text,
       (SELECT string_agg(a.attname::text, chr(31) ORDER BY o.place)
        FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS o (number, place)
        JOIN pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum = o.number WHERE o.place <= x.indnkeyatts)
     FROM pg_index AS x
     JOIN pg_class AS c ON c.oid = x.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_am AS m ON m.oid = i.relam
     WHERE n.nspname = ?1 AND c.relname = ?2
       AND NOT EXISTS (SELECT 1 FROM pg_constraint AS k WHERE k.conindid = x.indexrelid AND k.contype IN ('p', 'u', 'x'))
     ORDER BY i.relname::text COLLATE \"C\"";
/// Sequences that belong to a column, and what an extension has brought, are left out.
const OTHERS: &str = "SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
         ELSE 'sequence' END::text, c.relname::text
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = ?1 AND c.relkind IN ('v', 'm', 'f', 'S')
       AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype IN ('e', 'a', 'i') AND c.relkind = 'S')
       AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
     UNION ALL
     SELECT 'column with a question mark in its name', c.relname || '.' || a.attname FROM pg_attribute AS a
     JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = ?1 AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND strpos(a.attname, chr(63)) > 0
     UNION ALL
     SELECT 'function', p.proname::text FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
     WHERE n.nspname = ?1 AND NOT EXISTS (SELECT 1 FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
     UNION ALL
     SELECT 'trigger', t.tgname || ' on ' || c.relname FROM pg_trigger AS t
     JOIN pg_class AS c ON c.oid = t.tgrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = ?1 AND NOT t.tgisinternal
     UNION ALL
     SELECT 'row security policy', p.polname || ' on ' || c.relname FROM pg_policy AS p
     JOIN pg_class AS c ON c.oid = p.polrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname = ?1
     ORDER BY 1, 2";

pub(super) fn read_schema(tx: &mut Tx<'_>, schema: Option<&str>) -> Result<SourceSchema, StoreError> {
    let name = match schema {
        Some(name) => name.to_owned(),
        None => current(tx)?,
    };
    let exists = tx.query_first(SCHEMA_EXISTS, &[Bind::Text(&name)], |row| row.int(0))?;
    if exists != Some(1) {
        return Err(StoreError::Corrupt(format!("it has no schema {name}")));
    }
    let mut names = Vec::new();
    tx.query(TABLES, &[Bind::Text(&name)], |row| {
        names.push(row.text(0)?.to_owned());
        Ok::<(), StoreError>(())
    })?;
    let mut others = Vec::new();
    tx.query(OTHERS, &[Bind::Text(&name)], |row| {
        others.push(Other {
            kind: kind_of(row.text(0)?),
            name: row.text(1)?.to_owned(),
        });
        Ok::<(), StoreError>(())
    })?;
    let mut tables = Vec::with_capacity(names.len());
    for table in names {
        // In our statements a question mark is always a placeholder.
        if table.contains('?') {
            others.push(Other {
                kind: "table with a question mark in its name",
                name: table,
            });
            continue;
        }
        tables.push(read_table(tx, &name, table)?);
    }
    Ok(SourceSchema {
        dialect: Dialect::Postgres,
        name,
        tables,
        others,
    })
}

fn current(tx: &mut Tx<'_>) -> Result<String, StoreError> {
    let found = tx.query_first(SCHEMA, &[], |row| {
        Ok::<_, StoreError>(row.optional_text(0)?.map(str::to_owned))
    })?;
    let none =
        || StoreError::Corrupt("no schema of the search path exists: name one with --schema".to_owned());
    found.flatten().ok_or_else(none)
}

fn kind_of(word: &str) -> &'static str {
    const KINDS: [&str; 7] = [
        "column with a question mark in its name",
        "view",
        "materialized view",
        "foreign table",
        "sequence",
        "function",
        "trigger",
    ];
    let known = KINDS.into_iter().find(|kind| *kind == word);
    known.unwrap_or("row security policy")
}

fn read_table(tx: &mut Tx<'_>, schema: &str, name: String) -> Result<SourceTable, StoreError> {
    let mut table = SourceTable {
        name,
        ..SourceTable::default()
    };
    let of_table = table.name.clone();
    let binds = [Bind::Text(schema), Bind::Text(&of_table)];
    tx.query(COLUMNS, &binds, |row| {
        let default = row.optional_text(4)?.map(str::to_owned);
        let counted = default
            .as_deref()
            .is_some_and(|text| text.starts_with("nextval("));
        table.columns.push(SourceColumn {
            name: row.text(0)?.to_owned(),
            ty: row.text(1)?.to_owned(),
            domain: row.optional_text(2)?.map(str::to_owned),
            required: row.int(3)? == 1,
            default: default.filter(|_| !counted),
            generated: row.int(5)? == 1,
            numbered: counted || row.int(6)? == 1,
            labels: names(row.optional_text(7)?),
        });
        Ok::<(), StoreError>(())
    })?;
    for column in table.columns.iter_mut().filter(|column| column.generated) {
        column.default = None;
    }
    tx.query(CONSTRAINTS, &binds, |row| add_constraint(&mut table, row))?;
    tx.query(INDEXES, &binds, |row| {
        let special = row.int(2)? == 1;
        table.indexes.push(SourceIndex {
            name: row.text(0)?.to_owned(),
            columns: names(row.optional_text(4)?),
            unique: row.int(1)? == 1,
            special: special.then(|| row.text(3).map(str::to_owned)).transpose()?,
        });
        Ok::<(), StoreError>(())
    })?;
    Ok(table)
}

fn add_constraint(table: &mut SourceTable, row: &Row<'_>) -> Result<(), StoreError> {
    let name = row.text(0)?.to_owned();
    let columns = names(row.optional_text(5)?);
    match row.text(1)? {
        "p" => table.primary_key = columns,
        "u" => table.uniques.push(SourceUnique { columns }),
        "f" => table.foreign_keys.push(SourceForeignKey {
            name,
            columns,
            to_table: row.optional_text(4)?.unwrap_or_default().to_owned(),
            to_columns: names(row.optional_text(6)?),
            on_delete: match row.text(3)? {
                "c" => DeleteAction::Cascade,
                "n" => DeleteAction::SetNull,
                "d" => DeleteAction::SetDefault,
                _ => DeleteAction::Restrict,
            },
        }),
        "c" => {
            let text = row.text(2)?;
            let condition = text.strip_prefix("CHECK (").unwrap_or(text);
            let condition = condition.trim_end_matches(" NOT VALID");
            let condition = condition.trim_end_matches(" NO INHERIT");
            table.checks.push(SourceCheck {
                name: Some(name),
                condition: condition.strip_suffix(')').unwrap_or(condition).to_owned(),
            });
        }
        // An exclusion is an index that says more than unique.
        _ => table.indexes.push(SourceIndex {
            name,
            columns,
            unique: false,
            special: Some(row.text(2)?.to_owned()),
        }),
    }
    Ok(())
}

fn names(text: Option<&str>) -> Vec<String> {
    text.map_or_else(Vec::new, |text| {
        text.split(SEPARATOR).map(str::to_owned).collect()
    })
}
