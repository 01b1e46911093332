//! From the files of a definition to the model, or to every fault in them.

use std::collections::HashMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::DeTable;

use super::collections::{self, Draft, Drafts};
use super::faults::{Faults, Place};
use super::mail::mail_stem;
use super::written::Sources;
use super::{
    Collection, CollectionId, Definition, Diagnostic, SourceFile, application, expressions, fields, indexes,
    labels, members, plans, relations, shares, views,
};
use crate::ids::Name;
use crate::limits::DEFINITION_FILE_BYTES_MAX;
use crate::migrations::{Marks, Shape};

pub(super) const APPLICATION_PATH: &str = "mainstay.toml";
const COLLECTIONS_FOLDER: &str = "collections/";

/// A parsed file.
#[derive(Debug)]
pub(super) struct Document<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) table: Spanned<DeTable<'a>>,
}

impl Definition {
    /// Reads `mainstay.toml`, `collections/*.toml` and `mail/*.toml`; files at other paths are ignored.
    ///
    /// Fails with all faults of all files at once, sorted by file and place.
    pub fn read(mut files: Vec<SourceFile>) -> Result<Self, Vec<Diagnostic>> {
        files.retain(|file| {
            let stem = collection_stem(&file.path).or_else(|| mail_stem(&file.path));
            file.path == APPLICATION_PATH || stem.is_some()
        });
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let mut faults = Faults::default();
        let digest = digest(&files);
        let written: Vec<String> = files.iter().map(|file| file.path.clone()).collect();
        let groups = members::groups(&files);
        let files = with_made(files, views::made_for);
        let files = with_made(files, members::made_for);
        let files = with_made(files, |file| shares::made_for(file, groups.as_deref()));
        let documents: Vec<Document<'_>> = files.iter().map(|file| parse(file, &mut faults)).collect();
        let mut definition = build(&documents, &written, digest, &mut faults);
        let faults = faults.into_sorted();
        if faults.is_empty() {
            definition.shape = Shape::of(&definition, &files);
            definition.marks = Marks::of(&files);
            definition.sources = Sources {
                files: files.into(),
                written: written.into(),
            };
            Ok(definition)
        } else {
            Err(faults)
        }
    }
}

/// The files with those that a key of theirs stands for. One that is there already stays: the fault is told at the key that
/// would have made it.
fn with_made(
    mut files: Vec<SourceFile>,
    made_for: impl Fn(&SourceFile) -> Option<SourceFile>,
) -> Vec<SourceFile> {
    let made: Vec<SourceFile> = files.iter().filter_map(made_for).collect();
    for file in made {
        if files.iter().all(|other| other.path != file.path) {
            files.push(file);
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
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
        faults.add_syntax(Place::new(file, 0..0), &message, Some("split the collection"));
        return Document {
            file,
            table: Spanned::new(0..0, DeTable::new()),
        };
    }
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    let open_quotes = open_quotes(&file.text);
    let mut causes = causes(&file.text, errors);
    if open_quotes.is_some() {
        causes.truncate(1);
    }
    for (error, span) in causes {
        let message = format!("the TOML is not valid: {}", error.message());
        let hint = open_quotes.or_else(|| syntax_hint(error.message()));
        faults.add_syntax(Place::new(file, span), &message, hint);
    }
    Document { file, table }
}

/// The errors that are not likely consequences of the one before.
///
/// A string that is not closed makes nonsense of the lines below it, and a missing header makes duplicates of all the
/// keys below it. So of errors of the same sort on the same line or the next one, the first counts.
fn causes(text: &str, mut errors: Vec<toml::de::Error>) -> Vec<(toml::de::Error, Range<usize>)> {
    errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
    let mut causes = Vec::new();
    let mut last_line = [None; 2];
    let (mut line, mut counted) = (0, 0);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        line += text
            .get(counted..span.start)
            .map_or(0, |part| part.matches('\n').count());
        counted = span.start;
        let last_line = &mut last_line[usize::from(error.message() == DUPLICATE_KEY)];
        let follows = last_line.is_some_and(|last| line <= last + 1);
        *last_line = Some(line);
        if !follows {
            causes.push((error, span));
        }
    }
    causes
}

/// With one of two triple quotes missing, strings and the text between them change places to the end of the file.
fn open_quotes(text: &str) -> Option<&'static str> {
    let is_odd = |quotes| text.matches(quotes).count() % 2 == 1;
    if is_odd("'''") {
        Some("the file has an odd number of ''': one string is not opened or not closed")
    } else if is_odd("\"\"\"") {
        Some("the file has an odd number of \"\"\": one string is not opened or not closed")
    } else {
        None
    }
}

const DUPLICATE_KEY: &str = "duplicate key";

/// The way out of the common faults, by the parser's own words. A test sees when they change.
fn syntax_hint(message: &str) -> Option<&'static str> {
    if message == DUPLICATE_KEY {
        Some("a key can be set once; remove it, or add the [header] that is missing above it")
    } else if message.contains("must be quoted") || message.starts_with("invalid boolean") {
        Some("put quotes around a text")
    } else if message.starts_with("invalid basic string") {
        Some("close the string on its line, or use three quotes for several lines")
    } else {
        None
    }
}

/// Builds as much of the model as the files allow, so that one fault does not hide others.
fn build(documents: &[Document<'_>], written: &[String], digest: String, faults: &mut Faults) -> Definition {
    let application = documents
        .iter()
        .find(|document| document.file.path == APPLICATION_PATH);
    if application.is_none() {
        let hint = "add mainstay.toml with the line: name = \"my-app\"";
        faults.add_missing_file(APPLICATION_PATH, "the file is missing", hint);
    }
    let application = application
        .map(|document| application::read(document, documents, written, faults))
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
    members::link(&mut collections, &drafts, written, faults);
    shares::link(&mut collections, &drafts, written, faults);
    let views = application.has_views.then(|| views::link(&collections));
    for (collection, draft) in collections.iter_mut().zip(&drafts) {
        labels::read(collection, draft, faults);
        indexes::read(collection, draft, faults);
    }
    let mut definition = Definition {
        name: application.name,
        title: application.title,
        description: application.description,
        auth: application.auth,
        limits: application.limits,
        mail: application.mail,
        collections,
        by_name: directory.ids,
        users: directory.users,
        views: views.flatten(),
        digest,
        sources: Sources::default(),
        shape: Shape::default(),
        marks: Marks::default(),
    };
    expressions::read(&mut definition, &drafts, faults);
    let users = definition.collection(definition.users);
    definition.limits.plans = plans::link(application.plans, users, faults);
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
