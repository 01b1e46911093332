//! Changing the definition while the application is made: `mainstay dev` alone hands the folder down that is written to.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use mainstay_core::definition::{Definition, Diagnostic, SourceFile};
use mainstay_core::ids::Name;
use mainstay_core::limits::DEFINITION_FILE_BYTES_MAX;
use mainstay_core::migrations::{Answer, Comparison, Operation, compare};
use mainstay_core::{Code, Problem};
use mainstay_store::journal::{Entry, Kind, append};
use mainstay_store::records::Plans;
use mainstay_store::sql::Target;
use mainstay_store::{Priority, StoreError};
use serde_json::{Map, Value as Json, json};

use crate::context::Context;
use crate::failure::Failure;

/// The definition that may cost data, by its digest: somebody has said so.
#[derive(Debug, Default)]
pub struct AcceptedLoss(Mutex<Option<String>>);

impl AcceptedLoss {
    fn accept(&self, digest: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(digest.to_owned());
    }

    pub fn covers(&self, digest: &str) -> bool {
        let accepted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        accepted.as_deref() == Some(digest)
    }
}

/// What somebody wants a file to say.
struct Change {
    text: String,
    /// The digest of the definition that they have seen.
    before: Option<String>,
    dry_run: bool,
    accept_loss: bool,
}

/// Checks the definition with another text for a collection's file, tells what it comes to, and writes the file unless it
/// is to be looked at alone. Whoever watches the folder puts it in force.
pub async fn change_definition(
    ctx: &Context,
    folder: Option<&Path>,
    collection: &str,
    input: Map<String, Json>,
) -> Result<Vec<u8>, Failure> {
    ctx.require_administrator()?;
    let change = Change::read(input)?;
    let Some(folder) = folder else {
        let detail = "the definition is changed where the application is made, with `mainstay dev`; a server in \
                      production takes what is released";
        return Err(Problem::new(Code::Conflict, detail).into());
    };
    // A name has no dots and no slashes, so it leads to no other place.
    let name: Name = collection.parse().map_err(|_| Problem::not_found())?;
    let source = format!("collections/{name}.toml");
    let definition = &ctx.whole.definition;
    if change
        .before
        .as_ref()
        .is_some_and(|before| *before != definition.digest)
    {
        let detail = "the definition has changed since it was read: read it again, then repeat the change";
        return Err(Problem::new(Code::Conflict, detail).into());
    }
    let path = folder.join(&source);
    refuse_other_file(definition, &source, &path)?;
    let candidate = match with_file(definition, &source, &change.text) {
        Ok(candidate) => candidate,
        Err(errors) => return Ok(answer(false, errors, &Plan::default(), None)),
    };
    if let Err(error) = Plans::build(Target {
        definition: &candidate,
        dialect: ctx.environment.db.dialect(),
    }) {
        let error = json!({ "path": source, "line": null, "column": null, "message": error.to_string(), "hint": null });
        return Ok(answer(false, vec![error], &Plan::default(), None));
    }
    let plan = Plan::between(definition, &candidate);
    let digest = Some(candidate.digest.as_str());
    if change.dry_run || !plan.may_be_done(change.accept_loss) {
        return Ok(answer(false, Vec::new(), &plan, digest));
    }
    note(ctx, name.as_str(), &candidate.digest).await?;
    if change.accept_loss {
        ctx.environment.accepted_loss.accept(&candidate.digest);
    }
    write(&path, &change.text).map_err(|error| {
        tracing::error!(error = &error as &dyn std::error::Error, path = %path.display(), "a file cannot be written");
        Problem::new(Code::Unavailable, format!("{source} cannot be written: {error}"))
    })?;
    Ok(answer(true, Vec::new(), &plan, digest))
}

impl Change {
    fn read(mut input: Map<String, Json>) -> Result<Self, Problem> {
        let fault =
            |field: &str, message: &'static str| Problem::field(Code::ValidationFailed, field, message);
        let text = match input.remove("text") {
            Some(Json::String(text)) if text.len() <= DEFINITION_FILE_BYTES_MAX => text,
            Some(Json::String(_)) => {
                return Err(fault("text", "is larger than a file of a definition can be"));
            }
            Some(_) => return Err(fault("text", "must be a text")),
            None => return Err(fault("text", "is required")),
        };
        let before = match input.remove("before") {
            None | Some(Json::Null) => None,
            Some(Json::String(digest)) => Some(digest),
            Some(_) => return Err(fault("before", "must be the `digest` of the definition")),
        };
        let mut flag = |name: &str| match input.remove(name) {
            None => Ok(false),
            Some(Json::Bool(value)) => Ok(value),
            Some(_) => Err(fault(name, "must be true or false")),
        };
        let (dry_run, accept_loss) = (flag("dry_run")?, flag("accept_loss")?);
        if let Some(name) = input.keys().next() {
            let message = "is not known here: leave it out";
            return Err(Problem::field(Code::UnknownField, name.as_str(), message));
        }
        Ok(Self {
            text,
            before,
            dry_run,
            accept_loss,
        })
    }
}

/// What somebody has written into the file meanwhile must not be lost, and a link leads elsewhere.
fn refuse_other_file(definition: &Definition, source: &str, path: &Path) -> Result<(), Problem> {
    let known = definition.sources.written().find(|file| file.path == source);
    let is_link = fs::symlink_metadata(path).is_ok_and(|found| found.file_type().is_symlink());
    let stored = match fs::read_to_string(path) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            let detail = format!("{source} cannot be read: {error}");
            return Err(Problem::new(Code::Unavailable, detail));
        }
    };
    if is_link {
        let detail = format!("{source} is a link to another place: change it there");
        return Err(Problem::new(Code::Conflict, detail));
    }
    if stored.as_deref() != known.map(|file| file.text.as_str()) {
        let detail = format!(
            "{source} says something else on disk than what is in force: read the definition again, or mend the file"
        );
        return Err(Problem::new(Code::Conflict, detail));
    }
    Ok(())
}

/// The whole definition with one file changed or added, or every fault of it.
fn with_file(definition: &Definition, source: &str, text: &str) -> Result<Definition, Vec<Json>> {
    let others = definition.sources.written().filter(|file| file.path != source);
    let mut files: Vec<SourceFile> = others.cloned().collect();
    files.push(SourceFile {
        path: source.to_owned(),
        text: text.to_owned(),
    });
    Definition::read(files.clone())
        .map_err(|faults| faults.iter().map(|fault| fault_json(&files, fault)).collect())
}

fn fault_json(files: &[SourceFile], fault: &Diagnostic) -> Json {
    let file = files.iter().find(|file| file.path == fault.path);
    let place = file.map(|file| fault.position(&file.text));
    json!({
        "path": fault.path,
        "line": place.map(|(line, _)| line),
        "column": place.map(|(_, column)| column),
        "message": fault.message,
        "hint": fault.hint,
    })
}

/// What the change makes of the database.
#[derive(Default)]
struct Plan {
    steps: Vec<String>,
    /// Steps that take values away, where there are any.
    losses: Vec<String>,
    /// What could have been renamed, and changes that are not possible.
    refused: Vec<String>,
}

impl Plan {
    fn between(before: &Definition, after: &Definition) -> Self {
        let Comparison {
            operations,
            unanswered,
            refused,
        } = compare(&before.shape, &after.shape, &after.marks, &mut |_| {
            Answer::Unknown
        });
        let loses = |operation: &&Operation| {
            matches!(
                operation,
                Operation::RemoveCollection { .. } | Operation::RemoveField { .. }
            )
        };
        Self {
            steps: operations.iter().map(Operation::sentence).collect(),
            losses: operations.iter().filter(loses).map(Operation::sentence).collect(),
            refused: unanswered
                .iter()
                .map(|question| question.in_the_console())
                .chain(refused)
                .collect(),
        }
    }

    fn may_be_done(&self, accept_loss: bool) -> bool {
        self.refused.is_empty() && (self.losses.is_empty() || accept_loss)
    }
}

fn answer(written: bool, errors: Vec<Json>, plan: &Plan, digest: Option<&str>) -> Vec<u8> {
    json!({
        "written": written,
        "errors": errors,
        "steps": plan.steps,
        "losses": plan.losses,
        "refused": plan.refused,
        "digest": digest,
    })
    .to_string()
    .into_bytes()
}

async fn note(ctx: &Context, collection: &str, digest: &str) -> Result<(), Failure> {
    let payload = json!({ "new": { "collection": collection, "digest": digest } }).to_string();
    ctx.write(Priority::Interactive, move |tx, ctx| {
        append(
            tx,
            &Entry {
                at: ctx.now,
                kind: Kind::DefinitionEdited,
                actor: ctx.actor,
                origin: &ctx.origin,
                collection: None,
                record_id: None,
                version: None,
                payload: &payload,
            },
        )
        .map_err(|error: StoreError| Failure::from(error))
    })
    .await
}

/// All of it or nothing: a file beside it takes its place. Its name begins with a dot, so nobody takes it for a definition.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside: PathBuf = folder.join(format!(".{name}.new"));
    let mut file = fs::File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    drop(file);
    fs::rename(&beside, path)
}
