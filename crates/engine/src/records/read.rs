//! One record.

use mainstay_core::definition::{CollectionId, SystemField};
use mainstay_core::{Problem, RecordId};
use mainstay_store::records::write_record;
use mainstay_store::sql::{Alive, OutputColumn, Statement, select_by_id};
use mainstay_store::tx::Bind;
use mainstay_store::{Row, Tx};

use super::expand::{ExpandNode, Fetched, attach_expanded, plan_expand};
use super::list_plan::parse_fields;
use crate::audit::note_view;
use crate::context::Context;
use crate::failure::Failure;

/// What a client asks of one record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadQuery {
    pub fields: Option<String>,
    pub expand: Option<String>,
}

/// A record as JSON, with its version.
pub async fn read_record(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    query: &ReadQuery,
) -> Result<(Vec<u8>, i64), Failure> {
    let shaped = if *query == ReadQuery::default() {
        None
    } else {
        Some(Shaped::plan(ctx, collection, query)?)
    };
    let read = ctx.read(move |tx, ctx| match &shaped {
        None => read_plain(tx, ctx, collection, id),
        Some(shaped) => shaped.read(tx, ctx, collection, id),
    });
    let (body, version) = read.await?;
    note_view(ctx, collection, id, version);
    Ok((body, version))
}

fn read_plain(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
) -> Result<(Vec<u8>, i64), Failure> {
    let rules = ctx.rules(collection);
    let statement = rules.read.as_ref().ok_or_else(Problem::not_found)?;
    let columns = &rules.shown;
    let target = [Bind::from(&id)];
    let found = tx.query_first(
        &statement.text,
        &statement.binds(&ctx.arguments(&target)),
        |row| {
            let mut out = Vec::with_capacity(512);
            write_record(ctx.of(collection), columns, row, 0, &mut out)?;
            out.push(b'}');
            // The system fields are never hidden and have no rules, so they stand at their fixed places.
            Ok::<_, Failure>((out, row.int(usize::from(SystemField::Version.id().0))?))
        },
    )?;
    found.ok_or_else(|| Problem::not_found().into())
}

/// A read with `fields` or `expand`.
struct Shaped {
    columns: Vec<OutputColumn>,
    statement: Statement,
    expand: Vec<ExpandNode>,
}

impl Shaped {
    fn plan(ctx: &Context, collection_id: CollectionId, query: &ReadQuery) -> Result<Self, Failure> {
        let collection = ctx.of(collection_id);
        let mut columns = parse_fields(ctx, collection, query.fields.as_deref())?;
        let expand = plan_expand(ctx, collection_id, query.expand.as_deref())?;
        columns.extend(expand.iter().filter_map(ExpandNode::reference_column));
        columns.push(OutputColumn::unwritten(SystemField::Version.id()));
        let rule = match (ctx.actor.is_bound_by_rules(), &collection.rules.read) {
            (false, _) => None,
            (true, Some(rule)) => Some(rule),
            (true, None) => return Err(Problem::not_found().into()),
        };
        let statement = select_by_id(ctx.target(), collection, &columns, rule, Alive::Living)?;
        Ok(Self {
            columns,
            statement,
            expand,
        })
    }

    fn read(
        &self,
        tx: &mut Tx<'_>,
        ctx: &Context,
        collection: CollectionId,
        id: RecordId,
    ) -> Result<(Vec<u8>, i64), Failure> {
        let target = [Bind::from(&id)];
        let binds = self.statement.binds(&ctx.arguments(&target));
        let read = |row: &Row<'_>| {
            let fetched = Fetched::read(ctx.of(collection), &self.columns, &self.expand, row, id)?;
            Ok::<_, Failure>((fetched, row.int(self.columns.len() - 1)?))
        };
        let (fetched, version) = tx
            .query_first(&self.statement.text, &binds, read)?
            .ok_or_else(Problem::not_found)?;
        let mut rows = [fetched];
        attach_expanded(tx, ctx, &mut rows, &self.expand)?;
        let [row] = rows;
        Ok((row.json, version))
    }
}
