//! An import from its first table to the comparison at its end.

use std::sync::Arc;

use mainstay_core::RecordId;
use mainstay_store::adopt::{SourceRow, SourceValue, list_gone, list_seen, next_run, prepare_adopted};
use mainstay_store::{Foreign, Priority};

use super::place::{Manner, Pass, Tally, place, read_record};
use super::plan::{ImportPlan, TablePlan};
use super::removal::{Removed, remove};
use super::report::{AdoptProgress, ImportedTable, RowsError};
use super::row::MappedRow;
use super::sum::{RowsSum, row_sum};
use crate::context::Context;
use crate::failure::Failure;

/// Records that are read or removed in one transaction.
const SLICE_RECORDS: u32 = 500;

#[derive(Debug, Clone, Copy, Default)]
pub struct ImportOptions {
    /// Remove the records whose rows are gone from the source.
    pub delete_gone: bool,
    /// Also change and remove records that people have changed since.
    pub force: bool,
}

/// Imports what is new or changed in the source. Rules are not asked; each record has its entry in the journal.
///
/// A run that was stopped is gone on with by the next one. `tell` is called after each slice.
pub async fn import_rows(
    ctx: &Context,
    source: &Foreign,
    plan: &ImportPlan,
    options: ImportOptions,
    mut tell: impl FnMut(AdoptProgress),
) -> Result<Vec<ImportedTable>, RowsError> {
    ctx.environment.db.exclusive(prepare_adopted).await?;
    let run = ctx.environment.db.read(next_run).await?;
    let manner = |pass| Manner {
        pass,
        run,
        force: options.force,
    };
    let mut tables = Vec::with_capacity(plan.tables.len());
    let mut waiting = vec![0; plan.tables.len()];
    for (place, table) in plan.tables.iter().enumerate() {
        let mut tally = count(ctx, source, table).await?;
        pass(ctx, source, table, manner(Pass::First), &mut tally, &mut tell).await?;
        waiting[place] = tally.waiting;
        tables.push(tally.table);
    }
    for (place, table) in plan
        .tables
        .iter()
        .enumerate()
        .filter(|(place, _)| waiting[*place] > 0)
    {
        let mut tally = Tally::default();
        pass(ctx, source, table, manner(Pass::Second), &mut tally, &mut tell).await?;
        tables[place].add(tally.table);
    }
    // Whoever points to others goes before them.
    for (place, table) in plan.tables.iter().enumerate().rev() {
        let gone = sweep(ctx, table, run, options).await?;
        tables[place].add(gone);
    }
    for (place, table) in plan.tables.iter().enumerate() {
        read_back(ctx, table, run, &mut tables[place]).await?;
    }
    Ok(tables)
}

async fn count(ctx: &Context, source: &Foreign, plan: &Arc<TablePlan>) -> Result<Tally, RowsError> {
    let table = Arc::clone(plan);
    let counts = source.read(move |tx| table.reader.count(tx)).await;
    let (rows, without_key) = counts.map_err(RowsError::Source)?;
    let mut tally = Tally::default();
    tally.table.table.clone_from(&plan.reader.table);
    tally.table.collection = ctx.of(plan.collection).name.to_string();
    tally.table.rows = rows;
    if without_key > 0 {
        tally.table.rejected = without_key;
        let told = format!("{without_key} rows have a null in their key");
        tally.table.note("null", None, &told);
    }
    Ok(tally)
}

/// All rows of a table once.
async fn pass(
    ctx: &Context,
    source: &Foreign,
    plan: &Arc<TablePlan>,
    manner: Manner,
    tally: &mut Tally,
    tell: &mut impl FnMut(AdoptProgress),
) -> Result<(), RowsError> {
    let mut after: Option<Vec<SourceValue>> = None;
    let mut dealt_with = 0;
    loop {
        let (table, from) = (Arc::clone(plan), after.take());
        let read = source.read(move |tx| table.reader.read_slice(tx, from.as_deref()));
        let slice: Vec<SourceRow> = read.await.map_err(RowsError::Source)?;
        let Some(last) = slice.last() else {
            return Ok(());
        };
        after = Some(last.key.clone());
        dealt_with += slice.len() as u64;
        let rows: Vec<MappedRow> = slice.iter().map(|row| MappedRow::read(ctx, plan, row)).collect();
        let table = Arc::clone(plan);
        let written = ctx.write(Priority::Background, move |tx, ctx| {
            // Should the closure run again, it counts anew.
            let mut part = Tally::default();
            for row in &rows {
                place(tx, ctx, &table, row, manner, &mut part)?;
            }
            Ok::<_, Failure>(part)
        });
        let part = written.await?;
        tally.waiting += part.waiting;
        tally.table.add(part.table);
        tell(AdoptProgress {
            table: plan.reader.table.clone(),
            rows: dealt_with,
        });
    }
}

/// Counts the records whose rows are gone, and removes them where that is asked for.
async fn sweep(
    ctx: &Context,
    plan: &Arc<TablePlan>,
    run: i64,
    options: ImportOptions,
) -> Result<ImportedTable, RowsError> {
    let mut found = ImportedTable::default();
    let mut after: Option<RecordId> = None;
    loop {
        let collection = plan.collection;
        let written = ctx.write(Priority::Background, move |tx, ctx| {
            let name = ctx.of(collection).name.as_str();
            let slice = list_gone(tx, name, run, after.as_ref(), SLICE_RECORDS)?;
            let mut part = ImportedTable::default();
            for adopted in &slice {
                part.gone += 1;
                if !options.delete_gone {
                    part.note(&adopted.key, None, "is gone from the source; its record stays");
                    continue;
                }
                match remove(tx, ctx, collection, adopted, options.force)? {
                    Removed::Now(_) | Removed::Before => part.removed += 1,
                    Removed::Kept(why) => part.note(&adopted.key, None, &why),
                }
            }
            Ok::<_, Failure>((part, slice.last().map(|last| last.id)))
        });
        let (part, last) = written.await?;
        found.add(part);
        after = last;
        if after.is_none() {
            return Ok(found);
        }
    }
}

/// Sums up the records whose rows this import has seen, and tells which do not say what their rows say.
async fn read_back(
    ctx: &Context,
    plan: &Arc<TablePlan>,
    run: i64,
    report: &mut ImportedTable,
) -> Result<(), RowsError> {
    let mut after: Option<RecordId> = None;
    loop {
        let table = Arc::clone(plan);
        let read = ctx.read(move |tx, ctx| {
            let name = ctx.of(table.collection).name.as_str();
            let slice = list_seen(tx, name, run, after.as_ref(), SLICE_RECORDS)?;
            let (mut part, mut told) = (RowsSum::default(), Vec::new());
            for adopted in &slice {
                let Some(record) = read_record(tx, ctx, table.collection, &adopted.id)? else {
                    told.push((adopted.key.clone(), "its record was deleted here, and stays so"));
                    continue;
                };
                let sum = row_sum(&adopted.id, table.values_of(&record));
                part.add(&sum);
                if adopted.row_sum != sum {
                    told.push((
                        adopted.key.clone(),
                        "its record was changed here since, and stays as it is",
                    ));
                }
            }
            Ok::<_, Failure>((part, told, slice.last().map(|last| last.id)))
        });
        let (part, told, last) = read.await?;
        report.target.add_all(&part);
        for (key, message) in told {
            if !report.tells_of(&key) {
                report.note(&key, None, message);
            }
        }
        after = last;
        if after.is_none() {
            return Ok(());
        }
    }
}
