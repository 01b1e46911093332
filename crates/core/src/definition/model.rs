//! The checked model of a definition.

mod field;

use std::collections::HashMap;

use super::limit_settings::LimitSettings;
use super::settings::{AuthSettings, MailSettings};
use super::written::Sources;
use crate::ids::Name;
use crate::migrations::{Marks, Shape};
use crate::rules::Expr;

pub use field::*;

/// A whole application.
#[derive(Debug, Clone)]
pub struct Definition {
    pub name: String,
    pub title: String,
    pub description: String,
    pub auth: AuthSettings,
    pub limits: LimitSettings,
    pub mail: MailSettings,
    /// Indexed by [`CollectionId`]; sorted by name, so that equal files give equal definitions.
    pub collections: Vec<Collection>,
    pub(crate) by_name: HashMap<Name, CollectionId>,
    /// Where the built-in `users` collection stands.
    pub users: CollectionId,
    /// Where the application keeps views.
    pub views: Option<Views>,
    /// SHA-256 of the files in path order, 64 hexadecimal digits: the release id until releases carry more.
    pub digest: String,
    /// The files that it was read from.
    pub sources: Sources,
    /// What of it a database holds.
    pub shape: Shape,
    /// What it says of names and values before.
    pub marks: Marks,
}

impl Definition {
    pub fn collection(&self, id: CollectionId) -> &Collection {
        &self.collections[usize::from(id.0)]
    }

    pub fn find_collection(&self, name: &str) -> Option<&Collection> {
        self.by_name.get(name).map(|id| self.collection(*id))
    }

    /// The collection that was called so in an entry of the journal: by the name of today first.
    pub fn find_collection_of_any_time(&self, name: &str) -> Option<&Collection> {
        let had = |collection: &&Collection| collection.journal_names().any(|known| known == name);
        self.find_collection(name)
            .or_else(|| self.collections.iter().find(had))
    }

    /// The collection with this [first name](Collection::first_name).
    pub fn find_by_first_name(&self, name: &str) -> Option<&Collection> {
        self.collections
            .iter()
            .find(|collection| collection.first_name() == name)
    }

    /// The declared field that a way back reads: `(collection that declares it, field)`.
    pub fn field(&self, at: FieldAt) -> &Field {
        self.collection(at.collection).field(at.field)
    }
}

/// What a collection of members has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Members {
    /// The record that they are members of.
    pub parent: FieldId,
    pub user: FieldId,
    pub role: FieldId,
    /// The role that somebody always has.
    pub owner: String,
}

/// The collection of saved views, and what the server looks at in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Views {
    pub collection: CollectionId,
    /// The collection that a view shows, by its [first name](Collection::first_name).
    pub of: FieldId,
    pub filter: FieldId,
    pub sort: FieldId,
    pub fields: FieldId,
}

/// What a collection has whose records can be shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sharing {
    /// The collection of the shares, which the fields are those of.
    pub collection: CollectionId,
    /// The record that is shared.
    pub target: FieldId,
    /// With whom; empty for a link and for a group.
    pub user: FieldId,
    /// Where the application has groups.
    pub group: Option<SharedGroup>,
    pub level: FieldId,
    pub expires_at: FieldId,
    pub title: FieldId,
    /// Fields of the shared record that rules read anywhere: no share lets its holder change them.
    pub deciding: Vec<FieldId>,
}

/// How shares name a group: a record of a collection whose `[members]` are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SharedGroup {
    /// Of the shares.
    pub field: FieldId,
    /// The collection of the groups.
    pub collection: CollectionId,
    /// That of their members.
    pub members: CollectionId,
}

/// Position of a collection in its definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CollectionId(pub u16);

/// Position of a field in its collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u16);

/// A field of some collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldAt {
    pub collection: CollectionId,
    pub field: FieldId,
}

/// A collection: a table with typed fields, rules, indexes and checks.
#[derive(Debug, Clone)]
pub struct Collection {
    pub id: CollectionId,
    pub name: Name,
    /// Names that it had before, the oldest first: under them the journal knows what happened then. Its own is among
    /// them when it has come back to it.
    pub former_names: Vec<String>,
    /// Its table in the database: the name, but after a rename for as long as releases with both names run.
    pub table: Name,
    pub title: String,
    pub description: String,
    pub label: Label,
    pub soft_delete: bool,
    /// Was it made by `[members]` of another collection?
    pub members: Option<Members>,
    /// Can its records be shared one by one?
    pub sharing: Option<Sharing>,
    /// May people comment on its records?
    pub comments: bool,
    /// Does the journal tell who read a single record?
    pub log_reads: bool,
    /// Days after which a deleted record goes for good; 0 keeps it for ever.
    pub trash_days: u32,
    /// Default sort of lists.
    pub order: SortKey,
    /// The system fields first (see [`SystemField`]), then the declared ones in the order of the file.
    pub fields: Vec<Field>,
    pub(crate) field_by_name: HashMap<Name, FieldId>,
    pub rules: Rules,
    /// Declared indexes, and those derived from `unique`, `index` and relations; without duplicates.
    pub indexes: Vec<Index>,
    pub checks: Vec<Check>,
    /// Ways back: relations of other collections (or this one) that point here under a name.
    pub backs: Vec<Back>,
    /// Every relation field anywhere that points here, named or not: what a delete must look at.
    pub referenced_by: Vec<FieldAt>,
}

impl Collection {
    pub fn field(&self, id: FieldId) -> &Field {
        &self.fields[usize::from(id.0)]
    }

    pub fn find_field(&self, name: &str) -> Option<&Field> {
        self.field_by_name.get(name).map(|id| self.field(*id))
    }

    /// The field that an entry of the journal calls so: by the name of today first, which is the only thing that is
    /// certain where a former name was given to another field since.
    pub fn find_field_of_any_time(&self, name: &str) -> Option<&Field> {
        let had = |field: &&Field| field.former_names.iter().any(|former| former == name);
        self.find_field(name).or_else(|| self.fields.iter().find(had))
    }

    /// The names under which the journal knows the collection: the one of today, then the former ones.
    pub fn journal_names(&self) -> impl Iterator<Item = &str> {
        let former = self.former_names.iter().map(String::as_str);
        std::iter::once(self.name.as_str()).chain(former)
    }

    pub fn find_back(&self, name: &str) -> Option<&Back> {
        self.backs.iter().find(|back| back.name.as_str() == name)
    }

    /// The first name that it had. What hangs on its records in tables of our own is kept under it: releases before and
    /// after a rename agree on it.
    pub fn first_name(&self) -> &str {
        self.former_names
            .first()
            .map_or_else(|| self.name.as_str(), String::as_str)
    }

    /// The fields with a rule of their own for reading, in the order of the definition.
    pub fn guarded_fields(&self) -> impl Iterator<Item = (&Field, &Expr)> {
        let fields = self.fields.iter();
        fields.filter_map(|field| Some((field, field.read.as_ref()?)))
    }

    /// A field that every collection has; `DeletedAt` only where deletion is soft.
    pub fn system_field(&self, field: SystemField) -> &Field {
        self.field(field.id())
    }
}

/// A declared check. One that looks only at its own record's columns is also a CHECK constraint of the table.
#[derive(Debug, Clone)]
pub struct Check {
    /// Unique in the collection; a field's own check is named after the field.
    pub name: Name,
    /// The field whose `check` this is.
    pub field: Option<FieldId>,
    pub expression: Expr,
    pub message: String,
    /// Is it a constraint of the table? One that follows relations is not, nor one that a release before does not know
    /// and that still runs: those are asked in the write's transaction.
    pub in_table: bool,
}

/// Who may do what. `None`: nobody but administrators.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub list: Option<Expr>,
    pub read: Option<Expr>,
    pub create: Option<Expr>,
    pub update: Option<Expr>,
    pub delete: Option<Expr>,
    /// `None`: whoever is signed in and may read the record.
    pub comment: Option<Expr>,
    /// Where records can be shared: what remains without shares.
    pub own: Option<Box<OwnRules>>,
}

/// Who may do what with a living record, shares left out.
#[derive(Debug, Clone)]
pub struct OwnRules {
    pub update: Option<Expr>,
    pub delete: Option<Expr>,
    pub share: Option<Expr>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    pub fields: Vec<FieldId>,
    /// Unique among records that are not deleted.
    pub unique: bool,
}

/// A way back along a relation: `rooms.members` is every membership whose `room` is this room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Back {
    pub name: Name,
    pub from: FieldAt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortKey {
    pub field: FieldId,
    pub descending: bool,
}

/// A label template: texts and fields in turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    pub parts: Vec<LabelPart>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelPart {
    Text(String),
    Field(FieldId),
}
