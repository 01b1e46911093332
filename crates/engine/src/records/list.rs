//! Lists of records: filtered, sorted, a page at a time.

use std::sync::Arc;

use mainstay_core::definition::{CollectionId, SystemField};
use mainstay_core::limits;
use mainstay_store::Tx;
use mainstay_store::records::write_record;
use mainstay_store::tx::Bind;

use super::cursor::Cursor;
use super::expand::{Fetched, attach_expanded};
use super::list_plan::ListPlan;
use crate::context::Context;
use crate::failure::Failure;

/// What a client asks of a list, as it wrote it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    pub filter: Option<String>,
    pub sort: Option<String>,
    pub fields: Option<String>,
    pub expand: Option<String>,
    /// Within 1 and [`limits::PAGE_MAX`]; checked by the caller.
    pub limit: Option<u32>,
    pub cursor: Option<String>,
    pub count: bool,
    /// Deleted records instead of living ones.
    pub deleted: bool,
}

/// One page as JSON: `{"items": [...], "next_cursor": "..." | null, "count": n}`.
pub async fn list_records(
    ctx: &Context,
    collection: CollectionId,
    query: &ListQuery,
) -> Result<Vec<u8>, Failure> {
    let first = ctx.release.lists.get(ctx, collection, query, None)?;
    let cursor = query
        .cursor
        .as_deref()
        .map(|text| Cursor::decode(text, &first.order, ctx.of(collection), &first.sort))
        .transpose()?;
    let plan = match &cursor {
        Some(cursor) => ctx
            .release
            .lists
            .get(ctx, collection, query, Some(&cursor.after()))?,
        None => first,
    };
    let limit = query.limit.unwrap_or(limits::PAGE_DEFAULT);
    let page = Page {
        plan,
        collection,
        cursor,
        limit,
        count: query.count,
    };
    ctx.read(move |tx, ctx| page.read(tx, ctx)).await
}

struct Page {
    plan: Arc<ListPlan>,
    collection: CollectionId,
    cursor: Option<Cursor>,
    limit: u32,
    count: bool,
}

impl Page {
    fn read(&self, tx: &mut Tx<'_>, ctx: &Context) -> Result<Vec<u8>, Failure> {
        let mut out = Vec::with_capacity(4_096);
        out.extend_from_slice(b"{\"items\":[");
        let last = if self.plan.expand.is_empty() {
            self.write_rows(tx, ctx, &mut out)?
        } else {
            self.write_expanded(tx, ctx, &mut out)?
        };
        out.extend_from_slice(b"],\"next_cursor\":");
        match last {
            Some(cursor) => {
                out.push(b'"');
                out.extend_from_slice(cursor.encode(&self.plan.order).as_bytes());
                out.push(b'"');
            }
            None => out.extend_from_slice(b"null"),
        }
        if self.count {
            let count = self.count(tx, ctx)?;
            out.extend_from_slice(format!(",\"count\":{count}").as_bytes());
        }
        out.push(b'}');
        Ok(out)
    }

    /// Writes the rows as they come; gives the cursor of the next page when there is one.
    fn write_rows(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        out: &mut Vec<u8>,
    ) -> Result<Option<Cursor>, Failure> {
        let collection = ctx.of(self.collection);
        let columns = &self.plan.columns;
        let mut written = 0;
        let mut full = false;
        let mut next = None;
        self.each_row(tx, ctx, |row, is_last| {
            if full {
                return Ok(());
            }
            if written > 0 {
                out.push(b',');
            }
            write_record(collection, columns, row, 0, out)?;
            out.push(b'}');
            written += 1;
            full = is_last || out.len() > limits::PAGE_BYTES_MAX;
            if full {
                next = Some(Cursor::of_row(collection, &self.plan.sort, row, columns.len())?);
            }
            Ok(())
        })?;
        Ok(next)
    }

    fn write_expanded(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        out: &mut Vec<u8>,
    ) -> Result<Option<Cursor>, Failure> {
        let collection = ctx.of(self.collection);
        let columns = &self.plan.columns;
        let mut rows: Vec<Fetched> = Vec::new();
        let mut next = None;
        self.each_row(tx, ctx, |row, is_last| {
            // The id always comes first among the columns.
            let id = row.id(usize::from(SystemField::Id.id().0))?;
            rows.push(Fetched::read(collection, columns, &self.plan.expand, row, id)?);
            if is_last {
                next = Some(Cursor::of_row(collection, &self.plan.sort, row, columns.len())?);
            }
            Ok(())
        })?;
        attach_expanded(tx, ctx, &mut rows, &self.plan.expand)?;
        for (position, row) in rows.iter().enumerate() {
            if position > 0 {
                out.push(b',');
            }
            out.extend_from_slice(&row.json);
        }
        Ok(next)
    }

    /// Calls `each` for every row of the page; the second argument says that the page is full with it.
    fn each_row(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        mut each: impl FnMut(&mainstay_store::Row<'_>, bool) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let statement = &self.plan.statement;
        // A full page has a cursor even when nothing follows: the page after it is then empty. Asking for one row more
        // would tell, and would read a row for nothing on every page.
        let mut arguments = Vec::with_capacity(1 + self.plan.sort.len());
        arguments.push(Bind::Int(i64::from(self.limit)));
        if let Some(cursor) = &self.cursor {
            arguments.extend(cursor.values.iter().map(Bind::from));
        }
        let mut seen = 0;
        tx.query(
            &statement.text,
            &statement.binds(&ctx.arguments(&arguments)),
            |row| {
                seen += 1;
                each(row, seen == self.limit)
            },
        )
    }

    fn count(&self, tx: &mut Tx<'_>, ctx: &Context) -> Result<u64, Failure> {
        let statement = &self.plan.count;
        let max = [Bind::Int(i64::try_from(limits::COUNT_MAX).unwrap_or(i64::MAX))];
        let count =
            tx.query_first::<_, Failure>(&statement.text, &statement.binds(&ctx.arguments(&max)), |row| {
                Ok(row.int(0)?)
            })?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }
}
