//! Moving an installation to another database: slices of rows from one side to the other, then a comparison of both.

use std::sync::Arc;
use std::time::Duration;

use mainstay_core::definition::Definition;
use mainstay_store::copy::{self, CopiedTable, CopyError, Sum, TableSum};
use mainstay_store::{Db, DbOptions, Place, StoreError};

/// A slice of rows, and counting the rows of a table, end well before this.
const STATEMENT_TIMEOUT: Duration = Duration::from_mins(10);

/// What a copy is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyStep {
    Copying,
    /// Reading both sides again.
    Comparing,
}

/// How far a step has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CopyProgress {
    pub step: CopyStep,
    pub rows: u64,
    pub rows_total: u64,
}

/// A table on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedTable {
    pub name: String,
    pub source: TableSum,
    pub target: TableSum,
}

impl ComparedTable {
    pub fn is_equal(&self) -> bool {
        self.source == self.target
    }
}

/// Two open databases, and what moves between them.
#[derive(Debug)]
pub struct Copying {
    source: Db,
    target: Db,
    tables: Vec<Arc<CopiedTable>>,
}

impl Copying {
    /// Opens both. The target must be empty, or hold the beginning of the same copy. Nobody may write to either.
    pub fn open(source: &Place, target: &Place, definition: &Definition) -> Result<Self, CopyError> {
        let options = DbOptions {
            reader_threads: 1,
            statement_timeout: STATEMENT_TIMEOUT,
            ..DbOptions::default()
        };
        let mut found = None;
        let source = Db::open(source, &options, |tx| {
            found = Some(copy::read_source(tx, definition)?);
            Ok::<(), CopyError>(())
        })?;
        let found = found.expect("a database that is open has been looked at");
        let mut tables = Vec::new();
        let target = Db::open(target, &options, |tx| {
            tables = copy::prepare_target(tx, &found.state, &found.origin)?;
            Ok::<(), CopyError>(())
        })?;
        let pairs = found.tables.into_iter().zip(&tables);
        Ok(Self {
            source,
            target,
            tables: pairs
                .map(|(source, target)| Arc::new(source.with(target)))
                .collect(),
        })
    }

    /// Copies what is not there yet, and compares both sides. Only when they are equal does the target become an
    /// installation.
    pub async fn run(&self, tell: impl FnMut(CopyProgress)) -> Result<Vec<ComparedTable>, CopyError> {
        let total = self.count_rows().await?;
        let mut meter = Meter::new(tell, total);
        for table in &self.tables {
            let copied = self.copy_table(table, &mut meter).await;
            copied.map_err(|source| rows_error(table, source))?;
        }
        meter.begin(CopyStep::Comparing, total * 2);
        let mut compared = Vec::with_capacity(self.tables.len());
        for table in &self.tables {
            let both = self.compare_table(table, &mut meter).await;
            compared.push(both.map_err(|source| rows_error(table, source))?);
        }
        if compared.iter().all(ComparedTable::is_equal) {
            self.target.exclusive(copy::finish).await?;
        }
        Ok(compared)
    }

    async fn count_rows(&self) -> Result<u64, StoreError> {
        let tables = self.tables.clone();
        self.source
            .read(move |tx| tables.iter().map(|table| table.count(tx)).sum())
            .await
    }

    async fn copy_table(
        &self,
        table: &Arc<CopiedTable>,
        meter: &mut Meter<impl FnMut(CopyProgress)>,
    ) -> Result<(), StoreError> {
        let of = Arc::clone(table);
        let begun = self.target.read(move |tx| of.read_begun(tx)).await?;
        meter.advance(begun.rows);
        let mut last = begun.last;
        loop {
            let of = Arc::clone(table);
            let slice = self
                .source
                .read(move |tx| of.read_slice(tx, last.as_ref()))
                .await?;
            last = table.last_key(&slice);
            if last.is_none() {
                return Ok(());
            }
            let rows = slice.row_count();
            let of = Arc::clone(table);
            // Exclusive, because only there SQLite leaves references unchecked.
            self.target.exclusive(move |tx| of.insert(tx, &slice)).await?;
            meter.advance(rows);
        }
    }

    async fn compare_table(
        &self,
        table: &Arc<CopiedTable>,
        meter: &mut Meter<impl FnMut(CopyProgress)>,
    ) -> Result<ComparedTable, StoreError> {
        Ok(ComparedTable {
            name: table.name().to_owned(),
            source: sum_up(&self.source, table, meter).await?,
            target: sum_up(&self.target, table, meter).await?,
        })
    }
}

async fn sum_up(
    db: &Db,
    table: &Arc<CopiedTable>,
    meter: &mut Meter<impl FnMut(CopyProgress)>,
) -> Result<TableSum, StoreError> {
    let mut sum = Sum::default();
    let mut last = None;
    loop {
        let of = Arc::clone(table);
        let slice = db.read(move |tx| of.read_slice(tx, last.as_ref())).await?;
        last = table.last_key(&slice);
        if last.is_none() {
            return Ok(sum.finish());
        }
        sum.add(&slice);
        meter.advance(slice.row_count());
    }
}

fn rows_error(table: &CopiedTable, source: StoreError) -> CopyError {
    CopyError::Rows {
        table: table.name().to_owned(),
        source,
    }
}

/// Tells how far a copy has come.
struct Meter<F> {
    tell: F,
    now: CopyProgress,
}

impl<F: FnMut(CopyProgress)> Meter<F> {
    fn new(tell: F, rows_total: u64) -> Self {
        let now = CopyProgress {
            step: CopyStep::Copying,
            rows: 0,
            rows_total,
        };
        Self { tell, now }
    }

    fn begin(&mut self, step: CopyStep, rows_total: u64) {
        self.now = CopyProgress {
            step,
            rows: 0,
            rows_total,
        };
        self.advance(0);
    }

    fn advance(&mut self, rows: u64) {
        self.now.rows += rows;
        (self.tell)(self.now);
    }
}
