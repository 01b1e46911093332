//! Exports: every record that the caller may list, page by page.

use std::io::Write;
use std::sync::Arc;

use mainstay_core::definition::{Collection, CollectionId};
use mainstay_core::{RecordId, values};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::records::{read_values, write_record};
use mainstay_store::sql::{
    After, Alive, Content, ListShape, OutputColumn, Statement, list_statement, sort_terms,
};
use mainstay_store::tx::{Bind, Row};
use mainstay_store::{Priority, StoreError};

use super::guard::needs_guard;
use crate::context::Context;
use crate::failure::Failure;

/// Records that are read at once: few enough for a reader's time limit, enough to be quick.
const PAGE_RECORDS: u32 = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// A header, then a row for each record, with an apostrophe in front of texts that a spreadsheet would run.
    Csv,
    /// One JSON object a line, as the API shows records.
    JsonLines,
}

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the export cannot be written")]
    Write(#[from] std::io::Error),
    #[error("the records cannot be exported")]
    Failure(#[from] Failure),
}

/// Writes every record that the caller may list, in the order of their ids, and gives their number.
///
/// The journal entry is written before the first record leaves. Pages are read one after the other: a record that is
/// changed meanwhile is there as it was or as it is, and none is there twice.
pub async fn export_records(
    ctx: &Context,
    collection: &str,
    format: ExportFormat,
    out: &mut dyn Write,
) -> Result<u64, ExportError> {
    let collection = ctx.collection(collection)?;
    let pages = Pages::plan(ctx, collection)?;
    record_export(ctx, collection.id, format).await?;
    if format == ExportFormat::Csv {
        out.write_all(&header(collection, &ctx.rules(collection.id).shown))?;
    }
    let (mut count, mut after) = (0, None);
    loop {
        let page = pages.read(ctx, collection.id, format, after).await?;
        out.write_all(&page.bytes)?;
        count += u64::from(page.records);
        if page.records < PAGE_RECORDS {
            out.flush()?;
            return Ok(count);
        }
        after = page.last;
    }
}

async fn record_export(ctx: &Context, collection: CollectionId, format: ExportFormat) -> Result<(), Failure> {
    let written = ctx.write(Priority::Interactive, move |tx, ctx| {
        let payload = match format {
            ExportFormat::Csv => r#"{"format":"csv"}"#,
            ExportFormat::JsonLines => r#"{"format":"jsonl"}"#,
        };
        let entry = Entry {
            at: ctx.now,
            kind: Kind::Exported,
            actor: ctx.actor,
            origin: &ctx.origin,
            collection: Some(ctx.of(collection).name.as_str()),
            record_id: None,
            version: None,
            payload,
        };
        append(tx, &entry).map_err(Failure::from)
    });
    written.await
}

/// The statements of the first page and of the pages after it.
struct Pages {
    first: Arc<Statement>,
    next: Arc<Statement>,
}

struct Page {
    bytes: Vec<u8>,
    records: u32,
    last: Option<RecordId>,
}

impl Pages {
    fn plan(ctx: &Context, collection: &Collection) -> Result<Self, Failure> {
        let rules = match &collection.rules.list {
            _ if !ctx.actor.is_bound_by_rules() => Vec::new(),
            Some(rule) => vec![rule],
            None => return Err(ctx.refused("only administrators may list these records")),
        };
        let sort = sort_terms(collection, []);
        let columns = &ctx.rules(collection.id).shown;
        let after = After { nulls: vec![false] };
        let statement = |after| {
            let shape = ListShape {
                columns,
                filter: None,
                guarded: false,
                rules: &rules,
                sort: &sort,
                after,
                alive: Alive::Living,
            };
            list_statement(ctx.target(), collection, &shape).map(Arc::new)
        };
        Ok(Self {
            first: statement(None)?,
            next: statement(Some(&after))?,
        })
    }

    async fn read(
        &self,
        ctx: &Context,
        collection: CollectionId,
        format: ExportFormat,
        after: Option<RecordId>,
    ) -> Result<Page, Failure> {
        let statement = Arc::clone(if after.is_some() { &self.next } else { &self.first });
        let read = ctx.read(move |tx, ctx| {
            let (collection, columns) = (ctx.of(collection), &ctx.rules(collection).shown);
            let mut page = Page {
                bytes: Vec::new(),
                records: 0,
                last: None,
            };
            let position = [Bind::Int(i64::from(PAGE_RECORDS)), Bind::from(after.as_ref())];
            tx.query(
                &statement.text,
                &statement.binds(&ctx.arguments(&position)),
                |row| {
                    match format {
                        ExportFormat::Csv => write_csv_row(collection, columns, row, &mut page.bytes)?,
                        ExportFormat::JsonLines => {
                            write_record(collection, columns, row, 0, &mut page.bytes)?;
                            page.bytes.extend_from_slice(b"}\n");
                        }
                    }
                    page.records += 1;
                    // The sort value comes after the columns.
                    page.last = Some(row.id(columns.len())?);
                    Ok::<(), StoreError>(())
                },
            )?;
            Ok::<_, Failure>(page)
        });
        read.await
    }
}

fn header(collection: &Collection, columns: &[OutputColumn]) -> Vec<u8> {
    let names = columns
        .iter()
        .filter(|column| column.content != Content::Permission)
        .map(|column| collection.field(column.field).name.as_str().as_bytes());
    csv_row(names)
}

fn write_csv_row(
    collection: &Collection,
    columns: &[OutputColumn],
    row: &Row<'_>,
    out: &mut Vec<u8>,
) -> Result<(), StoreError> {
    let values = read_values(collection, columns, row)?;
    let mut cells = Vec::with_capacity(columns.len());
    for column in columns
        .iter()
        .filter(|column| column.content != Content::Permission)
    {
        let field = collection.field(column.field);
        let mut cell = Vec::new();
        values::write_text(&field.kind, &values[usize::from(field.id.0)], &mut cell);
        if needs_guard(&field.kind, &cell) {
            cell.insert(0, b'\'');
        }
        cells.push(cell);
    }
    out.extend_from_slice(&csv_row(cells.iter().map(Vec::as_slice)));
    Ok(())
}

pub(crate) fn csv_row<'c>(cells: impl Iterator<Item = &'c [u8]>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).expect("memory takes every byte");
    writer.into_inner().expect("memory takes every byte")
}
