//! `views = true`: what people keep of how they look at a collection, as a collection that is made for it.
//!
//! A view is a record: it has an owner, rules, a history and live updates, and is shared as any record is. Only what it
//! says of another collection is looked at besides, where it is written.

use super::collections::USERS;
use super::faults::{Faults, Place};
use super::read::APPLICATION_PATH;
use super::toml_reader::Table;
use super::{Collection, SourceFile, Views};
use crate::limits::{
    EXPRESSION_BYTES_MAX, NAME_CHARACTERS_MAX, TITLE_CHARACTERS_MAX, VIEW_LIST_CHARACTERS_MAX,
};

/// The key, and the name of the collection that is made.
pub(super) const VIEWS: &str = "views";
const PATH: &str = "collections/views.toml";
/// The fields that the server looks at.
const COLLECTION: &str = "collection";
const FILTER: &str = "filter";
const SORT: &str = "sort";
const FIELDS: &str = "fields";

/// The file that the key stands for, if the application's file has it.
pub(super) fn made_for(file: &SourceFile) -> Option<SourceFile> {
    if file.path != APPLICATION_PATH || !file.text.contains(VIEWS) {
        return None;
    }
    let table: toml::Table = file.text.parse().ok()?;
    let made = SourceFile {
        path: PATH.to_owned(),
        text: text(),
    };
    (table.get(VIEWS)?.as_bool() == Some(true)).then_some(made)
}

fn text() -> String {
    format!(
        r#"label = "{{name}}"
order = "name"
share = true
comments = true
soft_delete = true
[fields.name]
type = "text"
required = true
min = 1
max = {TITLE_CHARACTERS_MAX}
[fields.{COLLECTION}]
type = "text"
description = "The collection that it shows, by the first name that this one had."
required = true
write_once = true
index = true
max = {NAME_CHARACTERS_MAX}
[fields.kind]
type = "select"
options = ["table", "board", "calendar", "gallery"]
required = true
default = "table"
[fields.{FILTER}]
type = "text"
description = "As `filter` of a list."
max = {EXPRESSION_BYTES_MAX}
multiline = true
[fields.{SORT}]
type = "text"
description = "As `sort` of a list."
max = {VIEW_LIST_CHARACTERS_MAX}
[fields.{FIELDS}]
type = "text"
description = "As `fields` of a list: what is shown, in this order."
max = {VIEW_LIST_CHARACTERS_MAX}
[fields.options]
type = "json"
description = "What a client needs besides: widths, groups, colours."
[fields.owner]
type = "relation"
to = "{USERS}"
on_delete = "cascade"
required = true
write_once = true
default = "auth.id"
[rules]
list = "record.owner == auth.id"
read = "record.owner == auth.id"
create = "input.owner == auth.id"
update = "record.owner == auth.id"
delete = "record.owner == auth.id"
"#
    )
}

/// The collection that was made.
pub(super) fn link(collections: &[Collection]) -> Option<Views> {
    let made = collections.iter().find(|made| made.name.as_str() == VIEWS)?;
    let id = |name| made.find_field(name).map(|field| field.id);
    Some(Views {
        collection: made.id,
        of: id(COLLECTION)?,
        filter: id(FILTER)?,
        sort: id(SORT)?,
        fields: id(FIELDS)?,
    })
}

/// Does the application keep views? A collection of that name must not be there then.
pub(super) fn read(table: &Table<'_>, written: &[String], faults: &mut Faults) -> bool {
    let asked = table.boolean(VIEWS) == Some(true);
    if asked && written.iter().any(|path| path == PATH) {
        let place: Place<'_> = table.value_place(VIEWS);
        let message = "`views` makes a collection `views`, and there is a file of that name";
        faults.add(place, message, "rename the file, or remove `views`");
        return false;
    }
    asked
}
