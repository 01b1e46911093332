//! Relations to many, and trees.

use mainstay_core::definition::{Collection, Field};
use mainstay_core::{RecordId, Value};

use crate::db::StoreError;
use crate::sql::{column, join_table, table};
use crate::tx::{Bind, WriteTx};

/// Links a new record to the targets of one relation to many.
pub fn insert_links(
    tx: &mut WriteTx<'_>,
    collection: &Collection,
    field: &Field,
    owner: &RecordId,
    targets: &[RecordId],
) -> Result<(), StoreError> {
    let sql = format!(
        "INSERT INTO {} (\"owner\", \"target\", \"position\") VALUES (?1, ?2, ?3)",
        join_table(collection, field)
    );
    for (position, target) in (0_i64..).zip(targets) {
        tx.execute_one(
            &sql,
            &[Bind::from(owner), Bind::from(target), Bind::Int(position)],
        )?;
    }
    Ok(())
}

/// Links a record to exactly these targets.
pub fn replace_links(
    tx: &mut WriteTx<'_>,
    collection: &Collection,
    field: &Field,
    owner: &RecordId,
    targets: &[RecordId],
) -> Result<(), StoreError> {
    let sql = format!(
        "DELETE FROM {} WHERE \"owner\" = ?1",
        join_table(collection, field)
    );
    tx.execute(&sql, &[Bind::from(owner)])?;
    insert_links(tx, collection, field, owner, targets)
}

/// Would pointing `id` at `target` close a cycle along this relation of a collection to itself?
pub fn would_cycle(
    tx: &mut WriteTx<'_>,
    collection: &Collection,
    field: &Field,
    id: &RecordId,
    target: &Value,
) -> Result<bool, StoreError> {
    let Value::Id(target) = target else {
        return Ok(false);
    };
    let (own, name) = (table(collection), column(field));
    // UNION, not UNION ALL: it ends even where a cycle was made by other means.
    let sql = format!(
        "WITH RECURSIVE _above(id) AS (
             SELECT t.\"id\" FROM {own} AS t WHERE t.\"id\" = ?2 UNION SELECT p.{name} FROM {own} AS p JOIN _above ON p.\"id\" = _above.id WHERE p.{name} IS NOT NULL)
         SELECT 1 FROM _above WHERE id = ?1"
    );
    let found = tx.query_first(&sql, &[Bind::from(id), Bind::from(target)], |_| {
        Ok::<(), StoreError>(())
    })?;
    Ok(found.is_some())
}
