//! Imports from CSV: streamed, all rows or the valid ones, with references that may point forward in the file.
//!
//! A file whose rows refer to each other is read twice: once for the values that rows are found by, once for the rows.
//! In memory are those values and the rows that wait for a later one, not the file.

mod mapping;
mod options;
mod place;
mod plan;
mod report;
mod row;
mod sequence;
mod source;

use std::io::{Read, Seek};
use std::sync::{Arc, Mutex, PoisonError};

use mainstay_store::journal::Kind;
use mainstay_store::{Priority, StoreError, WriteTx};
use serde_json::json;

pub use options::{ImportMode, ImportOptions, ImportTarget, InvalidTarget};
use place::{Placed, place};
use plan::Plan;
pub use report::{ImportError, ImportProgress, ImportReport, RowFault};
use sequence::Sequence;
use source::Source;

use super::data_entry;
use crate::context::Context;

/// Rows of one transaction where each row stands for itself, and rows between two calls of `progress`.
const SLICE_ROWS: usize = 1_000;

/// Imports the rows of a CSV file with a header into a collection.
///
/// An empty cell is null. A row whose values under the unique indexes are those of a stored record is skipped, so that an
/// import can be repeated. `progress` is called now and then.
pub async fn import_csv(
    ctx: &Context,
    collection: &str,
    reader: impl Read + Seek + Send + 'static,
    options: &ImportOptions,
    progress: impl FnMut(ImportProgress) + Send + 'static,
) -> Result<ImportReport, ImportError> {
    let mut source = Source::open(reader)?;
    let mut plan = Plan::make(ctx, collection, source.header(), options)?;
    plan.index_rows(ctx, &mut source)?;
    match options.mode {
        ImportMode::ValidRowsOnly if !options.dry_run => import_slices(ctx, plan, source, progress).await,
        mode => {
            import_at_once(
                ctx,
                plan,
                source,
                Ending {
                    mode,
                    dry_run: options.dry_run,
                },
                progress,
            )
            .await
        }
    }
}

/// What becomes of a transaction that all rows are in.
#[derive(Debug, Clone, Copy)]
struct Ending {
    mode: ImportMode,
    dry_run: bool,
}

impl Ending {
    /// An error undoes the transaction.
    fn of(self, report: ImportReport) -> Result<ImportReport, ImportError> {
        if self.mode == ImportMode::AllOrNothing && report.fault_count > 0 {
            return Err(ImportError::Refused(report));
        }
        if self.dry_run {
            Err(ImportError::DryRun(report))
        } else {
            Ok(report)
        }
    }
}

async fn import_at_once<R: Read + Seek + Send + 'static>(
    ctx: &Context,
    plan: Plan,
    mut source: Source<R>,
    ending: Ending,
    mut progress: impl FnMut(ImportProgress) + Send + 'static,
) -> Result<ImportReport, ImportError> {
    let ctx = ctx.clone();
    let environment = Arc::clone(&ctx.environment);
    let written = environment.db.write(Priority::Background, move |tx| {
        let mut report = ImportReport::default();
        let mut placed = Placed::default();
        let mut rows = Sequence::start(&mut source)?;
        while let Some(row) = rows.next(&ctx, &plan)? {
            place(tx, &ctx, &plan, &row, &mut placed, &mut report)?;
            if report.rows.is_multiple_of(SLICE_ROWS as u64) {
                progress(ImportProgress {
                    bytes: rows.bytes_read(),
                    rows: report.rows,
                });
            }
        }
        rows.finish(&plan, &mut report);
        progress(ImportProgress {
            bytes: rows.bytes_read(),
            rows: report.rows,
        });
        import_entry(tx, &ctx, &plan, &report)?;
        ending.of(report)
    });
    match written.await {
        Err(ImportError::DryRun(report)) => Ok(report),
        other => other,
    }
}

/// The journal entry of what one transaction of an import brought.
fn import_entry(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    plan: &Plan,
    report: &ImportReport,
) -> Result<(), StoreError> {
    if report.created == 0 {
        return Ok(());
    }
    let payload = json!({"rows": report.rows, "created": report.created}).to_string();
    let collection = ctx.of(plan.collection).name.as_str();
    data_entry(tx, ctx, Kind::Imported, Some(collection), &payload)
}

async fn import_slices<R: Read + Seek + Send + 'static>(
    ctx: &Context,
    plan: Plan,
    mut source: Source<R>,
    mut progress: impl FnMut(ImportProgress) + Send + 'static,
) -> Result<ImportReport, ImportError> {
    let plan = Arc::new(plan);
    let mut report = ImportReport::default();
    // Should a closure run again, it overwrites what its first run has left here.
    let placed = Arc::new(Mutex::new(Placed::default()));
    let mut rows = Sequence::start(&mut source)?;
    loop {
        let slice = rows.take(ctx, &plan, SLICE_ROWS)?;
        if slice.is_empty() {
            break;
        }
        let (writer_ctx, plan, placed) = (ctx.clone(), Arc::clone(&plan), Arc::clone(&placed));
        let written = ctx.environment.db.write(Priority::Background, move |tx| {
            let mut placed = placed.lock().unwrap_or_else(PoisonError::into_inner);
            let mut report = ImportReport::default();
            for row in &slice {
                place(tx, &writer_ctx, &plan, row, &mut placed, &mut report)?;
            }
            import_entry(tx, &writer_ctx, &plan, &report)?;
            Ok::<_, ImportError>(report)
        });
        report.add(written.await?);
        progress(ImportProgress {
            bytes: rows.bytes_read(),
            rows: report.rows,
        });
    }
    rows.finish(&plan, &mut report);
    Ok(report)
}
