//! From the lines of seed files to drafts, with every fault.

use std::collections::HashMap;

use mainstay_core::definition::{Collection, CollectionId, Field, FieldKind};
use mainstay_core::{FieldId, RecordId, Value, values};
use serde_json::{Map, Value as Json};

use super::super::address::as_stored;
use super::SeedFault;
use crate::context::Context;
use crate::records::{Draft, draft_from_values};

/// One record of a seed.
#[derive(Debug)]
pub(super) struct SeedRecord {
    pub(super) collection: CollectionId,
    pub(super) line: usize,
    pub(super) draft: Draft,
    /// Relations to other records of the seed, as positions in the list of records.
    pub(super) links: Vec<(FieldId, usize)>,
    /// Relations by key to records that must be in the database already.
    pub(super) outside: Vec<Outside>,
}

#[derive(Debug)]
pub(super) struct Outside {
    pub(super) field: FieldId,
    pub(super) key: String,
    pub(super) to: CollectionId,
    pub(super) id: RecordId,
}

impl SeedRecord {
    pub(super) fn fault(&self, ctx: &Context, field: Option<String>, message: String) -> SeedFault {
        SeedFault {
            collection: ctx.of(self.collection).name.to_string(),
            line: self.line,
            field,
            message,
        }
    }
}

/// A line before relations are looked up.
struct Line<'a> {
    collection: &'a Collection,
    number: usize,
    id: RecordId,
    object: Map<String, Json>,
}

/// Where each id of the seed stands.
type Positions = HashMap<(CollectionId, RecordId), usize>;

pub(super) fn read(
    ctx: &Context,
    files: &[(String, String)],
    faults: &mut Vec<SeedFault>,
) -> Vec<SeedRecord> {
    let mut lines = Vec::new();
    for (name, text) in files {
        match ctx.release.definition.find_collection(name) {
            Some(collection) => read_file(collection, text, &mut lines, faults),
            None => faults.push(SeedFault {
                collection: name.clone(),
                line: 1,
                field: None,
                message: format!("there is no collection `{name}`; the file's name is the collection's"),
            }),
        }
    }
    let positions = positions(&lines, faults);
    let mut records = Vec::with_capacity(lines.len());
    for line in lines {
        records.push(record(ctx, line, &positions, faults));
    }
    records
}

fn read_file<'a>(
    collection: &'a Collection,
    text: &str,
    lines: &mut Vec<Line<'a>>,
    faults: &mut Vec<SeedFault>,
) {
    for (number, text) in (1..)
        .zip(text.lines())
        .filter(|(_, text)| !text.trim().is_empty())
    {
        match read_line(collection, text) {
            Ok((id, object)) => lines.push(Line {
                collection,
                number,
                id,
                object,
            }),
            Err((field, message)) => faults.push(fault(collection, number, field, message)),
        }
    }
}

type LineFault = (Option<&'static str>, String);

fn read_line(collection: &Collection, text: &str) -> Result<(RecordId, Map<String, Json>), LineFault> {
    let mut object: Map<String, Json> =
        serde_json::from_str(text).map_err(|error| (None, not_an_object(&error)))?;
    match object.remove("id") {
        Some(Json::String(key)) if !key.is_empty() => Ok((seed_id(collection, &key), object)),
        _ => Err((
            Some("id"),
            "every line of a seed needs one: a short text of your choice, or a UUID".to_owned(),
        )),
    }
}

/// The parser sees one line at a time, and its own line number would confuse.
fn not_an_object(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text
        .rsplit_once(" at line ")
        .map_or(text.as_str(), |(what, _)| what);
    format!("not a JSON object, column {}: {what}", error.column())
}

/// The id that a key of a seed stands for: itself when it is a UUID, else made from the collection and the key.
fn seed_id(collection: &Collection, key: &str) -> RecordId {
    key.parse().unwrap_or_else(|_| {
        let text = format!("seed\0{}\0{key}", collection.name);
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        let half = digest.as_ref().first_chunk().expect("SHA-256 has 32 bytes");
        RecordId::from_digest(*half)
    })
}

fn positions(lines: &[Line<'_>], faults: &mut Vec<SeedFault>) -> Positions {
    let mut positions = Positions::new();
    for (position, line) in lines.iter().enumerate() {
        if let Some(earlier) = positions.insert((line.collection.id, line.id), position) {
            let message = format!("line {} has this id already", lines[earlier].number);
            faults.push(fault(line.collection, line.number, Some("id"), message));
        }
    }
    positions
}

fn fault(collection: &Collection, line: usize, field: Option<&str>, message: String) -> SeedFault {
    SeedFault {
        collection: collection.name.to_string(),
        line,
        field: field.map(str::to_owned),
        message,
    }
}

fn record(ctx: &Context, line: Line<'_>, positions: &Positions, faults: &mut Vec<SeedFault>) -> SeedRecord {
    let Line {
        collection,
        number,
        id,
        object,
    } = line;
    let (mut links, mut outside) = (Vec::new(), Vec::new());
    let mut given = vec![(FieldId(0), Value::Id(id))];
    let faults_before = faults.len();
    for (name, mut json) in object {
        let Some(field) = collection.find_field(&name).filter(|field| !field.system) else {
            let message = match collection.find_field(&name) {
                Some(_) => "is set by Mainstay; leave it out".to_owned(),
                None => format!("{} has no such field", collection.name),
            };
            faults.push(fault(collection, number, Some(&name), message));
            continue;
        };
        resolve_keys(ctx, field, &mut json, |to, key, id| {
            match positions.get(&(to, id)) {
                Some(position) => links.push((field.id, *position)),
                // A UUID that is not there is found by the write.
                None if key.parse::<RecordId>().is_ok() => {}
                None => outside.push(Outside {
                    field: field.id,
                    key: key.to_owned(),
                    to,
                    id,
                }),
            }
        });
        match values::accept(field, json) {
            Ok(value) => given.push((field.id, as_stored(ctx, collection.id, field, value))),
            Err(refusal) => faults.push(fault(collection, number, Some(&name), refusal.to_string())),
        }
    }
    let mut draft = Draft {
        values: vec![Value::Null; collection.fields.len()],
        given: Vec::new(),
    };
    match draft_from_values(ctx, collection, given) {
        Ok(complete) => draft = complete,
        // A required field with a faulty value is told as that, not as missing too.
        Err(failure) => faults.extend(
            failure
                .problem()
                .errors
                .into_iter()
                .filter_map(|error| {
                    let told = faults[faults_before..]
                        .iter()
                        .any(|fault| fault.field.as_deref() == Some(&error.field));
                    (!told).then(|| fault(collection, number, Some(&error.field), error.message.into_owned()))
                })
                .collect::<Vec<_>>(),
        ),
    }
    SeedRecord {
        collection: collection.id,
        line: number,
        draft,
        links,
        outside,
    }
}

/// Puts ids in the place of the keys of a relation, and tells each of them.
fn resolve_keys(
    ctx: &Context,
    field: &Field,
    json: &mut Json,
    mut each: impl FnMut(CollectionId, &str, RecordId),
) {
    let FieldKind::Relation(relation) = &field.kind else {
        return;
    };
    let target = ctx.of(relation.to);
    let mut resolve = |json: &mut Json| {
        if let Json::String(key) = json {
            let id = seed_id(target, key);
            each(relation.to, key, id);
            *key = id.to_string();
        }
    };
    match json {
        Json::Array(items) if relation.many => items.iter_mut().for_each(resolve),
        single if !relation.many => resolve(single),
        _ => {}
    }
}
