//! `[members]`: who belongs to a record and in which role, as a collection that is made for it.
//!
//! What people do with members is what they do with records: they list, add, change and remove them, follow them live,
//! read their history, export them. So `[members]` in `projects` becomes the file of a collection `projects_members` before
//! anything is read, and the rest of the definition, the database and the API know no more than that file.

use toml::Value as Toml;

use super::collections::Draft;
use super::faults::Faults;
use super::read::collection_stem;
use super::{Collection, Members, SourceFile};
use crate::ids::Name;

/// The fields of the collection that is made.
const PARENT: &str = "parent";
pub(super) const USER: &str = "user";
const ROLE: &str = "role";
/// The key by which the members of a record are a group.
const GROUP: &str = "group";
/// The way back from a record to its members.
pub(super) const MEMBERS: &str = "members";

/// The collection that is made for another one.
fn name_of(collection: &str) -> String {
    format!("{collection}_{MEMBERS}")
}

/// The file that `[members]` stands for, if the file has it.
pub(super) fn made_for(file: &SourceFile) -> Option<SourceFile> {
    let collection = collection_stem(&file.path)?;
    // Most files have none, and are not parsed once more.
    if !file.text.contains(MEMBERS) {
        return None;
    }
    let table: toml::Table = file.text.parse().ok()?;
    let members = table.get(MEMBERS)?;
    let roles = names(members.get("roles")?)?;
    let managers = match members.get("managers") {
        Some(managers) => names(managers)?,
        None => Vec::new(),
    };
    if managers.iter().any(|manager| !roles.contains(manager)) {
        return None;
    }
    let is_soft = table.get("soft_delete").and_then(Toml::as_bool) == Some(true);
    name_of(collection).parse::<Name>().ok()?;
    // Members move with what they are members of.
    let former = table.get("was").and_then(Toml::as_str).map(name_of);
    let was = former.map_or_else(String::new, |former| format!("was = \"{former}\"\n"));
    Some(SourceFile {
        path: format!("collections/{}.toml", name_of(collection)),
        text: format!("{was}{}", text(collection, &roles, &managers, is_soft)?),
    })
}

/// The collection whose records are groups, that things can be shared with; the first where several say so.
pub(super) fn groups(files: &[SourceFile]) -> Option<String> {
    let mut having = files.iter().filter(|file| file.text.contains(GROUP));
    having.find_map(|file| {
        let collection = collection_stem(&file.path)?;
        let table: toml::Table = file.text.parse().ok()?;
        let members = table.get(MEMBERS)?;
        (members.get(GROUP)?.as_bool() == Some(true)).then(|| collection.to_owned())
    })
}

/// A list of names; nothing where one is none, which its reader tells.
fn names(list: &Toml) -> Option<Vec<&str>> {
    let names = list.as_array()?.iter().map(|name| {
        let name = name.as_str()?;
        name.parse::<Name>().ok().map(|_| name)
    });
    names.collect()
}

fn text(collection: &str, roles: &[&str], managers: &[&str], is_soft: bool) -> Option<String> {
    let (owner, newcomer) = (roles.first()?, roles.last()?);
    let quoted = |names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
        names.join(", ")
    };
    // Managers who are no owners leave owners alone.
    let others: Vec<&str> = managers.iter().copied().filter(|role| role != owner).collect();
    let manages = |record: &str, spared: &str| {
        let manager = if others.is_empty() {
            String::new()
        } else {
            format!(" || (m.role in [{}] && {spared})", quoted(&others))
        };
        format!(
            "{record}.{PARENT}.{MEMBERS}.exists(m, m.{USER} == auth.id && (m.{ROLE} == \"{owner}\"{manager}))"
        )
    };
    let adds = manages("input", &format!("input.{ROLE} != \"{owner}\""));
    let changes = manages(
        "record",
        &format!("record.{ROLE} != \"{owner}\" && input.{ROLE} != \"{owner}\""),
    );
    let removes = manages("record", &format!("record.{ROLE} != \"{owner}\""));
    // Who was removed from a record does not come back by restoring.
    let leaves = if is_soft {
        format!("(record.{USER} == auth.id && record.deleted_at == null)")
    } else {
        format!("record.{USER} == auth.id")
    };
    Some(format!(
        r#"label = "{{{ROLE}}}"
soft_delete = {is_soft}
[fields.{PARENT}]
type = "relation"
to = "{collection}"
back = "{MEMBERS}"
on_delete = "cascade"
required = true
write_once = true
[fields.{USER}]
type = "relation"
to = "users"
back = "{}"
required = true
write_once = true
[fields.{ROLE}]
type = "select"
options = [{}]
required = true
default = "{newcomer}"
[[indexes]]
fields = ["{PARENT}", "{USER}"]
unique = true
[[indexes]]
fields = ["{PARENT}", "{ROLE}"]
[rules]
list = 'record.{PARENT}.{MEMBERS}.exists(m, m.{USER} == auth.id)'
read = 'record.{PARENT}.{MEMBERS}.exists(m, m.{USER} == auth.id)'
create = '''
{adds}
|| (input.{USER} == auth.id && input.{ROLE} == "{owner}" && input.{PARENT}.created_by == auth.id
  && !input.{PARENT}.{MEMBERS}.exists(m, m.{USER} != auth.id))
'''
update = '{changes}'
delete = '{leaves} || {removes}'
"#,
        name_of(collection),
        quoted(roles),
    ))
}

/// Notes which collections were made, and tells what keeps one from being made.
pub(super) fn link(
    collections: &mut [Collection],
    drafts: &[Draft<'_>],
    written: &[String],
    faults: &mut Faults,
) {
    let mut groups: Option<&str> = None;
    for draft in drafts {
        let Some(table) = draft.table.as_ref().filter(|table| table.has(MEMBERS)) else {
            continue;
        };
        let Some(members) = table.table(MEMBERS, faults) else {
            continue;
        };
        if members.boolean(GROUP) == Some(true) {
            if let Some(first) = groups {
                let message = format!("the groups of this application are the members of `{first}`");
                faults.add(
                    members.value_place(GROUP),
                    message,
                    "remove one of the two `group`",
                );
            }
            groups = groups.or(Some(draft.name.as_str()));
        }
        let name = name_of(draft.name.as_str());
        if collections.iter().all(|made| made.name.as_str() != name) {
            faults.mark_broken(MEMBERS);
        }
        let roles = members.texts("roles").unwrap_or_default();
        for (manager, span) in members.texts("managers").unwrap_or_default() {
            if roles.iter().all(|(role, _)| *role != manager) {
                let place = super::faults::Place::new(members.file, span);
                let message = format!("`{manager}` is not one of the `roles`");
                faults.add(place, message, "add it there, or remove it here");
            }
        }
        let clashes = written
            .iter()
            .any(|path| *path == format!("collections/{name}.toml"));
        if clashes {
            let message =
                format!("`[members]` makes a collection `{name}`, and there is a file of that name");
            let hint = "rename the file, or remove `[members]` and keep members there";
            faults.add(members.place(), message, hint);
            continue;
        }
        if let Err(error) = name.parse::<Name>() {
            let message = format!("`[members]` makes a collection `{name}`, which is no name: {error}");
            faults.add(members.place(), message, "give the collection a shorter name");
            continue;
        }
        let made = collections.iter_mut().find(|made| made.name.as_str() == name);
        if let (Some(made), Some((owner, _))) = (made, roles.first()) {
            made.members = known_fields(made, owner);
        }
    }
}

fn known_fields(made: &Collection, owner: &str) -> Option<Members> {
    let id = |name| made.find_field(name).map(|field| field.id);
    Some(Members {
        parent: id(PARENT)?,
        user: id(USER)?,
        role: id(ROLE)?,
        owner: owner.to_owned(),
    })
}
