//! The collections' files, opened: names are known, fields are not yet typed.

use super::faults::{Faults, Place};
use super::keys::{COLLECTION, FIELD, FieldType};
use super::names::{self, name_hint};
use super::read::{Document, collection_stem};
use super::toml_reader::{NamedTable, Table};
use super::{CollectionId, FieldId, SourceFile};
use crate::ids::Name;
use crate::limits::{COLLECTIONS_MAX, FIELDS_MAX, TRASH_DAYS_DEFAULT};

/// The built-in collection.
pub(super) const USERS: &str = "users";
/// Its own fields; a file of `users` adds to them.
pub(super) const USERS_FIELDS: [&str; 3] = ["email", "administrator", "active"];

/// A collection's file, opened.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) id: CollectionId,
    pub(super) name: Name,
    /// None for `users` without a file.
    pub(super) table: Option<Table<'a>>,
    pub(super) soft_delete: bool,
    pub(super) comments: bool,
    pub(super) trash_days: u32,
    pub(super) fields: Vec<FieldDraft<'a>>,
}

/// A `[fields.<name>]`, opened.
#[derive(Debug)]
pub(super) struct FieldDraft<'a> {
    pub(super) name: Name,
    pub(super) table: Table<'a>,
    /// None when the type is missing or unknown.
    pub(super) ty: Option<FieldType>,
    /// The field in the model, once it is there.
    pub(super) id: Option<FieldId>,
}

/// All collections.
#[derive(Debug)]
pub(super) struct Drafts<'a> {
    /// Sorted by name; the position is the id.
    pub(super) list: Vec<Draft<'a>>,
    /// Stems of files that are no names.
    pub(super) misnamed: Vec<String>,
}

pub(super) fn open<'a>(documents: &'a [Document<'a>], faults: &mut Faults) -> Drafts<'a> {
    let mut drafts = Vec::new();
    let mut misnamed = Vec::new();
    for document in documents {
        let Some(stem) = collection_stem(&document.file.path) else {
            continue;
        };
        if let Some(prefix) = names::kept_by_databases(stem) {
            let message = format!(
                "`{stem}` cannot be a collection: databases keep names with `{prefix}` for themselves"
            );
            faults.add(Place::new(document.file, 0..0), message, "rename the file");
            misnamed.push(stem.to_owned());
            continue;
        }
        match stem.parse::<Name>() {
            Ok(name) => drafts.push(open_one(name, document, faults)),
            Err(error) => {
                let message = format!("the file's name is not a name for a collection: {error}");
                faults.add(
                    Place::new(document.file, 0..0),
                    message,
                    format!("rename the file; {}", name_hint(stem)),
                );
                misnamed.push(stem.to_owned());
            }
        }
    }
    drafts.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(Draft {
        table: Some(table), ..
    }) = drafts.get(COLLECTIONS_MAX)
    {
        let message = format!(
            "there are {} collections, and at most {COLLECTIONS_MAX} are possible",
            drafts.len()
        );
        faults.add(table.place(), message, "split the application");
        let mut kept = 0;
        drafts.retain(|draft| {
            kept += 1;
            kept <= COLLECTIONS_MAX || draft.name.as_str() == USERS
        });
    }
    if drafts.iter().all(|draft| draft.name.as_str() != USERS) {
        let name = USERS.parse().expect("`users` is a name");
        drafts.push(Draft {
            id: CollectionId(0),
            name,
            table: None,
            soft_delete: false,
            comments: false,
            trash_days: TRASH_DAYS_DEFAULT,
            fields: Vec::new(),
        });
    }
    drafts.sort_by(|a, b| a.name.cmp(&b.name));
    for (draft, id) in drafts.iter_mut().zip(0..) {
        draft.id = CollectionId(id);
    }
    Drafts {
        list: drafts,
        misnamed,
    }
}

fn open_one<'a>(name: Name, document: &'a Document<'a>, faults: &mut Faults) -> Draft<'a> {
    let file = document.file;
    let table = Table::open(file, &COLLECTION, document.table.get_ref(), 0..0, faults);
    let is_users = name.as_str() == USERS;
    let mut fields = Vec::new();
    for declared in table.named_tables("fields") {
        match field_name(&declared, is_users) {
            Ok(name) => fields.push(open_field(file, name, &declared, faults)),
            Err((message, hint)) => {
                // The built-in fields are in the model; other refused names are not.
                if !(is_users && USERS_FIELDS.contains(&declared.name)) {
                    faults.mark_broken(declared.name);
                }
                faults.add(Place::new(file, declared.name_span.clone()), message, hint);
            }
        }
    }
    if let Some(beyond) = fields.get(FIELDS_MAX) {
        let message = format!(
            "there are {} fields, and at most {FIELDS_MAX} are possible",
            fields.len()
        );
        faults.add(
            beyond.table.place(),
            message,
            "move some fields into another collection",
        );
        fields
            .drain(FIELDS_MAX..)
            .for_each(|field| faults.mark_broken(field.name.as_str()));
    }
    let soft_delete = table.boolean("soft_delete").unwrap_or(false);
    let comments = table.boolean("comments").unwrap_or(false);
    if !soft_delete && table.has("trash_days") {
        faults.add(
            table.value_place("trash_days"),
            "`trash_days` says how long deleted records are kept, and here none are",
            "set soft_delete = true, or remove trash_days",
        );
    }
    let trash_days = table
        .integer("trash_days")
        .and_then(|days| u32::try_from(days).ok());
    Draft {
        id: CollectionId(0),
        name,
        table: Some(table),
        soft_delete,
        comments,
        trash_days: trash_days.unwrap_or(TRASH_DAYS_DEFAULT),
        fields,
    }
}

fn field_name(declared: &NamedTable<'_>, is_users: bool) -> Result<Name, (String, String)> {
    let text = declared.name;
    if is_users && USERS_FIELDS.contains(&text) {
        let hint = "remove it; every user has the fields email, administrator and active";
        return Err((format!("`{text}` is a built-in field of users"), hint.into()));
    }
    if is_users && text == "password" {
        return Err((
            "a password is never a field".into(),
            "remove it; sign-in has its own store for passwords".into(),
        ));
    }
    if let Some(reason) = names::reserved(text) {
        return Err((
            format!("`{text}` cannot be the name of a field: {reason}"),
            "choose another name".into(),
        ));
    }
    text.parse()
        .map_err(|error| (format!("`{text}` is not a name: {error}"), name_hint(text)))
}

fn open_field<'a>(
    file: &'a SourceFile,
    name: Name,
    declared: &NamedTable<'a>,
    faults: &mut Faults,
) -> FieldDraft<'a> {
    let ty = declared
        .table
        .get("type")
        .and_then(|ty| FieldType::from_name(ty.get_ref().as_str()?));
    let table = Table::open_field(file, &FIELD, ty, declared.table, declared.span.clone(), faults);
    if table.is_faulty {
        // With a misspelt key (`bak = "members"`) the kind may be another one, and names may be missing.
        faults.mark_broken(name.as_str());
        for text in declared
            .table
            .values()
            .filter_map(|value| value.get_ref().as_str())
        {
            faults.mark_broken(text);
        }
    }
    FieldDraft {
        name,
        table,
        ty,
        id: None,
    }
}
