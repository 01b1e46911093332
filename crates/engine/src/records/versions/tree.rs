//! A tree as it stands, and as a version keeps it.

use std::collections::HashSet;

use mainstay_core::definition::{CollectionId, OnDelete};
use mainstay_core::{Code, Problem, RecordId, Value, limits};
use mainstay_store::Tx;
use mainstay_store::records::read_values;
use mainstay_store::tx::Bind;
use mainstay_store::versions::records_of;
use serde_json::{Map, Value as Json};

use crate::context::Context;
use crate::failure::Failure;
use crate::records::history::{PastValues, of_today};
use crate::records::write::values_json;

/// A record of a tree, with its values by the fields of today.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) collection: CollectionId,
    pub(super) id: RecordId,
    pub(super) values: PastValues,
}

/// The living tree under a record, whatever its reader may see of it: whoever points comes after the one it points to.
/// Empty when the record is not there.
pub(super) fn present(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
) -> Result<Vec<Node>, Failure> {
    let mut nodes = Vec::new();
    let mut known = HashSet::from([id]);
    let Some(root) = read_living(tx, ctx, collection, id)? else {
        return Ok(nodes);
    };
    nodes.push(node(ctx, collection, id, &root)?);
    let mut next = 0;
    while next < nodes.len() {
        let (of, at) = (nodes[next].collection, nodes[next].id);
        next += 1;
        for reference in &ctx.plan(of).references {
            let relation = ctx.release.definition.field(reference.at).relation();
            let relation = relation.expect("only relations refer");
            if relation.many || relation.on_delete != OnDelete::Cascade {
                continue;
            }
            let from = reference.at.collection;
            let enough = i64::try_from(limits::VERSION_RECORDS_MAX + 1).unwrap_or(i64::MAX);
            let arguments = [Bind::from(&at), Bind::Null, Bind::Int(enough)];
            let columns = &ctx.plan(from).all;
            let mut found = Vec::new();
            tx.query::<Failure>(
                &reference.living.text,
                &reference.living.binds(&ctx.arguments(&arguments)),
                |row| {
                    found.push((row.id(0)?, read_values(ctx.of(from), columns, row)?));
                    Ok(())
                },
            )?;
            for (id, values) in found {
                if known.insert(id) {
                    nodes.push(node(ctx, from, id, &values)?);
                }
            }
            refuse_too_many(nodes.len())?;
        }
    }
    Ok(nodes)
}

fn refuse_too_many(records: usize) -> Result<(), Failure> {
    if records <= limits::VERSION_RECORDS_MAX {
        return Ok(());
    }
    let detail = format!(
        "more than {} records belong to this one; save versions of its parts",
        limits::VERSION_RECORDS_MAX
    );
    Err(Problem::new(Code::Conflict, detail).into())
}

fn read_living(
    tx: &mut Tx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
) -> Result<Option<Vec<Value>>, Failure> {
    let plan = ctx.plan(collection);
    let target = [Bind::from(&id)];
    let statement = &plan.select_all;
    tx.query_first(
        &statement.text,
        &statement.binds(&ctx.arguments(&target)),
        |row| read_values(ctx.of(collection), &plan.all, row).map_err(Failure::from),
    )
}

fn node(ctx: &Context, collection: CollectionId, id: RecordId, values: &[Value]) -> Result<Node, Failure> {
    if collection == ctx.release.definition.users {
        // Their passwords and rights are no fields to be put back.
        let detail = "users cannot be part of a named version";
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    let of = ctx.of(collection);
    let json = values_json(of, &ctx.plan(collection).all, values);
    let values = serde_json::from_slice::<Map<String, Json>>(&json).unwrap_or_default();
    Ok(Node {
        collection,
        id,
        values: of_today(of, &values),
    })
}

/// The tree that a version keeps, under the names of today. Collections that are no more are left out.
pub(super) fn kept(tx: &mut Tx<'_>, ctx: &Context, version: &RecordId) -> Result<Vec<Node>, Failure> {
    let mut nodes = Vec::new();
    for record in records_of(tx, version)? {
        let Some(of) = ctx
            .release
            .definition
            .find_collection_of_any_time(&record.collection)
        else {
            continue;
        };
        let data = serde_json::from_str::<Map<String, Json>>(&record.data).unwrap_or_default();
        nodes.push(Node {
            collection: of.id,
            id: record.id,
            values: of_today(of, &data),
        });
    }
    Ok(nodes)
}
