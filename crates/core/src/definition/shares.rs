//! `share = true`: with whom single records are shared, as a collection that is made for it.
//!
//! A share is a record like any other: rules ask for it in their statements, live updates follow it, an ended one is an
//! entry of the journal. So `share = true` in `lists` becomes the file of a collection `lists_shares` before anything is
//! read. What a link is opened with stands in a table of our own, where no list and no export comes.

use toml::Value as Toml;

use super::collections::{Draft, FieldDraft, USERS};
use super::faults::{Faults, Place};
use super::read::collection_stem;
use super::{
    Collection, Definition, FieldAt, FieldId, OwnRules, Rules, SharedGroup, Sharing, SourceFile, members,
};
use crate::ids::Name;
use crate::rules::{Expr, ShareLevel, fields_anywhere, shared_by};

/// The key, and what stands behind the name of the collection that is made.
const SHARE: &str = "share";
const SHARES: &str = "shares";
/// The fields of the collection that is made.
const TARGET: &str = "target";
const USER: &str = "user";
const GROUP: &str = "group";
const LEVEL: &str = "level";
const EXPIRES_AT: &str = "expires_at";
const TITLE: &str = "title";

fn name_of(collection: &str) -> String {
    format!("{collection}_{SHARES}")
}

/// The file that `share` stands for, if the file has it; `group` is the collection whose records are groups.
pub(super) fn made_for(file: &SourceFile, group: Option<&str>) -> Option<SourceFile> {
    let collection = collection_stem(&file.path)?;
    // Most files have none, and are not parsed once more.
    if collection == USERS || !file.text.contains(SHARE) {
        return None;
    }
    let table: toml::Table = file.text.parse().ok()?;
    if table.get(SHARE).and_then(Toml::as_bool) != Some(true) {
        return None;
    }
    let name = name_of(collection);
    name.parse::<Name>().ok()?;
    Some(SourceFile {
        path: format!("collections/{name}.toml"),
        text: text(collection, &name, former_name(&table).as_deref(), group),
    })
}

/// What the collection that is made was called, where the one that it is made for had another name.
fn former_name(table: &toml::Table) -> Option<String> {
    table.get("was").and_then(Toml::as_str).map(name_of)
}

/// Whoever a record is shared with sees the share, and so does whoever made it. Nobody but administrators writes shares
/// as records: the operations for sharing do.
fn text(collection: &str, name: &str, former: Option<&str>, group: Option<&str>) -> String {
    let levels = ShareLevel::ALL.map(|level| format!("\"{}\"", level.as_str()));
    let was = former.map_or_else(String::new, |former| format!("was = \"{former}\"\n"));
    let (group_field, group_rule) = group.map_or_else(Default::default, of_group);
    let rule = format!("record.{USER} == auth.id || record.created_by == auth.id{group_rule}");
    format!(
        r#"{was}label = "{{{LEVEL}}}"
[fields.{TARGET}]
type = "relation"
to = "{collection}"
back = "{name}"
on_delete = "cascade"
required = true
write_once = true
[fields.{USER}]
type = "relation"
to = "{USERS}"
back = "{name}"
on_delete = "cascade"
write_once = true
{group_field}[fields.{LEVEL}]
type = "select"
options = [{}]
required = true
[fields.{EXPIRES_AT}]
type = "datetime"
index = true
[fields.{TITLE}]
type = "text"
max = {}
[[indexes]]
fields = ["{TARGET}", "{USER}"]
[rules]
list = '{rule}'
read = '{rule}'
"#,
        levels.join(", "),
        crate::limits::TITLE_CHARACTERS_MAX,
    )
}

/// The field for a group, and who else sees a share because of it.
fn of_group(group: &str) -> (String, String) {
    let field = format!(
        r#"[fields.{GROUP}]
type = "relation"
to = "{group}"
on_delete = "cascade"
write_once = true
"#
    );
    let rule = format!(
        " || record.{GROUP}.{}.exists(m, m.{} == auth.id)",
        members::MEMBERS,
        members::USER
    );
    (field, rule)
}

/// Is the relation that of shares to the record that they are of, or to whom they are with? Deleting a record ends its shares for good, also where
/// the record can be restored: who had access asks again.
pub(super) fn end_with_target(
    draft: &Draft<'_>,
    field: &FieldDraft<'_>,
    target: &Draft<'_>,
    drafts: &[Draft<'_>],
) -> bool {
    let is_shared = drafts.iter().any(|shared| {
        let table = shared.table.as_ref();
        table.and_then(|table| table.boolean(SHARE)) == Some(true)
            && draft.name.as_str() == name_of(shared.name.as_str())
    });
    // The shape of a database has no rules, and does not say why a collection is there.
    let is_shape = draft.table.as_ref().is_none_or(|table| !table.has("rules"));
    (is_shared || is_shape) && ends_shares(draft.name.as_str(), field.name.as_str(), target.name.as_str())
}

/// Are these the names of shares, and of their relation to what is shared, or to whom it is shared with?
pub(crate) fn ends_shares(collection: &str, field: &str, target: &str) -> bool {
    match field {
        TARGET => collection == name_of(target),
        USER | GROUP => collection
            .strip_suffix(SHARES)
            .is_some_and(|of| of.ends_with('_')),
        _ => false,
    }
}

/// Notes which collections were made, and tells what keeps one from being made.
pub(super) fn link(
    collections: &mut [Collection],
    drafts: &[Draft<'_>],
    written: &[String],
    faults: &mut Faults,
) {
    for draft in drafts {
        let Some(table) = draft.table.as_ref() else {
            continue;
        };
        if table.boolean(SHARE) != Some(true) {
            continue;
        }
        let place = table.value_place(SHARE);
        if draft.name.as_str() == USERS {
            refuse_users(faults, place);
            continue;
        }
        let name = name_of(draft.name.as_str());
        if written
            .iter()
            .any(|path| *path == format!("collections/{name}.toml"))
        {
            let message = format!("`share` makes a collection `{name}`, and there is a file of that name");
            faults.add(place, message, "rename the file, or remove `share`");
            continue;
        }
        if let Err(error) = name.parse::<Name>() {
            let message = format!("`share` makes a collection `{name}`, which is no name: {error}");
            faults.add(place, message, "give the collection a shorter name");
            continue;
        }
        let made = collections.iter().find(|made| made.name.as_str() == name);
        let sharing = made.and_then(|made| known_fields(made, collections));
        collections[usize::from(draft.id.0)].sharing = sharing;
    }
}

fn refuse_users(faults: &mut Faults, place: Place<'_>) {
    let message = "people are not shared";
    faults.add(place, message, "remove `share` from users");
}

fn known_fields(made: &Collection, collections: &[Collection]) -> Option<Sharing> {
    let id = |name| made.find_field(name).map(|field| field.id);
    let group = made.find_field(GROUP).and_then(|field| {
        let group = field.relation()?.to;
        let members = collections.iter().find_map(|members| {
            let made = members.members.as_ref()?;
            let parent = members.field(made.parent).relation()?.to;
            (parent == group).then_some(members.id)
        })?;
        Some(SharedGroup {
            field: field.id,
            collection: group,
            members,
        })
    });
    Some(Sharing {
        group,
        collection: made.id,
        target: id(TARGET)?,
        user: id(USER)?,
        level: id(LEVEL)?,
        expires_at: id(EXPIRES_AT)?,
        title: id(TITLE)?,
        deciding: Vec::new(),
    })
}

/// The rules of a collection whose records can be shared. Each stays beside what shares add, so that a share gives its
/// level and nothing else: the rules for changing, deleting and commenting are for those whom the collection's own rules
/// let read, and are asked of them alone.
pub(super) fn with_shares(
    definition: &Definition,
    collection: &Collection,
    rules: Rules,
    share: Option<Expr>,
) -> Rules {
    let Some(sharing) = &collection.sharing else {
        return rules;
    };
    let shared = |level| shared_by(definition, sharing, collection.id, level);
    let readers = |rule: Option<Expr>| Some(Expr::all_of(vec![rules.read.clone()?, rule?]));
    let own = OwnRules {
        update: readers(rules.update.clone()),
        delete: readers(rules.delete.clone()),
        share: readers(share.or_else(|| rules.update.clone())),
    };
    let commenters = match &rules.comment {
        Some(rule) => readers(Some(rule.clone())),
        None => rules.read.clone(),
    };
    let or_shared = |rule: Option<Expr>, level| {
        let shares = shared(level);
        Some(match rule {
            Some(rule) => Expr::any_of(vec![rule, shares]),
            None => shares,
        })
    };
    Rules {
        list: or_shared(rules.list, ShareLevel::Read),
        read: or_shared(rules.read, ShareLevel::Read),
        create: rules.create,
        update: or_shared(own.update.clone(), ShareLevel::Edit),
        delete: rules.delete,
        comment: if collection.comments {
            or_shared(commenters, ShareLevel::Comment)
        } else {
            rules.comment
        },
        own: Some(Box::new(own)),
    }
}

/// Notes the fields that decide who may do what, here or elsewhere: whoever edits by a share leaves them alone, or they
/// could make themselves the owner.
pub(super) fn note_deciding(definition: &mut Definition) {
    let mut deciding: Vec<FieldAt> = Vec::new();
    for collection in &definition.collections {
        let rules = &collection.rules;
        let of_rows = [
            &rules.list,
            &rules.read,
            &rules.create,
            &rules.update,
            &rules.delete,
        ];
        let of_rows = of_rows.into_iter().chain([&rules.comment]).flatten();
        let own = rules.own.iter().flat_map(|own| &own.share);
        let of_fields = collection
            .fields
            .iter()
            .flat_map(|field| field.read.iter().chain(&field.write));
        for rule in of_rows.chain(own).chain(of_fields) {
            fields_anywhere(rule, &mut deciding);
        }
    }
    for collection in &mut definition.collections {
        let id = collection.id;
        if let Some(sharing) = &mut collection.sharing {
            let here = deciding.iter().filter(|at| at.collection == id);
            let mut fields: Vec<FieldId> = here.map(|at| at.field).collect();
            fields.sort_unstable();
            fields.dedup();
            sharing.deciding = fields;
        }
    }
}
