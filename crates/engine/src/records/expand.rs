//! `expand`: related records inside their records, one statement for each path whatever the page holds.

use std::collections::HashMap;

use mainstay_core::definition::{Collection, CollectionId, FieldAt, SystemField};
use mainstay_core::{Code, FieldId, Problem, RecordId, Value, limits};
use mainstay_store::records::{hex_ids, read_value, write_record};
use mainstay_store::sql::{Alive, Content, OutputColumn, Statement, select_back, select_by_ids};
use mainstay_store::tx::Bind;
use mainstay_store::{Row, StoreError, Tx};

use crate::context::Context;
use crate::failure::Failure;

/// One step of an `expand` path, and the steps after it.
#[derive(Debug)]
pub(super) struct ExpandNode {
    name: String,
    way: Way,
    target: CollectionId,
    columns: Vec<OutputColumn>,
    /// `None` where nobody but administrators may read the target.
    statement: Option<Statement>,
    /// Do rules bind the caller?
    is_bound: bool,
    children: Vec<ExpandNode>,
}

#[derive(Debug, Clone, Copy)]
enum Way {
    One(FieldId),
    Many(FieldId),
    Back(FieldAt),
}

impl ExpandNode {
    /// The column that holds the ids to look up; a way back needs none.
    pub(super) fn reference_column(&self) -> Option<OutputColumn> {
        match self.way {
            Way::One(field) | Way::Many(field) => Some(self.reference(field)),
            Way::Back(_) => None,
        }
    }

    fn reference(&self, field: FieldId) -> OutputColumn {
        if self.is_bound {
            OutputColumn::followed(field)
        } else {
            OutputColumn::unwritten(field)
        }
    }
}

/// A row on its way out.
pub(super) struct Fetched {
    id: RecordId,
    /// The record's JSON; still open until its related records are attached.
    pub(super) json: Vec<u8>,
    /// For each node of the level, in order: the ids to look up.
    references: Vec<Vec<RecordId>>,
    /// For a way back: whose list this row belongs to.
    owner: Option<RecordId>,
}

impl Fetched {
    /// Reads a row whose columns are the wanted ones, then the reference columns of `nodes`.
    pub(super) fn read(
        collection: &Collection,
        columns: &[OutputColumn],
        nodes: &[ExpandNode],
        row: &Row<'_>,
        id: RecordId,
    ) -> Result<Self, StoreError> {
        let mut json = Vec::with_capacity(512);
        write_record(collection, columns, row, 0, &mut json)?;
        let mut references = Vec::with_capacity(nodes.len());
        for node in nodes {
            references.push(match node.way {
                Way::One(field) | Way::Many(field) => read_ids(collection, columns, field, row)?,
                Way::Back(_) => vec![id],
            });
        }
        Ok(Self {
            id,
            json,
            references,
            owner: None,
        })
    }
}

fn read_ids(
    collection: &Collection,
    columns: &[OutputColumn],
    field: FieldId,
    row: &Row<'_>,
) -> Result<Vec<RecordId>, StoreError> {
    let position = columns.iter().position(|column| {
        column.field == field && column.key.is_empty() && column.content != Content::Permission
    });
    let Some(position) = position else {
        return Ok(Vec::new());
    };
    Ok(match read_value(collection.field(field), row, position)? {
        Value::Id(id) => vec![id],
        Value::Ids(ids) => ids,
        _ => Vec::new(),
    })
}

/// Reads `room.workspace,author` into a tree of steps.
pub(super) fn plan_expand(
    ctx: &Context,
    collection: CollectionId,
    text: Option<&str>,
) -> Result<Vec<ExpandNode>, Failure> {
    let Some(text) = text else { return Ok(Vec::new()) };
    let paths: Vec<Vec<&str>> = text
        .split(',')
        .map(|path| path.trim().split('.').collect())
        .collect();
    let too_much = |message: String| Failure::from(Problem::field(Code::InvalidParameter, "expand", message));
    if paths.len() > limits::EXPAND_PATHS_MAX {
        return Err(too_much(format!(
            "at most {} paths can be expanded",
            limits::EXPAND_PATHS_MAX
        )));
    }
    if paths.iter().any(|path| path.len() > limits::EXPAND_STEPS_MAX) {
        return Err(too_much(format!(
            "a path has at most {} steps",
            limits::EXPAND_STEPS_MAX
        )));
    }
    plan_level(ctx, collection, &paths)
}

fn plan_level(
    ctx: &Context,
    collection: CollectionId,
    paths: &[Vec<&str>],
) -> Result<Vec<ExpandNode>, Failure> {
    let mut names: Vec<&str> = Vec::new();
    for path in paths {
        if let Some(name) = path.first().filter(|name| !names.contains(*name)) {
            names.push(name);
        }
    }
    names
        .into_iter()
        .map(|name| plan_node(ctx, collection, name, paths))
        .collect()
}

fn plan_node(
    ctx: &Context,
    collection_id: CollectionId,
    name: &str,
    paths: &[Vec<&str>],
) -> Result<ExpandNode, Failure> {
    let collection = ctx.of(collection_id);
    let field = collection.find_field(name).filter(|field| !field.hidden);
    let (way, target) = match (
        field.and_then(|field| Some((field, field.relation()?))),
        collection.find_back(name),
    ) {
        (Some((field, relation)), _) => (
            if relation.many {
                Way::Many(field.id)
            } else {
                Way::One(field.id)
            },
            relation.to,
        ),
        // Along a hidden relation nobody looks back either.
        (None, Some(back)) if !ctx.release.definition.field(back.from).hidden => {
            (Way::Back(back.from), back.from.collection)
        }
        _ => {
            let message = format!("`{name}` is no relation or way back of {}", collection.name);
            return Err(Problem::field(Code::InvalidParameter, "expand", message).into());
        }
    };
    let deeper: Vec<Vec<&str>> = paths
        .iter()
        .filter(|path| path[0] == name && path.len() > 1)
        .map(|path| path[1..].to_vec())
        .collect();
    let children = plan_level(ctx, target, &deeper)?;
    let mut columns = ctx.rules(target).shown.clone();
    columns.extend(children.iter().filter_map(ExpandNode::reference_column));
    let target_sql = ctx.target();
    let build = |rule| match way {
        Way::One(_) | Way::Many(_) => {
            select_by_ids(target_sql, ctx.of(target), &columns, rule, Alive::Living)
        }
        Way::Back(at) => select_back(target_sql, at, &columns, rule),
    };
    let statement = match (ctx.actor.is_bound_by_rules(), &ctx.of(target).rules.read) {
        (false, _) => Some(build(None)?),
        (true, Some(rule)) => Some(build(Some(rule))?),
        (true, None) => None,
    };
    Ok(ExpandNode {
        name: name.to_owned(),
        way,
        target,
        columns,
        statement,
        is_bound: ctx.actor.is_bound_by_rules(),
        children,
    })
}

/// Looks up what the rows refer to, writes it into them, and closes their JSON.
pub(super) fn attach_expanded(
    tx: &mut Tx<'_>,
    ctx: &Context,
    rows: &mut [Fetched],
    nodes: &[ExpandNode],
) -> Result<(), Failure> {
    for (position, node) in nodes.iter().enumerate() {
        let related = fetch(tx, ctx, rows, position, node)?;
        let mut bytes = 0;
        for row in rows.iter_mut() {
            row.json
                .extend_from_slice(if position == 0 { b",\"expand\":{\"" } else { b",\"" });
            row.json.extend_from_slice(node.name.as_bytes());
            row.json.extend_from_slice(b"\":");
            write_related(row, position, node, &related);
            bytes += row.json.len();
            if bytes > limits::EXPAND_BYTES_MAX {
                let message =
                    "brings too much into one answer: ask for fewer records or fewer paths at a time";
                return Err(Problem::field(Code::InvalidParameter, "expand", message).into());
            }
        }
    }
    for row in rows.iter_mut() {
        row.json
            .extend_from_slice(if nodes.is_empty() { b"}" } else { b"}}" });
    }
    Ok(())
}

/// JSON of related records: by their own id, or for a way back by their owner's.
type Related = HashMap<RecordId, Vec<Vec<u8>>>;

fn fetch(
    tx: &mut Tx<'_>,
    ctx: &Context,
    rows: &[Fetched],
    position: usize,
    node: &ExpandNode,
) -> Result<Related, Failure> {
    let Some(statement) = &node.statement else {
        return Ok(Related::new());
    };
    let mut ids: Vec<RecordId> = rows
        .iter()
        .flat_map(|row| row.references[position].iter().copied())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(Related::new());
    }
    let collection = ctx.of(node.target);
    let array = hex_ids(&ids);
    let arguments = [Bind::Text(&array), Bind::Int(i64::from(limits::EXPAND_BACK_MAX))];
    let mut fetched = Vec::new();
    tx.query::<Failure>(
        &statement.text,
        &statement.binds(&ctx.arguments(&arguments)),
        |row| {
            let id = row.id(usize::from(SystemField::Id.id().0))?;
            let mut read = Fetched::read(collection, &node.columns, &node.children, row, id)?;
            if matches!(node.way, Way::Back(_)) {
                read.owner = Some(row.id(node.columns.len())?);
            }
            fetched.push(read);
            Ok(())
        },
    )?;
    attach_expanded(tx, ctx, &mut fetched, &node.children)?;
    let mut related = Related::new();
    for row in fetched {
        related
            .entry(row.owner.unwrap_or(row.id))
            .or_default()
            .push(row.json);
    }
    Ok(related)
}

fn write_related(row: &mut Fetched, position: usize, node: &ExpandNode, related: &Related) {
    let found = row.references[position]
        .iter()
        .filter_map(|id| related.get(id))
        .flatten();
    if matches!(node.way, Way::One(_)) {
        let one = found.last().map_or(&b"null"[..], Vec::as_slice);
        row.json.extend_from_slice(one);
        return;
    }
    let open = row.json.len();
    row.json.push(b'[');
    for json in found {
        if row.json.len() > open + 1 {
            row.json.push(b',');
        }
        row.json.extend_from_slice(json);
    }
    row.json.push(b']');
}
