//! One entry of an activity, with what a sentence about it needs and nothing that the caller may not know.

use mainstay_core::definition::{Collection, Field, FieldKind};
use mainstay_core::{ActorKind, RecordId};
use mainstay_store::Tx;
use mainstay_store::journal::StoredEntry;
use serde_json::{Map, Value as Json, json};

use super::{english, record_of};
use crate::audit::{Labels, Shown, label_of_json};
use crate::context::Context;
use crate::failure::Failure;
use crate::records::withheld_fields;

/// One entry, in no language yet.
pub(super) struct Told<'e> {
    pub(super) entry: &'e StoredEntry,
    /// How whoever acted is called; `None` when the caller may not know.
    pub(super) actor: Option<String>,
    /// How the record is called; `None` when nobody knows any more.
    pub(super) label: Option<String>,
    /// The title of its collection.
    pub(super) collection: String,
    /// Of a change.
    pub(super) fields: Vec<ChangedField>,
    erased: bool,
}

/// One field that was changed.
pub(super) struct ChangedField {
    name: String,
    pub(super) title: String,
    pub(super) old: Json,
    pub(super) new: Json,
    /// Both as people read them; `None` where they are no plain text, or may not be known.
    pub(super) texts: Option<(String, String)>,
}

impl<'e> Told<'e> {
    pub(super) fn of(
        tx: &mut Tx<'_>,
        ctx: &Context,
        labels: &mut Labels,
        entry: &'e StoredEntry,
    ) -> Result<Self, Failure> {
        let mut shown = Shown::of(ctx, entry);
        let record = record_of(ctx, entry);
        // Other kinds keep other things in these places.
        if let Some((collection, id)) = record.filter(|_| entry.kind.starts_with("record.")) {
            shown.leave_out(ctx.of(collection), &withheld_fields(tx, ctx, collection, &id)?);
        }
        let collection = record.map(|(collection, _)| ctx.of(collection));
        let label = match record {
            Some((collection, id)) => labels.of(tx, ctx, collection, id)?,
            None => None,
        };
        let label = label.or_else(|| {
            let values = shown.values("new").or_else(|| shown.values("old"))?;
            label_of_json(collection?, values)
        });
        let mut fields = Vec::new();
        if let (Some(collection), Some(old), Some(new)) =
            (collection, shown.values("old"), shown.values("new"))
        {
            fields = changed_fields(tx, ctx, labels, collection, (old, new))?;
        }
        let title = collection.map(|collection| collection.title.clone());
        Ok(Self {
            entry,
            actor: actor_label(tx, ctx, labels, entry)?,
            label,
            collection: title.or_else(|| entry.collection.clone()).unwrap_or_default(),
            fields,
            erased: shown.erased,
        })
    }

    pub(super) fn is_by(&self, kind: ActorKind) -> bool {
        self.entry.actor_kind == kind.as_str()
    }

    pub(super) fn to_json(&self) -> Json {
        let fields: Vec<Json> = self
            .fields
            .iter()
            .map(
                |field| json!({"name": field.name, "title": field.title, "old": field.old, "new": field.new}),
            )
            .collect();
        json!({
            "seq": self.entry.seq,
            "at": self.entry.at.to_string(),
            "kind": self.entry.kind,
            "actor": {
                "kind": self.entry.actor_kind,
                "id": self.entry.actor_id.map(|id| id.to_string()),
                "label": self.actor,
            },
            "collection": self.entry.collection,
            "record_id": self.entry.record_id.map(|id| id.to_string()),
            "version": self.entry.version,
            "label": self.label,
            "fields": fields,
            "erased": self.erased,
            "sentence": english::sentence(self),
        })
    }
}

/// Only whoever may read a user learns how they are called; everybody knows themselves.
fn actor_label(
    tx: &mut Tx<'_>,
    ctx: &Context,
    labels: &mut Labels,
    entry: &StoredEntry,
) -> Result<Option<String>, Failure> {
    let Some(actor) = entry.actor_id else {
        return Ok(None);
    };
    let users = ctx.release.definition.users;
    if ctx.actor.id == Some(actor) || labels.is_readable(tx, ctx, users, actor)? {
        return labels.of(tx, ctx, users, actor);
    }
    Ok(None)
}

fn changed_fields(
    tx: &mut Tx<'_>,
    ctx: &Context,
    labels: &mut Labels,
    collection: &Collection,
    (old, new): (&Map<String, Json>, &Map<String, Json>),
) -> Result<Vec<ChangedField>, Failure> {
    let mut fields = Vec::new();
    // In the order of the definition; what is hidden is not among them any more.
    for field in &collection.fields {
        let (Some(old), Some(new)) = (old.get(field.name.as_str()), new.get(field.name.as_str())) else {
            continue;
        };
        let before = text_of(tx, ctx, labels, field, old)?;
        let after = text_of(tx, ctx, labels, field, new)?;
        fields.push(ChangedField {
            name: field.name.to_string(),
            title: field.title.clone(),
            old: old.clone(),
            new: new.clone(),
            texts: before.zip(after),
        });
    }
    Ok(fields)
}

/// A value as people read it; empty for null.
fn text_of(
    tx: &mut Tx<'_>,
    ctx: &Context,
    labels: &mut Labels,
    field: &Field,
    value: &Json,
) -> Result<Option<String>, Failure> {
    Ok(match (&field.kind, value) {
        (FieldKind::Json { .. } | FieldKind::MultiSelect { .. }, _) => None,
        (FieldKind::Text(options), _) if options.multiline || options.rich => None,
        (_, Json::Null) => Some(String::new()),
        (FieldKind::Relation(relation), Json::String(id)) => {
            let Ok(id) = id.parse::<RecordId>() else {
                return Ok(None);
            };
            if !labels.is_readable(tx, ctx, relation.to, id)? {
                return Ok(None);
            }
            labels.of(tx, ctx, relation.to, id)?
        }
        (FieldKind::Relation(_), _) => None,
        (_, Json::Bool(true)) => Some("yes".to_owned()),
        (_, Json::Bool(false)) => Some("no".to_owned()),
        (_, Json::String(text)) => Some(text.clone()),
        (_, other) => Some(other.to_string()),
    })
}
