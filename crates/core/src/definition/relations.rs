//! Relations: where they point, the way back, and what a delete does.

use super::collections::{Draft, FieldDraft};
use super::faults::Faults;
use super::names::{self, did_you_mean};
use super::read::Directory;
use super::{Back, Collection, CollectionId, FieldAt, OnDelete, Relation, shares};
use crate::ids::Name;

/// The relation of a field; `None` when its target does not exist.
pub(super) fn read(
    draft: &FieldDraft<'_>,
    collection: CollectionId,
    directory: &Directory,
    faults: &mut Faults,
) -> Option<Relation> {
    let table = &draft.table;
    let back = table.text("back");
    let Some(to) = target(draft, directory, faults) else {
        if let Some(back) = back {
            faults.mark_broken(back);
        }
        return None;
    };
    let flag = |key| table.boolean(key).unwrap_or(false);
    let many = flag("many");
    let mut on_delete = match table.text("on_delete") {
        Some("cascade") => OnDelete::Cascade,
        Some("set_null") => OnDelete::SetNull,
        _ => OnDelete::Restrict,
    };
    if on_delete == OnDelete::SetNull && (many || flag("required")) {
        let (what, hint) = if many {
            ("a relation to many", "use \"restrict\" or \"cascade\"")
        } else {
            (
                "a required field",
                "use \"restrict\" or \"cascade\", or remove `required`",
            )
        };
        faults.add(
            table.value_place("on_delete"),
            format!("`set_null` does not apply to {what}"),
            hint,
        );
        on_delete = OnDelete::Restrict;
    }
    let acyclic = flag("acyclic") && check_acyclic(draft, to == collection, many, faults);
    let back = back.and_then(|text| match names::reserved(text) {
        Some(reason) => {
            let message = format!("`{text}` cannot be the name of a way back: {reason}");
            faults.add(table.value_place("back"), message, "choose another name");
            faults.mark_broken(text);
            None
        }
        None => text.parse::<Name>().ok(),
    });
    Some(Relation {
        to,
        many,
        on_delete,
        back,
        acyclic,
    })
}

fn target(draft: &FieldDraft<'_>, directory: &Directory, faults: &mut Faults) -> Option<CollectionId> {
    let to = draft.table.text("to")?;
    if let Some(id) = directory.ids.get(to) {
        return Some(*id);
    }
    if !directory
        .misnamed
        .iter()
        .any(|stem| stem.eq_ignore_ascii_case(to))
    {
        let hint = did_you_mean(to, directory.sorted_names(), "collections");
        faults.add(
            draft.table.value_place("to"),
            format!("there is no collection `{to}`"),
            hint,
        );
    }
    None
}

/// Is the relation one whose cycles can be told?
fn check_acyclic(draft: &FieldDraft<'_>, to_itself: bool, many: bool, faults: &mut Faults) -> bool {
    let table = &draft.table;
    let (message, hint) = if many {
        (
            "`acyclic` does not apply to a relation to many",
            "remove `acyclic` or `many`",
        )
    } else if !to_itself {
        (
            "`acyclic` is for relations to the same collection",
            "remove it; this relation cannot form a cycle alone",
        )
    } else if table.boolean("required") == Some(true) {
        (
            "an acyclic relation cannot be required",
            "remove `required`: the first record has no other to point to",
        )
    } else {
        return true;
    };
    faults.add(table.value_place("acyclic"), message, hint);
    false
}

/// Enters every relation at its target, as a way back and as a reference.
pub(super) fn link(collections: &mut [Collection], drafts: &[Draft<'_>], faults: &mut Faults) {
    for draft in drafts {
        for field_draft in &draft.fields {
            let Some(field) = field_draft.id else { continue };
            let from = FieldAt {
                collection: draft.id,
                field,
            };
            let Some(relation) = collections[usize::from(draft.id.0)]
                .field(field)
                .relation()
                .cloned()
            else {
                continue;
            };
            let to = &drafts[usize::from(relation.to.0)];
            if !shares::end_with_target(draft, field_draft, to, drafts) {
                check_cascade(&relation, draft, field_draft, collections, faults);
            }
            let back = relation
                .back
                .filter(|back| back_is_free(back, relation.to, field_draft, collections, faults));
            let target = &mut collections[usize::from(relation.to.0)];
            target.referenced_by.push(from);
            target.backs.extend(back.map(|name| Back { name, from }));
        }
    }
}

/// Restoring a target must be able to restore what was deleted with it.
fn check_cascade(
    relation: &Relation,
    draft: &Draft<'_>,
    field: &FieldDraft<'_>,
    collections: &[Collection],
    faults: &mut Faults,
) {
    let target = &collections[usize::from(relation.to.0)];
    if relation.on_delete == OnDelete::Cascade && target.soft_delete && !draft.soft_delete {
        let message = format!(
            "`cascade` from `{}` into `{}` would lose records: deleted `{1}` can be restored, `{0}` cannot",
            draft.name, target.name
        );
        let hint = format!(
            "set soft_delete = true in collections/{}.toml, or use \"restrict\"",
            draft.name
        );
        faults.add(field.table.value_place("on_delete"), message, hint);
    }
}

fn back_is_free(
    back: &Name,
    to: CollectionId,
    field: &FieldDraft<'_>,
    collections: &[Collection],
    faults: &mut Faults,
) -> bool {
    let target = &collections[usize::from(to.0)];
    let message = if target.find_field(back.as_str()).is_some() {
        format!("`{}` has a field `{back}` already", target.name)
    } else if let Some(other) = target.find_back(back.as_str()) {
        let from = &collections[usize::from(other.from.collection.0)];
        let other = &from.field(other.from.field).name;
        format!("`{back}` is already the way back of `{}.{other}`", from.name)
    } else {
        return true;
    };
    faults.add(
        field.table.value_place("back"),
        message,
        "choose another name for the way back",
    );
    faults.mark_broken(back.as_str());
    false
}
