//! Imports from CSV: streamed, all rows or the valid ones, with replies that may point forward in the file.
//!
//! A file whose rows refer to each other is read twice: once for the values that rows are found by, once for the rows.
//! In memory are those values and the rows that wait for a later one, not the file.

mod options;
mod parse;
mod place;
mod plan;
mod report;
mod sequence;
mod source;

use std::io::{Read, Seek};
use std::sync::Arc;

use mainstay_store::Priority;

use crate::environment::Context;

pub use options::{ImportMode, ImportOptions, ImportTarget, InvalidTarget};
use place::{Placed, place};
use plan::Plan;
pub use report::{ImportError, ImportProgress, ImportReport, RowFault};
use sequence::Sequence;
use source::Source;

/// Rows of one transaction where each row stands for itself.
const SLICE_ROWS: usize = 1_000;

/// Imports the rows of a CSV file with a header into a collection.
///
/// An empty cell is null. A row whose values under a unique index are those of a stored record is skipped, so that an
/// import can be repeated. `progress` is called now and then.
pub async fn import_csv(
    ctx: &Context,
    collection: &str,
    reader: impl Read + Seek + Send + 'static,
    options: &ImportOptions,
    progress: impl FnMut(ImportProgress) + Send + 'static,
) -> Result<ImportReport, ImportError> {
    let mut source = Source::open(reader)?;
    let plan = Plan::make(ctx, collection, source.header(), options)?;
    let plan = Arc::new(plan.with_rows_of(&mut source)?);
    match options.mode {
        ImportMode::ValidRowsOnly if !options.dry_run => import_slices(ctx, &plan, source, progress).await,
        mode => import_at_once(ctx, plan, source, Ending { mode, dry_run: options.dry_run }, progress).await,
    }
}

/// What becomes of a transaction with all rows in it.
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
        if self.dry_run { Err(ImportError::DryRun(report)) } else { Ok(report) }
    }
}

async fn import_at_once<R: Read + Seek + Send + 'static>(
    ctx: &Context,
    plan: Arc<Plan>,
    mut source: Source<R>,
    ending: Ending,
    mut progress: impl FnMut(ImportProgress) + Send + 'static,
) -> Result<ImportReport, ImportError> {
    let ctx = ctx.clone();
    let environment = Arc::clone(&ctx.environment);
    let written = environment.db.write(Priority::Interactive, move |tx| {
        let mut report = ImportReport::default();
        let mut placed = Placed::default();
        let mut rows = Sequence::start(&plan, &mut source)?;
        while let Some(row) = rows.next()? {
            place(tx, &ctx, &plan, row, &mut placed, &mut report)?;
            if report.rows.is_multiple_of(SLICE_ROWS as u64) {
                progress(rows.progress(&report));
            }
        }
        progress(rows.progress(&report));
        rows.finish(&mut report);
        ending.of(report)
    });
    match written.await {
        Err(ImportError::DryRun(report)) => Ok(report),
        other => other,
    }
}

async fn import_slices<R: Read + Seek + Send + 'static>(
    ctx: &Context,
    plan: &Arc<Plan>,
    mut source: Source<R>,
    mut progress: impl FnMut(ImportProgress) + Send + 'static,
) -> Result<ImportReport, ImportError> {
    let mut report = ImportReport::default();
    let mut placed = Placed::default();
    let mut rows = Sequence::start(plan, &mut source)?;
    loop {
        let slice = Arc::new(rows.take(SLICE_ROWS)?);
        if slice.is_empty() {
            break;
        }
        let (ctx, plan) = (ctx.clone(), Arc::clone(plan));
        let environment = Arc::clone(&ctx.environment);
        let before = Arc::new(std::mem::take(&mut placed));
        let shared = Arc::clone(&before);
        let written = environment.db.write(Priority::Background, move |tx| {
            // The closure may run again, so it never changes what it was given.
            let (mut placed, mut part) = (Placed::after(&shared), ImportReport::default());
            for row in slice.iter() {
                place(tx, &ctx, &plan, row.clone(), &mut placed, &mut part)?;
            }
            Ok::<_, ImportError>((placed.into_new(), part))
        });
        let (new, part) = written.await?;
        placed = Arc::try_unwrap(before).unwrap_or_else(|shared| (*shared).clone());
        placed.add(new);
        report.add(part);
        progress(rows.progress(&report));
    }
    rows.finish(&mut report);
    Ok(report)
}
