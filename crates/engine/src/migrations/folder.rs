//! The folder `migrations` of an application.

use std::fs::{self, DirEntry, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use mainstay_core::limits::MIGRATION_FILE_BYTES_MAX;
use mainstay_core::migrations::{History, HistoryFault, Migration};

const FOLDER: &str = "migrations";
const ENDING: &str = ".toml";

/// Why there is no history.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    #[error("{} cannot be read", .path.display())]
    Unreadable { path: PathBuf, source: io::Error },
    #[error("{} cannot be written", .path.display())]
    Unwritable { path: PathBuf, source: io::Error },
    #[error("the migrations have {} {}", .0.len(), if .0.len() == 1 { "fault" } else { "faults" })]
    Faults(Vec<HistoryFault>),
}

/// Reads and replays the migrations of an application; it may have none.
pub fn read_history(application: &Path) -> Result<History, FolderError> {
    History::read(&read_files(application)?).map_err(FolderError::Faults)
}

/// The files as pairs of a name without its ending and a text, in the order of their names.
///
/// Names with a dot in front are drafts of editors, and other endings are other things. What could be taken for a
/// migration and is none is a fault.
pub fn read_files(application: &Path) -> Result<Vec<(String, String)>, FolderError> {
    let folder = application.join(FOLDER);
    let unreadable = |path: &Path, source| FolderError::Unreadable {
        path: path.to_owned(),
        source,
    };
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(&folder, error)),
    };
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(&folder, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(ENDING).filter(|stem| !stem.starts_with('.')) else {
            continue;
        };
        match read_file(&entry).map_err(|error| unreadable(&entry.path(), error))? {
            Ok(text) => files.push((stem.to_owned(), text)),
            Err(message) => faults.push(HistoryFault {
                path: format!("{FOLDER}/{name}"),
                message: message.to_owned(),
                hint: None,
            }),
        }
    }
    if faults.is_empty() {
        files.sort();
        return Ok(files);
    }
    faults.sort_by(|a, b| a.path.cmp(&b.path));
    Err(FolderError::Faults(faults))
}

/// The text of a file, or why it is none.
fn read_file(entry: &DirEntry) -> io::Result<Result<String, &'static str>> {
    // A link leads to a file that may change without this one.
    if !entry.file_type()?.is_file() {
        return Ok(Err("it is not a regular file"));
    }
    let mut bytes = Vec::new();
    File::open(entry.path())?
        .take(MIGRATION_FILE_BYTES_MAX + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MIGRATION_FILE_BYTES_MAX {
        return Ok(Err("it is larger than a migration can be"));
    }
    Ok(String::from_utf8(bytes).map_err(|_| "it is not UTF-8"))
}

/// Writes the file of a new migration; one that is there stays as it is.
pub fn write_migration(application: &Path, migration: &Migration) -> Result<PathBuf, FolderError> {
    let path = application.join(migration.path());
    let write = || {
        fs::create_dir_all(application.join(FOLDER))?;
        let mut file = File::create_new(&path)?;
        file.write_all(migration.text.as_bytes())?;
        file.sync_all()
    };
    match write() {
        Ok(()) => Ok(path),
        Err(source) => Err(FolderError::Unwritable { path, source }),
    }
}
