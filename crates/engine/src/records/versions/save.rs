//! Saving a version.

use mainstay_core::definition::CollectionId;
use mainstay_core::{Code, Problem, RecordId, limits};
use mainstay_store::journal::Kind;
use mainstay_store::sql::Arguments;
use mainstay_store::tx::Bind;
use mainstay_store::versions::{self, NewVersion, Version};
use mainstay_store::{Priority, WriteTx};
use serde_json::{Map, Value as Json, json};

use super::tree::{Node, present};
use super::version_json;
use crate::context::Context;
use crate::failure::Failure;
use crate::records::draft::Draft;
use crate::records::idempotency::{IdempotencyKey, once};
use crate::records::outcome::{Outcome, OutcomeKind};
use crate::records::update::{read_for_write, refuse_unless, version_of};
use crate::records::write::record_entry;

/// Saves a record and everything under it as they are. Whoever may change the record may do so.
pub async fn save_version(
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    name: String,
    description: String,
    key: Option<IdempotencyKey>,
) -> Result<Outcome, Failure> {
    refuse_bad_text("name", &name, 1, limits::TITLE_CHARACTERS_MAX)?;
    refuse_bad_text("description", &description, 0, limits::DESCRIPTION_CHARACTERS_MAX)?;
    ctx.write(Priority::Interactive, move |tx, ctx| {
        once(tx, ctx, key.as_ref(), |tx| {
            let (saved, _) = save_in(tx, ctx, collection, id, &name, &description)?;
            Ok(Outcome {
                kind: OutcomeKind::Changed,
                record: None,
                body: version_json(&saved).to_string().into_bytes(),
                replayed: false,
            })
        })
    })
    .await
}

fn refuse_bad_text(field: &'static str, text: &str, min: usize, max: usize) -> Result<(), Problem> {
    let characters = text.trim().chars().count();
    if characters < min || text.chars().count() > max || text.contains('\0') {
        let message = format!("must have {min} to {max} characters");
        return Err(Problem::field(Code::ValidationFailed, field, message));
    }
    Ok(())
}

/// Saves the tree inside a transaction; gives it too.
pub(super) fn save_in(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    name: &str,
    description: &str,
) -> Result<(Version, Vec<Node>), Failure> {
    let of = ctx.of(collection);
    let root = read_for_write(tx, ctx, collection, id)?;
    let root_version = version_of(&root);
    refuse_unless_changeable(tx, ctx, collection, id, root)?;
    if versions::versions_of(tx, (of, &id), None, limits::VERSIONS_MAX)?.len() >= limits::VERSIONS_MAX {
        let detail = format!(
            "there are {} versions already: remove one first",
            limits::VERSIONS_MAX
        );
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    let nodes = present(tx, ctx, collection, id)?;
    let version = NewVersion {
        id: ctx.environment.new_id(),
        root: (of, id),
        name,
        description,
        at: ctx.now,
        actor: ctx.actor,
        release: ctx.origin.release,
    };
    versions::insert(tx, &version)?;
    let mut bytes = 0;
    for (number, node) in nodes.iter().enumerate() {
        let data = data_of(ctx, node);
        bytes += data.len();
        if bytes > limits::VERSION_BYTES_MAX {
            let detail = format!(
                "the records hold more than {} bytes together; save versions of parts of them",
                limits::VERSION_BYTES_MAX
            );
            return Err(Problem::new(Code::Conflict, detail).into());
        }
        versions::insert_record(tx, &version.id, number, ctx.of(node.collection), &node.id, &data)?;
    }
    let new = json!({"new": {"version_id": version.id.to_string(), "name": name, "records": nodes.len()}});
    record_entry(
        tx,
        ctx,
        Kind::VersionSaved,
        of,
        (id, root_version),
        &new.to_string(),
    )?;
    let saved = Version {
        id: version.id,
        name: name.to_owned(),
        description: description.to_owned(),
        at: ctx.now,
        actor_kind: ctx.actor.kind.as_str().to_owned(),
        actor_id: ctx.actor.id,
    };
    Ok((saved, nodes))
}

/// The rule for changing is asked with the record as it is.
fn refuse_unless_changeable(
    tx: &mut WriteTx<'_>,
    ctx: &Context,
    collection: CollectionId,
    id: RecordId,
    values: Vec<mainstay_core::Value>,
) -> Result<(), Failure> {
    let draft = Draft {
        values,
        given: Vec::new(),
    };
    let input_ids = draft.input_ids(ctx.of(collection));
    let target = [Bind::from(&id)];
    let arguments = Arguments {
        input: &draft.values,
        input_ids: &input_ids,
        ..ctx.arguments(&target)
    };
    let rule = ctx.rules(collection).may_update.as_ref();
    let refusal = "the rule for changing this record does not allow it";
    refuse_unless(tx, ctx, collection, id, rule, &arguments, refusal)
}

fn data_of(ctx: &Context, node: &Node) -> String {
    let of = ctx.of(node.collection);
    let values = node.values.iter();
    let data: Map<String, Json> = values
        .map(|(id, value)| (of.field(*id).name.to_string(), value.clone()))
        .collect();
    Json::Object(data).to_string()
}
