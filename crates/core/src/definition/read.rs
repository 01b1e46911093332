//! From the files of a definition to the model, or to every fault in them.

use std::collections::HashMap;

use toml::Spanned;
use toml::de::DeTable;

use super::collections::{self, Draft, Drafts};
use super::faults::{Faults, Place};
use super::{
    Collection, CollectionId, Definition, Diagnostic, SourceFile, application, expressions, fields, indexes,
    labels, relations,
};
use crate::ids::Name;
use crate::limits::DEFINITION_FILE_BYTES_MAX;

const APPLICATION_PATH: &str = "mainstay.toml";
const COLLECTIONS_FOLDER: &str = "collections/";

/// A parsed file.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) table: Spanned<DeTable<'a>>,
}

impl Definition {
    /// Reads `mainstay.toml` and `collections/*.toml`; files at other paths are ignored.
    ///
    /// Fails with all faults of all files at once, sorted by file and place.
    pub fn read(mut files: Vec<SourceFile>) -> Result<Self, Vec<Diagnostic>> {
        files.retain(|file| file.path == APPLICATION_PATH || collection_stem(&file.path).is_some());
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut faults = Faults::default();
        let documents: Vec<Document<'_>> = files.iter().map(|file| parse(file, &mut faults)).collect();
        let definition = build(&documents, digest(&files), &mut faults);
        let faults = faults.into_sorted();
        if faults.is_empty() {
            Ok(definition)
        } else {
            Err(faults)
        }
    }
}

/// The collection that the file declares, when it is a collection's file.
pub(super) fn collection_stem(path: &str) -> Option<&str> {
    path.strip_prefix(COLLECTIONS_FOLDER)?
        .strip_suffix(".toml")
        .filter(|stem| !stem.contains('/'))
}

fn parse<'a>(file: &'a SourceFile, faults: &mut Faults) -> Document<'a> {
    if file.text.len() > DEFINITION_FILE_BYTES_MAX {
        let message = format!("the file has more than {DEFINITION_FILE_BYTES_MAX} bytes");
        faults.add_syntax(
            Place::new(file, 0..0),
            message,
            Some("split the collection".into()),
        );
        return Document {
            file,
            table: Spanned::new(0..0, DeTable::new()),
        };
    }
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        let message = format!("the TOML is not valid: {}", error.message());
        faults.add_syntax(
            Place::new(file, span),
            message,
            syntax_hint(error.message()).map(str::to_owned),
        );
    }
    Document { file, table }
}

/// The way out of the common faults, by the parser's own words. A test sees when they change.
fn syntax_hint(message: &str) -> Option<&'static str> {
    if message == "duplicate key" {
        Some("a key can be set once; remove one of the two")
    } else if message.contains("must be quoted") || message.starts_with("invalid boolean") {
        Some("put quotes around a text")
    } else if message.starts_with("invalid basic string") {
        Some("close the string on its line, or use three quotes for several lines")
    } else {
        None
    }
}

/// Builds as much of the model as the files allow, so that one fault does not hide others.
fn build(documents: &[Document<'_>], digest: String, faults: &mut Faults) -> Definition {
    let application = documents
        .iter()
        .find(|document| document.file.path == APPLICATION_PATH);
    if application.is_none() {
        let hint = "add mainstay.toml with the line: name = \"my-app\"";
        faults.add_missing_file(APPLICATION_PATH, "the file is missing", hint);
    }
    let application = application
        .map(|document| application::read(document, faults))
        .unwrap_or_default();
    let Drafts {
        list: mut drafts,
        misnamed,
    } = collections::open(documents, faults);
    let directory = Directory::new(&drafts, misnamed);
    let mut collections: Vec<Collection> = drafts
        .iter_mut()
        .map(|draft| fields::build(draft, &directory, faults))
        .collect();
    relations::link(&mut collections, &drafts, faults);
    for (collection, draft) in collections.iter_mut().zip(&drafts) {
        labels::read(collection, draft, faults);
        indexes::read(collection, draft, faults);
    }
    let mut definition = Definition {
        name: application.name,
        title: application.title,
        description: application.description,
        auth: application.auth,
        collections,
        by_name: directory.ids,
        users: directory.users,
        digest,
    };
    expressions::read(&mut definition, &drafts, faults);
    definition
}

/// The collections by name, known before their fields are read.
#[derive(Debug)]
pub(super) struct Directory {
    pub(super) ids: HashMap<Name, CollectionId>,
    pub(super) users: CollectionId,
    /// Stems of files that are no names: a relation to one of them is not at fault.
    pub(super) misnamed: Vec<String>,
}

impl Directory {
    fn new(drafts: &[Draft<'_>], misnamed: Vec<String>) -> Self {
        let ids: HashMap<Name, CollectionId> = drafts
            .iter()
            .map(|draft| (draft.name.clone(), draft.id))
            .collect();
        let users = ids[collections::USERS];
        Self { ids, users, misnamed }
    }

    pub(super) fn sorted_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.ids.keys().map(Name::as_str).collect();
        names.sort_unstable();
        names
    }
}

/// SHA-256 over the paths and texts, each with its length before it, as 64 hexadecimal digits.
fn digest(files: &[SourceFile]) -> String {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for part in files.iter().flat_map(|file| [&file.path, &file.text]) {
        context.update(&(part.len() as u64).to_le_bytes());
        context.update(part.as_bytes());
    }
    let digest = context.finish();
    let digits = digest.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}
